//! What throw and end events throw, evaluated as it is thrown (BPMN 2.0.2, sections 10.5.3 and 10.5.4).

use super::hooks::{Signal, Then};
use crate::ids::Id;
use crate::step::behavior::calls;
use crate::step::context::Step;
use crate::step::evaluation::Context;
use crate::step::fault::Done;
use casewright_engine_model::model::{ErrorThrow, EscalationThrow, SignalThrow};

pub(super) fn error(step: &mut Step<'_>, id: Id, error: &ErrorThrow) -> Done<Then> {
    let context = Context::of(id);
    let code = step.evaluate_text(context, &error.code)?.unwrap_or_default();
    let message = match &error.message {
        Some(text) => step.evaluate_text(context, text)?,
        None => None,
    };
    Ok(Then::ThrowsError { code, message })
}

/// Who throws an escalation leaves, unless who catches it interrupts it.
pub(super) fn escalation(step: &mut Step<'_>, id: Id, escalation: &EscalationThrow) -> Done<Then> {
    step.leave(id);
    let code = step.evaluate_text(Context::of(id), &escalation.code)?.unwrap_or_default();
    Ok(Then::ThrowsEscalation { code })
}

pub(super) fn signal(step: &mut Step<'_>, id: Id, signal: &SignalThrow) -> Done<Then> {
    // Below what the signal triggers: receivers run before the thrower goes on.
    step.leave(id);
    let name = step.evaluate_text(Context::of(id), &signal.name)?.unwrap_or_default();
    let variables = calls::read(step, id, &signal.payload)?;
    Ok(Then::Broadcasts(Signal { name, variables, is_async: signal.is_async }))
}
