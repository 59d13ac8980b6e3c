//! The story of a case, from its own entries. Nothing is written twice for it.

use crate::domain::case::Case;
use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::case::process::CaseProcessState;
use crate::domain::rule::{RuleRun, RunOutcome};
use casewright_instant::Instant;
use serde_json::{Map, Value, json};

/// What people do not need to read: bookkeeping that another entry tells better.
#[must_use]
pub(crate) fn is_shown(event: &CaseEvent) -> bool {
    !matches!(event.fact, Fact::ProcessRequested { .. } | Fact::MailsRead { .. } | Fact::SlaReplanned { .. })
}

/// One sentence.
#[must_use]
pub(crate) fn summary(event: &CaseEvent) -> String {
    let CaseEvent { by, fact } = event;
    match fact {
        Fact::CaseCreated { number, title, .. } => format!("Case {number} created: {title}"),
        Fact::TitleChanged { after, .. } => format!("Title changed to “{after}”"),
        Fact::FieldChanged { changes, .. } => {
            let keys: Vec<&str> = changes.iter().map(|change| change.key.as_str()).collect();
            format!("Changed {}", keys.join(", "))
        }
        Fact::PriorityChanged { before, after, .. } => format!("Priority changed from {before} to {after}"),
        Fact::DueDateChanged { after: Some(after), .. } => format!("Due date set to {after}"),
        Fact::DueDateChanged { after: None, .. } => "Due date removed".to_owned(),
        Fact::LabelsChanged { added, removed, .. } => match (added.as_slice(), removed.as_slice()) {
            (added, []) => format!("Labelled {}", added.join(", ")),
            ([], removed) => format!("Label {} removed", removed.join(", ")),
            (added, removed) => format!("Labelled {}; label {} removed", added.join(", "), removed.join(", ")),
        },
        Fact::StageChanged { from, to, reason, .. } => {
            with_reason(format!("Stage changed from {} to {}", from.name, to.name), reason.as_deref())
        }
        Fact::DefinitionMigrated { from, to, .. } => format!("Moved from version {from} to {to} of its definition"),
        Fact::MilestoneReached { milestone } => format!("Milestone reached: {}", milestone.name),
        Fact::StatusChanged { from, to, reason, resolution, .. } => {
            let ended = resolution.as_ref().map(|resolution| format!(", {}", resolution.name)).unwrap_or_default();
            with_reason(format!("Status changed from {} to {}{ended}", from.name, to.name), reason.as_deref())
        }
        Fact::RequesterChanged { after: Some(after), .. } => {
            let who = after.name.as_deref().or(after.email.as_deref()).unwrap_or_default();
            format!("Requester is now {who}")
        }
        Fact::RequesterChanged { after: None, .. } => "Requester removed".to_owned(),
        Fact::QueueChanged { to: Some(to), .. } => format!("Moved to queue {to}"),
        Fact::QueueChanged { to: None, .. } => "Taken out of its queue".to_owned(),
        Fact::Assigned { to: Some(to), .. } => format!("Assigned to {}", to.name),
        Fact::Assigned { to: None, .. } => "Unassigned".to_owned(),
        Fact::CommentAdded { .. } => "Commented".to_owned(),
        Fact::CommentEdited { .. } => "Edited a comment".to_owned(),
        Fact::CommentDeleted { .. } => "Deleted a comment".to_owned(),
        Fact::DocumentAdded { document, .. } => format!("Added document {}", document.name),
        Fact::DocumentRemoved { name, .. } => format!("Removed document {name}"),
        Fact::MailReceived { from, subject, .. } => format!("Mail from {from}: {subject}"),
        Fact::MailSent { to, subject, .. } => format!("Mail to {}: {subject}", to.join(", ")),
        Fact::MailUnlinked { .. } => "A mail was taken out of the case".to_owned(),
        Fact::MailsRead { .. } => "Mails read".to_owned(),
        Fact::Linked { .. } => "Linked with another case".to_owned(),
        Fact::Unlinked { .. } => "A link with another case was removed".to_owned(),
        Fact::PartyAdded { party } => format!("A record was added as {}", party.role),
        Fact::PartyRemoved { party } => format!("The record that was {} was taken out", party.role),
        Fact::TaskCreated { task, .. } => format!("Task created: {}", task.name),
        Fact::TaskClaimed { task, .. } => match &task.assignee {
            // Who did it stands beside the sentence: taking a task is giving it to oneself.
            Some(assignee) if *assignee == by.id => format!("Task claimed: {}", task.name),
            Some(assignee) => format!("Task {} assigned to {assignee}", task.name),
            None => format!("Task claimed: {}", task.name),
        },
        Fact::TaskUnclaimed { task, .. } => format!("Task released: {}", task.name),
        Fact::TaskCompleted { task, .. } => format!("Task completed: {}", task.name),
        Fact::TaskCancelled { task, .. } => format!("Task cancelled: {}", task.name),
        Fact::ProcessRequested { name, .. } => format!("Process {name} is being started"),
        Fact::ProcessStarted { name, .. } => format!("Process {name} started"),
        Fact::ProcessEnded { name, state: CaseProcessState::Completed, .. } => format!("Process {name} completed"),
        Fact::ProcessEnded { name, .. } => format!("Process {name} was ended"),
        Fact::OpenWorkCancelled { cancelled, .. } => {
            let names: Vec<&str> = cancelled.iter().map(|process| process.name.as_str()).collect();
            format!("Open work cancelled: {}", names.join(", "))
        }
        Fact::StepFailed { step, reason, .. } => format!("Step {step} failed: {reason}"),
        Fact::StepRepaired { step, .. } => format!("Step {step} goes on"),
        Fact::Compensated { step, failed_step: Some(failed), reason, .. } => {
            format!("Step {step} was undone because {failed} failed: {reason}")
        }
        Fact::Compensated { step, failed_step: None, reason, .. } => format!("Step {step} was undone: {reason}"),
        Fact::ProblemCleared {} => "Problem cleared".to_owned(),
        Fact::SlaStarted { name, .. } => format!("{name}: the clock started"),
        Fact::SlaPaused { name, .. } => format!("{name}: paused"),
        Fact::SlaResumed { name, .. } => format!("{name}: goes on"),
        Fact::SlaAtRisk { name, .. } => format!("{name} is at risk"),
        Fact::SlaBreached { name, .. } => format!("{name} was breached"),
        Fact::SlaMet { name, .. } => format!("{name} was met"),
        Fact::SlaMissed { name, .. } => format!("{name} was missed"),
        Fact::SlaCancelled { name, .. } => format!("{name}: no longer needed"),
        Fact::SlaEscalated { name, percent, .. } => format!("{name}: {percent} % of the time is used up"),
        Fact::SlaReplanned { name, .. } => format!("{name}: planned anew by its calendar"),
        Fact::Routed { name, rule: Some(_), .. } => format!("Routed by rule {name}"),
        Fact::Routed { .. } => "Routed by the catch-all".to_owned(),
        Fact::RuleApplied { rule, run, .. } => match run {
            None => format!("Rule {rule} applied"),
            Some(RuleRun { name, reason: Some(_), .. }) => format!("Rule {name} not applied"),
            Some(RuleRun { name, outcome: RunOutcome::Failed, .. }) => format!("Rule {name} applied, not all of it"),
            Some(RuleRun { name, .. }) => format!("Rule {name} applied"),
        },
        Fact::Notified { to, groups, .. } => {
            let names: Vec<&str> = to.iter().chain(groups).map(String::as_str).collect();
            format!("Notified {}", names.join(", "))
        }
        Fact::AdHocTaskAdded { task, .. } => format!("Task added: {}", task.title),
        Fact::AdHocTaskChanged { task, .. } => format!("Task changed: {}", task.title),
        Fact::AdHocTaskAssigned { task, .. } => match (&task.assignee, &task.group) {
            (Some(assignee), _) => format!("Task {} assigned to {}", task.title, assignee.name),
            (None, Some(group)) => format!("Task {} given to {group}", task.title),
            (None, None) => format!("Task released: {}", task.title),
        },
        Fact::AdHocTaskItemTicked { task, item, .. } => format!("{}: {item} is done", task.title),
        Fact::AdHocTaskItemUnticked { task, item, .. } => format!("{}: {item} is to be done again", task.title),
        Fact::AdHocTaskCompleted { task, .. } => format!("Task completed: {}", task.title),
        Fact::AdHocTaskReopened { task, .. } => format!("Task opened again: {}", task.title),
        Fact::AdHocTaskCancelled { task, .. } => format!("Task cancelled: {}", task.title),
        Fact::AdHocTaskMoved { task, .. } => format!("Task moved: {}", task.title),
        Fact::AdHocTaskRemoved { task, .. } => format!("Task deleted: {}", task.title),
        Fact::PlaybookItemTicked { title, .. } => format!("Done: {title}"),
        Fact::PlaybookItemUnticked { title, .. } => format!("To be done again: {title}"),
        Fact::MergeRequested { into, .. } => format!("To be merged into {}", into.number),
        Fact::MergeAbandoned { into, .. } => format!("Not merged into {}", into.number),
        Fact::Merged { into } => format!("Merged into {}", into.number),
        Fact::MergeReceived { from } => format!("{} was merged into this case", from.number),
        Fact::CommentTaken { author, .. } => format!("Comment of {} from a merged case", author.name),
        Fact::MailTaken { .. } => "A mail came from another case".to_owned(),
        Fact::SplitOff { from, .. } => format!("Split off from {}", from.number),
        Fact::DuplicateDismissed { .. } => "A similar case is no duplicate".to_owned(),
        Fact::HoldPlaced { hold, .. } => format!("Legal hold: {}", hold.reason),
        Fact::HoldLifted { hold, reason, .. } => format!("Legal hold “{}” lifted: {reason}", hold.reason),
        Fact::DisposalBegun { .. } => "The case is being deleted".to_owned(),
        Fact::Forgotten { .. } => "The case was deleted".to_owned(),
        Fact::ChildrenClosing { children, .. } => format!("Child cases closed with it: {}", children.len()),
    }
}

fn with_reason(said: String, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{said}: {reason}"),
        None => said,
    }
}

/// What a client needs to show the entry. A comment is shown as it is now: its first text is gone for readers once it was
/// edited or deleted (the log keeps it).
#[must_use]
pub(crate) fn data(case: &Case, fact: &Fact) -> Value {
    let mut data = match serde_json::to_value(fact) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    for bookkeeping in
        ["type", "processes", "clocks", "source", "unread", "open", "startId", "fields", "urgency", "holds"]
    {
        if !(bookkeeping == "fields" && matches!(fact, Fact::CaseCreated { .. })) {
            data.remove(bookkeeping);
        }
    }
    if let Fact::CommentAdded { comment_id, .. }
    | Fact::CommentEdited { comment_id, .. }
    | Fact::CommentTaken { comment_id, .. } = fact
        && let Some(comment) = case.comments.get(comment_id)
    {
        data.insert("body".into(), Value::from(comment.body.as_str()));
        data.insert("deleted".into(), Value::from(comment.is_deleted));
        data.insert("editedAt".into(), json!(comment.edited_at.map(|at| Instant::from(at).to_string())));
    }
    Value::Object(data)
}
