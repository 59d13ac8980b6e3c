//! Carries out what an element decided.

use super::{leave, scope};
use crate::ids::Id;
use crate::step::behavior::tokens;
use crate::step::context::Step;
use crate::step::element::{self, Then};
use crate::step::event::conditions::{self, Entry};
use crate::step::event::handlers::Caught;
use crate::step::event::{compensate, errors, escalations, signals};
use crate::step::fault::Done;
use casewright_engine_model::model::NodeIndex;

pub(super) fn carry_out(step: &mut Step<'_>, id: Id, then: Then) -> Done {
    match then {
        Then::Waits => Ok(()),
        Then::Leaves => {
            step.leave(id);
            Ok(())
        }
        Then::Completes(next) => leave::complete(step, id, next),
        Then::Begins { instance, start } => begin_at(step, instance, start),
        Then::LooksAgain => {
            let token = step.element(id)?;
            scope::look_again_at(step, &token)
        }
        Then::ThrowsError { code, message } => throw_error(step, id, &code, message.as_deref()),
        Then::ThrowsEscalation { code } => escalations::throw(step, id, &code).map(drop),
        Then::Broadcasts(signal) => signals::broadcast(step, id, signal),
        Then::Compensates { activity } => {
            let done = compensate::throw(step, id, activity.as_ref())?;
            compensated(step, done)
        }
        Then::EndsToken(ended) => scope::token_ended(step, &ended),
    }
}

/// All that the thrower wanted undone has been.
pub(super) fn compensated(step: &mut Step<'_>, thrower: Option<Id>) -> Done {
    let Some(id) = thrower else {
        return Ok(());
    };
    let instance = step.element(id)?;
    let graph = step.graph_of(&instance)?;
    let Some((node, element)) = element::of(&graph, instance.position) else {
        return Ok(());
    };
    let then = element.compensated(step, element::At { id, node, graph: &graph })?;
    carry_out(step, id, then)
}

/// A token at the start event, unless a condition that is true already puts something in its place.
pub(crate) fn begin_at(step: &mut Step<'_>, instance: Id, start: NodeIndex) -> Done {
    step.begin_work(instance);
    conditions::notice_changes(step)?;
    match conditions::check_on_entry(step, instance)? {
        Entry::Interrupted => Ok(()),
        Entry::GoesOn => {
            let process = step.element(instance)?;
            let graph = step.graph_of(&process)?;
            tokens::place_and_arrive(step, &graph, instance, start, tokens::Branch::Auto).map(drop)
        }
    }
}

/// A BPMN error finds its handler, or ends the token that threw it.
pub(crate) fn throw_error(step: &mut Step<'_>, thrower: Id, code: &str, message: Option<&str>) -> Done {
    match errors::throw(step, thrower, code, message)? {
        Caught::Yes => Ok(()),
        Caught::Nobody => leave::end_token(step, thrower),
    }
}
