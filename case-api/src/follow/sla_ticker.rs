//! Looks at the clocks that want to be looked at. The view says which; the case decides.
//!
//! Every node may run it: looking twice changes nothing.

use crate::domain::case::decide::{self, CaseRejection};
use crate::domain::person::Person;
use crate::repository::{CaseError, Command};
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use casewright_instant::Instant;
use casewright_journal::{Filter, Query, Sort, TenantId};
use casewright_service::Shutdown;
use serde_json::Value;
use std::time::Duration;

/// How often the clocks are looked at. An SLA is promised in minutes; a second late is not late.
const PERIOD: Duration = Duration::from_secs(1);
/// Cases looked at in one go.
const BATCH: u64 = 500;

pub(super) async fn run(state: CaseApiState, shutdown: Shutdown) {
    let mut interval = tokio::time::interval(PERIOD);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.requested() => return,
            _ = interval.tick() => {}
        }
        if let Err(error) = look(&state).await {
            tracing::warn!(error = %error, "SLA clocks could not be looked at; the next tick tries again");
        }
    }
}

/// One look at everything that is due by the journal's clock; gives the number of cases.
pub(super) async fn look(state: &CaseApiState) -> Result<usize, CaseError> {
    let now = Instant::from(state.journal().clock().now());
    let next = CaseListRow::NEXT_SLA_AT;
    let is_due = Filter::And(vec![Filter::NotNull(next.into()), Filter::Lte(next.into(), Value::from(now.0))]);
    let mut query = Query::new(CaseListRow::VIEW, is_due);
    query.sort = vec![Sort { field: next.into(), descending: false }];
    query.limit = Some(BATCH);
    let due = state.journal().system_query_all_tenants(&query).await?;
    let count = due.rows.len();
    for (id, row) in due.rows {
        let Some(tenant) = CaseListRow::TENANT.text(&row) else {
            continue;
        };
        let looked = state
            .cases(&TenantId::new(tenant))
            .command(&id, Command::by(Person::system("sla")), |case, definition, _, at| {
                decide::tick(case, definition, at)
            })
            .await;
        match looked {
            Ok(_) | Err(CaseError::Rejected(CaseRejection::NotFound)) => {}
            Err(error @ CaseError::Unavailable(_)) => return Err(error),
            // What one case cannot do must not keep the others waiting.
            Err(error) => tracing::warn!(case = %id, %error, "the clocks of a case could not be looked at"),
        }
    }
    Ok(count)
}
