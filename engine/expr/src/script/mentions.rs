//! Which variables a JavaScript looks at, told from its words without running it.
//!
//! A script is read as far as that takes: what is a comment, a text, a regular expression, a name behind a dot or the key of
//! an object names no variable. Names that a script declares itself are not told apart from variables.

use crate::object;

/// Words after which a slash begins a regular expression, where it divides after any other.
const BEFORE_OPERANDS: [&str; 14] = [
    "return",
    "typeof",
    "instanceof",
    "in",
    "of",
    "new",
    "delete",
    "void",
    "throw",
    "case",
    "do",
    "else",
    "yield",
    "await",
];

/// Whether the script looks at the variable of this name, or asks the execution for it.
pub(crate) fn mentions(source: &str, name: &str) -> bool {
    let tokens = Scanner::read(source);
    (0..tokens.len()).any(|at| is_variable(&tokens, at, name) || is_asked_for(&tokens, at, name))
}

fn is_variable(tokens: &[Token<'_>], at: usize, name: &str) -> bool {
    if tokens[at] != Token::Word(name) {
        return false;
    }
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let is_key = matches!(before, Some(Token::Sign('{' | ','))) && tokens.get(at + 1) == Some(&Token::Sign(':'));
    before != Some(&Token::Sign('.')) && !is_key
}

/// `execution.getVariable('x')`
fn is_asked_for(tokens: &[Token<'_>], at: usize, name: &str) -> bool {
    match tokens.get(at..at + 3) {
        Some([Token::Word(method), Token::Sign('('), Token::Text(asked)]) => {
            object::looks_at_variable(method) && asked == name
        }
        _ => false,
    }
}

#[derive(Debug, PartialEq)]
enum Token<'s> {
    Word(&'s str),
    /// What stands between quotes.
    Text(String),
    /// A number, a regular expression, a template with expressions in it.
    Operand,
    /// `...`: no dot before a name.
    Spread,
    Sign(char),
}

struct Scanner<'s> {
    rest: &'s str,
    found: Vec<Token<'s>>,
    /// Templates whose expression is being read, with the braces that are open in it.
    templates: Vec<usize>,
}

impl<'s> Scanner<'s> {
    fn read(source: &'s str) -> Vec<Token<'s>> {
        let mut scanner = Self { rest: source, found: Vec::new(), templates: Vec::new() };
        while let Some(first) = scanner.rest.chars().next() {
            scanner.advance(first);
        }
        scanner.found
    }

    /// Over one token, blank or comment.
    fn advance(&mut self, first: char) {
        let rest = self.rest;
        let is_number = first.is_ascii_digit() || first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit());
        if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else if rest.starts_with("//") {
            self.skip_past("\n");
        } else if rest.starts_with("/*") {
            self.skip(2);
            self.skip_past("*/");
        } else if is_number {
            self.word(|c| is_part(c) || c == '.');
            self.found.push(Token::Operand);
        } else if is_part(first) {
            let word = self.word(is_part);
            self.found.push(Token::Word(word));
        } else if rest.starts_with("...") {
            self.skip(3);
            self.found.push(Token::Spread);
        } else {
            self.sign(first);
        }
    }

    fn sign(&mut self, first: char) {
        match first {
            '\'' | '"' => self.text(first),
            '`' => self.template(),
            '/' if !self.is_behind_operand() => self.regular_expression(),
            '}' if self.templates.last() == Some(&0) => {
                self.templates.pop();
                self.found.push(Token::Sign(')'));
                self.template();
            }
            _ => {
                if let Some(open) = self.templates.last_mut() {
                    match first {
                        '{' => *open += 1,
                        '}' => *open = open.saturating_sub(1),
                        _ => {}
                    }
                }
                self.skip(first.len_utf8());
                self.found.push(Token::Sign(first));
            }
        }
    }

    fn text(&mut self, quote: char) {
        let (text, end) = self.until(|rest| rest.starts_with(quote));
        self.skip(end + 1);
        self.found.push(Token::Text(text));
    }

    /// From a back-quote, or the end of an expression, to the next expression or the end.
    fn template(&mut self) {
        let (text, end) = self.until(|rest| rest.starts_with('`') || rest.starts_with("${"));
        if self.rest[end..].starts_with("${") {
            self.skip(end + 2);
            self.templates.push(0);
            self.found.push(Token::Sign('('));
            return;
        }
        let is_whole = self.rest.starts_with('`');
        self.skip(end + 1);
        self.found.push(if is_whole { Token::Text(text) } else { Token::Operand });
    }

    fn regular_expression(&mut self) {
        let mut in_class = false;
        let (_, end) = self.until(|rest| {
            match rest.chars().next() {
                Some('[') => in_class = true,
                Some(']') => in_class = false,
                Some('/') => return !in_class,
                Some('\n') => return true,
                _ => {}
            }
            false
        });
        self.skip(end + 1);
        self.word(is_part);
        self.found.push(Token::Operand);
    }

    /// What stands behind the first letter up to where it ends, and where that is. What a backslash stands before ends nothing.
    fn until(&self, mut is_end: impl FnMut(&str) -> bool) -> (String, usize) {
        let mut text = String::new();
        let mut letters = self.rest.char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            if letter == '\\' {
                text.extend(letters.next().map(|(_, escaped)| escaped));
                continue;
            }
            if is_end(&self.rest[at..]) {
                return (text, at);
            }
            text.push(letter);
        }
        (text, self.rest.len())
    }

    fn is_behind_operand(&self) -> bool {
        match self.found.last() {
            Some(Token::Word(word)) => !BEFORE_OPERANDS.contains(word),
            Some(Token::Text(_) | Token::Operand | Token::Sign(')' | ']' | '}')) => true,
            Some(Token::Spread | Token::Sign(_)) | None => false,
        }
    }

    fn word(&mut self, is_part: impl Fn(char) -> bool) -> &'s str {
        let end = self.rest.find(|c: char| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn skip_past(&mut self, end: &str) {
        self.rest = self.rest.split_once(end).map_or("", |(_, rest)| rest);
    }
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_variable_is_a_name_that_stands_for_itself() {
        for source in [
            "phase",
            "!phase && other",
            "a ? phase : b",
            "({phase})",
            "({a: phase})",
            "f(...phase)",
            "`${phase}`",
            "`a ${ {b: `${phase}`}.b } c`",
            "/* no */ phase",
            "a / phase / 2",
            "/'/.test(a) || phase",
            "return /[/']/g, phase",
            "switch (x) { case phase: 1 }",
            "execution.getVariable('phase')",
            "execution.getVariable(`phase`)",
            "x = 'it\\'s'; phase",
            "[1][0] / 2; '' + phase",
        ] {
            assert!(mentions(source, "phase"), "{source}");
        }
    }

    #[test]
    fn a_text_a_comment_a_longer_name_or_a_key_is_none() {
        for source in [
            "'phase'",
            "\"a \\\" phase\"",
            "`phase`",
            "`${a} phase`",
            "// phase\ntrue",
            "/* phase */ true",
            "/phase/.test(a)",
            "return /[/]phase/i",
            "phases || prephase || $phase",
            "a.phase",
            "a?.phase",
            "({phase: 1})",
            "({a: 1, phase: 2})",
            "execution.setVariable('phase', 1)",
            "getVariable('phases')",
            "'",
            "`${",
            "/",
        ] {
            assert!(!mentions(source, "phase"), "{source}");
        }
    }
}
