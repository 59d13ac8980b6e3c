//! Events of process instances, as far as other rooms hear them. Those of a root instance and of all that it calls are in one
//! log; what stands here is read, the rest is passed over unread.

use crate::ids::task_id;
use casewright_engine_value::Instant;
use serde::Deserialize;
use serde_json::{Map, Value};
use smol_str::SmolStr;

/// `code` of an error of `/engine-rest` (Camunda leaves 20,000 to 39,999 to others): the organisation's quota is used up, and the
/// call may succeed later as it is.
pub const OVER_QUOTA: i32 = 20_429;

/// Variable that names the case of a process instance.
pub const CASE_ID: &str = "caseId";
/// Variable that names the mail a process instance is about.
pub const MAIL_ID: &str = "mailId";

/// What happened in a root process instance. A variant without fields is heard of, and nobody reads what it says.
#[derive(Clone, Debug, PartialEq)]
pub enum ProcessEvent {
    InstanceStarted(Instance),
    InstanceSuspended,
    InstanceActivated,
    InstanceMigrated,
    InstanceEnded(InstanceEnded),

    ActivityStarted,
    ActivityEnded,

    /// A variable was set that says which case the process is about.
    CaseNamed(CaseNamed),
    /// Another variable was set.
    VariableSet,

    UserTaskCreated(UserTask),
    UserTaskChanged(UserTaskChanged),
    UserTaskEnded(UserTaskEnded),
    /// A task is about to end with what somebody filled in.
    TaskSubmitted(TaskSubmitted),

    JobFailed,

    IncidentRaised(Incident),
    IncidentAnnotated,
    IncidentResolved(Incident),
    IncidentDeleted,

    /// Nothing that another room hears.
    Other,
}

/// The process definition that something runs by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Definition {
    /// `key:version:uuid`.
    pub id: SmolStr,
    pub key: SmolStr,
}

/// A process instance.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Instance {
    pub definition: Definition,
    #[serde(default)]
    pub business_key: Option<String>,
    /// Number of the instance that called it; none: it is a root.
    #[serde(default)]
    pub super_instance: Option<u64>,
}

/// A process instance and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InstanceEnded {
    pub instance: Instance,
    pub state: EndState,
}

/// How a process instance ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EndState {
    Completed,
    /// Deleted from outside.
    ExternallyTerminated,
    /// Cancelled by the process that called it.
    InternallyTerminated,
}

/// A process says which case it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseNamed {
    pub case_id: String,
    pub definition: Definition,
    /// Who may name cases did; false: the model did, and may have the name from anybody.
    pub vouched: bool,
}

/// A user task as it is after the event; as it last was, when the event ends it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserTask {
    /// Number within the root instance.
    pub id: u64,
    /// Number of the process instance it belongs to.
    pub instance: u64,
    pub definition: Definition,
    /// Id of the BPMN element.
    pub activity_id: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub assignee: Option<String>,
    /// Who it goes back to when whom it was delegated to has done their part.
    #[serde(default)]
    pub owner: Option<String>,
    #[serde(default)]
    pub delegation: Option<Delegation>,
    pub priority: i32,
    pub created: Instant,
    #[serde(default)]
    pub due: Option<Instant>,
    #[serde(default)]
    pub follow_up: Option<Instant>,
    #[serde(default)]
    pub form: Option<TaskForm>,
    #[serde(default)]
    pub links: Vec<IdentityLink>,
}

/// How far the work is that somebody has had somebody else do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Delegation {
    Pending,
    Resolved,
}

/// Who has to do with a task beside its assignee.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct IdentityLink {
    #[serde(default)]
    pub user: Option<String>,
    #[serde(default)]
    pub group: Option<String>,
    /// `candidate`, or a type of the model's own.
    pub kind: String,
}

/// The form of a task, in either way that a model names one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TaskForm {
    /// `camunda:formKey`.
    Key(String),
    /// `camunda:formRef`.
    Reference(FormReference),
}

/// A form that was deployed on its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum FormReference {
    Reference { key: String },
}

/// A task that changed, and in what.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct UserTaskChanged {
    pub task: UserTask,
    pub changes: Vec<TaskChange>,
}

/// What changed in a task.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "change", rename_all = "camelCase")]
pub enum TaskChange {
    Property {
        name: SmolStr,
    },
    #[serde(other)]
    Link,
}

