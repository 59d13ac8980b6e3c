//! `/api/v1/cases/by-process/{id}`: which case a process works for, who started it, and what it may act on.
//!
//! The built-in workers ask before they change a case that a variable names: a process that belongs to a case acts for no
//! other, and [`vouching`](super::vouching) says for which it acts at all. What they do, they do on behalf of who started the
//! process: as the engine's log has it, never as a variable says.

use super::error::store;
use super::vouching::Process;
use crate::directory;
use crate::domain::person::Person;
use crate::state::CaseApiState;
use axum::extract::{Path, Query, State};
use casewright_access::{Authenticated, is_machine};
use casewright_contracts::CaseRow;
use casewright_contracts::ids::root_of;
use casewright_contracts::links::CaseProcessRow;
use casewright_journal::{Filter, TenantHandle};
use casewright_service::{Json, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// What a task of the process is about to act on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Named {
    /// Id of a case: refused unless the process may act on it
    case: Option<String>,
    /// Id of a mail: refused unless the process may act on it
    mail: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProcessCase {
    /// Null: the process belongs to no case, or to none yet.
    case_id: Option<String>,
    /// Null: no person did; a mail, a rule, a timer.
    started_by: Option<Person>,
}

/// Tells machine clients which case a process instance belongs to and who started it, by the root instance that it is part of; and
/// refuses what it may not act on.
#[utoipa::path(get, path = "/api/v1/cases/by-process/{id}", tag = "cases",
    params(("id" = String, Path, description = "A process instance, called or not"), Named),
    responses((status = 200, body = ProcessCase), (status = 403, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Query(named): Query<Named>,
) -> Result<Json<ProcessCase>, Problem> {
    if !subject.is_system() {
        return Err(Problem::forbidden("Only machine clients ask for the case of a process."));
    }
    let process = Process::read(&state, &subject.tenant, root_of(&id)).await?;
    if let Some(case) = &named.case {
        process.acts_on_case(case).await?;
    }
    if let Some(mail) = &named.mail {
        process.acts_on_mail(mail).await?;
    }
    let handle = state.tenant(&subject.tenant);
    let case_id = case_of(&handle, &process).await?;
    let started_by = match process.starter() {
        Some(actor) if !is_machine(actor) => Some(directory::named(&handle, actor).await.map_err(store)?),
        _ => None,
    };
    Ok(Json(ProcessCase { case_id, started_by }))
}

/// By the link that was recorded; before that is done, by the business key it was started with.
async fn case_of(handle: &TenantHandle, process: &Process<'_>) -> Result<Option<String>, Problem> {
    let link = handle.get(CaseProcessRow::VIEW, process.root()).await.map_err(store)?;
    if let Some(case) = link.as_ref().and_then(|row| CaseProcessRow::CASE_ID.text(row)) {
        return Ok(Some(case.to_owned()));
    }
    let Some(number) = process.business_key() else {
        return Ok(None);
    };
    let mut query =
        casewright_journal::Query::new(CaseRow::VIEW, Filter::Eq(CaseRow::NUMBER.into(), Value::from(number)));
    query.limit = Some(1);
    let found = handle.query(&query).await.map_err(store)?;
    Ok(found.rows.into_iter().next().map(|(case, _)| case.to_string()))
}
