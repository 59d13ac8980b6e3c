//! Types of values: those of FEEL, and those that a model defines (DMN 1.5, 7.3.2 and 10.3.2.9).

use crate::ast::UnaryTests;
use crate::literal;
use crate::temporal::{self, DateTime, Time};
use crate::value::Value;
use smol_str::SmolStr;
use std::sync::Arc;

/// A type. Cloning is cheap: what is large is shared.
#[derive(Clone, Debug, Default)]
pub enum Type {
    /// Nothing is asked of a value.
    #[default]
    Any,
    Null,
    Boolean,
    Number,
    String,
    Date,
    Time,
    DateTime,
    YearMonthDuration,
    DayTimeDuration,
    List(Arc<Type>),
    /// Entries that a context must have; it may have others.
    Context(Arc<[(SmolStr, Type)]>),
    Range(Arc<Type>),
    /// None: any function.
    Function(Option<Arc<FunctionType>>),
    Constrained(Arc<Constrained>),
}

/// What a function takes and gives.
#[derive(Debug)]
pub struct FunctionType {
    pub parameters: Vec<Type>,
    pub result: Type,
}

/// A type of which only some values are allowed.
#[derive(Debug)]
pub struct Constrained {
    pub base: Type,
    pub allowed: UnaryTests,
}

impl Type {
    #[must_use]
    pub fn list(item: Self) -> Self {
        Self::List(Arc::new(item))
    }

    #[must_use]
    pub fn context(entries: Vec<(SmolStr, Self)>) -> Self {
        Self::Context(Arc::from(entries))
    }

    #[must_use]
    pub fn function(parameters: Vec<Self>, result: Self) -> Self {
        Self::Function(Some(Arc::new(FunctionType { parameters, result })))
    }

    /// This type, where only values that the tests accept are allowed.
    #[must_use]
    pub fn constrained(self, allowed: UnaryTests) -> Self {
        Self::Constrained(Arc::new(Constrained { base: self, allowed }))
    }

    /// A type of FEEL by its name, in the spelling of the language or of a model's `typeRef`.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        Some(match name {
            "Any" | "any" => Self::Any,
            "Null" | "null" => Self::Null,
            "boolean" => Self::Boolean,
            "number" => Self::Number,
            "string" => Self::String,
            "date" => Self::Date,
            "time" => Self::Time,
            "date and time" | "dateTime" | "date time" => Self::DateTime,
            "years and months duration" | "yearMonthDuration" | "year month duration" => Self::YearMonthDuration,
            "days and time duration" | "dayTimeDuration" | "day time duration" => Self::DayTimeDuration,
            "list" => Self::list(Self::Any),
            "context" => Self::context(Vec::new()),
            "function" => Self::Function(None),
            _ => return None,
        })
    }

    /// A date, a time or a duration of this type from its text; none for other types and texts.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Value> {
        match self.base() {
            Self::Date => temporal::parse_date(text).map(Value::Date),
            Self::Time => Time::parse(text).map(Value::Time),
            Self::DateTime => DateTime::parse(text).map(Value::DateTime),
            Self::YearMonthDuration | Self::DayTimeDuration => literal::parse_duration(text),
            _ => None,
        }
    }

    /// Without its constraints.
    #[must_use]
    pub fn base(&self) -> &Self {
        let mut kind = self;
        while let Self::Constrained(constrained) = kind {
            kind = &constrained.base;
        }
        kind
    }

    /// What a function of this type gives; itself for what is no type of functions.
    #[must_use]
    pub fn result(&self) -> Self {
        match self.base() {
            Self::Function(None) => Self::Any,
            Self::Function(Some(function)) => function.result.clone(),
            _ => self.clone(),
        }
    }
}

/// As FEEL writes it.
impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("Any"),
            Self::Null => f.write_str("Null"),
            Self::Boolean => f.write_str("boolean"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::Date => f.write_str("date"),
            Self::Time => f.write_str("time"),
            Self::DateTime => f.write_str("date and time"),
            Self::YearMonthDuration => f.write_str("years and months duration"),
            Self::DayTimeDuration => f.write_str("days and time duration"),
            Self::List(item) => write!(f, "list<{item}>"),
            Self::Context(_) => f.write_str("context"),
            Self::Range(end) => write!(f, "range<{end}>"),
            Self::Function(_) => f.write_str("function"),
            Self::Constrained(constrained) => write!(f, "{} with allowed values", constrained.base),
        }
    }
}
