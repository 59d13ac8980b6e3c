//! `/process-definition`: look-ups and starts.

use super::modification;
use crate::error::{RestError, RestResult};
use crate::given;
use crate::query::shape::shape;
use crate::request::{Fields, Reply, Req, download, ok};
use crate::resources::process_definition;
use crate::typed::{Deserialize, to_wire};
use casewright_engine_core::Answer;
use casewright_engine_core::command::{Lifetime, Skips, StartInstance};
use casewright_engine_runtime::{Stepped, Submission, derived_prefix};
use casewright_engine_value::Value;
use casewright_engine_views as views;
use casewright_engine_views::aggregate::ProcessDefinition;
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;

/// The definition a path names: by id, by key, or by key and tenant.
pub(crate) fn find(req: &Req) -> RestResult<Arc<ProcessDefinition>> {
    find_or(req, |error, _| error)
}

/// Finds the definition that the path names by id or key. Each operation has words of its own for an id that is unknown; for
/// a key they are always the same.
pub(crate) fn find_or(
    req: &Req,
    unknown_id: impl FnOnce(RestError, &str) -> RestError,
) -> RestResult<Arc<ProcessDefinition>> {
    let state = req.engine.catalog().state();
    if !req.has_path("key") {
        let id = req.id();
        return state.processes.get(id).map(Arc::clone).ok_or_else(|| {
            let error = RestError::new(
                http::StatusCode::BAD_REQUEST,
                "NotFoundException",
                format!("no deployed process definition found with id '{id}': processDefinition is null"),
                Some(0),
            );
            unknown_id(error, id)
        });
    }
    let key = req.path("key");
    let tenant = req.has_path("tenantId").then(|| req.path("tenantId"));
    state.latest(key, tenant).map(Arc::clone).ok_or_else(|| {
        let of = tenant.map_or_else(|| "no tenant-id".to_owned(), |tenant| format!("tenant-id: {tenant}"));
        RestError::rest_not_found(format!("No matching process definition with key: {key} and {of}"))
    })
}

/// `GET /process-definition/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    let definition = find_or(&req, no_match)?;
    ok(shape(process_definition::FIELDS, &views::process_row(&definition).into_document()))
}

fn no_match(_: RestError, id: &str) -> RestError {
    let mut error = RestError::not_found(format!("No matching definition with id {id}"));
    error.code = Some(0);
    error
}

fn resource_text(req: &Req, definition: &ProcessDefinition) -> RestResult<String> {
    let state = req.engine.catalog().state();
    state
        .deployments
        .get(&definition.deployment_id)
        .and_then(|deployment| deployment.resource(&definition.resource))
        .map(|resource| resource.text())
        .ok_or_else(|| RestError::engine("the resource of the definition is gone"))
}

/// `GET /process-definition/{id}/xml`.
pub(crate) async fn xml(req: Req) -> Reply {
    let definition = find_or(&req, no_match)?;
    let text = resource_text(&req, &definition)?;
    ok(json!({"id": definition.id.as_str(), "bpmn20Xml": text}))
}

/// `GET /process-definition/{id}/diagram`.
pub(crate) async fn diagram(req: Req) -> Reply {
    let definition = find(&req)?;
    let Some(name) = &definition.diagram else {
        return crate::request::no_content();
    };
    let state = req.engine.catalog().state();
    let bytes = state
        .deployments
        .get(&definition.deployment_id)
        .and_then(|deployment| deployment.resource(name))
        .map(|resource| resource.content.0.to_vec())
        .unwrap_or_default();
    let short = name.rsplit('/').next().unwrap_or(name);
    download(bytes, super::deployments::media_type(short), Some(short))
}

/// `POST /process-definition/{id}/start`.
pub(crate) async fn start(req: Req) -> Reply {
    let body = req.json()?;
    let definition =
        find_or(&req, |error, id| error.wrap_engine(&format!("Cannot instantiate process definition {id}: ")))?;
    let prefix = format!("Cannot instantiate process definition {}: ", definition.id);
    start_with(&req, &definition, &body).await.map_err(|error| error.wrap_engine(&prefix))
}

