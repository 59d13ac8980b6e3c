//! Every `tests/scenarios/NAME.yaml` is played on `NAME.bpmn` (or the file it names) and compared with a snapshot of what
//! happened and what is left. The world checks replay, restart and leftovers after every command.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_core::command::{
    DeleteInstance, FailExternalTask, Instruction, Modify, Skips, StartInstance, VariableTarget,
};
use casewright_engine_core::entity::SubscriptionKind;
use casewright_engine_core::{Command, Id, NewVariable, Outcome, Rejection};
use casewright_engine_expr::value_from_json;
use casewright_engine_value::Instant;
use serde::Deserialize;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use support::{PREFIX, World, trace};

type Values = BTreeMap<String, serde_json::Value>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// The rule it shows.
    rule: String,
    /// Another scenario's model.
    model: Option<String>,
    /// Instances of a multi-instance activity that one step creates.
    portion: Option<i32>,
    /// Process to start when the file has several.
    process: Option<String>,
    steps: Vec<BTreeMap<String, serde_yaml_ng::Value>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Arguments {
    at: String,
    variables: Values,
    local: Values,
    name: String,
    code: String,
    message: Option<String>,
    key: Option<String>,
    retries: i32,
    user: Option<String>,
    skip_listeners: bool,
    activities: Vec<String>,
}

#[test]
fn every_scenario_happens_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    let only = std::env::var("SCENARIO").ok();
    let mut failed = Vec::new();
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let played = std::panic::catch_unwind(|| {
            let story = play(&file, &name);
            insta::with_settings!({ snapshot_path => "scenarios/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(name.as_str(), story);
            });
        });
        if played.is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "scenarios that went another way: {failed:?}");
}

fn play(file: &Path, name: &str) -> String {
    let scenario: Scenario = serde_yaml_ng::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let model = scenario.model.as_deref().unwrap_or(name);
    let xml = std::fs::read_to_string(file.with_file_name(format!("{model}.bpmn"))).unwrap();
    let mut world = World::new();
    if let Some(portion) = scenario.portion {
        world.options.portion = portion;
    }
    let keys = world.deploy(&xml);
    let process = scenario.process.clone().unwrap_or_else(|| keys[0].to_string());
    let mut story = format!("{}\n", scenario.rule);
    for step in &scenario.steps {
        let (verb, arguments) = step.iter().next().unwrap();
        writeln!(story, "\n== {verb} {}", shown(arguments)).unwrap();
        match perform(&mut world, &process, verb, arguments) {
            Ok(outcomes) => outcomes.iter().for_each(|outcome| tell(&mut story, outcome)),
            Err(rejection) => {
                writeln!(story, "rejected as {}: {rejection}", rejection.code()).unwrap();
            }
        }
    }
    world.assert_replay();
    if world.state.is_ended() {
        story.push_str("\nended\n");
    } else {
        write!(story, "\nleft\n{}", trace::tree(&world.state)).unwrap();
        for (name, variable) in world.state.local_variables(Id::ROOT).into_iter().flatten() {
            writeln!(story, "  {name} = {}", trace::value(&variable.value)).unwrap();
        }
    }
    story
}

fn shown(arguments: &serde_yaml_ng::Value) -> String {
    serde_json::to_string(arguments).unwrap().replace('"', "")
}

fn tell(story: &mut String, outcome: &Outcome) {
    for line in outcome.events.iter().filter_map(trace::line) {
        writeln!(story, "{line}").unwrap();
    }
}

fn variables(values: &Values) -> Vec<NewVariable> {
    values.iter().map(|(name, json)| NewVariable::new(name.as_str(), value_from_json(json))).collect()
}

