//! Which names of the scope a text mentions, and which identifiers it uses besides.
//!
//! Both go into the parse scope: the first because they may hold blanks, the second because an identifier that the parser
//! does not know swallows the operators after it (`amount * 2 > 30` would be one name).

use casewright_engine_value::{Scope, Value};

const KEYWORDS: [&str; 22] = [
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "and",
    "or",
    "not",
    "between",
    "instance",
    "of",
    "function",
    "external",
    "true",
    "false",
    "null",
    "item",
    "partial",
];

/// A type after `instance of` must not be taken for a variable; a variable of such a name is found in the scope.
const TYPES: [&str; 11] =
    ["date", "time", "number", "string", "boolean", "list", "context", "range", "Any", "Null", "duration"];

/// Built-in functions and types whose names are several words.
const WORDY: [&str; 37] = [
    "date and time",
    "years and months duration",
    "days and time duration",
    "string length",
    "upper case",
    "lower case",
    "substring before",
    "substring after",
    "starts with",
    "ends with",
    "list contains",
    "insert before",
    "index of",
    "distinct values",
    "list replace",
    "string join",
    "get value",
    "get entries",
    "context put",
    "context merge",
    "day of year",
    "day of week",
    "month of year",
    "week of year",
    "met by",
    "overlaps before",
    "overlaps after",
    "finished by",
    "started by",
    "round up",
    "round down",
    "round half up",
    "round half down",
    "instance of",
    "day of",
    "month of",
    "week of",
];

/// Names of the scope that the text mentions and that no identifier of the text could be: of several words, with signs in
/// them, or like a keyword or type. Usually there are none, and the text alone says what it means.
pub(super) fn wordy(text: &str, scope: &dyn Scope) -> Vec<String> {
    let mut found = Vec::new();
    let mut budget = MAX_VISITED_KEYS;
    for name in scope.names() {
        if is_wordy(&name) && mentions(text, &name) {
            found.push(name.to_string());
        }
        if text.contains('.')
            && mentions(text, &name)
            && let Some(value) = scope.get(&name)
        {
            collect_keys(text, &value, &mut found, &mut budget);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Keys within a variable are looked through up to this many.
const MAX_VISITED_KEYS: usize = 1_000;

fn collect_keys(text: &str, value: &Value, found: &mut Vec<String>, budget: &mut usize) {
    match value {
        Value::Map(entries) => {
            for (key, value) in entries.iter() {
                let Some(left) = budget.checked_sub(1) else {
                    return;
                };
                *budget = left;
                if is_wordy(key) && mentions(text, key) {
                    found.push(key.to_string());
                }
                collect_keys(text, value, found, budget);
            }
        }
        Value::List(items) => {
            if let Some(first) = items.first() {
                collect_keys(text, first, found, budget);
            }
        }
        _ => {}
    }
}

fn is_wordy(name: &str) -> bool {
    !name.chars().all(|c| c.is_alphanumeric() || c == '_') || KEYWORDS.contains(&name) || TYPES.contains(&name)
}

/// The wordy names and every identifier of the text that may be a variable or a member; sorted, without repetition.
pub(super) fn mentioned(text: &str, wordy: &[String]) -> Vec<String> {
    let mut names = wordy.to_vec();
    let mut plain = blank_strings(text).split_whitespace().collect::<Vec<_>>().join(" ");
    for words in WORDY {
        plain = plain.replace(words, &" ".repeat(words.len()));
    }
    collect_identifiers(&plain, &mut names);
    names.sort_unstable();
    names.dedup();
    names
}

/// What may be names of several words, when no scope says so: words with a blank between them, none of them a keyword.
pub(super) fn runs_of_words(text: &str) -> Vec<String> {
    let mut runs = Vec::new();
    let mut run: Vec<&str> = Vec::new();
    let plain = blank_strings(text);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = plain.as_str();
    while let Some(start) = rest.find(is_word) {
        let (between, from_word) = rest.split_at(start);
        let end = from_word.find(|c: char| !is_word(c)).unwrap_or(from_word.len());
        let (word, after) = from_word.split_at(end);
        let begins_name = !word.starts_with(|c: char| c.is_ascii_digit()) && !KEYWORDS.contains(&word);
        if between != " " || !begins_name {
            runs.extend((run.len() > 1).then(|| run.join(" ")));
            run.clear();
        }
        if begins_name {
            run.push(word);
        }
        rest = after;
    }
    runs.extend((run.len() > 1).then(|| run.join(" ")));
    runs
}

fn mentions(text: &str, name: &str) -> bool {
    if name.is_empty() || !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return false;
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        let is_call = text[at + name.len()..].trim_start().starts_with('(');
        !before.is_some_and(is_word) && !after.is_some_and(is_word) && !is_call
    })
}

fn blank_strings(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quoted = false;
    let mut escaped = false;
    for letter in text.chars() {
        match letter {
            '"' if !escaped => {
                quoted = !quoted;
                out.push(' ');
            }
            _ if quoted => out.push(' '),
            other => out.push(other),
        }
        escaped = quoted && letter == '\\' && !escaped;
    }
    out
}

/// Identifiers that are no keyword and no function call. Members are among them: the parser looks a name after a dot up
/// in the same set as all others.
fn collect_identifiers(text: &str, names: &mut Vec<String>) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if !(first.is_alphabetic() || first == '_') {
            if first.is_ascii_digit() {
                // The exponent of a number is no name.
                let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
                rest = &rest[end..];
                continue;
            }
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let is_call = after.trim_start().starts_with('(');
        if !is_call && !KEYWORDS.contains(&word) && !TYPES.contains(&word) {
            names.push(word.to_owned());
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::{mentioned, runs_of_words};

    #[test]
    fn words_beside_each_other_may_be_one_name() {
        let text = "if Current Vacation Status.name = \"a b\" then Total Sum + 1 else other";
        assert_eq!(runs_of_words(text), ["Current Vacation Status", "Total Sum"]);
    }

    #[test]
    fn names_of_the_scope_and_free_identifiers_are_found() {
        assert_eq!(
            mentioned(
                "Monthly Income * 2 > rent.due and starts with(t, \"age\") and f(x)",
                &["Monthly Income".to_owned()]
            ),
            ["Income", "Monthly", "Monthly Income", "due", "rent", "t", "x"]
        );
    }
}
