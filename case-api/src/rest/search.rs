//! `GET /api/v1/search`: everything that cases hold, found by what is in it.

use super::error::store;
use super::page::readable;
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use axum::extract::State;
use casewright_access::{Authenticated, Subject};
use casewright_contracts::CaseRowColumns;
use casewright_instant::{Instant, rfc3339};
use casewright_journal::{Causes, Filter, Query};
use casewright_search::excerpt::{Marker, Segment};
use casewright_search::{Found, Hit, Index, IndexError, Kind, Request};
use casewright_service::instant::InstantSchema;
use casewright_service::{Json, PageParams, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

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
    /// `priority:>50`, `label:`, `type:`, `field.x:`, `created:>2026-01-31`, `updated:`, `has:attachment`, `kind:mail`. At most 1,000 bytes.
    #[serde(default)]
    #[param(required = true)]
    q: String,
    /// `case`, `comment`, `mail`, `file`; several are separated by commas. All when absent.
    kind: Option<String>,
}

/// A page of what was found, the best first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchBody {
    items: Vec<SearchHit>,
    /// Null: that was all, or as far as one can page.
    next_cursor: Option<String>,
    /// Null: nobody can say, for the policy of this installation is asked of each single case.
    total: Option<u64>,
    /// Null as `total`.
    counts: Option<SearchCounts>,
    /// The index is being built: there may be more.
    is_catching_up: bool,
}

/// How many there are of each kind.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchCounts {
    case: u64,
    comment: u64,
    mail: u64,
    file: u64,
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchHit {
    /// `case`, `comment`, `mail` or `file`.
    kind: &'static str,
    /// Of the case, the comment, the mail; of the document of its case.
    id: String,
    case: FoundCase,
    /// Title, subject, name of the file. Empty: it has none.
    title: Vec<SearchSegment>,
    /// Where the words stand. Empty: not in the text.
    excerpt: Vec<SearchSegment>,
    /// Who it is from.
    from: Option<String>,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    at: Instant,
}

/// The case that something was found in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundCase {
    id: String,
    number: String,
    title: String,
    stage_name: String,
    status_name: String,
    /// `open`, `paused` or `closed`.
    status_kind: String,
}

/// A piece of a text. Plain, never markup.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchSegment {
    text: String,
    /// It is what was looked for.
    is_match: bool,
}

