//! `/api/v1/cases/statistics`: how many cases there are of each kind, how old they are, and how many came and went.
//!
//! Every number is counted over the rows that the caller's list has, so that a figure and the list behind it are the same.

use super::list::{HIGH, NORMAL, found};
use crate::domain::case_filter::CaseFilter;
use crate::rest::error::store;
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use axum::extract::State;
use casewright_access::Authenticated;
use casewright_contracts::CaseRowColumns;
use casewright_instant::{Instant, optional_rfc3339, rfc3339};
use casewright_journal::{Column, Document, Filter, Query, TenantHandle};
use casewright_service::instant::InstantSchema;
use casewright_service::{Json, Problem};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// Rows that one question is counted over; more are refused, for a number that left some out would be a wrong one.
const MOST_ROWS: u64 = 100_000;
/// Rows read at once.
const STRIDE: u64 = 20_000;
/// GroupCounts that are told one by one.
const MOST_GROUPS: usize = 50;
/// Days that are told one by one.
const MOST_DAYS: u16 = 92;
/// Ages that open cases are told in: from this many days on.
const AGES: [i64; 5] = [0, 1, 3, 7, 30];

const READ: &[Column] = &[
    CaseListRow::DEFINITION,
    CaseListRow::DEFINITION_NAME,
    CaseListRow::STAGE,
    CaseListRow::STAGE_NAME,
    CaseListRow::STATUS,
    CaseListRow::STATUS_NAME,
    CaseListRow::QUEUE,
    CaseListRow::ASSIGNED_TO,
    CaseListRow::PRIORITY,
    CaseListRow::SLA_WORST,
    CaseListRow::CREATED_AT,
];

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// What to count by, separated by commas: `definition`, `stage`, `status`, `queue`, `assignee`, `priority`, `sla`.
    by: Option<String>,
    /// Days up to today for which it is told what came and went: 0 to 92, none when absent.
    days: Option<u16>,
    /// Where days begin: a name of the IANA time zone database; `UTC` when absent.
    zone: Option<String>,
}

/// Cases, counted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseStatistics {
    /// What the filter finds.
    total: u64,
    /// One for each that was asked for, in that order.
    groups: Vec<GroupCounts>,
    /// The cases that the filter finds, by their age, the youngest first.
    ages: Vec<AgeCount>,
    /// What came and went each day, whatever the filter says of the state; the earliest first.
    days: Vec<DayCount>,
}

/// The cases of one filter, by one of their properties.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupCounts {
    by: String,
    /// The largest first, 50 at most.
    pub(crate) items: Vec<GroupCount>,
    /// What is in groups that are not told one by one.
    rest: u64,
    /// Where the group of a value stands while it is counted; no value is empty, so that stands for none.
    #[serde(skip)]
    #[schema(ignore)]
    places: HashMap<String, usize>,
}

/// Those that have one value in common.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupCount {
    /// As the filter of a list spells it; null: they have none.
    value: Option<String>,
    /// As people call it, where it is known.
    label: Option<String>,
    count: u64,
    /// Of these: the most urgent promise is at risk.
    at_risk: u64,
    /// Of these: the most urgent promise is breached.
    pub(crate) breached: u64,
    /// When the oldest of them was created.
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    oldest_at: Option<Instant>,
}

/// Cases that were created within a span of time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgeCount {
    /// At least so many days old.
    days: i64,
    /// Created at this instant or later; null: however early.
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    created_from: Option<Instant>,
    /// Created before this instant; null: up to now.
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    created_before: Option<Instant>,
    count: u64,
}

/// One day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DayCount {
    /// `2026-11-21`, in the zone that was asked for.
    date: String,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    from: Instant,
    /// When the next day begins.
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    before: Instant,
    created: u64,
    /// Closed on this day, and not opened again since.
    closed: u64,
    /// Not closed at the end of it.
    backlog: u64,
}

