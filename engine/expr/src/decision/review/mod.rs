//! A review of decision tables: what can be read and evaluated, and is hardly what anybody meant (gaps, overlaps, rules that
//! never count, inputs that tell nothing, literals of another type).

mod atoms;
mod search;
mod sheet;
mod types;

use super::checks::own_id;
use super::element::read_xml;
use super::findings::Findings;
use super::model::{DecisionDiagnostic, HitPolicy};
use crate::xml::{Element, Lines};
use search::Search;
use sheet::Sheet;
use std::collections::HashSet;
use types::Types;

/// Findings of one kind that are told of one table.
const TOLD: usize = 20;

/// What there is to say about the tables of a file that can be evaluated; nothing for what is no DMN file.
#[must_use]
pub fn review(xml: &str) -> Vec<DecisionDiagnostic> {
    let Ok(root) = read_xml(xml) else {
        return Vec::new();
    };
    let mut findings = Findings { lines: Lines::of(xml), all: Vec::new() };
    unused_inputs(&root, &mut findings);
    tables(&root, &Types::of(&root), &mut findings);
    findings.all
}

fn tables(element: &Element, types: &Types<'_>, findings: &mut Findings<'_>) {
    if element.local_name() == "decisionTable" {
        table(element, types, findings);
    }
    for child in &element.children {
        tables(child, types, findings);
    }
}

/// Input data that nothing requires.
fn unused_inputs(root: &Element, findings: &mut Findings<'_>) {
    fn references<'a>(element: &'a Element, namespace: &str, into: &mut HashSet<&'a str>) {
        into.extend(element.attribute("href").and_then(|href| own_id(href, namespace)));
        for child in &element.children {
            references(child, namespace, into);
        }
    }
    let mut used = HashSet::new();
    for element in root.children.iter().filter(|element| element.local_name() != "DMNDI") {
        references(element, root.attribute("namespace").unwrap_or_default(), &mut used);
    }
    for input in root.children("inputData") {
        if input.attribute("id").is_some_and(|id| !used.contains(id)) {
            let name = input.attribute("name").unwrap_or_default();
            findings.warning("unused-input", input, format!("Nothing requires the input '{name}'"));
        }
    }
}

fn table(element: &Element, types: &Types<'_>, findings: &mut Findings<'_>) {
    let Some(sheet) = Sheet::read(element, types, findings) else {
        return;
    };
    for column in
        sheet.columns.iter().filter(|column| !sheet.rules.is_empty() && column.cells.iter().all(|cell| cell.is_any()))
    {
        let message = format!("The input '{}' tells nothing: every rule takes any value", column.label);
        findings.warning("unused-input", element, message);
    }
    unreachable(&sheet, findings);
    if matches!(sheet.policy, HitPolicy::Unique | HitPolicy::Any) {
        overlaps(&sheet, findings);
    }
    // Of tables that gather hits, none is a result as well.
    let gathers = matches!(sheet.policy, HitPolicy::Collect(_) | HitPolicy::RuleOrder | HitPolicy::OutputOrder);
    if !gathers && !sheet.has_default {
        gaps(element, &sheet, findings);
    }
}

/// Rules that no input can meet, and such as never count because of those that go before.
fn unreachable(sheet: &Sheet<'_>, findings: &mut Findings<'_>) {
    let mut before: Vec<usize> = Vec::new();
    let mut told = 0;
    for rule in sheet.precedence() {
        let number = rule + 1;
        if let Some(column) = sheet.columns.iter().find(|column| column.cells[rule].is_empty()) {
            let message = format!("Rule {number} is never met: no value of '{}' meets its cell", column.label);
            findings.warning("unreachable-rule", sheet.rules[rule], message);
        } else if matches!(sheet.policy, HitPolicy::First | HitPolicy::Priority)
            && told < TOLD
            && Search::of(sheet).is_covered(rule, &before)
        {
            told += 1;
            let message = format!("Rule {number} never counts: other rules go before it whenever it is met");
            findings.warning("unreachable-rule", sheet.rules[rule], message);
        }
        before.push(rule);
    }
}

/// Pairs of rules that one input meets, where there may be one, or all must agree.
fn overlaps(sheet: &Sheet<'_>, findings: &mut Findings<'_>) {
    let mut told = 0;
    for second in 0..sheet.rules.len().min(sheet::MOST_RULES) {
        for first in 0..second {
            if told == TOLD {
                return;
            }
            let agree = sheet.policy == HitPolicy::Any && sheet.conclusions[first] == sheet.conclusions[second];
            if agree || !sheet.columns.iter().all(|column| column.cells[first].meets(&column.cells[second])) {
                continue;
            }
            told += 1;
            let at = sheet.common(first, second);
            let message = format!("Rules {} and {} are both met: {at}", first + 1, second + 1);
            findings.warning("overlap", sheet.rules[second], message);
        }
    }
}

/// Inputs that meet no rule.
fn gaps(element: &Element, sheet: &Sheet<'_>, findings: &mut Findings<'_>) {
    let mut search = Search::of(sheet);
    let found = search.gaps(TOLD);
    for gap in found {
        findings.warning("gap", element, format!("No rule is met: {gap}"));
    }
    if search.is_exhausted() {
        let message = "The table is too large to look for all of its gaps".to_owned();
        findings.warning("not-reviewed", element, message);
    }
}
