//! Tokens of an expression. Positions in messages are those of JUEL: characters from the start of the whole text.

use casewright_engine_value::EvaluationError;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Identifier(Arc<str>),
    String(Arc<str>),
    Float(f64, Arc<str>),
    Integer(i64, Arc<str>),
    /// A keyword or operator, by its canonical spelling.
    Symbol(Symbol, &'static str),
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    True,
    False,
    Null,
    Dot,
    Comma,
    Question,
    Colon,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    CloseBrace,
    Minus,
    Plus,
    Times,
    Divide,
    Remainder,
    Not,
    Empty,
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    InstanceOf,
}

impl Token {
    /// How a message shows it: quoted; the end of the text has the image null.
    pub(crate) fn image(&self) -> String {
        match self {
            Self::Identifier(image) | Self::String(image) | Self::Float(_, image) | Self::Integer(_, image) => {
                format!("'{image}'")
            }
            Self::Symbol(_, image) => format!("'{image}'"),
            Self::End => "'null'".to_owned(),
        }
    }
}

/// Reads tokens of the expression part that begins at `position`.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    characters: &'a [char],
    position: usize,
}

const KEYWORDS: [(&str, Symbol); 16] = [
    ("true", Symbol::True),
    ("false", Symbol::False),
    ("null", Symbol::Null),
    ("not", Symbol::Not),
    ("empty", Symbol::Empty),
    ("and", Symbol::And),
    ("or", Symbol::Or),
    ("div", Symbol::Divide),
    ("mod", Symbol::Remainder),
    ("eq", Symbol::Equal),
    ("ne", Symbol::NotEqual),
    ("lt", Symbol::Less),
    ("gt", Symbol::Greater),
    ("le", Symbol::LessOrEqual),
    ("ge", Symbol::GreaterOrEqual),
    ("instanceof", Symbol::InstanceOf),
];

/// Longest first.
const OPERATORS: [(&str, Symbol); 23] = [
    ("&&", Symbol::And),
    ("||", Symbol::Or),
    ("==", Symbol::Equal),
    ("!=", Symbol::NotEqual),
    ("<=", Symbol::LessOrEqual),
    (">=", Symbol::GreaterOrEqual),
    ("<", Symbol::Less),
    (">", Symbol::Greater),
    ("!", Symbol::Not),
    (".", Symbol::Dot),
    (",", Symbol::Comma),
    ("?", Symbol::Question),
    (":", Symbol::Colon),
    ("(", Symbol::OpenParenthesis),
    (")", Symbol::CloseParenthesis),
    ("[", Symbol::OpenBracket),
    ("]", Symbol::CloseBracket),
    ("}", Symbol::CloseBrace),
    ("-", Symbol::Minus),
    ("+", Symbol::Plus),
    ("*", Symbol::Times),
    ("/", Symbol::Divide),
    ("%", Symbol::Remainder),
];

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str, characters: &'a [char], position: usize) -> Self {
        Self { text, characters, position }
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// The next token and where it begins.
    pub(crate) fn next(&mut self) -> Result<(Token, usize), EvaluationError> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.position += 1;
        }
        let start = self.position;
        let Some(first) = self.peek() else {
            return Ok((Token::End, start));
        };
        let token = match first {
            '\'' | '"' => self.string(first)?,
            digit if digit.is_ascii_digit() => self.number()?,
            '.' if self.at(1).is_some_and(|c| c.is_ascii_digit()) => self.number()?,
            letter if letter.is_alphabetic() || letter == '_' || letter == '$' => self.word(),
            _ => self.operator()?,
        };
        Ok((token, start))
    }

    fn peek(&self) -> Option<char> {
        self.at(0)
    }

    fn at(&self, offset: usize) -> Option<char> {
        self.characters.get(self.position + offset).copied()
    }

    fn word(&mut self) -> Token {
        let start = self.position;
        while self.peek().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            self.position += 1;
        }
        let word: String = self.characters[start..self.position].iter().collect();
        match KEYWORDS.iter().find(|(name, _)| *name == word) {
            Some((image, symbol)) => Token::Symbol(*symbol, image),
            None => Token::Identifier(Arc::from(word)),
        }
    }

    fn operator(&mut self) -> Result<Token, EvaluationError> {
        for (image, symbol) in OPERATORS {
            if image.chars().enumerate().all(|(offset, c)| self.at(offset) == Some(c)) {
                self.position += image.chars().count();
                return Ok(Token::Symbol(symbol, image));
            }
        }
        let found = self.peek().unwrap_or_default();
        Err(self.lexical(self.position, &format!("invalid character '{found}'"), "expression token"))
    }

    fn string(&mut self, quote: char) -> Result<Token, EvaluationError> {
        let start = self.position;
        self.position += 1;
        let mut content = String::new();
        loop {
            match self.peek() {
                None => {
                    return Err(self.lexical(start, "unterminated string", &format!("{quote} or escape sequence")));
                }
                Some(c) if c == quote => break,
                Some('\\') => {
                    let escaped = self.at(1);
                    match escaped {
                        Some(c) if c == '\\' || c == quote => content.push(c),
                        _ => {
                            return Err(self.lexical(
                                self.position,
                                "invalid escape sequence",
                                &format!("\\{quote} or \\\\"),
                            ));
                        }
                    }
                    self.position += 2;
                }
                Some(c) => {
                    content.push(c);
                    self.position += 1;
                }
            }
        }
        self.position += 1;
        Ok(Token::String(Arc::from(content)))
    }

    fn number(&mut self) -> Result<Token, EvaluationError> {
        let start = self.position;
        let mut is_float = false;
        self.digits();
        if self.peek() == Some('.') {
            is_float = true;
            self.position += 1;
            self.digits();
        }
        if self.exponent_follows() {
            is_float = true;
            self.position += 2;
            self.digits();
        }
        let image: String = self.characters[start..self.position].iter().collect();
        if is_float {
            let value = image.parse::<f64>().map_err(|_| self.lexical(start, &format!("'{image}'"), "float"))?;
            return Ok(Token::Float(value, Arc::from(image)));
        }
        let value = image.parse::<i64>().map_err(|_| self.lexical(start, &format!("'{image}'"), "integer"))?;
        Ok(Token::Integer(value, Arc::from(image)))
    }

    fn exponent_follows(&self) -> bool {
        if !matches!(self.peek(), Some('e' | 'E')) {
            return false;
        }
        match self.at(1) {
            Some('+' | '-') => self.at(2).is_some_and(|c| c.is_ascii_digit()),
            Some(c) => c.is_ascii_digit(),
            None => false,
        }
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.position += 1;
        }
    }

    fn lexical(&self, position: usize, encountered: &str, expected: &str) -> EvaluationError {
        EvaluationError::Syntax(format!(
            "Error parsing '{}': lexical error at position {position}, encountered {encountered}, expected {expected}",
            self.text
        ))
    }
}
