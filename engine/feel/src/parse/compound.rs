//! Expressions that have parts of their own: conditions, loops, functions, lists, ranges and contexts.

use super::{Parsed, Parser, further, half_open};
use crate::ast::{Comparison, Definition, Domain, Expr, Parameter, RangeExpr};
use crate::scan;
use crate::types::Type;
use smol_str::SmolStr;
use std::sync::Arc;

impl Parser<'_> {
    pub(super) fn condition(&mut self) -> Parsed<Expr> {
        let condition = self.expression()?;
        self.scanner.expect_word("then")?;
        let then = self.expression()?;
        self.scanner.expect_word("else")?;
        let otherwise = self.expression()?;
        Ok(Expr::If(Box::new((condition, then, otherwise))))
    }

    fn domains(&mut self) -> Parsed<Vec<(SmolStr, Domain)>> {
        let mut all = Vec::new();
        loop {
            let name = self.new_name("the name of a variable")?;
            self.scanner.expect_word("in")?;
            let first = self.expression_or_range()?;
            let domain =
                if self.scanner.sign("..") { Domain::Span(first, self.expression()?) } else { Domain::Values(first) };
            self.bind(&name);
            all.push((name, domain));
            if !self.scanner.sign(",") {
                return Ok(all);
            }
        }
    }

    pub(super) fn iteration(&mut self) -> Parsed<Expr> {
        let mark = self.mark();
        let domains = self.domains()?;
        self.scanner.expect_word("return")?;
        self.bind(&SmolStr::new_static("partial"));
        let body = self.expression()?;
        self.release(mark);
        Ok(Expr::For(domains, Box::new(body)))
    }

    pub(super) fn quantified(&mut self, is_every: bool) -> Parsed<Expr> {
        let mark = self.mark();
        let domains = self.domains()?;
        self.scanner.expect_word("satisfies")?;
        let condition = self.expression()?;
        self.release(mark);
        Ok(Expr::Quantified(is_every, domains, Box::new(condition)))
    }

    pub(super) fn function(&mut self) -> Parsed<Expr> {
        let start = self.scanner;
        self.scanner.expect_word("function")?;
        self.scanner.expect("(")?;
        let mut parameters = Vec::new();
        while !self.scanner.sign(")") {
            if !parameters.is_empty() {
                self.scanner.expect(",")?;
            }
            let name = self.new_name("the name of a parameter")?;
            let kind = if self.scanner.sign(":") { self.type_name()? } else { Type::Any };
            parameters.push(Parameter { name, kind });
        }
        if self.scanner.word("external") {
            return Err(start.error("external functions (Java, PMML) are not supported"));
        }
        let mark = self.mark();
        for parameter in &parameters {
            self.bind(&parameter.name);
        }
        // To feel-scala what follows a range follows the function.
        let body = match self.is_scala() {
            true => match self.range_or_all()? {
                range @ Expr::Range(_) => Expr::InputIn(Box::new(range)),
                body => body,
            },
            false => self.expression()?,
        };
        self.release(mark);
        Ok(Expr::Function(Arc::new(Definition { parameters, body, result: Type::Any })))
    }

    /// `(a)`, `(a..b)`, `(> 5)`.
    pub(super) fn bracket(&mut self) -> Parsed<Expr> {
        self.scanner.expect("(")?;
        self.inside(|parser| {
            // feel-scala has tests of an input wherever an expression may be.
            let is_test = parser.is_scala() && (parser.scanner.looks_at("<") || parser.scanner.looks_at(">"));
            if !is_test && let Some(comparison) = parser.comparison_sign() {
                let end = parser.sum()?;
                parser.scanner.expect(")")?;
                return Ok(match comparison {
                    Comparison::Equal if parser.is_standard() => Expr::Point(Box::new(end)),
                    other if parser.is_scala() => Expr::InputIn(Box::new(half_open(other, end))),
                    other => half_open(other, end),
                });
            }
            let inner = parser.expression_or_range()?;
            if parser.scanner.sign("..") {
                return parser.upper_end(false, inner);
            }
            parser.scanner.expect(")")?;
            Ok(inner)
        })
    }

    /// A list, or a range that begins with a square bracket.
    pub(super) fn square(&mut self) -> Parsed<Expr> {
        let is_included = self.scanner.looks_at("[");
        self.scanner.sign(if is_included { "[" } else { "]" });
        self.inside(|parser| {
            if is_included && parser.scanner.sign("]") {
                return Ok(Expr::List(Vec::new()));
            }
            let first = parser.list_item()?;
            if parser.scanner.sign("..") {
                return parser.upper_end(is_included, first);
            }
            if !is_included {
                return Err(parser.scanner.expected("'..'"));
            }
            let mut items = vec![first];
            while parser.scanner.sign(",") {
                items.push(parser.list_item()?);
            }
            parser.scanner.expect("]")?;
            Ok(Expr::List(items))
        })
    }

    fn list_item(&mut self) -> Parsed<Expr> {
        self.expression()
    }

    fn upper_end(&mut self, low_included: bool, low: Expr) -> Parsed<Expr> {
        let before = self.scanner;
        let mut fault = None;
        for without_filters in [false, true] {
            self.scanner = before;
            self.without_filters = without_filters;
            let high = self.expression();
            self.without_filters = false;
            let high = match high {
                Ok(high) => high,
                Err(error) if !without_filters => {
                    fault = Some(error);
                    continue;
                }
                Err(error) => return Err(further(fault, error)),
            };
            let high_included = self.scanner.looks_at("]");
            if self.scanner.sign("]") || self.scanner.sign(")") || self.scanner.sign("[") {
                self.given_up = fault.or_else(|| self.given_up.take());
                let range = RangeExpr { low: Some(low), low_included, high: Some(high), high_included };
                return Ok(Expr::Range(Box::new(range)));
            }
        }
        Err(further(fault, self.scanner.expected("the end of the range: ']', ')' or '['")))
    }

    pub(super) fn context(&mut self) -> Parsed<Expr> {
        self.scanner.expect("{")?;
        let mark = self.mark();
        let context = self.inside(|parser| {
            let mut entries = Vec::new();
            while !parser.scanner.sign("}") {
                if !entries.is_empty() {
                    parser.scanner.expect(",")?;
                }
                let key = parser.key()?;
                // Before its value: a function may call itself.
                parser.bind(&key);
                if parser.is_standard() {
                    parser.local_members.bind(&key);
                }
                entries.push((key, parser.expression()?));
            }
            Ok(Expr::Context(entries))
        });
        self.release(mark);
        context
    }

    /// A text, or all words and signs up to the colon.
    fn key(&mut self) -> Parsed<SmolStr> {
        if let Some(text) = self.scanner.string()? {
            self.scanner.expect(":")?;
            return Ok(SmolStr::new(text));
        }
        let rest = self.scanner.rest();
        let end = rest.find([':', '{', '}', '(', ')', '[', ']', ',', '"']).filter(|end| rest[*end..].starts_with(':'));
        let name =
            end.map(|end| rest[..end].trim()).filter(|name| name.starts_with(|c| scan::begins_name(c) || c == '`'));
        let (Some(end), Some(name)) = (end, name) else {
            return Err(self.scanner.expected("the name of an entry and ':'"));
        };
        let name = name.trim_matches('`').split_whitespace().collect::<Vec<_>>().join(" ");
        self.scanner.at += end;
        self.scanner.expect(":")?;
        Ok(SmolStr::new(name))
    }
}
