//! Texts to trees (DMN 1.5, 10.3.1.2), by recursive descent: operators and what they join. [`compound`] reads what has parts
//! of its own, [`name`] names, [`types`] the names of types.

mod compound;
mod name;
mod types;

use crate::ast::{Arguments, Comparison, Expr, Expression, INPUT, RangeExpr, Test, UnaryTests};
use crate::budget::{Budget, Failure};
use crate::builtin;
use crate::dialect::Dialect;
use crate::env::Host;
use crate::evaluate::{Evaluator, are_constant, mentions};
use crate::literal;
use crate::names::{Index, Names};
use crate::number::Number;
use crate::scan::Scanner;
use crate::syntax::SyntaxError;
use crate::value::Value;
use smol_str::SmolStr;

/// Longest text, in bytes.
const MAX_TEXT: usize = 1 << 20;
/// Brackets, conditions and loops within one another.
const MAX_NESTING: usize = 64;

impl Expression {
    /// # Errors
    /// The text is no expression, calls a function that does not exist, or is larger than any should be.
    pub fn parse(text: &str, names: &Names) -> Result<Self, SyntaxError> {
        let mut parser = Parser::new(text, names)?;
        let root = parser.expression()?;
        parser.end()?;
        Ok(Self { root, dialect: names.dialect })
    }

    /// The value; what FEEL cannot compute is null.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn evaluate(&self, host: &dyn Host, budget: Budget) -> Result<Value, Failure> {
        Evaluator::new(host, budget, self.dialect).root(&self.root)
    }

    /// Whether it looks at a variable of this name.
    #[must_use]
    pub fn mentions(&self, name: &str) -> bool {
        mentions(&self.root, name)
    }
}

impl UnaryTests {
    /// # Errors
    /// See [`Expression::parse`].
    pub fn parse(text: &str, names: &Names) -> Result<Self, SyntaxError> {
        let mut parser = Parser::new(text, names)?;
        if text.trim() == "-" {
            return Ok(Self { tests: None, dialect: names.dialect });
        }
        parser.negates = true;
        let tests = parser.tests()?;
        parser.end()?;
        Ok(Self { tests: Some(tests), dialect: names.dialect })
    }

    /// Whether they name no variable: then they mean the same wherever they stand.
    #[must_use]
    pub fn are_constant(&self) -> bool {
        self.tests.as_deref().is_none_or(are_constant)
    }

    /// Do they accept `input`, which is `?` in them?
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn accept(&self, input: &Value, host: &dyn Host, budget: Budget) -> Result<bool, Failure> {
        match &self.tests {
            None => Ok(true),
            Some(tests) => Evaluator::new(host, budget, self.dialect).accepts(tests, input),
        }
    }
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    names: &'a Names,
    depth: usize,
    /// What the text itself defines: parameters, variables of loops, entries of contexts.
    bound: Vec<SmolStr>,
    /// Of these the ones that no identifier could be.
    local: Index,
    /// Names of entries that the text has defined anywhere before.
    local_members: Index,
    /// Filters around this place, where names may be those of entries.
    filters: usize,
    /// Where `not` may be one of tests. For feel-scala that is the begin of a cell; elsewhere it is the function.
    negates: bool,
    /// In the upper end of `]a..b[` the last bracket begins no filter.
    without_filters: bool,
    /// Where the last expression ended that goes as far as it can: no comparison of it follows there.
    open_end: Option<usize>,
    /// Why a reading was given up for another one, which may come to nothing as well.
    given_up: Option<SyntaxError>,
}

type Parsed<T> = Result<T, SyntaxError>;

impl<'a> Parser<'a> {
    fn new(text: &'a str, names: &'a Names) -> Parsed<Self> {
        let scanner = Scanner::new(text, !names.dialect.is_scala());
        if text.len() > MAX_TEXT {
            return Err(scanner.error(format!("longer than {MAX_TEXT} bytes")).limit());
        }
        Ok(Self {
            scanner,
            names,
            depth: 0,
            bound: Vec::new(),
            local: Index::default(),
            local_members: Index::default(),
            filters: names.filters,
            negates: !names.dialect.is_scala(),
            without_filters: false,
            open_end: None,
            given_up: None,
        })
    }

