//! How far a case has come: the stages it was in, the milestones it has reached, and what has happened to it that sentries wait
//! for.

use super::event::Fact;
use crate::domain::case::process::CaseProcessState;
use crate::domain::definition::model::StatusKind;
use crate::domain::sentry::Occurrence;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Different things that are remembered to have happened. Models name a few dozen; a script that makes up names without end is
/// not followed for ever.
const MOST: usize = 1_000;

/// The part of a case's state that stages and milestones are decided from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Progress {
    /// Ids of stages that the case has been in, each once, the latest entry last.
    pub(crate) visited: Vec<String>,
    /// Ids of stages that were passed over, or left undone.
    pub(crate) skipped: BTreeSet<String>,
    pub(crate) milestones: Vec<ReachedMilestone>,
    /// Since the case began.
    pub(crate) happened: BTreeSet<Occurrence>,
    /// Since its stage was entered.
    pub(crate) happened_in_stage: BTreeSet<Occurrence>,
    /// It was sent back, or opened again: it goes on by itself only after its data or its work has changed.
    pub(crate) rests: bool,
}

/// A milestone that was reached. The name is the one of that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReachedMilestone {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) at: Timestamp,
}

impl Progress {
    pub(super) fn fold(&mut self, fact: &Fact, at: Timestamp) {
        if is_change_of_data_or_work(fact) {
            self.rests = false;
        }
        match fact {
            Fact::CaseCreated { stage, .. } => self.visited = vec![stage.id.clone()],
            Fact::StageChanged { to, skipped, rests, .. } => {
                self.happened_in_stage.clear();
                self.visited.retain(|id| *id != to.id);
                self.visited.push(to.id.clone());
                self.skipped.extend(skipped.iter().map(|stage| stage.id.clone()));
                self.skipped.remove(&to.id);
                self.rests = *rests;
            }
            Fact::StatusChanged { from, to, .. } => {
                self.rests |= from.kind == StatusKind::Closed && to.kind != StatusKind::Closed;
            }
            Fact::MilestoneReached { milestone } => {
                let (id, name) = (milestone.id.clone(), milestone.name.clone());
                self.milestones.push(ReachedMilestone { id, name, at });
            }
            _ => {}
        }
        for occurrence in occurrences(fact) {
            remember(&mut self.happened, &occurrence);
            remember(&mut self.happened_in_stage, &occurrence);
        }
    }

    pub(crate) fn has_reached(&self, milestone: &str) -> bool {
        self.milestones.iter().any(|reached| reached.id == milestone)
    }
}

fn remember(set: &mut BTreeSet<Occurrence>, occurrence: &Occurrence) {
    if set.len() < MOST {
        set.insert(occurrence.clone());
    }
}

fn is_change_of_data_or_work(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::FieldChanged { .. }
            | Fact::DocumentAdded { .. }
            | Fact::MailReceived { .. }
            | Fact::TaskCompleted { .. }
            | Fact::ProcessEnded { .. }
            | Fact::MilestoneReached { .. }
    )
}

/// What a fact is to those that wait for something to happen.
fn occurrences(fact: &Fact) -> Vec<Occurrence> {
    let mut all = vec![Occurrence::Event(fact.name().to_owned())];
    match fact {
        Fact::CaseCreated { stage, status, .. } => {
            all.push(Occurrence::StageEntered(stage.id.clone()));
            all.push(Occurrence::StatusEntered(status.id.clone()));
        }
        Fact::TaskCompleted { task, .. } => all.push(Occurrence::TaskCompleted(task.task_definition_key.clone())),
        Fact::ProcessEnded { instance_id, state: CaseProcessState::Completed, processes, .. } => {
            let ended = processes.iter().find(|process| process.id.as_ref() == Some(instance_id));
            all.extend(ended.map(|process| Occurrence::ProcessCompleted(process.definition_key.clone())));
        }
        Fact::MilestoneReached { milestone } => all.push(Occurrence::MilestoneReached(milestone.id.clone())),
        Fact::StageChanged { to, .. } => all.push(Occurrence::StageEntered(to.id.clone())),
        Fact::StatusChanged { to, .. } => all.push(Occurrence::StatusEntered(to.id.clone())),
        Fact::FieldChanged { changes, .. } => {
            all.extend(changes.iter().map(|change| Occurrence::FieldChanged(change.key.clone())));
        }
        _ => {}
    }
    all
}
