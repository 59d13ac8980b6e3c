//! Which entries of the log are occasions, and for whom. The texts are short: they name the case and what happened, and
//! the link leads to the rest.

use super::followers;
use crate::domain::notification::Notice;
use crate::notification::create::{NotifyError, Recipient, notify};
use crate::notification::people;
use crate::state::PublishersState;
use casewright_access::Whose;
use casewright_bus::EntryEnvelope;
use casewright_contracts::case::{AdHocTask, Person};
use casewright_contracts::links::CaseProcessRow;
use casewright_contracts::{CaseEvent, CaseFact, CaseRow, ProcessEvent, kinds, views};
use casewright_journal::{Column, Filter, Query, StoreError, TenantHandle};
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

pub(super) async fn consume(state: &PublishersState, entry: &EntryEnvelope) -> Result<(), NotifyError> {
    let handle = state.journal().tenant(&entry.tenant);
    let occasions = match entry.kind.as_str() {
        kinds::CASE => of_case(&handle, entry).await?,
        kinds::PROCESS_INSTANCE => of_task(state, &handle, entry).await?.into_iter().collect(),
        _ => Vec::new(),
    };
    for occasion in occasions {
        tell(state, &handle, entry, occasion).await?;
    }
    Ok(())
}

async fn tell(
    state: &PublishersState,
    handle: &TenantHandle,
    entry: &EntryEnvelope,
    Occasion { kind, to, title, body, link, case_id }: Occasion,
) -> Result<(), NotifyError> {
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
        notify(state, handle, &Recipient::User(user), &key, &entry.entry_id(), notice).await?;
    }
    Ok(())
}

/// Those whom it concerns, and then those who follow the case and are not among them. Nobody is told what they did themselves.
async fn of_case(handle: &TenantHandle, entry: &EntryEnvelope) -> Result<Vec<Occasion>, NotifyError> {
    let Some(CaseEvent { by, fact }) = CaseEvent::read(&entry.event, &entry.payload)? else {
        return Ok(Vec::new());
    };
    let Some(row) = handle.get(views::CASE, &entry.id).await? else {
        return Ok(Vec::new());
    };
    let case = CaseRow::read(&row).map_err(StoreError::from)?;
    let mut followed = followed(handle, &case, &by, &fact).await?;
    let concerned = concerned(handle, entry, &case, &by, fact).await?;
    if let Some(occasion) = &mut followed {
        occasion.to.remove(entry.actor.as_str());
        occasion.to.remove(&by.id);
        let told = concerned.as_ref().map(|concerned| &concerned.to);
        occasion.to.retain(|user| !told.is_some_and(|told| told.contains(user)));
    }
    Ok(concerned.into_iter().chain(followed).collect())
}

/// What those who follow the case are told of it.
async fn followed(
    handle: &TenantHandle,
    case: &CaseRow,
    by: &Person,
    fact: &CaseFact,
) -> Result<Option<Occasion>, NotifyError> {
    let Some((title, body)) = followers::news(by, case, fact) else {
        return Ok(None);
    };
    let to = followers::of_case(handle, &case.id).await?;
    let (kind, link) = (followers::KIND.to_owned(), format!("/cases/{}", case.id));
    Ok(Some(Occasion { kind, to, title, body, link, case_id: Some(case.id.clone()) }))
}

/// What those whom it concerns are told of it.
async fn concerned(
    handle: &TenantHandle,
    entry: &EntryEnvelope,
    case: &CaseRow,
    by: &Person,
    fact: CaseFact,
) -> Result<Option<Occasion>, NotifyError> {
    let CaseRow { number, title, .. } = case;
    let (kind, mut to, headline, body) = match fact {
        CaseFact::CaseCreated { assignee } | CaseFact::Assigned { to: assignee } => (
            "case-assigned",
            one(assignee.map(|person| person.id)),
            format!("{number} was assigned to you"),
            title.clone(),
        ),
        CaseFact::CommentAdded { mentions } | CaseFact::CommentEdited { mentions } => {
            let mentioned = mentions.into_iter().collect();
            ("mention", mentioned, format!("{} mentioned you in {number}", by.name), title.clone())
        }
        CaseFact::MailReceived { subject } => {
            ("mail-received", responsible(handle, case).await?, format!("New mail in {number}"), subject)
        }
        CaseFact::SlaAtRisk { name } => {
            let headline = format!("{number}: {name} is at risk");
            ("sla-at-risk", responsible(handle, case).await?, headline, title.clone())
        }
        CaseFact::SlaBreached { name } => {
            let headline = format!("{number}: {name} was breached");
            ("sla-breached", responsible(handle, case).await?, headline, title.clone())
        }
        CaseFact::StageChanged { to } => {
            let headline = format!("{number} is in stage {}", to.name);
            ("stage-changed", one(case.assignee.clone()), headline, title.clone())
        }
        CaseFact::Notified { to, groups, template } => {
            let asked = Asked { to, groups, template };
            return of_rule(handle, case, asked).await.map(Some);
        }
        CaseFact::AdHocTaskAdded { task } | CaseFact::AdHocTaskAssigned { task } => {
            return of_ad_hoc_task(handle, entry, case, task).await.map(Some);
        }
        // Only those who follow the case want to hear it.
        CaseFact::StatusChanged { .. } | CaseFact::MailSent { .. } => return Ok(None),
    };
    // Nobody is told what they did themselves.
    to.remove(entry.actor.as_str());
    to.remove(&by.id);
    Ok(Some(Occasion {
        kind: kind.to_owned(),
        to,
        title: headline,
        body,
        link: format!("/cases/{}", case.id),
        case_id: Some(case.id.clone()),
    }))
}

