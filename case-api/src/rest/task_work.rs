//! `/api/v1/tasks/{id}/...`: taking, giving back, filling in and completing a task. The engine does it; this room decides
//! who may, and whether what was filled in is what the form asks for.

use super::attached::{Attached, settle};
use super::error::{invalid, room_problem};
use super::references::{Work, assignee};
use super::tasks::{TaskBody, task_for};
use crate::domain::case::decide::{self, CasePatch, CaseRejection};
use crate::domain::case::document::CaseDocument;
use crate::domain::definition::CaseDefinition;
use crate::repository::{CaseError, Command};
use crate::rest::forms;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Subject};
use casewright_client::{CallError, Client, Refused, Variables};
use casewright_forms::{FieldFault, escape};
use casewright_service::{IfMatch, Json, Problem, reserved};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Takes the task.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/claim", tag = "tasks", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn claim(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    let task = task_for(&state, &subject, "claim", &id).await?;
    expect(&task, version)?;
    match task.assignee.as_deref() {
        Some(owner) if owner == subject.id => return Ok(StatusCode::NO_CONTENT),
        Some(_) => {
            return Err(Problem::conflict("already-assigned", "Somebody else has taken the task."));
        }
        None => {}
    }
    done(engine(&state, &subject).tasks().claim(&id, &subject.id).await).map_err(|problem| {
        // The engine says so with a 500: it was taken between our look and its.
        if problem.code == "refused" {
            Problem::conflict("already-assigned", "Somebody else has taken the task.")
        } else {
            problem
        }
    })
}

/// Gives the task back.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/unclaim", tag = "tasks", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn unclaim(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    let task = task_for(&state, &subject, "unclaim", &id).await?;
    expect(&task, version)?;
    done(engine(&state, &subject).tasks().unclaim(&id).await)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AssignTask {
    /// User id; `me` is the caller; null takes the assignee away.
    assignee: Option<String>,
}

/// Gives the task to somebody.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/assign", tag = "tasks", params(("id" = String, Path)), request_body = AssignTask,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn assign(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<AssignTask>,
) -> Result<StatusCode, Problem> {
    let task = task_for(&state, &subject, "assign", &id).await?;
    expect(&task, version)?;
    let to = match body.assignee {
        Some(id) => Some(assignee(&state, &subject, &id, &Work::Task(&task)).await?.id),
        None => None,
    };
    done(engine(&state, &subject).tasks().assign(&id, to.as_deref()).await)
}

/// What a task asks for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskForm {
    /// form-js schema; null: the task has no form.
    #[schema(value_type = Option<Object>)]
    form: Value,
    /// What the form is filled with: fields of the case, and over them variables of the process.
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

/// The form of a task with its data.
#[utoipa::path(get, path = "/api/v1/tasks/{id}/form", tag = "tasks", params(("id" = String, Path)),
    responses((status = 200, body = TaskForm), (status = 404, body = Problem)))]