/// Finds cases, comments, mails and files of cases that the caller may see.
#[utoipa::path(get, path = "/api/v1/search", tag = "search", params(Wanted, PageParams),
    responses((status = 200, body = SearchBody), (status = 400, body = Problem), (status = 403, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn find(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
    casewright_service::Query(wanted): casewright_service::Query<Wanted>,
) -> Result<Json<SearchBody>, Problem> {
    let policy = state.access().list_filter(&subject, "read", "case").await?;
    let kinds = kinds(&state, &subject, wanted.kind.as_deref()).await?;
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
        policy,
        skip: skip(params.cursor.as_deref())?,
        limit: 0,
        time: TIME,
    };
    let limit = usize::try_from(params.limit).unwrap_or(DEEPEST);
    let is_catching_up = !state.search().is_caught_up();
    Ok(Json(SearchBody { is_catching_up, ..page(&state, &subject, index, request, limit).await? }))
}

/// Those of the wanted kinds that the caller may see.
async fn kinds(state: &CaseApiState, subject: &Subject, wanted: Option<&str>) -> Result<Vec<Kind>, Problem> {
    let unknown = || {
        let detail = "kind is one of case, comment, mail, file";
        Problem::bad_request("invalid-parameter", detail).with_error("?kind", "invalid-parameter", detail)
    };
    let mut kinds: Vec<Kind> = match wanted.filter(|kinds| !kinds.is_empty()) {
        Some(names) => names.split(',').map(Kind::named).collect::<Option<_>>().ok_or_else(unknown)?,
        None => Kind::ALL.to_vec(),
    };
    // What belongs to a case is seen as the case is, by those who may see such things at all.
    for (kind, name) in [(Kind::Mail, "mail"), (Kind::File, "file")] {
        if kinds.contains(&kind) && state.access().list_filter(subject, "read", name).await.is_err() {
            kinds.retain(|one| *one != kind);
        }
    }
    if kinds.is_empty() { Err(Problem::forbidden("You may not see what is of this kind.")) } else { Ok(kinds) }
}

fn skip(cursor: Option<&str>) -> Result<usize, Problem> {
    let Some(cursor) = cursor else {
        return Ok(0);
    };
    let skip = cursor.strip_prefix('r').and_then(|skip| skip.parse().ok());
    skip.filter(|skip| *skip <= DEEPEST).ok_or_else(Problem::invalid_cursor)
}

/// What was found is asked of the view of cases once more: it knows what happened since the index was written.
async fn page(
    state: &CaseApiState,
    subject: &Subject,
    index: Arc<dyn Index>,
    mut request: Request,
    limit: usize,
) -> Result<SearchBody, Problem> {
    let marker = Marker::new(&request.query);
    let mut items = Vec::new();
    let mut next = None;
    let mut hidden = [0; 4];
    let mut counted = None;
    request.limit = limit + 1;
    for _ in 0..ROUNDS {
        next = None;
        let Found { hits, counts, is_filtered } = ask(&index, &request).await?;
        counted = is_filtered.then_some(counts);
        let cases = visible(state, subject, &request.policy, &hits).await?;
        let was_all = hits.len() < request.limit;
        let mut used = 0;
        for hit in hits {
            if items.len() == limit {
                next = Some(request.skip + used);
                break;
            }
            used += 1;
            match cases.get(&hit.case) {
                Some(case) => items.push(shown(hit, case.clone(), &marker)),
                None => hidden[hit.kind.place()] += 1,
            }
        }
        if was_all || next.is_some() {
            break;
        }
        request.skip += used;
        next = Some(request.skip);
    }
    let counts = counted.map(|counts| {
        let of = |kind: Kind| counts[kind.place()].saturating_sub(hidden[kind.place()]);
        SearchCounts { case: of(Kind::Case), comment: of(Kind::Comment), mail: of(Kind::Mail), file: of(Kind::File) }
    });
    let total = counts.as_ref().map(|counts| counts.case + counts.comment + counts.mail + counts.file);
    let next_cursor = next.filter(|skip| *skip <= DEEPEST).map(|skip| format!("r{skip}"));
    Ok(SearchBody { items, next_cursor, total, counts, is_catching_up: false })
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

/// The cases of these that the caller may see now.
async fn visible(
    state: &CaseApiState,
    subject: &Subject,
    policy: &Filter,
    hits: &[Hit],
) -> Result<BTreeMap<String, FoundCase>, Problem> {
    let ids: BTreeSet<&str> = hits.iter().map(|hit| hit.case.as_str()).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let limit = ids.len() as u64;
    let wanted = Filter::In(CaseListRow::ID.into(), ids.into_iter().map(Value::from).collect());
    let mut query = Query::new(CaseListRow::VIEW, Filter::And(vec![policy.clone(), wanted]));
    query.limit = Some(limit);
    let page = state.tenant(&subject.tenant).query(&query).await.map_err(store)?;
    let rows = page.rows.iter().filter_map(|(id, row)| readable(CaseListRow::VIEW, id, CaseListRow::read(row)));
    let cases = rows.map(|row| FoundCase {
        id: row.shared.id,
        number: row.shared.number,
        title: row.shared.title,
        stage_name: row.stage_name,
        status_name: row.status_name,
        status_kind: row.status_kind,
    });
    Ok(cases.map(|case| (case.id.clone(), case)).collect())
}

fn shown(hit: Hit, case: FoundCase, marker: &Marker) -> SearchHit {
    let title = if hit.kind == Kind::Case { &case.title } else { &hit.title };
    let excerpt = marker.excerpt(&hit.text);
    // What a case's fields begin with says nothing; what a comment begins with does.
    let is_told = hit.kind != Kind::Case || excerpt.iter().any(|segment| segment.is_match);
    SearchHit {
        kind: hit.kind.as_str(),
        id: hit.id,
        title: segments(marker.whole(title)),
        excerpt: if is_told { segments(excerpt) } else { Vec::new() },
        from: hit.from.into_iter().next_back(),
        at: hit.at.into(),
        case,
    }
}

fn segments(segments: Vec<Segment>) -> Vec<SearchSegment> {
    segments.into_iter().map(|Segment { text, is_match }| SearchSegment { text, is_match }).collect()
}