async fn start_with(req: &Req, definition: &ProcessDefinition, body: &Fields) -> Reply {
    let key = req.idempotency_key()?;
    let prefix = match key {
        Some(key) => derived_prefix(&[req.caller.user.as_deref().unwrap_or_default(), &definition.key], key),
        None => req.engine.instances().new_prefix(),
    };
    let mut start = StartInstance::new(prefix, definition.id.clone());
    start.business_key = body.text("businessKey")?.map(SmolStr::new);
    start.case_instance_id = body.text("caseInstanceId")?.map(SmolStr::new);
    start.variables = given::variables(req, body.get("variables")).await?;
    start.skips = skips(body)?;
    start.instructions = modification::start_instructions(req, body.get("startInstructions")).await?;
    if start.instructions.is_empty() && (start.skips.listeners || start.skips.io_mappings) {
        return Err(RestError::bad_user_request(
            "Cannot skip custom listeners or input/output mappings: a process instance that starts at its start event needs them",
        ));
    }
    let with_variables = body.boolean("withVariablesInReturn")?;
    let wanted = with_variables.then(|| transient(&start));
    let wish = Wish::of(&start);
    let instances = req.engine.instances();
    let stepped = match key {
        Some(_) => instances.start_once(&req.caller, definition, start).await?,
        None => instances.start(&req.caller, definition, start).await?,
    };
    answer(req, definition, wish, stepped, wanted)
}

/// Names of the variables that a start is given for one step only.
fn transient(start: &StartInstance) -> Vec<SmolStr> {
    start
        .variables
        .iter()
        .filter(|variable| variable.lifetime == Lifetime::Transient)
        .map(|variable| variable.name.clone())
        .collect()
}

/// Starts an instance by its form and answers.
pub(crate) async fn run_submitted(
    req: &Req,
    definition: &ProcessDefinition,
    start: StartInstance,
    form: Submission,
) -> Reply {
    let wish = Wish::of(&start);
    let stepped = req.engine.instances().start_submitted(&req.caller, definition, start, form).await?;
    answer(req, definition, wish, stepped, None)
}

/// What the answer to a start repeats of it.
struct Wish {
    business_key: Option<SmolStr>,
    case_instance: Option<SmolStr>,
}

impl Wish {
    fn of(start: &StartInstance) -> Self {
        Self { business_key: start.business_key.clone(), case_instance: start.case_instance_id.clone() }
    }
}

/// `with_variables` wants the variables in the answer, and names the transient ones.
fn answer(
    req: &Req,
    definition: &ProcessDefinition,
    wish: Wish,
    stepped: Stepped,
    with_variables: Option<Vec<SmolStr>>,
) -> Reply {
    let Wish { business_key, case_instance } = wish;
    let Answer::Started { instance, ended, variables } = stepped.answer else {
        return Err(RestError::engine("the instance did not start"));
    };
    let id = stepped.state.text(instance);
    let href = format!("{}/process-instance/{id}", req.base());
    let key = stepped.state.instance(instance).map_or(business_key, |i| i.business_key.clone());
    let mut out = instance_dto(definition, &id, key.as_deref(), ended.is_some());
    out.insert("caseInstanceId".into(), json!(case_instance.as_deref()));
    out.insert("links".into(), json!([{"method": "GET", "href": href, "rel": "self"}]));
    if let Some(transient) = with_variables {
        let mut wire = wire_map(&variables);
        for name in &transient {
            wire[name.as_str()]["valueInfo"]["transient"] = json!(true);
        }
        out.insert("variables".into(), wire);
    }
    ok(out)
}

/// An instance in the shape of a start.
pub(crate) fn instance_dto(
    definition: &ProcessDefinition,
    id: &str,
    business_key: Option<&str>,
    ended: bool,
) -> Map<String, Json> {
    let out = json!({
        "links": [],
        "id": id,
        "definitionId": definition.id.as_str(),
        "definitionKey": definition.key.as_str(),
        "businessKey": business_key,
        "caseInstanceId": null,
        "ended": ended,
        "suspended": false,
        "tenantId": definition.tenant_id.as_deref(),
    });
    out.as_object().cloned().unwrap_or_default()
}

/// `{name: {type, value, valueInfo}}`.
pub(crate) fn wire_map(variables: &[(SmolStr, Value)]) -> Json {
    Json::Object(
        variables
            .iter()
            .map(|(name, value)| {
                let wire = to_wire(value, Deserialize::Yes);
                (name.to_string(), Json::Object(wire))
            })
            .collect(),
    )
}

pub(crate) fn skips(body: &Fields) -> RestResult<Skips> {
    Ok(Skips { listeners: body.boolean("skipCustomListeners")?, io_mappings: body.boolean("skipIoMappings")? })
}
