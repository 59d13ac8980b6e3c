//! The engine of one organisation, made of its parts.
//!
//! What changes an instance goes through [`Instances::step`], what changes a definition through the registry; both decide on
//! the journal's shards. Nothing holds a lock while it waits for the journal, except that deployments are made one after
//! another.

use crate::aside::Aside;
use crate::base::Base;
use crate::batch::{BatchJobs, Batches, Running};
use crate::config::EngineConfig;
use crate::definitions::Definitions;
use crate::error::{EngineResult, Words};
use crate::external_tasks::ExternalTasks;
use crate::fetches::Fetches;
use crate::forms::Forms;
use crate::history::{Cleaning, History};
use crate::instances::Instances;
use crate::jobs::{CleanupJob, Executor, Jobs, StartJobs, Wakeup};
use crate::messages::Messages;
use crate::quota::{OpenInstances, Quota, ScriptTime, Usage};
use crate::records::Records;
use crate::registry::{Catalog, Registry};
use crate::tasks::Tasks;
use crate::waiting::Filled;
use casewright_engine_expr::{Expressions, ScriptMeter};
use casewright_engine_value::{EvaluationError, Evaluator, Instant, TimerKind, Value};
use casewright_journal::store::StoreError;
use casewright_journal::{Journal, TenantHandle, TenantId, Turns};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The engine. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    parts: Arc<Parts>,
}

struct Parts {
    base: Base,
    aside: Arc<Aside>,
    registry: Arc<Registry>,
    instances: Arc<Instances>,
    records: Arc<Records>,
    batches: Arc<Batches>,
    history: Arc<History>,
    definitions: Arc<Definitions>,
    jobs: Arc<Jobs>,
    cleanup: Arc<CleanupJob>,
    tasks: Tasks,
    external_tasks: ExternalTasks,
    executor: Executor,
    open: Arc<OpenInstances>,
    scripts: Arc<ScriptTime>,
    /// When this process began to answer.
    started: Instant,
}

impl Engine {
    /// Starts the engine of the organisation that every installation has: reads what is deployed and is ready to answer. Background work starts with [`Executor::run`] and ends with `stop`;
    /// `words` tell the failures that are kept.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn start(
        journal: Journal,
        config: EngineConfig,
        words: Words,
        stop: CancellationToken,
    ) -> Result<Self, StoreError> {
        let tenant = journal.tenant(&TenantId::default());
        Self::start_of(tenant, Arc::new(config), journal.turns_for_computing(), words, stop).await
    }

    /// [`Engine::start`] for an organisation, whose work that may take long is done in its `turns`.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub(crate) async fn start_of(
        journal: TenantHandle,
        config: Arc<EngineConfig>,
        turns: Turns,
        words: Words,
        stop: CancellationToken,
    ) -> Result<Self, StoreError> {
        let started = Instant(journal.journal().clock().now().as_millisecond());
        let aside = Arc::new(Aside::of(turns, &journal));
        let counts_roots = config.quotas.of(journal.tenant()).instances.is_some();
        let base = Base { journal, config };
        let fetches = Arc::new(Fetches::new(base.config.parked_fetches, base.config.parked_fetches_of_client));
        let wakeup = Arc::new(Wakeup::default());
        let waiting = Filled::default();
        let parts = Parts::new(base, aside, Arc::clone(&fetches), Arc::clone(&wakeup), &waiting, words, &stop, started);
        parts.registry.refresh().await?;
        let ready = move || {
            fetches.wake();
            wakeup.wake();
        };
        waiting.start(&parts.base.journal, counts_roots, stop, ready).await;
        Ok(Self { parts: Arc::new(parts) })
    }

    /// The journal of the engine's organisation, with the views to ask.
    pub fn journal(&self) -> &TenantHandle {
        &self.parts.base.journal
    }

    /// The organisation that the engine is of.
    pub fn tenant(&self) -> &TenantId {
        self.parts.base.journal.tenant()
    }

    /// Whose engine this is: it answers nobody of another organisation.
    pub fn is_of(&self, tenant: &TenantId) -> bool {
        self.tenant() == tenant
    }

    /// The settings it runs by.
    pub fn config(&self) -> &EngineConfig {
        &self.parts.base.config
    }

    /// When this process began to answer.
    pub fn started(&self) -> Instant {
        self.parts.started
    }

    /// What the organisation may take.
    pub fn quota(&self) -> Quota {
        self.config().quotas.of(self.tenant())
    }

    /// What the organisation takes.
    ///
    /// # Errors
    /// The view of instances cannot be read.
    pub async fn usage(&self) -> EngineResult<Usage> {
        let instances = self.parts.open.count().await?;
        Ok(Usage { quota: self.quota(), instances, script_time: self.parts.scripts.spent() })
    }

    /// The time of the journal's clock.
    pub fn now(&self) -> Instant {
        self.parts.base.now()
    }

    /// A date as timers are told it.
    ///
    /// # Errors
    /// The text is no date.
    pub fn date(&self, text: &str) -> Result<Instant, EvaluationError> {
        let schedule = self.expressions().schedule(TimerKind::Date, &Value::string(text), self.now())?;
        Ok(schedule.due)
    }

    /// Does work that may take long on a thread of its own, see [`Aside::run`].
    ///
    /// # Errors
    /// The work panicked.
    pub async fn aside<T: Send + 'static>(&self, work: impl FnOnce(&Self) -> T + Send + 'static) -> EngineResult<T> {
        let engine = self.clone();
        Ok(self.parts.aside.run(move || work(&engine)).await?)
    }

    /// What evaluates expressions, scripts and decisions. What may take long goes [`Engine::aside`].
    pub fn expressions(&self) -> &Arc<Expressions> {
        self.parts.registry.expressions()
    }

    /// What is deployed.
    pub fn catalog(&self) -> &Catalog {
        self.parts.registry.catalog()
    }

    /// The registry of what is deployed.
    pub fn registry(&self) -> &Registry {
        &self.parts.registry
    }

    /// What is done to what is deployed.
    pub fn definitions(&self) -> &Definitions {
        &self.parts.definitions
    }

    /// Process instances and their steps.
    pub fn instances(&self) -> &Instances {
        &self.parts.instances
    }

    /// Messages and signals.
    pub fn messages(&self) -> Messages<'_> {
        Messages::of(&self.parts.instances)
    }

    /// Forms of what is deployed and of what runs.
    pub fn forms(&self) -> Forms<'_> {
        Forms::of(&self.parts.registry, &self.parts.instances)
    }

    /// Tasks of people.
    pub fn tasks(&self) -> &Tasks {
        &self.parts.tasks
    }

    /// Tasks of workers.
    pub fn external_tasks(&self) -> &ExternalTasks {
        &self.parts.external_tasks
    }

    /// Jobs as somebody changes them.
    pub fn jobs(&self) -> &Jobs {
        &self.parts.jobs
    }

    /// What runs jobs.
    pub fn executor(&self) -> &Executor {
        &self.parts.executor
    }

    /// Batches.
    pub fn batches(&self) -> &Batches {
        &self.parts.batches
    }

    /// History as it is changed on purpose.
    pub fn history(&self) -> &History {
        &self.parts.history
    }

    /// The job that cleans history.
    pub fn cleanup(&self) -> &CleanupJob {
        &self.parts.cleanup
    }

    /// Documents without a process.
    pub fn records(&self) -> &Records {
        &self.parts.records
    }
}

