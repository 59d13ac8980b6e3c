//! Sign-ins that are long over leave the journal: who was where is kept as long as somebody may ask, and no longer.

use super::views::{SESSION, SessionRow};
use super::{Session, Sessions};
use casewright_journal::{Causes, CommandContext, Decision, ExecuteError, Filter, Query, Sort, StoreError, TenantId};
use casewright_service::{Problem, Shutdown};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::time::Duration;

/// Kept after no token of it can be made any more.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How often is looked.
const LOOK: Duration = Duration::from_secs(3600);
/// Looked at in one query.
const PORTION: u64 = 200;
/// Who is named in the journal.
const BY: &str = "system:access";

impl Sessions {
    /// Forgets what is long over, until a stop is requested.
    pub(crate) async fn forget(&self, shutdown: &Shutdown) {
        loop {
            if let Err(error) = self.forget_old().await {
                tracing::warn!(error = %Causes(&error), "old sign-ins could not be forgotten; they are tried again");
            }
            if shutdown.unless_requested(tokio::time::sleep(LOOK)).await.is_none() {
                return;
            }
        }
    }

    async fn forget_old(&self) -> Result<(), StoreError> {
        loop {
            let old = self.old().await?;
            let mut forgotten = 0;
            for (tenant, session) in &old {
                forgotten += u64::from(self.forget_one(tenant, session).await?);
            }
            // What is left is for other nodes.
            if forgotten < PORTION {
                return Ok(());
            }
        }
    }

    /// Not used since before this, a sign-in is over and has been for long.
    fn limit(&self, now: Timestamp) -> Timestamp {
        let longest = self.lifetime.idle.max(self.lifetime.max);
        now.saturating_sub(longest.saturating_add(KEPT)).unwrap_or(Timestamp::MIN)
    }

    async fn old(&self) -> Result<Vec<(TenantId, String)>, StoreError> {
        let limit = self.limit(self.journal.clock().now()).as_millisecond();
        let last_used = SessionRow::LAST_USED_AT;
        let mut query = Query::new(SESSION, Filter::Lt(last_used.into(), Value::from(limit)));
        query.sort = vec![Sort { field: last_used.into(), descending: false }];
        query.limit = Some(PORTION);
        let page = self.journal.system_query_all_tenants(&query).await?;
        let tenant = |row| TenantId::new(SessionRow::TENANT.text(row).unwrap_or(TenantId::DEFAULT));
        Ok(page.rows.iter().map(|(id, row)| (tenant(row), id.to_string())).collect())
    }

    /// Whether it was this node's to forget.
    async fn forget_one(&self, tenant: &TenantId, session: &str) -> Result<bool, StoreError> {
        let context = CommandContext { actor: BY.into(), ..CommandContext::default() };
        let limit = self.limit(self.journal.clock().now());
        let forget = move |session: &Session, _: &_| {
            let events = session.forget(limit);
            Ok::<_, Problem>(Decision { answer: !events.is_empty(), events })
        };
        match self.journal.tenant(tenant).execute(session, context, forget).await {
            Ok(committed) => Ok(committed.answer),
            Err(ExecuteError::NotOwner { .. }) => Ok(false),
            Err(ExecuteError::Unavailable(error)) => Err(error),
            Err(error) => Err(StoreError::new(format!("forgetting session {session}: {error}"))),
        }
    }
}
