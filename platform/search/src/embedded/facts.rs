//! What qualifiers ask for, as terms: `queue:claims`. A value is one term as a whole, and one for each of its words.

use crate::document::{CaseFacts, Document, Named};
use crate::words;
use serde_json::Value;
use std::collections::BTreeSet;

/// Terms of one document.
const MOST: usize = 600;
/// Bytes of a value; of longer ones the beginning counts.
const LONGEST: usize = 256;

/// The terms of a document.
pub(super) fn of(facts: &CaseFacts, document: &Document) -> BTreeSet<String> {
    let mut terms = Terms::default();
    terms.put("is", &facts.status_kind);
    terms.named("type", &facts.definition);
    terms.named("stage", &facts.stage);
    terms.named("status", &facts.status);
    match &facts.queue {
        Some(queue) => terms.value("queue", queue),
        None => terms.put("no", "queue"),
    }
    match &facts.assignee {
        Some(assignee) => {
            terms.put("assignee-id", &assignee.id);
            terms.named("assignee", assignee);
        }
        None => terms.put("no", "assignee"),
    }
    for label in &facts.labels {
        terms.value("label", label);
    }
    for from in &document.from {
        terms.value("from", from);
    }
    for thing in &document.has {
        terms.put("has", thing.as_str());
    }
    for (key, value) in &facts.fields {
        terms.field(key, value);
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
