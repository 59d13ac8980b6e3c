//! What an entry means: which channels it belongs to, and what policy must be asked before it is published.

use casewright_bus::EntryEnvelope;
use casewright_contracts::process::UserTask;
use casewright_contracts::{ProcessEvent, kinds};
use serde::Deserialize;
use serde_json::{Value, json};

/// Kinds of aggregates of which anything is published.
pub(crate) const KINDS: [&str; 4] = [kinds::CASE, kinds::PROCESS_INSTANCE, kinds::NOTIFICATION, kinds::MAIL];

/// What subscribers of some channels get of an entry.
#[derive(Debug, PartialEq)]
pub(crate) struct Publication {
    pub(crate) channels: Vec<String>,
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) guard: Guard,
}

/// What decides whether somebody may have it.
#[derive(Debug, PartialEq)]
pub(crate) enum Guard {
    /// The case as its view has it.
    Case,
    /// The attributes came with the event of this root process instance; its case decides as well.
    OfInstance(String, Value),
    /// A mail: its case decides.
    Mail,
    /// Only the receiver may; when the entry does not name them, the view does.
    Receiver(Option<String>),
}

/// The channels a client may name; the id of `case:` and `process:` is free.
pub(crate) fn is_known(channel: &str) -> bool {
    match channel.split_once(':') {
        Some(("case" | "process", id)) => !id.is_empty() && id.len() <= 128,
        Some(_) => false,
        None => matches!(channel, "cases" | "tasks" | "notifications" | "mails"),
    }
}

/// All that is published of an entry; mostly one thing, a task is also something of its process.
pub(crate) fn all_of(entry: &EntryEnvelope) -> Vec<Publication> {
    let id = entry.id.to_string();
    match entry.kind.as_str() {
        kinds::CASE => {
            let mut channels = vec!["cases".to_owned(), format!("case:{id}")];
            // A task that somebody added by hand is of the work list as well.
            if entry.event.starts_with("ad-hoc-task-") {
                channels.push("tasks".to_owned());
            }
            vec![Publication { channels, kind: "case", id, guard: Guard::Case }]
        }
        kinds::NOTIFICATION => {
            vec![Publication {
                channels: vec!["notifications".to_owned()],
                kind: "notification",
                id,
                guard: Guard::Receiver(receiver(entry)),
            }]
        }
        kinds::MAIL => {
            vec![Publication { channels: vec!["mails".to_owned()], kind: "mail", id, guard: Guard::Mail }]
        }
        kinds::PROCESS_INSTANCE => process(entry, id),
        _ => Vec::new(),
    }
}

#[derive(Deserialize)]
struct NotificationFact {
    notice: Option<Notice>,
}

#[derive(Deserialize)]
struct Notice {
    user: String,
}

/// The first entry of a notification names its receiver.
fn receiver(entry: &EntryEnvelope) -> Option<String> {
    if entry.event != "notification-created" {
        return None;
    }
    match serde_json::from_slice::<NotificationFact>(&entry.payload) {
        Ok(fact) => fact.notice.map(|notice| notice.user),
        Err(error) => {
            tracing::error!(entry = entry.entry_id(), %error, "a notification's entry cannot be read");
            None
        }
    }
}

fn process(entry: &EntryEnvelope, root: String) -> Vec<Publication> {
    let event = match ProcessEvent::read(&entry.event, &entry.payload) {
        Ok(event) => event,
        Err(error) => {
            tracing::error!(entry = entry.entry_id(), %error, "an event of the engine's log cannot be read");
            return Vec::new();
        }
    };
    let task = event.task().map(|task| self::task(task, &root));
    let process = is_shown(&event).then(|| Publication {
        channels: vec![format!("process:{root}")],
        kind: "process-instance",
        id: root.clone(),
        guard: Guard::OfInstance(root, json!({})),
    });
    task.into_iter().chain(process).collect()
}

