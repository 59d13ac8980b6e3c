//! Who catches what is thrown: the search that BPMN errors and escalations share. From the throwing element outwards over
//! its scopes and on through call activities; within a scope a handler with the very code beats a catch-all.

use super::catch;
use crate::catches::{At, Place};
use crate::ids::Id;
use crate::step::behavior::{boundary, calls, variables};
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::{EventTrigger, NodeIndex};
use casewright_engine_value::Value;

/// A handler and the calls that were left on the way to it, inner ones first: (call activity, called instance).
#[derive(Debug)]
pub(crate) struct Handler {
    pub(crate) place: Place,
    pub(crate) start: NodeIndex,
    pub(crate) left_calls: Vec<(Id, Id)>,
}

/// How well a trigger fits: lower is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    Code,
    CatchAll,
}

impl Fit {
    /// How well the code that a handler names fits the one that was thrown; none and empty catch every code.
    pub(crate) fn of(named: Option<&str>, thrown: &str) -> Option<Self> {
        match named {
            None | Some("") => Some(Self::CatchAll),
            Some(named) => (named == thrown).then_some(Self::Code),
        }
    }
}

/// Whether anybody caught what was thrown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caught {
    Yes,
    Nobody,
}

pub(crate) fn find(
    step: &mut Step<'_>,
    thrower: Id,
    fits: impl Fn(&EventTrigger) -> Option<Fit>,
) -> Done<Option<Handler>> {
    let mut at = At::thrower(thrower);
    let mut left_calls = Vec::new();
    loop {
        let element = step.element(at.element)?;
        let graph = step.graph_of(&element)?;
        let mut found: Option<(Fit, Place, NodeIndex)> = None;
        for (place, start, trigger) in at.events(&element, &graph) {
            if let Some(fit) = fits(trigger)
                && found.as_ref().is_none_or(|(best, ..)| fit < *best)
            {
                found = Some((fit, place, start));
            }
        }
        if let Some((_, place, start)) = found {
            return Ok(Some(Handler { place, start, left_calls }));
        }
        let Some((next, left)) = at.outwards(&element, step.state()) else {
            return Ok(None);
        };
        left_calls.extend(left);
        at = next;
    }
}

/// Who gets the variables that a handler asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Recipient {
    /// They are local to it.
    EventSubProcess(Id),
    /// The scope around a boundary event: they are set as seen from there.
    Around(Id),
}

impl Recipient {
    pub(crate) fn set(self, step: &mut Step<'_>, name: &str, value: Value) -> Done {
        match self {
            Self::EventSubProcess(id) => variables::set_local(step, id, name, value),
            Self::Around(scope) => variables::set(step, scope, name, value),
        }
    }
}

/// Hands over to the handler. Out mappings of the calls that are left run first.
pub(crate) fn hand_over(step: &mut Step<'_>, handler: &Handler) -> Done<Recipient> {
    for (caller, called) in &handler.left_calls {
        calls::map_outs(step, *caller, *called)?;
    }
    match handler.place {
        Place::Boundary { host, node } => {
            let scope = step.element(host)?.scope.unwrap_or(host);
            boundary::fire(step, host, node)?;
            Ok(Recipient::Around(scope))
        }
        Place::EventSubProcess { scope, event } => {
            let element = step.element(scope)?;
            let graph = step.graph_of(&element)?;
            let id = catch::begin_event_subprocess(step, &graph, scope, event)?;
            Ok(Recipient::EventSubProcess(id))
        }
    }
}

/// The trigger that caught.
pub(crate) fn trigger(step: &mut Step<'_>, handler: &Handler) -> Done<Option<EventTrigger>> {
    let owner = match handler.place {
        Place::Boundary { host, .. } => host,
        Place::EventSubProcess { scope, .. } => scope,
    };
    let element = step.element(owner)?;
    let graph = step.graph_of(&element)?;
    Ok(graph.trigger(handler.start).cloned())
}
