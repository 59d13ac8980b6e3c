//! What a rule would have done: asked again about what has happened to a case, or for the times that have come since. Nothing is
//! done.

use super::decide::{People, try_rule};
use super::event::CaseEvent;
use super::marks;
use super::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::rule::{Rule, RuleRun};
use casewright_journal::{Aggregate, Entry};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// Times that a rule comes in one case: a year of days, and more than people look at.
const MOST_TIMES: usize = 400;

/// A rule that is tried, and the period that is looked at.
#[derive(Clone)]
pub(crate) struct Trial {
    pub(crate) rule: Rule,
    pub(crate) definition: CaseDefinition,
    pub(crate) people: People,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

/// One time that the rule would have been asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tried {
    /// The entry of the case that it would have answered; none: its time had come.
    pub(crate) entry: Option<u64>,
    pub(crate) at: Timestamp,
    pub(crate) run: RuleRun,
}

impl Trial {
    /// Asks the rule about a case, all of whose entries come in order.
    #[must_use]
    pub(crate) fn of_case(&self, entries: &[Entry]) -> Vec<Tried> {
        let Some(first) = entries.first() else {
            return Vec::new();
        };
        let mut case = Case::empty(&first.meta.key);
        let mut tried = Vec::new();
        // Only what comes within the period is looked for.
        let mut answered = self.from.checked_sub(SignedDuration::from_millis(1)).unwrap_or(Timestamp::MIN);
        for entry in entries {
            self.times(&case, entry.meta.at, &mut answered, &mut tried);
            let Ok(event) = serde_json::from_slice::<CaseEvent>(&entry.payload) else {
                continue;
            };
            case.apply(&event, &entry.meta);
            if self.rule.on.is_on(&entry.event) && self.is_within(entry.meta.at) {
                let told: Value = serde_json::from_slice(&entry.payload).unwrap_or_default();
                let run = try_rule(&case, &self.definition, &self.rule, &told, &self.people, entry.meta.at);
                tried.push(Tried { entry: Some(entry.meta.seq), at: entry.meta.at, run });
            }
        }
        self.times(&case, self.to, &mut answered, &mut tried);
        tried
    }

    fn is_within(&self, at: Timestamp) -> bool {
        self.from <= at && at <= self.to
    }

    /// The times of the rule before `until`, as the case is there.
    fn times(&self, case: &Case, until: Timestamp, answered: &mut Timestamp, tried: &mut Vec<Tried>) {
        if !case.exists() {
            return;
        }
        while let Some(at) = marks::due(case, &self.rule, Some(*answered)).filter(|at| *at <= until.min(self.to)) {
            if tried.len() >= MOST_TIMES {
                return;
            }
            *answered = at;
            let run = try_rule(case, &self.definition, &self.rule, &Value::Null, &self.people, at);
            tried.push(Tried { entry: None, at, run });
        }
    }
}
