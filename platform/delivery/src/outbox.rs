//! Looks for what is due, over all tenants, and has it delivered: at least once. An attempt that succeeded and was not noted
//! is made again, and the receiver can tell by a stable id that it is the same.

use async_trait::async_trait;
use casewright_journal::{Causes, Filter, Journal, Query, Sort, StoreError, TenantId};
use casewright_service::{Shutdown, instant};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// How often what is due is looked for when nobody rings.
const PERIOD: Duration = Duration::from_secs(2);

/// Column that says when the next attempt is due; null: never.
const DUE: &str = "nextAt";

/// How a view writes when something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueAt {
    /// Milliseconds since 1970.
    Milliseconds,
    /// RFC 3339.
    Text,
}

/// Makes one attempt, and notes in the journal how it went.
#[async_trait]
pub trait Deliver: Send + Sync {
    type Error: std::error::Error + From<StoreError> + Send;

    /// # Errors
    /// How it went could not be noted: the attempt is made again.
    async fn deliver(&self, tenant: &TenantId, id: &str) -> Result<(), Self::Error>;
}

/// What waits to be delivered: rows of a view with columns `nextAt` and `tenant`. Cheap to clone.
#[derive(Clone)]
pub struct Outbox {
    journal: Journal,
    view: &'static str,
    due_at: DueAt,
    /// Rows of one look.
    look: u64,
    bell: Arc<Notify>,
}

impl Outbox {
    #[must_use]
    pub fn new(journal: Journal, view: &'static str, due_at: DueAt, look: u64) -> Self {
        Self { journal, view, due_at, look, bell: Arc::default() }
    }

    /// Says that there is something to deliver.
    pub fn ring(&self) {
        self.bell.notify_one();
    }

    /// Delivers until a stop is requested.
    pub async fn run<D: Deliver>(&self, room: &D, shutdown: &Shutdown) {
        while !shutdown.is_requested() {
            if let Err(error) = self.deliver_due(room).await {
                tracing::warn!(view = self.view, error = %Causes(&error), "what is due could not be delivered; the next look tries again");
            }
            tokio::select! {
                () = shutdown.requested() => return,
                () = self.bell.notified() => {}
                () = tokio::time::sleep(PERIOD) => {}
            }
        }
    }

    /// One look at everything that is due by the journal's clock, what is due longest first.
    async fn deliver_due<D: Deliver>(&self, room: &D) -> Result<(), D::Error> {
        let now = self.journal.clock().now();
        let now = match self.due_at {
            DueAt::Milliseconds => Value::from(now.as_millisecond()),
            DueAt::Text => Value::from(instant::text(now)),
        };
        let is_due = Filter::And(vec![Filter::NotNull(DUE.into()), Filter::Lte(DUE.into(), now)]);
        let mut query = Query::new(self.view, is_due);
        query.sort = vec![Sort { field: DUE.into(), descending: false }];
        query.limit = Some(self.look);
        for (id, row) in self.journal.system_query_all_tenants(&query).await?.rows {
            let tenant = row.get("tenant").and_then(Value::as_str).unwrap_or(TenantId::DEFAULT);
            room.deliver(&TenantId::new(tenant), &id).await?;
        }
        Ok(())
    }
}
