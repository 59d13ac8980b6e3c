//! Lists of cases: what they may be narrowed and sorted by.

use super::CaseBody;
use crate::rest::page::{page, page_body};
use crate::state::CaseApiState;
use crate::views::case::VIEW;
use axum::extract::State;
use casewright_access::{Authenticated, Subject};
use casewright_journal::{Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

/// What a list of cases may be narrowed by. Several values of one parameter are separated by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct CaseFilter {
    definition: Option<String>,
    /// Case numbers.
    number: Option<String>,
    stage: Option<String>,
    status: Option<String>,
    /// `open`, `paused`, `closed`.
    status_kind: Option<String>,
    /// Ids of queues; `any`: the case stands in one, whichever it is.
    queue: Option<String>,
    /// How the most urgent promise stands that still counts: `running`, `atRisk`, `breached`.
    sla: Option<String>,
    /// `me`, `none`, or a user id.
    assignee: Option<String>,
    /// E-mail address of the requester.
    requester: Option<String>,
    label: Option<String>,
    /// Words to find in title, number, requester and fields.
    search: Option<String>,
    /// `updatedAt`, `createdAt`, `dueAt`, `number`, `priority`; `-` in front: descending. `-updatedAt` when absent.
    sort: Option<String>,
}

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
    let mut query = Query::new(VIEW, Filter::And(conditions(&filter, &subject, policy)));
    query.sort = sort(filter.sort.as_deref())?;
    query.search = filter.search.filter(|words| !words.trim().is_empty());
    let handle = state.tenant(&subject.tenant);
    let (mut rows, total) = page(&handle, query, &params).await?;
    let now = state.journal().clock().now();
    let items =
        std::mem::take(&mut rows.rows).into_iter().filter_map(|(id, row)| CaseBody::of_row(&id, row, now)).collect();
    Ok(Json(page_body(items, &rows, total)))
}

fn conditions(filter: &CaseFilter, subject: &Subject, policy: Filter) -> Vec<Filter> {
    let mut all = vec![policy];
    let one_of = |field: &'static str, value: &Option<String>| -> Option<Filter> {
        let values: Vec<Value> = value.as_deref()?.split(',').filter(|v| !v.is_empty()).map(Value::from).collect();
        (!values.is_empty()).then_some(Filter::In(field.into(), values))
    };
    all.extend(one_of("definition", &filter.definition));
    all.extend(one_of("number", &filter.number));
    all.extend(one_of("slaWorst", &filter.sla));
    all.extend(one_of("stage", &filter.stage));
    all.extend(one_of("status", &filter.status));
    all.extend(one_of("statusKind", &filter.status_kind));
    all.extend(match filter.queue.as_deref() {
        Some("any") => Some(Filter::NotNull("queue".into())),
        _ => one_of("queue", &filter.queue),
    });
    all.extend(match filter.assignee.as_deref() {
        None | Some("") => None,
        Some("me") => Some(Filter::Eq("assigneeId".into(), Value::from(subject.id.as_str()))),
        Some("none") => Some(Filter::IsNull("assigneeId".into())),
        Some(id) => Some(Filter::Eq("assigneeId".into(), Value::from(id))),
    });
    all.extend(filter.requester.clone().map(|email| Filter::EqIgnoreCase("requesterEmail".into(), email)));
    all.extend(filter.label.as_deref().map(|label| Filter::Contains("labels".into(), Value::from(label))));
    all
}

fn sort(wanted: Option<&str>) -> Result<Vec<Sort>, Problem> {
    let wanted = wanted.filter(|sort| !sort.is_empty()).unwrap_or("-updatedAt");
    let (descending, name) = match wanted.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, wanted),
    };
    let fields: &[&'static str] = match name {
        "updatedAt" => &["updatedAt"],
        "createdAt" => &["createdAt"],
        "number" => &["number"],
        "priority" => &["priority"],
        // The first promise that is due, then the date somebody set.
        "dueAt" => &["urgentAt", "dueSort"],
        _ => {
            let detail = "sort is one of updatedAt, createdAt, dueAt, number, priority";
            return Err(Problem::bad_request("invalid-parameter", detail).with_error(
                "?sort",
                "invalid-parameter",
                detail,
            ));
        }
    };
    Ok(fields.iter().map(|field| Sort { field: (*field).into(), descending }).collect())
}
