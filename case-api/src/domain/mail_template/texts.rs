//! Texts with placeholders, by language.

use super::placeholder::read;
use casewright_forms::FieldFault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

const LONGEST_SUBJECT: usize = 500;
/// How long a text may be, in bytes.
const LONGEST_BODY: usize = 64 * 1024;
/// How long all its texts may be together, in bytes.
const LONGEST_TEXTS: usize = 512 * 1024;
const MOST_LANGUAGES: usize = 30;

/// What it says in one language. Placeholders are `{{case.number}}`, `{{requester.name}}`, `{{field.<id>}}`, `{{me.name}}`, ...
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MailText {
    /// Empty: the mail keeps the subject it has.
    #[serde(default)]
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// What is wrong with them, if anything; a fault in a text is told with its line and column.
#[must_use]
pub(crate) fn text_faults(texts: &BTreeMap<String, MailText>) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if texts.is_empty() {
        faults.push(FieldFault::new("/texts", "required", "a text in one language at least"));
    }
    if texts.len() > MOST_LANGUAGES {
        faults.push(FieldFault::new("/texts", "too-many", &format!("{MOST_LANGUAGES} languages at most")));
        return faults;
    }
    if texts.values().map(|text| text.body.len()).sum::<usize>() > LONGEST_TEXTS {
        faults.push(FieldFault::new("/texts", "too-long", "512 KiB together at most"));
        return faults;
    }
    for (language, text) in texts {
        // A tilde and a slash cannot stand in a language, so the pointer needs no escapes (RFC 6901).
        if !is_language(language) {
            faults.push(FieldFault::new("/texts", "invalid-value", "a language is written as en, de or pt-br"));
            continue;
        }
        let (subject, body) = (format!("/texts/{language}/subject"), format!("/texts/{language}/body"));
        if text.body.trim().is_empty() {
            faults.push(FieldFault::new(&body, "required", "a text"));
        }
        if text.body.len() > LONGEST_BODY {
            faults.push(FieldFault::new(&body, "too-long", "64 KiB at most"));
            continue;
        }
        if text.subject.chars().count() > LONGEST_SUBJECT {
            faults.push(FieldFault::new(&subject, "too-long", &format!("{LONGEST_SUBJECT} characters at most")));
            continue;
        }
        if text.subject.chars().any(char::is_control) {
            faults.push(FieldFault::new(&subject, "invalid-value", "a subject is one line"));
        }
        for (pointer, text) in [(subject, &text.subject), (body, &text.body)] {
            faults.extend(read(text).1.into_iter().map(|fault| {
                let detail = format!("line {}, column {}: {}", fault.line, fault.column, fault.detail);
                FieldFault::new(&pointer, fault.code, &detail)
            }));
        }
    }
    faults
}

/// The text in a language: that one, else another kind of it (`de` for `de-at`), else English, else any.
#[must_use]
pub(crate) fn text_in<'a>(
    texts: &'a BTreeMap<String, MailText>,
    language: Option<&str>,
) -> Option<(&'a str, &'a MailText)> {
    let wanted = language.unwrap_or("en").to_ascii_lowercase().replace('_', "-");
    let base = wanted.split('-').next().unwrap_or_default();
    let is_of_base = |known: &str| known.split('-').next() == Some(base);
    let found = texts
        .get_key_value(wanted.as_str())
        .or_else(|| texts.get_key_value(base))
        .or_else(|| texts.iter().find(|(known, _)| is_of_base(known)))
        .or_else(|| texts.get_key_value("en"))
        .or_else(|| texts.iter().next());
    found.map(|(language, text)| (language.as_str(), text))
}

fn is_language(text: &str) -> bool {
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    let first = text.split('-').next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && text.len() <= 35
        && text.split('-').all(is_part)
        && !text.chars().any(|c| c.is_ascii_uppercase())
}