/// A task that is over.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserTaskEnded {
    pub task: UserTask,
    /// `completed`, `deleted`, or the reason given for deleting the instance.
    pub delete_reason: String,
}

/// What a task was completed with, as its form let it through. The event that ends the task comes after it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct TaskSubmitted {
    /// Number of the task within the root instance.
    pub task: u64,
    pub data: Map<String, Value>,
}

/// Why a process cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// Id of the BPMN element.
    pub activity_id: String,
    /// `failedJob`, `failedExternalTask`, or a custom one.
    pub kind: String,
    #[serde(default)]
    pub message: Option<String>,
}

/// Name of the event of a variable that was set.
const VARIABLE_SET: &str = "variable-set";

#[derive(Deserialize)]
struct OfInstance {
    instance: Instance,
}

#[derive(Deserialize)]
struct OfTask {
    task: UserTask,
}

#[derive(Deserialize)]
struct OfIncident {
    incident: Incident,
}

impl ProcessEvent {
    /// The event of an entry with this name. What nobody hears is not read.
    ///
    /// # Errors
    /// The payload is not what the engine writes under this name.
    pub fn read(name: &str, payload: &[u8]) -> serde_json::Result<Self> {
        Ok(match name {
            "instance-started" => Self::InstanceStarted(instance(payload)?),
            "instance-suspended" => Self::InstanceSuspended,
            "instance-activated" => Self::InstanceActivated,
            "instance-migrated" => Self::InstanceMigrated,
            "instance-ended" => Self::InstanceEnded(serde_json::from_slice(payload)?),
            "activity-started" => Self::ActivityStarted,
            "activity-ended" => Self::ActivityEnded,
            VARIABLE_SET => case_named(payload)?.map_or(Self::VariableSet, Self::CaseNamed),
            "user-task-created" => Self::UserTaskCreated(serde_json::from_slice::<OfTask>(payload)?.task),
            "user-task-changed" => Self::UserTaskChanged(serde_json::from_slice(payload)?),
            "user-task-ended" => Self::UserTaskEnded(serde_json::from_slice(payload)?),
            "task-submitted" => Self::TaskSubmitted(serde_json::from_slice(payload)?),
            "job-failed" => Self::JobFailed,
            "incident-raised" => Self::IncidentRaised(incident(payload)?),
            "incident-annotated" => Self::IncidentAnnotated,
            "incident-resolved" => Self::IncidentResolved(incident(payload)?),
            "incident-deleted" => Self::IncidentDeleted,
            _ => Self::Other,
        })
    }

    /// The task that the event is about, if it is about one.
    #[must_use]
    pub fn task(&self) -> Option<&UserTask> {
        match self {
            Self::UserTaskCreated(task) => Some(task),
            Self::UserTaskChanged(changed) => Some(&changed.task),
            Self::UserTaskEnded(ended) => Some(&ended.task),
            _ => None,
        }
    }
}

fn instance(payload: &[u8]) -> serde_json::Result<Instance> {
    Ok(serde_json::from_slice::<OfInstance>(payload)?.instance)
}

fn incident(payload: &[u8]) -> serde_json::Result<Incident> {
    Ok(serde_json::from_slice::<OfIncident>(payload)?.incident)
}

/// What an entry of this name says of one variable: its text, and whether a caller who may set it did. None when it sets
/// another one, or no text.
///
/// # Errors
/// The payload is not what the engine writes under this name.
pub fn variable_named(event: &str, payload: &[u8], name: &str) -> serde_json::Result<Option<NamedText>> {
    #[derive(Deserialize)]
    struct Set {
        variable: Variable,
        #[serde(default)]
        vouched: bool,
    }
    #[derive(Deserialize)]
    struct Variable {
        name: String,
        value: Value,
        definition: Definition,
    }
    // Most variables are others, and may be large: looked at as bytes before anything is parsed.
    let is_mentioned = event == VARIABLE_SET && payload.windows(name.len()).any(|window| window == name.as_bytes());
    if !is_mentioned {
        return Ok(None);
    }
    let Set { variable, vouched } = serde_json::from_slice(payload)?;
    let text = variable.value.get("String").and_then(Value::as_str).filter(|_| variable.name == name);
    let definition = variable.definition;
    Ok(text.map(|text| NamedText { text: text.to_owned(), definition, vouched }))
}

