//! Variables of instances, executions and tasks: one set of operations over three kinds of scopes.

use crate::error::{RestError, RestResult};
use crate::finish::deserialize;
use crate::given;
use crate::request::{Reply, Req, download, no_content, ok};
use crate::typed::{Deserialize, from_wire, to_wire};
use axum::body::Bytes;
use casewright_engine_core::command::{Lifetime, NewVariable, VariableTarget};
use casewright_engine_core::entity::Holder;
use casewright_engine_core::ids::{Id, parse};
use casewright_engine_core::{Command, State};
use casewright_engine_runtime::TaskRef;
use casewright_engine_value::{FileValue, Value};
use casewright_engine_views::aggregate::TaskVariable;
use indexmap::IndexMap;
use serde_json::{Map, Value as Json};
use smol_str::SmolStr;
use std::sync::Arc;

/// Whose variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Those of a process instance, or all that an execution of one can see.
    ProcessInstance,
    /// Only those of the execution itself.
    ExecutionLocal,
    /// Those a task can see.
    Task,
    /// Only those of the task itself.
    TaskLocal,
}

impl Scope {
    /// As messages call it.
    fn noun(self) -> &'static str {
        match self {
            Self::ProcessInstance => "process instance",
            Self::ExecutionLocal => "execution",
            Self::Task | Self::TaskLocal => "task",
        }
    }

    fn missing(self, id: &str) -> RestError {
        RestError::null_value(match self {
            Self::ProcessInstance | Self::ExecutionLocal => {
                format!("execution {id} doesn't exist: execution is null")
            }
            Self::Task | Self::TaskLocal => format!("task {id} doesn't exist: task is null"),
        })
    }

    fn target(self, id: Id) -> VariableTarget {
        match self {
            Self::ProcessInstance => VariableTarget::Execution(id),
            Self::ExecutionLocal => VariableTarget::ExecutionLocal(id),
            Self::Task => VariableTarget::Task(id),
            Self::TaskLocal => VariableTarget::TaskLocal(id),
        }
    }
}

type Values = IndexMap<SmolStr, Value>;

/// All variables of the scope.
async fn read(req: &Req, scope: Scope) -> RestResult<Values> {
    let id = req.id();
    if matches!(scope, Scope::Task | Scope::TaskLocal)
        && let TaskRef::Standalone(task) = req.engine.tasks().find(id).await?
    {
        return Ok(task
            .variables
            .iter()
            .map(|(name, variable): (&SmolStr, &TaskVariable)| (name.clone(), variable.value.clone()))
            .collect());
    }
    let state = req.engine.instances().state_of(id).await?;
    state.and_then(|state| values(&state, scope, id)).ok_or_else(|| scope.missing(id))
}

fn values(state: &State, scope: Scope, id: &str) -> Option<Values> {
    let id = state.local(id)?;
    let local = |holder: Holder| -> Values {
        state
            .local_variables(holder.id())
            .into_iter()
            .flatten()
            .map(|(name, variable)| (name.clone(), variable.value.clone()))
            .collect()
    };
    match scope {
        Scope::ProcessInstance => {
            if state.instance(id).is_some() {
                return Some(local(Holder::Element(id)));
            }
            // Workers ask with the execution of their task: all that it can see.
            let element = state.element_of_execution(id)?;
            let visible = state.visible_variables(element.id);
            Some(visible.into_iter().map(|(name, variable)| (name, variable.value.clone())).collect())
        }
        Scope::ExecutionLocal => {
            let element = state.element_of_execution(id)?;
            Some(local(Holder::Element(element.id)))
        }
        Scope::TaskLocal => {
            state.task(id)?;
            Some(local(Holder::Task(id)))
        }
        Scope::Task => {
            let task = state.task(id)?;
            let mut all = local(Holder::Task(id));
            for (name, variable) in state.visible_variables(task.place.element) {
                all.entry(name).or_insert_with(|| variable.value.clone());
            }
            Some(all)
        }
    }
}

/// `GET .../variables`.
pub(crate) async fn list(req: Req, scope: Scope) -> Reply {
    let deserialize = deserialize(&req.query());
    let all = read(&req, scope).await?;
    let out: Map<String, Json> =
        all.iter().map(|(name, value)| (name.to_string(), Json::Object(to_wire(value, deserialize)))).collect();
    ok(out)
}

async fn one(req: &Req, scope: Scope) -> RestResult<Value> {
    let name = req.path("varId");
    let prefix = format!("Cannot get {} variable {name}: ", scope.noun());
    let all = read(req, scope).await.map_err(|error| error.wrap_engine(&prefix))?;
    all.get(name)
        .cloned()
        .ok_or_else(|| RestError::not_found(format!("{} variable with name {name} does not exist", scope.noun())))
}

/// `GET .../variables/{varId}`.
pub(crate) async fn get(req: Req, scope: Scope) -> Reply {
    let wanted = req.query().switch("deserializeValue") != Some(false);
    let deserialize = if wanted { Deserialize::Yes } else { Deserialize::No };
    let value = one(&req, scope).await?;
    ok(to_wire(&value, deserialize))
}

/// `GET .../variables/{varId}/data`.
pub(crate) async fn data(req: Req, scope: Scope) -> Reply {
    let value = one(&req, scope).await?;
    binary(&value, req.id())
}

