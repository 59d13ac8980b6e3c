//! JavaScript's patterns without flags (ECMA-262, 22.2 with annex B.1.2), written as the matching library reads them.
//!
//! Letters here are UTF-16 units, as they are in the browser: half of a pair is a letter of its own ([`unit`]).

use super::Mistake;
use super::class::class_escape;
use std::fmt::Write as _;

const WORD: &str = "[0-9A-Za-z_]";

/// A unit as a letter; halves of pairs lie where no text has anything, for a letter up there is a pair itself.
pub(super) fn unit(unit: u16) -> char {
    let code = u32::from(unit);
    char::from_u32(code).or_else(|| char::from_u32(0x10_0000 + (code - 0xD800))).unwrap_or_default()
}

/// A pattern in the words of the library.
///
/// # Errors
/// What JavaScript refuses as well.
pub(super) fn translate(pattern: &str) -> Result<String, Mistake> {
    let letters: Vec<char> = pattern.encode_utf16().map(unit).collect();
    let mut translation = Translation::new(&letters);
    translation.run()?;
    Ok(translation.out)
}

/// What a quantifier would stand behind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    Nothing,
    Atom,
    /// Where it begins in what is written.
    LookAhead(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Capture(usize),
    Plain,
    /// Where it begins in what is written.
    LookAhead(usize),
    LookBehind,
}

pub(super) struct Translation<'a> {
    pub(super) letters: &'a [char],
    pub(super) at: usize,
    out: String,
    /// Groups that capture: their names, or none.
    groups: Vec<Option<String>>,
    opened: usize,
    closed: Vec<usize>,
    open: Vec<Group>,
    last: Last,
}

impl<'a> Translation<'a> {
    fn new(letters: &'a [char]) -> Self {
        Self {
            letters,
            at: 0,
            out: String::with_capacity(letters.len() * 2),
            groups: captures(letters),
            opened: 0,
            closed: Vec::new(),
            open: Vec::new(),
            last: Last::Nothing,
        }
    }

    fn run(&mut self) -> Result<(), Mistake> {
        while let Some(letter) = self.next() {
            match letter {
                '|' => self.put("|", Last::Nothing),
                '^' => self.put("\\A", Last::Nothing),
                '$' => self.put("\\z", Last::Nothing),
                '.' => self.put(r"[^\x{A}\x{D}\x{2028}\x{2029}]", Last::Atom),
                '(' => self.open()?,
                ')' => self.close()?,
                '[' => self.class()?,
                '\\' => self.escape()?,
                '*' | '+' | '?' => self.quantifier(&letter.to_string())?,
                '{' => self.braces()?,
                other => self.literal(other),
            }
        }
        if self.open.is_empty() { Ok(()) } else { Err(self.mistake("a group is not closed")) }
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let letter = self.letters.get(self.at).copied();
        self.at += usize::from(letter.is_some());
        letter
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let comes = self.letters[self.at..].starts_with(&text.chars().collect::<Vec<_>>());
        self.at += if comes { text.len() } else { 0 };
        comes
    }

    pub(super) fn put(&mut self, text: &str, last: Last) {
        self.out.push_str(text);
        self.last = last;
    }

    fn literal(&mut self, letter: char) {
        self.last = Last::Atom;
        if letter.is_ascii_alphanumeric() {
            self.out.push(letter);
        } else {
            code(&mut self.out, letter);
        }
    }

    pub(super) fn mistake(&self, message: &str) -> Mistake {
        Mistake { message: message.to_owned(), letter: self.at }
    }

