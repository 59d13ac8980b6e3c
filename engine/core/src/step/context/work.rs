//! What is put on the agenda of a step, and taken from it.

use super::Step;
use crate::ids::Id;
use crate::step::agenda::Work;
use casewright_engine_model::model::FlowIndex;

impl Step<'_> {
    /// The token is in front of its element.
    pub(crate) fn arrive(&mut self, id: Id) {
        self.agenda.push(Work::Arrive(id));
    }

    pub(crate) fn enter(&mut self, id: Id) {
        self.agenda.push(Work::Enter(id));
    }

    /// Its element's work follows; until then its own events do not see what it changes.
    pub(crate) fn execute(&mut self, id: Id) {
        self.starting.insert(id);
        self.agenda.push(Work::Execute(id));
    }

    /// The element has done its work.
    pub(crate) fn leave(&mut self, id: Id) {
        self.agenda.push(Work::Leave(id));
    }

    pub(crate) fn move_on(&mut self, element: Id, flows: Vec<FlowIndex>) {
        self.agenda.push(Work::MoveOn { element, flows });
    }

    pub(crate) fn check_conditions(&mut self, id: Id) {
        self.agenda.push(Work::CheckConditions(id));
    }

    pub(crate) fn next_work(&mut self) -> Option<Work> {
        self.agenda.pop()
    }

    pub(crate) fn has_work(&self) -> bool {
        !self.agenda.is_empty()
    }
}
