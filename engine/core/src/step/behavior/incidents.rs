//! Incidents: a process that cannot go on, stored, shown and repairable. One per caller up the chain of call activities,
//! linked by cause.

use crate::entity::{ExternalTask, Incident, Job, Place};
use crate::event::Event;
use crate::ids::Id;
use crate::step::context::Step;
use crate::step::fault::Done;
use smol_str::SmolStr;
use std::sync::Arc;

struct Raised {
    place: Place,
    kind: SmolStr,
    subject: Option<Id>,
    configuration: Option<SmolStr>,
    message: Option<Arc<str>>,
    failed_activity_id: Option<SmolStr>,
}

pub(crate) fn raise_for_job(step: &mut Step<'_>, job: &Job) -> Done {
    let raised = Raised {
        place: job.place.clone(),
        kind: SmolStr::new_static("failedJob"),
        subject: Some(job.id),
        configuration: Some(step.state().text(job.id)),
        message: job.exception.clone(),
        failed_activity_id: job.failed_activity_id.clone(),
    };
    raise(step, raised).map(drop)
}

pub(crate) fn raise_for_external_task(step: &mut Step<'_>, task: &ExternalTask) -> Done {
    let raised = Raised {
        place: task.place.clone(),
        kind: SmolStr::new_static("failedExternalTask"),
        subject: Some(task.id),
        configuration: Some(step.state().text(task.id)),
        message: task.error_message.clone(),
        failed_activity_id: Some(task.place.activity_id.clone()),
    };
    raise(step, raised).map(drop)
}

pub(crate) fn raise_custom(
    step: &mut Step<'_>,
    element: Id,
    kind: SmolStr,
    configuration: Option<SmolStr>,
    message: Option<Arc<str>>,
) -> Done<Id> {
    let place = step.place_of(element)?;
    raise(
        step,
        Raised {
            failed_activity_id: Some(place.activity_id.clone()),
            place,
            kind,
            subject: None,
            configuration,
            message,
        },
    )
}

fn raise(step: &mut Step<'_>, raised: Raised) -> Done<Id> {
    let root = step.next_id();
    let mut incident = Incident {
        id: root,
        place: raised.place,
        kind: raised.kind,
        configuration: raised.configuration,
        subject: raised.subject,
        message: raised.message,
        created: step.env.now,
        failed_activity_id: raised.failed_activity_id,
        cause: root,
        root_cause: root,
        annotation: None,
    };
    loop {
        let instance = incident.place.instance;
        let cause = incident.id;
        let kind = incident.kind.clone();
        step.emit(Event::IncidentRaised { incident: Arc::new(incident) });
        let caller = step.state().instance(instance).and_then(|instance| instance.super_element);
        let Some(caller) = caller else {
            return Ok(root);
        };
        let place = step.place_of(caller)?;
        incident = Incident {
            id: step.next_id(),
            failed_activity_id: Some(place.activity_id.clone()),
            place,
            kind,
            configuration: None,
            subject: None,
            message: None,
            created: step.env.now,
            cause,
            root_cause: root,
            annotation: None,
        };
    }
}

/// The job or external task can go on: its incident and those above it are resolved.
pub(crate) fn resolve_for(step: &mut Step<'_>, subject: Id) {
    if let Some(root) = root_of(step, subject) {
        resolve(step, root);
    }
}

/// The job or external task is gone.
pub(crate) fn delete_for(step: &mut Step<'_>, subject: Id) {
    if let Some(root) = root_of(step, subject) {
        delete(step, root);
    }
}

fn root_of(step: &Step<'_>, subject: Id) -> Option<Id> {
    step.state().incidents().find(|incident| incident.subject == Some(subject)).map(|incident| incident.id)
}

pub(crate) fn resolve(step: &mut Step<'_>, root: Id) {
    for incident in chain(step, root) {
        step.emit(Event::IncidentResolved { incident, at: step.env.now });
    }
}

fn delete(step: &mut Step<'_>, root: Id) {
    for incident in chain(step, root) {
        step.emit(Event::IncidentDeleted { incident, at: step.env.now });
    }
}

fn chain(step: &Step<'_>, root: Id) -> Vec<Arc<Incident>> {
    step.state()
        .incidents
        .iter()
        .map(|(_, incident)| incident)
        .filter(|incident| incident.root_cause == root)
        .cloned()
        .collect()
}

/// Incidents at an element instance that goes away.
pub(crate) fn delete_of(step: &mut Step<'_>, element: Id) {
    delete_where(step, |incident| incident.place.element == element);
}

/// Incidents of a process instance that goes away: those that were raised by hand outlive their activity.
pub(crate) fn delete_in(step: &mut Step<'_>, instance: Id) {
    delete_where(step, |incident| incident.place.instance == instance);
}

fn delete_where(step: &mut Step<'_>, is_meant: impl Fn(&Incident) -> bool) {
    let roots: Vec<Id> = step
        .state()
        .incidents()
        .filter(|incident| incident.cause == incident.id && is_meant(incident))
        .map(|incident| incident.id)
        .collect();
    for root in roots {
        delete(step, root);
    }
}
