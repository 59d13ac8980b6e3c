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
use casewright_journal::{Column, Document, Filter, Group, Grouping, Query, Tally, TenantHandle};
use casewright_service::instant::InstantSchema;
use casewright_service::{Json, Problem};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};
use utoipa::{IntoParams, ToSchema};

/// GroupCounts that are told one by one.
const MOST_GROUPS: usize = 50;
/// Days that are told one by one.
const MOST_DAYS: u16 = 92;
/// Ages that open cases are told in: from this many days on.
const AGES: [i64; 5] = [0, 1, 3, 7, 30];

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
    /// Where the group of a value stands while it is counted.
    #[serde(skip)]
    #[schema(ignore)]
    places: HashMap<Option<String>, usize>,
}

/// Those that have one value in common.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupCount {
    /// As the filter of a list spells it; null: they have none.
    value: Option<String>,
    /// As people call it, where it is known.
    pub(crate) label: Option<String>,
    count: u64,
    /// Of these: the most urgent promise is at risk.
    at_risk: u64,
    /// Of these: the most urgent promise is breached.
    pub(crate) breached: u64,
    /// When the oldest of them was created.
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    oldest_at: Option<Instant>,
    /// The id of one of them.
    #[serde(skip)]
    #[schema(ignore)]
    example: SmolStr,
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

    /// Adds what was counted together to the group of its value.
    pub(crate) fn add(&mut self, value: Option<&str>, counted: &Group) -> &mut GroupCount {
        let known = self.places.get(&value.map(str::to_owned)).copied();
        let at = known.unwrap_or_else(|| {
            let value = value.map(str::to_owned);
            self.places.insert(value.clone(), self.items.len());
            self.items.push(GroupCount {
                value,
                label: None,
                count: 0,
                at_risk: 0,
                breached: 0,
                oldest_at: None,
                example: counted.example.clone(),
            });
            self.items.len() - 1
        });
        let group = &mut self.items[at];
        group.count += counted.count;
        group.oldest_at = [group.oldest_at, counted.least.map(Instant)].into_iter().flatten().min();
        group
    }

    /// The largest first, and no more than are told one by one.
    pub(crate) fn cut(mut self) -> Self {
        self.items.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
        let at = self.items.len().min(MOST_GROUPS);
        self.rest = self.items.drain(at..).map(|group| group.count).sum();
        self
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
    let mut by: Vec<Grouping> = groups.iter().map(|groups| grouping(&groups.by)).collect();
    by.push(Grouping::Text(CaseListRow::SLA_WORST.into()));
    by.push(Grouping::Span(CaseListRow::CREATED_AT.into(), ages.iter().rev().filter_map(AgeCount::begins).collect()));
    let query = found(&filter, &subject, policy.clone());
    let tally = Tally { query: query.clone(), by, least: Some(CaseListRow::CREATED_AT) };
    let mut total = 0;
    for counted in handle.tally(&tally).await.map_err(store)? {
        total += counted.count;
        let [keys @ .., sla, age] = &*counted.keys else { continue };
        // The youngest age is first, and the span that begins first is that of the oldest.
        let span = age.as_u64().and_then(|span| usize::try_from(span).ok());
        if let Some(age) = span.and_then(|span| ages.len().checked_sub(span + 1)).and_then(|at| ages.get_mut(at)) {
            age.count += counted.count;
        }
        for (each, key) in groups.iter_mut().zip(keys) {
            let value = if each.by == "priority" { Some(priority(key)) } else { key.as_str() };
            let group = each.add(value, &counted);
            group.at_risk += if sla == "atRisk" { counted.count } else { 0 };
            group.breached += if sla == "breached" { counted.count } else { 0 };
        }
    }
    let mut groups: Vec<GroupCounts> = groups.into_iter().map(GroupCounts::cut).collect();
    label(&handle, &query, &mut groups).await?;
    let whatever_state = CaseFilter { status: None, status_kind: None, ..filter };
    let days = days(&handle, found(&whatever_state, &subject, policy), spans).await?;
    Ok(Json(CaseStatistics { total, groups, ages, days }))
}

fn grouping(by: &str) -> Grouping {
    Grouping::Text(match by {
        "definition" => CaseListRow::DEFINITION.into(),
        "stage" => CaseListRow::STAGE.into(),
        "status" => CaseListRow::STATUS.into(),
        "queue" => CaseListRow::QUEUE.into(),
        "assignee" => CaseListRow::ASSIGNEE.into(),
        "priority" => return Grouping::Span(CaseListRow::PRIORITY.into(), vec![NORMAL.into(), HIGH.into()]),
        _ => CaseListRow::SLA_WORST.into(),
    })
}

