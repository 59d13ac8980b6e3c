//! A case as sentries and rules see it.

use super::process::CaseProcessState;
use super::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::sentry::Ground;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// From when on what has happened counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    CaseBegan,
    StageEntered,
}

/// What sentries of the case are held against.
pub(crate) fn ground<'a>(case: &'a Case, definition: &'a CaseDefinition, since: Since, at: Timestamp) -> Ground<'a> {
    Ground {
        happened: match since {
            Since::CaseBegan => &case.progress.happened,
            Since::StageEntered => &case.progress.happened_in_stage,
        },
        variables: variables(case),
        names: definition.fields.iter().map(|field| field.key.as_str()).collect(),
        at,
    }
}

/// What conditions may name.
pub(crate) fn variables(case: &Case) -> Map<String, Value> {
    let milestones: Vec<&str> = case.progress.milestones.iter().map(|milestone| milestone.id.as_str()).collect();
    let is_open = |state: CaseProcessState| matches!(state, CaseProcessState::Starting | CaseProcessState::Active);
    let open_processes: Vec<&str> = case
        .processes
        .iter()
        .filter(|process| is_open(process.state))
        .map(|process| process.definition_key.as_str())
        .collect();
    let open_tasks: Vec<&str> = case.tasks.values().map(|task| task.task_definition_key.as_str()).collect();
    let documents: Vec<&str> = case.documents.iter().map(|document| document.name.as_str()).collect();
    let seen = json!({
        "definition": case.definition, "title": case.title, "stage": case.stage.id, "status": case.status.id,
        "statusKind": case.status.kind.as_str(), "queue": case.queue,
        "assignee": case.assignee.as_ref().map(|person| &person.id), "priority": case.priority, "fields": case.fields,
        "labels": case.labels, "origin": case.origin, "milestones": milestones, "openTasks": open_tasks,
        "openProcesses": open_processes, "documents": documents,
    });
    match seen {
        Value::Object(variables) => variables,
        _ => Map::new(),
    }
}
