//! Looks for what is due, over all tenants, and has it delivered: at least once. An attempt that succeeded and was not noted
//! is made again, and the receiver can tell by a stable id that it is the same.

use async_trait::async_trait;
use casewright_instant::Instant;
use casewright_journal::{Causes, Filter, Journal, Query, Sort, StoreError, TenantId};
use casewright_rows::Row;
use casewright_service::Shutdown;
use serde_json::Value;
use smol_str::SmolStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// How often what is due is looked for when nobody rings.
const PERIOD: Duration = Duration::from_secs(2);

/// The columns of a view that an outbox looks at: the view's row holds them among its own.
#[derive(Clone, Debug, PartialEq, Eq, Row)]
pub struct DueRow {
    pub tenant: SmolStr,
    /// When the next attempt is due; none: never.
    pub next_at: Option<Instant>,
}

/// Makes one attempt, and notes in the journal how it went.
#[async_trait]
pub trait Deliver: Send + Sync {
    type Error: std::error::Error + From<StoreError> + Send;

    /// # Errors
    /// How it went could not be noted: the attempt is made again.
    async fn deliver(&self, tenant: &TenantId, id: &str) -> Result<(), Self::Error>;
}

/// What waits to be delivered: rows of a view with the columns of [`DueRow`]. Cheap to clone.
#[derive(Clone)]
pub struct Outbox {
    journal: Journal,
    view: &'static str,
    /// Rows of one look.
    look: u64,
    bell: Arc<Notify>,
}

impl Outbox {
    #[must_use]
    pub fn new(journal: Journal, view: &'static str, look: u64) -> Self {
        Self { journal, view, look, bell: Arc::default() }
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
        let now = Value::from(self.journal.clock().now().as_millisecond());
        let next_at = DueRow::NEXT_AT;
        let is_due = Filter::And(vec![Filter::NotNull(next_at.into()), Filter::Lte(next_at.into(), now)]);
        let mut query = Query::new(self.view, is_due);
        query.sort = vec![Sort { field: next_at.into(), descending: false }];
        query.limit = Some(self.look);
        for (id, row) in self.journal.system_query_all_tenants(&query).await?.rows {
            let tenant = DueRow::TENANT.text(&row).unwrap_or(TenantId::DEFAULT);
            room.deliver(&TenantId::new(tenant), &id).await?;
        }
        Ok(())
    }
}
