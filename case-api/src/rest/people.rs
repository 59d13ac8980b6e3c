//! `/api/v1/people/{id}/availability`: what people can do, how much at a time, when they are away and who stands in.

use super::error::{invalid, store};
use crate::directory;
use crate::domain::availability::Availability;
use crate::domain::person::Person;
use crate::routing::people;
use crate::state::CaseApiState;
use crate::views::availability::AvailabilityRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_forms::FieldFault;
use casewright_instant::{Instant, rfc3339};
use casewright_journal::{CommandContext, Filter, Query};
use casewright_service::instant::InstantSchema;
use casewright_service::{IfMatch, Json, PageBody, Problem, etag};
use http::{StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// People in whose place one person stands.
const MOST_ABSENT: u64 = 200;

/// What a person can do, and when they are away.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AvailabilityBody {
    person: Person,
    #[serde(flatten)]
    availability: Availability,
    /// Open cases that they have.
    load: u32,
    is_absent: bool,
    /// Who has their work now: who stands in for them, or they themselves.
    acting: Person,
    /// The caller may change skills and capacity.
    may_qualify: bool,
    version: u64,
}

/// Somebody in whose place the caller stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StandIn {
    person: Person,
    /// Until when.
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    until: Instant,
    /// Their open cases.
    load: u32,
}

fn resource(person: &str) -> Resource {
    Resource::new("availability", person).with(json!({"user": person}))
}

/// A person's availability; `me` is the caller.
#[utoipa::path(get, path = "/api/v1/people/{id}/availability", tag = "people", params(("id" = String, Path)),
    responses((status = 200, body = AvailabilityBody), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = named(&subject, id);
    state.access().authorize(&subject, "read", &resource(&id)).await?;
    answer(&state, &subject, &id).await
}

/// Changes a person's availability. Absences are everybody's own; skills and capacity are for those who oversee.
#[utoipa::path(put, path = "/api/v1/people/{id}/availability", tag = "people",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")), request_body = Availability,
    responses((status = 200, body = AvailabilityBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(wished): Json<Availability>,
) -> Result<Response, Problem> {
    let id = named(&subject, id);
    state.access().authorize(&subject, "update", &resource(&id)).await?;
    known(&state, &subject, &id).await?;
    let handle = state.tenant(&subject.tenant);
    let present = people::availability(&handle, &id).await.map_err(store)?;
    if (&wished.skills, wished.capacity) != (&present.skills, present.capacity) {
        state.access().authorize(&subject, "qualify", &resource(&id)).await?;
    }
    let mut faults = wished.faults(&id);
    for (index, absence) in wished.absences.iter().enumerate() {
        let Some(substitute) = &absence.substitute else {
            continue;
        };
        let account = directory::account(&handle, &subject.tenant, substitute).await.map_err(store)?;
        if account.is_none_or(|account| !account.enabled) {
            let pointer = format!("/absences/{index}/substitute");
            faults.push(FieldFault::new(&pointer, "unknown-user", &format!("there is no user `{substitute}`")));
        }
    }
    if !faults.is_empty() {
        return Err(invalid("invalid-availability", faults));
    }
    let context =
        CommandContext { actor: subject.actor().id.into(), expected_version: version, ..CommandContext::default() };
    handle
        .execute::<Availability, (), Problem, _>(&id, context, move |present, _| Ok(present.change(&wished)))
        .await
        .map_err(problem_of)?;
    answer(&state, &subject, &id).await
}

/// Those in whose place the caller stands now.
#[utoipa::path(get, path = "/api/v1/people/me/stands-in-for", tag = "people",
    responses((status = 200, body = PageBody<StandIn>)))]
pub(crate) async fn stands_in_for(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
) -> Result<Json<PageBody<StandIn>>, Problem> {
    state.access().authorize(&subject, "read", &resource(&subject.id)).await?;
    let handle = state.tenant(&subject.tenant);
    let filter = Filter::Contains(AvailabilityRow::SUBSTITUTES.into(), Value::from(subject.id.as_str()));
    let mut query = Query::new(AvailabilityRow::VIEW, filter);
    query.limit = Some(MOST_ABSENT);
    let page = handle.query(&query).await.map_err(store)?;
    let now = state.journal().clock().now();
    let mut items = Vec::new();
    for (_, row) in &page.rows {
        let Ok(row) = AvailabilityRow::read(row) else {
            continue;
        };
        let Some(absence) = row.availability.absence(now) else {
            continue;
        };
        if absence.substitute.as_deref() != Some(subject.id.as_str()) {
            continue;
        }
        let until = absence.to;
        let person = directory::named(&handle, &row.person).await.map_err(store)?;
        let load = load(&state, &subject, &row.person).await?;
        items.push(StandIn { person, until, load });
    }
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// Open cases of a person, as many as the caller may see: none where they may see none.
async fn load(state: &CaseApiState, subject: &Subject, person: &str) -> Result<u32, Problem> {
    match state.access().list_filter(subject, "read", "case").await {
        Ok(seen) => people::load(&state.tenant(&subject.tenant), person, seen).await.map_err(store),
        Err(problem) if problem.status == StatusCode::FORBIDDEN.as_u16() => Ok(0),
        Err(problem) => Err(problem),
    }
}

fn named(subject: &Subject, id: String) -> String {
    if id == "me" { subject.id.clone() } else { id }
}

async fn known(state: &CaseApiState, subject: &Subject, id: &str) -> Result<(), Problem> {
    // Who is signed in is somebody, by whatever directory.
    if id == subject.id {
        return Ok(());
    }
    let account = directory::account(&state.tenant(&subject.tenant), &subject.tenant, id).await.map_err(store)?;
    account.map(drop).ok_or_else(|| Problem::not_found("There is no such person."))
}

async fn answer(state: &CaseApiState, subject: &Subject, id: &str) -> Result<Response, Problem> {
    known(state, subject, id).await?;
    let handle = state.tenant(&subject.tenant);
    let now = state.journal().clock().now();
    let loaded = handle.load::<Availability>(id).await.map_err(store)?;
    let (availability, version) =
        loaded.map_or_else(Default::default, |(present, version)| (present.as_ref().clone(), version));
    let acting = people::who_is_there(&handle, id, now).await.map_err(store)?;
    let body = AvailabilityBody {
        person: directory::named(&handle, id).await.map_err(store)?,
        load: load(state, subject, id).await?,
        is_absent: availability.absence(now).is_some(),
        acting: directory::named(&handle, &acting).await.map_err(store)?,
        may_qualify: state.access().allows(subject, "qualify", &resource(id)).await,
        availability,
        version,
    };
    Ok(([(header::ETAG, etag(version))], Json(body)).into_response())
}