    fn open(&mut self) -> Result<(), Mistake> {
        self.last = Last::Nothing;
        for (sign, group) in [
            ("?:", Group::Plain),
            ("?=", Group::LookAhead(0)),
            ("?!", Group::LookAhead(0)),
            ("?<=", Group::LookBehind),
            ("?<!", Group::LookBehind),
        ] {
            if self.take(sign) {
                self.open.push(if group == Group::LookAhead(0) { Group::LookAhead(self.out.len()) } else { group });
                self.out.push('(');
                self.out.push_str(sign);
                return Ok(());
            }
        }
        if self.take("?<") {
            let named = self.groups.get(self.opened).cloned().flatten().filter(|name| is_name(name));
            let Some(name) = named else {
                return Err(self.mistake("the name of a group is none"));
            };
            self.at += name.encode_utf16().count() + 1;
        } else if self.peek() == Some('?') {
            return Err(self.mistake("there is no such kind of group"));
        }
        self.opened += 1;
        self.out.push('(');
        self.open.push(Group::Capture(self.opened));
        Ok(())
    }

    fn close(&mut self) -> Result<(), Mistake> {
        let Some(group) = self.open.pop() else {
            return Err(self.mistake("a group is closed that was not opened"));
        };
        self.out.push(')');
        self.last = match group {
            Group::LookBehind => Last::Nothing,
            Group::LookAhead(begin) => Last::LookAhead(begin),
            Group::Capture(_) | Group::Plain => Last::Atom,
        };
        if let Group::Capture(number) = group {
            self.closed.push(number);
        }
        Ok(())
    }

    fn quantifier(&mut self, text: &str) -> Result<(), Mistake> {
        let last = std::mem::replace(&mut self.last, Last::Nothing);
        if last == Last::Nothing {
            return Err(self.mistake("there is nothing to repeat"));
        }
        let is_lazy = self.take("?");
        match last {
            // The library repeats no look-ahead. Once is as good as often, and not at all is what matches anything.
            Last::LookAhead(begin) if is_optional(text) => {
                self.out.insert_str(begin, "(?:");
                self.out.push_str("|)");
            }
            Last::LookAhead(_) => {}
            Last::Atom | Last::Nothing => {
                self.out.push_str(text);
                self.out.push_str(if is_lazy { "?" } else { "" });
            }
        }
        Ok(())
    }

    /// `{2}`, `{2,}`, `{2,3}`; anything else in braces is text.
    fn braces(&mut self) -> Result<(), Mistake> {
        let begin = self.at;
        let low = self.digits();
        let comma = self.take(",");
        let high = if comma { self.digits() } else { String::new() };
        if low.is_empty() || !self.take("}") {
            self.at = begin;
            self.literal('{');
            return Ok(());
        }
        let number = |digits: &str| digits.parse::<u32>().unwrap_or(u32::MAX);
        if !high.is_empty() && number(&high) < number(&low) {
            return Err(self.mistake("the numbers of a repetition are out of order"));
        }
        self.quantifier(&if comma { format!("{{{low},{high}}}") } else { format!("{{{low}}}") })
    }

    fn digits(&mut self) -> String {
        let begin = self.at;
        while self.peek().is_some_and(|letter| letter.is_ascii_digit()) {
            self.at += 1;
        }
        self.letters[begin..self.at].iter().collect()
    }

    fn escape(&mut self) -> Result<(), Mistake> {
        let Some(letter) = self.next() else {
            return Err(self.mistake("nothing follows the last backslash"));
        };
        if let Some(class) = class_escape(letter) {
            self.put(&format!("[{class}]"), Last::Atom);
            return Ok(());
        }
        match letter {
            'b' => self.put(&format!("(?:(?<={WORD})(?!{WORD})|(?<!{WORD})(?={WORD}))"), Last::Nothing),
            'B' => self.put(&format!("(?:(?<={WORD})(?={WORD})|(?<!{WORD})(?!{WORD}))"), Last::Nothing),
            'k' if self.groups.iter().any(Option::is_some) => return self.named_reference(),
            '1'..='9' => {
                let begin = self.at;
                self.at -= 1;
                let number = self.digits().parse::<usize>().unwrap_or(usize::MAX);
                if number <= self.groups.len() {
                    self.reference(number);
                    return Ok(());
                }
                self.at = begin;
                let letter = self.code_escape(letter, false);
                self.literal(letter);
            }
            other => {
                let letter = self.code_escape(other, false);
                self.literal(letter);
            }
        }
        Ok(())
    }

