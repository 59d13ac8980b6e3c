//! `/task/{id}/...`: what is done to a task, whether it belongs to a process or stands alone.

use super::definitions::{new_variables, wire_map};
use crate::engine::{Engine, Submission};
use crate::instance::InstanceAggregate;
use crate::rest::date;
use crate::rest::error::{RestError, RestResult};
use crate::rest::request::{Fields, Reply, Req, no_content, ok};
use crate::rest::resources::task::delegation_state;
use crate::runtime::rejection::{is_missing, rest_error};
use crate::standalone::{Link, StandaloneEvent, StandaloneTask, TaskEnd, TaskVariable};
use crate::views::entity_id;
use casewright_engine_core::command::{NewVariable, TaskUpdate};
use casewright_engine_core::entity::{DelegationState, IdentityLink};
use casewright_engine_core::ids::{Id, parse};
use casewright_engine_core::{Answer, Command};
use casewright_engine_value::Instant;
use casewright_journal::{CommandContext, DecideContext, Decision, ExecuteError};
use http::StatusCode;
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::sync::Arc;
use uuid::Uuid;

/// What a task id stands for.
pub(crate) enum TaskRef {
    Process(Id),
    Standalone(Arc<StandaloneTask>),
    None,
}

/// Finds out where a task lives. Asks the aggregates, not the views: nobody waits for these to be written.
pub(crate) async fn task_ref(engine: &Engine, id: &str) -> RestResult<TaskRef> {
    if let Some((root, task)) = parse(id) {
        let loaded = engine.journal().load::<InstanceAggregate>(&root.root()).await?;
        if loaded.is_some_and(|(instance, _)| instance.state.task(task).is_some()) {
            return Ok(TaskRef::Process(task));
        }
    }
    let loaded = engine.journal().load::<StandaloneTask>(id).await?;
    Ok(loaded.filter(|(task, _)| task.exists).map_or(TaskRef::None, |(task, _)| TaskRef::Standalone(task)))
}

fn missing(id: &str) -> RestError {
    RestError::null_value(format!("Cannot find task with id {id}: task is null"))
}

/// Some operations have another type for an unknown task.
fn not_found(error: RestError) -> RestError {
    if error.kind == "NullValueException" && error.message.starts_with("Cannot find task") {
        error.with_kind(StatusCode::BAD_REQUEST, "NotFoundException")
    } else {
        error
    }
}

/// Does the command of a process task, or the change of a standalone one.
async fn act(
    req: &Req,
    command: impl FnOnce(Id) -> Command,
    change: impl Fn(&mut StandaloneTask) -> RestResult<()> + Send + Sync + 'static,
) -> RestResult<Option<Answer>> {
    let id = req.id();
    match task_ref(&req.engine, id).await? {
        TaskRef::None => Err(missing(id)),
        TaskRef::Process(task) => match req.engine.step(id, &req.caller, command(task)).await {
            Ok(stepped) => Ok(Some(stepped.answer)),
            Err(error) if is_missing(&error) => Err(missing(id)),
            Err(error) => Err(rest_error(error)),
        },
        TaskRef::Standalone(_) => {
            standalone(req, id, move |task, _| {
                let before = task.clone();
                let mut after = task.clone();
                change(&mut after)?;
                if after == before {
                    return Ok(Vec::new());
                }
                Ok(vec![StandaloneEvent::TaskChanged { before, task: after }])
            })
            .await?;
            Ok(None)
        }
    }
}

async fn standalone(
    req: &Req,
    id: &str,
    decide: impl Fn(&StandaloneTask, Instant) -> RestResult<Vec<StandaloneEvent>> + Send + 'static,
) -> RestResult<()> {
    let context = CommandContext { actor: req.caller.user.clone().unwrap_or_default(), ..CommandContext::default() };
    let decided = req
        .engine
        .journal()
        .execute::<StandaloneTask, _, _, _>(id, context, move |task: &StandaloneTask, context: &DecideContext| {
            let now = Instant(context.at.as_millisecond());
            let mut events = decide(task, now)?;
            for event in &mut events {
                if let StandaloneEvent::TaskChanged { task, .. } = event {
                    task.updated = Some(now);
                }
            }
            Ok(Decision { events, answer: () })
        })
        .await;
    match decided {
        Ok(_) => Ok(()),
        Err(ExecuteError::Rejected(error)) => Err(error),
        Err(error) => Err(crate::engine::journal_error(&error)),
    }
}

