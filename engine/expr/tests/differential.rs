//! What Camunda 7.24 and feelin answered once (`cargo xtask differential feel --record`), held against what we answer now.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]
#![allow(dead_code, reason = "the driver beside the peers has a part of what both use")]

#[path = "support/differential/mod.rs"]
mod support;

use casewright_engine_feel::Dialect;
use serde::Deserialize;
use serde_json::Value as Json;
use support::answer::{Closeness, same};
use support::case::Case;
use support::explained::{CAMUNDA, Difference, Explained, FORMS, explanation};
use support::ours;

#[derive(Deserialize)]
struct Recorded {
    case: Case,
    answer: Json,
}

/// Fails at the first that nothing explains, and where fewer were recorded than there should be.
fn hold(recorded: &str, least: usize, dialect: Dialect, closeness: Closeness, explained: &'static [Explained]) {
    let all: Vec<Recorded> = recorded.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(all.len() >= least, "{} questions are recorded; there should be {least}", all.len());
    let mut left = Vec::new();
    for Recorded { case, answer } in &all {
        let ours = ours::answer(case, dialect);
        let difference = Difference { case, ours: &ours, theirs: answer };
        if !same(&ours, answer, closeness) && explanation(explained, &difference).is_none() {
            left.push(format!("{}\n    ours   {ours}\n    theirs {answer}", case.shown()));
        }
    }
    assert!(left.is_empty(), "{} of {} differ:\n{}", left.len(), all.len(), left.join("\n"));
}

#[test]
fn expressions_are_answered_as_camunda_answers_them() {
    hold(include_str!("differential/expressions.jsonl"), 1_000, Dialect::Camunda, Closeness::Exact, CAMUNDA);
}

#[test]
fn tables_decide_as_those_of_camunda_do() {
    hold(include_str!("differential/tables.jsonl"), 200, Dialect::Camunda, Closeness::Exact, CAMUNDA);
}

#[test]
fn forms_are_judged_as_in_the_browser() {
    hold(include_str!("differential/forms.jsonl"), 500, Dialect::Forms, Closeness::Doubles, FORMS);
}
