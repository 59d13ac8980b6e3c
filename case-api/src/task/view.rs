//! View `work-task`: open user tasks, derived from the engine's log.
//!
//! View `instance-case`: the case that a root process instance names in its variable `caseId`. It is derived from the
//! instance's own entries and not from those of the case, so that a task is never seen before it is known whose it is.

use super::wire::{self, TaskFactBody, VariableFact};
use casewright_access::case::INSTANCE_CASE_VIEW;
use casewright_journal::{Document, Entry, FORGOTTEN, Projector, ViewSpec, ViewWrites};
use serde_json::{Value, json};

pub(crate) const VIEW: &str = "work-task";

pub(crate) struct TaskProjector;

impl Projector for TaskProjector {
    fn group(&self) -> &'static str {
        "case-api-tasks"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![
            ViewSpec {
                name: VIEW,
                indexes: &[
                    &["createdAt"],
                    &["assignee", "createdAt"],
                    &["rootProcessInstanceId"],
                    &["dueSort"],
                    &["priority"],
                ],
                full_text: &["name"],
                echo: None,
            },
            ViewSpec { name: INSTANCE_CASE_VIEW, indexes: &[&["caseId"]], full_text: &[], echo: None },
        ]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[wire::PROCESS_INSTANCE]
    }

    fn version(&self) -> u32 {
        2
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        if entry.event == "variable-set" {
            return name_case(entry, out);
        }
        if entry.event == FORGOTTEN {
            return out.remove(&entry.meta.key.tenant, INSTANCE_CASE_VIEW, &entry.meta.key.id);
        }
        if !entry.event.starts_with("user-task-") {
            return;
        }
        let Some(TaskFactBody { task, .. }) = crate::payload::read::<TaskFactBody>(entry) else {
            return;
        };
        let root = entry.meta.key.id.as_str();
        let tenant = &entry.meta.key.tenant;
        let id = wire::entity_id(root, task.id);
        if entry.event == "user-task-ended" {
            out.remove(tenant, VIEW, &id);
            return;
        }
        let due = task.due.and_then(wire::instant);
        let row = json!({
            "name": task.display_name(),
            "processInstanceId": wire::entity_id(root, task.instance),
            "rootProcessInstanceId": root,
            "processDefinitionId": task.definition.id,
            "processDefinitionKey": task.definition.key,
            "taskDefinitionKey": task.activity_id,
            "assignee": task.assignee,
            "candidateUsers": task.candidate_users(),
            "candidateGroups": task.candidate_groups(),
            "createdAt": wire::instant(task.created),
            "dueAt": due,
            "dueSort": due.as_deref().unwrap_or("9999-12-31T23:59:59.999Z"),
            "followUpAt": task.follow_up.and_then(wire::instant),
            "priority": task.priority,
            "formKey": task.form_key(),
            "version": entry.meta.seq,
        });
        let Value::Object(row) = row else {
            return;
        };
        if entry.event == "user-task-created" {
            out.insert(tenant, VIEW, &id, row);
        } else {
            out.put(tenant, VIEW, &id, row);
        }
    }
}

fn name_case(entry: &Entry, out: &mut ViewWrites) {
    if !wire::may_name_case(&entry.payload) {
        return;
    }
    let Some(VariableFact { variable }) = crate::payload::read::<VariableFact>(entry) else {
        return;
    };
    if let (wire::CASE_ID, Some(case)) = (variable.name.as_str(), variable.text()) {
        let root = entry.meta.key.id.as_str();
        let link = [("instanceId".to_owned(), Value::from(root)), ("caseId".to_owned(), Value::from(case))];
        out.put(&entry.meta.key.tenant, INSTANCE_CASE_VIEW, root, Document::from_iter(link));
    }
}
