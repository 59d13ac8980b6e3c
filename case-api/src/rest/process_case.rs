//! `/api/v1/cases/by-process/{id}`: which case a process works for, and who started it.
//!
//! The built-in workers ask before they change a case that a variable names: a process that belongs to a case acts for no
//! other, whatever its variables say. And what they do, they do on behalf of who started the process: as the engine's log has
//! it, never as a variable says.

use super::error::store;
use crate::directory;
use crate::domain::person::Person;
use crate::state::CaseApiState;
use axum::extract::{Path, State};
use casewright_access::{Authenticated, is_machine};
use casewright_contracts::ids::root_of;
use casewright_contracts::links::CaseProcessRow;
use casewright_contracts::process::Instance;
use casewright_contracts::{CaseRow, ProcessEvent, kinds};
use casewright_journal::{Entry, Filter, Query, TenantHandle};
use casewright_service::{Json, Problem};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProcessCase {
    /// Null: the process belongs to no case, or to none yet.
    case_id: Option<String>,
    /// Null: no person did; a mail, a rule, a timer.
    started_by: Option<Person>,
}

/// Tells machine clients which case a process instance belongs to and who started it, by the root instance that it is part of.
#[utoipa::path(get, path = "/api/v1/cases/by-process/{id}", tag = "cases",
    params(("id" = String, Path, description = "A process instance, called or not")),
    responses((status = 200, body = ProcessCase), (status = 403, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<ProcessCase>, Problem> {
    if !subject.is_system() {
        return Err(Problem::forbidden("Only machine clients ask for the case of a process."));
    }
    let root = root_of(&id);
    let handle = state.tenant(&subject.tenant);
    let first = handle.entries(kinds::PROCESS_INSTANCE, &root, 0, 1).await.map_err(store)?;
    let started = first.first().filter(|entry| entry.event == "instance-started");
    let case_id = case_of(&handle, &root, started).await?;
    let started_by = match started.map(|entry| entry.meta.actor.as_str()) {
        Some(actor) if !actor.is_empty() && !is_machine(actor) => {
            Some(directory::named(&handle, actor).await.map_err(store)?)
        }
        _ => None,
    };
    Ok(Json(ProcessCase { case_id, started_by }))
}

/// By the link that was recorded; before that is done, by the business key it was started with.
async fn case_of(handle: &TenantHandle, root: &str, started: Option<&Entry>) -> Result<Option<String>, Problem> {
    let link = handle.get(CaseProcessRow::VIEW, root).await.map_err(store)?;
    if let Some(case) = link.as_ref().and_then(|row| CaseProcessRow::CASE_ID.text(row)) {
        return Ok(Some(case.to_owned()));
    }
    let Some(ProcessEvent::InstanceStarted(Instance { business_key: Some(number), .. })) =
        started.and_then(crate::views::entry::of_process)
    else {
        return Ok(None);
    };
    let mut query = Query::new(CaseRow::VIEW, Filter::Eq(CaseRow::NUMBER.into(), Value::from(number)));
    query.limit = Some(1);
    let found = handle.query(&query).await.map_err(store)?;
    Ok(found.rows.into_iter().next().map(|(case, _)| case.to_string()))
}
