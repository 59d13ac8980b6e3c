//! `/api/v1/dead-letters`: entries that a consumer of the bus could not handle, for who looks after the platform. The bus knows no
//! HTTP, and no room knows the others' consumers: this is where they come together.

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::StatusCode;
use casewright_access::{Access, Authenticated, PRIVATE_KINDS, Resource, Subject, store_problem};
use casewright_bus::dead_letter::{self, DeadLetterRow, VIEW};
use casewright_bus::{Bus, BusError};
use casewright_journal::{Causes, Cursor, Filter, Journal, Query, Sort};
use casewright_service::{Json, MOST_COUNTED, PageBody, PageParams, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::{IntoParams, OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What policies know it by.
const KIND: &str = "dead-letter";
/// Entries that one request tries again.
const MOST: u64 = 200;
/// Characters of a reason.
const MAX_REASON: usize = 1_000;

#[derive(OpenApi)]
#[openapi(info(title = "Casewright dead letters", version = "1"), tags((name = "dead-letters")))]
struct Document;

#[derive(Clone)]
struct Letters {
    journal: Journal,
    access: Access,
    bus: Arc<dyn Bus>,
}

impl FromRef<Letters> for Access {
    fn from_ref(state: &Letters) -> Self {
        state.access.clone()
    }
}

/// The routes, and their part of the OpenAPI document.
pub(super) fn router(journal: Journal, access: Access, bus: Arc<dyn Bus>) -> (Router, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(list))
        .routes(routes!(retry_all))
        .routes(routes!(read))
        .routes(routes!(retry))
        .routes(routes!(discard))
        .with_state(Letters { journal, access, bus })
        .split_for_parts()
}

/// An entry that was given up, and why.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeadLetterBody {
    id: String,
    /// Who could not handle it.
    consumer: String,
    /// Kind of what the entry is of.
    kind: String,
    aggregate_id: String,
    /// Which entry of its log it is, from 1.
    seq: u64,
    event: String,
    attempts: u32,
    error: String,
    #[schema(value_type = String, format = DateTime)]
    parked_at: String,
}

/// A dead letter with the entry itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeadLetterDetail {
    #[serde(flatten)]
    letter: DeadLetterBody,
    /// What the entry says; null when it is gone from the log, or of what is shown to nobody.
    #[schema(value_type = Option<Object>)]
    payload: Option<Value>,
}

/// How many were handled, and how many failed again.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RetriedLetters {
    handled: u64,
    failed: u64,
    /// Whether there are more of that consumer that were not tried.
    has_more: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LetterFilter {
    /// Only of this consumer.
    consumer: Option<String>,
}

/// Whose letters are tried again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConsumerToRetry {
    consumer: String,
}

/// Why an entry is given up for good.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DiscardReason {
    /// 1 to 1,000 characters; it stays in the journal.
    reason: String,
}

/// Entries that were given up, the newest first.
#[utoipa::path(get, path = "/api/v1/dead-letters", tag = "dead-letters", params(LetterFilter, PageParams),
    responses((status = 200, body = PageBody<DeadLetterBody>), (status = 403, body = Problem)))]
async fn list(
    State(state): State<Letters>,
    Authenticated(subject): Authenticated,
    casewright_service::Query(LetterFilter { consumer }): casewright_service::Query<LetterFilter>,
    page: PageParams,
) -> Result<Json<PageBody<DeadLetterBody>>, Problem> {
    let allowed = state.access.list_filter(&subject, "read", KIND).await?;
    let mut query = state.query(consumer.as_deref(), page.limit);
    query.filter = Filter::And(vec![allowed, query.filter]);
    query.after = page.cursor.clone().map(Cursor);
    let journal = state.journal.tenant(&subject.tenant);
    let total = match page.total {
        true => Some(journal.count_up_to(&query, MOST_COUNTED).await.map_err(|error| store_problem(&error))?),
        false => None,
    };
    let found = journal.query(&query).await.map_err(|error| store_problem(&error))?;
    let items = found.rows.iter().map(|(_, row)| DeadLetterRow::read(row).map(DeadLetterBody::from));
    let items = items.collect::<Result<_, _>>().map_err(|error| store_problem(&error.into()))?;
    Ok(Json(PageBody { items, next_cursor: found.next.map(|cursor| cursor.0), total }))
}

