//! How much one command may do.

use super::Step;
use crate::ids::Id;
use crate::rejection::{Impasse, Rejection};
use crate::step::fault::{Done, Fault};
use casewright_engine_value::{Value, measure};

impl Step<'_> {
    /// Counts what a value adds to the events, before it is in one.
    pub(crate) fn weigh(&mut self, element: Id, value: &Value) -> Done {
        let most = self.env.options.max_bytes;
        match measure(value, most.saturating_sub(self.bytes)) {
            Some(bytes) => {
                self.bytes += bytes;
                Ok(())
            }
            None => Err(self.exceeds(element, "the size of what is stored", most)),
        }
    }

    /// Has this command done as much as one may?
    pub(crate) fn within_limits(&self, element: Id) -> Done {
        let options = &self.env.options;
        if self.events.len() > options.max_events {
            return Err(self.exceeds(element, "the number of events", options.max_events));
        }
        if self.bytes > options.max_bytes {
            return Err(self.exceeds(element, "the size of what is stored", options.max_bytes));
        }
        Ok(())
    }

    /// What one command may not do, told with the element that would.
    pub(crate) fn exceeds(&self, element: Id, what: &'static str, limit: usize) -> Fault {
        let element = self.state.element(element);
        let element = element.map(|element| element.activity.place.activity_id.clone()).unwrap_or_default();
        Rejection::Limit { element, what, limit }.into()
    }

    /// One piece of work more; a process that never waits comes to an end here.
    pub(crate) fn count_work(&mut self) -> Done {
        self.taken += 1;
        let most = self.env.options.max_steps;
        if self.taken > most {
            return Err(Impasse::Steps(most).into());
        }
        Ok(())
    }
}
