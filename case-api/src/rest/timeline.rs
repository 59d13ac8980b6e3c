//! `/api/v1/cases/{id}/timeline`: the case's own entries, newest first.

use super::access::case_for;
use super::error::store;
use crate::domain::case::Case;
use crate::domain::case::event::CaseEvent;
use crate::domain::person::Person;
use crate::state::CaseApiState;
use crate::views::timeline;
use axum::extract::{Path, State};
use casewright_access::Authenticated;
use casewright_instant::{Instant, rfc3339};
use casewright_journal::Aggregate;
use casewright_service::instant::InstantSchema;
use casewright_service::{Json, PageBody, PageParams, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Entries read at once.
const STRIDE: u64 = 200;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TimelineFilter {
    /// Kinds to show, separated by commas; all when absent.
    kinds: Option<String>,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimelineItem {
    /// Number of the entry within the case.
    id: String,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    at: Instant,
    actor: Person,
    /// `case-created`, `field-changed`, `stage-changed`, `comment-added`, `task-completed`, `mail-received`, ...
    kind: String,
    /// One sentence.
    summary: String,
    #[schema(value_type = Object)]
    data: Value,
}

/// The story of a case, newest first.
#[utoipa::path(get, path = "/api/v1/cases/{id}/timeline", tag = "cases", params(("id" = String, Path), TimelineFilter, PageParams),
    responses((status = 200, body = PageBody<TimelineItem>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    params: PageParams,
    casewright_service::Query(filter): casewright_service::Query<TimelineFilter>,
) -> Result<Json<PageBody<TimelineItem>>, Problem> {
    let (case, version) = case_for(&state, &subject, "read", &id).await?;
    let mut before = match params.cursor.as_deref() {
        None => version + 1,
        Some(cursor) => cursor.parse().map_err(|_| Problem::invalid_cursor())?,
    };
    let kinds: Option<Vec<&str>> = filter.kinds.as_deref().filter(|k| !k.is_empty()).map(|k| k.split(',').collect());
    let handle = state.tenant(&subject.tenant);
    let limit = usize::try_from(params.limit).unwrap_or(usize::MAX);
    let mut items = Vec::new();
    while before > 1 && items.len() < limit {
        let after = before.saturating_sub(STRIDE + 1);
        let count = usize::try_from(before - 1 - after).unwrap_or(usize::MAX);
        let entries = handle.entries(Case::KIND, &id, after, count).await.map_err(store)?;
        for entry in entries.iter().rev() {
            before = entry.meta.seq;
            let Some(event) = crate::views::entry::read::<CaseEvent>(entry) else {
                continue;
            };
            let is_wanted =
                kinds.as_ref().map_or_else(|| timeline::is_shown(&event), |kinds| kinds.contains(&event.fact.name()));
            if is_wanted {
                items.push(item(&case, entry.meta.seq, entry.meta.at.into(), event));
            }
            if items.len() == limit {
                break;
            }
        }
        if entries.is_empty() {
            break;
        }
    }
    let next_cursor = (before > 1).then(|| before.to_string());
    Ok(Json(PageBody { items, next_cursor, total: None }))
}

fn item(case: &Case, seq: u64, at: Instant, event: CaseEvent) -> TimelineItem {
    TimelineItem {
        id: seq.to_string(),
        at,
        kind: event.fact.name().to_owned(),
        summary: timeline::summary(&event),
        data: timeline::data(case, &event.fact),
        actor: event.by,
    }
}
