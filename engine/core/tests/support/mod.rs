//! A world with deployed processes, a clock that is set by hand, and one root process instance. Every command it carries
//! out is checked for what must always hold: the events give the state, the state survives serialisation, replaying from
//! empty gives the same state, and an ended instance leaves nothing behind.

#![allow(dead_code, reason = "each test binary uses its part")]

pub(crate) mod blocks;
pub(crate) mod commands;
pub(crate) mod trace;

use casewright_engine_core::command::{StartInstance, VariableTarget};
use casewright_engine_core::env::{CalledProcess, Definitions, NotCalled, Options};
use casewright_engine_core::{
    Answer, Command, DefinitionInfo, Env, Event, Graph, Id, NewVariable, Outcome, Prefix, Rejection, State, apply,
    compile, step,
};
use casewright_engine_expr::Expressions;
use casewright_engine_model::model::Binding;
use casewright_engine_model::{Limits, parse};
use casewright_engine_value::{Instant, Value};
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::Arc;

pub(crate) const PREFIX: Prefix = Prefix::new([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
pub(crate) const START: Instant = Instant(1_700_000_000_000);

#[derive(Default)]
pub(crate) struct Deployed {
    graphs: HashMap<SmolStr, Arc<Graph>>,
}

impl Definitions for Deployed {
    fn graph(&self, definition_id: &str) -> Option<Arc<Graph>> {
        self.graphs.get(definition_id).cloned()
    }

    fn called(&self, called: &CalledProcess<'_>) -> Result<Arc<Graph>, NotCalled> {
        assert!(matches!(called.binding, Binding::Latest | Binding::Deployment), "tests deploy one version");
        self.graph(&format!("{}:1", called.key)).ok_or(NotCalled::Missing)
    }
}

pub(crate) struct World {
    pub(crate) evaluator: Expressions,
    pub(crate) deployed: Deployed,
    pub(crate) now: Instant,
    pub(crate) state: State,
    /// All events since the beginning.
    pub(crate) events: Vec<Event>,
    pub(crate) options: Options,
    pub(crate) user: Option<SmolStr>,
    /// Tells what becomes part of the process.
    pub(crate) words: fn(&Rejection) -> String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            evaluator: Expressions::new(),
            deployed: Deployed::default(),
            now: START,
            state: State::default(),
            events: Vec::new(),
            options: Options::default(),
            user: Some(SmolStr::new_static("mary")),
            words: Rejection::to_string,
        }
    }

    /// Deploys all executable processes of a file under `key:1`.
    pub(crate) fn deploy(&mut self, xml: &str) -> Vec<SmolStr> {
        self.deploy_version(xml, 1)
    }

    /// Deploys a model under `key:version`.
    pub(crate) fn deploy_version(&mut self, xml: &str, version: i32) -> Vec<SmolStr> {
        let parsed = parse(xml.as_bytes(), "test.bpmn", &Limits::default())
            .unwrap_or_else(|rejected| panic!("model is refused: {:#?}", rejected.errors));
        let dialect = parsed.definitions.dialect;
        let mut keys = Vec::new();
        for process in parsed.definitions.processes {
            let key = process.id.clone();
            let info = DefinitionInfo {
                id: format!("{key}:{version}").into(),
                key: key.clone(),
                version,
                tenant_id: None,
                deployment_id: SmolStr::new_static("deployment"),
            };
            let graph = Arc::new(compile(process, dialect, info, &self.evaluator));
            self.deployed.graphs.insert(graph.info.id.clone(), graph);
            keys.push(key);
        }
        keys
    }

    pub(crate) fn graph(&self, key: &str) -> Arc<Graph> {
        self.definition(&format!("{key}:1"))
    }

    pub(crate) fn definition(&self, id: &str) -> Arc<Graph> {
        self.deployed.graph(id).unwrap()
    }

    fn env(&self) -> Env<'_> {
        Env {
            now: self.now,
            evaluator: &self.evaluator,
            definitions: &self.deployed,
            user: self.user.clone(),
            groups: Vec::new(),
            options: self.options,
            words: &self.words,
        }
    }

    /// A command is decided alike each time it meets this state.
    pub(crate) fn assert_repeatable(&self, command: &Command) {
        let decide = || step(&self.state, command.clone(), &self.env()).map(|outcome| outcome.events);
        assert_eq!(decide(), decide(), "a step is a function of state, command and environment");
    }

    /// Everything alive belongs to something alive.
    pub(crate) fn assert_consistent(&self) {
        let state = &self.state;
        let is_alive = |id: Id| state.element(id).is_some();
        for element in state.elements() {
            let place = &element.activity.place;
            assert!(element.scope.is_none_or(is_alive), "no scope of {element:#?}");
            assert!(state.instance(place.instance).is_some(), "no instance of {element:#?}");
            assert!(element.task.is_none_or(|id| state.task(id).is_some()), "no task of {element:#?}");
            let has_work = element.external_task.is_none_or(|id| state.external_task(id).is_some());
            assert!(has_work, "no external task of {element:#?}");
            assert!(element.called.is_none_or(|id| state.instance(id).is_some()), "no instance called by {element:#?}");
        }
        for instance in state.instances() {
            assert!(is_alive(instance.id), "no root element of {instance:#?}");
            assert!(instance.super_element.is_none_or(is_alive), "no caller of {instance:#?}");
        }
        let places = (state.tasks().map(|task| ("task", &task.place)))
            .chain(state.external_tasks().map(|task| ("external task", &task.place)))
            .chain(state.jobs().map(|job| ("job", &job.place)))
            .chain(state.subscriptions().map(|subscription| ("subscription", &subscription.place)));
        for (what, place) in places {
            assert!(is_alive(place.element), "a {what} belongs to nothing alive: {place:#?}\n{}", trace::tree(state));
        }
        for incident in state.incidents() {
            // An incident stays with its execution, which may have gone on.
            let is_kept = is_alive(incident.place.element) || state.instance(incident.place.instance).is_some();
            assert!(is_kept, "an incident belongs to nothing alive: {incident:#?}");
        }
        for record in state.compensations() {
            let is_recorded = state.compensations().any(|other| other.id == record.scope);
            assert!(is_alive(record.scope) || is_recorded, "nothing could undo {record:#?}");
        }
    }

    /// Carries out a command and checks what must always hold.
    pub(crate) fn execute(&mut self, command: Command) -> Result<Outcome, Rejection> {
        let before = self.state.clone();
        let outcome = step(&self.state, command, &self.env())?;
        assert_eq!(self.state, before, "a step does not touch the state it is given");
        for event in &outcome.events {
            let json = serde_json::to_string(event).unwrap();
            let back: Event = serde_json::from_str(&json)
                .unwrap_or_else(|error| panic!("event does not survive JSON: {error}\n{json}"));
            apply(&mut self.state, &back);
        }
        assert_eq!(self.state, outcome.state, "the events give the state");
        let json = serde_json::to_string(&self.state).unwrap();
        self.state = serde_json::from_str(&json).unwrap();
        assert_eq!(self.state, outcome.state, "the state survives a restart");
        self.events.extend(outcome.events.iter().cloned());
        if self.state.is_ended() {
            self.assert_nothing_left();
        }
        Ok(outcome)
    }

    pub(crate) fn assert_nothing_left(&self) {
        let left = serde_json::to_value(&self.state).unwrap();
        for (what, value) in left.as_object().unwrap().iter().filter(|(what, _)| *what != "prefix") {
            let is_empty = match value {
                serde_json::Value::Array(items) => items.is_empty(),
                serde_json::Value::Object(map) => map.is_empty(),
                _ => true,
            };
            assert!(is_empty, "an ended instance leaves {what} behind: {value:#}");
        }
    }

    /// Folding all events from empty gives the state.
    pub(crate) fn assert_replay(&self) {
        let mut replayed = State::default();
        for event in &self.events {
            apply(&mut replayed, event);
        }
        assert_eq!(replayed, self.state, "replay gives the same state");
    }

    pub(crate) fn start(&mut self, key: &str, variables: Vec<NewVariable>) -> Result<Outcome, Rejection> {
        let mut command = StartInstance::new(PREFIX, format!("{key}:1"));
        command.variables = variables;
        self.execute(Command::StartInstance(command))
    }

    pub(crate) fn user_task(&self, activity: &str) -> Id {
        let found = self.state.tasks().find(|task| task.place.activity_id == activity);
        found.unwrap_or_else(|| panic!("no task '{activity}': {:?}", self.active())).id
    }

    pub(crate) fn external_task(&self, activity: &str) -> Id {
        let mut tasks = self.state.external_tasks();
        let found = tasks.find(|task| task.place.activity_id == activity);
        found.unwrap_or_else(|| panic!("no external task '{activity}'")).id
    }

    pub(crate) fn job(&self, activity: &str) -> Id {
        let found = self.state.jobs().find(|job| job.place.activity_id == activity);
        found.unwrap_or_else(|| panic!("no job at '{activity}'")).id
    }

    pub(crate) fn complete(&mut self, activity: &str, variables: Vec<NewVariable>) -> Result<Outcome, Rejection> {
        let task = self.user_task(activity);
        self.execute(Command::CompleteTask { task, variables })
    }

    pub(crate) fn run_job(&mut self, activity: &str) -> Result<Outcome, Rejection> {
        let job = self.job(activity);
        self.execute(Command::ExecuteJob { job })
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) -> Result<Outcome, Rejection> {
        self.execute(Command::SetVariables {
            target: VariableTarget::Execution(Id::ROOT),
            variables: vec![NewVariable::new(name, value)],
            deletions: Vec::new(),
        })
    }

    /// Runs jobs that are due until there is none; a job that fails is run no more.
    pub(crate) fn run_due(&mut self) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let mut failed = Vec::new();
        loop {
            let due = self
                .state
                .jobs()
                .find(|job| job.due.is_none_or(|due| due <= self.now) && !failed.contains(&job.id) && job.retries > 0);
            let Some(job) = due.map(|job| job.id) else {
                return outcomes;
            };
            let outcome = self.execute(Command::ExecuteJob { job }).unwrap();
            if matches!(outcome.answer, Answer::JobFailed { .. }) {
                failed.push(job);
            }
            outcomes.push(outcome);
        }
    }

    /// Activity ids of what is alive, but not the process itself; sorted.
    pub(crate) fn active(&self) -> Vec<SmolStr> {
        let mut ids: Vec<_> = self
            .state
            .elements()
            .filter(|element| element.scope.is_some())
            .map(|element| element.activity.place.activity_id.clone())
            .collect();
        ids.sort();
        ids
    }

    pub(crate) fn variable(&self, name: &str) -> Option<Value> {
        self.state.visible_variable(Id::ROOT, name).map(|variable| variable.value.clone())
    }
}
