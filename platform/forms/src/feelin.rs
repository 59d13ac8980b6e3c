//! Where feelin, the FEEL of form-js, reads a text otherwise than we do, as far as another text of ours says the same: a call
//! of a function that it does not know is null there, only the outermost `not` of tests is one of tests, and what is asked of
//! each item by `some` and `every` is false where it is null. Texts that are numbers compare with numbers.

use casewright_engine_feel::{Context, Number, Value as Feel};
use std::borrow::Cow;
use std::sync::Arc;

/// Functions of ours that feelin 6.1 has not.
const MISSING: [&str; 18] = [
    "assert",
    "duplicate values",
    "extract",
    "from json",
    "get or else",
    "is blank",
    "is defined",
    "is empty",
    "last day of month",
    "partition",
    "put all",
    "put",
    "random number",
    "range",
    "to base64",
    "to json",
    "trim",
    "uuid",
];
/// A function that no call fits, so that it gives null.
const NOTHING: &str = "(function() null)";

/// An expression in our words.
pub(crate) fn expression(text: &str) -> Cow<'_, str> {
    match without_missing(text) {
        Cow::Borrowed(text) => with_strict_items(text),
        Cow::Owned(text) => Cow::Owned(with_strict_items(&text).into_owned()),
    }
}

/// Unary tests in our words: a `not` directly in that around everything is the function, which has no answer to nothing.
pub(crate) fn tests(text: &str) -> Cow<'_, str> {
    match argument_of_not(text).filter(|inner| is_call_of_not(inner)) {
        Some(inner) => Cow::Owned(format!("not(({}))", expression(inner))),
        None => expression(text),
    }
}

/// Whether a text compares by size, and does not calculate, outside of what is quoted: there a text is no number.
pub(crate) fn compares_by_size(text: &str) -> bool {
    let mut compares = false;
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        match letter {
            '"' | '`' => {
                at += quoted(rest, letter);
                continue;
            }
            '+' | '*' | '/' => return false,
            ' ' if rest.starts_with(" - ") => return false,
            '<' | '>' => compares = true,
            _ => compares |= is_word_at(rest, "between"),
        }
        at += letter.len_utf8();
    }
    compares
}

/// A value with numbers for the texts that JavaScript takes for numbers where it compares by size.
pub(crate) fn with_numbers(value: Feel) -> Feel {
    match value {
        Feel::String(text) => Number::parse(text.trim()).map_or(Feel::String(text), Feel::Number),
        Feel::List(items) => Feel::list(items.iter().cloned().map(with_numbers).collect()),
        Feel::Context(entries) => {
            let entries: Context =
                entries.iter().map(|(name, value)| (name.clone(), with_numbers(value.clone()))).collect();
            Feel::Context(Arc::new(entries))
        }
        other => other,
    }
}

/// What `satisfies` asks, made a comparison with true; it reaches to the end of its brackets, or of its branch.
fn with_strict_items(text: &str) -> Cow<'_, str> {
    const WORD: &str = "satisfies";
    if !text.contains(WORD) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    // Brackets around each question that is open.
    let mut open: Vec<usize> = Vec::new();
    let (mut depth, mut at, mut before) = (0_usize, 0, ' ');
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        let begins_word = is_word(letter) && !is_word(before) && before != '.';
        let is_end = matches!(letter, ')' | ']' | '}' | ',')
            || begins_word && ["then", "else"].iter().any(|word| is_word_at(rest, word));
        while is_end && open.last() == Some(&depth) {
            open.pop();
            out.push_str(") = true)");
        }
        let length = match letter {
            '"' | '`' => quoted(rest, letter),
            _ if begins_word && is_word_at(rest, WORD) => {
                open.push(depth);
                out.push_str("satisfies ((");
                at += WORD.len();
                before = '(';
                continue;
            }
            _ => letter.len_utf8(),
        };
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        out.push_str(&rest[..length]);
        before = letter;
        at += length;
    }
    out.push_str(&") = true)".repeat(open.len()));
    Cow::Owned(out)
}

