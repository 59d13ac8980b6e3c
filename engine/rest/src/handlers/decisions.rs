//! `/decision-definition` and `/decision-requirements-definition`.

use crate::error::{RestError, RestResult};
use crate::query::shape::shape;
use crate::request::{Reply, Req, download, no_content, ok};
use crate::resources::decision;
use crate::typed::{Deserialize, to_wire, values_from_wire};
use crate::words::evaluator;
use casewright_engine_runtime::registry::deploy;
use casewright_engine_value::{DecisionBinding, Detached, Evaluator};
use casewright_engine_views as views;
use casewright_engine_views::aggregate::{DecisionDefinition, DecisionRequirements, RegistryState};
use http::StatusCode;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

fn tenant_words(tenant: Option<&str>) -> String {
    tenant.map_or_else(|| "no tenant-id".to_owned(), |tenant| format!("tenant-id: {tenant}"))
}

/// `unknown_id` makes the error of the operation; for an unknown key it is always the same.
fn find(req: &Req, unknown_id: fn(String) -> RestError) -> RestResult<Arc<DecisionDefinition>> {
    let state = req.engine.catalog().state();
    if !req.has_path("key") {
        let id = req.id();
        return state.decisions.get(id).map(Arc::clone).ok_or_else(|| {
            unknown_id(format!("no deployed decision definition found with id '{id}': decisionDefinition is null"))
        });
    }
    let key = req.path("key");
    let tenant = req.has_path("tenantId").then(|| req.path("tenantId"));
    state.latest_decision(key, tenant).map(Arc::clone).ok_or_else(|| {
        RestError::rest_not_found(format!(
            "No matching decision definition with key: {key} and {}",
            tenant_words(tenant)
        ))
    })
}

fn not_found(message: String) -> RestError {
    RestError::new(StatusCode::NOT_FOUND, "InvalidRequestException", message, Some(0))
}

fn bad_request(message: String) -> RestError {
    not_found(message).with_kind(StatusCode::BAD_REQUEST, "InvalidRequestException")
}

/// `GET /decision-definition/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    let found = find(&req, not_found)?;
    ok(shape(decision::FIELDS, &views::decision_row(&found).into_document()))
}

fn resource(state: &RegistryState, deployment: &str, name: &str) -> String {
    state
        .deployments
        .get(deployment)
        .and_then(|deployment| deployment.resource(name))
        .map(|resource| resource.text())
        .unwrap_or_default()
}

/// `PUT /decision-definition/{id}/history-time-to-live`.
pub(crate) async fn time_to_live(req: Req) -> Reply {
    let definition = find(&req, not_found)?;
    let days = req.json()?.history_time_to_live()?;
    req.engine.definitions().set_decision_time_to_live(&req.caller, &definition.id, days).await?;
    no_content()
}

/// `GET /decision-definition/{id}/xml`.
pub(crate) async fn xml(req: Req) -> Reply {
    let found = find(&req, not_found)?;
    let state = req.engine.catalog().state();
    let xml = resource(&state, &found.deployment_id, &found.resource);
    ok(json!({"id": found.id.as_str(), "dmnXml": xml}))
}

/// `GET /decision-definition/{id}/diagram`: a picture deployed beside the file.
pub(crate) async fn diagram(req: Req) -> Reply {
    let found = find(&req, |message| not_found(message).with_kind(StatusCode::BAD_REQUEST, "NotFoundException"))?;
    picture(&req, &found.deployment_id, &found.resource, &found.key)
}

fn picture(req: &Req, deployment: &str, resource: &str, key: &str) -> Reply {
    let state = req.engine.catalog().state();
    let Some(deployment) = state.deployments.get(deployment) else {
        return no_content();
    };
    let Some(found) = deploy::diagram(deployment, resource, key).and_then(|name| deployment.resource(&name)) else {
        return no_content();
    };
    let short = found.name.rsplit('/').next().unwrap_or(&found.name);
    download(found.content.0.to_vec(), super::deployments::media_type(short), Some(short))
}

/// `POST /decision-definition/{id}/evaluate`.
pub(crate) async fn evaluate(req: Req) -> Reply {
    let body = req.json()?;
    let found = find(&req, not_found).map_err(|error| match error.code {
        Some(_) => error.wrap(&format!("Cannot evaluate decision {}: ", req.id())),
        None => error,
    })?;
    let variables = values_from_wire(body.get("variables"))
        .map_err(|error| error.with_kind(StatusCode::BAD_REQUEST, "RestException"))?;
    let mut scope = Detached::with(variables, req.engine.now());
    let decision = Arc::clone(&found);
    let deciding = req.engine.aside(move |engine| {
        let binding = DecisionBinding::Version(decision.version);
        engine.expressions().decide(&decision.key, &binding, decision.tenant_id.as_deref(), &mut scope)
    });
    let outcome = deciding.await?.map_err(|error| {
        RestError::rest_500(format!("Cannot evaluate decision {}: {}", found.id, evaluator(&error)))
    })?;
    req.engine.history().log_evaluation(&req.caller, &found, outcome.trace.clone()).await?;
    let rules: Vec<Json> = outcome
        .rules
        .iter()
        .map(|rule| {
            let outputs: Map<String, Json> = rule
                .iter()
                .map(|(name, value)| {
                    let wire = to_wire(value, Deserialize::Yes);
                    (name.to_string(), Json::Object(wire))
                })
                .collect();
            Json::Object(outputs)
        })
        .collect();
    ok(rules)
}

fn find_requirements(req: &Req, unknown_id: fn(String) -> RestError) -> RestResult<Arc<DecisionRequirements>> {
    let state = req.engine.catalog().state();
    if !req.has_path("key") {
        let id = req.id();
        return state
            .requirements
            .get(id)
            .map(Arc::clone)
            .ok_or_else(|| {
                unknown_id(format!(
                    "no deployed decision requirements definition found with id '{id}': decisionRequirementsDefinition is null"
                ))
            });
    }
    let key = req.path("key");
    let tenant = req.has_path("tenantId").then(|| req.path("tenantId"));
    state.latest_requirements(key, tenant).map(Arc::clone).ok_or_else(|| {
        RestError::rest_not_found(format!(
            "No matching decision requirements definition with key: {key} and {}",
            tenant_words(tenant)
        ))
    })
}

/// `GET /decision-requirements-definition/{id}`.
pub(crate) async fn requirements(req: Req) -> Reply {
    let found = find_requirements(&req, bad_request)?;
    let row = views::requirements_row(&found).into_document();
    ok(shape(decision::REQUIREMENTS_FIELDS, &row))
}

/// `GET /decision-requirements-definition/{id}/xml`.
pub(crate) async fn requirements_xml(req: Req) -> Reply {
    let found = find_requirements(&req, bad_request)?;
    let state = req.engine.catalog().state();
    let xml = resource(&state, &found.deployment_id, &found.resource);
    ok(json!({"id": found.id.as_str(), "dmnXml": xml}))
}

/// `GET /decision-requirements-definition/{id}/diagram`: a picture deployed beside the file.
pub(crate) async fn requirements_diagram(req: Req) -> Reply {
    let found = find_requirements(&req, RestError::not_valid)?;
    picture(&req, &found.deployment_id, &found.resource, &found.key)
}
