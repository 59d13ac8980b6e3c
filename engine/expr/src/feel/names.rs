//! Which names of the scope a text mentions, and which identifiers it uses besides.
//!
//! Both go into the parse scope: the first because they may hold blanks, the second because an identifier that the parser
//! does not know swallows the operators after it (`amount * 2 > 30` would be one name).

use casewright_engine_value::Value;
use smol_str::SmolStr;

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
const TYPES: [&str; 11] = [
    "date", "time", "number", "string", "boolean", "list", "context", "range", "Any", "Null", "duration",
];

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

/// Sorted and without repetition, so that it can be part of a key.
///
/// A name of the scope that occurs only inside a string is among them: it costs nothing but a look-up.
pub(super) fn mentioned(text: &str, scope: &[SmolStr]) -> Vec<String> {
    let mut names: Vec<String> = scope
        .iter()
        .filter(|name| mentions(text, name))
        .map(|name| name.to_string())
        .collect();
    let mut plain = blank_strings(text).split_whitespace().collect::<Vec<_>>().join(" ");
    for words in WORDY {
        plain = plain.replace(words, &" ".repeat(words.len()));
    }
    collect_identifiers(&plain, &mut names);
    names.sort_unstable();
    names.dedup();
    names
}

/// Keys of maps that are no identifiers; a few hundred at most.
pub(super) fn collect_wordy_keys(value: &Value, names: &mut Vec<SmolStr>) {
    const MAX_NAMES: usize = 512;
    if names.len() > MAX_NAMES {
        return;
    }
    match value {
        Value::Map(entries) => {
            for (key, value) in entries.iter() {
                if !key.chars().all(|c| c.is_alphanumeric() || c == '_') {
                    names.push(key.clone());
                }
                collect_wordy_keys(value, names);
            }
        }
        Value::List(items) => {
            if let Some(first) = items.first() {
                collect_wordy_keys(first, names);
            }
        }
        _ => {}
    }
}

fn mentions(text: &str, name: &str) -> bool {
    if name.is_empty() || !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return false;
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
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
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
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
    use super::mentioned;
    use smol_str::SmolStr;

    #[test]
    fn names_of_the_scope_and_free_identifiers_are_found() {
        let scope = [SmolStr::new("Monthly Income"), SmolStr::new("age")];
        assert_eq!(
            mentioned(
                "Monthly Income * 2 > rent.due and starts with(t, \"age\") and f(x)",
                &scope
            ),
            ["Income", "Monthly", "Monthly Income", "age", "due", "rent", "t", "x"]
        );
    }
}
