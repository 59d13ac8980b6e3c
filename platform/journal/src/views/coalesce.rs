//! Changes of rows become the last change per row: what is written is one write a row, whatever happened to it.

use crate::key::TenantId;
use crate::views::view::{ViewWrite, ViewWrites};
use indexmap::IndexMap;
use smol_str::SmolStr;

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
    pub(crate) fn coalesce(self) -> Self {
        if self.is_coalesced {
            return self;
        }
        let mut rows: IndexMap<RowKey, ViewWrite> = IndexMap::with_capacity(self.writes.len());
        for (tenant, view, id, write) in self.writes {
            let key = RowKey { tenant, view, id };
            match rows.get_mut(&key) {
                Some(before) => follow(before, write),
                None => drop(rows.insert(key, write)),
            }
        }
        let writes = rows.into_iter().map(|(key, write)| (key.tenant, key.view, key.id, write)).collect();
        Self { writes, is_coalesced: true }
    }
}

/// What two changes of a row come to.
pub(crate) fn follow(before: &mut ViewWrite, after: ViewWrite) {
    match after {
        ViewWrite::Patch(fields) => match before {
            ViewWrite::Insert(row) | ViewWrite::Put(row) => row.patch(fields),
            ViewWrite::Patch(earlier) => earlier.extend(fields),
            ViewWrite::Remove => {}
        },
        // The row may have been there before what came first, so it is no longer known to be new.
        ViewWrite::Insert(row) | ViewWrite::Put(row) => {
            *before = match before {
                ViewWrite::Insert(_) => ViewWrite::Insert(row),
                _ => ViewWrite::Put(row),
            };
        }
        ViewWrite::Remove => *before = ViewWrite::Remove,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_rows::Row;
    use serde_json::{Value, json};

    fn doc(value: Value) -> Row {
        value.as_object().cloned().map(Row::from).unwrap()
    }

    fn tenant() -> TenantId {
        TenantId::default()
    }

    #[test]
    fn a_row_that_comes_and_goes_is_removed_for_it_may_have_been_written() {
        let mut writes = ViewWrites::default();
        writes.insert(&tenant(), "task", "1", doc(json!({"a": 1})));
        writes.patch(&tenant(), "task", "1", doc(json!({"a": 2})));
        writes.remove(&tenant(), "task", "1");
        assert_eq!(writes.coalesce().writes[0].3, ViewWrite::Remove);
    }

    #[test]
    fn a_put_that_may_replace_a_row_is_still_removed() {
        let mut writes = ViewWrites::default();
        writes.put(&tenant(), "task", "1", doc(json!({"a": 1})));
        writes.remove(&tenant(), "task", "1");
        let left = writes.coalesce();
        assert_eq!(left.writes[0].3, ViewWrite::Remove);
    }

    #[test]
    fn a_removed_row_that_comes_back_is_put() {
        let mut writes = ViewWrites::default();
        writes.remove(&tenant(), "task", "1");
        writes.insert(&tenant(), "task", "1", doc(json!({"a": 1})));
        let left = writes.coalesce();
        assert_eq!(left.writes[0].3, ViewWrite::Put(doc(json!({"a": 1}))));
    }
}
