//! Which names of the scope a text mentions that no identifier could be: the parser must be told that they are names.

use casewright_engine_feel::is_keyword;
use casewright_engine_value::{Scope, Value};

/// Words that may be names, and have a meaning where they stand beside others.
const BETWEEN_NAMES: [&str; 3] = ["not", "item", "partial"];

/// Names of the scope that the text mentions and that no identifier of the text could be: of several words, or with signs
/// in them. Usually there are none, and the text alone says what it means.
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
    !name.chars().all(|c| c.is_alphanumeric() || c == '_')
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
        let begins_name =
            !word.starts_with(|c: char| c.is_ascii_digit()) && !is_keyword(word) && !BETWEEN_NAMES.contains(&word);
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

#[cfg(test)]
mod tests {
    use super::runs_of_words;

    #[test]
    fn words_beside_each_other_may_be_one_name() {
        let text = "if Current Vacation Status.name = \"a b\" then Total Sum + 1 else other";
        assert_eq!(runs_of_words(text), ["Current Vacation Status", "Total Sum"]);
    }
}