impl Parts {
    /// Each part is given those that it stands on.
    fn new(
        base: Base,
        aside: Arc<Aside>,
        fetches: Arc<Fetches>,
        wakeup: Arc<Wakeup>,
        waiting: &Filled,
        words: Words,
        stop: &CancellationToken,
        started: Instant,
    ) -> Self {
        let quota = base.config.quotas.of(base.journal.tenant());
        let open = Arc::new(OpenInstances::new(base.clone(), quota.instances, waiting.clone()));
        let scripts = Arc::new(ScriptTime::new(base.journal.tenant().clone(), quota.script_time));
        let expressions = Arc::new(Expressions::metered(Arc::clone(&scripts) as Arc<dyn ScriptMeter>));
        let catalog = Arc::new(Catalog::new(Arc::clone(&expressions), base.config.model_limits));
        let registry = Arc::new(Registry::new(
            base.journal.clone(),
            Arc::clone(&catalog),
            Arc::clone(&expressions),
            Arc::clone(&aside),
            Arc::clone(&wakeup),
        ));
        let instances = Arc::new(Instances::new(
            base.clone(),
            Arc::clone(&catalog),
            expressions,
            Arc::clone(&fetches),
            Arc::clone(&wakeup),
            words,
            Arc::clone(&open),
            Arc::clone(&scripts),
        ));
        let records = Arc::new(Records::new(base.clone()));
        let batches = Arc::new(Batches::new(base.clone(), Arc::clone(&catalog), Arc::clone(&wakeup)));
        let history = Arc::new(History::new(base.clone(), catalog, Arc::clone(&records), Arc::clone(&batches)));
        let definitions =
            Arc::new(Definitions::new(Arc::clone(&registry), Arc::clone(&instances), Arc::clone(&history)));
        let jobs = Arc::new(Jobs::new(Arc::clone(&instances), Arc::clone(&registry), Arc::clone(&batches)));
        let cleanup = Arc::new(CleanupJob::new(base.clone(), Arc::clone(&registry)));
        let start_jobs = StartJobs {
            base: base.clone(),
            registry: Arc::clone(&registry),
            instances: Arc::clone(&instances),
            definitions: Arc::clone(&definitions),
            cleanup: Arc::clone(&cleanup),
            cleaning: Cleaning {
                base: base.clone(),
                history: Arc::clone(&history),
                records: Arc::clone(&records),
                batches: Arc::clone(&batches),
            },
            wakeup: Arc::clone(&wakeup),
            stop: stop.clone(),
            words,
        };
        let batch_jobs = BatchJobs {
            batches: Arc::clone(&batches),
            instances: Arc::clone(&instances),
            jobs: Arc::clone(&jobs),
            history: Arc::clone(&history),
            running: Running::default(),
            words,
        };
        let executor = Executor {
            base: base.clone(),
            instances: Arc::clone(&instances),
            registry: Arc::clone(&registry),
            batches: Arc::clone(&batches),
            start_jobs,
            batch_jobs,
            cleanup: Arc::clone(&cleanup),
            wakeup,
            waiting: waiting.clone(),
            stop: stop.clone(),
        };
        let external_tasks = ExternalTasks {
            base: base.clone(),
            instances: Arc::clone(&instances),
            fetches,
            waiting: waiting.clone(),
            stop: stop.clone(),
        };
        let tasks = Tasks::new(base.clone(), Arc::clone(&instances));
        Self {
            base,
            aside,
            registry,
            instances,
            records,
            batches,
            history,
            definitions,
            jobs,
            cleanup,
            tasks,
            external_tasks,
            executor,
            open,
            scripts,
            started,
        }
    }
}
