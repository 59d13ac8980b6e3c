//! What happens in a step: events, effects, and the ids of what is new.

use super::Step;
use crate::apply::apply;
use crate::event::Event;
use crate::ids::Id;
use crate::outcome::{Effect, EffectAction};
use crate::step::fault::Done;
use smol_str::{SmolStr, format_smolstr};
use std::sync::Arc;

/// No event is shorter than this as it is stored.
const EVENT_BYTES: usize = 60;

impl Step<'_> {
    pub(crate) fn emit(&mut self, event: Event) {
        let moved = match &event {
            Event::FlowTaken { element, .. } | Event::TokenPlaced { element } | Event::ActivityStarted { element } => {
                element.scope
            }
            Event::ActivityEnded { element, .. } | Event::TokenRemoved { element } => {
                self.state.element(*element).and_then(|element| element.scope)
            }
            _ => None,
        };
        self.touched.extend(moved);
        self.bytes = self.bytes.saturating_add(EVENT_BYTES);
        apply(&mut self.state, &event);
        self.events.push(event);
    }

    /// What is done here is done in nobody's name: variables that it sets are not of any activity.
    pub(crate) fn unattributed(&mut self, act: impl FnOnce(&mut Self) -> Done) -> Done {
        let already = self.events.len();
        act(self)?;
        for event in &mut self.events[already..] {
            if let Event::VariableSet { by, by_activity_id, .. } = event {
                *by = Id::default();
                *by_activity_id = SmolStr::default();
            }
        }
        Ok(())
    }

    /// How many events there are so far.
    pub(crate) fn emitted(&self) -> usize {
        self.events.len()
    }

    /// The caller vouches for the variables that were set since.
    pub(crate) fn vouch_since(&mut self, already: usize) {
        for event in &mut self.events[already..] {
            if let Event::VariableSet { vouched, .. } = event {
                *vouched = true;
            }
        }
    }

    pub(crate) fn request(&mut self, action: EffectAction) {
        let effect = Arc::new(Effect {
            // Unique: the counter only grows, and every step that has effects also brings an id.
            id: format_smolstr!("{}-{}-{}", self.state.prefix, self.state.counter, self.events.len()),
            action,
        });
        self.effects.push(Arc::clone(&effect));
        self.emit(Event::EffectRequested { effect });
    }

    pub(crate) fn next_id(&mut self) -> Id {
        self.next_id += 1;
        Id(self.next_id)
    }
}
