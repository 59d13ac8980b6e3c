//! Start forms and task forms: keys, references, fields, deployed files, and submissions.

use super::definitions::{find, find_or, new_variables, run_submitted};
use super::task_actions::complete_submitted;
use crate::error::{RestError, RestResult};
use crate::forms::{form_values, render, submitted};
use crate::request::{Reply, Req, content, ok};
use crate::typed::{Deserialize, to_wire};
use casewright_engine_core::command::{NewVariable, StartInstance};
use casewright_engine_core::entity::TaskForm;
use casewright_engine_core::ids::Id;
use casewright_engine_model::model::{Binding, Form, FormField, NodeKind};
use casewright_engine_runtime::{Engine, Submission, TaskRef};
use casewright_engine_value::{Detached, Value};
use casewright_engine_views::aggregate::ProcessDefinition;
use casewright_engine_views::form_reference;
use casewright_engine_views::text;
use http::StatusCode;
use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;

/// The form of the none start event.
async fn start_form_of(engine: &Engine, definition: &str) -> RestResult<Option<Form>> {
    let graph = engine.registry().graph(definition).await?;
    let node = graph.as_ref().and_then(|graph| graph.none_start().map(|node| graph.node(node)));
    Ok(match node.map(|node| &node.kind) {
        Some(NodeKind::StartEvent(start)) => start.form.clone(),
        _ => None,
    })
}

/// The form of a user task as the model has it.
async fn task_form_of(engine: &Engine, definition: &str, activity: &str) -> RestResult<Option<Form>> {
    let graph = engine.registry().graph(definition).await?;
    let node = graph.as_ref().and_then(|graph| graph.find(activity).map(|node| graph.node(node)));
    Ok(match node.map(|node| &node.kind) {
        Some(NodeKind::UserTask(task)) => task.form.clone(),
        _ => None,
    })
}

fn fields_of(form: Option<Form>) -> Vec<FormField> {
    match form {
        Some(Form::Generated { fields, .. }) => fields,
        _ => Vec::new(),
    }
}

fn business_key_field(form: Option<&Form>) -> Option<String> {
    match form {
        Some(Form::Generated { business_key_field, .. }) => business_key_field.clone(),
        _ => None,
    }
}

/// The key under which clients find a generated form.
fn generated_key(what: &str, id: &str) -> String {
    format!("embedded:engine://engine/:engine/{what}/{id}/rendered-form")
}

fn nothing(req: &Req) -> Detached {
    Detached::at(req.engine.now())
}

/// `GET /process-definition/{id}/startForm`.
pub(crate) async fn start_form(req: Req) -> Reply {
    let definition = find_or(&req, |error, id| RestError {
        kind: "InvalidRequestException",
        message: format!("Cannot get start form data for process definition {id}"),
        ..error
    })?;
    let form = start_form_of(&req.engine, &definition.id).await?;
    let key = match &form {
        Some(Form::Key(key)) => json!(key),
        Some(Form::Generated { fields, .. }) if !fields.is_empty() => {
            json!(generated_key("process-definition", &definition.id))
        }
        _ => Json::Null,
    };
    let reference = form.as_ref().map_or(Json::Null, form_reference);
    ok(json!({"key": key, "camundaFormRef": reference, "contextPath": null}))
}

/// `GET /process-definition/{id}/rendered-form`.
pub(crate) async fn rendered_start(req: Req) -> Reply {
    let definition = find(&req)?;
    let fields = fields_of(start_form_of(&req.engine, &definition.id).await?);
    if fields.is_empty() {
        return Err(RestError::not_found(format!(
            "No matching rendered start form for process definition with the id {} found.",
            definition.id
        )));
    }
    rendered(&req, fields, nothing(&req)).await
}

/// `GET /process-definition/{id}/form-variables`.
pub(crate) async fn start_variables(req: Req) -> Reply {
    let definition = find(&req)?;
    let fields = fields_of(start_form_of(&req.engine, &definition.id).await?);
    variables(&req, fields, nothing(&req)).await
}

