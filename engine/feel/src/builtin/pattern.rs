//! Patterns of `matches`, `replace`, `split` and `extract`. What only backtracking could match (look-around, back-references)
//! is none: the time of a match is linear in its text.

use lru::LruCache;
use regex::{Regex, RegexBuilder};
use std::num::NonZeroUsize;
use std::sync::{LazyLock, Mutex, PoisonError};

const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not zero");
/// A compiled pattern may take so many bytes.
const SIZE: usize = 256 << 10;

static PATTERNS: LazyLock<Mutex<LruCache<String, Regex>>> = LazyLock::new(|| Mutex::new(LruCache::new(KEPT)));

/// A pattern as Java reads it, which is Camunda's, with its flags `i`, `m`, `s`, `x`.
pub(super) fn of_java(text: &str, flags: &str) -> Option<Regex> {
    kept(format!("j{flags}\u{0}{text}"), || compile(text, flags))
}

/// A pattern of XPath (XQuery and XPath Functions 3.1, 5.6), as DMN asks for.
pub(super) fn of_xpath(text: &str, flags: &str) -> Option<Regex> {
    kept(format!("x{flags}\u{0}{text}"), || {
        let plain: String = flags.chars().filter(|flag| *flag != 'x').collect();
        let pattern = Translation::of(text, flags)?;
        compile(&pattern, &plain)
    })
}

fn kept(key: String, make: impl FnOnce() -> Option<Regex>) -> Option<Regex> {
    if let Some(known) = PATTERNS.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Some(known.clone());
    }
    let regex = make()?;
    PATTERNS.lock().unwrap_or_else(PoisonError::into_inner).put(key, regex.clone());
    Some(regex)
}

fn compile(pattern: &str, flags: &str) -> Option<Regex> {
    if !flags.chars().all(|flag| matches!(flag, 'i' | 'm' | 's' | 'x')) {
        return None;
    }
    let has = |flag| flags.contains(flag);
    RegexBuilder::new(pattern)
        .case_insensitive(has('i'))
        .multi_line(has('m'))
        .dot_matches_new_line(has('s'))
        .ignore_whitespace(has('x'))
        .size_limit(SIZE)
        .build()
        .ok()
}

/// Blocks of Unicode that patterns name, by their first and last letters.
const BLOCKS: [(&str, &str); 12] = [
    ("BasicLatin", r"\x{0}-\x{7F}"),
    ("Latin-1Supplement", r"\x{80}-\x{FF}"),
    ("LatinExtended-A", r"\x{100}-\x{17F}"),
    ("LatinExtended-B", r"\x{180}-\x{24F}"),
    ("Greek", r"\x{370}-\x{3FF}"),
    ("GreekandCoptic", r"\x{370}-\x{3FF}"),
    ("Cyrillic", r"\x{400}-\x{4FF}"),
    ("Hebrew", r"\x{590}-\x{5FF}"),
    ("Arabic", r"\x{600}-\x{6FF}"),
    ("Hiragana", r"\x{3040}-\x{309F}"),
    ("Katakana", r"\x{30A0}-\x{30FF}"),
    ("CJKUnifiedIdeographs", r"\x{4E00}-\x{9FFF}"),
];

/// A pattern of XPath on its way to one that the library reads alike.
struct Translation<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    out: String,
    /// Character classes around this place.
    classes: usize,
    skips_blanks: bool,
    dot_is_any: bool,
}

impl<'a> Translation<'a> {
    /// None when it has what XPath has not.
    fn of(text: &'a str, flags: &str) -> Option<String> {
        let mut translation = Self {
            rest: text.chars().peekable(),
            out: String::with_capacity(text.len() + 16),
            classes: 0,
            skips_blanks: flags.contains('x'),
            dot_is_any: flags.contains('s'),
        };
        while let Some(letter) = translation.next() {
            translation.letter(letter)?;
        }
        Some(translation.out)
    }

    /// With the flag `x`, blanks outside of classes are not there at all.
    fn next(&mut self) -> Option<char> {
        let skips = self.skips_blanks && self.classes == 0;
        while skips && self.rest.next_if(|c| matches!(c, ' ' | '\t' | '\n' | '\r')).is_some() {}
        self.rest.next()
    }

