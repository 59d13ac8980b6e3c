//! `/api/v1/process-instances/{id}/migration`: an instance goes on by another version of its definition.

mod faults;

use super::ApiState;
use super::life::{SkipsBody, running};
use super::support::{caller, eq, problem, required, text};
use axum::extract::{Path, Query as UrlQuery};
use casewright_access::Authenticated;
use casewright_engine_core::Graph;
use casewright_engine_core::migration::{MappedActivity, Plan, check, generate};
use casewright_engine_model::model::NodeIndex;
use casewright_engine_views::{self as views, ExecutionRow, PastInstanceRow, PlaceRowColumns as _};
use casewright_journal::{Filter, Query};
use casewright_service::{Json, Problem};
use faults::{fault, plan_problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct Target {
    /// Definition to go on by; the newest version where it is not given.
    to: Option<String>,
}

/// An element that instances can be in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MappableBody {
    /// As plans name it; `x#multiInstanceBody` is the body around `x`.
    id: String,
    name: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    /// How many of the instance are there now.
    active: u64,
}

/// What goes on as what.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MappingBody {
    source: String,
    target: String,
    /// What waits in store (a timer, a message) is made anew from the target, instead of being kept as it is.
    #[serde(default)]
    update_event_trigger: bool,
}

/// A plan that the engine proposes, and what it is chosen from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProposalBody {
    from: String,
    to: String,
    /// What is the same in both.
    mapping: Vec<MappingBody>,
    /// Elements of the version that the instance runs by.
    sources: Vec<MappableBody>,
    /// Elements of the version to go on by.
    targets: Vec<MappableBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Migration {
    /// Definition to go on by.
    to: String,
    mapping: Vec<MappingBody>,
    #[serde(flatten)]
    skips: SkipsBody,
}

/// What of an instance would go on as what in another version.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/migration", tag = "process-instances",
    params(("id" = String, Path), Target),
    responses((status = 200, body = ProposalBody), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn propose(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    UrlQuery(Target { to }): UrlQuery<Target>,
) -> Result<Json<ProposalBody>, Problem> {
    let row = state.allowed_instance(&subject, "read", &id).await?;
    let from = required(&row, PastInstanceRow::PROCESS_DEFINITION_ID);
    let to = to.unwrap_or_else(|| state.newest_of(&from));
    state.allow(&subject, "read", "process-definition", &to).await?;
    let (source, target) = (state.graph(&from).await?, state.graph(&to).await?);
    let active = state.active(&id).await?;
    let mapping = generate(&source, &target, false).into_iter().map(|mapped| MappingBody {
        source: mapped.source.to_string(),
        target: mapped.target.to_string(),
        update_event_trigger: mapped.update_event_trigger,
    });
    Ok(Json(ProposalBody {
        mapping: mapping.collect(),
        sources: mappable(&source, &active),
        targets: mappable(&target, &BTreeMap::new()),
        from,
        to,
    }))
}

/// Has an instance go on by another version. 204; refused, nothing has changed.
#[utoipa::path(post, path = "/api/v1/process-instances/{id}/migration", tag = "process-instances",
    params(("id" = String, Path)), request_body = Migration,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn migrate(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(wanted): Json<Migration>,
) -> Result<StatusCode, Problem> {
    let row = state.allowed_instance(&subject, "migrate", &id).await?;
    running(&row)?;
    state.allow(&subject, "read", "process-definition", &wanted.to).await?;
    let plan = Plan {
        source: SmolStr::new(required(&row, PastInstanceRow::PROCESS_DEFINITION_ID)),
        target: SmolStr::new(wanted.to),
        activities: wanted.mapping.into_iter().map(mapped).collect(),
        variables: Vec::new(),
    };
    let (source, target) = (state.graph(&plan.source).await?, state.graph(&plan.target).await?);
    let report = check(&plan, &source, &target);
    if !report.is_empty() {
        return Err(plan_problem(&plan, &report));
    }
    let done = state.engine.instances().migrate(&caller(&subject), &plan, wanted.skips.into(), &id).await;
    done.map_err(|error| fault(&plan, &error).unwrap_or_else(|| problem(&error)))?;
    Ok(StatusCode::NO_CONTENT)
}

fn mapped(body: MappingBody) -> MappedActivity {
    MappedActivity {
        source: SmolStr::new(body.source),
        target: SmolStr::new(body.target),
        update_event_trigger: body.update_event_trigger,
    }
}

/// The elements of a version that can be in a plan, in the order of the file.
fn mappable(graph: &Graph, active: &BTreeMap<String, u64>) -> Vec<MappableBody> {
    let mut all = Vec::new();
    for index in (0_u32..).map(NodeIndex).take(graph.process.nodes.len()) {
        let node = graph.node(index);
        let mut element = |id: &str, kind: &str| {
            all.push(MappableBody {
                id: id.to_owned(),
                name: node.name.clone(),
                kind: kind.to_owned(),
                active: active.get(id).copied().unwrap_or_default(),
            });
        };
        if node.loop_characteristics.is_some() {
            element(graph.body_id(index), "multiInstanceBody");
        }
        element(&node.id, graph.activity_type(index));
    }
    all
}

impl ApiState {
    async fn graph(&self, definition: &str) -> Result<Arc<Graph>, Problem> {
        let graph = self.engine.registry().graph(definition).await.map_err(|error| problem(&error))?;
        graph.ok_or_else(|| Problem::not_found("There is no such process definition."))
    }

    /// The newest version of a definition; itself where it is no more deployed.
    fn newest_of(&self, definition: &str) -> String {
        let state = self.engine.catalog().state();
        let Some(own) = state.processes.get(definition) else {
            return definition.to_owned();
        };
        let versions = state.processes.values().filter(|each| each.key == own.key && each.tenant_id == own.tenant_id);
        versions.max_by_key(|each| each.version).map_or_else(|| definition.to_owned(), |newest| newest.id.to_string())
    }

    /// Where tokens of the instance are, those that have not entered yet among them.
    async fn active(&self, id: &str) -> Result<BTreeMap<String, u64>, Problem> {
        let at_an_element = Filter::NotNull(ExecutionRow::ACTIVITY_ID.into());
        let of_instance = Filter::And(vec![eq(ExecutionRow::PROCESS_INSTANCE_ID, id), at_an_element]);
        let mut active = BTreeMap::new();
        for (_, row) in self.rows(&Query::new(views::EXECUTION, of_instance)).await? {
            if let Some(element) = text(&row, ExecutionRow::ACTIVITY_ID) {
                *active.entry(element).or_default() += 1;
            }
        }
        Ok(active)
    }
}
