//! What a case definition must fulfil before it is published. Everything is reported at once, with a pointer, so that
//! its author need not guess their way through.

use super::check_rules::{self, Compared, actions, assigned_by, compared, notified_by};
use super::check_sla::check_slas;
use super::check_stages;
use super::field;
use super::model::{CaseDefinition, ProcessStart, StatusKind};
use super::names::{is_slug, stage_exists};
use crate::domain::rule::Action;
use casewright_forms::FieldFault;
use casewright_service::reserved;
use std::collections::HashSet;

/// What a definition names that is not its own, as far as it is there.
#[derive(Clone, Debug, Default)]
pub(crate) struct References {
    pub(crate) queues: HashSet<String>,
    pub(crate) users: HashSet<String>,
    /// Those of the users who may work on its cases.
    pub(crate) workers: HashSet<String>,
    pub(crate) calendars: HashSet<String>,
}

impl References {
    /// Queues to look for. A definition that lists its queues names no others.
    pub(crate) fn queues_of(definition: &CaseDefinition) -> HashSet<&str> {
        if !definition.queues.is_empty() {
            return HashSet::new();
        }
        let of_rules = actions(definition).filter_map(|(_, action)| match action {
            Action::SetQueue(queue) => Some(queue.as_str()),
            _ => None,
        });
        let of_conditions = compared(definition, Compared::Queue).map(|(_, queue)| queue);
        let of_routing = definition.routing.targets().filter_map(|(_, target)| target.queue.as_deref());
        of_rules.chain(of_conditions).chain(of_routing).chain(definition.default_queue.as_deref()).collect()
    }

    /// Users to look for.
    pub(crate) fn users_of(definition: &CaseDefinition) -> HashSet<&str> {
        let of_actions =
            actions(definition).filter_map(|(_, action)| assigned_by(action).or_else(|| notified_by(action)));
        let of_conditions = compared(definition, Compared::User).map(|(_, user)| user);
        let of_routing = definition.routing.targets().filter_map(|(_, target)| target.assignee.as_deref());
        of_actions.chain(of_conditions).chain(of_routing).collect()
    }
}

/// Faults of what a definition names outside of itself.
#[must_use]
pub(crate) fn check_named(definition: &CaseDefinition, known: &References) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let unknown_queue = |queue: &str| format!("there is no queue `{queue}`");
    if let Some(queue) = &definition.default_queue
        && definition.queues.is_empty()
        && !known.queues.contains(queue)
    {
        faults.push(FieldFault::new("/defaultQueue", "unknown-queue", &unknown_queue(queue)));
    }
    for (pointer, target) in definition.routing.targets() {
        let pointer = format!("/routing{pointer}");
        if let Some(queue) = &target.queue
            && definition.queues.is_empty()
            && !known.queues.contains(queue)
        {
            faults.push(FieldFault::new(&format!("{pointer}/queue"), "unknown-queue", &unknown_queue(queue)));
        }
        if let Some(user) = &target.assignee
            && !known.workers.contains(user)
        {
            let detail = format!("`{user}` may not work on cases of this kind, or there is no such user");
            faults.push(FieldFault::new(&format!("{pointer}/assignee"), "may-not-work-on-it", &detail));
        }
    }
    for id in definition.calendar_ids().into_iter().filter(|id| !known.calendars.contains(*id)) {
        let place = definition.slas.iter().position(|sla| sla.calendar_id.as_deref() == Some(id));
        let pointer = match place {
            Some(index) if definition.calendar_id.as_deref() != Some(id) => format!("/slas/{index}/calendarId"),
            _ => "/calendarId".to_owned(),
        };
        faults.push(FieldFault::new(&pointer, "unknown-calendar", &format!("there is no calendar `{id}`")));
    }
    check_rules::check_named(definition, known, &mut faults);
    faults
}

/// All faults that the definition shows by itself; [`check_named`] finds the others.
#[must_use]
pub(crate) fn check(definition: &CaseDefinition) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    check_names(definition, &mut faults);
    field::check::check(definition.field_set(), &mut faults);
    check_references(definition, &mut faults);
    check_slas(definition, &mut faults);
    check_rules::check(definition, &mut faults);
    super::playbook_check::check(definition, &mut faults);
    faults.extend(definition.duplicates.faults());
    faults.extend(super::retention::check(definition.retention.as_ref()));
    check_routing(definition, &mut faults);
    check_stages::check(definition, &mut faults);
    faults
}

