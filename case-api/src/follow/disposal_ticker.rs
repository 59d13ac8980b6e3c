//! Looks at the closed cases whose time is over. The view says which; the case decides, and what follows is [`disposer`](super::disposer)'s.

use crate::domain::case::Case;
use crate::domain::case::decide;
use crate::domain::case::hold::{CaseDisposal, DisposalCause};
use crate::domain::person::Person;
use crate::repository::{CaseError, Command};
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use casewright_contracts::CaseHoldRowColumns;
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Filter, Query, Sort, TenantId};
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

/// How often they are looked at. A case is kept for days or years; seconds late is not late.
pub(super) const PERIOD: Duration = Duration::from_secs(5);
/// Cases of one look: what follows for each of them is read from the log at its own pace.
const BATCH: u64 = 100;

pub(super) async fn look(state: &CaseApiState) -> Result<(), CaseError> {
    let now = Instant::from(state.journal().clock().now());
    let due = CaseListRow::DISPOSE_AT;
    let mut query = Query::new(
        CaseListRow::VIEW,
        Filter::And(vec![
            Filter::NotNull(due.into()),
            Filter::Lte(due.into(), Value::from(now.0)),
            Filter::Eq(CaseListRow::HOLD_COUNT.into(), 0.into()),
        ]),
    );
    query.sort = vec![Sort { field: due.into(), descending: false }];
    query.limit = Some(BATCH);
    for (id, row) in state.journal().system_query_all_tenants(&query).await?.rows {
        let Some(tenant) = CaseListRow::TENANT.text(&row).map(TenantId::new) else {
            continue;
        };
        let by = Person::system("retention");
        let disposal = CaseDisposal { id: disposal_of(&id), cause: DisposalCause::Policy, by: by.clone() };
        let cases = state.cases(&tenant);
        let begun = cases.command(&id, Command::by(by), move |case, definition, by, at| {
            decide::begin_disposal(case, definition, &disposal, by, at)
        });
        match begun.await {
            Ok(_) => {}
            Err(error @ CaseError::Unavailable(_)) => return Err(error),
            // It was opened again, or held, since the view was read; or is no more.
            Err(CaseError::Rejected(_)) => {}
            Err(error) => tracing::warn!(case = %id, %error, "a case that is due could not be deleted"),
        }
    }
    Ok(())
}

/// The disposal of a case by policy: there is one.
fn disposal_of(case: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{}:{case}:disposal", Case::KIND).as_bytes()).to_string()
}
