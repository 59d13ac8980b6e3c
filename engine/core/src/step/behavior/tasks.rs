//! User tasks: how they come to be, change and go, with their listeners.

use super::{jobs, listeners, tokens};
use crate::compile::Graph;
use crate::entity::{IdentityLink, JobKind, TaskForm, TaskState, UserTask};
use crate::event::{Event, TaskChange};
use crate::ids::Id;
use crate::rejection::{Failure, Subject};
use crate::step::context::Step;
use crate::step::evaluation::{Context, as_integer, as_text};
use crate::step::fault::Done;
use casewright_engine_model::model::{self, Form, NodeIndex, TaskEvent};
use casewright_engine_value::{Instant, Value};
use smol_str::SmolStr;
use std::sync::Arc;

/// Attributes are evaluated in the name of the activity; then `create` and `assignment` listeners run.
pub(crate) fn create(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex, model: &model::UserTask) -> Done {
    let element = step.element(id)?;
    let definition = graph.node(node);
    let case_instance_id =
        step.state().instance(element.activity.place.instance).and_then(|instance| instance.case_instance_id.clone());
    let task = UserTask {
        id: step.next_id(),
        place: element.activity.place.clone(),
        name: shared(text(step, id, definition.name.as_deref())?),
        description: shared(text(step, id, definition.documentation.as_deref())?),
        assignee: text(step, id, model.assignee.as_deref())?.filter(|user| !user.is_empty()),
        owner: None,
        delegation: None,
        priority: priority(step, id, model.priority.as_deref())?,
        created: step.env.now,
        updated: None,
        due: date(step, id, model.due_date.as_deref())?,
        follow_up: date(step, id, model.follow_up_date.as_deref())?,
        parent_task: None,
        case_instance_id,
        state: TaskState::Created,
        form: form(step, id, model.form.as_ref())?,
        links: candidates(step, id, model.candidate_users.as_deref(), model.candidate_groups.as_deref())?,
        suspended: false,
    };
    let task_id = task.id;
    let is_assigned = task.assignee.is_some();
    step.emit(Event::UserTaskCreated { task: Arc::new(task) });
    tokens::change(step, id, |element| element.task = Some(task_id))?;
    for (index, listener) in model.listeners.iter().enumerate() {
        if let (TaskEvent::Timeout, Some(timer)) = (listener.event, &listener.timer) {
            let kind = JobKind::TaskTimeout { task: task_id, listener: index };
            jobs::create_timer(step, graph, id, node, timer, kind)?;
        }
    }
    notify(step, task_id, TaskEvent::Create)?;
    if is_assigned {
        notify(step, task_id, TaskEvent::Assignment)?;
    }
    Ok(())
}

fn text(step: &mut Step<'_>, id: Id, text: Option<&str>) -> Done<Option<SmolStr>> {
    match text {
        None => Ok(None),
        Some(text) => step.evaluate_text(Context::of(id), text),
    }
}

fn shared(text: Option<SmolStr>) -> Option<Arc<str>> {
    text.map(|text| Arc::from(text.as_str()))
}

fn priority(step: &mut Step<'_>, id: Id, text: Option<&str>) -> Done<i32> {
    let Some(text) = text else {
        return Ok(50);
    };
    let value = step.evaluate(Context::of(id), text)?;
    as_integer(&value)
        .and_then(|priority| i32::try_from(priority).ok())
        .ok_or_else(|| Failure::TaskPriority(text.to_owned()).into())
}

fn date(step: &mut Step<'_>, id: Id, text: Option<&str>) -> Done<Option<Instant>> {
    let Some(text) = text else {
        return Ok(None);
    };
    match step.evaluate(Context::of(id), text)? {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        value => Ok(Some(step.env.evaluator.date(&value, step.env.now)?)),
    }
}

