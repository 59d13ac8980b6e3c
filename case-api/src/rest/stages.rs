//! `/api/v1/cases/{id}/stages`: how far a case has come, and what its next stages ask for.

use super::access::case_for;
use super::cases::resolve;
use super::lacks::LackBody;
use crate::domain::case::Case;
use crate::domain::case::decide::Move;
use crate::domain::definition::CaseDefinition;
use crate::domain::definition::model::{Stage, StageKind, StatusKind};
use crate::domain::definition::stage::WipLimit;
use crate::gate::stage_checks;
use crate::state::CaseApiState;
use axum::extract::{Path, State};
use casewright_access::Authenticated;
use casewright_instant::{Instant, optional_rfc3339};
use casewright_service::instant::InstantSchema;
use casewright_service::{Json, Problem};
use serde::Serialize;
use utoipa::ToSchema;

/// How far a case has come, by the version of the definition that it has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseStages {
    definition_version: u32,
    /// In the order of the definition.
    stages: Vec<StageBody>,
    milestones: Vec<MilestoneBody>,
}

/// A stage, seen from a case.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StageBody {
    id: String,
    name: String,
    kind: StageKind,
    state: StageState,
    /// The case goes on from here by itself.
    is_automatic: bool,
    wip_limit: Option<WipLimit>,
    /// What the caller would be told who moves the case there now; empty: nothing stands in the way. Of the stage where the case is,
    /// nothing is said.
    missing: Vec<LackBody>,
}

/// Where a stage is on the way of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StageState {
    /// The case was in it.
    Done,
    Current,
    /// It was passed over, or left undone.
    Skipped,
    Ahead,
}

/// A milestone, seen from a case.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MilestoneBody {
    id: String,
    name: String,
    /// Null: not yet.
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    reached_at: Option<Instant>,
}

/// How far a case has come: its stages with what each asks for before it is entered, and its milestones.
#[utoipa::path(get, path = "/api/v1/cases/{id}/stages", tag = "cases",
    params(("id" = String, Path, description = "Id or number")),
    responses((status = 200, body = CaseStages), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<CaseStages>, Problem> {
    let id = resolve(&state, &subject, id).await?;
    let (case, _) = case_for(&state, &subject, "read", &id).await?;
    let definition = state.cases(&subject.tenant).definition_of(&case).await?;
    let at = state.journal().clock().now();
    let mut stages = Vec::with_capacity(definition.stages.len());
    for to in &definition.stages {
        let mut missing = Vec::new();
        if to.id != case.stage.id {
            let checks = stage_checks(&state, &subject, &definition, Some(&to.id)).await?;
            let judged = Move { case: &case, definition: &definition, to, reason: None, at }.judge(&checks);
            missing = judged.lacks.iter().map(LackBody::from).collect();
        }
        stages.push(StageBody {
            id: to.id.clone(),
            name: to.name.clone(),
            kind: to.kind,
            state: state_of(&case, &definition, to),
            is_automatic: to.auto_advance,
            wip_limit: to.wip_limit,
            missing,
        });
    }
    let milestones = milestones(&case, &definition);
    Ok(Json(CaseStages { definition_version: definition.version, stages, milestones }))
}

fn state_of(case: &Case, definition: &CaseDefinition, stage: &Stage) -> StageState {
    let place = |id: &str| definition.stages.iter().position(|each| each.id == id);
    if stage.id == case.stage.id {
        // A case that is over is not in a stage any more.
        return if case.status.kind == StatusKind::Closed { StageState::Done } else { StageState::Current };
    }
    if case.progress.skipped.contains(&stage.id) {
        return StageState::Skipped;
    }
    let was_there = case.progress.visited.contains(&stage.id);
    let is_behind = definition.stage(&case.stage.id).is_none_or(|current| current.kind != StageKind::Primary)
        || place(&stage.id) < place(&case.stage.id);
    // Sent back, it has what comes after to do again.
    if was_there && (is_behind || stage.kind != StageKind::Primary) { StageState::Done } else { StageState::Ahead }
}

/// Those of the definition, and those that it had before.
fn milestones(case: &Case, definition: &CaseDefinition) -> Vec<MilestoneBody> {
    let reached = &case.progress.milestones;
    let of_now = definition.milestones.iter().map(|milestone| MilestoneBody {
        id: milestone.id.clone(),
        name: milestone.name.clone(),
        reached_at: reached.iter().find(|reached| reached.id == milestone.id).map(|reached| reached.at.into()),
    });
    let is_gone = |id: &str| definition.milestones.iter().all(|milestone| milestone.id != id);
    let of_before = reached.iter().filter(|reached| is_gone(&reached.id)).map(|reached| MilestoneBody {
        id: reached.id.clone(),
        name: reached.name.clone(),
        reached_at: Some(reached.at.into()),
    });
    of_now.chain(of_before).collect()
}
