//! Changes cases by a merge patch.

use super::CaseBody;
use super::{answer, resolve};
use crate::domain::case::Case;
use crate::domain::case::decide::{self, CasePatch, Closing, OnOpenWork};
use crate::domain::case::document::CaseDocument;
use crate::domain::definition::CaseDefinition;
use crate::domain::merge_patch::{present, present_instant};
use crate::domain::person::Requester;
use crate::gate::access::case_for;
use crate::gate::references::{Work, assignee, known_queue};
use crate::gate::stage_checks;
use crate::hierarchy;
use crate::repository::Command;
use crate::rest::attached::{Attached, places_of, settle};
use crate::rest::field_names;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use axum::response::Response;
use casewright_access::{Authenticated, Subject};
use casewright_instant::Instant;
use casewright_service::instant::InstantSchema;
use casewright_service::{IfMatch, Json, Problem, reserved};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A merge patch (RFC 7396): what is absent stays, null removes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PatchCase {
    title: Option<String>,
    #[schema(value_type = Option<Object>)]
    fields: Option<Map<String, Value>>,
    priority: Option<i32>,
    /// User id; `me` is the caller; null takes the assignee away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    assignee: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    queue: Option<Option<String>>,
    status: Option<String>,
    /// Why the status or the stage changes; only together with one of them. Opening a closed case again asks a person for it.
    reason: Option<String>,
    /// What becomes of open work when the change closes the case, or ends with the stage that it leaves; `refuse` when absent.
    /// See `POST .../close`.
    open_work: Option<OnOpenWork>,
    /// How a case that is closed ends: an id of its definition's `resolutions`, or free words where it lists none.
    resolution: Option<String>,
    stage: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Requester>)]
    requester: Option<Option<Requester>>,
    #[serde(default, deserialize_with = "present_instant")]
    #[schema(value_type = Option<InstantSchema>)]
    due_at: Option<Option<Instant>>,
    labels: Option<Vec<String>>,
    /// Only null: somebody has looked after the problem.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Object>)]
    problem: Option<Option<()>>,
}

/// Changes a case.
#[utoipa::path(patch, path = "/api/v1/cases/{id}", tag = "cases", request_body = PatchCase,
    params(("id" = String, Path, description = "Id or number"), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")),
    responses((status = 200, body = CaseBody), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn patch(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<PatchCase>,
) -> Result<Response, Problem> {
    let id = resolve(&state, &subject, id).await?;
    let (case, _) = case_for(&state, &subject, "update", &id).await?;
    reserved::refuse(body.fields.iter().flatten().map(|(name, _)| name.as_str()), "/fields")?;
    let cases = state.cases(&subject.tenant);
    let definition = cases.definition_of(&case).await?;
    known_queue(&state, &subject, &definition, body.queue.as_ref().and_then(Option::as_deref)).await?;
    let mut fields = body.fields;
    let documents = match &mut fields {
        Some(fields) => settle_fields(&state, &subject, &definition, &case, fields).await?,
        None => Vec::new(),
    };
    let closing = Closing {
        open_work: body.open_work.unwrap_or_default(),
        resolution: body.resolution,
        by_person: !subject.is_system(),
        ..Closing::default()
    };
    let closing = if definition.closes(body.status.as_deref()) {
        match hierarchy::with_children(&cases, &case, &definition, closing).await {
            Ok(closing) => closing,
            Err(error) => return Err(crate::rest::open_work::children(&state, &subject, error).await),
        }
    } else {
        closing
    };
    let checks = stage_checks(&state, &subject, &definition, body.stage.as_deref()).await?;
    let wanted = CasePatch {
        title: body.title,
        fields,
        documents,
        checks,
        priority: body.priority,
        assignee: match body.assignee {
            Some(Some(id)) => Some(Some(assignee(&state, &subject, &id, &Work::Case(&case)).await?)),
            Some(None) => Some(None),
            None => None,
        },
        queue: body.queue,
        status: body.status,
        reason: body.reason,
        closing,
        stage: body.stage,
        requester: body.requester,
        due_at: body.due_at,
        labels: body.labels,
        problem: body.problem.map(|_| ()),
    };
    let command = Command::by(person(&subject)).expecting(version);
    cases
        .command(&id, command, move |case, definition, by, at| decide::patch(case, definition, &wanted, by, at))
        .await?;
    let (case, version) = cases.case(&id).await?;
    answer(&state, &subject, StatusCode::OK, &case, version).await
}

/// Looks up whom and what the fields name, and gives the documents that their files are.
pub(crate) async fn settle_fields(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
    case: &Case,
    fields: &mut Map<String, Value>,
) -> Result<Vec<CaseDocument>, Problem> {
    field_names::settle(state, subject, definition, fields, Some(case)).await?;
    let places = places_of(definition, fields);
    let attached = Attached { base: "/fields", places, case: Some(case), known: Some(&case.fields) };
    settle(state, subject, fields, attached).await
}
