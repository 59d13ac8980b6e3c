//! What is indexed. Everything belongs to a case: its documents are written together, each with what is known of the case, so
//! that a question about a comment can ask for the case's queue, and a policy for whom the case is restricted to.

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
}

impl Kind {
    /// All of them, in the order of their counts.
    pub const ALL: [Self; 4] = [Self::Case, Self::Comment, Self::Mail, Self::File];

    /// As queries and answers spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Comment => "comment",
            Self::Mail => "mail",
            Self::File => "file",
        }
    }

    /// None: there is no such kind.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Its place in [`Self::ALL`].
    #[must_use]
    pub fn place(self) -> usize {
        self as usize
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
    /// Unique among those of its kind in its case.
    pub id: String,
    /// Where its content comes from, for what is awaited: the id of the mail, of the file.
    pub source: String,
    /// What it is called: the title of a case, the subject of a mail, the name of a file. Empty: nothing.
    pub title: String,
    pub text: String,
    /// Further words under which it is found, below all others: stage, status and queue of a case.
    pub about: String,
    /// Who it is from: names, addresses, ids of users.
    pub from: Vec<String>,
    pub at: Timestamp,
    pub has: BTreeSet<Thing>,
    pub content: Content,
}

/// All documents of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseDocuments {
    pub tenant: TenantId,
    /// Id of the case.
    pub case: String,
    pub facts: CaseFacts,
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
    pub case: String,
    pub kind: Kind,
    pub id: String,
    pub source: String,
}
