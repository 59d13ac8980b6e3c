//! A form-js schema, reduced to what decides about data. Components that show and do not hold (text, image, button) are left
//! out; groups are walked; rows of a dynamic list carry their own components.

mod read;

use crate::formula::{Condition, Formula};
use crate::option::Options;
use crate::rule::Rules;
use bigdecimal::BigDecimal;
use serde_json::Value;
use std::sync::Arc;

pub(crate) use read::{read, read_for};

/// What a form says of data.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) components: Vec<Component>,
}

/// A component that holds data.
#[derive(Debug)]
pub(crate) struct Component {
    /// Where the value is in the data; a group with a `path` puts its components below it.
    pub(crate) path: Vec<String>,
    pub(crate) label: String,
    pub(crate) kind: Kind,
    pub(crate) rules: Rules,
    /// What it holds when nothing is known of it.
    pub(crate) default: Option<Value>,
    pub(crate) lock: Lock,
    /// Conditions of the component and of the groups around it; any of them hides it.
    pub(crate) hide: Vec<Arc<Condition>>,
}

/// Whether people may change a value.
#[derive(Debug)]
pub(crate) enum Lock {
    Open,
    /// Neither changed nor sent.
    Disabled,
    ReadOnly,
    ReadOnlyWhen(Condition),
}

/// What a value is.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A text; with several lines, or with one.
    Text {
        lines: Lines,
    },
    Number(NumberKind),
    Checkbox,
    /// One of the options.
    Choice(Options),
    /// Several of the options.
    Choices(Options),
    Date(Days),
    Time,
    DateTime(Days),
    /// References to stored files.
    Files {
        multiple: bool,
    },
    /// Computed by an expression; none that can be read gives null.
    Computed {
        formula: Option<Formula>,
        on: ComputedOn,
    },
    Rows(Rows),
    /// A type this release does not know: the value is taken as it is.
    Unknown,
}

/// How many lines a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    One,
    Several,
}

/// Which days may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Days {
    All,
    /// Today, and those to come.
    NotPassed,
}

/// What is said of a number.
#[derive(Debug)]
pub(crate) struct NumberKind {
    pub(crate) decimal_digits: Option<i64>,
    /// It is a multiple of this.
    pub(crate) increment: Option<BigDecimal>,
    /// It is kept as a text.
    pub(crate) as_text: bool,
}

/// When an expression field is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ComputedOn {
    Change,
    Submit,
}

/// The rows of a dynamic list.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) components: Vec<Component>,
    /// Rows that are there from the beginning.
    pub(crate) count: usize,
}
