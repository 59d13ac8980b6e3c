//! View `work-task`: open user tasks, derived from the engine's log.
//!
//! View `instance-case`: the case that a root process instance names in its variable `caseId`. It is derived from the
//! instance's own entries and not from those of the case, so that a task is never seen before it is known whose it is.

use casewright_contracts::ids::entity_id;
use casewright_contracts::process::{CaseNamed, UserTask, UserTaskChanged, UserTaskEnded};
use casewright_contracts::{ProcessEvent, kinds, views};
use casewright_engine_value::Instant;
use casewright_journal::{Column, Document, Entry, FORGOTTEN, Projector, ViewSpec, ViewWrites};
use casewright_service::instant::text;
use jiff::Timestamp;
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
                indexes: const {
                    &[
                        &[Column::named("createdAt")],
                        &[Column::named("assignee"), Column::named("createdAt")],
                        &[Column::named("rootProcessInstanceId")],
                        &[Column::named("dueSort")],
                        &[Column::named("priority")],
                    ]
                },
                full_text: const { &[Column::named("name")] },
                echo: None,
            },
            ViewSpec {
                name: views::INSTANCE_CASE,
                indexes: const { &[&[Column::named("caseId")]] },
                full_text: &[],
                echo: None,
            },
        ]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::PROCESS_INSTANCE]
    }

    fn version(&self) -> u32 {
        2
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        if entry.event == FORGOTTEN {
            return out.remove(&entry.meta.key.tenant, views::INSTANCE_CASE, &entry.meta.key.id);
        }
        let root = entry.meta.key.id.as_str();
        let tenant = &entry.meta.key.tenant;
        match crate::views::entry::of_process(entry) {
            Some(ProcessEvent::CaseNamed(CaseNamed { case_id, .. })) => {
                let link = [("instanceId".to_owned(), Value::from(root)), ("caseId".to_owned(), Value::from(case_id))];
                out.put(tenant, views::INSTANCE_CASE, root, Document::from_iter(link));
            }
            Some(ProcessEvent::UserTaskCreated(task)) => {
                out.insert(tenant, VIEW, &task.id_in(root), row(root, &task, entry.meta.seq));
            }
            Some(ProcessEvent::UserTaskChanged(UserTaskChanged { task, .. })) => {
                out.put(tenant, VIEW, &task.id_in(root), row(root, &task, entry.meta.seq));
            }
            Some(ProcessEvent::UserTaskEnded(UserTaskEnded { task, .. })) => {
                out.remove(tenant, VIEW, &task.id_in(root));
            }
            _ => {}
        }
    }
}

fn row(root: &str, task: &UserTask, version: u64) -> Document {
    let due = task.due.and_then(instant);
    let row = json!({
        "name": task.display_name(),
        "processInstanceId": entity_id(root, task.instance),
        "rootProcessInstanceId": root,
        "processDefinitionId": task.definition.id,
        "processDefinitionKey": task.definition.key,
        "taskDefinitionKey": task.activity_id,
        "assignee": task.assignee,
        "candidateUsers": task.candidate_users(),
        "candidateGroups": task.candidate_groups(),
        "createdAt": instant(task.created),
        "dueAt": due,
        "dueSort": due.as_deref().unwrap_or("9999-12-31T23:59:59.999Z"),
        "followUpAt": task.follow_up.and_then(instant),
        "priority": task.priority,
        "formKey": task.form_key(),
        "version": version,
    });
    match row {
        Value::Object(row) => row,
        _ => Document::new(),
    }
}

/// An instant of the engine as text.
fn instant(at: Instant) -> Option<String> {
    Timestamp::from_millisecond(at.0).ok().map(text)
}
