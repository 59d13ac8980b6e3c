//! Start forms and task forms: keys, references, fields, deployed files, and submissions.

use super::definitions::{find, find_or, run_submitted};
use super::task_actions::complete_submitted;
use crate::error::{RestError, RestResult};
use crate::forms::{form_values, render, submitted};
use crate::given;
use crate::request::{Reply, Req, content, ok};
use crate::typed::{Deserialize, to_wire};
use crate::words::no_form;
use casewright_engine_core::command::{NewVariable, StartInstance};
use casewright_engine_core::ids::Id;
use casewright_engine_model::model::{Form, FormField};
use casewright_engine_runtime::{FormOfTask, Submission, TaskRef};
use casewright_engine_value::{Detached, Value};
use casewright_engine_views::aggregate::ProcessDefinition;
use casewright_engine_views::form_reference;
use casewright_engine_views::{PlaceRowColumns as _, TaskRow};
use casewright_journal::Column;
use http::StatusCode;
use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;

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
    let form = req.engine.forms().of_start(&definition.id).await?;
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
    let fields = fields_of(req.engine.forms().of_start(&definition.id).await?);
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
    let fields = fields_of(req.engine.forms().of_start(&definition.id).await?);
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
    deployed(&req, &definition, req.engine.forms().of_start(&definition.id).await?.as_ref())
}

/// A form that was deployed beside the process, or on its own.
fn deployed(req: &Req, definition: &ProcessDefinition, form: Option<&Form>) -> Reply {
    let form = req.engine.forms().deployed(definition, form).map_err(|error| no_form(&error))?;
    content(form.content, if form.is_json { "application/json" } else { "application/xhtml+xml" })
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
    let given = given::variables(&req, body.get("variables")).await.map_err(|e| e.wrap(&prefix))?;
    let form = req.engine.forms().of_start(&definition.id).await?;
    let own_key = business_key_field(form.as_ref());
    // What stands for the business key is no variable.
    let given: Vec<_> =
        given.into_iter().filter(|variable| Some(variable.name.as_str()) != own_key.as_deref()).collect();
    let mut fields = fields_of(form);
    fields.retain(|field| Some(field.id.as_str()) != own_key.as_deref());
    let submission = Submission { task: None, fields: texts(&given), ..Submission::default() };
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
    let found = req.engine.forms().of_task(req.id(), task).await?;
    Ok(found.map(|FormOfTask { definition, form, variables }| {
        let scope = Detached::with(variables, req.engine.now());
        TaskForms { definition, form, scope }
    }))
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
    let field = |column: Column| column.of(&row).clone();
    let form = match TaskRow::PROCESS_DEFINITION_ID.text(&row).zip(TaskRow::TASK_DEFINITION_KEY.text(&row)) {
        Some((definition, activity)) => req.engine.forms().of_activity(definition, activity).await?,
        None => None,
    };
    let key = match form {
        Some(Form::Generated { fields, .. }) if !fields.is_empty() => json!(generated_key("task", id)),
        _ => field(TaskRow::FORM_KEY),
    };
    ok(json!({
        "key": key,
        "camundaFormRef": field(TaskRow::CAMUNDA_FORM_REF),
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
    let given = given::variables(&req, body.get("variables")).await.map_err(|e| e.wrap(&prefix))?;
    let found = req.engine.tasks().find(req.id()).await?;
    let mut submission = Submission { task: None, fields: texts(&given), ..Submission::default() };
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
