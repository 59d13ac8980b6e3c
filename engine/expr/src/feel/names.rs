//! Which names of the scope a text mentions, and which identifiers it uses besides.
//!
//! Both go into the parse scope: the first because they may hold blanks, the second because an identifier that the parser
//! does not know swallows the operators after it (`amount * 2 > 30` would be one name).

use smol_str::SmolStr;

const KEYWORDS: [&str; 22] = [
    "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "not",
    "between", "instance", "of", "function", "external", "true", "false", "null", "item",
    "partial",
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
pub(super) fn mentioned(text: &str, scope: &[SmolStr]) -> Vec<String> {
    let mut names: Vec<String> = scope
        .iter()
        .filter(|name| mentions(text, name))
        .map(|name| name.to_string())
        .collect();
    let mut plain = blank_strings(text);
    for words in WORDY {
        plain = plain.replace(words, &" ".repeat(words.len()));
    }
    collect_identifiers(&plain, &mut names);
    names.sort_unstable();
    names.dedup();
    names
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

/// Identifiers that are no keyword, no function call, no member and no key of a context.
fn collect_identifiers(text: &str, names: &mut Vec<String>) {
    let mut rest = text;
    let mut previous = ' ';
    while let Some(first) = rest.chars().next() {
        if !(first.is_alphabetic() || first == '_') {
            if first.is_ascii_digit() {
                // The exponent of a number is no name.
                let end = rest
                    .find(|c: char| !c.is_alphanumeric())
                    .unwrap_or(rest.len());
                rest = &rest[end..];
                previous = '0';
                continue;
            }
            if !first.is_whitespace() {
                previous = first;
            }
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let is_call = after.trim_start().starts_with('(');
        if previous != '.' && !is_call && !KEYWORDS.contains(&word) {
            names.push(word.to_owned());
        }
        previous = 'a';
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
            mentioned("Monthly Income * 2 > rent.sum and starts with(t, \"age\") and f(x)", &scope),
            ["Monthly Income", "rent", "t", "x"]
                .map(str::to_owned)
                .into_iter()
                .chain(["Monthly".to_owned(), "Income".to_owned()])
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .chain(["age".to_owned()])
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        );
    }
}