    fn is_standard(&self) -> bool {
        self.names.dialect == Dialect::Standard
    }

    fn is_scala(&self) -> bool {
        self.names.dialect.is_scala()
    }

    fn end(&self) -> Parsed<()> {
        match self.scanner.is_at_end() {
            true => Ok(()),
            false => Err(further(self.given_up.clone(), self.scanner.expected("an operator or the end"))),
        }
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == MAX_NESTING {
            return Err(self.scanner.error(format!("nested deeper than {MAX_NESTING}")).limit());
        }
        self.depth += 1;
        let parsed = stacker::maybe_grow(64 << 10, 512 << 10, || parse(self));
        self.depth -= 1;
        parsed
    }

    /// With what stands between brackets, where a filter may begin again.
    fn inside<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let outside = std::mem::take(&mut self.without_filters);
        let parsed = self.nested(parse);
        self.without_filters = outside;
        parsed
    }

    fn expression(&mut self) -> Parsed<Expr> {
        Ok(match self.expression_or_range()? {
            range @ Expr::Range(_) if self.is_scala() => Expr::InputIn(Box::new(range)),
            expression => expression,
        })
    }

    /// An argument or a test, which may be a range in all readings.
    fn expression_or_range(&mut self) -> Parsed<Expr> {
        self.nested(Self::disjunction)
    }

    fn disjunction(&mut self) -> Parsed<Expr> {
        let first = self.conjunction()?;
        self.disjunction_of(first)
    }

    fn disjunction_of(&mut self, first: Expr) -> Parsed<Expr> {
        let mut all = vec![first];
        while self.scanner.word("or") {
            all.push(self.conjunction()?);
        }
        Ok(one_or(all, Expr::Or))
    }

    fn conjunction(&mut self) -> Parsed<Expr> {
        let first = self.comparison()?;
        self.conjunction_of(first)
    }

    fn conjunction_of(&mut self, first: Expr) -> Parsed<Expr> {
        let mut all = vec![first];
        while self.scanner.word("and") {
            all.push(self.comparison()?);
        }
        Ok(one_or(all, Expr::And))
    }

    fn comparison(&mut self) -> Parsed<Expr> {
        if self.is_scala() && (self.scanner.looks_at("<") || self.scanner.looks_at(">")) {
            let comparison = self.comparison_sign().unwrap_or(Comparison::Less);
            return Ok(Expr::InputIn(Box::new(half_open(comparison, self.sum()?))));
        }
        let left = self.sum()?;
        self.comparison_of(left)
    }

    fn comparison_of(&mut self, left: Expr) -> Parsed<Expr> {
        if self.open_end == Some(self.scanner.at) {
            return Ok(left);
        }
        if self.scanner.looks_at("==") {
            return Err(self.scanner.error("'==' is no operator of FEEL; equality is '='"));
        }
        if let Some(comparison) = self.comparison_sign() {
            let right = self.sum()?;
            return Ok(Expr::Compare(comparison, Box::new((left, right))));
        }
        if self.scanner.word("between") {
            let low = self.sum()?;
            self.scanner.expect_word("and")?;
            let high = self.sum()?;
            return Ok(Expr::Between(Box::new((left, low, high))));
        }
        if self.scanner.word("in") {
            return Ok(Expr::In(Box::new(left), self.membership()?));
        }
        if self.scanner.word("instance") {
            self.scanner.expect_word("of")?;
            return Ok(Expr::InstanceOf(Box::new(left), self.type_name()?));
        }
        Ok(left)
    }

    fn comparison_sign(&mut self) -> Option<Comparison> {
        const SIGNS: [(&str, Comparison); 6] = [
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("!=", Comparison::NotEqual),
            ("=", Comparison::Equal),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        SIGNS.into_iter().find(|(sign, _)| self.scanner.sign(sign)).map(|(_, comparison)| comparison)
    }

    /// After `in`: one test, or several in brackets.
    fn membership(&mut self) -> Parsed<Vec<Test>> {
        let before = self.scanner;
        if self.scanner.sign("(") {
            let tests = self.inside(|parser| {
                let tests = parser.test_list()?;
                parser.scanner.expect(")")?;
                Ok(tests)
            });
            // `(1..5)` and `(a + b) * 2` begin alike.
            let fault = match tests {
                Ok(tests) if !self.continues() => return Ok(tests),
                Ok(_) => None,
                Err(error) => Some(error),
            };
            self.scanner = before;
            let test = self.test(Self::sum).map_err(|error| further(fault.clone(), error))?;
            self.given_up = fault.or_else(|| self.given_up.take());
            return Ok(vec![test]);
        }
        Ok(vec![self.test(if self.is_scala() { Self::range_or_all } else { Self::sum })?])
    }

    /// What feel-scala reads after `in`: a range, or else all that follows, so that `a in b and c` is `a in (b and c)`.
    pub(super) fn range_or_all(&mut self) -> Parsed<Expr> {
        self.nested(|parser| {
            let left = parser.sum()?;
            if matches!(left, Expr::Range(_)) {
                return Ok(left);
            }
            let comparison = parser.comparison_of(left)?;
            let conjunction = parser.conjunction_of(comparison)?;
            parser.disjunction_of(conjunction)
        })
    }

    /// Whether an operator follows that would make more of what was read.
    fn continues(&self) -> bool {
        ["+", "-", "*", "/", ".", "[", ".."].iter().any(|sign| self.scanner.looks_at(sign))
    }

    fn tests(&mut self) -> Parsed<Vec<Test>> {
        self.nested(Self::test_list)
    }

    fn test_list(&mut self) -> Parsed<Vec<Test>> {
        let mut tests = vec![self.test(Self::expression_or_range)?];
        while self.scanner.sign(",") {
            tests.push(self.test(Self::expression_or_range)?);
        }
        Ok(tests)
    }

    fn test(&mut self, expression: fn(&mut Self) -> Parsed<Expr>) -> Parsed<Test> {
        if let Some(comparison) = self.comparison_sign() {
            return Ok(Test::Compare(comparison, self.sum()?));
        }
        let negates = self.negates;
        self.negates = !self.is_scala();
        let before = self.scanner;
        if negates && self.scanner.word("not") && self.scanner.sign("(") {
            let tests = self.inside(|parser| {
                let tests = parser.test_list()?;
                parser.scanner.expect(")")?;
                Ok(tests)
            })?;
            let ends = self.scanner.is_at_end()
                || !self.is_scala() && (self.scanner.looks_at(",") || self.scanner.looks_at(")"));
            if ends {
                return Ok(Test::Not(tests));
            }
            // An expression that begins with the function `not`.
        }
        self.scanner = before;
        let is_bare = !self.scanner.looks_at("(");
        let expression = expression(self)?;
        Ok(match expression {
            // A boolean that is not the whole cell, or in brackets, is an answer.
            Expr::Const(Value::Boolean(_)) if self.is_scala() && !(is_bare && self.scanner.is_at_end()) => {
                Test::Expression(expression)
            }
            whole @ (Expr::InputIn(_) | Expr::Quantified(..)) => Test::Expression(whole),
            literal if is_literal(&literal) => Test::Literal(literal),
            condition if self.is_scala() && mentions(&condition, INPUT) => Test::Condition(condition),
            other => Test::Expression(other),
        })
    }

    fn sum(&mut self) -> Parsed<Expr> {
        let first = self.product()?;
        let mut rest = Vec::new();
        loop {
            let is_plus = self.scanner.looks_at("+");
            if !is_plus && !self.scanner.looks_at("-") {
                break;
            }
            self.scanner.sign(if is_plus { "+" } else { "-" });
            rest.push((is_plus, self.product()?));
        }
        Ok(if rest.is_empty() { first } else { Expr::Sum(Box::new(first), rest) })
    }

    fn product(&mut self) -> Parsed<Expr> {
        let first = self.power()?;
        let mut rest = Vec::new();
        loop {
            let is_times = self.scanner.looks_at("*") && !self.scanner.looks_at("**");
            if !is_times && !self.scanner.looks_at("/") {
                break;
            }
            self.scanner.sign(if is_times { "*" } else { "/" });
            rest.push((is_times, self.power()?));
        }
        Ok(if rest.is_empty() { first } else { Expr::Product(Box::new(first), rest) })
    }

    fn power(&mut self) -> Parsed<Expr> {
        let first = self.negation()?;
        let mut rest = Vec::new();
        while self.scanner.sign("**") {
            rest.push(self.negation()?);
        }
        Ok(if rest.is_empty() { first } else { Expr::Power(Box::new(first), rest) })
    }

    fn negation(&mut self) -> Parsed<Expr> {
        let mut is_negative = false;
        let mut count = 0;
        while self.scanner.sign("-") {
            is_negative = !is_negative;
            count += 1;
        }
        let inner = self.postfix()?;
        Ok(match (count, inner) {
            (0, inner) => inner,
            (_, Expr::Const(Value::Number(number))) if is_negative => {
                number.negate().map_or(Expr::Const(Value::Null), |number| Expr::Const(Value::Number(number)))
            }
            (_, inner) if is_negative => Expr::Negate(Box::new(inner)),
            (_, inner) => Expr::Negate(Box::new(Expr::Negate(Box::new(inner)))),
        })
    }

    fn postfix(&mut self) -> Parsed<Expr> {
        let mut expression = self.primary()?;
        let mut length = 0;
        loop {
            let is_path = self.scanner.looks_at(".") && !self.scanner.looks_at("..");
            let next = if is_path {
                self.scanner.sign(".");
                let name = self.member()?;
                Expr::Path(Box::new(expression), name)
            } else if !self.without_filters && self.scanner.sign("[") {
                self.filters += 1;
                let condition = self.inside(|parser| {
                    let condition = parser.expression()?;
                    parser.scanner.expect("]")?;
                    Ok(condition)
                })?;
                self.filters -= 1;
                Expr::Filter(Box::new((expression, condition)))
            } else if (self.is_standard() || is_callable(&expression)) && self.scanner.sign("(") {
                Expr::Invoke(Box::new(expression), self.arguments()?)
            } else {
                return Ok(expression);
            };
            length += 1;
            if length > MAX_NESTING {
                return Err(self.scanner.error(format!("more than {MAX_NESTING} steps of a path")).limit());
            }
            expression = next;
        }
    }

    fn primary(&mut self) -> Parsed<Expr> {
        if let Some(text) = self.scanner.string()? {
            return Ok(Expr::Const(Value::string(&text)));
        }
        let is_number = self.scanner.peek().is_some_and(|c| c.is_ascii_digit())
            || self
                .scanner
                .rest()
                .strip_prefix('.')
                .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()));
        if is_number && let Some(digits) = self.scanner.number() {
            return Ok(Expr::Const(Number::parse(digits).map_or(Value::Null, Value::Number)));
        }
        match self.scanner.peek() {
            Some('(') => return self.bracket(),
            Some('[' | ']') => return self.square(),
            Some('{') => return self.context(),
            Some('@') => return self.at_literal(),
            Some('?') => {
                self.scanner.sign("?");
                return Ok(Expr::Name(SmolStr::new_static("?")));
            }
            _ => {}
        }
        for (word, value) in [("null", Value::Null), ("true", Value::Boolean(true)), ("false", Value::Boolean(false))] {
            if self.scanner.word(word) {
                return Ok(Expr::Const(value));
            }
        }
        if self.scanner.looks_at_word("function") {
            return self.function();
        }
        let parse: fn(&mut Self) -> Parsed<Expr> = if self.scanner.word("if") {
            Self::condition
        } else if self.scanner.word("for") {
            Self::iteration
        } else if self.scanner.word("some") {
            |parser| parser.quantified(false)
        } else if self.scanner.word("every") {
            |parser| parser.quantified(true)
        } else {
            return self.name_or_call();
        };
        let expression = parse(self)?;
        self.open_end = Some(self.scanner.at);
        Ok(expression)
    }

    fn name_or_call(&mut self) -> Parsed<Expr> {
        let start = self.scanner;
        for name in builtin::wordy_names() {
            let before = self.scanner;
            if self.scanner.words(name) && self.scanner.sign("(") {
                return self.call(start, SmolStr::new_static(name));
            }
            self.scanner = before;
        }
        // Where an operand is expected these are no operators.
        for name in ["and", "or"] {
            let before = self.scanner;
            if self.scanner.word(name) && self.scanner.sign("(") {
                return self.call(start, SmolStr::new_static(name));
            }
            self.scanner = before;
        }
        let name = match self.known_here() {
            Some(name) => name,
            None => self.name_or_function()?,
        };
        if self.scanner.sign("(") {
            return self.call(start, name);
        }
        Ok(Expr::Name(name))
    }

    fn call(&mut self, start: Scanner<'_>, name: SmolStr) -> Parsed<Expr> {
        let arguments = self.arguments()?;
        if !self.is_standard() && !self.bound.contains(&name) {
            if name == "fromAi" && self.names.dialect != Dialect::Camunda8 {
                return Err(start.error("there is no function 'fromAi'"));
            }
            builtin::check(&name, &arguments).map_err(|message| start.error(message))?;
        }
        Ok(builtin::named_call(name, arguments))
    }

    /// After the bracket that opens them.
    fn arguments(&mut self) -> Parsed<Arguments> {
        self.inside(|parser| {
            if parser.scanner.sign(")") {
                return Ok(Arguments::Positional(Vec::new()));
            }
            let before = parser.scanner;
            let arguments = match parser.parameter_name() {
                Some(first) => Arguments::Named(parser.named_arguments(first)?),
                None => {
                    parser.scanner = before;
                    let mut all = vec![parser.expression_or_range()?];
                    while parser.scanner.sign(",") {
                        all.push(parser.expression_or_range()?);
                    }
                    Arguments::Positional(all)
                }
            };
            parser.scanner.expect(")")?;
            Ok(arguments)
        })
    }

    fn named_arguments(&mut self, first: SmolStr) -> Parsed<Vec<(SmolStr, Expr)>> {
        let mut all = vec![(first, self.expression_or_range()?)];
        while self.scanner.sign(",") {
            let name = self.parameter_name().ok_or_else(|| self.scanner.expected("the name of a parameter"))?;
            all.push((name, self.expression_or_range()?));
        }
        Ok(all)
    }

    fn at_literal(&mut self) -> Parsed<Expr> {
        let start = self.scanner;
        self.scanner.expect("@")?;
        let text = self.scanner.string()?.ok_or_else(|| self.scanner.expected("a text"))?;
        let value = literal::literal(&text)
            .ok_or_else(|| start.error(format!("'{text}' is no date, time, date and time, or duration")))?;
        Ok(Expr::Const(value))
    }
}

