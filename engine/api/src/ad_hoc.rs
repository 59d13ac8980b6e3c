//! `/api/v1/process-instances/{id}/ad-hoc-subprocesses`: what people may start next in an ad-hoc subprocess
//! (BPMN 2.0.2, section 10.3.5).

use super::ApiState;
use super::support::{caller, problem};
use axum::extract::Path;
use casewright_access::{Authenticated, Resource};
use casewright_engine_core::compile::Graph;
use casewright_engine_core::entity::{ElementInstance, Phase, Waiting};
use casewright_engine_core::ids::{activity_instance_id, bare, parse};
use casewright_engine_core::{Command, NewVariable, State as InstanceState};
use casewright_engine_expr::value_from_json;
use casewright_service::{Json, Problem, reserved};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value as Any;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An ad-hoc subprocess that is being worked on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AdHocBody {
    /// Activity instance.
    id: String,
    element_id: String,
    element_name: Option<String>,
    /// One activity at a time.
    is_sequential: bool,
    /// What may be started now; nothing while a sequential one is busy, or when it only waits for what still runs.
    activities: Vec<StartableBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartableBody {
    element_id: String,
    element_name: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct StartActivities {
    /// Ids of elements inside that have no incoming flow, in the order in which they start.
    activities: Vec<String>,
    /// Set as seen from the subprocess before anything starts.
    #[serde(default)]
    variables: BTreeMap<String, Any>,
}

/// Ad-hoc subprocesses of a running instance, with what may be started in them.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/ad-hoc-subprocesses", tag = "process-instances",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<AdHocBody>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn list(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<Vec<AdHocBody>>, Problem> {
    state.allowed_instance(&subject, "read", &id).await?;
    let instance = state.engine.instances().state_of(&id).await.map_err(|error| problem(&error))?;
    // An instance that has ended has none.
    let Some((instance, own)) = instance.and_then(|instance| instance.local(&id).map(|own| (instance, own))) else {
        return Ok(Json(Vec::new()));
    };
    let mut open = Vec::new();
    let is_alive =
        |element: &&ElementInstance| element.activity.place.instance == own && element.phase == Phase::Active;
    for element in instance.elements().filter(is_alive) {
        let definition = &element.activity.place.definition.id;
        let graph = state.engine.registry().graph(definition).await.map_err(|error| problem(&error))?;
        open.extend(graph.and_then(|graph| ad_hoc(&graph, &instance, element)));
    }
    Ok(Json(open))
}

/// Starts activities in an ad-hoc subprocess. 204; 400 when it has no such activity or may not start it now.
#[utoipa::path(post, path = "/api/v1/process-instances/{id}/ad-hoc-subprocesses/{subprocess}/activities", tag = "process-instances",
    params(("id" = String, Path), ("subprocess" = String, Path, description = "Activity instance of the ad-hoc subprocess")),
    request_body = StartActivities,
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn start(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path((id, subprocess)): Path<(String, String)>,
    Json(wanted): Json<StartActivities>,
) -> Result<StatusCode, Problem> {
    let missing = || Problem::not_found("There is no such ad-hoc subprocess, or it has ended.");
    let resource = Resource::new("process-instance", &id);
    state.allow_of_instance(&subject, "activate", resource, &id, missing).await?;
    reserved::refuse(wanted.variables.keys().map(String::as_str), "/variables")?;
    let instance =
        state.engine.instances().state_of(&id).await.map_err(|error| problem(&error))?.ok_or_else(missing)?;
    let (_, element) = parse(bare(&subprocess)).ok_or_else(missing)?;
    let is_inside =
        instance.element(element).is_some_and(|element| Some(element.activity.place.instance) == instance.local(&id));
    if !is_inside || instance.local(bare(&subprocess)) != Some(element) {
        return Err(missing());
    }
    let variables =
        wanted.variables.into_iter().map(|(name, value)| NewVariable::new(name, value_from_json(&value))).collect();
    let command = Command::StartAdHocActivities {
        element,
        activities: wanted.activities.into_iter().map(SmolStr::from).collect(),
        variables,
    };
    state.engine.instances().step(&id, &caller(&subject), command).await.map_err(|error| problem(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

fn ad_hoc(graph: &Graph, instance: &InstanceState, element: &ElementInstance) -> Option<AdHocBody> {
    let place = &element.activity.place;
    let ad_hoc = graph.ad_hoc(element.position)?;
    let is_busy = ad_hoc.is_sequential && instance.children(element.id).next().is_some();
    let is_ending = element.waiting == Some(Waiting::Remaining);
    let activities = graph
        .startable_in(element.node()?)
        .filter(|_| !is_busy && !is_ending)
        .map(|node| StartableBody {
            element_id: graph.node(node).id.to_string(),
            element_name: graph.node(node).name.clone(),
        })
        .collect();
    Some(AdHocBody {
        id: activity_instance_id(place.spelled(), &instance.text(element.id)).to_string(),
        element_id: place.activity_id.to_string(),
        element_name: element.activity.activity_name.as_deref().map(str::to_owned),
        is_sequential: ad_hoc.is_sequential,
        activities,
    })
}
