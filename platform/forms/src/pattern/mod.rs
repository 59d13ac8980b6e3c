//! Patterns of fields, as `new RegExp(pattern)` reads them in the browser: without flags, so that letters are UTF-16 units and
//! nothing is anchored.
//!
//! A pattern is written anew for `fancy-regex`. What needs no backtracking it hands to automata, whose time is linear in the
//! text; look-around and back-references run on a machine that gives up after so many steps back. `regress`, which reads
//! JavaScript's syntax itself, backtracks without any bound (`(a+)+$` on thirty letters takes minutes) and offers none.

mod class;
mod translate;

use fancy_regex::{Regex, RegexBuilder};

/// Longest pattern, in letters.
const MAX_LETTERS: usize = 4_000;
/// Compiled size of one pattern, in bytes.
const MAX_SIZE: usize = 1 << 20;
/// Steps back of one match.
const MAX_STEPS: usize = 100_000;
/// Longest text that a pattern with look-around or back-references is held against, in UTF-16 units.
const MAX_UNITS: usize = 10_000;

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Pattern {
    regex: Regex,
    /// It has what only backtracking can match.
    backtracks: bool,
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) message: String,
    /// Letters before the place.
    pub(crate) letter: usize,
}

/// A match that took more steps than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooCostly;

impl Pattern {
    /// # Errors
    /// What JavaScript refuses, or what is larger than any pattern should be.
    pub(crate) fn new(text: &str) -> Result<Self, Mistake> {
        if text.len() > MAX_LETTERS {
            let message = format!("a pattern is limited to {MAX_LETTERS} letters");
            return Err(Mistake { message, letter: 0 });
        }
        let translated = translate::translate(text)?;
        let built =
            RegexBuilder::new(&translated).backtrack_limit(MAX_STEPS).delegate_size_limit(MAX_SIZE).build().map_err(
                |_| Mistake { message: "the pattern is too large, or nested too deeply".to_owned(), letter: 0 },
            );
        let backtracks = ["(?=", "(?!", "(?<", "(?("].iter().any(|sign| translated.contains(sign));
        Ok(Self { regex: built?, backtracks })
    }

    /// Whether it is found anywhere in the text.
    ///
    /// # Errors
    /// It took too many steps to tell.
    pub(crate) fn is_found_in(&self, text: &str) -> Result<bool, TooCostly> {
        let units: String = text.encode_utf16().map(translate::unit).collect();
        if self.backtracks && units.chars().nth(MAX_UNITS).is_some() {
            return Err(TooCostly);
        }
        self.regex.is_match(&units).map_err(|_| TooCostly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_as_javascript_reads_them() {
        for (pattern, text, expected) in [
            ("^(?=.*[A-Z])(?=.*\\d).{6,}$", "Abcde1", true),
            ("^(?=.*[A-Z])(?=.*\\d).{6,}$", "abcde1", false),
            ("^(?!00)\\d{5}$", "00123", false),
            ("^(\\w)(\\w)\\2\\1$", "abba", true),
            ("^(\\w)(\\w)\\2\\1$", "abab", false),
            ("(?<=€)\\d+", "€12", true),
            ("^(?<q>['\"]).*\\k<q>$", "'it'", true),
            ("^(a)?b\\1$", "b", true),
            ("^\\d$", "٣", false),
            ("^\\w+$", "straße", false),
            ("^[äöüß]+$", "äß", true),
            ("^.{2}$", "😀", true),
            ("^.$", "😀", false),
            ("😀", "so 😀", true),
            ("\\bcat\\b", "a cat.", true),
            ("\\bcat\\b", "concat", false),
            ("^\\u00e4$", "ä", true),
            ("\\p{L}", "x", false),
            ("\\p{L}", "p{L}", true),
            ("a{,3}", "a{,3}", true),
            ("[^]", "\n", true),
            ("[]", "x", false),
            ("^a.b$", "a\u{2028}b", false),
            ("^[\\w-.]+$", "a-b.c", true),
            ("^[[&&]+$", "[&", true),
            ("^\\101$", "A", true),
            ("x$", "x\n", false),
            ("b|^a", "cab", true),
            ("^a+?$", "aaa", true),
            ("^\\s$", "\u{a0}", true),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().is_found_in(text), Ok(expected), "{pattern} in {text}");
        }
    }

    #[test]
    fn what_javascript_refuses_is_refused_with_its_place() {
        for (pattern, letter) in [
            ("(a", 2),
            ("a)", 2),
            ("*a", 1),
            ("a**", 3),
            ("[z-a]", 4),
            ("[a", 2),
            ("a\\", 2),
            ("a{3,2}", 6),
            ("(?x)", 1),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap_err().letter, letter, "{pattern}");
        }
    }

    #[test]
    fn a_match_gives_up_after_so_many_steps() {
        let text = "a".repeat(40) + "!";
        assert_eq!(Pattern::new("^(a+a+)+\\1b$").unwrap().is_found_in(&text), Err(TooCostly));
        assert_eq!(Pattern::new("^(a+)+$").unwrap().is_found_in(&text), Ok(false));
        assert_eq!(Pattern::new("(?=b)").unwrap().is_found_in(&"a".repeat(20_000)), Err(TooCostly));
    }
}
