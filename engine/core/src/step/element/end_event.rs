//! End events: the token ends, and something may be thrown (BPMN 2.0.2, section 10.5.3).

use super::{cancel_end, service_task};
use crate::compile::Graph;
use crate::ids::Id;
use crate::step::behavior::lifecycle::{self, Next};
use crate::step::behavior::{compensation, errors, escalations, scopes, signals};
use crate::step::fault::Done;
use crate::step::run::{Step, Work};
use crate::step::scope::Context;
use casewright_engine_model::model::{EndEvent, ErrorThrow};

pub(super) fn execute(step: &mut Step<'_>, graph: &Graph, id: Id, event: &EndEvent) -> Done {
    match event {
        EndEvent::None => {
            step.push(Work::Leave(id));
            Ok(())
        }
        EndEvent::Terminate => terminate(step, id),
        EndEvent::Error(error) => throw_error(step, id, error),
        EndEvent::Escalation(escalation) => {
            step.push(Work::Leave(id));
            let code = step.evaluate_text(Context::of(id), &escalation.code)?.unwrap_or_default();
            escalations::throw(step, id, &code).map(drop)
        }
        EndEvent::Message(_, task) => service_task::execute(step, graph, id, task),
        EndEvent::Signal(signal) => {
            step.push(Work::Leave(id));
            signals::throw(step, id, signal)
        }
        EndEvent::Compensation { activity, .. } => compensation::throw(step, id, activity.as_ref()),
        EndEvent::Cancel => cancel_end::execute(step, id),
    }
}

/// Ends its own scope only: a subprocess completes normally, an instance ends as completed.
fn terminate(step: &mut Step<'_>, id: Id) -> Done {
    if let Some(scope) = step.element(id)?.scope {
        scopes::cancel_children(step, scope, Some(id))?;
    }
    lifecycle::complete(step, id, Next::Flows(Vec::new()))
}

fn throw_error(step: &mut Step<'_>, id: Id, error: &ErrorThrow) -> Done {
    let context = Context::of(id);
    let code = step.evaluate_text(context, &error.code)?.unwrap_or_default();
    let message = match &error.message {
        Some(text) => step.evaluate_text(context, text)?,
        None => None,
    };
    errors::throw(step, id, &code, message.as_deref())
}
