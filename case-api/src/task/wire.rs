//! The engine's facts as far as this room needs them: read leniently, so that the engine may say more.
//!
//! Numbers of entities are local to their root process instance; the id the outside sees is the root's with the last
//! twelve hex digits replaced.

use crate::case::fact::TaskFact;
use casewright_service::instant::text;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// Kind of the engine's aggregates.
pub(crate) const PROCESS_INSTANCE: &str = "process-instance";

/// Number of the root process instance among its entities.
pub(crate) const ROOT: u64 = 1;

/// Variable that names the case of an instance.
pub(crate) const CASE_ID: &str = "caseId";

/// Whether a variable may be the one that names a case. Most are others: looked at as bytes before anything is parsed.
pub(crate) fn may_name_case(payload: &[u8]) -> bool {
    const NAME: &[u8] = b"\"caseId\"";
    payload.windows(NAME.len()).any(|window| window == NAME)
}

/// Facts this room looks at; everything else is passed over unread.
pub(crate) const OBSERVED: [&str; 8] = [
    "instance-started",
    "instance-ended",
    "variable-set",
    "user-task-created",
    "user-task-changed",
    "user-task-ended",
    "incident-raised",
    "incident-resolved",
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Definition {
    pub(crate) id: String,
    pub(crate) key: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Link {
    pub(crate) user: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) kind: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Task {
    pub(crate) id: u64,
    pub(crate) instance: u64,
    pub(crate) definition: Definition,
    #[serde(default)]
    pub(crate) activity_id: String,
    pub(crate) name: Option<String>,
    pub(crate) assignee: Option<String>,
    #[serde(default)]
    pub(crate) priority: i32,
    pub(crate) created: i64,
    pub(crate) due: Option<i64>,
    pub(crate) follow_up: Option<i64>,
    #[serde(default)]
    pub(crate) form: Value,
    #[serde(default)]
    pub(crate) links: Vec<Link>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskFactBody {
    pub(crate) task: Task,
    pub(crate) delete_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Instance {
    pub(crate) definition: Definition,
    pub(crate) business_key: Option<String>,
    pub(crate) super_instance: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct InstanceFact {
    pub(crate) instance: Instance,
    /// `COMPLETED`, `EXTERNALLY_TERMINATED`, `INTERNALLY_TERMINATED`.
    #[serde(default)]
    pub(crate) state: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct VariableFact {
    pub(crate) variable: Variable,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Variable {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) value: Value,
    pub(crate) definition: Definition,
}

impl Variable {
    /// The text, when it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        self.value.get("String").and_then(Value::as_str)
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct IncidentFact {
    pub(crate) incident: Incident,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Incident {
    #[serde(default)]
    pub(crate) activity_id: String,
    pub(crate) message: Option<String>,
    #[serde(default)]
    pub(crate) kind: String,
}

impl Task {
    pub(crate) fn candidate_groups(&self) -> Vec<String> {
        self.links.iter().filter(|l| l.kind == "candidate").filter_map(|l| l.group.clone()).collect()
    }

    pub(crate) fn candidate_users(&self) -> Vec<String> {
        self.links.iter().filter(|l| l.kind == "candidate").filter_map(|l| l.user.clone()).collect()
    }

    pub(crate) fn display_name(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.activity_id.clone())
    }

    /// Key of the form, of either dialect: `camunda:formKey` or `camunda:formRef`.
    pub(crate) fn form_key(&self) -> Option<String> {
        let key = self.form.get("key").and_then(Value::as_str);
        let reference = self.form.get("reference");
        key.or_else(|| reference_key(reference?)).map(str::to_owned)
    }

    pub(crate) fn fact(&self, root: &str) -> TaskFact {
        TaskFact {
            task_id: entity_id(root, self.id),
            name: self.display_name(),
            task_definition_key: self.activity_id.clone(),
            process_definition_key: self.definition.key.clone(),
            assignee: self.assignee.clone(),
            candidate_groups: self.candidate_groups(),
        }
    }
}

/// The name inside whatever shape the model gives a form reference.
fn reference_key(reference: &Value) -> Option<&str> {
    match reference {
        Value::String(key) => Some(key),
        Value::Object(members) => ["key", "id", "formRef", "name"]
            .iter()
            .find_map(|name| members.get(*name).and_then(Value::as_str))
            .or_else(|| members.values().find_map(reference_key)),
        _ => None,
    }
}

/// `xxxxxxxx-xxxx-xxxx-xxxx-` of the root and the number as twelve hex digits.
pub(crate) fn entity_id(root: &str, number: u64) -> String {
    match root.get(..24) {
        Some(prefix) => format!("{prefix}{number:012x}"),
        None => format!("{root}:{number}"),
    }
}

/// An engine instant (milliseconds since 1970) as text.
pub(crate) fn instant(milliseconds: i64) -> Option<String> {
    Timestamp::from_millisecond(milliseconds).ok().map(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_entity_id_is_the_root_with_the_number() {
        let root = "00112233-4455-6677-8899-000000000001";
        assert_eq!(entity_id(root, 1), root);
        assert_eq!(entity_id(root, 26), "00112233-4455-6677-8899-00000000001a");
    }

    #[test]
    fn a_form_is_found_by_key_and_by_reference() {
        let task = |form: Value| -> Option<String> {
            let task = json!({"id": 5, "instance": 1, "definition": {"id": "p:1:x", "key": "p"}, "activityId": "a",
                "created": 0, "form": form});
            serde_json::from_value::<Task>(task).unwrap().form_key()
        };
        assert_eq!(task(json!({"key": "claim-check"})).as_deref(), Some("claim-check"));
        assert_eq!(
            task(json!({"reference": {"ref": {"key": "claim-check", "binding": "latest"}}})).as_deref(),
            Some("claim-check")
        );
        assert_eq!(task(Value::Null), None);
    }
}
