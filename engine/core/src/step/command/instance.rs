//! Suspending, deleting and renaming a process instance.

use super::Reply;
use crate::command::DeleteInstance;
use crate::entity::ProcessInstance;
use crate::event::Event;
use crate::ids::Id;
use crate::rejection::{Subject, WrongRequest};
use crate::step::behavior::scopes::Cause;
use crate::step::context::Step;
use crate::step::fault::Done;
use crate::step::lifecycle::cancellation;
use smol_str::SmolStr;
use std::sync::Arc;

pub(crate) fn find(step: &Step<'_>, instance: Id) -> Done<Arc<ProcessInstance>> {
    step.state().instance(instance).cloned().ok_or_else(|| step.gone(Subject::ProcessInstance, instance))
}

/// The instance and all it called, callers first.
fn with_called(step: &Step<'_>, instance: Id) -> Vec<Id> {
    let mut found = vec![instance];
    for candidate in step.state().instances() {
        if candidate.super_instance.is_some_and(|caller| found.contains(&caller)) {
            found.push(candidate.id);
        }
    }
    found
}

pub(crate) fn suspend(step: &mut Step<'_>, instance: Id) -> Done<Reply> {
    set_suspended(step, instance, true)
}

pub(crate) fn activate(step: &mut Step<'_>, instance: Id) -> Done<Reply> {
    set_suspended(step, instance, false)
}

fn set_suspended(step: &mut Step<'_>, id: Id, suspended: bool) -> Done<Reply> {
    find(step, id)?;
    for id in with_called(step, id) {
        let current = find(step, id)?;
        if current.suspended == suspended {
            continue;
        }
        let instance = Arc::new(ProcessInstance { suspended, ..ProcessInstance::clone(&current) });
        step.emit(if suspended {
            Event::InstanceSuspended { instance }
        } else {
            Event::InstanceActivated { instance }
        });
    }
    Ok(Reply::Done)
}

/// With a called instance goes the call activity that waits for it, and whatever around that has nothing else inside.
pub(crate) fn delete(step: &mut Step<'_>, command: &DeleteInstance) -> Done<Reply> {
    let instance = find(step, command.instance)?;
    if command.skip_called {
        return Err(WrongRequest::CalledLeftOut.into());
    }
    step.skip(command.skips);
    cancellation::cancel_outwards(step, instance.id, &Cause::Deleted(command.reason.clone()))?;
    Ok(Reply::Done)
}

pub(crate) fn set_business_key(step: &mut Step<'_>, instance: Id, business_key: Option<SmolStr>) -> Done<Reply> {
    let current = find(step, instance)?;
    step.emit(Event::BusinessKeySet {
        instance: Arc::new(ProcessInstance { business_key, ..ProcessInstance::clone(&current) }),
    });
    Ok(Reply::Done)
}
