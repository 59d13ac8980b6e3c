//! What FEEL knows (DMN 1.5, 10.3.2.3).

use crate::calendar::Date;
use crate::number::Number;
use crate::temporal::{DateTime, Time};
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::any::Any;
use std::cmp::Ordering;
use std::fmt::{Debug, Display, Formatter};
use std::sync::Arc;

/// Values that a comparison looks at, at most.
pub(crate) const MAX_COMPARED: u64 = 100_000;

/// Entries in the order they were written.
pub type Context = IndexMap<SmolStr, Value>;

/// A value. Cloning is cheap: what is large is shared.
#[derive(Clone, Debug, Default)]
pub enum Value {
    #[default]
    Null,
    Boolean(bool),
    Number(Number),
    String(Arc<str>),
    Date(Date),
    Time(Time),
    DateTime(DateTime),
    /// In months.
    YearMonthDuration(i64),
    /// In nanoseconds.
    DayTimeDuration(i128),
    List(Arc<Vec<Value>>),
    Context(Arc<Context>),
    Range(Arc<Range>),
    Function(Arc<Function>),
}

/// An interval; an end that is none is open to everything.
#[derive(Clone, Debug)]
pub struct Range {
    pub low: Option<Value>,
    pub low_included: bool,
    pub high: Option<Value>,
    pub high_included: bool,
}

/// What can be called.
pub struct Function(pub(crate) Box<dyn Callable>);

/// What a function is to the evaluation, which alone can call it; to all others it is a text.
pub(crate) trait Callable: Any + Display + Send + Sync {}

impl Debug for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl Value {
    #[must_use]
    pub fn string(text: &str) -> Self {
        Self::String(Arc::from(text))
    }

    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Arc::new(items))
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    #[must_use]
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Boolean(true))
    }

    /// The text of a duration of nothing, as XML Schema writes it; elsewhere it is Camunda's.
    #[must_use]
    pub fn zero_duration(&self) -> Option<&'static str> {
        match self {
            Self::YearMonthDuration(0) => Some("P0M"),
            Self::DayTimeDuration(0) => Some("PT0S"),
            _ => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Equality as `=` has it (10.3.2.9 and table 42): null equals null alone; none when the two cannot be compared, or are so
    /// large that it takes too long.
    #[must_use]
    pub fn equals(&self, other: &Self) -> Option<bool> {
        self.equals_within(other, &mut MAX_COMPARED.clone())
    }

    /// Takes one from `left` for each value that is looked at: values share what they hold, so one that is small in memory may
    /// be very large.
    pub(crate) fn equals_within(&self, other: &Self, left: &mut u64) -> Option<bool> {
        *left = left.checked_sub(1)?;
        let mut same = |a: &Self, b: &Self| a.equals_within(b, left) == Some(true);
        Some(match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Null, _) | (_, Self::Null) => false,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::List(a), Self::List(b)) => {
                Arc::ptr_eq(a, b) || a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
            }
            (Self::Context(a), Self::Context(b)) => {
                Arc::ptr_eq(a, b)
                    || a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
            }
            (Self::Range(a), Self::Range(b)) => {
                let mut is_same = |a: &Option<Self>, b: &Option<Self>| match (a, b) {
                    (None, None) => true,
                    (Some(a), Some(b)) => same(a, b),
                    _ => false,
                };
                a.low_included == b.low_included
                    && a.high_included == b.high_included
                    && is_same(&a.low, &b.low)
                    && is_same(&a.high, &b.high)
            }
            (Self::Function(a), Self::Function(b)) => Arc::ptr_eq(a, b),
            _ => self.compares(other)? == Ordering::Equal,
        })
    }

    /// Whether lists and contexts lie within one another deeper than this. Takes from `left` as a comparison does; true when
    /// nothing is left.
    pub(crate) fn is_deeper_than(&self, depth: u32, left: &mut u64) -> bool {
        let Some(rest) = left.checked_sub(1) else {
            return true;
        };
        *left = rest;
        let Some(below) = depth.checked_sub(1) else {
            return true;
        };
        match self {
            Self::List(items) => items.iter().any(|item| item.is_deeper_than(below, left)),
            Self::Context(entries) => entries.values().any(|value| value.is_deeper_than(below, left)),
            // What it keeps is not looked through.
            Self::Function(_) => below < 8,
            _ => false,
        }
    }

    /// Order of two of the same kind; none for others.
    #[must_use]
    pub fn compares(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::String(a), Self::String(b)) => Some(a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (Self::Time(a), Self::Time(b)) => Some(a.nanos_of_day().cmp(&b.nanos_of_day())),
            (Self::DateTime(a), Self::DateTime(b)) => Some(a.nanos().cmp(&b.nanos())),
            (Self::YearMonthDuration(a), Self::YearMonthDuration(b)) => Some(a.cmp(b)),
            (Self::DayTimeDuration(a), Self::DayTimeDuration(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// Bytes that it holds itself, without what it shares.
    pub(crate) fn weight(&self) -> u64 {
        let own = size_of::<Self>() as u64;
        match self {
            Self::Number(number) => own + number.weight(),
            _ => own,
        }
    }
}

impl Range {
    /// Whether a value lies in it; none when it cannot be compared with the ends.
    #[must_use]
    pub fn contains(&self, value: &Value) -> Option<bool> {
        let above = match &self.low {
            None => true,
            Some(low) => match value.compares(low)? {
                Ordering::Greater => true,
                Ordering::Equal => self.low_included,
                Ordering::Less => false,
            },
        };
        let below = match &self.high {
            None => true,
            Some(high) => match value.compares(high)? {
                Ordering::Less => true,
                Ordering::Equal => self.high_included,
                Ordering::Greater => false,
            },
        };
        Some(above && below)
    }
}
