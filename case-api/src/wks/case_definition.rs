//! A WKS case definition as one of ours. Stages are named in WKS and identified here; hooks become rules.

use super::{Report, text};
use crate::domain::definition::duplicates::DuplicatePolicy;
use crate::domain::definition::field::model::{FieldDefinition, FieldType};
use crate::domain::definition::hierarchy::OnOpenChildren;
use crate::domain::definition::model::{CaseDefinition, ProcessReference, ProcessStart, Stage, Status, StatusKind};
use crate::domain::definition::working_time::SharedCalendars;
use crate::domain::queue::Queue;
use crate::domain::routing::RoutingTable;
use crate::domain::rule::{Action, Rule, RuleTrigger};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What WKS runs when a task is completed.
#[derive(Clone, Debug)]
struct Hook {
    process: String,
    task: String,
    actions: Vec<Action>,
}

pub(super) fn convert(
    source: &Value,
    forms: &BTreeMap<String, Value>,
    queues: &BTreeMap<String, Queue>,
    report: &mut Report,
) -> Option<CaseDefinition> {
    let Some(key) = text(source, "id").filter(|key| crate::domain::definition::names::is_slug(key)) else {
        report.find("caseDefinition", "invalid-key", "a case definition without a usable id was left out");
        return None;
    };
    let place = format!("caseDefinition {key}");
    let stages = stages(source, &place, report);
    let create_form = form_key(source, forms, &place, report);
    let mut definition = CaseDefinition {
        name: text(source, "name").unwrap_or_else(|| key.clone()),
        description: String::new(),
        version: 0,
        archived: false,
        case_number_prefix: prefix(&key),
        statuses: statuses(),
        fields: create_form.as_ref().and_then(|form| forms.get(form)).map(fields_of).unwrap_or_default(),
        sections: Vec::new(),
        stage_forms: BTreeMap::new(),
        processes: processes(source, &stages),
        queues: Vec::new(),
        default_queue: None,
        slas: Vec::new(),
        business_hours: None,
        calendar_id: None,
        routing: RoutingTable::default(),
        calendars: SharedCalendars::default(),
        rules: Vec::new(),
        milestones: Vec::new(),
        resolutions: Vec::new(),
        restricted_to: None,
        playbooks: BTreeMap::new(),
        open_children: OnOpenChildren::default(),
        duplicates: DuplicatePolicy::default(),
        retention: None,
        create_form,
        stages,
        key,
    };
    definition.rules = rules(source, &definition, queues, &place, report);
    if source.get("kanbanConfig").and_then(Value::as_object).is_some_and(|config| !config.is_empty()) {
        report.find(&place, "presentation-left-out", "kanbanConfig says how cards look; our board has its own layout");
    }
    if source.get("deployed") == Some(&Value::Bool(false)) {
        report.find(&place, "was-not-deployed", "it was switched off in WKS; here it can be used at once");
    }
    Some(definition)
}

fn stages(source: &Value, place: &str, report: &mut Report) -> Vec<Stage> {
    let mut stages: Vec<(i64, Stage)> = Vec::new();
    for stage in source.get("stages").and_then(Value::as_array).into_iter().flatten() {
        let Some(name) = text(stage, "name") else {
            report.find(place, "stage-left-out", "a stage without a name");
            continue;
        };
        let index = stage.get("index").and_then(Value::as_i64).unwrap_or(i64::MAX);
        stages.push((index, Stage { id: slug(&name), name, ..Stage::default() }));
    }
    stages.sort_by_key(|(index, _)| *index);
    if stages.is_empty() {
        report.find(place, "stage-added", "it had no stage; `Work` was added");
        stages.push((0, Stage { id: "work".to_owned(), name: "Work".to_owned(), ..Stage::default() }));
    }
    stages.into_iter().map(|(_, stage)| stage).collect()
}

/// The fixed statuses of WKS.
fn statuses() -> Vec<Status> {
    [
        ("wip", "Work in progress", StatusKind::Open),
        ("closed", "Closed", StatusKind::Closed),
        ("archived", "Archived", StatusKind::Closed),
    ]
    .map(|(id, name, kind)| Status { id: id.to_owned(), name: name.to_owned(), kind })
    .to_vec()
}

fn form_key(source: &Value, forms: &BTreeMap<String, Value>, place: &str, report: &mut Report) -> Option<String> {
    let key = text(source, "formKey")?;
    if !forms.contains_key(&key) {
        report.find(place, "unknown-form", format!("its form `{key}` is not part of the import"));
        return None;
    }
    Some(key)
}

/// Fields of the case are what its form asks for.
pub(super) fn fields_of(form: &Value) -> Vec<FieldDefinition> {
    let mut fields = Vec::new();
    let mut open: Vec<&Value> = form.get("components").and_then(Value::as_array).into_iter().flatten().rev().collect();
    while let Some(component) = open.pop() {
        if let Some(children) = component.get("components").and_then(Value::as_array) {
            open.extend(children.iter().rev());
            continue;
        }
        let (Some(key), Some(kind)) = (text(component, "key"), text(component, "type")) else {
            continue;
        };
        let kind = match kind.as_str() {
            "number" => FieldType::Number,
            "checkbox" => FieldType::Boolean,
            "textarea" => FieldType::Text,
            "filepicker" => FieldType::Files,
            "checklist" | "taglist" if !options_of(component).is_empty() => FieldType::MultiSelect,
            "checklist" | "taglist" => FieldType::Json,
            "datetime" if text(component, "subtype").as_deref() == Some("date") => FieldType::Date,
            _ => FieldType::String,
        };
        if fields.iter().all(|field: &FieldDefinition| field.key != key) {
            fields.push(FieldDefinition {
                label: text(component, "label").unwrap_or_else(|| key.clone()),
                key,
                options: if kind == FieldType::MultiSelect { options_of(component) } else { Vec::new() },
                kind,
                ..FieldDefinition::default()
            });
        }
    }
    fields
}