fn form(step: &mut Step<'_>, id: Id, form: Option<&Form>) -> Done<Option<TaskForm>> {
    Ok(match form {
        None | Some(Form::Generated { .. }) => None,
        Some(Form::Key(key)) => text(step, id, Some(key))?.map(TaskForm::Key),
        Some(Form::Reference { key, binding }) => Some(TaskForm::Reference(Form::Reference {
            key: text(step, id, Some(key))?.unwrap_or_default().to_string(),
            binding: binding.clone(),
        })),
    })
}

fn candidates(step: &mut Step<'_>, id: Id, users: Option<&str>, groups: Option<&str>) -> Done<Vec<IdentityLink>> {
    let mut links = Vec::new();
    for (list, is_group) in [(users, false), (groups, true)] {
        let Some(list) = list else { continue };
        for name in names(&step.evaluate(Context::of(id), list)?) {
            let link = candidate(is_group, name);
            if !links.contains(&link) {
                links.push(link);
            }
        }
    }
    Ok(links)
}

/// Comma separated after evaluation; collections are allowed.
fn names(value: &Value) -> Vec<SmolStr> {
    match value {
        Value::List(items) => items.iter().filter_map(as_text).collect(),
        other => as_text(other)
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(SmolStr::new)
            .collect(),
    }
}

pub(crate) fn candidate(is_group: bool, name: SmolStr) -> IdentityLink {
    let (user, group) = if is_group { (None, Some(name)) } else { (Some(name), None) };
    IdentityLink { user, group, kind: SmolStr::new_static("candidate") }
}

/// Runs the task listeners of an event.
pub(crate) fn notify(step: &mut Step<'_>, id: Id, event: TaskEvent) -> Done {
    let Some(task) = step.state().task(id).cloned() else {
        return Ok(());
    };
    let element = step.element(task.place.element)?;
    let graph = step.graph_of(&element)?;
    let listeners = element.node().map(|node| graph.task_listeners(node)).unwrap_or_default();
    if step.skips().listeners {
        return Ok(());
    }
    let context = Context::of(element.id).with_task(id).with_event(event_name(event));
    for listener in listeners.iter().filter(|listener| listener.event == event) {
        listeners::act(step, &listener.action, context)?;
    }
    Ok(())
}

/// The `timeout` listener of this index.
pub(crate) fn time_out(step: &mut Step<'_>, id: Id, listener: usize) -> Done {
    let Some(task) = step.state().task(id).cloned() else {
        return Ok(());
    };
    let element = step.element(task.place.element)?;
    let graph = step.graph_of(&element)?;
    let listeners = element.node().map(|node| graph.task_listeners(node)).unwrap_or_default();
    let context = Context::of(element.id).with_task(id).with_event("timeout");
    match listeners.get(listener) {
        Some(listener) => listeners::act(step, &listener.action, context),
        None => Ok(()),
    }
}

fn event_name(event: TaskEvent) -> &'static str {
    match event {
        TaskEvent::Create => "create",
        TaskEvent::Assignment => "assignment",
        TaskEvent::Update => "update",
        TaskEvent::Complete => "complete",
        TaskEvent::Delete => "delete",
        TaskEvent::Timeout => "timeout",
    }
}

/// Changes fields; `update` and, when the assignee changed, `assignment` listeners run.
pub(crate) fn change(step: &mut Step<'_>, id: Id, change: impl FnOnce(&mut UserTask)) -> Done {
    let (old, new) = change_quietly(step, id, change)?;
    let Some(new) = new else {
        return Ok(());
    };
    notify(step, id, TaskEvent::Update)?;
    if old.assignee != new.assignee && new.assignee.is_some() {
        notify(step, id, TaskEvent::Assignment)?;
    }
    Ok(())
}

/// Changes fields without listeners: what a listener itself does. Gives the task before and, if anything changed, after.
pub(crate) fn change_quietly(
    step: &mut Step<'_>,
    id: Id,
    change: impl FnOnce(&mut UserTask),
) -> Done<(Arc<UserTask>, Option<Arc<UserTask>>)> {
    let old = step.state().task(id).cloned().ok_or_else(|| step.gone(Subject::Task, id))?;
    let mut new = UserTask::clone(&old);
    change(&mut new);
    let changes = differences(&old, &new);
    if changes.is_empty() {
        return Ok((old, None));
    }
    new.updated = Some(step.env.now);
    new.state = TaskState::Updated;
    let new = Arc::new(new);
    step.emit(Event::UserTaskChanged { task: Arc::clone(&new), changes });
    Ok((old, Some(new)))
}

