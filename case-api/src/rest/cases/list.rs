//! Lists of cases: what they may be narrowed and sorted by.

use super::CaseBody;
use crate::domain::case_filter::CaseFilter;
use crate::domain::field_order::{self, Bound, End, Side};
use crate::rest::error::store;
use crate::rest::page::{page, page_body, readable};
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use crate::working_time::WorkingTimes;
use axum::extract::State;
use casewright_access::{Authenticated, Subject};
use casewright_contracts::links::CaseFollowerRow;
use casewright_contracts::{CaseHoldRowColumns, CaseRowColumns};
use casewright_instant::Instant;
use casewright_journal::{Column, Field, Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem};
use serde_json::Value;

/// The lowest priority that is called high, and the lowest that is called normal.
pub(crate) const HIGH: i32 = 80;
pub(crate) const NORMAL: i32 = 40;

/// Lists cases the caller may see.
#[utoipa::path(get, path = "/api/v1/cases", tag = "cases", params(CaseFilter, PageParams),
    responses((status = 200, body = PageBody<CaseBody>), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
    casewright_service::Query(filter): casewright_service::Query<CaseFilter>,
) -> Result<Json<PageBody<CaseBody>>, Problem> {
    let policy = state.access().list_filter(&subject, "read", "case").await?;
    let mut query = found(&filter, &subject, policy);
    query.sort = sort(filter.sort.as_deref())?;
    let handle = state.tenant(&subject.tenant);
    let (rows, total) = page(&handle, query, &params).await?;
    let now = state.journal().clock().now();
    let items = rows.rows.iter().filter_map(|(id, row)| readable(CaseListRow::VIEW, id, CaseListRow::read(row)));
    let items: Vec<CaseListRow> = items.collect();
    let times = WorkingTimes::of(&handle, items.iter().flat_map(|row| &row.slas)).await.map_err(store)?;
    Ok(Json(page_body(items.into_iter().map(|row| CaseBody::of_row(row, now, &times)).collect(), &rows, total)))
}

/// The cases that somebody finds by a filter, in no order.
pub(crate) fn found(filter: &CaseFilter, subject: &Subject, policy: Filter) -> Query {
    let mut query = Query::new(CaseListRow::VIEW, Filter::And(conditions(filter, subject, policy)));
    query.search = filter.search.clone().filter(|words| !words.trim().is_empty());
    query
}

fn conditions(filter: &CaseFilter, subject: &Subject, policy: Filter) -> Vec<Filter> {
    let mut all = vec![policy];
    let one_of = |column: Column, value: &Option<String>| -> Option<Filter> {
        let values: Vec<Value> = value.as_deref()?.split(',').filter(|v| !v.is_empty()).map(Value::from).collect();
        (!values.is_empty()).then_some(Filter::In(column.into(), values))
    };
    all.extend(one_of(CaseListRow::DEFINITION, &filter.definition));
    all.extend(one_of(CaseListRow::NUMBER, &filter.number));
    all.extend(match filter.sla.as_deref() {
        Some("none") => Some(Filter::IsNull(CaseListRow::SLA_WORST.into())),
        _ => one_of(CaseListRow::SLA_WORST, &filter.sla),
    });
    all.extend(one_of(CaseListRow::STAGE, &filter.stage));
    all.extend(one_of(CaseListRow::STATUS, &filter.status));
    all.extend(one_of(CaseListRow::STATUS_KIND, &filter.status_kind));
    all.extend(match filter.queue.as_deref() {
        Some("any") => Some(Filter::NotNull(CaseListRow::QUEUE.into())),
        Some("none") => Some(Filter::IsNull(CaseListRow::QUEUE.into())),
        _ => one_of(CaseListRow::QUEUE, &filter.queue),
    });
    all.extend(match filter.assignee.as_deref() {
        None | Some("") => None,
        Some("me") => Some(Filter::Eq(CaseListRow::ASSIGNEE.into(), Value::from(subject.id.as_str()))),
        Some("none") => Some(Filter::IsNull(CaseListRow::ASSIGNEE.into())),
        Some(id) => Some(Filter::Eq(CaseListRow::ASSIGNEE.into(), Value::from(id))),
    });
    all.extend(filter.following.as_deref().and_then(|who| followed(who, subject)));
    all.extend(filter.requester.clone().map(|email| Filter::EqIgnoreCase(CaseListRow::REQUESTER_EMAIL.into(), email)));
    all.extend(filter.priority.as_deref().and_then(prioritised));
    let from = |column: Column, at: Option<Instant>| at.map(|at| Filter::Gte(column.into(), at.0.into()));
    let before = |column: Column, at: Option<Instant>| at.map(|at| Filter::Lt(column.into(), at.0.into()));
    all.extend(from(CaseListRow::CREATED_AT, filter.created_from));
    all.extend(before(CaseListRow::CREATED_AT, filter.created_before));
    all.extend(from(CaseListRow::CLOSED_AT, filter.closed_from));
    all.extend(before(CaseListRow::CLOSED_AT, filter.closed_before));
    all.extend(before(CaseListRow::DISPOSE_AT, filter.dispose_before));
    all.extend(match filter.hold.as_deref() {
        Some("true") => Some(Filter::Gt(CaseListRow::HOLD_COUNT.into(), 0.into())),
        Some("false") => Some(Filter::Eq(CaseListRow::HOLD_COUNT.into(), 0.into())),
        _ => None,
    });
    all.extend(filter.label.as_deref().map(|label| Filter::Contains(CaseListRow::LABELS.into(), Value::from(label))));
    let values = filter.field_values().into_iter();
    all.extend(values.map(|value| match Bound::read(&value) {
        Some(bound) => bounded(&bound),
        None => {
            let value = value.strip_prefix("fields.").unwrap_or(&value);
            Filter::Contains(CaseListRow::FIELD_MARKS.into(), Value::from(value))
        }
    }));
    all
}