fn task(task: &UserTask, root: &str) -> Publication {
    // What policy is told of a task where it is read; who is linked to it otherwise is no candidate.
    let attributes = json!({
        "assignee": task.assignee,
        "candidateUsers": task.candidate_users(),
        "candidateGroups": task.candidate_groups(),
        "processDefinitionKey": task.definition.key,
        "taskDefinitionKey": task.activity_id,
    });
    Publication {
        channels: vec!["tasks".to_owned()],
        kind: "task",
        id: task.id_in(root),
        guard: Guard::OfInstance(root.to_owned(), attributes),
    }
}

/// Tokens and bookkeeping between activities are not shown.
fn is_shown(event: &ProcessEvent) -> bool {
    match event {
        ProcessEvent::InstanceStarted(_)
        | ProcessEvent::InstanceSuspended
        | ProcessEvent::InstanceActivated
        | ProcessEvent::InstanceMigrated
        | ProcessEvent::InstanceEnded(_)
        | ProcessEvent::ActivityStarted
        | ProcessEvent::ActivityEnded
        | ProcessEvent::CaseNamed(_)
        | ProcessEvent::VariableSet
        | ProcessEvent::UserTaskCreated(_)
        | ProcessEvent::UserTaskChanged(_)
        | ProcessEvent::UserTaskEnded(_)
        | ProcessEvent::JobFailed
        | ProcessEvent::IncidentRaised(_)
        | ProcessEvent::IncidentAnnotated
        | ProcessEvent::IncidentResolved(_)
        | ProcessEvent::IncidentDeleted => true,
        // What came of it is shown.
        ProcessEvent::TaskSubmitted(_) | ProcessEvent::Other => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documented_channels_are_known() {
        for channel in ["cases", "tasks", "notifications", "mails", "case:7", "process:00112233"] {
            assert!(is_known(channel), "{channel}");
        }
        for channel in ["", "case", "case:", "users", "notification:1", "process"] {
            assert!(!is_known(channel), "{channel}");
        }
    }

    fn entry(kind: &str, event: &str, payload: &Value) -> EntryEnvelope {
        EntryEnvelope {
            tenant: casewright_journal::TenantId::default(),
            kind: kind.into(),
            id: "00112233-4455-6677-8899-000000000001".into(),
            seq: 7,
            event: event.into(),
            at: jiff::Timestamp::UNIX_EPOCH,
            actor: "anna".into(),
            cause: "".into(),
            payload: payload.to_string().into(),
        }
    }

    #[test]
    fn a_task_is_published_as_itself_with_its_candidates_and_as_part_of_its_process() {
        let task = json!({"task": {"id": 26, "instance": 1, "definition": {"id": "p:1:x", "key": "p"},
            "activityId": "check", "assignee": null, "priority": 50, "created": 0,
            "links": [{"group": "claims", "kind": "candidate"}, {"user": "ben", "kind": "candidate"},
            {"user": "eve", "kind": "observer"}, {"group": "press", "kind": "observer"}]}});
        let all = all_of(&entry("process-instance", "user-task-created", &task));
        assert_eq!(all[0].channels, ["tasks"]);
        assert_eq!(all[0].id, "00112233-4455-6677-8899-00000000001a");
        let candidates = json!({"assignee": null, "candidateUsers": ["ben"], "candidateGroups": ["claims"],
            "processDefinitionKey": "p", "taskDefinitionKey": "check"});
        let root = "00112233-4455-6677-8899-000000000001".to_owned();
        assert_eq!(all[0].guard, Guard::OfInstance(root, candidates));
        assert_eq!(all[1].channels, ["process:00112233-4455-6677-8899-000000000001"]);
    }

    #[test]
    fn bookkeeping_of_the_engine_is_not_published() {
        assert_eq!(all_of(&entry("process-instance", "token-moved", &json!({}))), []);
        assert_eq!(all_of(&entry("process-instance", "activity-started", &json!({}))).len(), 1);
    }

    #[test]
    fn the_first_entry_of_a_notification_names_its_receiver_and_the_others_are_looked_up() {
        let created = all_of(&entry("notification", "notification-created", &json!({"notice": {"user": "ben"}})));
        assert_eq!(created[0].guard, Guard::Receiver(Some("ben".to_owned())));
        let read = all_of(&entry("notification", "notification-read", &json!({})));
        assert_eq!(read[0].guard, Guard::Receiver(None));
    }
}
