//! Where feelin, the FEEL of form-js, has less than ours: a call of a function that it does not know is null there.

use std::borrow::Cow;

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

/// The expression, with calls of what feelin has not made calls of nothing.
pub(crate) fn without_missing(text: &str) -> Cow<'_, str> {
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
    use super::without_missing;

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
}