async fn rendered(req: &Req, fields: Vec<FormField>, mut scope: Detached) -> Reply {
    let html = req.engine.aside(move |engine| render(&fields, &**engine.expressions(), &mut scope)).await??;
    content(html.into_bytes(), "application/xhtml+xml")
}

/// What a submission of these fields sets.
async fn submit(
    req: &Req,
    fields: Vec<FormField>,
    given: Vec<NewVariable>,
    mut scope: Detached,
) -> RestResult<Vec<NewVariable>> {
    // Most forms are no generated ones: there is nothing to evaluate.
    if fields.is_empty() {
        return Ok(given);
    }
    req.engine.aside(move |engine| submitted(&fields, given, &**engine.expressions(), &mut scope)).await?
}

/// Fields first, then the variables of the scope.
async fn variables(req: &Req, fields: Vec<FormField>, mut scope: Detached) -> Reply {
    let query = req.query();
    let names = query.list("variableNames")?;
    let deserialize = if query.switch("deserializeValues") == Some(false) { Deserialize::No } else { Deserialize::Yes };
    let evaluating = req.engine.aside(move |engine| {
        let values = form_values(&fields, &**engine.expressions(), &mut scope);
        (fields, scope, values)
    });
    let (fields, scope, values) = evaluating.await?;
    let values = values?;
    let types: IndexMap<&str, &str> = fields.iter().map(|field| (field.id.as_str(), type_of(field))).collect();
    let mut out = Map::new();
    let outer: Vec<(SmolStr, Value)> = scope.values.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    for (name, value) in values.iter().chain(&outer) {
        let is_wanted = names.as_ref().is_none_or(|names| names.iter().any(|wanted| wanted == name.as_str()));
        if !is_wanted || out.contains_key(name.as_str()) {
            continue;
        }
        let mut wire = to_wire(value, deserialize);
        if let (Value::Null, Some(kind)) = (value, types.get(name.as_str())) {
            wire.insert("type".into(), json!(kind));
        }
        out.insert(name.to_string(), Json::Object(wire));
    }
    ok(out)
}

fn type_of(field: &FormField) -> &'static str {
    match field.type_name.as_str() {
        "long" => "Long",
        "boolean" => "Boolean",
        _ => "String",
    }
}

/// `GET /process-definition/{id}/deployed-start-form`.
pub(crate) async fn deployed_start(req: Req) -> Reply {
    let definition = find_or(&req, |error, _| RestError {
        status: StatusCode::NOT_FOUND,
        kind: "InvalidRequestException",
        code: None,
        ..error
    })?;
    deployed(&req, &definition, start_form_of(&req.engine, &definition.id).await?.as_ref())
}

/// A form that was deployed beside the process, or on its own.
fn deployed(req: &Req, definition: &ProcessDefinition, form: Option<&Form>) -> Reply {
    match form {
        Some(Form::Key(key)) => by_key(req, definition, key),
        Some(Form::Reference { key, binding }) => by_reference(req, definition, key, binding),
        _ => Err(RestError::invalid(
            "One of the attributes 'formKey' and 'camunda:formRef' must be supplied but none were set.",
        )),
    }
}

fn by_key(req: &Req, definition: &ProcessDefinition, key: &str) -> Reply {
    let prefixes = ["embedded:deployment:", "camunda-forms:deployment:", "deployment:"];
    let Some(name) = prefixes.iter().find_map(|prefix| key.strip_prefix(prefix)) else {
        return Err(RestError::invalid(format!("The form key '{key}' does not reference a deployed form.")));
    };
    let state = req.engine.catalog().state();
    let resource = state.deployments.get(&definition.deployment_id).and_then(|deployment| deployment.resource(name));
    let Some(resource) = resource else {
        return Err(RestError::not_found(format!(
            "The form with the resource name '{name}' cannot be found in deployment with id {}",
            definition.deployment_id
        )));
    };
    let is_json = name.ends_with(".form") || key.starts_with("camunda-forms:");
    let media = if is_json { "application/json" } else { "application/xhtml+xml" };
    content(resource.content.0.to_vec(), media)
}

