//! Looks at the rules whose time has come. A view says in which cases; the case decides.
//!
//! Every node may run it: a rule is applied once for a time, so that looking twice changes nothing.

use crate::domain::case::decide::{self, CaseRejection};
use crate::domain::case::marks::{due, next_due};
use crate::domain::person::Person;
use crate::domain::rule::log::{RuleLog, RuleLogEvent};
use crate::gate::references::{Work, able};
use crate::repository::{CaseError, Command};
use crate::state::CaseApiState;
use crate::views::rule_run::RuleTimerRow;
use casewright_instant::Instant;
use casewright_journal::{
    CommandContext, Decision, ExecuteError, Filter, Query, Sort, StoreError, TenantHandle, TenantId,
};
use jiff::Timestamp;
use serde_json::Value;
use std::convert::Infallible;
use std::time::Duration;

/// How often the rules are looked at: none waits less than a minute.
pub(super) const PERIOD: Duration = Duration::from_secs(1);
/// Cases looked at in one go.
const BATCH: u64 = 500;

pub(super) async fn look(state: &CaseApiState) -> Result<(), CaseError> {
    let now = state.journal().clock().now();
    let next = RuleTimerRow::NEXT_AT;
    let is_due = Filter::Lte(next.into(), Value::from(Instant::from(now).0));
    let mut query = Query::new(RuleTimerRow::VIEW, is_due);
    query.sort = vec![Sort { field: next.into(), descending: false }];
    query.limit = Some(BATCH);
    for (id, row) in state.journal().system_query_all_tenants(&query).await?.rows {
        let Some(tenant) = RuleTimerRow::TENANT.text(&row).map(TenantId::new) else {
            continue;
        };
        match answer(state, &tenant, &id, now).await {
            Ok(()) => {}
            Err(error @ CaseError::Unavailable(_)) => return Err(error),
            // What one case cannot do must not keep the others waiting.
            Err(error) => tracing::warn!(case = %id, %error, "the rules of a case could not be looked at"),
        }
    }
    Ok(())
}

/// Asks the rules of one case whose time has come.
async fn answer(state: &CaseApiState, tenant: &TenantId, id: &str, now: Timestamp) -> Result<(), CaseError> {
    let cases = state.cases(tenant);
    let handle = state.tenant(tenant);
    let (case, _) = match cases.case(id).await {
        Err(CaseError::Rejected(CaseRejection::NotFound)) => {
            return note(&handle, id, |log| log.plan(None)).await.map_err(CaseError::Unavailable);
        }
        found => found?,
    };
    let definition = cases.definition_of(&case).await?;
    let log = handle.load::<RuleLog>(id).await?.map(|(log, _)| log);
    let answered = |rule: &str| log.as_ref().and_then(|log| log.answered.get(rule).copied());
    let people = able(state, tenant, &definition, &Work::Case(&case)).await?;
    // What is kept of a time is as fine as this.
    let until = Instant::from(now).timestamp();
    for rule in &definition.rules {
        if due(&case, rule, answered(&rule.id)).is_none_or(|due| due > now) {
            continue;
        }
        let (name, before, people) = (rule.id.clone(), answered(&rule.id), people.clone());
        let command = Command::by(Person::system("rules")).because("rule:1");
        let done = cases
            .command(id, command, move |case, definition, _, at| {
                decide::answer_time(case, definition, (&name, before), &people, at)
            })
            .await?;
        let name = rule.id.clone();
        let noted = note(&handle, id, move |log| log.note_time(&name, until, done.answer.as_ref())).await;
        noted.map_err(CaseError::Unavailable)?;
    }
    plan(state, tenant, id).await
}

/// Notes when a rule of the case is to be looked at next.
pub(super) async fn plan(state: &CaseApiState, tenant: &TenantId, id: &str) -> Result<(), CaseError> {
    let cases = state.cases(tenant);
    let (case, _) = cases.case(id).await?;
    let definition = cases.definition_of(&case).await?;
    let handle = state.tenant(tenant);
    let log = handle.load::<RuleLog>(id).await?.map(|(log, _)| log.as_ref().clone()).unwrap_or_default();
    let next = next_due(&case, &definition, &log.answered);
    if next == log.next {
        return Ok(());
    }
    note(&handle, id, move |log| log.plan(next)).await.map_err(CaseError::Unavailable)
}

/// Writes something down about the rules of a case.
pub(super) async fn note(
    handle: &TenantHandle,
    id: &str,
    decide: impl Fn(&RuleLog) -> Decision<RuleLogEvent, ()> + Send + 'static,
) -> Result<(), StoreError> {
    let context = CommandContext { actor: "system:rules".into(), ..CommandContext::default() };
    let noted = handle.execute::<RuleLog, (), Infallible, _>(id, context, move |log, _| Ok(decide(log))).await;
    match noted {
        Ok(_) => Ok(()),
        Err(ExecuteError::Unavailable(error)) => Err(error),
        Err(other) => Err(StoreError { what: format!("what rules did could not be noted: {other}"), source: None }),
    }
}
