//! Recursive descent over the grammar of EL 2.2 value expressions with method invocation.
//!
//! Depth and number of operators are limited, so that no text can exhaust the stack here or in the evaluator.

use super::ast::{Node, Part, Template};
use super::function::Function;
use super::lexer::{Lexer, Symbol, Token};
use super::operator::{Binary, Unary};
use casewright_engine_value::{EvaluationError, Value};
use std::sync::Arc;

/// Nested parentheses, brackets, arguments, choices and unary operators.
const MAX_DEPTH: usize = 200;
/// Operators and member accesses in one expression; a chain of them makes a deep tree.
const MAX_OPERATORS: usize = 300;
const MAX_TEXT: usize = 256 * 1024;

const EXPECTED_LITERAL: &str =
    "<IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('";

/// Parses attribute text.
///
/// # Errors
/// `Syntax` in JUEL's words; `Limit` when it is too large or too deep.
pub(crate) fn parse(text: &str) -> Result<Template, EvaluationError> {
    if text.len() > MAX_TEXT {
        return Err(limit("length of an expression", MAX_TEXT));
    }
    if !text.contains('{') {
        return Ok(Template { text: Arc::from(text), parts: literal_parts(text) });
    }
    let characters: Vec<char> = text.chars().collect();
    let mut parts = Vec::new();
    let mut position = 0;
    let mut opening: Option<char> = None;
    while position < characters.len() {
        let (literal, next) = read_text(&characters, position);
        if !literal.is_empty() {
            parts.push(Part::Text(Arc::from(literal)));
        }
        position = next;
        if position >= characters.len() {
            break;
        }
        let sign = characters[position];
        if let Some(first) = opening.filter(|first| *first != sign) {
            return Err(syntax(text, position, &format!("'{sign}{{'"), &format!("'{first}{{'")));
        }
        opening = Some(sign);
        let (node, next) = Parser::new(text, &characters, position + 2)?.expression_part()?;
        parts.push(Part::Expression(node));
        position = next;
    }
    Ok(Template { text: Arc::from(text), parts })
}

fn literal_parts(text: &str) -> Vec<Part> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![Part::Text(Arc::from(text))]
}

/// Literal text up to the next `${` or `#{`; a backslash before one makes it literal.
fn read_text(characters: &[char], start: usize) -> (String, usize) {
    let mut literal = String::new();
    let mut position = start;
    let opens = |at: usize| matches!(characters.get(at), Some('$' | '#')) && characters.get(at + 1) == Some(&'{');
    while position < characters.len() {
        if opens(position) {
            break;
        }
        if characters[position] == '\\' && opens(position + 1) {
            literal.push(characters[position + 1]);
            literal.push('{');
            position += 3;
            continue;
        }
        literal.push(characters[position]);
        position += 1;
    }
    (literal, position)
}

struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    token: Token,
    position: usize,
    depth: usize,
    operators: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, characters: &'a [char], start: usize) -> Result<Self, EvaluationError> {
        let mut lexer = Lexer::new(text, characters, start);
        let (token, position) = lexer.next()?;
        Ok(Self { text, lexer, token, position, depth: 0, operators: 0 })
    }

    fn expression_part(mut self) -> Result<(Node, usize), EvaluationError> {
        let node = self.choice()?;
        if !self.is(Symbol::CloseBrace) {
            return Err(self.unexpected("'}'"));
        }
        Ok((node, self.lexer.position()))
    }

    fn choice(&mut self) -> Result<Node, EvaluationError> {
        self.enter()?;
        let condition = self.binary(0)?;
        let node = if self.take(Symbol::Question)? {
            let yes = self.choice()?;
            self.expect(Symbol::Colon, "':'")?;
            let no = self.choice()?;
            Node::Choice(Box::new(condition), Box::new(yes), Box::new(no))
        } else {
            condition
        };
        self.depth -= 1;
        Ok(node)
    }

    /// Precedence climbing: `||`, `&&`, equality, comparison, addition, multiplication; all left-associative.
    fn binary(&mut self, minimum: u8) -> Result<Node, EvaluationError> {
        let mut left = self.unary()?;
        while let Some((operator, precedence)) = self.binary_operator() {
            if precedence < minimum {
                break;
            }
            self.count_operator()?;
            self.advance()?;
            let right = self.binary(precedence + 1)?;
            left = Node::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn binary_operator(&self) -> Option<(Binary, u8)> {
        let Token::Symbol(symbol, _) = self.token else {
            return None;
        };
        Some(match symbol {
            Symbol::Or => (Binary::Or, 0),
            Symbol::And => (Binary::And, 1),
            Symbol::Equal => (Binary::Equal, 2),
            Symbol::NotEqual => (Binary::NotEqual, 2),
            Symbol::Less => (Binary::Less, 3),
            Symbol::Greater => (Binary::Greater, 3),
            Symbol::LessOrEqual => (Binary::LessOrEqual, 3),
            Symbol::GreaterOrEqual => (Binary::GreaterOrEqual, 3),
            Symbol::Plus => (Binary::Add, 4),
            Symbol::Minus => (Binary::Subtract, 4),
            Symbol::Times => (Binary::Multiply, 5),
            Symbol::Divide => (Binary::Divide, 5),
            Symbol::Remainder => (Binary::Remainder, 5),
            _ => return None,
        })
    }

    fn unary(&mut self) -> Result<Node, EvaluationError> {
        let operator = match self.token {
            Token::Symbol(Symbol::Minus, _) => Unary::Negate,
            Token::Symbol(Symbol::Not, _) => Unary::Not,
            Token::Symbol(Symbol::Empty, _) => Unary::Empty,
            _ => return self.member(),
        };
        self.enter()?;
        self.advance()?;
        let operand = self.unary()?;
        self.depth -= 1;
        Ok(Node::Unary(operator, Box::new(operand)))
    }

    fn member(&mut self) -> Result<Node, EvaluationError> {
        let mut base = self.primary()?;
        loop {
            let name = if self.take(Symbol::Dot)? {
                self.member_name()?
            } else if self.take(Symbol::OpenBracket)? {
                let name = self.choice()?;
                self.expect(Symbol::CloseBracket, "']'")?;
                name
            } else {
                return Ok(base);
            };
            self.count_operator()?;
            base = if self.take(Symbol::OpenParenthesis)? {
                Node::Invoke(Box::new(base), Box::new(name), self.arguments()?)
            } else {
                Node::Property(Box::new(base), Box::new(name))
            };
        }
    }

    fn member_name(&mut self) -> Result<Node, EvaluationError> {
        let Token::Identifier(name) = &self.token else {
            return Err(self.unexpected("<IDENTIFIER>"));
        };
        let name = Node::Literal(Value::String(Arc::clone(name)));
        self.advance()?;
        Ok(name)
    }

    fn primary(&mut self) -> Result<Node, EvaluationError> {
        let token = self.token.clone();
        match token {
            Token::Identifier(name) => {
                let position = self.position;
                self.advance()?;
                self.identifier(name, position)
            }
            Token::String(text) => self.literal(Value::String(text)),
            Token::Float(value, _) => self.literal(Value::Double(value)),
            Token::Integer(value, _) => self.literal(Value::Long(value)),
            Token::Symbol(Symbol::True, _) => self.literal(Value::Boolean(true)),
            Token::Symbol(Symbol::False, _) => self.literal(Value::Boolean(false)),
            Token::Symbol(Symbol::Null, _) => self.literal(Value::Null),
            Token::Symbol(Symbol::OpenParenthesis, _) => {
                self.advance()?;
                let node = self.choice()?;
                self.expect(Symbol::CloseParenthesis, "')'")?;
                Ok(node)
            }
            _ => Err(self.unexpected(EXPECTED_LITERAL)),
        }
    }

    fn literal(&mut self, value: Value) -> Result<Node, EvaluationError> {
        self.advance()?;
        Ok(Node::Literal(value))
    }

    /// A variable or a function call; a function may carry a prefix (`ns:f(..)`), and none with a prefix exists.
    fn identifier(&mut self, name: Arc<str>, position: usize) -> Result<Node, EvaluationError> {
        if !self.is(Symbol::OpenParenthesis) {
            return Ok(Node::Identifier(name));
        }
        self.advance()?;
        let arguments = self.arguments()?;
        let Some(function) = Function::named(&name) else {
            return Err(EvaluationError::Syntax(format!(
                "Error parsing '{}': Could not resolve function '{name}' at position {position}",
                self.text
            )));
        };
        let (least, most) = function.arity();
        if arguments.len() < least || arguments.len() > most {
            return Err(EvaluationError::Syntax(format!(
                "Error parsing '{}': Parameters for function '{name}' do not match: {} given",
                self.text,
                arguments.len()
            )));
        }
        Ok(Node::Call(function, arguments))
    }

    /// Arguments after the opening parenthesis.
    fn arguments(&mut self) -> Result<Vec<Node>, EvaluationError> {
        let mut arguments = Vec::new();
        if self.take(Symbol::CloseParenthesis)? {
            return Ok(arguments);
        }
        loop {
            self.count_operator()?;
            arguments.push(self.choice()?);
            if self.take(Symbol::Comma)? {
                continue;
            }
            self.expect(Symbol::CloseParenthesis, "')'")?;
            return Ok(arguments);
        }
    }

    fn is(&self, symbol: Symbol) -> bool {
        matches!(self.token, Token::Symbol(found, _) if found == symbol)
    }

    fn take(&mut self, symbol: Symbol) -> Result<bool, EvaluationError> {
        if !self.is(symbol) {
            return Ok(false);
        }
        self.advance()?;
        Ok(true)
    }

    fn expect(&mut self, symbol: Symbol, expected: &str) -> Result<(), EvaluationError> {
        if self.take(symbol)? {
            return Ok(());
        }
        Err(self.unexpected(expected))
    }

    fn advance(&mut self) -> Result<(), EvaluationError> {
        (self.token, self.position) = self.lexer.next()?;
        Ok(())
    }

    fn enter(&mut self) -> Result<(), EvaluationError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(limit("depth of an expression", MAX_DEPTH));
        }
        Ok(())
    }

    fn count_operator(&mut self) -> Result<(), EvaluationError> {
        self.operators += 1;
        if self.operators > MAX_OPERATORS {
            return Err(limit("number of operators in an expression", MAX_OPERATORS));
        }
        Ok(())
    }

    fn unexpected(&self, expected: &str) -> EvaluationError {
        syntax(self.text, self.position, &self.token.image(), expected)
    }
}

fn syntax(text: &str, position: usize, encountered: &str, expected: &str) -> EvaluationError {
    EvaluationError::Syntax(format!(
        "Error parsing '{text}': syntax error at position {position}, encountered {encountered}, expected {expected}"
    ))
}

fn limit(what: &'static str, limit: usize) -> EvaluationError {
    EvaluationError::Limit { what, limit: limit.to_string() }
}
