//! What stands around an element to catch BPMN errors and escalations: boundary events and event subprocesses, from the
//! element outwards over its scopes and on through call activities (BPMN 2.0.2, section 10.5.7).
//!
//! The step that throws looks for its handler here; who asks what could be thrown gets it told from the same places.

use crate::compile::{EventSubProcess, Graph};
use crate::entity::{ElementInstance, Phase, Position};
use crate::ids::Id;
use crate::state::State;
use casewright_engine_model::model::{EventTrigger, NodeIndex, NodeKind};
use std::sync::Arc;

/// Where something is caught.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Boundary { host: Id, node: NodeIndex },
    EventSubProcess { scope: Id, event: EventSubProcess },
}

/// An element on the way outwards, and from which of its nodes the way came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub(crate) element: Id,
    came_from: Option<NodeIndex>,
}

impl At {
    pub(crate) fn thrower(element: Id) -> Self {
        Self { element, came_from: None }
    }

    /// What may catch here: where it is, the event that catches, and what it catches.
    pub(crate) fn events<'a>(
        self,
        element: &ElementInstance,
        graph: &'a Graph,
    ) -> Vec<(Place, NodeIndex, &'a EventTrigger)> {
        let mut found = Vec::new();
        let is_active = element.phase == Phase::Active;
        if is_active && !matches!(element.position, Position::Body(_)) {
            // An event subprocess does not catch what is thrown from itself.
            for event in &graph.scope(element.node()).event_subprocesses {
                if self.came_from != Some(event.node)
                    && let Some(trigger) = graph.trigger(event.start)
                {
                    found.push((Place::EventSubProcess { scope: self.element, event: *event }, event.start, trigger));
                }
            }
        }
        if let Some(node) = element.node().filter(|_| is_active && !element.is_inner()) {
            for index in &graph.node(node).boundary_events {
                if let Some(trigger) = graph.trigger(*index) {
                    found.push((Place::Boundary { host: self.element, node: *index }, *index, trigger));
                }
            }
        }
        found
    }

    /// One further out; the call that is left for it, if one is: (call activity, called instance).
    pub(crate) fn outwards(self, element: &ElementInstance, state: &State) -> Option<(Self, Option<(Id, Id)>)> {
        if let Some(scope) = element.scope {
            return Some((Self { element: scope, came_from: element.node() }, None));
        }
        let instance = element.activity.place.instance;
        let caller = state.instance(instance).and_then(|instance| instance.super_element)?;
        Some((Self { element: caller, came_from: None }, Some((caller, instance))))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thrown {
    Error,
    Escalation,
}

/// What can be thrown from an element and is caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catch {
    pub thrown: Thrown,
    /// None: whatever its code is.
    pub code: Option<String>,
    /// Of the event that catches, or of the event subprocess that it starts.
    pub name: Option<Arc<str>>,
    /// What it was thrown in ends.
    pub is_interrupting: bool,
}

/// What can be thrown from an element and is caught, the nearest first. What something nearer catches already is left out.
pub fn catches(state: &State, thrower: Id, graph_of: impl Fn(&ElementInstance) -> Option<Arc<Graph>>) -> Vec<Catch> {
    let mut found: Vec<Catch> = Vec::new();
    let mut at = At::thrower(thrower);
    while let Some((element, graph)) = state.element(at.element).and_then(|element| Some((element, graph_of(element)?)))
    {
        // In one scope the very code goes before one that catches all; further out nothing is reached behind either.
        let nearer = found.clone();
        for (place, event, trigger) in at.events(element, &graph) {
            let (thrown, code) = match trigger {
                EventTrigger::Error(catch) => (Thrown::Error, catch.code.as_deref()),
                EventTrigger::Escalation(catch) => (Thrown::Escalation, catch.code.as_deref()),
                _ => continue,
            };
            let code = code.filter(|code| !code.is_empty()).map(str::to_owned);
            let hides = |other: &Catch| other.thrown == thrown && (other.code.is_none() || other.code == code);
            let is_same = |other: &Catch| other.thrown == thrown && other.code == code;
            if nearer.iter().any(hides) || found.iter().any(is_same) {
                continue;
            }
            let (name, is_interrupting) = described(&graph, place, event);
            found.push(Catch { thrown, code, name, is_interrupting });
        }
        let Some((next, _)) = at.outwards(element, state) else {
            break;
        };
        at = next;
    }
    found
}

fn described(graph: &Graph, place: Place, event: NodeIndex) -> (Option<Arc<str>>, bool) {
    let own = graph.name(event).cloned();
    match place {
        Place::EventSubProcess { event, .. } => (graph.name(event.node).cloned().or(own), event.is_interrupting),
        Place::Boundary { .. } => {
            let is_interrupting = match &graph.node(event).kind {
                NodeKind::BoundaryEvent(boundary) => boundary.cancel_activity,
                _ => true,
            };
            (own, is_interrupting)
        }
    }
}
