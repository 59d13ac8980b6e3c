//! `sortBy` and `sortOrder` of a GET, `sorting` of a POST body.

use super::input::{Input, LIST};
use crate::error::{RestError, RestResult};
use casewright_journal::{Column, Sort};
use serde_json::Value as Json;

/// Name on the wire and column of the view.
pub(crate) type SortKey = (&'static str, Column);

/// The sort keys the input states.
pub(crate) fn read(keys: &[SortKey], input: &Input) -> RestResult<Vec<Sort>> {
    if input.is_body() { read_body(keys, input) } else { read_parameters(keys, input) }
}

fn read_parameters(keys: &[SortKey], input: &Input) -> RestResult<Vec<Sort>> {
    let by = input.text("sortBy")?;
    let order = input.text("sortOrder")?;
    // When both are wrong Camunda names the order.
    let descending =
        match &order {
            None => None,
            Some(order) => Some(direction(order).ok_or_else(|| {
                RestError::invalid(format!("Cannot set query parameter 'sortOrder' to value '{order}'"))
            })?),
        };
    let field = match &by {
        None => None,
        Some(by) => Some(
            find(keys, by)
                .ok_or_else(|| RestError::invalid(format!("Cannot set query parameter 'sortBy' to value '{by}'")))?,
        ),
    };
    match (field, descending) {
        (None, None) => Ok(Vec::new()),
        (Some(field), Some(descending)) => Ok(vec![Sort { field: field.into(), descending }]),
        _ => Err(RestError::invalid("Only a single sorting parameter specified. sortBy and sortOrder required")),
    }
}

fn read_body(keys: &[SortKey], input: &Input) -> RestResult<Vec<Sort>> {
    let items = match input.json("sorting") {
        None => return Ok(Vec::new()),
        Some(Json::Array(items)) => items,
        Some(found) => return Err(RestError::misfit("sorting", LIST, found)),
    };
    let mut out: Vec<Sort> = Vec::new();
    for item in items {
        let item = item.as_object().ok_or_else(|| RestError::misfit("sorting", "SortingDto", item))?;
        let by = item.get("sortBy").and_then(Json::as_str);
        let Some(field) = by.and_then(|by| find(keys, by)) else {
            return Err(RestError::not_valid(
                "You should call any of the orderBy methods first before specifying a direction: currentOrderingProperty is null",
            ));
        };
        let order = item.get("sortOrder").and_then(Json::as_str);
        let Some(descending) = order.and_then(direction) else {
            return Err(RestError::not_valid(
                "Invalid query: call asc() or desc() after using orderByXX(): direction is null",
            ));
        };
        // Rows that are equal by a column are equal by it again: a key sorts once, so there are no more than there are columns.
        let key = Sort { field: field.into(), descending };
        if out.iter().all(|known| known.field != key.field) {
            out.push(key);
        }
    }
    Ok(out)
}

fn find(keys: &[SortKey], name: &str) -> Option<Column> {
    keys.iter().find(|(key, _)| *key == name).map(|(_, column)| *column)
}

fn direction(order: &str) -> Option<bool> {
    match order {
        "asc" => Some(false),
        "desc" => Some(true),
        _ => None,
    }
}