pub(crate) async fn form(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<TaskForm>, Problem> {
    let task = task_for(&state, &subject, "read", &id).await?;
    let form = schema(&state, &subject, &task).await?;
    let data = data(&state, &subject, &task).await?;
    Ok(Json(TaskForm { form, data }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CompleteTask {
    #[serde(default)]
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

/// Completes a task. What its form forbids is refused with a pointer per field; what the case's definition names becomes a
/// field of the case.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/complete", tag = "tasks", params(("id" = String, Path)), request_body = CompleteTask,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn complete(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<CompleteTask>,
) -> Result<StatusCode, Problem> {
    let task = task_for(&state, &subject, "complete", &id).await?;
    expect(&task, version)?;
    let schema = schema(&state, &subject, &task).await?;
    let (data, documents) = if schema.is_null() {
        (nothing(&body.data)?, Vec::new())
    } else {
        let known = data(&state, &subject, &task).await?;
        let passed = casewright_forms::validate(&schema, &body.data, &known);
        let mut passed = passed.map_err(|faults| invalid("invalid-submission", faults))?.data;
        // A form may show what the platform keeps for itself; what comes back of it changes nothing.
        passed.retain(|name, _| !reserved::is_reserved(name));
        let documents = attach(&state, &subject, &task, &schema, &known, &mut passed).await?;
        (passed, documents)
    };
    if task.assignee.is_none() {
        // Whoever completes a task has done it: history and timeline should say so.
        done(engine(&state, &subject).tasks().claim(&id, &subject.id).await)?;
    }
    // Fields first: a crash in between leaves what the user has entered, and completing again changes nothing more.
    keep(&state, &subject, &task, &data, documents).await?;
    done(engine(&state, &subject).tasks().complete(&id, Variables::of(&data)).await)
}

/// What a task without a form is completed with. Nobody has said which variables its process expects, so whoever completes
/// it could set any.
fn nothing(data: &Map<String, Value>) -> Result<Map<String, Value>, Problem> {
    if data.is_empty() {
        return Ok(Map::new());
    }
    let problem = Problem::unprocessable("no-form", "This task has no form, so it takes no data.");
    Err(data.keys().fold(problem, |problem, name| {
        problem.with_error(format!("/data/{}", escape(name)), "no-form", "the task has no form with this field")
    }))
}

/// The files of a submission, looked up; they become documents of the case with its fields.
async fn attach(
    state: &CaseApiState,
    subject: &Subject,
    task: &TaskBody,
    schema: &Value,
    known: &Map<String, Value>,
    data: &mut Map<String, Value>,
) -> Result<Vec<CaseDocument>, Problem> {
    let places = casewright_forms::reference::places(schema, data);
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let case = match &task.case_id {
        Some(id) => Some(state.cases(&subject.tenant).case(id).await?.0),
        None => None,
    };
    let attached = Attached { base: "/data", places, case: case.as_deref(), known: Some(known) };
    settle(state, subject, data, attached).await
}

fn expect(task: &TaskBody, version: Option<u64>) -> Result<(), Problem> {
    match version {
        Some(version) if version != task.version => Err(Problem::precondition_failed(task.version)),
        _ => Ok(()),
    }
}

/// The engine, called for the subject.
fn engine(state: &CaseApiState, subject: &Subject) -> Client {
    state.rooms().engine(subject)
}

/// What a command of the engine comes to.
fn done(answer: Result<(), CallError>) -> Result<StatusCode, Problem> {
    answer.map(|()| StatusCode::NO_CONTENT).map_err(|error| {
        // A failing listener or expression of the model is a 500 of the engine with a message for its author.
        if error.refused().is_some_and(Refused::is_failure) {
            return Problem::unprocessable("refused", error.to_string());
        }
        room_problem(&error)
    })
}

/// The schema: a form of ours by its key, or the one deployed with the process. Null: none.
async fn schema(state: &CaseApiState, subject: &Subject, task: &TaskBody) -> Result<Value, Problem> {
    let Some(key) = task.form_key.as_deref() else {
        return Ok(Value::Null);
    };
    if let Some((form, _)) = forms::load(state, subject, key).await? {
        return Ok(form.schema.clone());
    }
    match engine(state, subject).tasks().deployed_form(&task.id).await {
        Ok(schema) if schema.get("components").is_some() => Ok(schema),
        Ok(_) => Ok(Value::Null),
        // An `embedded:` or external form: nothing a server can judge.
        Err(error)
            if error.status().is_some_and(|status| status.is_client_error() && status != StatusCode::UNAUTHORIZED) =>
        {
            Ok(Value::Null)
        }
        Err(error) => Err(room_problem(&error)),
    }
}

async fn data(state: &CaseApiState, subject: &Subject, task: &TaskBody) -> Result<Map<String, Value>, Problem> {
    let mut data = match &task.case_id {
        Some(id) => state.cases(&subject.tenant).case(id).await?.0.fields.clone(),
        None => Map::new(),
    };
    let variables = engine(state, subject).tasks().variables(&task.id).await;
    let variables = variables.map_err(|error| room_problem(&error))?;
    data.extend(variables.0.into_iter().map(|(name, variable)| (name, variable.plain())));
    Ok(data)
}

/// What the definition of the case names as a field is kept on the case as well, and what was uploaded as its documents.
async fn keep(
    state: &CaseApiState,
    subject: &Subject,
    task: &TaskBody,
    data: &Map<String, Value>,
    documents: Vec<CaseDocument>,
) -> Result<(), Problem> {
    let Some(case_id) = &task.case_id else {
        return Ok(());
    };
    let cases = state.cases(&subject.tenant);
    let (case, _) = cases.case(case_id).await?;
    let definition = cases.definition_of(&case).await?;
    let fields = fields_of(&definition, data);
    if fields.is_empty() && documents.is_empty() {
        return Ok(());
    }
    let patch = CasePatch { fields: Some(fields), documents, ..CasePatch::default() };
    let command = Command::by(person(subject)).because(&format!("task:{}", task.id));
    cases
        .command(case_id, command, move |case, definition, by, at| decide::patch(case, definition, &patch, by, at))
        .await
        .map(|_| ())
        .map_err(|error| match error {
            // What the case refuses was entered in the form.
            CaseError::Rejected(CaseRejection::Invalid(faults)) => {
                let in_form = |fault: FieldFault| match fault.pointer.strip_prefix("/fields") {
                    Some(rest) => FieldFault::new(&format!("/data{rest}"), &fault.code, &fault.detail),
                    None => fault,
                };
                invalid("invalid-submission", faults.into_iter().map(in_form).collect())
            }
            other => other.into(),
        })
}

fn fields_of(definition: &CaseDefinition, data: &Map<String, Value>) -> Map<String, Value> {
    data.iter()
        .filter(|(key, _)| definition.field(key).is_some())
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
