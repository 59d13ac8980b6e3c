//! `/api/v1/cases/{id}/playbook`: what there is to do in the stage of a case, and what of it is done.

use super::access::case_for;
use crate::domain::case::Case;
use crate::domain::case::ad_hoc_task::Tick;
use crate::domain::case::decide;
use crate::domain::definition::CaseDefinition;
use crate::domain::definition::playbook::missing_playbook_items;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use casewright_access::Authenticated;
use casewright_service::{Json, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The playbook of the stage that a case is in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlaybookBody {
    /// Id of the stage.
    stage: String,
    items: Vec<PlaybookItemBody>,
    /// Ids of what is required and not done.
    missing: Vec<String>,
}

/// One thing to do, and whether it is done.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlaybookItemBody {
    id: String,
    title: String,
    guidance: String,
    required: bool,
    /// Null: it is still to be done.
    done: Option<Tick>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TickPlaybook {
    is_done: bool,
}

/// What there is to do in the stage that the case is in.
#[utoipa::path(get, path = "/api/v1/cases/{id}/playbook", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = PlaybookBody), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<PlaybookBody>, Problem> {
    let (case, _) = case_for(&state, &subject, "read", &id).await?;
    let definition = state.cases(&subject.tenant).definition_of(&case).await?;
    Ok(Json(body(&case, &definition)))
}

/// Ticks something of the playbook of a stage, or takes the tick away.
#[utoipa::path(put, path = "/api/v1/cases/{id}/playbook/{stage}/{item}", tag = "cases", request_body = TickPlaybook,
    params(("id" = String, Path), ("stage" = String, Path), ("item" = String, Path)),
    responses((status = 200, body = PlaybookBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn tick(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, stage, item)): Path<(String, String, String)>,
    Json(wish): Json<TickPlaybook>,
) -> Result<Json<PlaybookBody>, Problem> {
    case_for(&state, &subject, "update", &id).await?;
    let cases = state.cases(&subject.tenant);
    cases
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::tick_playbook(case, definition, (&stage, &item), wish.is_done, by, at)
        })
        .await?;
    let (case, _) = cases.case(&id).await?;
    let definition = cases.definition_of(&case).await?;
    Ok(Json(body(&case, &definition)))
}

fn body(case: &Case, definition: &CaseDefinition) -> PlaybookBody {
    let (items, ticks) = (definition.playbook_of(&case.stage.id), case.playbook.get(&case.stage.id));
    let missing = missing_playbook_items(items, ticks).into_iter().map(|item| item.id.clone()).collect();
    let items = items.iter().map(|item| PlaybookItemBody {
        id: item.id.clone(),
        title: item.title.clone(),
        guidance: item.guidance.clone(),
        required: item.required,
        done: ticks.and_then(|ticks| ticks.get(&item.id)).cloned(),
    });
    PlaybookBody { stage: case.stage.id.clone(), items: items.collect(), missing }
}