/// A variable that holds a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedText {
    pub text: String,
    pub definition: Definition,
    /// A caller gave it who may set variables of its name.
    pub vouched: bool,
}

/// The case that the variable names, when it is the one that names cases and holds a text.
fn case_named(payload: &[u8]) -> serde_json::Result<Option<CaseNamed>> {
    let named = variable_named(VARIABLE_SET, payload, CASE_ID)?;
    Ok(named.map(|NamedText { text, definition, vouched }| CaseNamed { case_id: text, definition, vouched }))
}

impl Instance {
    /// Whether no other instance called it.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.super_instance.is_none()
    }
}

impl UserTask {
    /// The id that the outside knows the task by.
    #[must_use]
    pub fn id_in(&self, root: &str) -> String {
        task_id(root, self.id)
    }

    /// What people call it: its name, else the id of its element.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.activity_id)
    }

    /// Somebody does it for its owner, and will give it back.
    #[must_use]
    pub fn is_delegated(&self) -> bool {
        self.delegation == Some(Delegation::Pending)
    }

    /// Groups that may take it.
    #[must_use]
    pub fn candidate_groups(&self) -> Vec<String> {
        self.candidates().filter_map(|link| link.group.clone()).collect()
    }

    /// Users who may take it.
    #[must_use]
    pub fn candidate_users(&self) -> Vec<String> {
        self.candidates().filter_map(|link| link.user.clone()).collect()
    }

    fn candidates(&self) -> impl Iterator<Item = &IdentityLink> {
        self.links.iter().filter(|link| link.kind == "candidate")
    }

    /// Key of its form, in whichever way the model names it.
    #[must_use]
    pub fn form_key(&self) -> Option<&str> {
        match self.form.as_ref()? {
            TaskForm::Key(key) | TaskForm::Reference(FormReference::Reference { key }) => Some(key),
        }
    }
}

impl UserTaskChanged {
    /// Whether the task has another assignee than before, or none any more.
    #[must_use]
    pub fn is_assignment(&self) -> bool {
        self.changes.iter().any(|change| matches!(change, TaskChange::Property { name } if name == "assignee"))
    }
}

impl UserTaskEnded {
    /// Whether somebody did the task; else it went with its process.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.delete_reason == "completed"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form_key(form: Value) -> Option<String> {
        let task = json!({"id": 5, "instance": 1, "definition": {"id": "p:1:x", "key": "p"}, "activityId": "a",
            "priority": 50, "created": 0, "form": form});
        let task: UserTask = serde_json::from_value(task).unwrap();
        task.form_key().map(str::to_owned)
    }

    #[test]
    fn a_form_is_found_by_key_and_by_reference() {
        let wanted = Some("claim-check".to_owned());
        assert_eq!(form_key(json!({"key": "claim-check"})), wanted);
        assert_eq!(form_key(json!({"reference": {"Reference": {"key": "claim-check", "binding": "Latest"}}})), wanted);
        assert_eq!(form_key(Value::Null), None);
    }

    #[test]
    fn only_the_variable_with_its_name_names_a_case() {
        let payload = |name: &str, value: Value, vouched: bool| {
            let variable = json!({"name": name, "value": value, "definition": {"id": "p:1:x", "key": "p"}});
            json!({"variable": variable, "vouched": vouched}).to_string()
        };
        let set = |name, value| ProcessEvent::read("variable-set", payload(name, value, false).as_bytes()).unwrap();
        let ProcessEvent::CaseNamed(named) = set("caseId", json!({"String": "c-1"})) else { panic!("it names a case") };
        assert_eq!((named.case_id.as_str(), named.definition.key.as_str(), named.vouched), ("c-1", "p", false));
        let vouched = payload("mailId", json!({"String": "m-1"}), true);
        let mail = variable_named("variable-set", vouched.as_bytes(), MAIL_ID).unwrap().unwrap();
        assert_eq!((mail.text.as_str(), mail.vouched), ("m-1", true));
        for other in [set("caseId", json!({"Integer": 7})), set("other", json!({"Map": {"caseId": {"String": "c-1"}}}))]
        {
            assert_eq!(other, ProcessEvent::VariableSet);
        }
    }

    #[test]
    fn what_nobody_hears_is_not_read() {
        assert_eq!(ProcessEvent::read("token-placed", b"not even JSON").unwrap(), ProcessEvent::Other);
    }
}
