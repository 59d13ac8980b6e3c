//! Why a question cannot be read, and where it begins to be wrong.

/// What is wrong with a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Fault {
    pub code: FaultCode,
    /// Characters before the wrong part.
    pub position: usize,
    /// In words, for a person.
    pub detail: String,
}

/// Stable names of what can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultCode {
    /// There is nothing to look for.
    Empty,
    TooLong,
    TooManyClauses,
    UnclosedQuote,
    UnknownQualifier,
    /// A qualifier with nothing behind its colon.
    NoValue,
    /// Not a value that the qualifier takes.
    BadValue,
}

impl FaultCode {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty-query",
            Self::TooLong => "query-too-long",
            Self::TooManyClauses => "too-many-clauses",
            Self::UnclosedQuote => "unclosed-quote",
            Self::UnknownQualifier => "unknown-qualifier",
            Self::NoValue => "no-value",
            Self::BadValue => "invalid-value",
        }
    }
}