/// Sets and removes variables of a standalone task.
pub(crate) async fn set_standalone_variables(
    req: &Req,
    id: &str,
    variables: Vec<NewVariable>,
    deletions: Vec<SmolStr>,
) -> RestResult<()> {
    let task_id = SmolStr::new(id);
    standalone(req, id, move |task, now| {
        let mut events = Vec::new();
        for name in &deletions {
            if let Some(variable) = task.variables.get(name) {
                events.push(StandaloneEvent::TaskVariableRemoved { name: name.clone(), variable: variable.clone() });
            }
        }
        for variable in &variables {
            let known = task.variables.get(&variable.name);
            let changed = TaskVariable {
                id: known.map_or_else(
                    || entity_id(&[&task_id, "variable", &variable.name]).into(),
                    |known| known.id.clone(),
                ),
                value: variable.value.clone(),
                revision: known.map_or(0, |known| known.revision + 1),
                created: known.map_or(now, |known| known.created),
            };
            events.push(StandaloneEvent::TaskVariableSet {
                name: variable.name.clone(),
                variable: changed,
                tenant_id: task.tenant_id.clone(),
            });
        }
        if !events.is_empty() {
            // The time of the change is set where it is stored.
            events.insert(0, StandaloneEvent::TaskChanged { before: task.clone(), task: task.clone() });
        }
        Ok(events)
    })
    .await
}

fn user(body: &Fields) -> RestResult<Option<SmolStr>> {
    Ok(body.text("userId")?.map(SmolStr::new))
}

/// `POST /task/{id}/claim`.
pub(crate) async fn claim(req: Req) -> Reply {
    let user = user(&req.json()?)?;
    let id = SmolStr::new(req.id());
    let to = user.clone();
    act(
        &req,
        |task| Command::ClaimTask { task, user },
        move |task| {
            if task.assignee.is_some() && task.assignee != to {
                return Err(RestError::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "TaskAlreadyClaimedException",
                    format!("Task '{id}' is already claimed by someone else."),
                    Some(0),
                ));
            }
            task.assignee.clone_from(&to);
            Ok(())
        },
    )
    .await?;
    no_content()
}

/// `POST /task/{id}/unclaim`.
pub(crate) async fn unclaim(req: Req) -> Reply {
    act(
        &req,
        |task| Command::AssignTask { task, user: None },
        |task| {
            task.assignee = None;
            Ok(())
        },
    )
    .await
    .map_err(not_found)?;
    no_content()
}

/// `POST /task/{id}/assignee`.
pub(crate) async fn assignee(req: Req) -> Reply {
    let user = user(&req.json()?)?;
    let to = user.clone();
    act(
        &req,
        |task| Command::AssignTask { task, user },
        move |task| {
            task.assignee.clone_from(&to);
            Ok(())
        },
    )
    .await
    .map_err(not_found)?;
    no_content()
}

/// `POST /task/{id}/delegate`.
pub(crate) async fn delegate(req: Req) -> Reply {
    let user = user(&req.json()?)?;
    let to = user.clone();
    act(
        &req,
        |task| Command::DelegateTask { task, user },
        move |task| {
            task.delegation = Some("PENDING".into());
            if task.owner.is_none() {
                task.owner = task.assignee.clone();
            }
            task.assignee.clone_from(&to);
            Ok(())
        },
    )
    .await?;
    no_content()
}

