//! User tasks: who, until when, with which form, and who listens.

use crate::diagnostic::Code;
use crate::model::{Dialect, NodeIndex, NodeKind, TaskEvent, TaskListener, UserTask};
use crate::parse::draft::Draft;
use crate::parse::event;
use crate::parse::extension::{form, listener};
use crate::parse::zeebe;
use crate::xml::Element;

pub(crate) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex) -> NodeKind {
    let element = draft.element_of(index);
    if draft.cx.dialect == Dialect::Zeebe {
        return NodeKind::UserTask(zeebe::user_task(element, &mut draft.cx.findings));
    }
    let form = form::parse(element, &mut draft.cx.findings);
    let assignee = assignee(draft, element);
    let mut users: Vec<String> = Vec::new();
    let mut groups: Vec<String> = Vec::new();
    for owner in element.children_named("potentialOwner") {
        assignments(owner, &mut users, &mut groups);
    }
    users.extend(element.camunda("candidateUsers").map(str::to_owned));
    groups.extend(element.camunda("candidateGroups").map(str::to_owned));
    let listeners = listeners(draft, element);
    let text = |name: &str| element.camunda(name).map(str::to_owned);
    NodeKind::UserTask(UserTask {
        assignee,
        candidate_users: (!users.is_empty()).then(|| users.join(",")),
        candidate_groups: (!groups.is_empty()).then(|| groups.join(",")),
        due_date: text("dueDate"),
        follow_up_date: text("followUpDate"),
        priority: text("priority"),
        form,
        listeners,
    })
}

/// `resourceAssignmentExpression > formalExpression`.
fn formal_expression(performer: Element<'_>) -> Option<&str> {
    performer.child("resourceAssignmentExpression")?.child("formalExpression").map(Element::text)
}

fn assignee(draft: &mut Draft<'_, '_>, element: Element<'_>) -> Option<String> {
    let name = element.attribute("name").unwrap_or("null");
    let performers: Vec<Element<'_>> = element.children_named("humanPerformer").collect();
    if performers.len() > 1 {
        let message = format!("Invalid task definition: multiple humanPerformer sub elements defined for {name}");
        draft.cx.findings.error(Code::InvalidAssignment, element, message);
        return None;
    }
    let performer = performers.first().and_then(|p| formal_expression(*p));
    let attribute = element.camunda("assignee");
    if performer.is_some() && attribute.is_some() {
        let message = format!("Invalid usage: duplicate assignee declaration for task {name}");
        draft.cx.findings.error(Code::InvalidAssignment, element, message);
    }
    performer.map(str::trim).or(attribute).map(str::to_owned)
}

/// Splits `user(kermit), group(admin), accounting` of a potential owner or starter; what is unmarked is a group.
pub(crate) fn assignments(performer: Element<'_>, users: &mut Vec<String>, groups: &mut Vec<String>) {
    for entry in split_outside_expressions(formal_expression(performer).unwrap_or("")) {
        let inner = |prefix: &str| {
            entry.strip_prefix(prefix).map(|rest| rest.strip_suffix(')').unwrap_or(rest).trim().to_owned())
        };
        if let Some(user) = inner("user(") {
            users.push(user);
        } else {
            groups.push(inner("group(").unwrap_or(entry));
        }
    }
}

/// Commas inside `${...}` do not separate.
fn split_outside_expressions(text: &str) -> Vec<String> {
    let mut entries = Vec::new();
    let mut entry = String::new();
    let mut is_inside = false;
    for c in text.chars() {
        match c {
            '{' | '$' => is_inside = true,
            '}' => is_inside = false,
            ',' if !is_inside => {
                entries.push(std::mem::take(&mut entry));
                continue;
            }
            _ => {}
        }
        entry.push(c);
    }
    entries.push(entry);
    entries.iter().map(|entry| entry.trim().to_owned()).filter(|entry| !entry.is_empty()).collect()
}

fn listeners(draft: &mut Draft<'_, '_>, task: Element<'_>) -> Vec<TaskListener> {
    task.extensions("taskListener").filter_map(|element| task_listener(draft, element, task)).collect()
}

fn task_listener(draft: &mut Draft<'_, '_>, element: Element<'_>, task: Element<'_>) -> Option<TaskListener> {
    let owner = task.id().unwrap_or("");
    let event = match element.attribute("event") {
        Some("create") => TaskEvent::Create,
        Some("assignment") => TaskEvent::Assignment,
        Some("update") => TaskEvent::Update,
        Some("complete") => TaskEvent::Complete,
        Some("delete") => TaskEvent::Delete,
        Some("timeout") => TaskEvent::Timeout,
        Some(_) => {
            let message = "Attribute 'event' must be one of {create|assignment|complete|update|delete|timeout}";
            draft.cx.findings.error(Code::InvalidListener, task, message);
            return None;
        }
        None => {
            let message = "Attribute 'event' is mandatory on taskListener";
            draft.cx.findings.error(Code::InvalidListener, task, message);
            return None;
        }
    };
    let timer = match event {
        TaskEvent::Timeout => timeout(draft, element, owner),
        _ => None,
    };
    let action = listener::action(element, "taskListener", owner, &mut draft.cx.findings)?;
    Some(TaskListener { id: element.id().map(Into::into), event, action, timer })
}

fn timeout(draft: &mut Draft<'_, '_>, element: Element<'_>, owner: &str) -> Option<crate::model::Timer> {
    if element.id().is_none() {
        let message = "Element 'id' is mandatory on taskListener of type 'timeout'";
        draft.cx.findings.error(Code::InvalidListener, element, message).about(owner);
    }
    let Some(definition) = element.children().find(|e| e.name() == "timerEventDefinition") else {
        let message = "Element 'timerEventDefinition' is mandatory on taskListener of type 'timeout'";
        draft.cx.findings.error(Code::InvalidListener, element, message).about(owner);
        return None;
    };
    event::timer(draft, definition, owner)
}
