//! `/api/v1/cases`

mod body;
pub(crate) mod create;
mod csv_text;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod patch;
pub(crate) mod statistics;

pub(crate) use body::{CaseBody, ProcessBody};

use super::access::case_for;
use super::error::store;
use crate::domain::case::Case;
use crate::state::CaseApiState;
use crate::working_time::WorkingTimes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Subject};
use casewright_contracts::CaseRow;
use casewright_journal::{Filter, Query};
use casewright_service::{Json, Problem, etag};
use http::{StatusCode, header};
use serde_json::Value;
use uuid::Uuid;

/// Reads a case, by id or by number.
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "cases", params(("id" = String, Path, description = "Id or number")),
    responses((status = 200, body = CaseBody), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = resolve(&state, &subject, id).await?;
    let (case, version) = case_for(&state, &subject, "read", &id).await?;
    answer(&state, &subject, StatusCode::OK, &case, version).await
}

/// The id of a case named by its number; what is not a number is an id.
pub(crate) async fn resolve(state: &CaseApiState, subject: &Subject, id: String) -> Result<String, Problem> {
    if Uuid::parse_str(&id).is_ok() {
        return Ok(id);
    }
    let mut query = Query::new(CaseRow::VIEW, Filter::Eq(CaseRow::NUMBER.into(), Value::from(id.as_str())));
    query.limit = Some(1);
    let page = state.tenant(&subject.tenant).query(&query).await.map_err(store)?;
    Ok(page.rows.into_iter().next().map_or(id, |(id, _)| id.to_string()))
}

/// The case as its body, with the working time that its clocks have left.
pub(crate) async fn answer(
    state: &CaseApiState,
    subject: &Subject,
    status: StatusCode,
    case: &Case,
    version: u64,
) -> Result<Response, Problem> {
    let times = WorkingTimes::of(&state.tenant(&subject.tenant), case.clocks.iter()).await.map_err(store)?;
    let body = CaseBody::of(case, version, state.journal().clock().now(), &times);
    Ok((status, [(header::ETAG, etag(version))], Json(body)).into_response())
}
