//! The way of a room's requests to one of its things, lent to those who ask who may come through.

use crate::subject::Subject;
use casewright_service::Problem;
use std::pin::Pin;
use std::sync::Arc;

type Answer = Pin<Box<dyn Future<Output = Result<(), Problem>> + Send>>;
type Way = dyn Fn(Subject, String, String) -> Answer + Send + Sync;

/// What every request about one thing of a kind goes through before anything else is done. Rooms give the function that their
/// handlers call, so that nothing is decided twice.
#[derive(Clone)]
pub struct Gate {
    kind: &'static str,
    way: Arc<Way>,
}

impl Gate {
    /// `way` is asked for a subject, an action and the id of a thing; it changes nothing.
    pub fn new<F, A>(kind: &'static str, way: F) -> Self
    where
        F: Fn(Subject, String, String) -> A + Send + Sync + 'static,
        A: Future<Output = Result<(), Problem>> + Send + 'static,
    {
        Self { kind, way: Arc::new(move |subject, action, id| Box::pin(way(subject, action, id))) }
    }

    /// The kind of things behind it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Whether the subject comes through; what it is told when it does not.
    ///
    /// # Errors
    /// As the room's requests.
    pub async fn pass(&self, subject: &Subject, action: &str, id: &str) -> Result<(), Problem> {
        (self.way)(subject.clone(), action.to_owned(), id.to_owned()).await
    }
}
