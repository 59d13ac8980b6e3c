//! `/task/{id}/...`: what is done to a task, whether it belongs to a process or stands alone.

use super::definitions::wire_map;
use crate::error::{RestError, RestResult};
use crate::given;
use crate::request::{Fields, Reply, Req, no_content, ok};
use crate::resources::task::delegation_state;
use casewright_engine_core::command::{NewVariable, TaskUpdate};
use casewright_engine_core::entity::IdentityLink;
use casewright_engine_core::ids::Id;
use casewright_engine_core::{Answer, Command};
use casewright_engine_runtime::{EngineError, EngineResult, NewTask, Submission, TaskRef, What};
use casewright_engine_views::date;
use http::StatusCode;
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::sync::Arc;
use uuid::Uuid;

/// Some operations have another type for an unknown task.
fn or_not_found(error: EngineError) -> RestError {
    let is_unknown = is_unknown(&error);
    let error = RestError::from(error);
    if is_unknown { error.with_kind(StatusCode::BAD_REQUEST, "NotFoundException") } else { error }
}

fn is_unknown(error: &EngineError) -> bool {
    matches!(error, EngineError::NotFound { what: What::Task, .. })
}

/// Does what a command for tasks says.
async fn act(req: &Req, command: impl FnOnce(Id) -> Command) -> EngineResult<Option<Answer>> {
    req.engine.tasks().act(&req.caller, req.id(), command).await
}

fn user(body: &Fields) -> RestResult<Option<SmolStr>> {
    Ok(body.text("userId")?.map(SmolStr::new))
}

/// `POST /task/{id}/claim`.
pub(crate) async fn claim(req: Req) -> Reply {
    let user = user(&req.json()?)?;
    act(&req, |task| Command::ClaimTask { task, user }).await?;
    no_content()
}

/// `POST /task/{id}/unclaim`.
pub(crate) async fn unclaim(req: Req) -> Reply {
    act(&req, |task| Command::AssignTask { task, user: None }).await.map_err(or_not_found)?;
    no_content()
}

/// `POST /task/{id}/assignee`.
pub(crate) async fn assignee(req: Req) -> Reply {
    let user = user(&req.json()?)?;
    act(&req, |task| Command::AssignTask { task, user }).await.map_err(or_not_found)?;
    no_content()
}

/// `POST /task/{id}/delegate`.
pub(crate) async fn delegate(req: Req) -> Reply {
    let user = user(&req.json()?)?;
    act(&req, |task| Command::DelegateTask { task, user }).await?;
    no_content()
}

/// `POST /task/{id}/resolve`.
pub(crate) async fn resolve(req: Req) -> Reply {
    let prefix = format!("Cannot resolve task {}: ", req.id());
    let body = req.json()?;
    let variables = given::variables(&req, body.get("variables")).await.map_err(|e| e.wrap(&prefix))?;
    let own = variables.clone();
    let answer = act(&req, |task| Command::ResolveTask { task, variables })
        .await
        .map_err(|error| RestError::from(error).wrap_engine(&prefix))?;
    let is_standalone = answer.is_none();
    if is_standalone && !own.is_empty() {
        req.engine.tasks().set_variables(&req.caller, req.id(), own, Vec::new()).await?;
    }
    no_content()
}

/// `POST /task/{id}/complete`.
pub(crate) async fn complete(req: Req) -> Reply {
    let body = req.json()?;
    let prefix = format!("Cannot complete task {}: ", req.id());
    let variables = given::variables(&req, body.get("variables")).await.map_err(|e| e.wrap(&prefix))?;
    let with_variables = body.boolean("withVariablesInReturn")?;
    let found = req.engine.tasks().find(req.id()).await?;
    complete_submitted(&req, found, variables, with_variables, Submission::default(), &prefix).await
}

/// Completes a task with variables; `form` says what history keeps of the form it was done by.
pub(crate) async fn complete_submitted(
    req: &Req,
    found: TaskRef,
    variables: Vec<NewVariable>,
    with_variables: bool,
    form: Submission,
    prefix: &str,
) -> Reply {
    let done = req.engine.tasks().complete(&req.caller, req.id(), found, variables, form).await;
    let answer = done.map_err(|error| RestError::from(error).wrap_engine(prefix))?;
    if !with_variables {
        return no_content();
    }
    ok(match &answer {
        Some(Answer::Completed { variables, .. } | Answer::Started { variables, .. }) => wire_map(variables),
        _ => Json::Object(serde_json::Map::new()),
    })
}

/// `POST /task/{id}/bpmnError`.
pub(crate) async fn bpmn_error(req: Req) -> Reply {
    let body = req.json()?;
    let Some(code) = body.text("errorCode")? else {
        return Err(rest_400("errorCode is null"));
    };
    let message = body.text("errorMessage")?.map(Arc::from);
    let variables = given::variables(&req, body.get("variables")).await?;
    throw(&req, |task| Command::TaskError { task, code: code.into(), message, variables }).await
}

