//! `/api/v1/cases/{id}/processes/{key}/form`: what a process asks for before it is started by hand, and the judge of the answer.

use super::access::case_for;
use super::attached::{Attached, settle};
use super::error::{invalid, room_problem};
use super::forms;
use super::task_work::TaskForm;
use crate::domain::case::Case;
use crate::state::CaseApiState;
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Subject};
use casewright_client::CallError;
use casewright_forms::{FieldFault, reference};
use casewright_service::{Json, Problem, reserved};
use http::StatusCode;
use serde_json::{Map, Value};

/// The form of a process that is started by hand, with the fields of the case.
#[utoipa::path(get, path = "/api/v1/cases/{id}/processes/{key}/form", tag = "cases", params(("id" = String, Path), ("key" = String, Path)),
    responses((status = 200, body = TaskForm), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, key)): Path<(String, String)>,
) -> Result<Json<TaskForm>, Problem> {
    let (case, _) = case_for(&state, &subject, "read", &id).await?;
    let definition = state.cases(&subject.tenant).definition_of(&case).await?;
    if definition.process(&key).is_none() {
        return Err(Problem::not_found("The case's definition has no such process."));
    }
    let form = schema(&state, &subject, &key).await?.unwrap_or(Value::Null);
    Ok(Json(TaskForm { form, data: case.fields.clone() }))
}

/// What a process is started with: what its form lets through, where it has one. Machine clients start processes with what
/// these expect of them.
///
/// # Errors
/// 422 with a pointer for each field; 503 when the engine cannot be asked.
pub(super) async fn judged(
    state: &CaseApiState,
    subject: &Subject,
    case: &Case,
    key: &str,
    mut variables: Map<String, Value>,
) -> Result<Map<String, Value>, Problem> {
    if subject.is_system() {
        return Ok(variables);
    }
    let Some(schema) = schema(state, subject, key).await? else {
        return Ok(variables);
    };
    let places = reference::places_of_lists(&variables);
    if !places.is_empty() {
        let attached = Attached { base: "/variables", places, case: Some(case), known: Some(&case.fields) };
        settle(state, subject, &mut variables, attached).await?;
    }
    let passed = casewright_forms::validate(&schema, &variables, &case.fields);
    let mut passed = passed.map_err(|faults| {
        let of_request = |fault: FieldFault| match fault.pointer.strip_prefix("/data") {
            Some(rest) => FieldFault::new(&format!("/variables{rest}"), &fault.code, &fault.detail),
            None => fault,
        };
        invalid("invalid-submission", faults.into_iter().map(of_request).collect())
    })?;
    // A form may show what the platform keeps for itself; what comes back of it changes nothing.
    passed.data.retain(|name, _| !reserved::is_reserved(name));
    Ok(passed.data)
}

/// A form of ours by the key that the model names, or the one deployed with the process; none: it asks for nothing, or for what
/// no server can judge.
async fn schema(state: &CaseApiState, subject: &Subject, key: &str) -> Result<Option<Value>, Problem> {
    let engine = state.rooms().engine(subject);
    let Some(form_key) = known(engine.engine().start_form_key(key).await)?.flatten() else {
        return Ok(None);
    };
    if let Some((form, _)) = forms::load(state, subject, &form_key).await? {
        return Ok(Some(form.schema.clone()));
    }
    let deployed = known(engine.engine().deployed_start_form(key).await)?;
    Ok(deployed.filter(|schema| schema.get("components").is_some()))
}

/// What the engine answers; none where it has none.
fn known<T>(answer: Result<T, CallError>) -> Result<Option<T>, Problem> {
    let is_none = |status: StatusCode| status.is_client_error() && status != StatusCode::UNAUTHORIZED;
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.status().is_some_and(is_none) => Ok(None),
        Err(error) => Err(room_problem(&error)),
    }
}
