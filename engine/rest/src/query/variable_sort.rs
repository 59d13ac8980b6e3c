//! Sorting of tasks by variables: `{"sortBy": "processVariable", "parameters": {"variable", "type"}}` of a POST.
//!
//! Rows of the task view do not hold variables, so the ids of all rows that pass are sorted here, before the page is cut.

use super::input::Input;
use crate::error::{RestError, RestResult};
use casewright_engine_views::criteria::{all, eq, is_in};
use casewright_engine_views::portions::portions;
use casewright_engine_views::{
    self as views, PlaceRowColumns as _, TaskRow, ValueRowColumns as _, VariableFieldsColumns as _, VariableRow,
};
use casewright_journal::{Column, Document, Filter, Query, TenantHandle};
use futures::TryStreamExt;
use serde_json::{Map, Value as Json};
use smol_str::SmolStr;
use std::cmp::Ordering;
use std::collections::HashMap;

/// One sort key.
pub(crate) struct VariableSort {
    /// Column of the task and of the variable that must be the same.
    task_column: Column,
    variable_column: Column,
    only_instance_scope: bool,
    variable: String,
    descending: bool,
}

/// Sorting by a variable reads its values beside the rows: no more variables than a person could think of.
const MOST: usize = 20;

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
    if own.len() > MOST {
        return Err(RestError::invalid(format!("A query is sorted by {MOST} variables at most")));
    }
    let mut rest: Map<String, Json> = body.clone();
    rest.insert("sorting".into(), Json::Array(others));
    Ok(Some((Input::Body(rest), own)))
}

fn read(item: &Json) -> RestResult<Option<VariableSort>> {
    let word = |json: &Json, name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
    let (task_column, variable_column, only_instance_scope) = match word(item, "sortBy").as_deref() {
        Some("processVariable") => (TaskRow::PROCESS_INSTANCE_ID, VariableRow::PROCESS_INSTANCE_ID, true),
        Some("executionVariable") => (TaskRow::EXECUTION_ID, VariableRow::EXECUTION_ID, false),
        Some("taskVariable") => (TaskRow::ID, VariableRow::TASK_ID, false),
        _ => return Ok(None),
    };
    let parameters = item.get("parameters").cloned().unwrap_or(Json::Null);
    let variable = word(&parameters, "variable").ok_or_else(|| RestError::null_value("variableName is null"))?;
    if word(&parameters, "type").is_none() {
        return Err(RestError::null_value("type is null"));
    }
    let descending = word(item, "sortOrder").as_deref() == Some("desc");
    Ok(Some(VariableSort { task_column, variable_column, only_instance_scope, variable, descending }))
}

/// The ids of the tasks that pass, sorted by the keys; what is equal keeps the order of the query.
pub(crate) async fn sorted(
    journal: &TenantHandle,
    mut query: Query,
    keys: &[VariableSort],
) -> RestResult<Vec<SmolStr>> {
    query.only = Some(&[TaskRow::ID, TaskRow::PROCESS_INSTANCE_ID, TaskRow::EXECUTION_ID]);
    let mut rows: Vec<(Vec<Option<Stand>>, SmolStr)> = Vec::new();
    let mut found = portions(journal, query);
    while let Some(portion) = found.try_next().await? {
        let mut columns = Vec::with_capacity(keys.len());
        for key in keys {
            columns.push(column(journal, &portion, key).await?);
        }
        rows.extend(portion.iter().map(|row| {
            let stands = keys
                .iter()
                .zip(&columns)
                .map(|(key, column)| key.task_column.text(row).and_then(|holder| column.get(holder)).cloned());
            (stands.collect(), SmolStr::new(TaskRow::ID.text(row).unwrap_or_default()))
        }));
    }
    rows.sort_by(|(a, _), (b, _)| {
        let orders = keys.iter().zip(a.iter().zip(b)).map(|(key, (a, b))| {
            let order = compare(a.as_ref(), b.as_ref());
            if key.descending { order.reverse() } else { order }
        });
        orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
    Ok(rows.into_iter().map(|(_, id)| id).collect())
}

/// What a variable is sorted by.
#[derive(Clone, Debug)]
struct Stand {
    number: Option<f64>,
    date: Option<f64>,
    flag: Option<bool>,
    text: Option<SmolStr>,
}

async fn column(journal: &TenantHandle, rows: &[Document], key: &VariableSort) -> RestResult<HashMap<String, Stand>> {
    let holders = rows.iter().filter_map(|row| key.task_column.text(row));
    let mut filters = vec![eq(VariableRow::NAME, key.variable.clone()), is_in(key.variable_column, holders)];
    if key.only_instance_scope {
        filters.push(eq(VariableRow::IS_INSTANCE_SCOPE, true));
    } else if key.variable_column == VariableRow::EXECUTION_ID {
        filters.push(Filter::IsNull(VariableRow::TASK_ID.into()));
    }
    let mut query = Query::new(views::VARIABLE, all(filters));
    query.only = Some(&[
        VariableRow::PROCESS_INSTANCE_ID,
        VariableRow::EXECUTION_ID,
        VariableRow::TASK_ID,
        VariableRow::NUMBER,
        VariableRow::DATE,
        VariableRow::FLAG,
        VariableRow::TEXT,
    ]);
    let page = journal.query_further(views::TASK, &query).await?;
    let stand = |row: &Document| Stand {
        number: VariableRow::NUMBER.of(row).as_f64(),
        date: VariableRow::DATE.of(row).as_f64(),
        flag: VariableRow::FLAG.of(row).as_bool(),
        text: VariableRow::TEXT.text(row).map(SmolStr::new),
    };
    let holder = |row: &Document| key.variable_column.text(row).map(str::to_owned);
    Ok(page.rows.into_iter().filter_map(|(_, row)| Some((holder(&row)?, stand(&row)))).collect())
}

/// Rows without the variable come first.
fn compare(a: Option<&Stand>, b: Option<&Stand>) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else {
        return a.is_some().cmp(&b.is_some());
    };
    for (a, b) in [(a.number, b.number), (a.date, b.date)] {
        if let (Some(a), Some(b)) = (a, b) {
            return a.total_cmp(&b);
        }
    }
    a.flag.cmp(&b.flag).then_with(|| a.text.cmp(&b.text))
}
