//! Sorting of tasks by variables: `{"sortBy": "processVariable", "parameters": {"variable", "type"}}` of a POST.
//!
//! Rows of the task view do not hold variables, so all rows that pass are sorted here, before the page is cut.

use super::criteria::{all, eq, is_in};
use super::input::Input;
use crate::rest::error::{RestError, RestResult};
use crate::views;
use casewright_journal::{Document, Filter, Query, TenantHandle};
use serde_json::{Map, Value as Json};
use std::cmp::Ordering;
use std::collections::HashMap;

/// One sort key.
pub(crate) struct VariableSort {
    /// Field of the task and of the variable that must be the same.
    task_field: &'static str,
    variable_field: &'static str,
    only_instance_scope: bool,
    variable: String,
    descending: bool,
}

/// Takes the variable sort keys out of the criteria.
pub(crate) fn take(input: &Input) -> RestResult<Option<(Input, Vec<VariableSort>)>> {
    let Some(Json::Array(items)) = input.json("sorting") else {
        return Ok(None);
    };
    let mut own = Vec::new();
    let mut others = Vec::new();
    for item in items {
        match read(item)? {
            Some(sort) => own.push(sort),
            None => others.push(item.clone()),
        }
    }
    let Input::Body(body) = input else {
        return Ok(None);
    };
    if own.is_empty() {
        return Ok(None);
    }
    let mut rest: Map<String, Json> = body.clone();
    rest.insert("sorting".into(), Json::Array(others));
    Ok(Some((Input::Body(rest), own)))
}

fn read(item: &Json) -> RestResult<Option<VariableSort>> {
    let word = |json: &Json, name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
    let (task_field, variable_field, only_instance_scope) = match word(item, "sortBy").as_deref() {
        Some("processVariable") => ("processInstanceId", "processInstanceId", true),
        Some("executionVariable") => ("executionId", "executionId", false),
        Some("taskVariable") => ("id", "taskId", false),
        _ => return Ok(None),
    };
    let parameters = item.get("parameters").cloned().unwrap_or(Json::Null);
    let variable = word(&parameters, "variable").ok_or_else(|| RestError::null_value("variableName is null"))?;
    if word(&parameters, "type").is_none() {
        return Err(RestError::null_value("type is null"));
    }
    let descending = word(item, "sortOrder").as_deref() == Some("desc");
    Ok(Some(VariableSort { task_field, variable_field, only_instance_scope, variable, descending }))
}

/// Sorts rows by the keys; what is equal keeps its order.
pub(crate) async fn sort(journal: &TenantHandle, rows: &mut [Document], keys: &[VariableSort]) -> RestResult<()> {
    let mut columns: Vec<HashMap<String, Document>> = Vec::new();
    for key in keys {
        columns.push(column(journal, rows, key).await?);
    }
    rows.sort_by(|a, b| {
        keys.iter()
            .zip(&columns)
            .map(|(key, column)| {
                let value = |row: &Document| text(row, key.task_field).and_then(|id| column.get(id));
                let order = compare(value(a), value(b));
                if key.descending { order.reverse() } else { order }
            })
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    Ok(())
}

fn text<'a>(row: &'a Document, field: &str) -> Option<&'a str> {
    row.get(field).and_then(Json::as_str)
}

async fn column(
    journal: &TenantHandle,
    rows: &[Document],
    key: &VariableSort,
) -> RestResult<HashMap<String, Document>> {
    let holders = rows.iter().filter_map(|row| text(row, key.task_field));
    let mut filters = vec![eq("name", key.variable.clone()), is_in(key.variable_field, holders)];
    if key.only_instance_scope {
        filters.push(eq("isInstanceScope", true));
    } else if key.variable_field == "executionId" {
        filters.push(Filter::IsNull("taskId".into()));
    }
    let page = journal.query(&Query::new(views::VARIABLE, all(filters))).await?;
    Ok(page.rows.into_iter().filter_map(|(_, row)| Some((text(&row, key.variable_field)?.to_owned(), row))).collect())
}

/// Rows without the variable come first.
fn compare(a: Option<&Document>, b: Option<&Document>) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else {
        return a.is_some().cmp(&b.is_some());
    };
    for field in ["number", "date"] {
        let number = |row: &Document| row.get(field).and_then(Json::as_f64);
        if let (Some(a), Some(b)) = (number(a), number(b)) {
            return a.total_cmp(&b);
        }
    }
    let flag = |row: &Document| row.get("flag").and_then(Json::as_bool);
    flag(a).cmp(&flag(b)).then_with(|| text(a, "text").cmp(&text(b, "text")))
}
