//! What a command does directly, before the tokens run on. One file per family.

pub(super) mod ad_hoc;
pub(super) mod events;
pub(super) mod external_tasks;
pub(super) mod incidents;
pub(super) mod instance;
pub(super) mod jobs;
pub(super) mod migrate;
pub(super) mod modify;
pub(super) mod start;
pub(super) mod tasks;
pub(super) mod variables;

use super::behavior;
use super::context::Step;
use super::fault::Done;
use crate::entity::EndState;
use crate::ids::Id;
use crate::outcome::{Answer, Outcome};
use crate::rejection::{Rejection, Subject};
use casewright_engine_value::Value;
use smol_str::SmolStr;

/// What to answer once everything has settled.
pub(super) enum Reply {
    Done,
    Started(Id),
    /// Something of this instance was completed.
    Completed(Id),
    Ready(Answer),
}

impl Reply {
    pub(super) fn finish(self, step: Step<'_>) -> Outcome {
        let answer = match self {
            Self::Done => Answer::Done,
            Self::Ready(answer) => answer,
            Self::Started(instance) => {
                let (ended, variables) = last_of(&step, instance);
                Answer::Started { instance, ended, variables }
            }
            Self::Completed(instance) => {
                let (ended, variables) = last_of(&step, instance);
                Answer::Completed { instance, ended, variables }
            }
        };
        step.finish(answer)
    }
}

fn last_of(step: &Step<'_>, instance: Id) -> (Option<EndState>, Vec<(SmolStr, Value)>) {
    match step.ended(instance) {
        Some((state, variables)) => (Some(*state), variables.clone()),
        None => (None, behavior::variables::local_values(step, instance)),
    }
}

/// Refuses work on something of a suspended instance, or on the instance itself.
fn ensure_active(step: &Step<'_>, instance: Id, kind: Subject, id: Id) -> Done {
    let is_suspended = step.state().instance(instance).is_some_and(|instance| instance.suspended);
    if is_suspended {
        return Err(Rejection::Suspended { kind, id: step.state().text(id) }.into());
    }
    Ok(())
}