    fn named_reference(&mut self) -> Result<(), Mistake> {
        let end = self.letters[self.at..].iter().position(|letter| *letter == '>');
        let name: Option<String> = end
            .filter(|_| self.peek() == Some('<'))
            .map(|end| self.letters[self.at + 1..self.at + end].iter().collect());
        let number = name.and_then(|name| self.groups.iter().position(|group| group.as_deref() == Some(&*name)));
        let (Some(end), Some(number)) = (end, number) else {
            return Err(self.mistake("there is no group of this name"));
        };
        self.at += end + 1;
        self.reference(number + 1);
        Ok(())
    }

    /// A group that has not matched, or not yet, is the empty text.
    fn reference(&mut self, number: usize) {
        let is_closed = self.closed.contains(&number);
        let text = if is_closed { format!("(?({number})(?:\\{number})|)") } else { "(?:)".to_owned() };
        self.put(&text, Last::Atom);
    }

    /// The letter that an escape stands for, behind its first letter.
    pub(super) fn code_escape(&mut self, letter: char, in_class: bool) -> char {
        match letter {
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'b' if in_class => '\u{8}',
            'c' => match self.peek() {
                Some(control)
                    if control.is_ascii_alphabetic() || in_class && (control.is_ascii_digit() || control == '_') =>
                {
                    self.at += 1;
                    char::from(control as u8 % 32)
                }
                // Then it is a backslash, and `c` follows.
                _ => {
                    self.at -= 1;
                    '\\'
                }
            },
            'x' => self.hex(2).unwrap_or('x'),
            'u' => self.hex(4).unwrap_or('u'),
            '0'..='7' => {
                self.at -= 1;
                let mut value = 0_u16;
                for _ in 0..3 {
                    let Some(digit) = self.peek().and_then(|letter| letter.to_digit(8)) else {
                        break;
                    };
                    let next = value * 8 + u16::try_from(digit).unwrap_or_default();
                    if next > 0o377 {
                        break;
                    }
                    value = next;
                    self.at += 1;
                }
                unit(value)
            }
            other => other,
        }
    }

    fn hex(&mut self, digits: usize) -> Option<char> {
        let text: String = self.letters.get(self.at..self.at + digits)?.iter().collect();
        let is_hex = text.chars().all(|letter| letter.is_ascii_hexdigit());
        let code = is_hex.then(|| u16::from_str_radix(&text, 16).ok()).flatten()?;
        self.at += digits;
        Some(unit(code))
    }
}

fn is_optional(quantifier: &str) -> bool {
    let low = quantifier.trim_start_matches('{').split([',', '}']).next().unwrap_or_default();
    matches!(quantifier, "*" | "?") || !low.is_empty() && low.bytes().all(|digit| digit == b'0')
}

pub(super) fn code(out: &mut String, letter: char) {
    // Writing to a text cannot fail.
    let _ = write!(out, "\\x{{{:X}}}", letter as u32);
}

fn is_name(name: &str) -> bool {
    let begins = |letter: char| letter.is_alphabetic() || matches!(letter, '_' | '$');
    name.starts_with(begins) && name.chars().all(|letter| begins(letter) || letter.is_alphanumeric())
}

/// The groups that capture, in their order, with their names.
fn captures(letters: &[char]) -> Vec<Option<String>> {
    let mut found = Vec::new();
    let mut in_class = false;
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        at += 1;
        match letter {
            '\\' => at += 1,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => match (letters.get(at), letters.get(at + 1), letters.get(at + 2)) {
                (Some('?'), Some('<'), Some('=' | '!')) => {}
                (Some('?'), Some('<'), _) => {
                    let name = letters[at + 2..].iter().take_while(|letter| **letter != '>').collect();
                    found.push(Some(name));
                }
                (Some('?'), ..) => {}
                _ => found.push(None),
            },
            _ => {}
        }
    }
    found
}
