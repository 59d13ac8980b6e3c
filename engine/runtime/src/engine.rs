//! The engine of one organisation: definitions, instances, and what runs them.
//!
//! Everything that changes goes through [`Engine::step`] (instances) or [`Engine::registry`] (definitions), which decide
//! on the journal's shards; nothing here holds a lock while it waits for the journal, except that deployments are made
//! one after another.

use crate::aside::Aside;
use crate::batch::Running;
use crate::caller::Caller;
use crate::config::EngineConfig;
use crate::error::{EngineError, EngineResult, Words};
use crate::fetches::Fetches;
use crate::history::retention;
use crate::jobs::Wakeup;
use crate::registry::Catalog;
use crate::waiting::{Filled, Waiting};
use crate::{decide, operation};
use casewright_engine_core::command::StartInstance;
use casewright_engine_core::compile::Graph;
use casewright_engine_core::entity::Place;
use casewright_engine_core::env::{Definitions as _, Env};
use casewright_engine_core::ids::{Id, Prefix, root_of};
use casewright_engine_core::{Answer, Command, Effect, Event, Rejection, State};
use casewright_engine_expr::{Expressions, without_long_work};
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::instance::record;
use casewright_engine_views::aggregate::registry::REGISTRY_ID;
use casewright_engine_views::aggregate::{InstanceAggregate, Recorded, RegistryEvent, RegistryState, ShellEvent};
use casewright_journal::store::StoreError;
use casewright_journal::tenant::IdOrigin;
use casewright_journal::{CommandContext, DecideContext, Decision, Journal, TenantHandle, TenantId};
use smol_str::SmolStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio_util::sync::CancellationToken;

impl Caller {
    /// How the journal is told who it was.
    pub fn context(&self) -> CommandContext {
        CommandContext { actor: self.user.clone().unwrap_or_default(), ..CommandContext::default() }
    }
}

/// The engine. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) journal: TenantHandle,
    pub(crate) config: EngineConfig,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) expressions: Arc<Expressions>,
    pub(crate) aside: Aside,
    pub(crate) fetches: Fetches,
    pub(crate) jobs: Wakeup,
    pub(crate) waiting: Filled,
    pub(crate) batches: Running,
    pub(crate) stop: CancellationToken,
    pub(crate) words: Words,
    /// When this process began to answer.
    pub(crate) started: Instant,
    /// The next prefix's count.
    prefixes: AtomicU64,
    deploying: tokio::sync::Mutex<()>,
}

/// What history keeps of a submitted form: its texts, and the task it completes.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    /// None of a start form.
    pub task: Option<Id>,
    pub fields: Vec<(SmolStr, String)>,
}

/// What a step came to, once it is durable.
#[derive(Debug)]
pub struct Stepped {
    pub answer: Answer,
    pub state: State,
}

struct Decided {
    answer: Answer,
    state: State,
    effects: Vec<Arc<Effect>>,
    signs: Signs,
}

/// What the events of a step mean to those who wait.
#[derive(Clone, Copy, Debug, Default)]
struct Signs {
    external_tasks: bool,
    jobs: bool,
}