/// `POST /task/{id}/resolve`.
pub(crate) async fn resolve(req: Req) -> Reply {
    let id = req.id();
    let prefix = format!("Cannot resolve task {id}: ");
    let body = req.json()?;
    let variables = new_variables(body.get("variables")).map_err(|e| e.wrap(&prefix))?;
    let own = variables.clone();
    act(
        &req,
        |task| Command::ResolveTask { task, variables },
        |task| {
            task.delegation = Some("RESOLVED".into());
            task.assignee = task.owner.clone();
            Ok(())
        },
    )
    .await
    .map_err(|error| error.wrap_engine(&prefix))?;
    if !own.is_empty() && matches!(task_ref(&req.engine, id).await?, TaskRef::Standalone(_)) {
        set_standalone_variables(&req, id, own, Vec::new()).await?;
    }
    no_content()
}

/// `POST /task/{id}/complete`.
pub(crate) async fn complete(req: Req) -> Reply {
    let body = req.json()?;
    let prefix = format!("Cannot complete task {}: ", req.id());
    let variables = new_variables(body.get("variables")).map_err(|e| e.wrap(&prefix))?;
    let with_variables = body.boolean("withVariablesInReturn")?;
    let found = task_ref(&req.engine, req.id()).await?;
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
    let id = req.id();
    let wrapped = |error: RestError| error.wrap_engine(prefix);
    let is_form = form.task.is_some();
    match found {
        TaskRef::None => Err(wrapped(missing(id))),
        TaskRef::Standalone(_) => {
            if !variables.is_empty() {
                set_standalone_variables(req, id, variables, Vec::new()).await.map_err(wrapped)?;
            }
            end_standalone(req, id, TaskEnd::Completed, "completed").await.map_err(wrapped)?;
            if with_variables {
                return ok(Json::Object(serde_json::Map::new()));
            }
            no_content()
        }
        TaskRef::Process(task) => {
            // A form gives a delegated task back to its owner.
            let is_returned = is_form && is_pending(&req.engine, id, task).await.map_err(wrapped)?;
            let command = if is_returned {
                Command::ResolveTask { task, variables }
            } else {
                Command::CompleteTask { task, variables }
            };
            let stepped = match req.engine.step_submitted(id, &req.caller, command, form).await {
                Ok(stepped) => stepped,
                Err(error) if is_missing(&error) => return Err(wrapped(missing(id))),
                Err(error) => return Err(wrapped(rest_error(error))),
            };
            if !with_variables {
                return no_content();
            }
            let variables = match &stepped.answer {
                Answer::Completed { variables, .. } | Answer::Started { variables, .. } => wire_map(variables),
                _ => Json::Object(serde_json::Map::new()),
            };
            ok(variables)
        }
    }
}

async fn is_pending(engine: &Engine, id: &str, task: Id) -> RestResult<bool> {
    let state = engine.state_of(id).await?;
    let task = state.as_ref().and_then(|state| state.task(task));
    Ok(task.is_some_and(|task| task.delegation == Some(DelegationState::Pending)))
}

async fn end_standalone(req: &Req, id: &str, end: TaskEnd, reason: &str) -> RestResult<()> {
    let reason = reason.to_owned();
    standalone(req, id, move |task, _| {
        if !task.exists {
            return Ok(Vec::new());
        }
        Ok(vec![StandaloneEvent::TaskEnded { task: task.clone(), end, reason: reason.clone() }])
    })
    .await
}

/// `POST /task/{id}/bpmnError`.
pub(crate) async fn bpmn_error(req: Req) -> Reply {
    let body = req.json()?;
    let Some(code) = body.text("errorCode")? else {
        return Err(rest_400("errorCode is null"));
    };
    let message = body.text("errorMessage")?.map(Arc::from);
    let variables = new_variables(body.get("variables"))?;
    throw(&req, |task| Command::TaskError { task, code: code.into(), message, variables }).await
}

/// `POST /task/{id}/bpmnEscalation`.
pub(crate) async fn bpmn_escalation(req: Req) -> Reply {
    let body = req.json()?;
    let Some(code) = body.text("escalationCode")? else {
        return Err(rest_400("escalationCode is null"));
    };
    let variables = new_variables(body.get("variables"))?;
    throw(&req, |task| Command::TaskEscalation { task, code: code.into(), variables }).await
}