/// Something of the task was changed that is none of its properties.
pub(crate) fn touch(step: &mut Step<'_>, id: Id) {
    if let Some(task) = step.state().task(id) {
        let task = UserTask { updated: Some(step.env.now), ..UserTask::clone(task) };
        step.emit(Event::UserTaskChanged { task: Arc::new(task), changes: Vec::new() });
    }
}

fn differences(old: &UserTask, new: &UserTask) -> Vec<TaskChange> {
    let name = |text: &Option<SmolStr>| text.as_deref().map_or(Value::Null, Value::string);
    let long = |text: &Option<Arc<str>>| text.as_deref().map_or(Value::Null, Value::string);
    let date = |at: Option<Instant>| at.map_or(Value::Null, Value::Date);
    let delegation = |task: &UserTask| match task.delegation {
        None => Value::Null,
        Some(crate::entity::DelegationState::Pending) => Value::string("PENDING"),
        Some(crate::entity::DelegationState::Resolved) => Value::string("RESOLVED"),
    };
    let mut changes: Vec<TaskChange> = [
        ("assignee", name(&old.assignee), name(&new.assignee)),
        ("owner", name(&old.owner), name(&new.owner)),
        ("name", long(&old.name), long(&new.name)),
        ("description", long(&old.description), long(&new.description)),
        ("priority", Value::Integer(old.priority), Value::Integer(new.priority)),
        ("dueDate", date(old.due), date(new.due)),
        ("followUpDate", date(old.follow_up), date(new.follow_up)),
        ("parentTask", name(&old.parent_task), name(&new.parent_task)),
        ("caseInstanceId", name(&old.case_instance_id), name(&new.case_instance_id)),
        ("delegation", delegation(old), delegation(new)),
    ]
    .into_iter()
    .filter(|(_, old, new)| old != new)
    .map(|(name, old, new)| TaskChange::Property { name: SmolStr::new_static(name), old, new })
    .collect();
    let added = new.links.iter().filter(|link| !old.links.contains(link));
    changes.extend(added.map(|link| TaskChange::LinkAdded { link: link.clone() }));
    let removed = old.links.iter().filter(|link| !new.links.contains(link));
    changes.extend(removed.map(|link| TaskChange::LinkRemoved { link: link.clone() }));
    changes
}

pub(crate) fn add_link(step: &mut Step<'_>, id: Id, link: IdentityLink) -> Done {
    change_quietly(step, id, |task| {
        if !task.links.contains(&link) {
            task.links.push(link);
        }
    })
    .map(drop)
}

/// `complete` listeners run, and the task ends. Moving the token is the caller's business.
pub(crate) fn complete(step: &mut Step<'_>, id: Id) -> Done {
    notify(step, id, TaskEvent::Complete)?;
    end(step, id, TaskState::Completed, Arc::from("completed"))
}

/// The activity is cancelled: `delete` listeners run.
pub(crate) fn delete(step: &mut Step<'_>, id: Id, reason: Option<Arc<str>>) -> Done {
    notify(step, id, TaskEvent::Delete)?;
    let reason = reason.unwrap_or_else(|| Arc::from("deleted"));
    end(step, id, TaskState::Deleted, reason)
}

fn end(step: &mut Step<'_>, id: Id, state: TaskState, delete_reason: Arc<str>) -> Done {
    let Some(task) = step.state().task(id).cloned() else {
        return Ok(());
    };
    let element = task.place.element;
    step.emit(Event::UserTaskEnded {
        task: Arc::new(UserTask { state, ..UserTask::clone(&task) }),
        ended: step.env.now,
        delete_reason,
    });
    if step.state().element(element).is_some() {
        tokens::change(step, element, |element| element.task = None)?;
    }
    Ok(())
}
