//! `/api/v1/cases/export`: a list of cases as a file for a spreadsheet.
//!
//! Which cases are in it, and in which order, is settled by one question when it is asked for; a case that changes while the
//! file is written is in it once, as it is then. What fails in between breaks the answer off, so that half a file never looks
//! like a whole one; a whole one ends with a line that says so.

use super::csv_text::{BYTE_ORDER_MARK, cell, line};
use super::list::{found, sort};
use crate::domain::case_filter::CaseFilter;
use crate::rest::error::store;
use crate::rest::page::readable;
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use casewright_access::Authenticated;
use casewright_contracts::CaseRow;
use casewright_journal::{Filter, Query, StoreError, TenantHandle};
use casewright_service::Problem;
use futures::stream;
use http::header;
use serde::Deserialize;
use serde_json::Value;
use smol_str::SmolStr;
use std::collections::{HashMap, VecDeque};
use utoipa::IntoParams;

/// Cases of one file; of a longer list it has the first, and says so.
const MOST_CASES: u64 = 50_000;
/// Cases read at once while it is written.
const STRIDE: usize = 500;
/// Columns of one file.
const MOST_COLUMNS: usize = 100;
/// How many cases the list has of which the file may have fewer.
const TOTAL: &str = "x-casewright-total";
const LIMIT: &str = "x-casewright-limit";

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct Layout {
    /// The columns in their order, separated by commas: `number`, `title`, `type`, `stage`, `status`, `priority`, `assignee`,
    /// `queue`, `sla`, `due`, `requester`, `labels`, `created`, `updated`, `closed`, and `field.<key>` for a field. All of these
    /// but `updated` and fields when absent.
    columns: Option<String>,
    /// `true`: the file begins with the mark of UTF-8, as some spreadsheets want it.
    byte_order_mark: Option<bool>,
}

/// What a file shows of each case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Number,
    Title,
    Type,
    Stage,
    Status,
    Priority,
    Assignee,
    Queue,
    Sla,
    Due,
    Requester,
    Labels,
    Created,
    Updated,
    Closed,
    Field(String),
}

/// Every column that is no field: as a client names it, and as it is headed.
const COLUMNS: [(&str, &str, Column); 15] = [
    ("number", "Number", Column::Number),
    ("title", "Title", Column::Title),
    ("type", "Type", Column::Type),
    ("stage", "Stage", Column::Stage),
    ("status", "Status", Column::Status),
    ("priority", "Priority", Column::Priority),
    ("assignee", "Assignee", Column::Assignee),
    ("queue", "Queue", Column::Queue),
    ("sla", "SLA", Column::Sla),
    ("due", "Due", Column::Due),
    ("requester", "Requester", Column::Requester),
    ("labels", "Labels", Column::Labels),
    ("created", "Created", Column::Created),
    ("updated", "Updated", Column::Updated),
    ("closed", "Closed", Column::Closed),
];

/// The cases of a list as comma separated values (RFC 4180, UTF-8), in its order: 50,000 at most. The last line begins with
/// `# end` and says how many of how many cases the file has; without it the file is not whole.
#[utoipa::path(get, path = "/api/v1/cases/export", tag = "cases", params(CaseFilter, Layout),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn export(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    casewright_service::Query(filter): casewright_service::Query<CaseFilter>,
    casewright_service::Query(layout): casewright_service::Query<Layout>,
) -> Result<Response, Problem> {
    let columns = columns(layout.columns.as_deref())?;
    // Taking cases away by the thousand is an action of its own: a policy may grant reading without it.
    let export = state.access().list_filter(&subject, "export", "case").await?;
    let read = state.access().list_filter(&subject, "read", "case").await?;
    let policy = Filter::And(vec![export, read]);
    let handle = state.tenant(&subject.tenant);
    let mut query = found(&filter, &subject, policy.clone());
    query.sort = sort(filter.sort.as_deref())?;
    query.only = Some(&[CaseRow::NUMBER]);
    query.limit = Some(MOST_CASES);
    let wanted: VecDeque<SmolStr> =
        handle.query(&query).await.map_err(store)?.rows.into_iter().map(|(id, _)| id).collect();
    let total = if (wanted.len() as u64) < MOST_CASES {
        wanted.len() as u64
    } else {
        handle.count(&query).await.map_err(store)?
    };
    let mark = if layout.byte_order_mark == Some(true) { BYTE_ORDER_MARK } else { "" };
    let head = format!("{mark}{}", line(&columns.iter().map(|(_, head)| head.clone()).collect::<Vec<_>>()));
    let writing = Writing { handle, policy, columns, wanted, written: 0, total, head: Some(head) };
    let date = state.journal().clock().now().strftime("%Y-%m-%d").to_string();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"cases-{date}.csv\"")),
        (header::HeaderName::from_static(TOTAL), total.to_string()),
        (header::HeaderName::from_static(LIMIT), MOST_CASES.to_string()),
    ];
    Ok((headers, Body::from_stream(stream::try_unfold(Some(writing), next))).into_response())
}

