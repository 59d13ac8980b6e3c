//! What qualifiers ask for, as terms: `queue:claims`. A value is one term as a whole, and one for each of its words.

use crate::document::{CaseFacts, Document, Facts, Named};
use crate::words;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Terms of one document.
const MOST: usize = 600;
/// Bytes of a value; of longer ones the beginning counts.
const LONGEST: usize = 256;

/// The terms of a document.
pub(super) fn of(facts: &Facts, document: &Document) -> BTreeSet<String> {
    let mut terms = Terms::default();
    for from in &document.from {
        terms.value("from", from);
    }
    for thing in &document.has {
        terms.put("has", thing.as_str());
    }
    match facts {
        Facts::Case(case) => terms.case(case, document),
        Facts::Record(record) => {
            terms.named("type", &record.of);
            terms.fields(&record.fields);
        }
        Facts::Person => {}
    }
    terms.found
}

/// The term of an exact value.
pub(super) fn exact(key: &str, value: &str) -> String {
    format!("{key}:{value}")
}

/// The terms that a value is found by: as a whole, or else all of its words.
pub(super) fn wanted(key: &str, value: &str) -> (String, Vec<String>) {
    let words = words::of(cut(value)).into_iter().map(|word| format!("{key}~{}", word.text)).collect();
    (format!("{key}={}", words::joined(cut(value))), words)
}

/// Keys of fields are found in any case.
pub(super) fn field_key(key: &str) -> String {
    format!("field.{}", key.to_lowercase())
}

#[derive(Default)]
struct Terms {
    found: BTreeSet<String>,
}

impl Terms {
    /// What is asked of a case and of all that it holds. Whose a task is, and whether it is open, the task says itself.
    fn case(&mut self, case: &CaseFacts, document: &Document) {
        let work = document.work.as_ref();
        match work {
            Some(work) => self.put("is", work.state()),
            None => self.put("is", &case.status_kind),
        }
        self.named("type", &case.definition);
        self.named("stage", &case.stage);
        self.named("status", &case.status);
        match &case.queue {
            Some(queue) => self.value("queue", queue),
            None => self.put("no", "queue"),
        }
        match work.map_or(&case.assignee, |work| &work.assignee) {
            Some(assignee) => {
                self.put("assignee-id", &assignee.id);
                self.named("assignee", assignee);
            }
            None => self.put("no", "assignee"),
        }
        for label in &case.labels {
            self.value("label", label);
        }
        self.fields(&case.fields);
    }

    fn fields(&mut self, fields: &Map<String, Value>) {
        for (key, value) in fields {
            self.field(key, value);
        }
    }

    fn put(&mut self, key: &str, value: &str) {
        self.insert(exact(key, cut(value)));
    }

    fn value(&mut self, key: &str, value: &str) {
        let (whole, words) = wanted(key, value);
        self.insert(whole);
        for word in words {
            self.insert(word);
        }
    }

    fn named(&mut self, key: &str, named: &Named) {
        self.value(key, &named.id);
        self.value(key, &named.name);
    }

    fn field(&mut self, key: &str, value: &Value) {
        let key = field_key(key);
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            match value {
                Value::String(text) => self.value(&key, text),
                Value::Number(number) => self.value(&key, &number.to_string()),
                Value::Bool(truth) => self.value(&key, if *truth { "true" } else { "false" }),
                Value::Array(items) => open.extend(items),
                Value::Object(members) => open.extend(members.values()),
                Value::Null => {}
            }
        }
    }

    fn insert(&mut self, term: String) {
        if self.found.len() < MOST {
            self.found.insert(term);
        }
    }
}

fn cut(value: &str) -> &str {
    &value[..value.floor_char_boundary(LONGEST)]
}
