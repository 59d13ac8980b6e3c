//! What is still to be done in a step: a stack, so that a branch runs to its wait state before the next begins (as Camunda 7
//! does) and a long chain of automatic elements cannot overflow the call stack.
//!
//! It knows element instances by id only. When one is gone, so is its work.

use crate::ids::Id;
use casewright_engine_model::model::FlowIndex;

/// One thing to do for one element instance.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// The token has arrived; it goes behind an `asyncBefore` job or enters.
    Arrive(Id),
    Enter(Id),
    /// Its element's work, once its scope is set up and its start listeners have run.
    Execute(Id),
    /// It is done: choose flows, end it, go on.
    Leave(Id),
    /// Take these flows; the activity has ended.
    MoveOn {
        element: Id,
        flows: Vec<FlowIndex>,
    },
    /// Conditions that are true as their scope is entered.
    CheckConditions(Id),
}

impl Work {
    pub(crate) fn element(&self) -> Id {
        match self {
            Self::Arrive(id)
            | Self::Enter(id)
            | Self::Execute(id)
            | Self::Leave(id)
            | Self::CheckConditions(id)
            | Self::MoveOn { element: id, .. } => *id,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Agenda {
    stack: Vec<Work>,
}

impl Agenda {
    pub(crate) fn push(&mut self, work: Work) {
        self.stack.push(work);
    }

    /// What was pushed last.
    pub(crate) fn pop(&mut self) -> Option<Work> {
        self.stack.pop()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.stack.is_empty()
    }
}
