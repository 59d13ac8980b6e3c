//! When what rules wait from has happened to a case, and when a rule that waits for a time is due there.

use super::event::{CaseEvent, Fact};
use super::state::Case;
use crate::domain::definition::model::{CaseDefinition, StatusKind};
use crate::domain::rule::trigger::Mark;
use crate::domain::rule::{Rule, RuleTrigger};
use casewright_instant::Instant;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The latest of each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Marks {
    stage: Option<Timestamp>,
    status: Option<Timestamp>,
    /// None: nobody has it.
    assigned: Option<Timestamp>,
    /// None: it is in no queue.
    queued: Option<Timestamp>,
    /// Somebody did something, or mail came or went.
    activity: Option<Timestamp>,
    /// It is open, with the rules that it has.
    ready: Option<Timestamp>,
    /// Rule id -> when it was applied because its time had come.
    applied: BTreeMap<String, Timestamp>,
}

impl Marks {
    pub(super) fn fold(&mut self, event: &CaseEvent, at: Timestamp) {
        let is_mail = matches!(event.fact, Fact::MailReceived { .. } | Fact::MailSent { .. });
        if is_mail || !event.by.is_machine() && !matches!(event.fact, Fact::MailsRead { .. }) {
            self.activity = Some(at);
        }
        match &event.fact {
            Fact::CaseCreated { assignee, queue, .. } => {
                (self.stage, self.status, self.activity, self.ready) = (Some(at), Some(at), Some(at), Some(at));
                self.assigned = assignee.as_ref().map(|_| at);
                self.queued = queue.as_ref().map(|_| at);
            }
            Fact::StageChanged { .. } => self.stage = Some(at),
            Fact::StatusChanged { from, .. } => {
                self.status = Some(at);
                if from.kind == StatusKind::Closed {
                    self.ready = Some(at);
                }
            }
            Fact::DefinitionMigrated { .. } => self.ready = Some(at),
            Fact::Assigned { to, .. } => self.assigned = to.as_ref().map(|_| at),
            Fact::QueueChanged { to, .. } => self.queued = to.as_ref().map(|_| at),
            Fact::RuleApplied { rule, came: Some(_), .. } => {
                self.applied.insert(rule.clone(), at);
            }
            _ => {}
        }
    }
}

/// When a rule is due in the case, if it waits for a time. `answered`: until when its time was looked at, and nothing done.
pub(crate) fn due(case: &Case, rule: &Rule, answered: Option<Timestamp>) -> Option<Timestamp> {
    if case.status.kind == StatusKind::Closed || case.merged_into().is_some() {
        return None;
    }
    let answered = answered.max(case.marks.applied.get(&rule.id).copied());
    match &rule.on {
        RuleTrigger::Event(_) => None,
        RuleTrigger::After(wait) => {
            let marks = &case.marks;
            let since = match wait.mark()? {
                Mark::Created => Some(case.created_at),
                Mark::StageEntered => marks.stage,
                Mark::StatusEntered => marks.status,
                Mark::Assigned => marks.assigned,
                Mark::Queued => marks.queued,
                Mark::Activity => marks.activity,
            };
            // As fine as what is kept of it.
            let due = Instant::from(since?.checked_add(wait.duration()?).ok()?).timestamp();
            answered.is_none_or(|answered| answered < due).then_some(due)
        }
        // What would have come while it was closed, or before it had this rule, is no more.
        RuleTrigger::Daily(daily) => daily.next_after(answered.max(case.marks.ready).unwrap_or(case.created_at)),
    }
}

/// When one of the rules is due first.
pub(crate) fn next_due(
    case: &Case,
    definition: &CaseDefinition,
    answered: &BTreeMap<String, Timestamp>,
) -> Option<Timestamp> {
    definition.rules.iter().filter_map(|rule| due(case, rule, answered.get(&rule.id).copied())).min()
}
