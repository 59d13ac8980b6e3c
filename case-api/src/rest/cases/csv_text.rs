//! Comma separated values (RFC 4180) that a spreadsheet shows and does not run.

use super::export::Column;
use crate::views::case::CaseListRow;
use casewright_instant::Instant;
use serde_json::Value;

/// What a spreadsheet takes for a formula when a cell begins with it; with tabulator and line break, which it skips first.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Mark of UTF-8 at the beginning of a file: without it some spreadsheets read letters of another alphabet wrongly.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A line with its end. What a stranger wrote into a case never becomes a formula: an apostrophe in front keeps it a text
/// (OWASP, "CSV injection").
pub(super) fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(&harmless(cell))).collect();
    format!("{}\r\n", cells.join(","))
}

fn harmless(cell: &str) -> String {
    let is_formula = cell.trim_start_matches([' ', '\n', '\u{a0}']).starts_with(FORMULA) && !is_number(cell);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

/// A negative amount is a number, and stays one. Digits only: what says more than that is no number here.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.parse::<f64>().is_ok()
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n', ';']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell.to_owned()
}

/// What a case has in a column.
pub(super) fn cell(row: &CaseListRow, column: &Column) -> String {
    let at = |at: Option<Instant>| at.map(|at| at.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    match column {
        Column::Number => row.shared.number.clone(),
        Column::Title => row.shared.title.clone(),
        Column::Type => row.definition_name.clone(),
        Column::Stage => row.stage_name.clone(),
        Column::Status => row.status_name.clone(),
        Column::Priority => row.priority.to_string(),
        Column::Assignee => row.assigned_to.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
        Column::Queue => text(&row.shared.queue),
        Column::Sla => text(&row.sla_worst),
        Column::Due => at(row.due_at),
        Column::Requester => text(&row.requester_text),
        Column::Labels => row.shared.labels.join(", "),
        Column::Created => at(Some(row.created_at)),
        Column::Updated => at(Some(row.updated_at)),
        Column::Closed => at(row.closed_at),
        Column::Field(key) => value(row.fields.get(key)),
    }
}

/// A field as text: lists of texts by commas, what has parts as JSON.
fn value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Some(Value::Number(number)) => {
            // JSON tells 100.0 from 100, and a table of numbers does not.
            let text = number.to_string();
            text.strip_suffix(".0").unwrap_or(&text).to_owned()
        }
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cell: &str) -> String {
        line(&[cell.to_owned()]).trim_end_matches("\r\n").to_owned()
    }

    #[test]
    fn nothing_a_stranger_writes_becomes_a_formula() {
        for formula in ["=1+1", "+1+1", "-1+cmd|'/C calc'!A0", "@SUM(A1)", "\t=1", " =1", "\n=1", "-", "+49", "-1e5x"] {
            let written = written(formula);
            assert!(written.trim_start_matches('"').starts_with('\''), "{formula:?} -> {written:?}");
        }
        for harmless in ["-12.50", "-3", "12", "A=B", "CLM-000001", ""] {
            assert_eq!(written(harmless), harmless);
        }
    }

    #[test]
    fn what_separates_is_quoted() {
        let cells = ["a,b", "say \"no\"", "two\nlines", "plain"].map(str::to_owned);
        assert_eq!(line(&cells), "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",plain\r\n");
    }
}
