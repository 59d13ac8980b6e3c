//! Why a decision is what it is, in lines for people.

use casewright_engine_expr::{Explained, Verdict, value_to_json};

/// The inputs of each table, the rules that hit, and the cell that kept each other one from it.
pub(super) fn lines(explained: &Explained) -> Vec<String> {
    let mut lines = Vec::new();
    for table in &explained.tables {
        lines.push(format!("table of '{}'", table.table));
        for (label, value) in &table.inputs {
            lines.push(format!("  {label} is {}", value_to_json(value)));
        }
        for (rule, verdict) in table.rules.iter().enumerate() {
            let why = match verdict {
                Verdict::Hit => "hits".to_owned(),
                Verdict::NotAsked => "is not asked: a rule before it has decided".to_owned(),
                Verdict::Refused(column) => {
                    let label = table.inputs.get(*column).map_or("?", |(label, _)| label.as_str());
                    format!("does not: its cell of {label} does not accept the value")
                }
            };
            lines.push(format!("  rule {} {why}", rule + 1));
        }
    }
    let explanation = explained.outcome.trace.as_ref().and_then(|trace| trace[0]["explanation"].as_str());
    lines.extend(explanation.map(|explanation| format!("because {explanation}")));
    lines
}
