//! `/api/v1/process-instances/{id}/at/{seq}`: an instance as it was after any entry of its log.

use super::ApiState;
use super::instances::VariableBody;
use axum::extract::Path;
use casewright_access::{Authenticated, Resource, store_problem};
use casewright_engine_core::ids::root_of;
use casewright_engine_views::aggregate::InstanceAggregate;
use casewright_engine_views::plain;
use casewright_service::{Json, Problem};
use serde::Serialize;
use utoipa::ToSchema;

/// A token: an element instance that was there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenBody {
    process_instance_id: String,
    element_id: String,
    element_name: Option<String>,
    #[serde(rename = "type")]
    kind: String,
}

/// A call hierarchy shares one log, so the state of the root and of what it called is that of the same moment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PastBody {
    id: String,
    /// Entry of the log of the root process instance, from 1.
    seq: u64,
    is_ended: bool,
    tokens: Vec<TokenBody>,
    /// Of the instance's own scope.
    variables: Vec<VariableBody>,
}

/// The state after entry `seq`.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/at/{seq}", tag = "process-instances",
    params(("id" = String, Path), ("seq" = u64, Path, description = "Entry of the log of the root instance, from 1")),
    responses((status = 200, body = PastBody), (status = 404, body = Problem)))]
pub(crate) async fn read(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path((id, seq)): Path<(String, u64)>,
) -> Result<Json<PastBody>, Problem> {
    let missing = || Problem::not_found("There is no such process instance, or it had no such entry.");
    let resource = Resource::new("process-instance", &id);
    state.allow_of_instance(&subject, "read", resource, &id, missing).await?;
    let root = root_of(&id).ok_or_else(missing)?;
    let journal = state.engine.journal();
    let past = journal.load_at::<InstanceAggregate>(&root, seq).await.map_err(|error| store_problem(&error))?;
    let past = past.ok_or_else(missing)?.state;
    let own = past.local(&id).ok_or_else(missing)?;
    let tokens = past
        .elements()
        .filter(|element| element.id != element.activity.place.instance)
        .map(|element| TokenBody {
            process_instance_id: past.text(element.activity.place.instance).to_string(),
            element_id: element.activity.place.activity_id.to_string(),
            element_name: element.activity.activity_name.as_deref().map(str::to_owned),
            kind: element.activity.activity_type.to_string(),
        })
        .collect();
    let mut variables: Vec<VariableBody> = past
        .local_variables(own)
        .into_iter()
        .flat_map(|variables| variables.values())
        .map(|variable| VariableBody {
            name: variable.name.to_string(),
            kind: variable.value.type_name().to_owned(),
            value: plain(&variable.value),
        })
        .collect();
    variables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Json(PastBody { id, seq, is_ended: past.is_ended(), tokens, variables }))
}
