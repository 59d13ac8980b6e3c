//! What is indexed. What belongs together is written together: all documents of a case, each with what is known of the case, so
//! that a question about a comment can ask for the case's queue, and a policy for whom the case is restricted to. A record and a
//! person are wholes of one document.

use casewright_journal::TenantId;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Case,
    Comment,
    Mail,
    File,
    Task,
    Record,
    Person,
}

/// How many there are of each kind, by [`Kind::place`].
pub type Counts = [u64; Kind::ALL.len()];

impl Kind {
    /// All of them, in the order of their counts.
    pub const ALL: [Self; 7] =
        [Self::Case, Self::Comment, Self::Mail, Self::File, Self::Task, Self::Record, Self::Person];

    /// As queries and answers spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Comment => "comment",
            Self::Mail => "mail",
            Self::File => "file",
            Self::Task => "task",
            Self::Record => "record",
            Self::Person => "person",
        }
    }

    /// None: there is no such kind.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// What it is part of.
    #[must_use]
    pub fn scope(self) -> Scope {
        match self {
            Self::Case | Self::Comment | Self::Mail | Self::File | Self::Task => Scope::Case,
            Self::Record => Scope::Record,
            Self::Person => Scope::Person,
        }
    }

    /// Its place in [`Self::ALL`].
    #[must_use]
    pub fn place(self) -> usize {
        self as usize
    }
}

/// What policies decide on as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    Case,
    Record,
    Person,
}

impl Scope {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Record => "record",
            Self::Person => "person",
        }
    }
}

/// A case with all that it holds, a record, or a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Whole {
    pub scope: Scope,
    pub id: String,
}

impl Whole {
    #[must_use]
    pub fn new(scope: Scope, id: impl Into<String>) -> Self {
        Self { scope, id: id.into() }
    }

    #[must_use]
    pub fn case(id: impl Into<String>) -> Self {
        Self::new(Scope::Case, id)
    }
}

/// Something that a document has, or that its case has: what `has:` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    Attachment,
    Comment,
    Mail,
}

impl Thing {
    const ALL: [Self; 3] = [Self::Attachment, Self::Comment, Self::Mail];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attachment => "attachment",
            Self::Comment => "comment",
            Self::Mail => "mail",
        }
    }

    /// None: nothing has that.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|thing| thing.as_str() == name)
    }
}

/// An id, and what people call it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    pub id: String,
    pub name: String,
}

impl Named {
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into() }
    }
}

/// What qualifiers and policies ask of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseFacts {
    pub number: String,
    pub definition: Named,
    pub stage: Named,
    pub status: Named,
    /// `open`, `paused` or `closed`.
    pub status_kind: String,
    pub queue: Option<String>,
    pub assignee: Option<Named>,
    pub priority: i32,
    pub labels: Vec<String>,
    pub fields: Map<String, Value>,
    /// Groups that may see it; none: everybody who may see cases.
    pub restricted_to: Option<Vec<String>>,
    /// User id, or `system:<role>`.
    pub created_by: String,
    pub updated: Timestamp,
}

/// What qualifiers and policies ask of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordFacts {
    /// Its type.
    pub of: Named,
    pub fields: Map<String, Value>,
    /// User id, or `system:<role>`; none: nobody knows.
    pub created_by: Option<String>,
    pub updated: Timestamp,
}

/// What is known of a whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Facts {
    Case(CaseFacts),
    Record(RecordFacts),
    Person,
}

impl Facts {
    pub(crate) fn case(&self) -> Option<&CaseFacts> {
        match self {
            Self::Case(case) => Some(case),
            Self::Record(_) | Self::Person => None,
        }
    }

    pub(crate) fn updated(&self) -> Option<Timestamp> {
        match self {
            Self::Case(case) => Some(case.updated),
            Self::Record(record) => Some(record.updated),
            Self::Person => None,
        }
    }
}

/// What of a task is its own, where qualifiers ask the case otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    pub is_open: bool,
    pub assignee: Option<Named>,
}

impl Work {
    pub(crate) const OPEN: &str = "open";

    /// As `is:` asks for it.
    pub(crate) fn state(&self) -> &'static str {
        if self.is_open { Self::OPEN } else { "closed" }
    }
}

/// Whether a document's text is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Content {
    #[default]
    Known,
    /// It stands elsewhere and is still to be fetched: [`crate::Index::awaited`].
    Awaited,
    /// It could not be had, and is not asked for again.
    Missing,
}

impl Content {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Awaited => "awaited",
            Self::Missing => "missing",
        }
    }

    pub(crate) fn named(name: &str) -> Self {
        match name {
            "awaited" => Self::Awaited,
            "missing" => Self::Missing,
            _ => Self::Known,
        }
    }
}

/// Something that can be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub kind: Kind,
    /// Unique among those of its kind in its whole.
    pub id: String,
    /// Where its content comes from, for what is awaited: the id of the mail, of the file.
    pub source: String,
    /// What it is called: the title of a case, the subject of a mail, the name of a file, of a task, of a person. Empty: nothing.
    pub title: String,
    pub text: String,
    /// Further words under which it is found, below all others: stage, status and queue of a case.
    pub about: String,
    /// Who it is from: names, addresses, ids of users.
    pub from: Vec<String>,
    pub at: Timestamp,
    pub has: BTreeSet<Thing>,
    /// None: it is no task.
    pub work: Option<Work>,
    pub content: Content,
}

/// All documents of a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct WholeDocuments {
    pub tenant: TenantId,
    pub whole: Whole,
    pub facts: Facts,
    pub documents: Vec<Document>,
}

/// What an index holds of a document whose content was fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    pub title: String,
    pub text: String,
    pub from: Vec<String>,
    pub has: BTreeSet<Thing>,
    pub content: Content,
}

/// A document whose content is still to be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Awaited {
    pub tenant: TenantId,
    pub whole: Whole,
    pub kind: Kind,
    pub id: String,
    pub source: String,
}