fn by_reference(req: &Req, definition: &ProcessDefinition, key: &str, binding: &Binding) -> Reply {
    let state = req.engine.catalog().state();
    let forms = state.forms(key, definition.tenant_id.as_deref());
    let found = match binding {
        Binding::Deployment => forms.into_iter().rfind(|(id, _)| **id == definition.deployment_id),
        Binding::Version(version) => {
            let nth = version.trim().parse::<usize>().ok().and_then(|version| version.checked_sub(1));
            nth.and_then(|nth| forms.into_iter().nth(nth))
        }
        Binding::Latest | Binding::VersionTag(_) => forms.into_iter().next_back(),
    };
    match found {
        Some((_, form)) => content(form.content.0.to_vec(), "application/json"),
        None => Err(RestError::not_found(format!(
            "No Camunda Form Definition was found for Camunda Form Ref: {}",
            form_reference(&Form::Reference { key: key.to_owned(), binding: binding.clone() })
        ))),
    }
}

/// The texts of a submission: what history keeps of a form.
fn texts(variables: &[NewVariable]) -> Vec<(SmolStr, String)> {
    variables
        .iter()
        .filter_map(|variable| match &variable.value {
            Value::String(text) => Some((variable.name.clone(), text.to_string())),
            _ => None,
        })
        .collect()
}

/// `POST /process-definition/{id}/submit-form`.
pub(crate) async fn submit_start(req: Req) -> Reply {
    let body = req.json()?;
    let definition =
        find_or(&req, |error, id| error.wrap_engine(&format!("Cannot instantiate process definition {id}: ")))?;
    let prefix = format!("Cannot instantiate process definition {}: ", definition.id);
    let given = new_variables(body.get("variables")).map_err(|e| e.wrap(&prefix))?;
    let form = start_form_of(&req.engine, &definition.id).await?;
    let own_key = business_key_field(form.as_ref());
    // What stands for the business key is no variable.
    let given: Vec<_> =
        given.into_iter().filter(|variable| Some(variable.name.as_str()) != own_key.as_deref()).collect();
    let mut fields = fields_of(form);
    fields.retain(|field| Some(field.id.as_str()) != own_key.as_deref());
    let submission = Submission { task: None, fields: texts(&given) };
    let variables = submit(&req, fields, given, nothing(&req)).await.map_err(|e| e.wrap_engine(&prefix))?;
    let mut start = StartInstance::new(req.engine.instances().new_prefix(), definition.id.clone());
    start.business_key = body.text("businessKey")?.map(SmolStr::new);
    start.variables = variables;
    run_submitted(&req, &definition, start, submission).await.map_err(|error| error.wrap_engine(&prefix))
}

/// A task of a process with what its form needs.
struct TaskForms {
    definition: std::sync::Arc<ProcessDefinition>,
    form: Option<Form>,
    scope: Detached,
}

async fn task_forms(req: &Req, task: Id) -> RestResult<Option<TaskForms>> {
    let Some(state) = req.engine.instances().state_of(req.id()).await? else {
        return Ok(None);
    };
    let Some(task) = state.task(task) else {
        return Ok(None);
    };
    let Some(definition) = req.engine.catalog().process(&task.place.definition.id) else {
        return Ok(None);
    };
    let mut variables: IndexMap<SmolStr, Value> = IndexMap::new();
    for (name, variable) in state.local_variables(task.id).into_iter().flatten() {
        variables.insert(name.clone(), variable.value.clone());
    }
    for (name, variable) in state.visible_variables(task.place.element) {
        variables.entry(name).or_insert_with(|| variable.value.clone());
    }
    // Keys and references were evaluated when the task was created; fields stay in the model.
    let form = match &task.form {
        Some(TaskForm::Key(key)) => Some(Form::Key(key.to_string())),
        Some(TaskForm::Reference(form)) => Some(form.clone()),
        None => task_form_of(&req.engine, &definition.id, &task.place.activity_id).await?,
    };
    Ok(Some(TaskForms { definition, form, scope: Detached::with(variables, req.engine.now()) }))
}

