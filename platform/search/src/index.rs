//! The contract of an index.

use crate::document::{Awaited, Counts, Kind, Known, Whole, WholeDocuments};
use crate::policy::Policies;
use crate::query::Query;
use casewright_journal::TenantId;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// What is written in one go.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Each replaces all documents of its whole.
    pub wholes: Vec<WholeDocuments>,
    /// What is no more.
    pub gone: Vec<(TenantId, Whole)>,
    /// How far the log was read when these were made; opaque to the index.
    pub position: String,
}

/// A question.
#[derive(Clone, Debug)]
pub struct Request {
    pub tenant: TenantId,
    pub query: Arc<Query>,
    /// Id of who asks: `assignee:me`.
    pub me: String,
    /// None: all kinds.
    pub kinds: Vec<Kind>,
    /// What policy lets them see. What the index cannot tell ([`Policies::are_told`]) it lets pass, and says so in
    /// [`Found::is_filtered`].
    pub policies: Policies,
    /// How many of the best to leave out.
    pub skip: usize,
    pub limit: usize,
    /// How long it may take.
    pub time: Duration,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The best first.
    pub hits: Vec<Hit>,
    /// How many there are, by [`Kind::place`].
    pub counts: Counts,
    /// The policy was applied to all of it. Else hits are still to be looked at, and the counts are nobody's business.
    pub is_filtered: bool,
}

/// A document that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub whole: Whole,
    pub kind: Kind,
    pub id: String,
    /// See [`crate::Document::source`].
    pub source: String,
    pub title: String,
    pub text: String,
    pub from: Vec<String>,
    pub at: Timestamp,
    /// Whether a task was open when it was written; none: it is no task.
    pub is_open: Option<bool>,
}

/// Documents, and questions about them. Calls block: they read and write files.
pub trait Index: Send + Sync + 'static {
    /// As the last batch gave it; none: nothing was ever written.
    fn position(&self) -> Option<String>;

    /// Durable when it returns, all of it or nothing, and found by every search from then on.
    ///
    /// # Errors
    /// It could not be written; what was there before is still there.
    fn write(&self, batch: &Batch) -> Result<(), IndexError>;

    /// Forgets everything, also the position.
    ///
    /// # Errors
    /// It could not be written.
    fn clear(&self) -> Result<(), IndexError>;

    /// What is known of a document; none: nothing is.
    ///
    /// # Errors
    /// The index cannot be read.
    fn known(&self, tenant: &TenantId, whole: &Whole, kind: Kind, id: &str) -> Result<Option<Known>, IndexError>;

    /// Documents whose content is awaited, at most so many.
    ///
    /// # Errors
    /// The index cannot be read.
    fn awaited(&self, limit: usize) -> Result<Vec<Awaited>, IndexError>;

    /// # Errors
    /// The index cannot be read, or it would take too long.
    fn search(&self, request: &Request) -> Result<Found, IndexError>;
}

/// Why an index did not do it.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("the index cannot be used")]
    Broken(#[from] tantivy::TantivyError),
    #[error("the folder of the index cannot be used")]
    Folder(#[from] std::io::Error),
    #[error("the search took too long")]
    TooLong,
}