impl GroupCounts {
    pub(crate) fn by(by: &str) -> Self {
        Self { by: by.to_owned(), items: Vec::new(), rest: 0, places: HashMap::new() }
    }

    /// The group of a value, which begins with it.
    pub(crate) fn of(&mut self, value: Option<&str>, label: Option<&str>) -> &mut GroupCount {
        let known = self.places.get(value.unwrap_or_default()).copied();
        let at = known.unwrap_or_else(|| {
            let (value, label) = (value.map(str::to_owned), label.map(str::to_owned));
            self.places.insert(value.clone().unwrap_or_default(), self.items.len());
            self.items.push(GroupCount { value, label, count: 0, at_risk: 0, breached: 0, oldest_at: None });
            self.items.len() - 1
        });
        &mut self.items[at]
    }

    /// With no more groups than are told one by one; they are in their order already.
    pub(crate) fn cut(mut self) -> Self {
        let at = self.items.len().min(MOST_GROUPS);
        self.rest = self.items.drain(at..).map(|group| group.count).sum();
        self
    }
}

impl GroupCount {
    pub(crate) fn add(&mut self, created: Option<Instant>) {
        self.count += 1;
        self.oldest_at = [self.oldest_at, created].into_iter().flatten().min();
    }

    pub(crate) fn most_first(one: &Self, other: &Self) -> Ordering {
        other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value))
    }
}

/// Counts the cases that a filter finds. Only what the caller may see is counted.
#[utoipa::path(get, path = "/api/v1/cases/statistics", tag = "cases", params(CaseFilter, Wanted),
    responses((status = 200, body = CaseStatistics), (status = 400, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    casewright_service::Query(filter): casewright_service::Query<CaseFilter>,
    casewright_service::Query(wanted): casewright_service::Query<Wanted>,
) -> Result<Json<CaseStatistics>, Problem> {
    let mut groups = wanted_groups(wanted.by.as_deref())?;
    let spans = spans(state.journal().clock().now(), wanted.days.unwrap_or(0), wanted.zone.as_deref())?;
    let policy = state.access().list_filter(&subject, "read", "case").await?;
    let handle = state.tenant(&subject.tenant);
    let mut ages = ages(state.journal().clock().now());
    let query = found(&filter, &subject, policy.clone());
    let total = scanned(&handle, query, READ, |row| {
        let created = CaseListRow::CREATED_AT.integer(row).map(Instant);
        if let Some(age) = ages.iter_mut().find(|age| age.has(created)) {
            age.count += 1;
        }
        for each in &mut groups {
            count_in(each, row, created);
        }
    })
    .await?;
    for each in &mut groups {
        each.items.sort_by(GroupCount::most_first);
    }
    let groups = groups.into_iter().map(GroupCounts::cut).collect();
    let whatever_state = CaseFilter { status: None, status_kind: None, ..filter };
    let days = days(&handle, found(&whatever_state, &subject, policy), spans).await?;
    Ok(Json(CaseStatistics { total, groups, ages, days }))
}

/// Reads all rows that a query finds, `only` these columns of them; how many they were.
pub(crate) async fn scanned(
    handle: &TenantHandle,
    mut query: Query,
    only: &'static [Column],
    mut see: impl FnMut(&Document),
) -> Result<u64, Problem> {
    query.only = Some(only);
    query.limit = Some(STRIDE);
    let mut seen = 0;
    loop {
        let page = handle.query(&query).await.map_err(store)?;
        for (_, row) in &page.rows {
            see(row);
        }
        seen += page.rows.len() as u64;
        let Some(next) = page.next else {
            return Ok(seen);
        };
        if seen >= MOST_ROWS {
            return Err(Problem::unprocessable(
                "too-many-to-count",
                "More than 100,000 are found. Narrow the filter, and they are counted.",
            ));
        }
        query.after = Some(next);
    }
}

fn wanted_groups(by: Option<&str>) -> Result<Vec<GroupCounts>, Problem> {
    let mut groups: Vec<GroupCounts> = Vec::new();
    for name in by.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if !["definition", "stage", "status", "queue", "assignee", "priority", "sla"].contains(&name) {
            let detail = "by is one or more of definition, stage, status, queue, assignee, priority, sla";
            return Err(refused("?by", detail));
        }
        if groups.iter().all(|group| group.by != name) {
            groups.push(GroupCounts::by(name));
        }
    }
    Ok(groups)
}