/// Of the faults of two readings that of the one that came further.
fn further(first: Option<SyntaxError>, second: SyntaxError) -> SyntaxError {
    match first {
        Some(first) if (first.line, first.column) >= (second.line, second.column) => first,
        _ => second,
    }
}

fn one_or(mut all: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    match (all.len(), all.pop()) {
        (1, Some(one)) => one,
        (_, Some(last)) => {
            all.push(last);
            many(all)
        }
        (_, None) => Expr::Const(Value::Null),
    }
}

fn half_open(comparison: Comparison, end: Expr) -> Expr {
    let range = |low, low_included, high, high_included| {
        Expr::Range(Box::new(RangeExpr { low, low_included, high, high_included }))
    };
    match comparison {
        Comparison::Less => range(None, false, Some(end), false),
        Comparison::LessOrEqual => range(None, false, Some(end), true),
        Comparison::Greater => range(Some(end), false, None, false),
        Comparison::GreaterOrEqual => range(Some(end), true, None, false),
        // Table 56 of DMN 1.5 has no ranges for these: what is equal to it, and what is not.
        Comparison::Equal | Comparison::NotEqual => end,
    }
}

/// What a test compares with, rather than asks for.
fn is_literal(expression: &Expr) -> bool {
    match expression {
        Expr::Const(_) => true,
        Expr::Negate(inner) => is_literal(inner),
        _ => false,
    }
}

/// A call may follow what may be a function; after a literal a bracket is a mistake.
fn is_callable(expression: &Expr) -> bool {
    !matches!(
        expression,
        Expr::Const(_) | Expr::List(_) | Expr::Context(_) | Expr::Range(_) | Expr::Sum(..) | Expr::Product(..)
    )
}
