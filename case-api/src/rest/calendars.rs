//! `/api/v1/calendars`: working time that definitions share.

use super::error::{invalid, store};
use super::page::{page, page_body, readable};
use crate::domain::calendar::{CalendarContent, SharedCalendar, SharedCalendarEvent, ics};
use crate::domain::definition::names::is_slug;
use crate::state::CaseApiState;
use crate::views::calendar::CalendarRow;
use crate::views::definition::CaseDefinitionRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_forms::FieldFault;
use casewright_instant::{Instant, rfc3339};
use casewright_journal::{CommandContext, Decision, Filter, Query, Sort};
use casewright_service::instant::InstantSchema;
use casewright_service::{IfMatch, Json, PageBody, PageParams, Problem, etag};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest calendar file, in bytes.
const MAX_FILE: usize = 512 * 1024;
/// Definitions that are asked whether they name a calendar.
const MOST_DEFINITIONS: u64 = 2_000;

/// A shared calendar.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CalendarBody {
    id: String,
    #[serde(flatten)]
    calendar: CalendarContent,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    updated_at: Instant,
    version: u64,
}

/// Holidays to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ImportHolidays {
    /// The text of a calendar file (iCalendar): its events of whole days are holidays.
    ics: String,
    /// Where they are holidays; absent: everywhere.
    region: Option<String>,
}

/// What came of a calendar file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportedHolidays {
    /// Holidays that were not there before.
    added: usize,
    /// Events that are no holidays: they have a time of day, repeat by a rule, or cannot be read.
    left_out: u32,
    calendar: CalendarBody,
}

/// Calendars by name.
#[utoipa::path(get, path = "/api/v1/calendars", tag = "calendars", params(PageParams),
    responses((status = 200, body = PageBody<CalendarBody>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
) -> Result<Json<PageBody<CalendarBody>>, Problem> {
    let policy = state.access().list_filter(&subject, "read", "calendar").await?;
    let mut query = Query::new(CalendarRow::VIEW, policy);
    query.sort = vec![Sort { field: CalendarRow::NAME.into(), descending: false }];
    let (rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let items = rows.rows.iter().filter_map(|(id, row)| {
        let row = readable(CalendarRow::VIEW, id, CalendarRow::read(row))?;
        let CalendarRow { calendar, updated_at, version, .. } = row;
        Some(CalendarBody { id: id.to_string(), calendar, updated_at, version })
    });
    Ok(Json(page_body(items.collect(), &rows, total)))
}

/// A calendar.
#[utoipa::path(get, path = "/api/v1/calendars/{id}", tag = "calendars", params(("id" = String, Path)),
    responses((status = 200, body = CalendarBody), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "read", &Resource::new("calendar", &id)).await?;
    answer(&state, &subject, StatusCode::OK, &id).await
}

/// Defines a calendar. What is due by it is planned anew, in cases that run as well.
#[utoipa::path(put, path = "/api/v1/calendars/{id}", tag = "calendars",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")), request_body = CalendarContent,
    responses((status = 200, body = CalendarBody), (status = 201, body = CalendarBody), (status = 403, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn define(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(calendar): Json<CalendarContent>,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "update", &Resource::new("calendar", &id)).await?;
    let mut faults = calendar.faults();
    if !is_slug(&id) {
        faults.push(FieldFault::new("/id", "invalid-key", "letters, digits, `-`, `_` and `.` only"));
    }
    if !faults.is_empty() {
        return Err(invalid("invalid-calendar", faults));
    }
    let is_new = present(&state, &subject, &id).await?.is_none();
    command(&state, &subject, &id, version, move |present| present.define(&calendar)).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    answer(&state, &subject, status, &id).await
}

/// Deletes a calendar that no definition names. Clocks that run by it go on.
#[utoipa::path(delete, path = "/api/v1/calendars/{id}", tag = "calendars",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    state.access().authorize(&subject, "delete", &Resource::new("calendar", &id)).await?;
    let mut query = Query::new(CaseDefinitionRow::VIEW, Filter::All);
    query.limit = Some(MOST_DEFINITIONS);
    let definitions = state.tenant(&subject.tenant).query(&query).await.map_err(store)?;
    let names_it = |row: &CaseDefinitionRow| row.definition.calendar_ids().contains(id.as_str());
    let user = definitions.rows.iter().filter_map(|(_, row)| CaseDefinitionRow::read(row).ok()).find(names_it);
    if let Some(user) = user {
        let detail = format!("The case definition “{}” counts by it. Give it another calendar first.", user.name);
        return Err(Problem::conflict("calendar-in-use", detail));
    }
    match command(&state, &subject, &id, version, SharedCalendar::delete).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(gone()),
    }
}

