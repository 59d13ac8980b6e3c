//! Which element instances move, and what their places are afterwards.

use super::{Route, Target};
use crate::compile::Graph;
use crate::entity::{ElementInstance, Place, Position};
use crate::ids::Id;
use crate::migration::id_of;
use crate::step::context::Step;
use std::collections::HashMap;
use std::sync::Arc;

/// The element instances of a process instance as they were, outer ones first.
pub(super) struct Moving {
    pub(super) instance: Id,
    /// With where each goes; none: its scope is left.
    pub(super) elements: Vec<(Arc<ElementInstance>, Option<Target>)>,
    places: HashMap<Id, Arc<Place>>,
    index: HashMap<Id, usize>,
}

impl Moving {
    pub(super) fn of(step: &Step<'_>, route: &Route, instance: Id) -> Self {
        let mut elements = Vec::new();
        let mut places = HashMap::new();
        let mut index = HashMap::new();
        for id in outside_in(step, instance) {
            let Some(element) = step.state().element(id) else {
                continue;
            };
            let target = route.target(element.position).cloned();
            if let Some(target) = &target {
                let place = element_place(&route.to, &element.activity.place, target.position);
                places.insert(id, Arc::new(place));
            }
            index.insert(id, elements.len());
            elements.push((Arc::clone(element), target));
        }
        Self { instance, elements, places, index }
    }

    /// An element instance as it was, with where it goes.
    pub(super) fn get(&self, element: Id) -> Option<&(Arc<ElementInstance>, Option<Target>)> {
        self.elements.get(*self.index.get(&element)?)
    }

    /// The new place of an element instance that moves.
    pub(super) fn place(&self, element: Id) -> Option<&Arc<Place>> {
        self.places.get(&element)
    }
}

/// The process, then its children, and so on.
fn outside_in(step: &Step<'_>, instance: Id) -> Vec<Id> {
    let mut found = vec![instance];
    let mut at = 0;
    while let Some(id) = found.get(at).copied() {
        found.extend(step.state().children(id));
        at += 1;
    }
    found
}

fn element_place(to: &Graph, old: &Place, position: Position) -> Place {
    let activity_id = id_of(to, position);
    // The id of an activity instance does not change with the name of its activity.
    let named = match &old.named {
        Some(named) => Some(named.clone()),
        None if position != Position::Process && old.activity_id != activity_id => Some(old.activity_id.clone()),
        None => None,
    };
    Place { definition: Arc::clone(&to.definition), activity_id, named, ..old.clone() }
}