fn check_names(definition: &CaseDefinition, faults: &mut Vec<FieldFault>) {
    if !is_slug(&definition.key) {
        faults.push(FieldFault::new("/key", "invalid-key", "letters, digits, `-`, `_` and `.` only"));
    }
    if definition.name.trim().is_empty() {
        faults.push(FieldFault::new("/name", "required", "a name is needed"));
    }
    let prefix = &definition.case_number_prefix;
    if prefix.is_empty() || prefix.len() > 12 || !prefix.chars().all(|c| c.is_ascii_alphanumeric()) {
        faults.push(FieldFault::new("/caseNumberPrefix", "invalid-prefix", "1 to 12 letters or digits"));
    }
    if definition.stages.is_empty() {
        faults.push(FieldFault::new("/stages", "required", "a case needs at least one stage"));
    }
    if definition.initial_status().is_none() {
        faults.push(FieldFault::new("/statuses", "required", "a case needs a status of kind `open` to begin with"));
    }
    if !definition.statuses.iter().any(|s| s.kind == StatusKind::Closed) {
        faults.push(FieldFault::new("/statuses", "required", "a case needs a status of kind `closed` to end with"));
    }
    unique(definition.stages.iter().map(|s| s.id.as_str()), "/stages", faults);
    unique(definition.statuses.iter().map(|s| s.id.as_str()), "/statuses", faults);
    unique(definition.fields.iter().map(|f| f.key.as_str()), "/fields", faults);
    unique(definition.processes.iter().map(|p| p.key.as_str()), "/processes", faults);
    unique(definition.slas.iter().map(|s| s.id.as_str()), "/slas", faults);
    unique(definition.rules.iter().map(|r| r.id.as_str()), "/rules", faults);
    for (index, field) in definition.fields.iter().enumerate().filter(|(_, field)| reserved::is_reserved(&field.key)) {
        let detail = format!("fields become variables, and the platform keeps `{}` for itself", field.key);
        faults.push(FieldFault::new(&format!("/fields/{index}/key"), "reserved-variable", &detail));
    }
    for (index, stage) in definition.stages.iter().enumerate() {
        for (place, key) in stage.required.iter().enumerate() {
            if definition.field(key).is_none() {
                faults.push(FieldFault::new(
                    &format!("/stages/{index}/required/{place}"),
                    "unknown-field",
                    &format!("`{key}` is not a field of this definition"),
                ));
            }
        }
    }
}

fn check_references(definition: &CaseDefinition, faults: &mut Vec<FieldFault>) {
    for stage in definition.stage_forms.keys() {
        stage_exists(definition, stage, &format!("/stageForms/{stage}"), faults);
    }
    for (index, process) in definition.processes.iter().enumerate() {
        let pointer = format!("/processes/{index}/stage");
        match (&process.stage, process.start) {
            (Some(stage), _) => stage_exists(definition, stage, &pointer, faults),
            (None, ProcessStart::OnStage) => {
                faults.push(FieldFault::new(&pointer, "required", "`on-stage` needs the stage"));
            }
            (None, _) => {}
        }
    }
    if let Some(queue) = &definition.default_queue
        && !definition.queues.is_empty()
        && !definition.queues.contains(queue)
    {
        faults.push(FieldFault::new("/defaultQueue", "unknown-queue", "not among `queues`"));
    }
}

fn check_routing(definition: &CaseDefinition, faults: &mut Vec<FieldFault>) {
    faults.extend(definition.routing.faults().into_iter().map(|fault| fault.under("/routing")));
    for (pointer, target) in definition.routing.targets() {
        if let Some(queue) = &target.queue
            && !definition.queues.is_empty()
            && !definition.queues.contains(queue)
        {
            let pointer = format!("/routing{pointer}/queue");
            faults.push(FieldFault::new(&pointer, "unknown-queue", "not among `queues`"));
        }
    }
}

fn unique<'a>(ids: impl Iterator<Item = &'a str>, pointer: &str, faults: &mut Vec<FieldFault>) {
    let mut seen = HashSet::new();
    for (index, id) in ids.enumerate() {
        if id.is_empty() {
            faults.push(FieldFault::new(&format!("{pointer}/{index}"), "required", "an id is needed"));
        } else if !seen.insert(id) {
            faults.push(FieldFault::new(&format!("{pointer}/{index}"), "duplicate", &format!("`{id}` is there twice")));
        }
    }
}