/// The bytes of a value that has any.
pub(crate) fn binary(value: &Value, id: &str) -> Reply {
    match value {
        Value::Bytes(bytes) => download(bytes.to_vec(), "application/octet-stream", None),
        Value::File(file) => {
            let mut media = file.mimetype.clone().unwrap_or_else(|| "application/octet-stream".to_owned());
            if let Some(encoding) = &file.encoding {
                media.push_str(&format!(";charset={encoding}"));
            }
            download(file.content.to_vec(), &media, Some(&file.filename))
        }
        _ => Err(RestError::invalid(format!("Value of variable with id {id} is not a binary value."))),
    }
}

/// Sets and removes.
async fn change(req: &Req, scope: Scope, variables: Vec<NewVariable>, deletions: Vec<SmolStr>) -> RestResult<()> {
    let id = req.id();
    let is_task = matches!(scope, Scope::Task | Scope::TaskLocal);
    if is_task && let TaskRef::Standalone(_) = req.engine.tasks().find(id).await? {
        return Ok(req.engine.tasks().set_variables(&req.caller, id, variables, deletions).await?);
    }
    let Some((_, local)) = parse(id) else {
        return Err(scope.missing(id));
    };
    let command = Command::SetVariables { target: scope.target(local), variables, deletions };
    match req.engine.instances().step(id, &req.caller, command).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_missing() => Err(scope.missing(id)),
        Err(error) => Err(error.into()),
    }
}

/// `PUT .../variables/{varId}`.
pub(crate) async fn put(req: Req, scope: Scope) -> Reply {
    let name = SmolStr::new(req.path("varId"));
    let prefix = format!("Cannot put {} variable {name}: ", scope.noun());
    let body = req.json()?;
    given::permit(&req, std::iter::once(name.as_str())).await.map_err(|error| error.wrap(&prefix))?;
    let typed = from_wire(&Json::Object(body.0)).map_err(|error| error.wrap(&prefix))?;
    let lifetime = if typed.transient { Lifetime::Transient } else { Lifetime::Stored };
    let mut variables = vec![NewVariable { lifetime, ..NewVariable::new(name, typed.value) }];
    given::vouch(&mut variables);
    change(&req, scope, variables, Vec::new()).await.map_err(|error| error.wrap_engine(&prefix))?;
    no_content()
}

/// `DELETE .../variables/{varId}`.
pub(crate) async fn delete(req: Req, scope: Scope) -> Reply {
    let name = SmolStr::new(req.path("varId"));
    let prefix = format!("Cannot delete {} variable {name}: ", scope.noun());
    given::permit(&req, std::iter::once(name.as_str())).await.map_err(|error| error.wrap(&prefix))?;
    change(&req, scope, Vec::new(), vec![name]).await.map_err(|error| error.wrap_engine(&prefix))?;
    no_content()
}

/// `POST .../variables`: modifications and deletions.
pub(crate) async fn modify(req: Req, scope: Scope) -> Reply {
    let body = req.json()?;
    let prefix = format!("Cannot modify variables for {}: ", scope.noun());
    let variables = given::variables(&req, body.get("modifications")).await.map_err(|error| error.wrap(&prefix))?;
    let deletions: Vec<SmolStr> = body.list("deletions")?.unwrap_or_default().into_iter().map(SmolStr::new).collect();
    given::permit(&req, deletions.iter().map(SmolStr::as_str)).await.map_err(|error| error.wrap(&prefix))?;
    change(&req, scope, variables, deletions).await.map_err(|error| error.wrap_engine(&prefix))?;
    no_content()
}

/// `POST .../variables/{varId}/data`: parts `data` and `valueType`.
pub(crate) async fn upload(req: Req, scope: Scope) -> Reply {
    let mut value_type = "Bytes".to_owned();
    let mut data: Option<(Option<String>, Option<String>, Bytes)> = None;
    for part in req.multipart().await? {
        match part.name.as_str() {
            "valueType" => value_type = part.text().trim().to_owned(),
            "data" => data = Some((part.filename, part.media, part.bytes)),
            _ => {}
        }
    }
    let (filename, media, bytes) = data.ok_or_else(|| RestError::invalid("No data part was given"))?;
    let value = match value_type.to_ascii_lowercase().as_str() {
        "bytes" => Value::Bytes(Arc::from(&*bytes)),
        "file" => Value::File(Arc::new(file(filename, media, bytes))),
        _ => {
            return Err(RestError::invalid(format!("Unsupported value type '{value_type}'"))
                .with_kind(http::StatusCode::BAD_REQUEST, "RestException"));
        }
    };
    let name = SmolStr::new(req.path("varId"));
    let prefix = format!("Cannot put {} variable {name}: ", scope.noun());
    given::permit(&req, std::iter::once(name.as_str())).await.map_err(|error| error.wrap(&prefix))?;
    change(&req, scope, vec![NewVariable::new(name, value)], Vec::new())
        .await
        .map_err(|error| error.wrap_engine(&prefix))?;
    no_content()
}

fn file(filename: Option<String>, media: Option<String>, bytes: Bytes) -> FileValue {
    let mut mimetype = media;
    let mut encoding = None;
    if let Some(text) = &mimetype
        && let Some((kind, parameter)) = text.clone().split_once(';')
    {
        encoding = parameter.trim().strip_prefix("charset=").map(|charset| charset.trim_matches('"').to_owned());
        mimetype = Some(kind.trim().to_owned());
    }
    FileValue { filename: filename.unwrap_or_default(), mimetype, encoding, content: Arc::from(&*bytes) }
}
