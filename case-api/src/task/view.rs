//! View `work-task`: open user tasks, derived from the engine's log.

use super::wire::{self, TaskFactBody};
use casewright_journal::{Entry, Projector, ViewSpec, ViewWrites};
use serde_json::{Value, json};

pub(crate) const VIEW: &str = "work-task";

pub(crate) struct TaskProjector;

impl Projector for TaskProjector {
    fn group(&self) -> &'static str {
        "case-api-tasks"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
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
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[wire::PROCESS_INSTANCE]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
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