/// `GET /task/{id}/form`.
pub(crate) async fn task_form(req: Req) -> Reply {
    let id = req.id();
    let Some(row) = super::tasks::row(&req.engine, id).await? else {
        return Err(RestError::new(
            StatusCode::BAD_REQUEST,
            "RestException",
            format!("Cannot get form for task {id}"),
            Some(0),
        ));
    };
    let field = |name: &str| row.get(name).cloned().unwrap_or(Json::Null);
    let form = match text(&row, "processDefinitionId").zip(text(&row, "taskDefinitionKey")) {
        Some((definition, activity)) => task_form_of(&req.engine, definition, activity).await?,
        None => None,
    };
    let key = match form {
        Some(Form::Generated { fields, .. }) if !fields.is_empty() => json!(generated_key("task", id)),
        _ => field("formKey"),
    };
    ok(json!({
        "key": key,
        "camundaFormRef": field("camundaFormRef"),
        "contextPath": null,
    }))
}

/// `GET /task/{id}/rendered-form`.
pub(crate) async fn rendered_task(req: Req) -> Reply {
    let id = req.id();
    let forms = match req.engine.tasks().find(id).await? {
        TaskRef::None => return Err(RestError::null_value(format!("Task '{id}' not found: task is null"))),
        TaskRef::Standalone(_) => None,
        TaskRef::Process(task) => task_forms(&req, task).await?,
    };
    let Some(forms) = forms else {
        return Err(RestError::null_value(format!(
            "Task form definition for '{id}' not found: task.getTaskDefinition() is null"
        )));
    };
    let fields = fields_of(forms.form);
    if fields.is_empty() {
        return Err(RestError::not_found(format!("No matching rendered form for task with the id {id} found.")));
    }
    rendered(&req, fields, forms.scope).await
}

/// `GET /task/{id}/form-variables`.
pub(crate) async fn task_variables(req: Req) -> Reply {
    let id = req.id();
    let missing = || RestError::bad_user_request(format!("Cannot find task with id '{id}'.: task is null"));
    match req.engine.tasks().find(id).await? {
        TaskRef::None => Err(missing()),
        TaskRef::Standalone(task) => {
            let variables =
                task.variables.iter().map(|(name, variable)| (name.clone(), variable.value.clone())).collect();
            self::variables(&req, Vec::new(), Detached::with(variables, req.engine.now())).await
        }
        TaskRef::Process(task) => {
            let forms = task_forms(&req, task).await?.ok_or_else(missing)?;
            variables(&req, fields_of(forms.form), forms.scope).await
        }
    }
}

/// `GET /task/{id}/deployed-form`.
pub(crate) async fn deployed_task(req: Req) -> Reply {
    let gone = || {
        RestError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InvalidRequestException",
            format!("Task '{}' not found: task is null", req.id()),
            None,
        )
    };
    match req.engine.tasks().find(req.id()).await? {
        TaskRef::None => Err(gone()),
        TaskRef::Standalone(_) => Err(RestError::invalid(
            "One of the attributes 'formKey' and 'camunda:formRef' must be supplied but none were set.",
        )),
        TaskRef::Process(task) => {
            let forms = task_forms(&req, task).await?.ok_or_else(gone)?;
            deployed(&req, &forms.definition, forms.form.as_ref())
        }
    }
}

/// `POST /task/{id}/submit-form`.
pub(crate) async fn submit_task(req: Req) -> Reply {
    let body = req.json()?;
    let prefix = format!("Cannot submit task form {}: ", req.id());
    let given = new_variables(body.get("variables")).map_err(|e| e.wrap(&prefix))?;
    let found = req.engine.tasks().find(req.id()).await?;
    let mut submission = Submission { task: None, fields: texts(&given) };
    let mut variables = given;
    if let TaskRef::Process(task) = found
        && let Some(forms) = task_forms(&req, task).await?
    {
        submission.task = Some(task);
        let fields = fields_of(forms.form);
        variables = submit(&req, fields, variables, forms.scope).await.map_err(|e| e.wrap_engine(&prefix))?;
    }
    complete_submitted(&req, found, variables, body.boolean("withVariablesInReturn")?, submission, &prefix).await
}
