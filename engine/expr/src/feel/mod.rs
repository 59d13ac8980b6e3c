//! FEEL (`casewright-engine-feel`) over the variables of a scope: expressions of the `zeebe:` dialect, and the cells of
//! decision tables.
//!
//! A text is parsed for the names of the scope that no identifier could be, and kept by both. `now()` and `today()` are the
//! scope's, not the machine's.

mod convert;
mod names;

use crate::cache::Cache;
use casewright_engine_feel::{
    Budget, Context, Dialect, Expression, Failure, Host, Names, SyntaxError, UnaryTests, Value as FeelValue,
};
use casewright_engine_value::{EvaluationError, Scope, Value, zone};
pub(crate) use convert::{beyond_variables, from_feel, from_feel_with_dates, to_feel};
use jiff::tz::TimeZone;
use std::num::NonZeroUsize;
use std::sync::Arc;

const CACHED_TEXTS: NonZeroUsize = NonZeroUsize::new(4_096).expect("4,096 is not zero");

pub(crate) struct Feel {
    reading: Reading,
    expressions: Cache<String, Expression>,
    tests: Cache<String, UnaryTests>,
}

/// How texts are read.
#[derive(Clone, Copy)]
pub(crate) struct Reading(pub(crate) Dialect);

impl Reading {
    /// Checks that an expression parses.
    pub(crate) fn check(&self, text: &str) -> Result<(), EvaluationError> {
        self.readable(text, Expression::parse).map(drop)
    }

    /// Whether an expression looks at the variable of this name.
    pub(crate) fn mentions(&self, text: &str, name: &str) -> Result<bool, EvaluationError> {
        self.readable(text, Expression::parse).map(|expression| expression.mentions(name))
    }

    /// Unary tests that name no variable; none when they do, and are read for the variables that there are.
    pub(crate) fn constant_tests(&self, text: &str) -> Result<Option<UnaryTests>, EvaluationError> {
        match UnaryTests::parse(text, &self.names::<&str>(&[])) {
            Ok(tests) => Ok(tests.are_constant().then_some(tests)),
            Err(_) => self.readable(text, UnaryTests::parse).map(|_| None),
        }
    }

    /// Names for a text of this dialect.
    fn names<T: AsRef<str>>(&self, names: &[T]) -> Names {
        Names::new(names).reading(self.0)
    }

    /// Which words are one name is known where the variables are; here it is enough that the text can be read in one way.
    fn readable<T>(&self, text: &str, parse: fn(&str, &Names) -> Result<T, SyntaxError>) -> Result<T, EvaluationError> {
        let error = match parse(text, &self.names::<&str>(&[])) {
            Ok(parsed) => return Ok(parsed),
            Err(error) => error,
        };
        let runs = names::runs_of_words(text);
        if !runs.is_empty()
            && let Ok(parsed) = parse(text, &self.names(&runs))
        {
            return Ok(parsed);
        }
        Err(unreadable(text, &error))
    }
}

/// A scope as FEEL sees it.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) scope: &'a dyn Scope,
    /// What it has of values that no variable can hold.
    pub(crate) plain: Option<&'a Context>,
}

impl<'a> Seen<'a> {
    fn of(scope: &'a dyn Scope) -> Self {
        Self { scope, plain: None }
    }
}

impl Host for Seen<'_> {
    fn variable(&self, name: &str) -> Option<FeelValue> {
        match self.plain.and_then(|plain| plain.get(name)) {
            Some(value) => Some(value.clone()),
            None => self.scope.get(name).map(|value| to_feel(&value)),
        }
    }

    fn now(&self) -> jiff::Timestamp {
        self.scope.now().timestamp()
    }

    fn zone(&self) -> TimeZone {
        zone::local().clone()
    }

    fn random(&self) -> u128 {
        rand::random()
    }
}

impl Feel {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self { reading: Reading(dialect), expressions: Cache::new(CACHED_TEXTS), tests: Cache::new(CACHED_TEXTS) }
    }

    /// The value of an expression; what FEEL cannot compute is null.
    pub(crate) fn evaluate(&self, text: &str, scope: &dyn Scope) -> Result<Value, EvaluationError> {
        from_feel(&self.value(text, Seen::of(scope))?)
    }

    /// [`Feel::evaluate`], before it is made one of a variable.
    pub(crate) fn value(&self, text: &str, seen: Seen<'_>) -> Result<FeelValue, EvaluationError> {
        let expression = self.kept(&self.expressions, text, seen.scope, Expression::parse)?;
        expression.evaluate(&seen, Budget::default()).map_err(failed)
    }

    /// Do the tests accept `input`?
    pub(crate) fn unary_test(&self, tests: &str, input: &FeelValue, seen: Seen<'_>) -> Result<bool, EvaluationError> {
        let parsed = self.kept(&self.tests, tests, seen.scope, UnaryTests::parse)?;
        parsed.accept(input, &seen, Budget::default()).map_err(failed)
    }

    /// Do tests that name no variable accept `input`?
    pub(crate) fn accept(tests: &UnaryTests, input: &FeelValue, seen: Seen<'_>) -> Result<bool, EvaluationError> {
        tests.accept(input, &seen, Budget::default()).map_err(failed)
    }

    fn kept<T>(
        &self,
        cache: &Cache<String, T>,
        text: &str,
        scope: &dyn Scope,
        parse: fn(&str, &Names) -> Result<T, SyntaxError>,
    ) -> Result<Arc<T>, EvaluationError> {
        let wordy = names::wordy(text, scope);
        if wordy.is_empty() {
            return cache.get_or_make(text, || {
                parse(text, &self.reading.names::<&str>(&[])).map_err(|error| unreadable(text, &error))
            });
        }
        let key = format!("{}\u{1}{text}", wordy.join("\u{2}"));
        cache.get_or_make(key.as_str(), || {
            parse(text, &self.reading.names(&wordy)).map_err(|error| unreadable(text, &error))
        })
    }
}

pub(crate) fn unreadable(text: &str, error: &SyntaxError) -> EvaluationError {
    if error.is_limit {
        return EvaluationError::Limit { what: "size of a FEEL expression", limit: error.message.clone() };
    }
    if error.message.starts_with("external functions") {
        return EvaluationError::Unsupported("an external function in FEEL".to_owned());
    }
    EvaluationError::Syntax(format!("FEEL/SCALA-01008 Error while parsing expression '{text}': {error}"))
}

pub(crate) fn failed(failure: Failure) -> EvaluationError {
    match failure {
        Failure::Limit(bound) => EvaluationError::Limit { what: bound.what(), limit: bound.to_string() },
        Failure::Assertion(message) | Failure::NoFunction(message) => EvaluationError::Failed(message.into()),
    }
}
