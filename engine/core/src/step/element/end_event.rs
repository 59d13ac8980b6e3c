//! End events: the token ends, and something may be thrown (BPMN 2.0.2, section 10.5.3).

use super::hooks::{At, Element, Next, Then};
use super::{cancel_end, thrown};
use crate::step::behavior::scopes;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::EndEvent;

impl Element for EndEvent {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        match self {
            Self::None => Ok(Then::Leaves),
            Self::Terminate => terminate(step, at),
            Self::Error(error) => thrown::error(step, at.id, error),
            Self::Escalation(escalation) => thrown::escalation(step, at.id, escalation),
            Self::Message(_, task) => task.enter(step, at),
            Self::Signal(signal) => thrown::signal(step, at.id, signal),
            Self::Compensation { activity, .. } => Ok(Then::Compensates { activity: activity.clone() }),
            Self::Cancel => cancel_end::enter(step, at),
        }
    }

    fn compensated(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        match self {
            Self::Cancel => cancel_end::compensated(step, at),
            _ => Ok(Then::Leaves),
        }
    }
}

/// Ends its own scope only: a subprocess completes normally, an instance ends as completed.
fn terminate(step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
    if let Some(scope) = step.element(at.id)?.scope {
        scopes::cancel_children(step, scope, Some(at.id))?;
    }
    Ok(Then::Completes(Next::Flows(Vec::new())))
}
