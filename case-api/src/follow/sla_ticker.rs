//! Looks at the clocks that want to be looked at. The view says which; the case decides.
//!
//! Every node may run it: looking twice changes nothing.

use crate::domain::case::decide;
use crate::domain::person::Person;
use crate::gate::references::{Work, able};
use crate::repository::{CaseError, Command};
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use casewright_instant::Instant;
use casewright_journal::{Filter, Query, Sort, TenantId};
use serde_json::Value;
use std::time::Duration;

/// How often the clocks are looked at. An SLA is promised in minutes; a second late is not late.
pub(super) const PERIOD: Duration = Duration::from_secs(1);
/// Cases looked at in one go.
const BATCH: u64 = 500;

/// One look at everything that is due by the journal's clock.
pub(super) async fn look(state: &CaseApiState) -> Result<(), CaseError> {
    let now = Instant::from(state.journal().clock().now());
    let next = CaseListRow::NEXT_SLA_AT;
    let is_due = Filter::And(vec![Filter::NotNull(next.into()), Filter::Lte(next.into(), Value::from(now.0))]);
    let mut query = Query::new(CaseListRow::VIEW, is_due);
    query.sort = vec![Sort { field: next.into(), descending: false }];
    query.limit = Some(BATCH);
    let due = state.journal().system_query_all_tenants(&query).await?;
    for (id, row) in due.rows {
        let Some(tenant) = CaseListRow::TENANT.text(&row) else {
            continue;
        };
        match tick(state, &TenantId::new(tenant), &id).await {
            Ok(()) => {}
            Err(error) if error.is_gone() => {}
            Err(error @ CaseError::Unavailable(_)) => return Err(error),
            // What one case cannot do must not keep the others waiting.
            Err(error) => tracing::warn!(case = %id, %error, "the clocks of a case could not be looked at"),
        }
    }
    Ok(())
}

async fn tick(state: &CaseApiState, tenant: &TenantId, id: &str) -> Result<(), CaseError> {
    let cases = state.cases(tenant);
    let (case, _) = cases.case(id).await?;
    let definition = cases.definition_of(&case).await?;
    let people = able(state, tenant, &definition, &Work::Case(&case)).await?;
    let command = Command::by(Person::system("sla"));
    cases.command(id, command, move |case, definition, _, at| decide::tick(case, definition, &people, at)).await?;
    Ok(())
}
