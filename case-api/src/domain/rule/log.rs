//! The aggregate `case-rules`, by the id of its case: what rules were asked there and did nothing, and when the next of them is to
//! be looked at by time. Apart from the case, whose version is of what has happened to it.

use super::run::RuleRun;
use casewright_instant::{Instant, optional_rfc3339};
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta, FORGOTTEN};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known of the rules of one case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RuleLog {
    /// The last entry of the case that was noted.
    pub noted: u64,
    /// Rule id -> until when its time was looked at.
    pub answered: BTreeMap<String, Timestamp>,
    /// When a rule wants to be looked at.
    pub next: Option<Timestamp>,
    /// Its case was deleted.
    #[serde(default)]
    pub is_forgotten: bool,
}

/// What is noted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum RuleLogEvent {
    /// A rule was asked about entry `entry` of the case, and did nothing.
    RulePassedOver { entry: u64, run: RuleRun },
    /// A rule was asked because its time had come. `run` is there when it did nothing.
    RuleTimeCame {
        rule: String,
        #[serde(with = "casewright_instant::rfc3339")]
        due: Instant,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        run: Option<RuleRun>,
    },
    /// When a rule is to be looked at; none: no rule waits for a time.
    RulesPlanned {
        #[serde(default, with = "optional_rfc3339")]
        next: Option<Instant>,
    },
    /// The last one: its case is being deleted. `runs`: ids of the rows there are.
    Forgotten { runs: Vec<String> },
}

impl Aggregate for RuleLog {
    type Event = RuleLogEvent;
    const KIND: &'static str = "case-rules";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            RuleLogEvent::RulePassedOver { entry, .. } => self.noted = self.noted.max(*entry),
            RuleLogEvent::RuleTimeCame { rule, due, .. } => {
                self.answered.insert(rule.clone(), due.timestamp());
            }
            RuleLogEvent::RulesPlanned { next } => self.next = next.map(Instant::timestamp),
            RuleLogEvent::Forgotten { .. } => *self = Self { is_forgotten: true, ..Self::default() },
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            RuleLogEvent::RulePassedOver { .. } => "rule-passed-over",
            RuleLogEvent::RuleTimeCame { .. } => "rule-time-came",
            RuleLogEvent::RulesPlanned { .. } => "rules-planned",
            RuleLogEvent::Forgotten { .. } => FORGOTTEN,
        }
    }
}

impl RuleLog {
    /// Notes what was asked about an entry of the case, once.
    #[must_use]
    pub(crate) fn note(&self, entry: u64, runs: &[RuleRun]) -> Decision<RuleLogEvent, ()> {
        let passed = |run: &RuleRun| RuleLogEvent::RulePassedOver { entry, run: run.clone() };
        let events =
            if entry > self.noted && !self.is_forgotten { runs.iter().map(passed).collect() } else { Vec::new() };
        Decision { events, answer: () }
    }

    /// Notes that a rule was asked for a time.
    #[must_use]
    pub(crate) fn note_time(&self, rule: &str, due: Timestamp, run: Option<&RuleRun>) -> Decision<RuleLogEvent, ()> {
        let is_news = self.answered.get(rule).is_none_or(|before| *before < due);
        let came = RuleLogEvent::RuleTimeCame { rule: rule.to_owned(), due: due.into(), run: run.cloned() };
        Decision { events: if is_news && !self.is_forgotten { vec![came] } else { Vec::new() }, answer: () }
    }

    /// Forgets what rules did: the case is being deleted.
    #[must_use]
    pub(crate) fn forget(&self, runs: &[String]) -> Decision<RuleLogEvent, ()> {
        let forgotten = RuleLogEvent::Forgotten { runs: runs.to_vec() };
        Decision { events: if self.is_forgotten { Vec::new() } else { vec![forgotten] }, answer: () }
    }

    /// Notes when rules are to be looked at.
    #[must_use]
    pub(crate) fn plan(&self, next: Option<Timestamp>) -> Decision<RuleLogEvent, ()> {
        let planned = RuleLogEvent::RulesPlanned { next: next.map(Instant::from) };
        Decision { events: if self.next == next || self.is_forgotten { Vec::new() } else { vec![planned] }, answer: () }
    }
}
