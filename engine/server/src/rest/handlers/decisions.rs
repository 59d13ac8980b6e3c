//! `/decision-definition` and `/decision-requirements-definition`.

use super::events::Given;
use crate::records::{Record, RecordEvent, key};
use crate::registry::{DecisionDefinition, DecisionRequirements, RegistryState};
use crate::rest::error::{RestError, RestResult};
use crate::rest::query::shape::shape;
use crate::rest::request::{Reply, Req, no_content, ok};
use crate::rest::resources::decision;
use crate::rest::typed::{Deserialize, to_wire, values_from_wire};
use crate::views;
use casewright_engine_value::{DecisionBinding, Evaluator};
use casewright_journal::{CommandContext, DecideContext, Decision};
use http::StatusCode;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use uuid::Uuid;

fn tenant_words(tenant: Option<&str>) -> String {
    tenant.map_or_else(|| "no tenant-id".to_owned(), |tenant| format!("tenant-id: {tenant}"))
}

fn find(req: &Req) -> RestResult<Arc<DecisionDefinition>> {
    let state = req.engine.catalog().state();
    if !req.has_path("key") {
        let id = req.id();
        return state.decisions.get(id).map(Arc::clone).ok_or_else(|| {
            RestError::new(
                StatusCode::NOT_FOUND,
                "InvalidRequestException",
                format!("No matching decision definition with id {id}"),
                None,
            )
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

/// `GET /decision-definition/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    let found = find(&req)?;
    ok(shape(decision::FIELDS, &views::decision_row(&found)))
}

fn resource(state: &RegistryState, deployment: &str, name: &str) -> String {
    state
        .deployments
        .get(deployment)
        .and_then(|deployment| deployment.resource(name))
        .map(|resource| String::from_utf8_lossy(&resource.content.0).into_owned())
        .unwrap_or_default()
}

/// `GET /decision-definition/{id}/xml`.
pub(crate) async fn xml(req: Req) -> Reply {
    let found = find(&req)?;
    let state = req.engine.catalog().state();
    let xml = resource(&state, &found.deployment_id, &found.resource);
    ok(json!({"id": found.id.as_str(), "dmnXml": xml}))
}

/// `GET /decision-definition/{id}/diagram`: there is none.
pub(crate) async fn diagram(req: Req) -> Reply {
    find(&req)?;
    no_content()
}

/// `POST /decision-definition/{id}/evaluate`.
pub(crate) async fn evaluate(req: Req) -> Reply {
    let body = req.json()?;
    let found = find(&req)?;
    let variables = values_from_wire(body.get("variables"))
        .map_err(|error| error.as_kind(StatusCode::BAD_REQUEST, "RestException"))?;
    let mut scope = Given { variables, now: req.engine.now() };
    let outcome = req
        .engine
        .inner
        .expressions
        .decide(&found.key, &DecisionBinding::Version(found.version), found.tenant_id.as_deref(), &mut scope)
        .map_err(|error| RestError::rest_500(format!("Cannot evaluate decision {}: {error}", found.id)))?;
    log(&req, &found, outcome.trace.clone()).await?;
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

/// An evaluation leaves its line in history.
async fn log(req: &Req, decision: &DecisionDefinition, trace: Option<Json>) -> RestResult<()> {
    let id = Uuid::new_v4().to_string();
    let document = json!({
        "decision": decision.id.as_str(),
        "tenantId": decision.tenant_id.as_deref(),
        "userId": req.caller.user.as_deref(),
        "trace": trace,
    });
    let document = document.as_object().cloned().unwrap_or_default();
    req.engine
        .journal()
        .execute_new::<Record, _, (), _>(
            &key(views::HISTORY_DECISION, &id),
            CommandContext::default(),
            move |_: &Record, _: &DecideContext| {
                Ok(Decision {
                    events: vec![RecordEvent::RecordPut {
                        view: views::HISTORY_DECISION.to_owned(),
                        document: document.clone(),
                    }],
                    answer: (),
                })
            },
        )
        .await
        .map(drop)
        .map_err(|error| crate::engine::journal_error(&error))
}

fn find_requirements(req: &Req) -> RestResult<Arc<DecisionRequirements>> {
    let state = req.engine.catalog().state();
    if !req.has_path("key") {
        let id = req.id();
        return state
            .requirements
            .get(id)
            .map(Arc::clone)
            .ok_or_else(|| RestError::not_found(format!("No matching decision requirements definition with id {id}")));
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
    let found = find_requirements(&req)?;
    let row = views::requirements_row(&found);
    ok(shape(decision::REQUIREMENTS_FIELDS, &row))
}

/// `GET /decision-requirements-definition/{id}/xml`.
pub(crate) async fn requirements_xml(req: Req) -> Reply {
    let found = find_requirements(&req)?;
    let state = req.engine.catalog().state();
    let xml = resource(&state, &found.deployment_id, &found.resource);
    ok(json!({"id": found.id.as_str(), "dmnXml": xml}))
}

/// `GET /decision-requirements-definition/{id}/diagram`: there is none.
pub(crate) async fn requirements_diagram(req: Req) -> Reply {
    find_requirements(&req)?;
    no_content()
}
