//! Incidents that somebody raises or resolves by hand.

use super::{Reply, variables};
use crate::entity::{Incident, Phase};
use crate::event::Event;
use crate::ids::Id;
use crate::outcome::Answer;
use crate::rejection::{Subject, WrongRequest};
use crate::step::behavior::incidents;
use crate::step::context::Step;
use crate::step::fault::Done;
use smol_str::SmolStr;
use std::sync::Arc;

pub(crate) fn create(
    step: &mut Step<'_>,
    execution: Id,
    kind: SmolStr,
    configuration: Option<SmolStr>,
    message: Option<Arc<str>>,
) -> Done<Reply> {
    let scope = variables::element_of(step, execution)?;
    let element = activity_at(step, scope, execution).unwrap_or(scope);
    let id = incidents::raise_custom(step, element, kind, configuration, message)?;
    Ok(Reply::Ready(Answer::IncidentCreated(id)))
}

/// The activity that an execution is at, where it runs on the execution of its scope.
fn activity_at(step: &Step<'_>, scope: Id, execution: Id) -> Option<Id> {
    let mut inside = step.state().children(scope).filter_map(|child| step.state().element(child));
    let at = inside.find(|child| child.activity.place.execution == execution && child.phase == Phase::Active)?;
    Some(at.id)
}

fn find(step: &Step<'_>, id: Id) -> Done<Arc<Incident>> {
    step.state().incident(id).cloned().ok_or_else(|| step.gone(Subject::Incident, id))
}

/// Only custom ones: those of jobs and external tasks are resolved by giving these retries.
pub(crate) fn resolve(step: &mut Step<'_>, id: Id) -> Done<Reply> {
    let incident = find(step, id)?;
    if matches!(incident.kind.as_str(), "failedJob" | "failedExternalTask") {
        return Err(WrongRequest::IncidentOfWork(incident.kind.clone()).into());
    }
    incidents::resolve(step, incident.root_cause);
    Ok(Reply::Done)
}

pub(crate) fn annotate(step: &mut Step<'_>, id: Id, annotation: Option<Arc<str>>) -> Done<Reply> {
    let incident = Incident { annotation, ..Incident::clone(&*find(step, id)?) };
    step.emit(Event::IncidentAnnotated { incident: Arc::new(incident) });
    Ok(Reply::Done)
}
