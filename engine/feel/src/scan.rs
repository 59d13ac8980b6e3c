//! Letters to words: blanks, comments, names, numbers, texts.

use crate::syntax::SyntaxError;
use smol_str::SmolStr;

/// Words that are no names.
pub(crate) const KEYWORDS: [&str; 19] = [
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
    "between",
    "instance",
    "of",
    "function",
    "external",
    "true",
    "false",
    "null",
];

/// Is this a word of the language, which no name can be?
#[must_use]
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

pub(crate) fn begins_name(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '$') || (c as u32 > 0x2000 && !c.is_whitespace() && !c.is_control())
}

pub(crate) fn is_name_part(c: char) -> bool {
    begins_name(c) || c.is_alphanumeric()
}

/// A place in a text.
#[derive(Clone, Copy)]
pub(crate) struct Scanner<'a> {
    text: &'a str,
    pub(crate) at: usize,
    /// Whether `\u00e9` in a text is a letter.
    decodes: bool,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str, decodes: bool) -> Self {
        let mut scanner = Self { text, at: 0, decodes };
        scanner.skip();
        scanner
    }

    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::at(self.text, self.at, message.into())
    }

    pub(crate) fn expected(&self, what: &str) -> SyntaxError {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(letter) if is_name_part(letter) => {
                let word: String = self.rest().chars().take_while(|c| is_name_part(*c)).take(40).collect();
                format!("'{word}'")
            }
            Some(letter) => format!("'{letter}'"),
        };
        self.error(format!("expected {what}, found {found}"))
    }

    /// Over blanks and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            self.at += rest.len() - trimmed.len();
            let comment = if trimmed.starts_with("//") {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/").map_or(trimmed.len(), |end| end + 2)
            } else {
                return;
            };
            self.at += comment;
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.at += bytes;
        self.skip();
    }

    /// A sign, if it comes next.
    pub(crate) fn sign(&mut self, sign: &str) -> bool {
        let comes = self.rest().starts_with(sign);
        if comes {
            self.advance(sign.len());
        }
        comes
    }

    pub(crate) fn looks_at(&self, sign: &str) -> bool {
        self.rest().starts_with(sign)
    }

    pub(crate) fn expect(&mut self, sign: &str) -> Result<(), SyntaxError> {
        if self.sign(sign) { Ok(()) } else { Err(self.expected(&format!("'{sign}'"))) }
    }

    pub(crate) fn looks_at_word(&self, word: &str) -> bool {
        self.rest().strip_prefix(word).is_some_and(|after| !after.starts_with(is_name_part))
    }

    /// A word, if it comes next and ends there.
    pub(crate) fn word(&mut self, word: &str) -> bool {
        let comes = self.looks_at_word(word);
        if comes {
            self.advance(word.len());
        }
        comes
    }

    pub(crate) fn expect_word(&mut self, word: &str) -> Result<(), SyntaxError> {
        if self.word(word) { Ok(()) } else { Err(self.expected(&format!("'{word}'"))) }
    }

    /// The letters up to the first that no identifier has.
    pub(crate) fn leading_word(&self) -> &'a str {
        let rest = self.rest();
        &rest[..rest.find(|c: char| !is_name_part(c)).unwrap_or(rest.len())]
    }

    pub(crate) fn looks_at_words(&self, name: &str) -> bool {
        self.length_of_words(name).is_some()
    }

    /// The words of a name, with any blanks between them, if they come next.
    pub(crate) fn words(&mut self, name: &str) -> bool {
        let Some(length) = self.length_of_words(name) else {
            return false;
        };
        self.advance(length);
        true
    }

    fn length_of_words(&self, name: &str) -> Option<usize> {
        let rest = self.rest();
        let mut at = 0;
        for letter in name.chars() {
            let ahead = &rest[at..];
            if letter == ' ' {
                let blanks = ahead.len() - ahead.trim_start().len();
                if blanks == 0 {
                    return None;
                }
                at += blanks;
            } else if ahead.starts_with(letter) {
                at += letter.len_utf8();
            } else {
                return None;
            }
        }
        let ends = !name.ends_with(is_name_part) || !rest[at..].starts_with(is_name_part);
        ends.then_some(at)
    }

    /// An identifier, or anything between back-quotes. Keywords are none.
    pub(crate) fn identifier(&mut self) -> Option<SmolStr> {
        let rest = self.rest();
        if let Some(quoted) = rest.strip_prefix('`') {
            let end = quoted.find('`')?;
            let name = SmolStr::new(&quoted[..end]);
            self.advance(end + 2);
            return Some(name);
        }
        if !rest.starts_with(begins_name) {
            return None;
        }
        let end = rest.find(|c: char| !is_name_part(c)).unwrap_or(rest.len());
        let word = &rest[..end];
        if is_keyword(word) {
            return None;
        }
        let word = SmolStr::new(word);
        self.advance(end);
        Some(word)
    }

    /// The digits of a number without a sign. `1..2` are two numbers.
    pub(crate) fn number(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let digits = |from: usize| rest[from..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |n| from + n);
        let mut end = digits(0);
        let fraction =
            rest[end..].strip_prefix('.').is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()));
        if fraction {
            end = digits(end + 1);
        }
        if end == 0 {
            return None;
        }
        if rest[end..].starts_with(['e', 'E']) {
            let signed = end + 1 + usize::from(rest[end + 1..].starts_with(['+', '-']));
            let exponent = digits(signed);
            if exponent > signed {
                end = exponent;
            }
        }
        let number = &rest[..end];
        self.advance(end);
        Some(number)
    }

    /// A text between quotation marks, which may be over several lines.
    pub(crate) fn string(&mut self) -> Result<Option<String>, SyntaxError> {
        let Some(inside) = self.rest().strip_prefix('"') else {
            return Ok(None);
        };
        let mut out = String::new();
        let mut letters = inside.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.advance(at + 2);
                    return Ok(Some(out));
                }
                '\\' => match letters.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 'r')) => out.push('\r'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, quoted @ ('"' | '\\' | '\''))) => out.push(quoted),
                    Some((at, kind @ ('u' | 'U'))) if self.decodes => {
                        let (length, letter) = match kind {
                            'u' => utf16(&inside[at + 1..]),
                            _ => (6, code_point(&inside[at + 1..], 6)),
                        };
                        match letter {
                            Some(letter) => {
                                out.push(letter);
                                for _ in 0..length {
                                    letters.next();
                                }
                            }
                            None => out.extend(['\\', kind]),
                        }
                    }
                    // As patterns have them: "\d".
                    Some((_, other)) => out.extend(['\\', other]),
                    None => break,
                },
                other => out.push(other),
            }
        }
        Err(self.error("the text that begins here does not end"))
    }
}

/// `0041`, or two halves as in `D83D\uDE00`; how many letters that is.
fn utf16(text: &str) -> (usize, Option<char>) {
    let unit = |at: usize| text.get(at..at + 4).and_then(|hex| u16::from_str_radix(hex, 16).ok());
    let Some(first) = unit(0) else {
        return (4, None);
    };
    if let Ok(letter) = char::try_from(u32::from(first)) {
        return (4, Some(letter));
    }
    let second = text.get(4..6).filter(|escape| *escape == "\\u").and_then(|_| unit(6));
    let letter = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    (10, letter)
}

fn code_point(text: &str, digits: usize) -> Option<char> {
    let code = text.get(..digits)?;
    if !code.chars().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    char::from_u32(u32::from_str_radix(code, 16).ok()?)
}