/// Adds the holidays of a calendar file.
#[utoipa::path(post, path = "/api/v1/calendars/{id}/holidays", tag = "calendars",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")), request_body = ImportHolidays,
    responses((status = 200, body = ImportedHolidays), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn import(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<ImportHolidays>,
) -> Result<Json<ImportedHolidays>, Problem> {
    state.access().authorize(&subject, "update", &Resource::new("calendar", &id)).await?;
    if body.ics.len() > MAX_FILE {
        let fault = FieldFault::new("/ics", "too-long", "a calendar file is limited to 512 KiB");
        return Err(invalid("invalid-calendar", vec![fault]));
    }
    let region = body.region.as_deref().map(str::trim).filter(|region| !region.is_empty());
    let found = ics::read(&body.ics, region);
    if found.holidays.is_empty() {
        let fault = FieldFault::new("/ics", "no-holidays", "there is no event in it that lasts a whole day");
        return Err(invalid("invalid-calendar", vec![fault]));
    }
    let (before, seen) = present(&state, &subject, &id).await?.ok_or_else(gone)?;
    let after = before.with_holidays(&found.holidays);
    let faults = after.faults();
    if !faults.is_empty() {
        return Err(invalid("invalid-calendar", faults));
    }
    let added = after.holidays.len() - before.holidays.len();
    command(&state, &subject, &id, Some(version.unwrap_or(seen)), move |calendar| calendar.define(&after)).await?;
    let calendar = body_of(&state, &subject, &id).await?;
    Ok(Json(ImportedHolidays { added, left_out: found.left_out, calendar }))
}

fn gone() -> Problem {
    Problem::not_found("There is no such calendar.")
}

async fn present(state: &CaseApiState, subject: &Subject, id: &str) -> Result<Option<(CalendarContent, u64)>, Problem> {
    let loaded = state.tenant(&subject.tenant).load::<SharedCalendar>(id).await.map_err(store)?;
    Ok(loaded.and_then(|(calendar, version)| Some((calendar.present()?.clone(), version))))
}

async fn command<F, R>(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    expected_version: Option<u64>,
    decide: F,
) -> Result<R, Problem>
where
    R: Send + 'static,
    F: Fn(&SharedCalendar) -> Decision<SharedCalendarEvent, R> + Send + 'static,
{
    let context = CommandContext { actor: subject.actor().id.into(), expected_version, ..CommandContext::default() };
    let committed = state
        .tenant(&subject.tenant)
        .execute::<SharedCalendar, R, Problem, _>(id, context, move |calendar, _| Ok(decide(calendar)))
        .await
        .map_err(problem_of)?;
    Ok(committed.answer)
}

/// The calendar as it is now.
async fn body_of(state: &CaseApiState, subject: &Subject, id: &str) -> Result<CalendarBody, Problem> {
    let row = state.tenant(&subject.tenant).get(CalendarRow::VIEW, id).await.map_err(store)?;
    let row = row.and_then(|row| readable(CalendarRow::VIEW, id, CalendarRow::read(&row))).ok_or_else(gone)?;
    let CalendarRow { calendar, updated_at, version, .. } = row;
    Ok(CalendarBody { id: id.to_owned(), calendar, updated_at, version })
}

async fn answer(state: &CaseApiState, subject: &Subject, status: StatusCode, id: &str) -> Result<Response, Problem> {
    let body = body_of(state, subject, id).await?;
    Ok((status, [(header::ETAG, etag(body.version))], Json(body)).into_response())
}