    fn letter(&mut self, letter: char) -> Option<()> {
        match letter {
            '\\' => return self.escape(),
            '.' if self.classes == 0 && !self.dot_is_any => self.out.push_str("[^\\n\\r]"),
            // Groups that do not capture are the only ones with a question mark.
            '(' if self.classes == 0 && self.rest.peek() == Some(&'?') => {
                self.next();
                if self.next()? != ':' {
                    return None;
                }
                self.out.push_str("(?:");
            }
            '[' if self.classes == 0 => {
                self.classes += 1;
                self.out.push('[');
            }
            // One class less another; the library has two minus signs for that.
            '-' if self.classes > 0 && self.rest.peek() == Some(&'[') => {
                self.rest.next();
                self.classes += 1;
                self.out.push_str("--[");
            }
            ']' if self.classes > 0 => {
                self.classes -= 1;
                self.out.push(']');
            }
            '[' | '&' | '~' if self.classes > 0 => {
                self.out.push('\\');
                self.out.push(letter);
            }
            other => self.out.push(other),
        }
        Some(())
    }

    fn escape(&mut self) -> Option<()> {
        let kind = self.next()?;
        let inside = self.classes > 0;
        let class = |positive: &str, is_negated: bool| match (inside, is_negated) {
            (true, false) => positive.to_owned(),
            (false, false) => format!("[{positive}]"),
            (_, true) => format!("[^{positive}]"),
        };
        let text = match kind {
            'n' | 'r' | 't' | '\\' | '|' | '.' | '?' | '*' | '+' | '(' | ')' | '{' | '}' | '-' | '[' | ']' | '^'
            | '$' => {
                format!("\\{kind}")
            }
            'd' | 'D' => format!("\\{kind}"),
            's' | 'S' => class(" \\t\\n\\r", kind == 'S'),
            'w' if inside => "\\w".to_owned(),
            'w' => "[^\\p{P}\\p{Z}\\p{C}]".to_owned(),
            'W' => "[\\p{P}\\p{Z}\\p{C}]".to_owned(),
            'i' | 'I' => class("\\p{L}_:", kind == 'I'),
            'c' | 'C' => class("\\-._:\\p{L}\\p{N}\\p{M}\\x{B7}", kind == 'C'),
            'p' | 'P' => {
                let name = self.property()?;
                match name.strip_prefix("Is") {
                    None => format!("\\{kind}{{{name}}}"),
                    Some(block) => {
                        let (_, range) = BLOCKS.into_iter().find(|(known, _)| *known == block)?;
                        class(range, kind == 'P')
                    }
                }
            }
            // Back-references are among these.
            _ => return None,
        };
        self.out.push_str(&text);
        Some(())
    }

    /// The name between the braces.
    fn property(&mut self) -> Option<String> {
        if self.next()? != '{' {
            return None;
        }
        let mut name = String::new();
        loop {
            match self.next()? {
                '}' => return Some(name),
                letter => name.push(letter),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of_xpath;

    #[test]
    fn patterns_are_read_as_xpath_has_them() {
        for (text, pattern, flags, expected) in [
            ("b", "^[a-z-[aeiou]]$", "", true),
            ("e", "^[a-z-[aeiou]]$", "", false),
            ("a\rb", "^a.b$", "", false),
            ("a\rb", "^a.b$", "s", true),
            ("hello world", "he ll o[ ]worl d", "x", true),
            ("hello world", "^\\p{ IsBasicLatin}+$", "x", true),
            ("a_1", "^\\c+$", "", true),
            ("A", "a", "i", true),
        ] {
            assert_eq!(of_xpath(pattern, flags).is_some_and(|regex| regex.is_match(text)), expected, "{pattern}");
        }
        for pattern in ["(a)\\1", "(?i)a", "a(?=b)", "\\bword", "\\p{IsNowhere}"] {
            assert!(of_xpath(pattern, "").is_none(), "{pattern}");
        }
    }
}