fn rest_400(message: &str) -> RestError {
    RestError::new(StatusCode::BAD_REQUEST, "RestException", message, Some(0))
}

async fn throw(req: &Req, command: impl FnOnce(Id) -> Command) -> Reply {
    let id = req.id();
    let gone = || missing(id).with_kind(StatusCode::NOT_FOUND, "RestException");
    let TaskRef::Process(task) = task_ref(&req.engine, id).await? else {
        return Err(gone());
    };
    match req.engine.step(id, &req.caller, command(task)).await {
        Ok(_) => no_content(),
        Err(error) if is_missing(&error) => Err(gone()),
        Err(error) => Err(rest_error(error)),
    }
}

fn link(body: &Fields) -> RestResult<Link> {
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
    Ok(Link { user, group, kind: kind.into() })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LinkChange {
    Add,
    Remove,
}

/// `POST /task/{id}/identity-links`.
pub(crate) async fn add_link(req: Req) -> Reply {
    change_link(&req, LinkChange::Add).await.map_err(not_found)
}

/// `POST /task/{id}/identity-links/delete`.
pub(crate) async fn remove_link(req: Req) -> Reply {
    change_link(&req, LinkChange::Remove).await
}

/// Assignee and owner are links that are fields of the task.
async fn change_link(req: &Req, change: LinkChange) -> Reply {
    let link = link(&req.json()?)?;
    let user = (change == LinkChange::Add).then(|| link.user.clone()).flatten();
    let own = link.clone();
    let new_user = user.clone();
    act(
        req,
        |task| match (link.kind.as_str(), change) {
            ("assignee", _) => Command::AssignTask { task, user },
            ("owner", _) => {
                Command::UpdateTask { task, update: TaskUpdate { owner: Some(user), ..TaskUpdate::default() } }
            }
            (_, LinkChange::Add) => Command::AddTaskLink { task, link: core_link(&link) },
            (_, LinkChange::Remove) => Command::RemoveTaskLink { task, link: core_link(&link) },
        },
        move |task| {
            match (own.kind.as_str(), change) {
                ("assignee", _) => task.assignee.clone_from(&new_user),
                ("owner", _) => task.owner.clone_from(&new_user),
                (_, LinkChange::Add) => {
                    if !task.links.contains(&own) {
                        task.links.push(own.clone());
                    }
                }
                (_, LinkChange::Remove) => task.links.retain(|known| *known != own),
            }
            Ok(())
        },
    )
    .await?;
    no_content()
}

fn core_link(link: &Link) -> IdentityLink {
    IdentityLink { user: link.user.clone(), group: link.group.clone(), kind: link.kind.clone() }
}

/// The fields of a body that make or change a task.
struct TaskFields {
    name: Option<String>,
    description: Option<String>,
    assignee: Option<SmolStr>,
    owner: Option<SmolStr>,
    delegation: Option<&'static str>,
    priority: i32,
    due: Option<Instant>,
    follow_up: Option<Instant>,
    parent: Option<SmolStr>,
    case_instance_id: Option<SmolStr>,
    tenant_id: Option<SmolStr>,
}

fn task_fields(body: &Fields) -> RestResult<TaskFields> {
    let date = |name: &str| match body.text(name)? {
        None => Ok(None),
        Some(text) => date::parse(&text)
            .map(Some)
            .ok_or_else(|| RestError::misfit(name, "java.util.Date", &Json::from(text.as_str()))),
    };
    let id = |name: &str| RestResult::Ok(body.text(name)?.map(SmolStr::new));
    let delegation = match body.text("delegationState")? {
        None => None,
        Some(state) => Some(delegation_state(&state)?),
    };
    Ok(TaskFields {
        name: body.text("name")?,
        description: body.text("description")?,
        assignee: id("assignee")?,
        owner: id("owner")?,
        delegation,
        priority: i32::try_from(body.integer("priority")?.unwrap_or(0)).unwrap_or(i32::MAX),
        due: date("due")?,
        follow_up: date("followUp")?,
        parent: id("parentTaskId")?,
        case_instance_id: id("caseInstanceId")?,
        tenant_id: id("tenantId")?,
    })
}

impl TaskFields {
    fn fill(&self, task: &mut StandaloneTask) {
        task.name.clone_from(&self.name);
        task.description.clone_from(&self.description);
        task.assignee.clone_from(&self.assignee);
        task.owner.clone_from(&self.owner);
        task.delegation = self.delegation.map(SmolStr::new_static);
        task.priority = self.priority;
        task.due = self.due;
        task.follow_up = self.follow_up;
        task.parent.clone_from(&self.parent);
        task.case_instance_id.clone_from(&self.case_instance_id);
    }

    fn update(&self) -> TaskUpdate {
        let text = |text: &Option<String>| Some(text.as_deref().map(Arc::from));
        TaskUpdate {
            name: text(&self.name),
            description: text(&self.description),
            assignee: Some(self.assignee.clone()),
            owner: Some(self.owner.clone()),
            delegation: Some(self.delegation.map(|state| match state {
                "PENDING" => DelegationState::Pending,
                _ => DelegationState::Resolved,
            })),
            priority: Some(self.priority),
            due: Some(self.due),
            follow_up: Some(self.follow_up),
            parent_task: Some(self.parent.clone()),
            case_instance_id: Some(self.case_instance_id.clone()),
        }
    }
}

/// `POST /task/create`.
pub(crate) async fn create(req: Req) -> Reply {
    let body = req.json()?;
    let fields = task_fields(&body)?;
    let is_parent_suspended = match &fields.parent {
        Some(parent) => super::tasks::is_suspended(&req.engine, parent).await?,
        None => false,
    };
    if let Some(parent) = fields.parent.as_ref().filter(|_| is_parent_suspended) {
        return Err(RestError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "SuspendedEntityInteractionException",
            format!("parent task {parent} is suspended"),
            Some(0),
        ));
    }
    if let Some(parent) = &fields.parent
        && !super::tasks::exists(&req.engine, parent).await?
    {
        let mut error = RestError::invalid(format!(
            "Could not save task: Parent task with id '{parent}' does not exist: parentTask is null"
        ));
        error.code = Some(0);
        return Err(error);
    }
    let id: SmolStr = body.text("id")?.map_or_else(|| Uuid::new_v4().to_string().into(), SmolStr::new);
    let own = id.clone();
    standalone(&req, &id, move |task, now| {
        if task.exists {
            return Err(RestError::engine("ENGINE-03083 Unexpected exception while executing database operations"));
        }
        let mut created = StandaloneTask {
            exists: true,
            id: own.clone(),
            created: now,
            tenant_id: fields.tenant_id.clone(),
            ..StandaloneTask::default()
        };
        fields.fill(&mut created);
        Ok(vec![StandaloneEvent::TaskCreated { task: created }])
    })
    .await?;
    no_content()
}

/// `PUT /task/{id}`.
pub(crate) async fn update(req: Req) -> Reply {
    let fields = task_fields(&req.json()?)?;
    let update = fields.update();
    act(
        &req,
        |task| Command::UpdateTask { task, update },
        move |task| {
            fields.fill(task);
            Ok(())
        },
    )
    .await
    .map_err(|error| {
        if error.message.starts_with("Cannot find task") {
            RestError::not_found(format!("No matching task with id {}", req.id()))
        } else {
            error
        }
    })?;
    no_content()
}

/// `DELETE /task/{id}`.
pub(crate) async fn delete(req: Req) -> Reply {
    match task_ref(&req.engine, req.id()).await? {
        TaskRef::None => no_content(),
        TaskRef::Process(_) => {
            Err(RestError::engine("The task cannot be deleted because is part of a running process"))
        }
        TaskRef::Standalone(_) => {
            end_standalone(&req, req.id(), TaskEnd::Deleted, "deleted").await?;
            no_content()
        }
    }
}