fn is_word_at(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(is_word))
}

fn is_call_of_not(text: &str) -> bool {
    text.trim_start().strip_prefix("not").is_some_and(|rest| rest.trim_start().starts_with('('))
}

/// What stands in the brackets of a `not` around everything, when it is one.
fn argument_of_not(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("not")?.trim_start().strip_prefix('(')?;
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(letter) = inner[at..].chars().next() {
        match letter {
            '"' | '`' => {
                at += quoted(&inner[at..], letter);
                continue;
            }
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => return (at + 1 == inner.len()).then(|| &inner[..at]),
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            // Several tests.
            ',' if depth == 0 => return None,
            _ => {}
        }
        at += letter.len_utf8();
    }
    None
}

fn without_missing(text: &str) -> Cow<'_, str> {
    if !MISSING.iter().any(|name| text.contains(name.split(' ').next().unwrap_or(name))) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        let taken = match letter {
            '"' | '`' => quoted(rest, letter),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ if is_word(letter) && !is_word(before) && before != '.' => match missing(rest) {
                Some(length) => {
                    out.push_str(NOTHING);
                    at += length;
                    before = ')';
                    continue;
                }
                None => letter.len_utf8(),
            },
            _ => letter.len_utf8(),
        };
        out.push_str(&rest[..taken]);
        before = rest[..taken].chars().next_back().filter(|c| !c.is_whitespace() || before != '.').unwrap_or(before);
        at += taken;
    }
    Cow::Owned(out)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

/// Bytes of a text between quotation marks.
fn quoted(text: &str, mark: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            letter if letter == mark => return at + letter.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// Bytes of the name of a missing function, when its call begins here.
fn missing(text: &str) -> Option<usize> {
    MISSING.iter().find_map(|name| {
        let mut rest = text;
        for word in name.split(' ') {
            rest = rest.trim_start().strip_prefix(word).filter(|rest| !rest.starts_with(is_word))?;
        }
        rest.trim_start().starts_with('(').then_some(text.len() - rest.len())
    })
}

#[cfg(test)]
mod tests {
    use super::{tests, with_strict_items, without_missing};

    #[test]
    fn calls_of_what_feelin_has_not_are_calls_of_nothing() {
        for (text, expected) in [
            ("is blank(a)", "(function() null)(a)"),
            ("not(is  empty (a)) or trim(b) = 1", "not((function() null) (a)) or (function() null)(b) = 1"),
            ("a.trim(b)", "a.trim(b)"),
            ("put all(a)", "(function() null)(a)"),
            ("\"trim(a)\" + x /* trim(a) */ + `trim`", "\"trim(a)\" + x /* trim(a) */ + `trim`"),
            ("output(a) + trim", "output(a) + trim"),
        ] {
            assert_eq!(without_missing(text), expected);
        }
    }

    #[test]
    fn only_the_outermost_not_is_one_of_tests() {
        for (text, expected) in [
            ("not(not(a))", "not((not(a)))"),
            (" not ( not (a) and b) ", "not(( not (a) and b))"),
            ("not(not(a), b)", "not(not(a), b)"),
            ("not(a) and (not(b))", "not(a) and (not(b))"),
            ("not(contains(a, \")\"))", "not(contains(a, \")\"))"),
        ] {
            assert_eq!(tests(text), expected);
        }
    }

    #[test]
    fn items_are_asked_for_true() {
        for (text, expected) in [
            ("some a in b satisfies a.x > 1", "some a in b satisfies (( a.x > 1) = true)"),
            ("if (every a in b satisfies a) then 1 else 2", "if (every a in b satisfies (( a) = true)) then 1 else 2"),
            ("if some a in b satisfies a then 1 else 2", "if some a in b satisfies (( a ) = true)then 1 else 2"),
            ("\"satisfies\"", "\"satisfies\""),
        ] {
            assert_eq!(with_strict_items(text), expected);
        }
    }
}
