//! What a person types, read: words, "phrases", `qualifier:value`, and `-` in front of what must not be.

mod fault;
mod parse;
mod range;

pub use fault::{Fault, FaultCode};
pub use parse::{LONGEST, MOST_CLAUSES};
pub use range::Range;

use crate::document::{Kind, Thing};

/// A question that was read. All of its clauses hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub clauses: Vec<Clause>,
}

/// One part of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    pub is_negated: bool,
    pub condition: Condition,
}

/// What a document must be like.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A word of it, or what one begins with, holds, or is written like.
    Word(String),
    /// These words, one after the other.
    Phrase(String),
    /// One of these.
    Is(Vec<Openness>),
    Assignee(Vec<Who>),
    Queue(Vec<Which>),
    From(Vec<String>),
    Stage(Vec<String>),
    Status(Vec<String>),
    Label(Vec<String>),
    Type(Vec<String>),
    Has(Vec<Thing>),
    Kind(Vec<Kind>),
    Field {
        key: String,
        values: Vec<String>,
    },
    Priority(Range<i64>),
    /// Milliseconds since 1970, as [`Self::Updated`].
    Created(Range<i64>),
    Updated(Range<i64>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Openness {
    /// Not closed.
    Open,
    Paused,
    Closed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Who asks.
    Me,
    Nobody,
    /// An id, or words of a name.
    Somebody(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    None,
    Named(String),
}

impl Query {
    /// The words that are looked for, to be shown where they stand.
    pub fn wanted(&self) -> impl Iterator<Item = &str> {
        self.clauses.iter().filter(|clause| !clause.is_negated).filter_map(|clause| match &clause.condition {
            Condition::Word(text) | Condition::Phrase(text) => Some(text.as_str()),
            _ => None,
        })
    }
}