/// Cases that the caller follows. What others follow nobody is told.
fn followed(who: &str, subject: &Subject) -> Option<Filter> {
    let mine = || Filter::InView {
        field: CaseListRow::ID.into(),
        view: CaseFollowerRow::VIEW,
        select: CaseFollowerRow::CASE_ID.into(),
        filter: Box::new(Filter::Eq(CaseFollowerRow::USER_ID.into(), Value::from(subject.id.as_str()))),
    };
    match who {
        "" => None,
        "me" => Some(mine()),
        _ => Some(Filter::Not(Box::new(Filter::All))),
    }
}

/// Cases of which a field lies on that side of the end.
fn bounded(Bound { key, side, end }: &Bound) -> Filter {
    let (column, end) = match end {
        End::Number(number) => (CaseListRow::FIELD_NUMBERS, Value::from(*number)),
        End::Words(words) => (CaseListRow::FIELD_WORDS, Value::from(words.as_str())),
    };
    let field = field_in(column, key);
    match side {
        Side::Above => Filter::Gt(field, end),
        Side::From => Filter::Gte(field, end),
        Side::To => Filter::Lte(field, end),
        Side::Below => Filter::Lt(field, end),
    }
}

/// Where a field of the case stands in a column that has all of them.
fn field_in(column: Column, key: &str) -> Field {
    Field::named(format!("{}.{}", column.name(), field_order::place(key)))
}

/// Priorities of these names, separated by commas; a name that there is none of finds nothing.
fn prioritised(names: &str) -> Option<Filter> {
    let names: Vec<&str> = names.split(',').filter(|name| !name.is_empty()).collect();
    let column = || CaseListRow::PRIORITY.into();
    let of = |name: &&str| match *name {
        "high" => Filter::Gte(column(), HIGH.into()),
        "normal" => Filter::And(vec![Filter::Gte(column(), NORMAL.into()), Filter::Lt(column(), HIGH.into())]),
        "low" => Filter::Lt(column(), NORMAL.into()),
        _ => Filter::Not(Box::new(Filter::All)),
    };
    (!names.is_empty()).then(|| Filter::Or(names.iter().map(of).collect()))
}

pub(super) fn sort(wanted: Option<&str>) -> Result<Vec<Sort>, Problem> {
    let wanted = wanted.filter(|sort| !sort.is_empty()).unwrap_or("-updatedAt");
    let (descending, name) = match wanted.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, wanted),
    };
    if let Some(key) = name.strip_prefix("field.").filter(|key| !key.is_empty()) {
        // A field has numbers or words; who has neither stands before all others, and last in the other direction.
        let columns = [CaseListRow::FIELD_NUMBERS, CaseListRow::FIELD_WORDS];
        return Ok(columns.into_iter().map(|column| Sort { field: field_in(column, key), descending }).collect());
    }
    let columns: &[Column] = match name {
        "updatedAt" => &[CaseListRow::UPDATED_AT],
        "createdAt" => &[CaseListRow::CREATED_AT],
        "number" => &[CaseListRow::NUMBER],
        "priority" => &[CaseListRow::PRIORITY],
        "urgency" => &[CaseListRow::URGENCY],
        // The first promise that is due, then the date somebody set.
        "dueAt" => &[CaseListRow::URGENT_AT, CaseListRow::DUE_SORT],
        "title" => &[CaseListRow::TITLE],
        "definition" => &[CaseListRow::DEFINITION_NAME],
        "stage" => &[CaseListRow::STAGE_NAME],
        "status" => &[CaseListRow::STATUS_NAME],
        "assignee" => &[CaseListRow::ASSIGNEE],
        "queue" => &[CaseListRow::QUEUE],
        "requester" => &[CaseListRow::REQUESTER_TEXT],
        _ => {
            let detail = "sort is one of updatedAt, createdAt, dueAt, urgency, number, priority, title, definition, stage, status, assignee, queue, requester, field.<key>";
            return Err(Problem::bad_request("invalid-parameter", detail).with_error(
                "?sort",
                "invalid-parameter",
                detail,
            ));
        }
    };
    Ok(columns.iter().map(|column| Sort { field: (*column).into(), descending }).collect())
}
