//! Events as short lines, for snapshots that a person can read.

use casewright_engine_core::entity::{Holder, Undo};
use casewright_engine_core::{Event, State};
use casewright_engine_value::{Instant, Value};

pub(crate) fn value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Short(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Long(value) => format!("{value}L"),
        Value::Double(value) => format!("{value:?}"),
        Value::String(text) => format!("{text:?}"),
        Value::Date(at) => format!("date {}", offset(*at)),
        Value::List(items) => format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => format!(
            "{{{}}}",
            map.iter().map(|(k, v)| format!("{k}: {}", self::value(v))).collect::<Vec<_>>().join(", ")
        ),
        other => format!("{other:?}"),
    }
}

fn offset(at: Instant) -> String {
    format!("+{}s", (at.0 - super::START.0) / 1000)
}

fn due(at: Option<Instant>) -> String {
    at.map_or_else(|| "now".to_owned(), offset)
}

/// One line per event; bookkeeping has none.
pub(crate) fn line(event: &Event) -> Option<String> {
    Some(match event {
        Event::InstanceStarted { instance, .. } => {
            let called = if instance.super_element.is_some() { " (called)" } else { "" };
            format!("instance {}{called} started", instance.definition.key)
        }
        Event::InstanceSuspended { instance } => format!("instance {} suspended", instance.definition.key),
        Event::InstanceActivated { instance } => format!("instance {} activated", instance.definition.key),
        Event::BusinessKeySet { instance } => {
            format!("business key {}", instance.business_key.as_deref().unwrap_or("null"))
        }
        Event::InstanceEnded { instance, state, end_activity_id, delete_reason, .. } => format!(
            "instance {} ended {state:?}{}{}",
            instance.definition.key,
            end_activity_id.as_deref().map(|id| format!(" at {id}")).unwrap_or_default(),
            delete_reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default()
        ),
        Event::InstanceMigrated { instance, .. } => format!("instance migrated to {}", instance.definition.id),
        Event::FlowTaken { .. } | Event::TokenPlaced { .. } | Event::ElementChanged { .. } => return None,
        Event::TokenRemoved { .. } => return None,
        Event::ActivityStarted { element } if element.scope.is_none() => return None,
        Event::ActivityStarted { element } => format!("+ {}", element.activity.place.activity_id),
        Event::ActivityEnded { activity, .. } if activity.parent.is_none() => return None,
        Event::ActivityEnded { activity, canceled, leaving, .. } => format!(
            "{} {}{}",
            if *canceled { "x" } else { "-" },
            activity.place.activity_id,
            if *leaving { " (token stays)" } else { "" }
        ),
        Event::VariableSet { holder, variable, .. } => {
            format!(
                "  {}{} = {}",
                holder_name(*holder, &variable.place.activity_id),
                variable.name,
                value(&variable.value)
            )
        }
        Event::VariableRemoved { holder, variable, .. } => {
            format!("  {}{} removed", holder_name(*holder, &variable.place.activity_id), variable.name)
        }
        Event::UserTaskCreated { task } => format!(
            "task {} created{}",
            task.place.activity_id,
            task.assignee.as_deref().map(|user| format!(" for {user}")).unwrap_or_default()
        ),
        Event::UserTaskChanged { task, changes } => format!("task {} changed {changes:?}", task.place.activity_id),
        Event::UserTaskEnded { task, delete_reason, .. } => format!("task {} {delete_reason}", task.place.activity_id),
        Event::ExternalTaskCreated { task } => format!("external {} created on {}", task.place.activity_id, task.topic),
        Event::ExternalTaskLocked { task } => {
            format!("external {} locked by {}", task.place.activity_id, task.worker.as_deref().unwrap_or("null"))
        }
        Event::ExternalTaskUnlocked { task } => format!("external {} unlocked", task.place.activity_id),
        Event::ExternalTaskFailed { task, .. } => {
            format!("external {} failed, {:?} retries", task.place.activity_id, task.retries)
        }
        Event::ExternalTaskChanged { task } => {
            format!("external {} changed, {:?} retries", task.place.activity_id, task.retries)
        }
        Event::ExternalTaskCompleted { task, .. } => format!("external {} completed", task.place.activity_id),
        Event::ExternalTaskDeleted { task, .. } => format!("external {} deleted", task.place.activity_id),
        Event::JobCreated { job } => {
            format!("job {} {} due {}", job.place.activity_id, job.kind.definition_type(), due(job.due))
        }
        Event::JobChanged { job } => {
            format!("job {} changed: {} retries, due {}", job.place.activity_id, job.retries, due(job.due))
        }
        Event::JobFailed { job, .. } => format!(
            "job {} failed, {} retries, due {}: {}",
            job.place.activity_id,
            job.retries,
            due(job.due),
            job.exception.as_deref().unwrap_or_default()
        ),
        Event::JobExecuted { job, .. } => format!("job {} executed", job.place.activity_id),
        Event::JobRemoved { job, .. } => format!("job {} removed", job.place.activity_id),
        Event::SubscriptionCreated { subscription } => format!(
            "awaits {} {} at {}",
            subscription.kind.name(),
            subscription.name.as_deref().unwrap_or_default(),
            subscription.place.activity_id
        ),
        Event::SubscriptionRemoved { subscription } => format!(
            "no longer awaits {} {} at {}",
            subscription.kind.name(),
            subscription.name.as_deref().unwrap_or_default(),
            subscription.place.activity_id
        ),
        Event::IncidentRaised { incident } => format!("incident {} at {}", incident.kind, incident.place.activity_id),
        Event::IncidentAnnotated { incident } => format!("incident {} annotated", incident.kind),
        Event::IncidentResolved { incident, .. } => {
            format!("incident {} at {} resolved", incident.kind, incident.place.activity_id)
        }
        Event::IncidentDeleted { incident, .. } => {
            format!("incident {} at {} deleted", incident.kind, incident.place.activity_id)
        }
        Event::CompensationRecorded { record } => match record.undo {
            Undo::Handler(_) => format!("can be undone by {}", record.place.activity_id),
            Undo::Scope { .. } => format!("subprocess {} can be undone", record.place.activity_id),
        },
        Event::CompensationRemoved { .. } => return None,
        Event::DecisionEvaluated { decision, .. } => format!("decision {decision} evaluated"),
        Event::ErrorUnhandled { place, code, .. } => {
            format!("error {code} at {} is caught by nobody", place.activity_id)
        }
        Event::EffectRequested { effect } => format!("effect {:?}", effect.action),
    })
}

fn holder_name(holder: Holder, activity: &str) -> String {
    match holder {
        Holder::Element(id) if id.0 == 1 => String::new(),
        Holder::Element(_) => format!("{activity}."),
        Holder::Task(_) => format!("task {activity}."),
    }
}

/// What is alive, as a tree.
pub(crate) fn tree(state: &State) -> String {
    let mut out = String::new();
    for root in state.elements().filter(|element| element.scope.is_none()) {
        branch(state, root.id, 1, &mut out);
    }
    out
}

fn branch(state: &State, id: casewright_engine_core::Id, depth: usize, out: &mut String) {
    let Some(element) = state.element(id) else { return };
    let phase = match element.phase {
        casewright_engine_core::entity::Phase::Active => String::new(),
        other => format!(" ({other:?})"),
    };
    let execution = state.text(element.activity.place.execution);
    let execution = execution.trim_start_matches("00010203-0405-0607-0809-").trim_start_matches('0');
    out.push_str(&format!("{}{}{phase} @{execution}\n", "  ".repeat(depth), element.activity.place.activity_id));
    for child in state.children(id) {
        branch(state, child, depth + 1, out);
    }
}