fn refused(parameter: &str, detail: &str) -> Problem {
    Problem::bad_request("invalid-parameter", detail).with_error(parameter, "invalid-parameter", detail)
}

fn count_in(groups: &mut GroupCounts, row: &Document, created: Option<Instant>) {
    let person = CaseListRow::ASSIGNED_TO.of(row);
    let sla = CaseListRow::SLA_WORST.text(row);
    let (value, label) = match groups.by.as_str() {
        "definition" => (CaseListRow::DEFINITION.text(row), CaseListRow::DEFINITION_NAME.text(row)),
        "stage" => (CaseListRow::STAGE.text(row), CaseListRow::STAGE_NAME.text(row)),
        "status" => (CaseListRow::STATUS.text(row), CaseListRow::STATUS_NAME.text(row)),
        "queue" => (CaseListRow::QUEUE.text(row), None),
        "assignee" => (person["id"].as_str(), person["name"].as_str()),
        "priority" => (Some(priority(CaseListRow::PRIORITY.integer(row))), None),
        _ => (sla, None),
    };
    let group = groups.of(value, label);
    group.add(created);
    group.at_risk += u64::from(sla == Some("atRisk"));
    group.breached += u64::from(sla == Some("breached"));
}

fn priority(value: Option<i64>) -> &'static str {
    match value.unwrap_or_default() {
        value if value >= i64::from(HIGH) => "high",
        value if value >= i64::from(NORMAL) => "normal",
        _ => "low",
    }
}

fn ages(now: Timestamp) -> Vec<AgeCount> {
    let ago = |days: i64| Instant(now.as_millisecond() - days * 24 * 60 * 60 * 1000);
    let next = AGES.iter().skip(1).map(|days| Some(*days)).chain([None]);
    AGES.iter()
        .zip(next)
        .map(|(days, until)| AgeCount {
            days: *days,
            created_from: until.map(ago),
            created_before: (*days > 0).then(|| ago(*days)),
            count: 0,
        })
        .collect()
}

impl AgeCount {
    fn has(&self, created: Option<Instant>) -> bool {
        created.is_some_and(|at| {
            self.created_from.is_none_or(|from| from <= at) && self.created_before.is_none_or(|before| at < before)
        })
    }
}

/// So many days up to today, each as it begins and ends where the zone is.
fn spans(now: Timestamp, days: u16, zone: Option<&str>) -> Result<Vec<DayCount>, Problem> {
    if days > MOST_DAYS {
        return Err(refused("?days", "days is 92 at most"));
    }
    let zone = TimeZone::get(zone.unwrap_or("UTC"))
        .map_err(|_| refused("?zone", "zone is a name of the time zone database, as Europe/Berlin"))?;
    let today = now.to_zoned(zone.clone()).date();
    let beginning = |back: i64| {
        let date = today.checked_sub(back.days()).map_err(|_| Problem::internal())?;
        let at = date.to_zoned(zone.clone()).map_err(|_| Problem::internal())?.timestamp();
        Ok::<_, Problem>((date, Instant::from(at)))
    };
    (0..i64::from(days))
        .rev()
        .map(|back| {
            let (date, from) = beginning(back)?;
            let (_, before) = beginning(back - 1)?;
            Ok(DayCount { date: date.to_string(), from, before, created: 0, closed: 0, backlog: 0 })
        })
        .collect()
}