/// A file that is being written.
struct Writing {
    handle: TenantHandle,
    policy: Filter,
    columns: Vec<(Column, String)>,
    /// Cases that are still to come.
    wanted: VecDeque<SmolStr>,
    written: u64,
    total: u64,
    head: Option<String>,
}

/// The next piece of the file; none after its last line.
async fn next(writing: Option<Writing>) -> Result<Option<(Bytes, Option<Writing>)>, StoreError> {
    let Some(mut writing) = writing else {
        return Ok(None);
    };
    if let Some(head) = writing.head.take() {
        return Ok(Some((Bytes::from(head), Some(writing))));
    }
    if writing.wanted.is_empty() {
        let end = line(&[format!("# end: {} of {} cases", writing.written, writing.total)]);
        return Ok(Some((Bytes::from(end), None)));
    }
    let piece = writing.piece().await.inspect_err(|error| {
        tracing::warn!(%error, "a file of cases was broken off");
    })?;
    Ok(Some((Bytes::from(piece), Some(writing))))
}

impl Writing {
    async fn piece(&mut self) -> Result<String, StoreError> {
        let count = self.wanted.len().min(STRIDE);
        let ids: Vec<SmolStr> = self.wanted.drain(..count).collect();
        let these = Filter::In(CaseRow::ID.into(), ids.iter().map(|id| Value::from(id.as_str())).collect());
        let query = Query::new(CaseListRow::VIEW, Filter::And(vec![self.policy.clone(), these]));
        let rows = self.handle.query(&query).await?.rows;
        let mut rows: HashMap<SmolStr, CaseListRow> = rows
            .into_iter()
            .filter_map(|(id, row)| readable(CaseListRow::VIEW, &id, CaseListRow::read(&row)).map(|row| (id, row)))
            .collect();
        let mut text = String::new();
        // What somebody lost sight of meanwhile is not in the file, and the last line counts without it.
        for row in ids.iter().filter_map(|id| rows.remove(id)) {
            let cells: Vec<String> = self.columns.iter().map(|(column, _)| cell(&row, column)).collect();
            text.push_str(&line(&cells));
            self.written += 1;
        }
        Ok(text)
    }
}

fn columns(wanted: Option<&str>) -> Result<Vec<(Column, String)>, Problem> {
    let wanted = wanted.filter(|wanted| !wanted.is_empty()).map(|wanted| wanted.split(',').collect::<Vec<_>>());
    let wanted =
        wanted.unwrap_or_else(|| COLUMNS.iter().map(|(name, _, _)| *name).filter(|name| *name != "updated").collect());
    let refused = |detail: String| {
        Problem::bad_request("invalid-parameter", &*detail).with_error("?columns", "invalid-parameter", detail)
    };
    if wanted.len() > MOST_COLUMNS {
        return Err(refused(format!("{MOST_COLUMNS} columns at most")));
    }
    wanted
        .into_iter()
        .map(|name| {
            if let Some(key) = name.strip_prefix("field.").filter(|key| !key.is_empty()) {
                return Ok((Column::Field(key.to_owned()), key.to_owned()));
            }
            let known = COLUMNS.iter().find(|(known, _, _)| *known == name);
            known.map(|(_, head, column)| (column.clone(), (*head).to_owned())).ok_or_else(|| {
                let names: Vec<&str> = COLUMNS.iter().map(|(name, _, _)| *name).collect();
                refused(format!("there is no column of this name; there are {}, field.<key>", names.join(", ")))
            })
        })
        .collect()
}
