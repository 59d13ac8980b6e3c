//! The next piece of work: of one queue, or of all that one works, with the reason why it is that one.

use super::access::case_resource;
use super::cases::CaseBody;
use super::error::store;
use super::page::readable;
use crate::domain::case::decide::{self, CaseRejection};
use crate::domain::queue::Queue;
use crate::domain::routing::skill;
use crate::repository::{CaseError, Command};
use crate::routing::people;
use crate::routing::urgent::{self, NextReason};
use crate::state::{CaseApiState, person};
use crate::views::case::CaseListRow;
use crate::views::queue::QueueRow;
use crate::working_time::WorkingTimes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject};
use casewright_journal::Query;
use casewright_service::{Json, Problem, etag};
use http::{StatusCode, header};
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// Cases that one pull looks at before it gives up: somebody else took them first, or they ask for other skills.
const ATTEMPTS: u64 = 200;
/// Queues that one person works.
const MOST_QUEUES: u64 = 200;

/// The next piece of work.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NextWork {
    #[serde(flatten)]
    case: CaseBody,
    /// Why it is this one.
    reason: NextReason,
}

/// Pulls the most urgent open case of the queue that nobody has, and gives it to the caller. 204: there is none.
#[utoipa::path(post, path = "/api/v1/queues/{id}/next", tag = "queues", params(("id" = String, Path)),
    responses((status = 200, body = NextWork), (status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(crate) async fn of_queue(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let queue = queue_for(&state, &subject, &id).await?;
    if queue.settings.pause.is_some() {
        return Err(Problem::conflict("queue-paused", "The queue is paused. Nothing is handed out until it goes on."));
    }
    hand_out(&state, &subject, vec![id], Taking::Taken).await
}

/// A queue for somebody who may take work of it.
pub(super) async fn queue_for(state: &CaseApiState, subject: &Subject, id: &str) -> Result<Arc<Queue>, Problem> {
    let loaded = state.tenant(&subject.tenant).load::<Queue>(id).await.map_err(store)?;
    let queue = loaded.map(|(queue, _)| queue).filter(|queue| queue.exists());
    let members = queue.as_ref().map(|queue| queue.members.clone()).unwrap_or_default();
    state.access().authorize(subject, "next", &Resource::new("queue", id).with(json!({"members": members}))).await?;
    queue.ok_or_else(|| Problem::not_found("There is no such queue."))
}

/// What the caller would get next, from all queues that they work; it stays where it is. 204: there is nothing.
#[utoipa::path(get, path = "/api/v1/next-work", tag = "queues",
    responses((status = 200, body = NextWork), (status = 204), (status = 403, body = Problem)))]
pub(crate) async fn peek(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "next", &Resource::kind("queue")).await?;
    let queues = worked_by(&state, &subject).await?;
    hand_out(&state, &subject, queues, Taking::LookedAt).await
}

/// Pulls the most urgent open case that nobody has from all queues that the caller works. 204: there is none.
#[utoipa::path(post, path = "/api/v1/next-work", tag = "queues",
    responses((status = 200, body = NextWork), (status = 204), (status = 403, body = Problem)))]
pub(crate) async fn take(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "next", &Resource::kind("queue")).await?;
    let queues = worked_by(&state, &subject).await?;
    hand_out(&state, &subject, queues, Taking::Taken).await
}

#[derive(Clone, Copy, PartialEq)]
enum Taking {
    Taken,
    LookedAt,
}

/// Queues that somebody works: those they are a member of, and those that everybody works. Oversight alone makes nobody a member.
async fn worked_by(state: &CaseApiState, subject: &Subject) -> Result<Vec<String>, Problem> {
    let policy = state.access().list_filter(subject, "next", "queue").await?;
    let mut query = Query::new(QueueRow::VIEW, policy);
    query.limit = Some(MOST_QUEUES);
    let page = state.tenant(&subject.tenant).query(&query).await.map_err(store)?;
    let works = |row: &QueueRow| {
        let (users, of_groups) = (&row.members.users, &row.members.groups);
        (users.is_empty() && of_groups.is_empty())
            || users.contains(&subject.id)
            || of_groups.iter().any(|group| subject.groups.contains(group))
    };
    let rows = page.rows.iter().filter_map(|(id, row)| Some((id, readable(QueueRow::VIEW, id, QueueRow::read(row))?)));
    Ok(rows.filter(|(_, row)| row.settings.pause.is_none() && works(row)).map(|(id, _)| id.to_string()).collect())
}

async fn hand_out(
    state: &CaseApiState,
    subject: &Subject,
    queues: Vec<String>,
    taking: Taking,
) -> Result<Response, Problem> {
    if queues.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let cases = state.cases(&subject.tenant);
    let policy = state.access().list_filter(subject, "update", "case").await?;
    let mut query = urgent::query(policy, &queues);
    query.limit = Some(ATTEMPTS);
    let page = cases.handle.query(&query).await.map_err(store)?;
    let own = people::availability(&cases.handle, &subject.id).await.map_err(store)?.skills;
    let needed_by = needed_by(state, subject, &queues).await?;
    let mut passed_over = 0;
    for (id, row) in page.rows {
        let Some(row) = readable(CaseListRow::VIEW, &id, CaseListRow::read(&row)) else {
            continue;
        };
        let of_queue = row.shared.queue.as_ref().and_then(|queue| needed_by.get(queue)).cloned().unwrap_or_default();
        if !skill::meets(&own, &of_queue) || !skill::meets(&own, &row.skills) {
            passed_over += 1;
            continue;
        }
        // As it is now, and with what policy may ask of a case besides.
        let (case, _) = cases.case(&id).await?;
        if !state.access().allows(subject, "update", &case_resource(&case)).await {
            continue;
        }
        if taking == Taking::Taken {
            let taken = cases
                .command(&id, Command::by(person(subject)), |case, definition, by, at| {
                    decide::take(case, definition, by, at)
                })
                .await;
            match taken {
                Ok(_) => {}
                Err(CaseError::Rejected(CaseRejection::AlreadyAssigned)) => continue,
                Err(error) => return Err(error.into()),
            }
        }
        let reason = urgent::reason(&row, passed_over);
        let (case, version) = cases.case(&id).await?;
        let times = WorkingTimes::of(&cases.handle, case.clocks.iter()).await.map_err(store)?;
        let case = CaseBody::of(&case, version, state.journal().clock().now(), &times);
        return Ok(([(header::ETAG, etag(version))], Json(NextWork { case, reason })).into_response());
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What queues ask of who works on their cases.
async fn needed_by(
    state: &CaseApiState,
    subject: &Subject,
    queues: &[String],
) -> Result<HashMap<String, Vec<skill::Skill>>, Problem> {
    let mut needed = HashMap::new();
    for id in queues {
        let loaded = state.tenant(&subject.tenant).load::<Queue>(id).await.map_err(store)?;
        if let Some((queue, _)) = loaded {
            needed.insert(id.clone(), queue.settings.skills.clone());
        }
    }
    Ok(needed)
}
