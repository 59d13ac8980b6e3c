//! A root process instance with all it called, as an aggregate of the journal.
//!
//! The state and its fold are the core's. What is added is the list of variables that vanish with an event, because
//! views are derived from entries alone and the core removes the variables of a scope together with the scope.

use casewright_engine_core::entity::Holder;
use casewright_engine_core::ids::Id;
use casewright_engine_core::{Event, State, apply};
use casewright_journal::{Aggregate, AggregateKey, EntryMeta};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// State of one root process instance.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct InstanceAggregate {
    pub(crate) state: State,
}

/// An event with what views need besides.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Recorded {
    #[serde(flatten)]
    pub(crate) event: Event,
    /// Variables that end with this event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) gone: Vec<Id>,
}

impl Aggregate for InstanceAggregate {
    type Event = Recorded;

    const KIND: &'static str = "process-instance";

    fn empty(_: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, recorded: &Recorded, _: &EntryMeta) {
        apply(&mut self.state, &recorded.event);
    }

    fn event_name(recorded: &Recorded) -> &'static str {
        recorded.event.name()
    }
}

/// Finds out which variables each event ends, given the state before all of them.
pub(crate) fn record(before: &State, events: Vec<Event>) -> Vec<Recorded> {
    let mut fresh: HashMap<Id, Vec<Id>> = HashMap::new();
    events
        .into_iter()
        .map(|event| {
            let gone = match &event {
                Event::VariableSet { holder, variable, .. } => {
                    let known = fresh.entry(holder_id(*holder)).or_default();
                    if variable.revision == 0 {
                        known.push(variable.id);
                    }
                    Vec::new()
                }
                Event::ActivityEnded { element, .. } | Event::TokenRemoved { element } => {
                    vanish(before, &mut fresh, *element)
                }
                Event::UserTaskEnded { task, .. } => vanish(before, &mut fresh, task.id),
                Event::InstanceEnded { instance, .. } => vanish(before, &mut fresh, instance.id),
                _ => Vec::new(),
            };
            Recorded { event, gone }
        })
        .collect()
}

fn holder_id(holder: Holder) -> Id {
    holder.id()
}

fn vanish(before: &State, fresh: &mut HashMap<Id, Vec<Id>>, holder: Id) -> Vec<Id> {
    let mut gone: Vec<Id> = before
        .local_variables(holder)
        .map(|map| map.values().map(|variable| variable.id).collect())
        .unwrap_or_default();
    gone.extend(fresh.remove(&holder).unwrap_or_default());
    gone
}
