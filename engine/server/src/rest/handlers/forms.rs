//! Start forms and task forms: keys, references and submissions.

use super::definitions::{find, new_variables, run};
use super::task_actions::complete_with;
use crate::engine::Engine;
use crate::rest::error::RestError;
use crate::rest::request::{Reply, Req, ok};
use crate::views::form_reference;
use casewright_engine_core::command::StartInstance;
use casewright_engine_core::env::Definitions;
use casewright_engine_model::model::{Form, NodeKind};
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

/// The form of the none start event.
fn start_form_of(engine: &Engine, definition: &str) -> Option<Form> {
    let graph = engine.catalog().graph(definition)?;
    let node = graph.none_start()?;
    match &graph.node(node).kind {
        NodeKind::StartEvent(start) => start.form.clone(),
        _ => None,
    }
}

/// `GET /process-definition/{id}/startForm`.
pub(crate) async fn start_form(req: Req) -> Reply {
    let definition = find(&req)?;
    let form = start_form_of(&req.engine, &definition.id);
    let key = match &form {
        Some(Form::Key(key)) => json!(key),
        _ => Json::Null,
    };
    let reference = form.as_ref().map_or(Json::Null, form_reference);
    ok(json!({"key": key, "camundaFormRef": reference, "contextPath": null}))
}

/// `POST /process-definition/{id}/submit-form`.
pub(crate) async fn submit_start(req: Req) -> Reply {
    let body = req.json()?;
    let definition = find(&req)?;
    let prefix = format!("Cannot instantiate process definition {}: ", definition.id);
    let variables = new_variables(body.get("variables")).map_err(|e| e.wrap(&prefix))?;
    let mut start = StartInstance::new(Engine::new_prefix(), definition.id.clone());
    start.business_key = body.text("businessKey")?.map(SmolStr::new);
    start.variables = variables;
    run(&req, &definition, start, false).await.map_err(|error| error.wrap_engine(&prefix))
}

/// `POST /task/{id}/submit-form`.
pub(crate) async fn submit_task(req: Req) -> Reply {
    if req.body.is_empty() {
        return Err(RestError::malformed());
    }
    let body = req.json()?;
    let prefix = format!("Cannot submit task form {}: ", req.id());
    complete_with(&req, &body, &prefix).await
}