/// `POST /task/{id}/bpmnEscalation`.
pub(crate) async fn bpmn_escalation(req: Req) -> Reply {
    let body = req.json()?;
    let Some(code) = body.text("escalationCode")? else {
        return Err(rest_400("escalationCode is null"));
    };
    let variables = given::variables(&req, body.get("variables")).await?;
    throw(&req, |task| Command::TaskEscalation { task, code: code.into(), variables }).await
}

fn rest_400(message: &str) -> RestError {
    RestError::new(StatusCode::BAD_REQUEST, "RestException", message, Some(0))
}

async fn throw(req: &Req, command: impl FnOnce(Id) -> Command) -> Reply {
    req.engine.tasks().throw(&req.caller, req.id(), command).await.map_err(|error| {
        let is_unknown = is_unknown(&error);
        let error = RestError::from(error);
        if is_unknown { error.with_kind(StatusCode::NOT_FOUND, "RestException") } else { error }
    })?;
    no_content()
}

fn link(body: &Fields) -> RestResult<IdentityLink> {
    let user = body.text("userId")?.map(SmolStr::new);
    let group = body.text("groupId")?.map(SmolStr::new);
    if user.is_some() && group.is_some() {
        return Err(RestError::invalid("Identity Link requires userId or groupId, but not both."));
    }
    if user.is_none() && group.is_none() {
        return Err(RestError::invalid("Identity Link requires userId or groupId."));
    }
    // A link may be of no type.
    let kind = body.text("type")?.unwrap_or_default();
    Ok(IdentityLink { user, group, kind: kind.into() })
}

/// `POST /task/{id}/identity-links`.
pub(crate) async fn add_link(req: Req) -> Reply {
    let link = link(&req.json()?)?;
    let command = |task| match link.kind.as_str() {
        "assignee" => Command::AssignTask { task, user: link.user },
        "owner" => Command::UpdateTask { task, update: owned_by(link.user) },
        _ => Command::AddTaskLink { task, link },
    };
    act(&req, command).await.map_err(or_not_found)?;
    no_content()
}

/// `POST /task/{id}/identity-links/delete`.
pub(crate) async fn remove_link(req: Req) -> Reply {
    let link = link(&req.json()?)?;
    let command = |task| match link.kind.as_str() {
        "assignee" => Command::AssignTask { task, user: None },
        "owner" => Command::UpdateTask { task, update: owned_by(None) },
        _ => Command::RemoveTaskLink { task, link },
    };
    act(&req, command).await?;
    no_content()
}

/// Assignee and owner are links that are fields of the task.
fn owned_by(user: Option<SmolStr>) -> TaskUpdate {
    TaskUpdate { owner: Some(user), ..TaskUpdate::default() }
}

/// The fields of a body that make or change a task: what a body does not name is taken away.
fn task_fields(body: &Fields) -> RestResult<TaskUpdate> {
    let date = |name: &str| match body.text(name)? {
        None => Ok(None),
        Some(text) => date::parse(&text)
            .map(Some)
            .ok_or_else(|| RestError::misfit(name, "java.util.Date", &Json::from(text.as_str()))),
    };
    let text = |name: &str| RestResult::Ok(body.text(name)?.map(Arc::from));
    let id = |name: &str| RestResult::Ok(body.text(name)?.map(SmolStr::new));
    let delegation = match body.text("delegationState")? {
        None => None,
        Some(state) => Some(delegation_state(&state)?),
    };
    Ok(TaskUpdate {
        name: Some(text("name")?),
        description: Some(text("description")?),
        assignee: Some(id("assignee")?),
        owner: Some(id("owner")?),
        delegation: Some(delegation),
        priority: Some(i32::try_from(body.integer("priority")?.unwrap_or(0)).unwrap_or(i32::MAX)),
        due: Some(date("due")?),
        follow_up: Some(date("followUp")?),
        parent_task: Some(id("parentTaskId")?),
        case_instance_id: Some(id("caseInstanceId")?),
    })
}

/// `POST /task/create`.
pub(crate) async fn create(req: Req) -> Reply {
    let body = req.json()?;
    let fields = task_fields(&body)?;
    let tenant_id = body.text("tenantId")?.map(SmolStr::new);
    let id = body.text("id")?.map_or_else(|| Uuid::new_v4().to_string().into(), SmolStr::new);
    req.engine.tasks().create(&req.caller, NewTask { id, tenant_id, fields }).await?;
    no_content()
}

/// `PUT /task/{id}`.
pub(crate) async fn update(req: Req) -> Reply {
    let update = task_fields(&req.json()?)?;
    act(&req, |task| Command::UpdateTask { task, update }).await.map_err(|error| {
        if is_unknown(&error) {
            RestError::not_found(format!("No matching task with id {}", req.id()))
        } else {
            error.into()
        }
    })?;
    no_content()
}

/// `DELETE /task/{id}`.
pub(crate) async fn delete(req: Req) -> Reply {
    req.engine.tasks().delete(&req.caller, req.id()).await?;
    no_content()
}
