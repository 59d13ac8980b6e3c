//! Which entries of the log are occasions, and for whom. The texts are short: they name the case and what happened, and
//! the link leads to the rest.

use super::aggregate::Notice;
use super::create::{NotifyError, Recipient, notify};
use super::people;
use crate::state::PublishersState;
use casewright_access::Whose;
use casewright_access::case::CASE_VIEW;
use casewright_bus::EntryEnvelope;
use casewright_journal::{Document, Filter, Query, TenantHandle};
use serde_json::Value;
use std::collections::BTreeSet;

/// Who is concerned, and what they are told.
struct Occasion {
    kind: String,
    to: BTreeSet<String>,
    title: String,
    body: String,
    link: String,
    case_id: Option<String>,
}

pub(crate) async fn hear(state: &PublishersState, entry: &EntryEnvelope) -> Result<(), NotifyError> {
    let handle = state.journal().tenant(&entry.tenant);
    let occasion = match entry.kind.as_str() {
        "case" => of_case(&handle, entry).await?,
        "process-instance" => of_task(state, &handle, entry).await?,
        _ => None,
    };
    let Some(Occasion { kind, to, title, body, link, case_id }) = occasion else {
        return Ok(());
    };
    let key = format!("{}:{kind}", entry.entry_id());
    for user in to {
        let notice = Notice {
            user: String::new(),
            kind: kind.clone(),
            title: title.clone(),
            body: body.clone(),
            link: Some(link.clone()),
            case_id: case_id.clone(),
        };
        notify(state, &handle, &Recipient::User(user), &key, &entry.entry_id(), notice).await?;
    }
    Ok(())
}

/// Events of a case that concern somebody; everything else is passed over unread.
const CASE_EVENTS: [&str; 9] = [
    "case-created",
    "assigned",
    "comment-added",
    "comment-edited",
    "mail-received",
    "sla-at-risk",
    "sla-breached",
    "stage-changed",
    "notified",
];

async fn of_case(handle: &TenantHandle, entry: &EntryEnvelope) -> Result<Option<Occasion>, NotifyError> {
    if !CASE_EVENTS.contains(&entry.event.as_str()) {
        return Ok(None);
    }
    let Some(case) = handle.get("case", &entry.id).await? else {
        return Ok(None);
    };
    let fact: Value = entry.payload()?;
    let (number, title) = (text(&case, "number"), text(&case, "title"));
    let by = fact.pointer("/by/name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (kind, mut to, headline, body) = match entry.event.as_str() {
        "case-created" => {
            ("case-assigned", one(fact.pointer("/assignee/id")), format!("{number} was assigned to you"), title.clone())
        }
        "assigned" => {
            ("case-assigned", one(fact.pointer("/to/id")), format!("{number} was assigned to you"), title.clone())
        }
        "comment-added" | "comment-edited" => {
            ("mention", all(fact.get("mentions")), format!("{by} mentioned you in {number}"), title.clone())
        }
        "mail-received" => (
            "mail-received",
            responsible(handle, &case).await?,
            format!("New mail in {number}"),
            fact.get("subject").and_then(Value::as_str).unwrap_or_default().to_owned(),
        ),
        "sla-at-risk" | "sla-breached" => {
            let promise = fact.get("name").and_then(Value::as_str).unwrap_or_default();
            let (kind, what) = if entry.event == "sla-breached" {
                ("sla-breached", "was breached")
            } else {
                ("sla-at-risk", "is at risk")
            };
            (kind, responsible(handle, &case).await?, format!("{number}: {promise} {what}"), title.clone())
        }
        "stage-changed" => {
            let stage = fact.pointer("/to/name").and_then(Value::as_str).unwrap_or_default();
            ("stage-changed", one(case.get("assigneeId")), format!("{number} is in stage {stage}"), title.clone())
        }
        _ => return of_rule(handle, entry, &fact, &case).await,
    };
    remove_actor(&mut to, entry, &fact);
    Ok(Some(Occasion {
        kind: kind.to_owned(),
        to,
        title: headline,
        body,
        link: format!("/cases/{}", entry.id),
        case_id: Some(entry.id.to_string()),
    }))
}

/// A rule of the definition asked for it.
async fn of_rule(
    handle: &TenantHandle,
    entry: &EntryEnvelope,
    fact: &Value,
    case: &Document,
) -> Result<Option<Occasion>, NotifyError> {
    let mut to = all(fact.get("to"));
    let groups: Vec<String> = all(fact.get("groups")).into_iter().collect();
    let (queues, groups): (Vec<String>, Vec<String>) =
        groups.into_iter().partition(|group| group.starts_with("queue:"));
    to.extend(people::members(handle, &groups).await?);
    for queue in queues {
        to.extend(people::of_queue(handle, queue.trim_start_matches("queue:")).await?);
    }
    let template = fact.get("template").and_then(Value::as_str).unwrap_or("process").to_owned();
    Ok(Some(Occasion {
        title: format!("{}: {}", text(case, "number"), template.replace('-', " ")),
        kind: template,
        to,
        body: text(case, "title"),
        link: format!("/cases/{}", entry.id),
        case_id: Some(entry.id.to_string()),
    }))
}

