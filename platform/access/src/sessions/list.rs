//! Where somebody is signed in.

use super::Sessions;
use super::views::{SESSION, SessionRow};
use casewright_instant::{Instant, rfc3339};
use casewright_journal::{Filter, Query, Sort, StoreError, TenantId};
use casewright_service::instant::InstantSchema;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// More places than a person is signed in at.
const LISTED: u64 = 200;

/// A sign-in, as the person whose it is recognises it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionEntry {
    pub id: String,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    pub started_at: Instant,
    /// When a token was last made of it: while somebody works with it, some minutes ago at most.
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    pub last_used_at: Instant,
    /// Where the sign-in came from.
    pub address: Option<String>,
    /// `Firefox on Linux`.
    pub browser: Option<String>,
    /// The one that asks.
    pub is_current: bool,
}

impl Sessions {
    /// Sign-ins of a user that last still, those used last first.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub(crate) async fn of_user(
        &self,
        tenant: &TenantId,
        user: &str,
        current: Option<&str>,
    ) -> Result<Vec<SessionEntry>, StoreError> {
        let standing = self.accounts.standing(tenant, user).await?;
        let now = self.journal.clock().now();
        let since = |ago| Value::from(now.saturating_sub(ago).unwrap_or(Timestamp::MIN).as_millisecond());
        let mut query = Query::new(
            SESSION,
            Filter::And(vec![
                Filter::Eq(SessionRow::USER.into(), Value::from(user)),
                Filter::Eq(SessionRow::IS_ENDED.into(), Value::from(false)),
                Filter::Gt(SessionRow::LAST_USED_AT.into(), since(self.lifetime.idle)),
                Filter::Gt(SessionRow::STARTED_AT.into(), since(self.lifetime.max)),
            ]),
        );
        query.sort = vec![Sort { field: SessionRow::LAST_USED_AT.into(), descending: true }];
        query.limit = Some(LISTED);
        let mut sessions = Vec::new();
        for (id, row) in self.journal.tenant(tenant).query(&query).await?.rows {
            let row = SessionRow::read(&row)
                .map_err(|error| StoreError::caused("a row of a sign-in could not be read", error))?;
            if !standing.admits(&id, row.version) {
                continue;
            }
            sessions.push(SessionEntry {
                is_current: current == Some(id.as_str()),
                id: id.to_string(),
                started_at: row.started_at,
                last_used_at: row.last_used_at,
                address: row.address,
                browser: row.browser,
            });
        }
        Ok(sessions)
    }
}