/// What may be chosen, where the form itself says so.
fn options_of(component: &Value) -> Vec<String> {
    let values = component.get("values").and_then(Value::as_array).into_iter().flatten();
    values.filter_map(|option| text(option, "value")).collect()
}

fn processes(source: &Value, stages: &[Stage]) -> Vec<ProcessReference> {
    let mut out: Vec<ProcessReference> = Vec::new();
    if let Some(key) = text(source, "stagesLifecycleProcessKey") {
        out.push(ProcessReference { name: key.clone(), key, start: ProcessStart::OnCreate, stage: None });
    }
    for stage in source.get("stages").and_then(Value::as_array).into_iter().flatten() {
        let id = text(stage, "name").map(|name| slug(&name)).filter(|id| stages.iter().any(|s| s.id == *id));
        for process in stage.get("processesDefinitions").and_then(Value::as_array).into_iter().flatten() {
            let Some(key) = text(process, "definitionKey") else {
                continue;
            };
            if out.iter().any(|known| known.key == key) {
                continue;
            }
            // WKS stores autoStart and never acts on it; here it does what it says.
            let is_automatic = process.get("autoStart") == Some(&Value::Bool(true)) && id.is_some();
            out.push(ProcessReference {
                name: text(process, "definitionName").unwrap_or_else(|| key.clone()),
                key,
                start: if is_automatic { ProcessStart::OnStage } else { ProcessStart::Manual },
                stage: id.clone(),
            });
        }
    }
    out
}

fn rules(
    source: &Value,
    definition: &CaseDefinition,
    queues: &BTreeMap<String, Queue>,
    place: &str,
    report: &mut Report,
) -> Vec<Rule> {
    let hooks = source.get("caseHooks").and_then(Value::as_array).into_iter().flatten();
    hooks
        .filter_map(|source| hook(source, definition, queues, place, report))
        .enumerate()
        .map(|(index, hook)| {
            let mut when = Map::new();
            when.insert("taskDefinitionKey".to_owned(), json!(hook.task));
            when.insert("processDefinitionKey".to_owned(), json!(hook.process));
            Rule {
                id: format!("hook-{}", index + 1),
                name: String::new(),
                on: RuleTrigger::Event("task-completed".to_owned()),
                when,
                condition: None,
                then: hook.actions,
            }
        })
        .collect()
}

fn hook(
    source: &Value,
    definition: &CaseDefinition,
    queues: &BTreeMap<String, Queue>,
    place: &str,
    report: &mut Report,
) -> Option<Hook> {
    let event = text(source, "eventType").unwrap_or_default();
    if event != "TASK_COMPLETE_EVENT_TYPE" {
        report.find(place, "unknown-hook", format!("a hook on `{event}` was left out"));
        return None;
    }
    let (Some(process), Some(task)) = (text(source, "processDefKey"), text(source, "taskDefKey")) else {
        report.find(place, "incomplete-hook", "a hook without process or task was left out");
        return None;
    };
    let actions: Vec<Action> = source
        .get("actions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|source| action(source, definition, queues, place, report))
        .collect();
    (!actions.is_empty()).then_some(Hook { process, task, actions })
}

/// WKS names stages and queues; we find them by name, or by id.
fn action(
    source: &Value,
    definition: &CaseDefinition,
    queues: &BTreeMap<String, Queue>,
    place: &str,
    report: &mut Report,
) -> Option<Action> {
    match text(source, "actionType").unwrap_or_default().as_str() {
        "CASE_STAGE_UPDATE_ACTION" => {
            let name = text(source, "newStage").unwrap_or_default();
            let stage = definition.stages.iter().find(|stage| stage.name == name || stage.id == name);
            if stage.is_none() {
                report.find(place, "unknown-stage", format!("a hook names the stage `{name}`, which is not there"));
            }
            stage.map(|stage| Action::SetStage(stage.id.clone()))
        }
        "CASE_QUEUE_UPDATE_ACTION" => {
            let name = text(source, "queueId").unwrap_or_default();
            let queue = queues.iter().find(|(id, queue)| queue.name == name || **id == name);
            if queue.is_none() {
                report.find(
                    place,
                    "unknown-queue",
                    format!("a hook names the queue `{name}`, which is not part of the import"),
                );
            }
            queue.map(|(id, _)| Action::SetQueue(id.clone()))
        }
        other => {
            report.find(place, "unknown-action", format!("an action `{other}` was left out"));
            None
        }
    }
}

/// First letters of the words of the key, or its first three letters: `CSU`, `PER`.
fn prefix(key: &str) -> String {
    let words: Vec<&str> = key.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let letters: String = match words.as_slice() {
        [one] => one.chars().take(3).collect(),
        [first, rest @ ..] => first.chars().take(1).chain(rest.iter().filter_map(|word| word.chars().next())).collect(),
        [] => "CASE".to_owned(),
    };
    letters.to_uppercase()
}

fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for character in name.chars() {
        if character.is_ascii_alphanumeric() {
            out.push(character.to_ascii_lowercase());
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}