fn perform(
    world: &mut World,
    process: &str,
    verb: &str,
    given: &serde_yaml_ng::Value,
) -> Result<Vec<Outcome>, Rejection> {
    // A text is short for `{at: text}`.
    let arguments: Arguments = match given {
        serde_yaml_ng::Value::String(text) => {
            Arguments { at: text.clone(), name: text.clone(), ..Arguments::default() }
        }
        serde_yaml_ng::Value::Mapping(_) if verb != "modify" => serde_yaml_ng::from_value(given.clone()).unwrap(),
        _ => Arguments::default(),
    };
    let values = variables(&arguments.variables);
    let code = SmolStr::new(&arguments.code);
    let message = arguments.message.as_deref().map(Arc::from);
    let worker = SmolStr::new_static("worker");
    let command = match verb {
        "start" => {
            let mut start = StartInstance::new(PREFIX, format!("{process}:1"));
            start.variables = values;
            start.business_key = arguments.key.map(Into::into);
            start.start_event = (!arguments.at.is_empty()).then(|| arguments.at.as_str().into());
            start.skips.listeners = arguments.skip_listeners;
            Command::StartInstance(start)
        }
        "complete" => Command::CompleteTask { task: world.user_task(&arguments.at), variables: values },
        "claim" => Command::ClaimTask { task: world.user_task(&arguments.at), user: arguments.user.map(Into::into) },
        "task-error" => Command::TaskError { task: world.user_task(&arguments.at), code, message, variables: values },
        "task-escalation" => Command::TaskEscalation { task: world.user_task(&arguments.at), code, variables: values },
        "lock" => Command::LockExternalTasks {
            tasks: vec![world.external_task(&arguments.at)],
            worker,
            until: vec![Instant(world.now.0 + 60_000)],
        },
        "work" => {
            let task = world.external_task(&arguments.at);
            world.execute(Command::LockExternalTask { task, worker: worker.clone(), duration_ms: 60_000 })?;
            Command::CompleteExternalTask {
                task,
                worker,
                variables: values,
                local_variables: variables(&arguments.local),
            }
        }
        "fail" => {
            let task = world.external_task(&arguments.at);
            world.execute(Command::LockExternalTask { task, worker: worker.clone(), duration_ms: 60_000 })?;
            Command::FailExternalTask(FailExternalTask {
                task,
                worker,
                message,
                details: None,
                retries: arguments.retries,
                retry_timeout_ms: 0,
                variables: values,
                local_variables: Vec::new(),
            })
        }
        "external-error" => {
            let task = world.external_task(&arguments.at);
            world.execute(Command::LockExternalTask { task, worker: worker.clone(), duration_ms: 60_000 })?;
            Command::ExternalTaskError { task, worker, code, message, variables: values }
        }
        "external-retries" => {
            Command::SetExternalTaskRetries { task: world.external_task(&arguments.at), retries: arguments.retries }
        }
        "job" => Command::ExecuteJob { job: world.job(&arguments.at) },
        "job-retries" => {
            Command::SetJobRetries { job: world.job(&arguments.at), retries: arguments.retries, due: None }
        }
        // Seconds.
        "advance" => {
            world.now = Instant(world.now.0 + given.as_i64().unwrap() * 1000);
            return Ok(world.run_due());
        }
        "message" | "signal" => {
            let kind = if verb == "message" { SubscriptionKind::Message } else { SubscriptionKind::Signal };
            let found = world.state.subscriptions().find(|subscription| {
                subscription.kind == kind && subscription.name.as_deref() == Some(&arguments.name)
            });
            Command::TriggerSubscription {
                subscription: found.expect("somebody waits").id,
                variables: values,
                local_variables: variables(&arguments.local),
                to_triggered_scope: Vec::new(),
            }
        }
        "trigger" => {
            let found = world.state.elements().find(|element| element.activity.place.activity_id == arguments.at);
            Command::SignalExecution {
                execution: found.expect("it is alive").activity.place.execution,
                signal: None,
                variables: values,
            }
        }
        "set" => Command::SetVariables {
            target: VariableTarget::Execution(Id::ROOT),
            variables: values,
            deletions: Vec::new(),
        },
        "remove" => Command::SetVariables {
            target: VariableTarget::Execution(Id::ROOT),
            variables: Vec::new(),
            deletions: vec![arguments.name.into()],
        },
        "suspend" => Command::Suspend { instance: Id::ROOT },
        "activate" => Command::Activate { instance: Id::ROOT },
        "delete" => Command::Delete(DeleteInstance {
            instance: Id::ROOT,
            reason: Some(Arc::from(arguments.at.as_str())),
            skips: Skips::default(),
            skip_called: false,
        }),
        "begin" => {
            let found = world.state.elements().find(|element| element.activity.place.activity_id == arguments.at);
            Command::StartAdHocActivities {
                element: found.expect("it is alive").id,
                activities: arguments.activities.iter().map(SmolStr::new).collect(),
                variables: values,
            }
        }
        "modify" => Command::Modify(Modify {
            instance: Id::ROOT,
            instructions: instructions(given),
            skips: Skips::default(),
            annotation: None,
        }),
        other => panic!("no such verb: {other}"),
    };
    world.execute(command).map(|outcome| vec![outcome])
}

/// `[{before: a}, {after: b}, {transition: f}, {cancel: c}]`
fn instructions(given: &serde_yaml_ng::Value) -> Vec<Instruction> {
    let list: Vec<BTreeMap<String, String>> = serde_yaml_ng::from_value(given.clone()).unwrap();
    list.into_iter()
        .map(|entry| {
            let (kind, id) = entry.into_iter().next().unwrap();
            let id = SmolStr::from(id);
            match kind.as_str() {
                "before" => Instruction::StartBefore { activity: id, ancestor: None, variables: Vec::new() },
                "after" => Instruction::StartAfter { activity: id, ancestor: None, variables: Vec::new() },
                "transition" => Instruction::StartTransition { transition: id, ancestor: None, variables: Vec::new() },
                "cancel" => Instruction::CancelAll { activity: id },
                other => panic!("no such instruction: {other}"),
            }
        })
        .collect()
}
