//! Why a decision is what it is: what became of each rule of its tables.

use crate::java::json::value_to_json;
pub use casewright_engine_feel::Verdict;
use casewright_engine_value::{DecisionOutcome, Value};
use serde_json::{Map, Value as Json};

/// Rules of a table whose verdicts the history keeps; of longer tables it has those that hit.
pub(super) const MOST_KEPT: usize = 256;

/// What the history keeps of the rules of a table, in its order: the place of the column whose cell refused the input, from
/// 0, and null for a rule that hit. Rules beyond the end were not asked, as one before them had decided.
pub(super) fn refusals(rules: &[Verdict]) -> Json {
    let asked = rules.iter().take_while(|verdict| **verdict != Verdict::NotAsked);
    asked.map(|verdict| if let Verdict::Refused(column) = verdict { Json::from(*column) } else { Json::Null }).collect()
}

/// An outcome with the tables that led to it, in the order in which they were evaluated.
#[derive(Clone, Debug)]
pub struct Explained {
    pub outcome: DecisionOutcome,
    pub tables: Vec<TableExplanation>,
}

/// One evaluation of a table.
#[derive(Clone, Debug)]
pub struct TableExplanation {
    /// Key of its decision.
    pub table: String,
    /// Inputs with what their columns are called.
    pub inputs: Vec<(String, Value)>,
    /// In the order of the table.
    pub rules: Vec<Verdict>,
}

/// What the history keeps of an evaluation of a table of a standard model.
pub(super) fn kept(table: &TableExplanation) -> Json {
    let input = |(label, value): &(String, Value)| {
        object([("label", label.as_str().into()), ("type", value.type_name().into()), ("value", value_to_json(value))])
    };
    object([
        ("table", table.table.as_str().into()),
        ("inputs", table.inputs.iter().map(input).collect()),
        ("refusals", refusals(&table.rules)),
    ])
}

/// What the history keeps of a value that went into a decision.
pub(super) fn clause(id: Option<&str>, name: Option<&str>, value: &Value) -> Json {
    object([
        ("clauseId", id.into()),
        ("clauseName", name.into()),
        ("type", value.type_name().into()),
        ("value", value_to_json(value)),
    ])
}

/// What the history keeps of a value that no rule gave.
pub(super) fn result(variable: &str, value: &Value) -> Json {
    object([
        ("ruleId", Json::Null),
        ("ruleOrder", Json::Null),
        ("clauseId", Json::Null),
        ("clauseName", Json::Null),
        ("variableName", variable.into()),
        ("type", value.type_name().into()),
        ("value", value_to_json(value)),
    ])
}

/// An object of these entries, which are taken as they are: the macro of the library copies each of them, and every decision
/// that is made writes some.
pub(super) fn object<const N: usize>(entries: [(&str, Json); N]) -> Json {
    let mut map = Map::with_capacity(N);
    map.extend(entries.map(|(name, value)| (name.to_owned(), value)));
    Json::Object(map)
}
