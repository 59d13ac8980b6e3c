//! The log of a rule.

use super::{RuleCase, RuleRunBody};
use crate::rest::error::store;
use crate::rest::page::{page, page_body, readable};
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use crate::views::rule_run::RuleRunRow;
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Resource};
use casewright_contracts::CaseRowColumns;
use casewright_journal::{Filter, Query, Sort, TenantHandle};
use casewright_service::{Json, PageBody, PageParams, Problem};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use utoipa::IntoParams;

/// Which of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RunFilter {
    /// Id of a case
    case: Option<String>,
    /// `done`, `not-matched`, `failed`, several separated by commas; all when absent
    outcome: Option<String>,
}

/// What a rule did, newest first: for what it was asked, what its conditions found, what was done, and what could not be. Of cases that
/// the caller may see.
#[utoipa::path(get, path = "/api/v1/case-definitions/{key}/rules/{rule}/runs", tag = "case-definitions",
    params(("key" = String, Path), ("rule" = String, Path, description = "Id of the rule"), RunFilter, PageParams),
    responses((status = 200, body = PageBody<RuleRunBody>), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((key, rule)): Path<(String, String)>,
    params: PageParams,
    casewright_service::Query(wanted): casewright_service::Query<RunFilter>,
) -> Result<Json<PageBody<RuleRunBody>>, Problem> {
    state.access().authorize(&subject, "read", &Resource::new("case-definition", &key)).await?;
    let policy = state.access().list_filter(&subject, "read", "case").await?;
    let of_seen_cases = Filter::InView {
        field: RuleRunRow::CASE_ID.into(),
        view: CaseListRow::VIEW,
        select: CaseListRow::ID.into(),
        filter: Box::new(policy),
    };
    let mut all = vec![
        Filter::Eq(RuleRunRow::DEFINITION.into(), Value::from(key)),
        Filter::Eq(RuleRunRow::RULE.into(), Value::from(rule)),
        of_seen_cases,
    ];
    all.extend(wanted.case.map(|id| Filter::Eq(RuleRunRow::CASE_ID.into(), Value::from(id))));
    all.extend(
        wanted
            .outcome
            .filter(|outcomes| !outcomes.is_empty())
            .map(|outcomes| Filter::In(RuleRunRow::OUTCOME.into(), outcomes.split(',').map(Value::from).collect())),
    );
    let mut query = Query::new(RuleRunRow::VIEW, Filter::And(all));
    query.sort = vec![Sort { field: RuleRunRow::AT.into(), descending: true }];
    let handle = state.tenant(&subject.tenant);
    let (rows, total) = page(&handle, query, &params).await?;
    let found: Vec<RuleRunRow> =
        rows.rows.iter().filter_map(|(id, row)| readable(RuleRunRow::VIEW, id, RuleRunRow::read(row))).collect();
    let cases = named(&handle, &found).await?;
    let body = |row: RuleRunRow| {
        let case = cases.get(&row.case_id)?.clone();
        Some(RuleRunBody { case, at: row.at, entry: row.entry, run: row.run })
    };
    Ok(Json(page_body(found.into_iter().filter_map(body).collect(), &rows, total)))
}

/// The cases of these rows, which the caller may see, by their ids.
async fn named(handle: &TenantHandle, rows: &[RuleRunRow]) -> Result<HashMap<String, RuleCase>, Problem> {
    let ids = rows.iter().map(|row| Value::from(row.case_id.as_str())).collect();
    let mut query = Query::new(CaseListRow::VIEW, Filter::In(CaseListRow::ID.into(), ids));
    query.only = Some(RuleCase::COLUMNS);
    let found = handle.query_further(RuleRunRow::VIEW, &query).await.map_err(store)?;
    Ok(found.rows.iter().map(|(id, row)| (id.to_string(), RuleCase::of(id, row))).collect())
}