/// Calls groups as people do: as one case of each is called.
async fn label(handle: &TenantHandle, query: &Query, groups: &mut [GroupCounts]) -> Result<(), Problem> {
    const NAMES: &[Column] =
        &[CaseListRow::DEFINITION_NAME, CaseListRow::STAGE_NAME, CaseListRow::STATUS_NAME, CaseListRow::ASSIGNED_TO];
    let is_named = |groups: &GroupCounts| ["definition", "stage", "status", "assignee"].contains(&&*groups.by);
    let named = groups.iter().filter(|groups| is_named(groups)).flat_map(|groups| &groups.items);
    let examples: HashSet<&str> =
        named.filter(|group| group.value.is_some()).map(|group| group.example.as_str()).collect();
    if examples.is_empty() {
        return Ok(());
    }
    let examples: Vec<Value> = examples.into_iter().map(Value::from).collect();
    let filter = Filter::In(CaseListRow::ID.into(), examples);
    let examples = Query { only: Some(NAMES), ..Query::new(query.view, filter) };
    let rows = handle.query_further(query.view, &examples).await.map_err(store)?.rows;
    let rows: HashMap<SmolStr, Document> = rows.into_iter().collect();
    for each in groups.iter_mut().filter(|groups| is_named(groups)) {
        let by = each.by.as_str();
        for group in each.items.iter_mut().filter(|group| group.value.is_some()) {
            // Somebody who was there a moment ago may have gone on since.
            let Some(row) = rows.get(&group.example) else { continue };
            let name = match by {
                "definition" => CaseListRow::DEFINITION_NAME.text(row),
                "stage" => CaseListRow::STAGE_NAME.text(row),
                "status" => CaseListRow::STATUS_NAME.text(row),
                _ => CaseListRow::ASSIGNED_TO.of(row)["name"].as_str(),
            };
            group.label = name.map(str::to_owned);
        }
    }
    Ok(())
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

/// What the span of a priority is called.
fn priority(span: &Value) -> &'static str {
    match span.as_u64() {
        Some(2) => "high",
        Some(1) => "normal",
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
    fn begins(&self) -> Option<i64> {
        self.created_from.map(|at| at.0)
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

/// What came and went on these days, and how many were open at the end of each: from those that are open now backwards, so that
/// nothing is read of what was closed before the first of them.
async fn days(handle: &TenantHandle, query: Query, mut days: Vec<DayCount>) -> Result<Vec<DayCount>, Problem> {
    let mut bounds: Vec<i64> = days.iter().map(|day| day.from.0).collect();
    bounds.extend(days.last().map(|day| day.before.0));
    let Some(first) = bounds.first().copied() else {
        return Ok(days);
    };
    let that = |filter: Filter| Query { filter: Filter::And(vec![query.filter.clone(), filter]), ..query.clone() };
    let by_day = async |column: Column| -> Result<Vec<u64>, Problem> {
        let by = vec![Grouping::Span(column.into(), bounds.clone())];
        let tally = Tally { query: that(Filter::Gte(column.into(), first.into())), by, least: None };
        let mut counts = vec![0; bounds.len() + 1];
        for group in handle.tally(&tally).await.map_err(store)? {
            let span = group.keys.first().and_then(Value::as_u64).and_then(|span| usize::try_from(span).ok());
            if let Some(count) = span.and_then(|span| counts.get_mut(span)) {
                *count += group.count;
            }
        }
        Ok(counts)
    };
    let (came, went) = (by_day(CaseListRow::CREATED_AT).await?, by_day(CaseListRow::CLOSED_AT).await?);
    let open = handle.count(&that(Filter::IsNull(CaseListRow::CLOSED_AT.into()))).await.map_err(store)?;
    // Nothing stands before the first bound; what stands behind the last one came after these days.
    let mut of_days: Vec<(u64, u64)> = came.into_iter().zip(went).skip(1).collect();
    let (came_after, went_after) = of_days.pop().unwrap_or_default();
    let mut backlog = (open + went_after).saturating_sub(came_after);
    for (day, (came, went)) in days.iter_mut().zip(of_days).rev() {
        (day.created, day.closed, day.backlog) = (came, went, backlog);
        backlog = (backlog + went).saturating_sub(came);
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
    }

    #[test]
    fn groups_beyond_the_most_are_counted_together() {
        let counted = |count, least| Group { keys: vec![], count, least, example: "1".into() };
        let mut groups = GroupCounts::by("assignee");
        for person in 0..60 {
            groups.add(Some(&format!("p{person}")), &counted(1, None));
        }
        groups.add(Some("p7"), &counted(1, Some(5)));
        groups.add(Some("p7"), &counted(2, Some(9)));
        groups.add(None, &counted(1, None));
        let groups = groups.cut();
        assert_eq!((groups.items.len(), groups.rest), (50, 11));
        assert_eq!((groups.items[0].value.as_deref(), groups.items[0].count), (Some("p7"), 4));
        assert_eq!(groups.items[0].oldest_at, Some(Instant(5)));
        assert_eq!(groups.items[1].value, None, "who has none is a group as any other");
    }
}