/// A task that somebody added by hand: to the one who has it, else to the group that may take it. Nobody is told what they did themselves.
async fn of_ad_hoc_task(
    handle: &TenantHandle,
    entry: &EntryEnvelope,
    case: &CaseRow,
    task: AdHocTask,
) -> Result<Occasion, NotifyError> {
    let assignee = one(task.assignee.map(|person| person.id));
    let (kind, mut to, title) = if assignee.is_empty() {
        let members = people::members(handle, &Vec::from_iter(task.group)).await?;
        ("task-created", members, format!("New task: {}", task.title))
    } else {
        ("task-assigned", assignee, format!("Task for you: {}", task.title))
    };
    to.remove(entry.actor.as_str());
    let (body, link, case_id) = (case.number.clone(), format!("/tasks/{}", task.id), Some(case.id.clone()));
    Ok(Occasion { kind: kind.to_owned(), to, title, body, link, case_id })
}

/// Whom a rule of the definition asks to tell, and what kind of notice it is.
struct Asked {
    to: Vec<String>,
    groups: Vec<String>,
    template: String,
}

async fn of_rule(handle: &TenantHandle, case: &CaseRow, asked: Asked) -> Result<Occasion, NotifyError> {
    let Asked { to, groups, template } = asked;
    let mut to: BTreeSet<String> = to.into_iter().collect();
    let (queues, groups): (Vec<String>, Vec<String>) =
        groups.into_iter().partition(|group| group.starts_with("queue:"));
    to.extend(people::members(handle, &groups).await?);
    for queue in queues {
        to.extend(people::of_queue(handle, queue.trim_start_matches("queue:")).await?);
    }
    Ok(Occasion {
        title: format!("{}: {}", case.number, template.replace('-', " ")),
        kind: template,
        to,
        body: case.title.clone(),
        link: format!("/cases/{}", case.id),
        case_id: Some(case.id.clone()),
    })
}

/// The assignee; while there is none, those who work the queue.
async fn responsible(handle: &TenantHandle, case: &CaseRow) -> Result<BTreeSet<String>, NotifyError> {
    let assignee = one(case.assignee.clone());
    if !assignee.is_empty() {
        return Ok(assignee);
    }
    match &case.queue {
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
    let (task, is_new) = match ProcessEvent::read(&entry.event, &entry.payload)? {
        ProcessEvent::UserTaskCreated(task) => (task, true),
        ProcessEvent::UserTaskChanged(changed) if changed.is_assignment() => (changed.task, false),
        _ => return Ok(None),
    };
    let assignee = one(task.assignee.clone());
    if !is_new && assignee.is_empty() {
        return Ok(None);
    }
    let name = task.display_name();
    let (kind, mut to, title) = if assignee.is_empty() {
        let groups: Vec<String> = task.links.iter().filter_map(|link| link.group.clone()).collect();
        let mut to = people::members(handle, &groups).await?;
        to.extend(task.links.iter().filter_map(|link| link.user.clone()));
        ("task-created", to, format!("New task: {name}"))
    } else {
        ("task-assigned", assignee, format!("Task for you: {name}"))
    };
    if !is_new {
        // Nobody is told what they did themselves; who causes a task by what they did before is told of it as everybody else.
        to.remove(entry.actor.as_str());
    }
    let (case_id, body) =
        case_of(state, handle, entry).await?.map_or((None, String::new()), |(id, number)| (Some(id), number));
    let link = format!("/tasks/{}", task.id_in(&entry.id));
    Ok(Some(Occasion { kind: kind.to_owned(), to, title, body, link, case_id }))
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
    let row = handle.get(views::CASE, &case.id).await?;
    let number = row.map(|row| CaseRow::read(&row)).transpose().map_err(StoreError::from)?.unwrap_or_default().number;
    Ok(Some((case.id, number)))
}

async fn linked_case(handle: &TenantHandle, entry: &EntryEnvelope) -> Result<Option<(String, String)>, NotifyError> {
    if let Some(link) = handle.get(CaseProcessRow::VIEW, &entry.id).await? {
        let text = |column: Column| column.text(&link).unwrap_or_default().to_owned();
        return Ok(Some((text(CaseProcessRow::CASE_ID), text(CaseProcessRow::NUMBER))));
    }
    let beginning = handle.entries(kinds::PROCESS_INSTANCE, &entry.id, 0, BEGINNING).await?;
    let Some(started) = beginning.iter().find(|entry| entry.event == "instance-started") else {
        return Ok(None);
    };
    let instance = match ProcessEvent::read(&started.event, &started.payload) {
        Ok(ProcessEvent::InstanceStarted(instance)) => instance,
        Ok(_) => return Ok(None),
        Err(error) => {
            tracing::error!(instance = entry.id.as_str(), %error, "how a process started cannot be read");
            return Ok(None);
        }
    };
    let Some(key) = instance.business_key else {
        return Ok(None);
    };
    let mut query = Query::new(views::CASE, Filter::Eq(CaseRow::NUMBER.into(), Value::from(key.as_str())));
    query.limit = Some(1);
    let found = handle.query(&query).await?;
    Ok(found.rows.into_iter().next().map(|(id, _)| (id.to_string(), key)))
}

/// One person, unless nobody is named.
fn one(id: Option<String>) -> BTreeSet<String> {
    id.filter(|id| !id.is_empty()).into_iter().collect()
}
