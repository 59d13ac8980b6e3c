//! Fills the memory of what is over from the journal's views: at the start, and where other processes end sign-ins.

use super::Sessions;
use super::views::{REVOCATION, RevocationRow};
use casewright_journal::{Causes, Filter, Query, StoreError};
use casewright_service::Shutdown;
use serde_json::Value;
use std::time::Duration;

/// How often what ended elsewhere is read, and how soon a read that failed is tried again.
const LOOK: Duration = Duration::from_secs(1);

impl Sessions {
    /// Keeps the memory of what is over complete until a stop is requested. While it is not, tokens are held against the log.
    pub(crate) async fn follow(&self, shutdown: &Shutdown) {
        loop {
            match self.read_ends().await {
                Ok(()) => self.over.set_complete(true),
                Err(error) => {
                    self.over.set_complete(false);
                    tracing::warn!(error = %Causes(&error), "what ended elsewhere cannot be read; tokens are held against the log");
                }
            }
            // Nobody else ends anything: what ends from here on is noted as it ends.
            if self.over.is_complete() && self.journal.is_exclusive() {
                return;
            }
            if shutdown.unless_requested(tokio::time::sleep(LOOK)).await.is_none() {
                return;
            }
        }
    }

    async fn read_ends(&self) -> Result<(), StoreError> {
        let since = self.journal.clock().now().as_millisecond() - self.over.memory().as_millis() as i64;
        let query = Query::new(REVOCATION, Filter::Gte(RevocationRow::AT.into(), Value::from(since)));
        for (_, row) in self.journal.system_query_all_tenants(&query).await?.rows {
            let row = RevocationRow::read(&row)
                .map_err(|error| StoreError::caused("a row of what is over could not be read", error))?;
            let at = row.at.timestamp();
            if let Some(end) = row.into_end() {
                self.over.recall(at, end);
            }
        }
        Ok(())
    }
}
