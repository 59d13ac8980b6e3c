//! A decision table as a review sees it, whatever its dialect.

use super::super::camunda::hit_policy;
use super::super::element::text_child;
use super::super::findings::Findings;
use super::super::model::HitPolicy;
use super::atoms::{Atoms, Cell};
use super::types::{Types, local};
use crate::xml::Element;
use casewright_engine_feel::{Accepted, Dialect, Expression, Names, UnaryTests, Value};

/// Tables of more rules are not compared rule by rule.
pub(super) const MOST_RULES: usize = 2_000;

pub(super) struct Sheet<'a> {
    pub(super) policy: HitPolicy,
    pub(super) columns: Vec<Column>,
    pub(super) rules: Vec<&'a Element>,
    /// The texts of each rule's conclusions.
    pub(super) conclusions: Vec<Vec<String>>,
    /// Outputs where no rule is met.
    pub(super) has_default: bool,
    /// Place of each rule's output among those that its column lists, by priority.
    ranks: Vec<usize>,
}

pub(super) struct Column {
    pub(super) label: String,
    pub(super) atoms: Atoms,
    /// One a rule.
    pub(super) cells: Vec<Cell>,
}

impl<'a> Sheet<'a> {
    /// Tells of literals that are of another type than their column. None when the rules do not fit the columns.
    pub(super) fn read(table: &'a Element, types: &Types<'_>, findings: &mut Findings<'_>) -> Option<Self> {
        let rules: Vec<&Element> = table.children("rule").collect();
        // What the file's own reading finds is not told again.
        let before = findings.all.len();
        let policy = hit_policy(table, findings);
        findings.all.truncate(before);
        let inputs: Vec<&Element> = table.children("input").collect();
        if rules.iter().any(|rule| rule.children("inputEntry").count() != inputs.len()) {
            return None;
        }
        let columns = inputs
            .iter()
            .enumerate()
            .map(|(place, input)| {
                let entries: Vec<&Element> =
                    rules.iter().filter_map(|rule| rule.children("inputEntry").nth(place)).collect();
                Column::read(input, &entries, types, findings)
            })
            .collect();
        let outputs: Vec<&Element> = table.children("output").collect();
        check_outputs(&outputs, &rules, findings);
        let texts = |rule: &&Element| {
            rule.children("outputEntry")
                .map(|entry| text_child(entry).unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
        };
        let conclusions: Vec<Vec<String>> = rules.iter().map(texts).collect();
        Some(Self {
            policy: policy?,
            columns,
            ranks: ranks(&outputs, &conclusions),
            has_default: outputs.iter().any(|output| output.child("defaultOutputEntry").is_some()),
            conclusions,
            rules,
        })
    }

    /// Rules in the order in which they count.
    pub(super) fn precedence(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.rules.len()).collect();
        if self.policy == HitPolicy::Priority {
            order.sort_by_key(|rule| self.ranks[*rule]);
        }
        order
    }

    /// Inputs that meet both rules.
    pub(super) fn common(&self, first: usize, second: usize) -> String {
        let part = |column: &Column| {
            let atoms = column.cells[first].common(&column.cells[second]);
            (atoms.len() < column.atoms.count()).then(|| format!("{}: {}", column.label, column.atoms.written(&atoms)))
        };
        let parts: Vec<String> = self.columns.iter().filter_map(part).collect();
        if parts.is_empty() { "whatever the inputs are".to_owned() } else { parts.join("; ") }
    }
}

impl Column {
    fn read(input: &Element, entries: &[&Element], types: &Types<'_>, findings: &mut Findings<'_>) -> Self {
        let expression = input.child("inputExpression");
        let text = expression.and_then(text_child).or_else(|| input.attribute("inputVariable"));
        let type_ref = expression.and_then(|expression| expression.attribute("typeRef"));
        let (kind, allowed_of_type) = types.of_column(type_ref, text);
        let kind = kind.as_deref();
        let accepted: Vec<Option<Accepted>> = entries.iter().map(|entry| accepted(entry)).collect();
        for (entry, accepted) in entries.iter().zip(&accepted) {
            if let (Some(kind), Some(Accepted::In(ranges) | Accepted::NotIn(ranges))) = (kind, accepted)
                && let Some(other) = ranges.iter().flat_map(|r| r.low.iter().chain(&r.high)).find(|v| !is_of(v, kind))
            {
                findings.warning("type-mismatch", entry, format!("{other} is no {kind}, which the column is of"));
            }
        }
        let allowed = input.child("inputValues").or(allowed_of_type).and_then(accepted_of);
        let is_whole = matches!(kind, Some("integer" | "long" | "short"));
        let atoms = Atoms::of(accepted.iter().flatten(), allowed.as_ref(), is_whole);
        // Where the cells have nothing in common, only those that take anything are understood.
        let (atoms, is_understood) = match atoms {
            Some(atoms) => (atoms, true),
            None => (Atoms::one(), false),
        };
        let cells = accepted
            .iter()
            .map(|accepted| {
                let known = accepted.as_ref().filter(|accepted| is_understood || matches!(accepted, Accepted::Any));
                atoms.cell(known)
            })
            .collect();
        let label = input.attribute("label").or(text).unwrap_or("input");
        Self { label: label.to_owned(), atoms, cells }
    }
}

/// None for cells in other languages, and what hangs on more than the input.
fn accepted(entry: &Element) -> Option<Accepted> {
    let language = entry.attribute("expressionLanguage").unwrap_or_default();
    if !language.is_empty() && !language.to_ascii_lowercase().contains("feel") {
        return None;
    }
    match text_child(entry) {
        None | Some("-") => Some(Accepted::Any),
        Some(_) => accepted_of(entry),
    }
}

fn accepted_of(element: &Element) -> Option<Accepted> {
    UnaryTests::parse(text_child(element)?, &Names::default().reading(Dialect::Camunda)).ok()?.accepted()
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => matches!(value, Value::String(_)),
        "boolean" => matches!(value, Value::Boolean(_)),
        "number" | "integer" | "long" | "short" | "double" => matches!(value, Value::Number(_)),
        "date" | "dateTime" => matches!(value, Value::Date(_) | Value::DateTime(_)),
        "time" => matches!(value, Value::Time(_)),
        _ => true,
    }
}

fn check_outputs(outputs: &[&Element], rules: &[&Element], findings: &mut Findings<'_>) {
    for rule in rules {
        for (output, entry) in outputs.iter().zip(rule.children("outputEntry")) {
            let Some(kind) = output.attribute("typeRef").map(local) else {
                continue;
            };
            let text = text_child(entry).unwrap_or_default();
            let constant = Expression::parse(text, &Names::default().reading(Dialect::Camunda))
                .ok()
                .and_then(|expression| expression.constant());
            // Texts are what Camunda makes of anything.
            if kind != "string"
                && let Some(other) = constant.filter(|value| !is_of(value, kind))
            {
                findings.warning("type-mismatch", entry, format!("{other} is no {kind}, which the output is of"));
            }
        }
    }
}

fn ranks(outputs: &[&Element], conclusions: &[Vec<String>]) -> Vec<usize> {
    let listed: Vec<Vec<String>> = outputs
        .iter()
        .map(|output| {
            let text = output.child("outputValues").and_then(text_child).unwrap_or_default();
            text.split(',').map(|value| value.trim().to_owned()).collect()
        })
        .collect();
    let rank = |conclusion: &Vec<String>| {
        let first = listed.iter().zip(conclusion).next();
        first.and_then(|(values, text)| values.iter().position(|value| value == text)).unwrap_or(usize::MAX)
    };
    conclusions.iter().map(rank).collect()
}
