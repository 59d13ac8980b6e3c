//! `GET /api/v1/search`: everything that cases hold, records and people, found by what is in it.

mod body;
mod seen;

use crate::state::CaseApiState;
use axum::extract::State;
use body::{SearchBody, SearchCounts, shown};
use casewright_access::Authenticated;
use casewright_journal::Causes;
use casewright_search::excerpt::Marker;
use casewright_search::{Counts, Found, Index, IndexError, Kind, Request};
use casewright_service::{Json, PageParams, Problem};
use http::StatusCode;
use seen::Reader;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use utoipa::IntoParams;

/// How far one can page.
const DEEPEST: usize = 1_000;
/// How long a search may take.
const TIME: Duration = Duration::from_secs(2);
/// How often more is asked for when what was found is not one's to see.
const ROUNDS: usize = 10;

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wanted {
    /// Words, "phrases", `-` before what must not be, and qualifiers: `is:open`, `assignee:me`, `queue:`, `from:`, `stage:`, `status:`,
    /// `priority:>50`, `label:`, `type:`, `field.x:`, `created:>2026-01-31`, `updated:`, `has:attachment`, `kind:mail`. Whose a task
    /// is, and whether it is open, `assignee:` and `is:` ask the task. At most 1,000 bytes.
    #[serde(default)]
    #[param(required = true)]
    q: String,
    /// `case`, `comment`, `mail`, `file`, `task`, `record`, `person`; several are separated by commas. All when absent.
    kind: Option<String>,
}

/// Finds cases, comments, mails, files and tasks of cases that the caller may see, records and people.
#[utoipa::path(get, path = "/api/v1/search", tag = "search", params(Wanted, PageParams),
    responses((status = 200, body = SearchBody), (status = 400, body = Problem), (status = 403, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn find(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
    casewright_service::Query(wanted): casewright_service::Query<Wanted>,
) -> Result<Json<SearchBody>, Problem> {
    let reader = Reader::of(&state, &subject).await?;
    let kinds = reader.kinds(named(wanted.kind.as_deref())?).await?;
    let query = casewright_search::Query::read(&wanted.q).map_err(|fault| {
        let (code, position) = (fault.code.as_str(), fault.position);
        Problem::bad_request("invalid-query", &fault.detail)
            .with_error("?q", code, fault.detail)
            .with_details(json!({"position": position}))
    })?;
    let index = state.search().index().ok_or_else(not_ready)?;
    let request = Request {
        tenant: subject.tenant.clone(),
        query: Arc::new(query),
        me: subject.id.clone(),
        kinds,
        policies: reader.policies.clone(),
        skip: skip(params.cursor.as_deref())?,
        limit: 0,
        time: TIME,
    };
    let limit = usize::try_from(params.limit).unwrap_or(DEEPEST);
    let is_catching_up = !state.search().is_caught_up();
    Ok(Json(SearchBody { is_catching_up, ..page(&reader, index, request, limit).await? }))
}

/// The kinds that a parameter names; all when it is absent.
fn named(wanted: Option<&str>) -> Result<Vec<Kind>, Problem> {
    let unknown = || {
        let detail = "kind is one of case, comment, mail, file, task, record, person";
        Problem::bad_request("invalid-parameter", detail).with_error("?kind", "invalid-parameter", detail)
    };
    match wanted.filter(|kinds| !kinds.is_empty()) {
        Some(names) => names.split(',').map(Kind::named).collect::<Option<_>>().ok_or_else(unknown),
        None => Ok(Kind::ALL.to_vec()),
    }
}

fn skip(cursor: Option<&str>) -> Result<usize, Problem> {
    let Some(cursor) = cursor else {
        return Ok(0);
    };
    let skip = cursor.strip_prefix('r').and_then(|skip| skip.parse().ok());
    skip.filter(|skip| *skip <= DEEPEST).ok_or_else(Problem::invalid_cursor)
}

/// What was found is asked of the views once more: they know what happened since the index was written.
async fn page(
    reader: &Reader<'_>,
    index: Arc<dyn Index>,
    mut request: Request,
    limit: usize,
) -> Result<SearchBody, Problem> {
    let marker = Marker::new(&request.query);
    let mut items = Vec::new();
    let mut next = None;
    let mut hidden = Counts::default();
    let mut counted = None;
    request.limit = limit + 1;
    for _ in 0..ROUNDS {
        next = None;
        let Found { hits, counts, is_filtered } = ask(&index, &request).await?;
        counted = is_filtered.then_some(counts);
        let mut seen = reader.seen(&hits).await?;
        let was_all = hits.len() < request.limit;
        let mut used = 0;
        for (place, hit) in hits.into_iter().enumerate() {
            if items.len() == limit {
                next = Some(request.skip + used);
                break;
            }
            used += 1;
            match seen.remove(&place) {
                Some(seen) => items.push(shown(hit, seen, &marker)),
                None => hidden[hit.kind.place()] += 1,
            }
        }
        if was_all || next.is_some() {
            break;
        }
        request.skip += used;
        next = Some(request.skip);
    }
    let counts = counted.map(|mut counts| {
        counts.iter_mut().zip(hidden).for_each(|(count, hidden)| *count = count.saturating_sub(hidden));
        counts
    });
    let total = counts.map(|counts| counts.iter().sum());
    let next_cursor = next.filter(|skip| *skip <= DEEPEST).map(|skip| format!("r{skip}"));
    Ok(SearchBody { items, next_cursor, total, counts: counts.map(SearchCounts::of), is_catching_up: false })
}

async fn ask(index: &Arc<dyn Index>, request: &Request) -> Result<Found, Problem> {
    let (index, request) = (Arc::clone(index), request.clone());
    let found = tokio::task::spawn_blocking(move || index.search(&request)).await;
    match found {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(IndexError::TooLong)) => {
            let detail = "This search takes too long. Look for longer words, or for fewer.";
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "search-too-long", detail))
        }
        Ok(Err(error)) => {
            tracing::error!(error = %Causes(&error), "the search index cannot be read");
            Err(not_ready())
        }
        Err(error) => {
            tracing::error!(%error, "a search went wrong");
            Err(Problem::internal())
        }
    }
}

fn not_ready() -> Problem {
    let detail = "The search index is being opened. Try again in a moment.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "search-not-ready", detail).retry_after(2)
}
