//! `conditional.hide` of a form: the part of FEEL that forms use. Names and paths, literals, comparisons, arithmetic signs
//! of numbers, `and`, `or`, `not(...)`, parentheses, `x in [..]`, and `= null`.
//!
//! What cannot be read hides nothing: then the component is checked, which may ask too much but never lets through too
//! little.

use serde_json::Value;
use std::cmp::Ordering;

/// Longest expression we look at, in bytes.
const MAX_LENGTH: usize = 4_096;
/// Parentheses in parentheses.
const MAX_DEPTH: usize = 64;

/// True only when the expression can be read and is true.
pub(crate) fn is_true(expression: &str, data: &Value) -> bool {
    let text = expression.trim().strip_prefix('=').unwrap_or(expression);
    if text.len() > MAX_LENGTH {
        return false;
    }
    let Some(tokens) = tokens(text) else {
        return false;
    };
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, data };
    let value = parser.either();
    value == Some(Value::Bool(true)) && parser.at == tokens.len()
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    const SIGNS: [&str; 12] = ["!=", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", "-"];
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let end = rest[1..].find('"')? + 1;
            out.push(Token::Text(rest[1..end].to_owned()));
            rest = &rest[end + 1..];
        } else if first.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            out.push(Token::Number(rest[..end].parse().ok()?));
            rest = &rest[end..];
        } else if first.is_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len());
            out.push(Token::Name(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
            out.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        }
        rest = rest.trim_start();
    }
    Some(out)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    data: &'a Value,
}

impl Parser<'_> {
    fn either(&mut self) -> Option<Value> {
        let mut left = self.both()?;
        while self.take_name("or") {
            let right = self.both()?;
            left = Value::Bool(left == Value::Bool(true) || right == Value::Bool(true));
        }
        Some(left)
    }

    fn both(&mut self) -> Option<Value> {
        let mut left = self.comparison()?;
        while self.take_name("and") {
            let right = self.comparison()?;
            left = Value::Bool(left == Value::Bool(true) && right == Value::Bool(true));
        }
        Some(left)
    }

    fn comparison(&mut self) -> Option<Value> {
        let left = self.operand()?;
        if self.take_name("in") {
            self.expect("[")?;
            let mut found = false;
            while !self.take_sign("]") {
                found |= equal(&left, &self.operand()?);
                self.take_sign(",");
            }
            return Some(Value::Bool(found));
        }
        let Some(Token::Sign(sign)) = self.tokens.get(self.at) else {
            return Some(left);
        };
        let test: fn(&Value, &Value) -> bool = match *sign {
            "=" => equal,
            "!=" => |a, b| !equal(a, b),
            "<" => |a, b| compare(a, b) == Some(Ordering::Less),
            "<=" => |a, b| matches!(compare(a, b), Some(Ordering::Less | Ordering::Equal)),
            ">" => |a, b| compare(a, b) == Some(Ordering::Greater),
            ">=" => |a, b| matches!(compare(a, b), Some(Ordering::Greater | Ordering::Equal)),
            _ => return Some(left),
        };
        self.at += 1;
        let right = self.operand()?;
        Some(Value::Bool(test(&left, &right)))
    }

    fn operand(&mut self) -> Option<Value> {
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token {
            Token::Text(text) => Some(Value::String(text)),
            Token::Number(number) => Some(Value::from(number)),
            Token::Sign("-") => Some(Value::from(-self.operand()?.as_f64()?)),
            Token::Sign("(") => self.parenthesis(),
            Token::Sign(_) => None,
            Token::Name(name) => match name.as_str() {
                "true" => Some(Value::Bool(true)),
                "false" => Some(Value::Bool(false)),
                "null" => Some(Value::Null),
                "not" => {
                    self.expect("(")?;
                    let inner = self.parenthesis()?;
                    Some(Value::Bool(!inner.as_bool().unwrap_or(false)))
                }
                "and" | "or" | "in" => None,
                path => Some(lookup(self.data, path)),
            },
        }
    }

    fn parenthesis(&mut self) -> Option<Value> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let value = self.either()?;
        self.expect(")")?;
        self.depth -= 1;
        Some(value)
    }

    fn take_name(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Name(name)) if name == word);
        self.at += usize::from(found);
        found
    }

    fn take_sign(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Sign(sign)) if *sign == wanted);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: &str) -> Option<()> {
        self.take_sign(wanted).then_some(())
    }
}

fn lookup(data: &Value, path: &str) -> Value {
    path.split('.').try_fold(data, |value, part| value.get(part)).cloned().unwrap_or(Value::Null)
}

fn equal(left: &Value, right: &Value) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => left == right,
    }
}

fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left.as_f64(), right.as_f64()) {
        (Some(a), Some(b)) => a.partial_cmp(&b),
        _ => Some(left.as_str()?.cmp(right.as_str()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn conditions_of_forms_are_evaluated() {
        let data = json!({"complete": true, "amount": 900, "kind": "water", "person": {"age": 17}, "none": null});
        for expression in [
            "=complete",
            "= complete and amount > 500",
            "=not(amount >= 901)",
            "=kind = \"water\" or kind = \"fire\"",
            "=kind in [\"fire\", \"water\"]",
            "=person.age < 18",
            "=none = null",
            "=missing = null",
            "=(amount = 900) and (kind != \"x\")",
            "=amount > -1",
        ] {
            assert!(is_true(expression, &data), "{expression}");
        }
        for expression in ["=not(complete)", "=amount < 900", "=missing", "=kind", "=amount > kind"] {
            assert!(!is_true(expression, &data), "{expression}");
        }
    }

    #[test]
    fn what_cannot_be_read_hides_nothing() {
        for expression in ["=", "=complete)", "=some x in y satisfies x", "=(((", "=\"open", "=a +", &"(".repeat(5_000)]
        {
            assert!(!is_true(expression, &json!({"complete": true})), "{expression}");
        }
    }
}