impl Engine {
    /// Reads what is deployed and is ready to answer. Background work starts with [`Engine::run`] and ends with `stop`; `words`
    /// tell the failures that are kept.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn start(
        journal: Journal,
        config: EngineConfig,
        words: Words,
        stop: CancellationToken,
    ) -> Result<Self, StoreError> {
        let started = Instant(journal.clock().now().as_millisecond());
        let journal = journal.tenant(&TenantId::default());
        let expressions = Arc::new(Expressions::new());
        let catalog = Arc::new(Catalog::new(Arc::clone(&expressions), config.model_limits));
        let engine = Self {
            inner: Arc::new(Inner {
                journal,
                aside: Aside::default(),
                fetches: Fetches::new(config.parked_fetches),
                jobs: Wakeup::default(),
                waiting: Filled::default(),
                batches: Running::default(),
                prefixes: AtomicU64::new(uuid::Uuid::new_v4().as_u128() as u64),
                config,
                catalog,
                expressions,
                stop,
                words,
                started,
                deploying: tokio::sync::Mutex::new(()),
            }),
        };
        engine.refresh_catalog().await?;
        let waker = Arc::downgrade(&engine.inner);
        let ready = move || {
            if let Some(inner) = waker.upgrade() {
                inner.fetches.wake();
                inner.jobs.wake();
            }
        };
        engine.inner.waiting.start(&engine.inner.journal, engine.inner.stop.clone(), ready).await;
        Ok(engine)
    }

    /// What waits to be done, in memory; without it the views are asked.
    pub(crate) fn work_in_memory(&self) -> Option<&Arc<Waiting>> {
        self.inner.waiting.get()
    }

    /// The journal of the engine's organisation, with the views to ask.
    pub fn journal(&self) -> &TenantHandle {
        &self.inner.journal
    }

    /// The organisation that the engine is of.
    pub fn tenant(&self) -> &TenantId {
        self.inner.journal.tenant()
    }

    /// The settings it runs by.
    pub fn config(&self) -> &EngineConfig {
        &self.inner.config
    }

    /// What evaluates expressions, scripts and decisions. What may take long goes [`Engine::aside`].
    pub fn expressions(&self) -> &Arc<Expressions> {
        &self.inner.expressions
    }

    /// When this process began to answer.
    pub fn started(&self) -> Instant {
        self.inner.started
    }

    /// Whose engine this is. It answers nobody of another organisation: there is one way in for `/engine-rest` and one for
    /// `/api/v1`, and both ask here.
    pub fn is_of(&self, tenant: &TenantId) -> bool {
        self.tenant() == tenant
    }

    /// What is deployed.
    pub fn catalog(&self) -> &Catalog {
        &self.inner.catalog
    }

    /// The time of the journal's clock.
    pub fn now(&self) -> Instant {
        Instant(self.inner.journal.journal().clock().now().as_millisecond())
    }

    /// Starts a root process instance under a new prefix, with the form it is started by.
    pub(crate) async fn start_submitted(
        &self,
        caller: &Caller,
        start: StartInstance,
        form: Submission,
    ) -> EngineResult<Stepped> {
        let root = start.prefix.root();
        self.decide(&root, IdOrigin::New, caller, Command::StartInstance(start), form).await
    }

    /// Does something to the root process instance that `id` belongs to.
    pub async fn step(&self, id: &str, caller: &Caller, command: Command) -> EngineResult<Stepped> {
        self.step_submitted(id, caller, command, Submission::default()).await
    }

    /// One step of an instance, with the form it was done by.
    pub(crate) async fn step_submitted(
        &self,
        id: &str,
        caller: &Caller,
        command: Command,
        form: Submission,
    ) -> EngineResult<Stepped> {
        let Some(root) = root_of(id) else {
            return Err(Rejection::Ended(SmolStr::new(id)).into());
        };
        self.decide(&root, IdOrigin::Any, caller, command, form).await
    }

    async fn decide(
        &self,
        root: &str,
        origin: IdOrigin,
        caller: &Caller,
        command: Command,
        form: Submission,
    ) -> EngineResult<Stepped> {
        let inner = Arc::clone(&self.inner);
        let who = caller.clone();
        let context = caller.context();
        let decide = move |aggregate: &mut InstanceAggregate, context: &DecideContext| {
            let env = Env {
                now: Instant(context.at.as_millisecond()),
                evaluator: inner.expressions.as_ref(),
                definitions: inner.catalog.as_ref(),
                user: who.user.clone(),
                groups: who.groups.clone(),
                options: inner.config.options,
            };
            let decide = || decide::decide_or_fail(&aggregate.state, &command, &env);
            let decided = if context.may_take_long() { Some(decide()) } else { without_long_work(decide) };
            let Some(outcome) = decided.transpose()? else {
                context.put_aside();
                return Err(Rejection::Engine("what takes long is done elsewhere".to_owned()));
            };
            let signs = signs(&outcome.events);
            let place = form_place(&aggregate.state, &outcome.state, &form);
            let operation = operation::of(
                &command,
                &who,
                &aggregate.state,
                &outcome.state,
                inner.config.history.level,
                &inner.catalog,
                env.now,
            );
            let mut events = record(aggregate, context.version, outcome.events);
            retention::date(&mut events, &inner.config.history, &inner.catalog);
            events.extend(
                operation.map(|operation| Recorded::Shell(ShellEvent::UserOperated { operation: Box::new(operation) })),
            );
            events.extend(place.map(|place| {
                let (task, fields) = (form.task, form.fields.clone());
                Recorded::Shell(ShellEvent::FormSubmitted { place, task, fields, at: env.now })
            }));
            aggregate.state = outcome.state.clone();
            Ok(Decision {
                events,
                answer: Decided { answer: outcome.answer, state: outcome.state, effects: outcome.effects, signs },
            })
        };
        let committed =
            self.journal().execute_in_place::<InstanceAggregate, _, _, _>(root, origin, context, decide).await?;
        let decided = committed.answer;
        if decided.signs.external_tasks {
            self.inner.fetches.wake();
        }
        if decided.signs.jobs {
            self.inner.jobs.wake();
        }
        if !decided.effects.is_empty() {
            Box::pin(self.perform(root, decided.effects)).await;
        }
        Ok(Stepped { answer: decided.answer, state: decided.state })
    }

    /// The state of the root process instance that `id` belongs to; none when it never was.
    pub async fn state_of(&self, id: &str) -> EngineResult<Option<State>> {
        let Some(root) = root_of(id) else {
            return Ok(None);
        };
        let loaded = self.journal().load::<InstanceAggregate>(&root).await?;
        Ok(loaded.map(|(aggregate, _)| aggregate.state.clone()))
    }

    /// Changes the registry, and what is deployed follows.
    pub async fn registry<R, F>(&self, caller: &Caller, decide: F) -> EngineResult<R>
    where
        R: Send + 'static,
        F: Fn(&RegistryState, Instant) -> EngineResult<(Vec<RegistryEvent>, R)> + Send + 'static,
    {
        let _turn = self.inner.deploying.lock().await;
        let context = caller.context();
        let decide = move |state: &RegistryState, context: &DecideContext| {
            let now = Instant(context.at.as_millisecond());
            decide(state, now).map(|(events, answer)| Decision { answer: (answer, !events.is_empty()), events })
        };
        let committed =
            self.journal().execute::<RegistryState, _, EngineError, _>(REGISTRY_ID, context, decide).await?;
        let (answer, is_changed) = committed.answer;
        if is_changed {
            self.refresh_catalog().await?;
            self.inner.jobs.wake_for_all();
        }
        Ok(answer)
    }

    /// Does work that may take long on a thread of its own, see [`Aside::run`].
    ///
    /// # Errors
    /// The work panicked.
    pub async fn aside<T: Send + 'static>(&self, work: impl FnOnce(&Self) -> T + Send + 'static) -> EngineResult<T> {
        let engine = self.clone();
        Ok(self.inner.aside.run(move || work(&engine)).await?)
    }

    /// A definition as it runs; read aside when nobody has asked for it since the start. None: there is no such definition.
    pub async fn graph(&self, id: &str) -> EngineResult<Option<Arc<Graph>>> {
        if let Some(known) = self.catalog().known_graph(id) {
            return Ok(Some(known));
        }
        let id = id.to_owned();
        self.aside(move |engine| engine.catalog().graph(&id)).await
    }

    async fn refresh_catalog(&self) -> Result<(), StoreError> {
        let loaded = self.journal().load::<RegistryState>(REGISTRY_ID).await?;
        let Some((state, _)) = loaded else {
            return Ok(());
        };
        let catalog = Arc::clone(&self.inner.catalog);
        let refreshing = self.inner.aside.run(move || catalog.refresh(state));
        refreshing.await.map_err(|undone| StoreError::caused("what is deployed was not read", undone))
    }

    /// The prefix of a new root process instance: seconds since 1970, then a count that began at a random number. Rows that
    /// are written together so lie together in every index, and no two processes give the same prefix: they would have
    /// to count through the same numbers in the same second.
    pub fn new_prefix(&self) -> Prefix {
        let seconds = self.inner.journal.journal().clock().now().as_second() as u32;
        let count = self.inner.prefixes.fetch_add(1, Ordering::Relaxed);
        let mut bits = [0; 10];
        bits[..4].copy_from_slice(&seconds.to_be_bytes());
        bits[4..].copy_from_slice(&count.to_be_bytes()[2..]);
        Prefix::new(bits)
    }
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