/// What came and went on these days: the rows that did, and how many were there before the first of them.
async fn days(handle: &TenantHandle, query: Query, mut days: Vec<DayCount>) -> Result<Vec<DayCount>, Problem> {
    const TIMES: &[Column] = &[CaseListRow::CREATED_AT, CaseListRow::CLOSED_AT];
    let Some(first) = days.first().map(|day| day.from) else {
        return Ok(days);
    };
    let narrowed = |more: Filter| Query { filter: Filter::And(vec![query.filter.clone(), more]), ..query.clone() };
    let since = |column: Column| Filter::Gte(column.into(), first.0.into());
    let earlier = |column: Column| Filter::Lt(column.into(), first.0.into());
    let came = handle.count(&narrowed(earlier(CaseListRow::CREATED_AT))).await.map_err(store)?;
    let went = handle.count(&narrowed(earlier(CaseListRow::CLOSED_AT))).await.map_err(store)?;
    let moved = Filter::Or(vec![since(CaseListRow::CREATED_AT), since(CaseListRow::CLOSED_AT)]);
    scanned(handle, narrowed(moved), TIMES, |row| {
        let day_of = |days: &mut Vec<DayCount>, column: Column| {
            let at = column.integer(row).map(Instant)?;
            days.iter().position(|day| day.from <= at && at < day.before)
        };
        if let Some(day) = day_of(&mut days, CaseListRow::CREATED_AT) {
            days[day].created += 1;
        }
        if let Some(day) = day_of(&mut days, CaseListRow::CLOSED_AT) {
            days[day].closed += 1;
        }
    })
    .await?;
    let mut backlog = came.saturating_sub(went);
    for day in &mut days {
        backlog = (backlog + day.created).saturating_sub(day.closed);
        day.backlog = backlog;
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_as_long_as_it_is_where_people_are() {
        // Clocks went back in Berlin on 25 October 2026.
        let days = spans(at("2026-10-25T20:00:00Z"), 2, Some("Europe/Berlin")).unwrap();
        let told: Vec<(&str, String, String)> =
            days.iter().map(|day| (&*day.date, day.from.to_string(), day.before.to_string())).collect();
        assert_eq!(
            told,
            [
                ("2026-10-24", "2026-10-23T22:00:00.000Z".to_owned(), "2026-10-24T22:00:00.000Z".to_owned()),
                ("2026-10-25", "2026-10-24T22:00:00.000Z".to_owned(), "2026-10-25T23:00:00.000Z".to_owned()),
            ]
        );
        assert!(spans(at("2026-10-25T20:00:00Z"), 93, None).is_err());
        assert!(spans(at("2026-10-25T20:00:00Z"), 1, Some("Europe/Nowhere")).is_err());
    }

    #[test]
    fn every_age_has_its_span_and_spans_leave_no_gap() {
        let now = at("2026-12-01T12:00:00Z");
        let ages = ages(now);
        assert_eq!((ages[0].created_before, ages[4].created_from), (None, None));
        for pair in ages.windows(2) {
            assert_eq!(pair[0].created_from, pair[1].created_before);
        }
        for days in [0, 2, 29, 31, 400] {
            let created = Some(Instant(now.as_millisecond() - days * 86_400_000));
            assert_eq!(ages.iter().filter(|age| age.has(created)).count(), 1, "{days} days");
        }
    }

    #[test]
    fn groups_beyond_the_most_are_counted_together() {
        let mut groups = GroupCounts::by("assignee");
        for person in 0..60 {
            groups.of(Some(&format!("p{person}")), None).add(None);
        }
        groups.of(Some("p7"), None).add(Some(Instant(5)));
        groups.items.sort_by(GroupCount::most_first);
        let groups = groups.cut();
        assert_eq!((groups.items.len(), groups.rest), (50, 10));
        assert_eq!((groups.items[0].value.as_deref(), groups.items[0].count), (Some("p7"), 2));
        assert_eq!(groups.items[0].oldest_at, Some(Instant(5)));
    }
}
