//! Changes of rows become the last change per row: what is written is one write a row, whatever happened to it.

use crate::key::TenantId;
use crate::view::{Document, ViewWrite, ViewWrites};
use indexmap::IndexMap;
use serde_json::Value;
use smol_str::SmolStr;
use std::collections::HashSet;

/// Names one row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RowKey {
    pub(crate) tenant: TenantId,
    pub(crate) view: &'static str,
    pub(crate) id: SmolStr,
}

impl ViewWrites {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// One write per row, in the order the rows were first touched.
    ///
    /// `drop_fleeting`: a row inserted and removed here is not written at all. Only right when nothing of this range was
    /// written before, so not while catching up after a crash.
    pub(crate) fn coalesce(self, drop_fleeting: bool) -> Self {
        let mut rows: IndexMap<RowKey, ViewWrite> = IndexMap::with_capacity(self.writes.len());
        let mut fleeting: HashSet<RowKey> = HashSet::new();
        for (tenant, view, id, write) in self.writes {
            let key = RowKey { tenant, view, id };
            let Some(before) = rows.get_mut(&key) else {
                rows.insert(key, write);
                continue;
            };
            if matches!((&*before, &write), (ViewWrite::Insert(_), ViewWrite::Remove)) {
                fleeting.insert(key.clone());
            }
            follow(before, write);
        }
        if drop_fleeting {
            rows.retain(|key, write| *write != ViewWrite::Remove || !fleeting.contains(key));
        }
        Self { writes: rows.into_iter().map(|(key, write)| (key.tenant, key.view, key.id, write)).collect() }
    }
}

/// What two changes of a row come to.
fn follow(before: &mut ViewWrite, after: ViewWrite) {
    match after {
        ViewWrite::Patch(fields) => match before {
            ViewWrite::Insert(document) | ViewWrite::Put(document) => patch(document, fields),
            ViewWrite::Patch(earlier) => earlier.extend(fields),
            ViewWrite::Remove => {}
        },
        // The row may have been there before what came first, so it is no longer known to be new.
        ViewWrite::Insert(document) | ViewWrite::Put(document) => {
            *before = match before {
                ViewWrite::Insert(_) => ViewWrite::Insert(document),
                _ => ViewWrite::Put(document),
            };
        }
        ViewWrite::Remove => *before = ViewWrite::Remove,
    }
}

/// Sets fields; dots go into nested objects, which are made where they are missing.
pub(crate) fn patch(document: &mut Document, fields: Document) {
    for (field, value) in fields {
        set(document, &field, value);
    }
}

fn set(document: &mut Document, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        document.insert(path.to_owned(), value);
        return;
    };
    let inner = document.entry(first).or_insert_with(|| Value::Object(Document::new()));
    if !inner.is_object() {
        *inner = Value::Object(Document::new());
    }
    if let Value::Object(inner) = inner {
        set(inner, rest, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn doc(value: Value) -> Document {
        value.as_object().cloned().unwrap()
    }

    fn tenant() -> TenantId {
        TenantId::default()
    }

    #[test]
    fn a_row_that_comes_and_goes_in_one_batch_is_not_written() {
        let mut writes = ViewWrites::default();
        writes.insert(&tenant(), "task", "1", doc(json!({"a": 1})));
        writes.patch(&tenant(), "task", "1", doc(json!({"a": 2})));
        writes.remove(&tenant(), "task", "1");
        assert!(writes.clone().coalesce(true).is_empty());
        assert_eq!(writes.coalesce(false).len(), 1, "catching up removes it");
    }

    #[test]
    fn a_put_that_may_replace_a_row_is_still_removed() {
        let mut writes = ViewWrites::default();
        writes.put(&tenant(), "task", "1", doc(json!({"a": 1})));
        writes.remove(&tenant(), "task", "1");
        let left = writes.coalesce(true);
        assert_eq!(left.writes[0].3, ViewWrite::Remove);
    }

    #[test]
    fn a_removed_row_that_comes_back_is_put() {
        let mut writes = ViewWrites::default();
        writes.remove(&tenant(), "task", "1");
        writes.insert(&tenant(), "task", "1", doc(json!({"a": 1})));
        let left = writes.coalesce(true);
        assert_eq!(left.writes[0].3, ViewWrite::Put(doc(json!({"a": 1}))));
    }

    #[test]
    fn patches_reach_into_nested_objects() {
        let mut document = doc(json!({"owner": {"id": "a"}, "x": null}));
        patch(&mut document, doc(json!({"owner.id": "b", "x.y": 1, "done": null})));
        assert_eq!(document, doc(json!({"owner": {"id": "b"}, "x": {"y": 1}, "done": null})));
    }
}