/// One of them, with what the entry says.
#[utoipa::path(get, path = "/api/v1/dead-letters/{id}", tag = "dead-letters", params(("id" = String, Path)),
    responses((status = 200, body = DeadLetterDetail), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn read(
    State(state): State<Letters>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<DeadLetterDetail>, Problem> {
    let row = state.letter(&subject, "read", &id).await?;
    let payload = match PRIVATE_KINDS.contains(&row.kind.as_str()) {
        true => None,
        false => {
            let journal = state.journal.tenant(&subject.tenant);
            let entries = journal.entries(&row.kind, &row.aggregate_id, row.seq.saturating_sub(1), 1).await;
            let entries = entries.map_err(|error| store_problem(&error))?;
            entries.first().and_then(|entry| serde_json::from_slice(&entry.payload).ok())
        }
    };
    Ok(Json(DeadLetterDetail { letter: row.into(), payload }))
}

/// Has its consumer handle the entry once more; it is gone from the list when that succeeds.
#[utoipa::path(post, path = "/api/v1/dead-letters/{id}/retry", tag = "dead-letters", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn retry(
    State(state): State<Letters>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    state.letter(&subject, "retry", &id).await?;
    state.bus.retry_dead_letter(&subject.tenant, &id, subject.actor().id).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tries all entries of one consumer again, the oldest first, as far as one request goes.
#[utoipa::path(post, path = "/api/v1/dead-letters/retry", tag = "dead-letters", request_body = ConsumerToRetry,
    responses((status = 200, body = RetriedLetters), (status = 403, body = Problem), (status = 409, body = Problem)))]
async fn retry_all(
    State(state): State<Letters>,
    Authenticated(subject): Authenticated,
    Json(ConsumerToRetry { consumer }): Json<ConsumerToRetry>,
) -> Result<Json<RetriedLetters>, Problem> {
    state.access.authorize(&subject, "retry", &Resource::kind(KIND)).await?;
    let mut query = state.query(Some(&consumer), MOST);
    for sort in &mut query.sort {
        sort.descending = false;
    }
    let page = state.journal.tenant(&subject.tenant).query(&query).await.map_err(|error| store_problem(&error))?;
    let mut told = RetriedLetters { handled: 0, failed: 0, has_more: page.next.is_some() };
    for (id, _) in &page.rows {
        match state.bus.retry_dead_letter(&subject.tenant, id, subject.actor().id).await {
            // Somebody else was faster.
            Ok(()) | Err(BusError::NoDeadLetter { .. }) => told.handled += 1,
            Err(BusError::Handler(_)) => told.failed += 1,
            Err(error) => return Err(problem(error)),
        }
    }
    Ok(Json(told))
}

/// Gives an entry up for good: nobody handles it any more. Who did that and why stays in the journal.
#[utoipa::path(post, path = "/api/v1/dead-letters/{id}/discard", tag = "dead-letters", params(("id" = String, Path)),
    request_body = DiscardReason,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn discard(
    State(state): State<Letters>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(DiscardReason { reason }): Json<DiscardReason>,
) -> Result<StatusCode, Problem> {
    state.letter(&subject, "discard", &id).await?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > MAX_REASON {
        let detail = format!("1 to {MAX_REASON} characters");
        let problem = Problem::unprocessable("invalid-value", "Why is it given up?");
        return Err(problem.with_error("/reason", "invalid-value", detail));
    }
    let discarded = dead_letter::discard(&state.journal, &subject.tenant, &id, reason, subject.actor().id).await;
    discarded.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

impl Letters {
    fn query(&self, consumer: Option<&str>, limit: u64) -> Query {
        let filter = match consumer {
            Some(consumer) => Filter::Eq(DeadLetterRow::CONSUMER.into(), consumer.into()),
            None => Filter::All,
        };
        let mut query = Query::new(VIEW, filter);
        query.sort = vec![Sort { field: DeadLetterRow::PARKED_AT.into(), descending: true }];
        query.limit = Some(limit);
        query
    }

    /// One of the caller's organisation, for somebody who may `action` it.
    async fn letter(&self, subject: &Subject, action: &str, id: &str) -> Result<DeadLetterRow, Problem> {
        self.access.authorize(subject, action, &Resource::new(KIND, id)).await?;
        let row = self.journal.tenant(&subject.tenant).get(VIEW, id).await.map_err(|error| store_problem(&error))?;
        let row = row.ok_or_else(missing)?;
        DeadLetterRow::read(&row).map_err(|error| store_problem(&error.into()))
    }
}

impl From<DeadLetterRow> for DeadLetterBody {
    fn from(row: DeadLetterRow) -> Self {
        let DeadLetterRow { id, consumer, kind, aggregate_id, seq, event, attempts, error, parked_at } = row;
        let (id, parked_at) = (id.to_string(), parked_at.to_string());
        Self { id, consumer, kind, aggregate_id, seq, event, attempts, error, parked_at }
    }
}

fn missing() -> Problem {
    Problem::not_found("There is no such dead letter: it was handled, or given up.")
}

fn problem(error: BusError) -> Problem {
    match error {
        BusError::NoDeadLetter { .. } => missing(),
        BusError::Handler(cause) => {
            Problem::conflict("failed-again", format!("It was tried once more, and failed: {}", Causes(&cause)))
        }
        BusError::NoHandler { consumer } => Problem::conflict(
            "no-consumer-here",
            format!("Nobody here handles what {consumer} does: ask the process that plays its role."),
        ),
        error => {
            tracing::error!(error = %Causes(&error), "a dead letter could not be looked after");
            Problem::unavailable("The journal does not answer right now; try again.")
        }
    }
}
