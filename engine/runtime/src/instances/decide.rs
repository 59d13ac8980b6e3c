//! The decision of a step, on the journal's shard: the core decides, and what the entries say besides is added.
//!
//! It must be pure but for the expressions that it evaluates: it may be begun again elsewhere.

use super::panic::decide_or_fail;
use crate::history::retention;
use crate::quota::ScriptTime;
use crate::registry::Catalog;
use crate::{Caller, EngineConfig, EngineError, EngineResult, What, Words, operation};
use casewright_engine_core::entity::Place;
use casewright_engine_core::env::Env;
use casewright_engine_core::ids::Id;
use casewright_engine_core::rejection::Impasse;
use casewright_engine_core::{Answer, Command, Effect, Event, Rejection, State};
use casewright_engine_expr::{Expressions, without_long_work};
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::instance::record;
use casewright_engine_views::aggregate::{InstanceAggregate, Recorded, ShellEvent};
use casewright_journal::{DecideContext, Decision};
use serde_json::{Map, Value as Json};
use smol_str::SmolStr;
use std::sync::Arc;

/// What is kept of a submitted form beside the variables it sets.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    /// None of a start form.
    pub task: Option<Id>,
    /// The texts that history keeps.
    pub fields: Vec<(SmolStr, String)>,
    /// What other rooms are told that a task was completed with.
    pub data: Map<String, Json>,
}

/// What decides steps.
pub(super) struct Decider {
    pub(super) config: Arc<EngineConfig>,
    pub(super) catalog: Arc<Catalog>,
    pub(super) expressions: Arc<Expressions>,
    pub(super) words: Words,
    pub(super) scripts: Arc<ScriptTime>,
}

/// A step that is wanted, by whom, and the form it is done by.
pub(super) struct Wanted {
    pub(super) caller: Caller,
    pub(super) command: Command,
    pub(super) form: Submission,
}

/// What was decided.
pub(super) struct Decided {
    pub(super) answer: Answer,
    pub(super) state: State,
    pub(super) effects: Vec<Arc<Effect>>,
    pub(super) signs: Signs,
}

/// What the events of a step mean to those who wait.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs {
    pub(super) external_tasks: bool,
    pub(super) jobs: bool,
}

impl Decider {
    /// Decides a step of an instance. What would take long where others wait for the thread is put aside.
    pub(super) fn decide(
        &self,
        aggregate: &mut InstanceAggregate,
        context: &DecideContext,
        wanted: &Wanted,
    ) -> EngineResult<Decision<Recorded, Decided>> {
        let Wanted { caller, command, form } = wanted;
        if context.version > 0 && matches!(command, Command::StartInstance(_)) {
            return Err(EngineError::Exists { what: What::ProcessInstance, id: aggregate.state.prefix().root() });
        }
        let words = |rejection: &Rejection| (self.words)(&EngineError::Rejected(rejection.clone()));
        let env = Env {
            now: Instant(context.at.as_millisecond()),
            evaluator: self.expressions.as_ref(),
            definitions: self.catalog.as_ref(),
            user: caller.user.clone(),
            groups: caller.groups.clone(),
            options: self.config.options,
            words: &words,
        };
        let decide = || decide_or_fail(&aggregate.state, command, &env);
        let decided = match context.may_take_long() {
            true => Some(self.scripts.step(decide)?),
            false => without_long_work(decide),
        };
        let Some(outcome) = decided.transpose()? else {
            context.put_aside();
            return Err(Rejection::from(Impasse::Elsewhere).into());
        };
        let signs = signs(&outcome.events);
        let place = form_place(&aggregate.state, &outcome.state, form);
        let level = self.config.history.level;
        let operation = operation::of(command, caller, &aggregate.state, &outcome.state, level, &self.catalog, env.now);
        // First what was submitted, then what came of it: who hears of the end of a task knows by then.
        let submitted = submitted(&aggregate.state, form);
        let version = context.version + u64::from(submitted.is_some());
        let mut events: Vec<Recorded> = submitted.into_iter().collect();
        events.extend(record(aggregate, version, outcome.events));
        retention::date(&mut events, &self.config.history, &self.catalog);
        events.extend(
            operation.map(|operation| Recorded::Shell(ShellEvent::UserOperated { operation: Box::new(operation) })),
        );
        events.extend(place.map(|place| {
            let (task, fields) = (form.task, form.fields.clone());
            Recorded::Shell(ShellEvent::FormSubmitted { place, task, fields, at: env.now })
        }));
        aggregate.state = outcome.state.clone();
        let answer = Decided { answer: outcome.answer, state: outcome.state, effects: outcome.effects, signs };
        Ok(Decision { events, answer })
    }
}

/// What other rooms are told of a submission, if there is something to tell.
fn submitted(before: &State, form: &Submission) -> Option<Recorded> {
    let task = form.task.filter(|task| !form.data.is_empty() && before.task(*task).is_some())?;
    Some(Recorded::Shell(ShellEvent::TaskSubmitted { task, data: form.data.clone() }))
}

/// Where a form was submitted: at its task, or at the instance it started.
fn form_place(before: &State, after: &State, form: &Submission) -> Option<Place> {
    if form.fields.is_empty() {
        return None;
    }
    if let Some(task) = form.task {
        return before.task(task).map(|task| task.place.clone());
    }
    let root = after.prefix().root();
    let id = after.local(&root)?;
    after.element(id).map(|element| element.activity.place.clone())
}

fn signs(events: &[Event]) -> Signs {
    let mut signs = Signs::default();
    for event in events {
        match event {
            Event::ExternalTaskCreated { .. }
            | Event::ExternalTaskUnlocked { .. }
            | Event::ExternalTaskFailed { .. }
            | Event::ExternalTaskChanged { .. } => signs.external_tasks = true,
            Event::InstanceActivated { .. } => {
                signs.external_tasks = true;
                signs.jobs = true;
            }
            Event::JobCreated { .. } | Event::JobChanged { .. } | Event::JobFailed { .. } => {
                signs.jobs = true;
            }
            _ => {}
        }
    }
    signs
}
