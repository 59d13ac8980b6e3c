//! Tables: a list of rows with a value for each column.

use super::fits;
use super::model::FieldDefinition;
use crate::domain::definition::value::is_blank;
use casewright_forms::{FieldFault, escape};
use serde_json::Value;

/// Rows of one table, whatever its definition says.
pub(crate) const MOST_ROWS: usize = 500;

/// Faults of the rows, each with its pointer.
pub(crate) fn check(field: &FieldDefinition, value: &Value, pointer: &str, faults: &mut Vec<FieldFault>) {
    let Some(rows) = value.as_array() else {
        faults.push(FieldFault::new(pointer, "type", "a list of rows is expected"));
        return;
    };
    if rows.len() > MOST_ROWS {
        faults.push(FieldFault::new(pointer, "too-many", &format!("a table is limited to {MOST_ROWS} rows")));
        return;
    }
    for (index, row) in rows.iter().enumerate() {
        check_row(field, row, &format!("{pointer}/{index}"), faults);
    }
}

fn check_row(field: &FieldDefinition, row: &Value, pointer: &str, faults: &mut Vec<FieldFault>) {
    let Some(cells) = row.as_object() else {
        faults.push(FieldFault::new(pointer, "type", "a row is an object with a value for each column"));
        return;
    };
    for key in cells.keys().filter(|key| field.columns.iter().all(|column| column.key != **key)) {
        faults.push(FieldFault::new(
            &format!("{pointer}/{}", escape(key)),
            "unknown-column",
            "there is no such column",
        ));
    }
    for column in &field.columns {
        let at = format!("{pointer}/{}", escape(&column.key));
        match cells.get(&column.key) {
            cell if is_blank(cell) && column.required => {
                faults.push(FieldFault::new(&at, "required", &format!("{} is needed", column.label)));
            }
            cell if is_blank(cell) => {}
            Some(cell) => fits::check(&column.as_field(), cell, &at, faults),
            None => {}
        }
    }
}