/// The assignee; while there is none, those who work the queue.
async fn responsible(handle: &TenantHandle, case: &Document) -> Result<BTreeSet<String>, NotifyError> {
    let assignee = one(case.get("assigneeId"));
    if !assignee.is_empty() {
        return Ok(assignee);
    }
    match case.get("queue").and_then(Value::as_str) {
        Some(queue) => Ok(people::of_queue(handle, queue).await?),
        None => Ok(BTreeSet::new()),
    }
}

/// User tasks: to the one it is assigned to, else to all who may take it.
async fn of_task(
    state: &PublishersState,
    handle: &TenantHandle,
    entry: &EntryEnvelope,
) -> Result<Option<Occasion>, NotifyError> {
    let is_new = entry.event == "user-task-created";
    if !is_new && entry.event != "user-task-changed" {
        return Ok(None);
    }
    let fact: Value = entry.payload()?;
    let task = fact.get("task").cloned().unwrap_or(Value::Null);
    let assignee = one(task.get("assignee"));
    if !is_new && (assignee.is_empty() || !is_assignment(&fact)) {
        return Ok(None);
    }
    let name = task.get("name").or_else(|| task.get("activityId")).and_then(Value::as_str).unwrap_or("Task");
    let Some(task_id) =
        task.get("id").and_then(Value::as_u64).and_then(|number| Some(format!("{}{number:012x}", entry.id.get(..24)?)))
    else {
        return Ok(None);
    };
    let (kind, mut to, title) = if assignee.is_empty() {
        let links: Vec<&Value> = task.get("links").and_then(Value::as_array).into_iter().flatten().collect();
        let named = |what: &str| -> Vec<String> {
            links.iter().filter_map(|link| link.get(what)?.as_str()).map(str::to_owned).collect()
        };
        let mut to = people::members(handle, &named("group")).await?;
        to.extend(named("user"));
        ("task-created", to, format!("New task: {name}"))
    } else {
        ("task-assigned", assignee, format!("Task for you: {name}"))
    };
    if !is_new {
        // Who causes a task by what they did before is told of it as everybody else.
        remove_actor(&mut to, entry, &fact);
    }
    let (case_id, body) =
        case_of(state, handle, entry).await?.map_or((None, String::new()), |(id, number)| (Some(id), number));
    Ok(Some(Occasion { kind: kind.to_owned(), to, title, body, link: format!("/tasks/{task_id}"), case_id }))
}

/// Entries of a root instance among which it is told how it started.
const BEGINNING: usize = 8;

/// Id and number of the case an instance belongs to. The link between the two is written by the case, a moment after the
/// process has begun; a first task is often there before it. The instance itself says from its start which case it is of:
/// its business key is the number.
///
/// What names a case in its variable `caseId` alone, and is linked to it in a moment, is of that case already: nobody is told
/// of what they may not see.
async fn case_of(
    state: &PublishersState,
    handle: &TenantHandle,
    entry: &EntryEnvelope,
) -> Result<Option<(String, String)>, NotifyError> {
    if let Some(known) = linked_case(handle, entry).await? {
        return Ok(Some(known));
    }
    let Some(case) = state.access().cases_of(&entry.tenant, Whose::Root(&entry.id)).await?.into_iter().next() else {
        return Ok(None);
    };
    let number = handle.get(CASE_VIEW, &case.id).await?.map(|row| text(&row, "number")).unwrap_or_default();
    Ok(Some((case.id, number)))
}

async fn linked_case(handle: &TenantHandle, entry: &EntryEnvelope) -> Result<Option<(String, String)>, NotifyError> {
    if let Some(link) = handle.get("case-process", &entry.id).await? {
        return Ok(Some((text(&link, "caseId"), text(&link, "number"))));
    }
    let beginning = handle.entries("process-instance", &entry.id, 0, BEGINNING).await?;
    let Some(started) = beginning.iter().find(|entry| entry.event == "instance-started") else {
        return Ok(None);
    };
    let fact: Value = match serde_json::from_slice(&started.payload) {
        Ok(fact) => fact,
        Err(error) => {
            tracing::error!(instance = entry.id.as_str(), %error, "how a process started cannot be read");
            return Ok(None);
        }
    };
    let Some(key) = fact.pointer("/instance/businessKey").and_then(Value::as_str) else {
        return Ok(None);
    };
    let mut query = Query::new("case", Filter::Eq("number".into(), Value::from(key)));
    query.limit = Some(1);
    let found = handle.query(&query).await?;
    Ok(found.rows.into_iter().next().map(|(id, _)| (id.to_string(), key.to_owned())))
}

fn is_assignment(fact: &Value) -> bool {
    let changes = fact.get("changes").and_then(Value::as_array).into_iter().flatten();
    changes.filter_map(|change| change.get("name")).any(|name| name == "assignee")
}

/// Nobody is told what they did themselves.
fn remove_actor(to: &mut BTreeSet<String>, entry: &EntryEnvelope, fact: &Value) {
    to.remove(entry.actor.as_str());
    if let Some(by) = fact.pointer("/by/id").and_then(Value::as_str) {
        to.remove(by);
    }
}

fn text(row: &Document, name: &str) -> String {
    row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn one(value: Option<&Value>) -> BTreeSet<String> {
    value.and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned).into_iter().collect()
}

fn all(value: Option<&Value>) -> BTreeSet<String> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
