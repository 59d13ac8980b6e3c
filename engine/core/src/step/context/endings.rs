//! How instances end in a step, and where tokens came or went.

use super::Step;
use crate::entity::EndState;
use crate::ids::Id;
use casewright_engine_value::Value;
use smol_str::SmolStr;

/// How an instance ended in this step, with its last variables.
pub(crate) type Ended = (EndState, Vec<(SmolStr, Value)>);

/// An instance that is being modified stays, though empty, until all instructions are carried out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Preserved {
    instance: Id,
    emptied_by: Emptied,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Emptied {
    /// Its last token ended: it has completed.
    Completion,
    Cancellation,
}

impl Step<'_> {
    pub(crate) fn note_ended(&mut self, instance: Id, ended: Ended) {
        self.ended.insert(instance, ended);
    }

    pub(crate) fn ended(&self, instance: Id) -> Option<&Ended> {
        self.ended.get(&instance)
    }

    pub(crate) fn note_last_activity(&mut self, instance: Id, activity_id: SmolStr) {
        self.last_activity.insert(instance, activity_id);
    }

    pub(crate) fn take_last_activity(&mut self, instance: Id) -> Option<SmolStr> {
        self.last_activity.remove(&instance)
    }

    pub(crate) fn note_fault_at(&mut self, activity_id: SmolStr) {
        self.failed_at = Some(activity_id);
    }

    pub(crate) fn take_fault_place(&mut self) -> Option<SmolStr> {
        self.failed_at.take()
    }

    /// The instance is not ended while it is being modified.
    pub(crate) fn preserve(&mut self, instance: Id) {
        self.preserved = Some(Preserved { instance, emptied_by: Emptied::Cancellation });
    }

    /// The instance may end again; says by what it was emptied last.
    pub(crate) fn release(&mut self) -> Option<Emptied> {
        self.preserved.take().map(|preserved| preserved.emptied_by)
    }

    /// Nothing is left in the instance. True: it is preserved all the same.
    pub(crate) fn preserves(&mut self, instance: Id, emptied_by: Emptied) -> bool {
        match &mut self.preserved {
            Some(preserved) if preserved.instance == instance => {
                preserved.emptied_by = emptied_by;
                true
            }
            _ => false,
        }
    }

    /// Scopes in which tokens came or went since they were last tidied.
    pub(crate) fn touched(&self) -> Vec<Id> {
        self.touched.iter().copied().collect()
    }

    pub(crate) fn next_touched(&mut self) -> Option<Id> {
        self.touched.pop_first()
    }
}
