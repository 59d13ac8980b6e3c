//! One engine an organisation: definitions, instances, jobs and lists of one are nothing to another.
//!
//! All of them stand on one journal and its threads. An engine is there from the first use by somebody of its organisation; what has
//! been used before is taken up by every start.

use crate::config::EngineConfig;
use crate::engine::Engine;
use crate::error::{EngineResult, Words};
use crate::organisations;
use casewright_journal::{Journal, TenantId, Turns};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How soon a process runs what is due in an organisation that began in another process of the same store.
const LOOK: Duration = Duration::from_secs(5);

/// The engines of a process. Cheap to clone.
#[derive(Clone)]
pub struct Engines {
    engines: Arc<Kept>,
}

enum Kept {
    /// What is embedded for one organisation only.
    One(Engine),
    Each(Each),
}

struct Each {
    journal: Journal,
    config: Arc<EngineConfig>,
    /// Threads for what may take long are of the process; organisations have them in turns.
    turns: Turns,
    words: Words,
    stop: CancellationToken,
    /// A cell is empty while its engine starts.
    started: Mutex<HashMap<TenantId, Arc<OnceCell<Engine>>>>,
    executors: TaskTracker,
}

impl From<Engine> for Engines {
    /// Only that one: whoever is of another organisation has no engine here.
    fn from(engine: Engine) -> Self {
        Self { engines: Arc::new(Kept::One(engine)) }
    }
}

impl Engines {
    /// Starts the engine of the organisation that every installation has; the others come with [`Engines::of`] and
    /// [`Engines::run`].
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn start(
        journal: Journal,
        config: EngineConfig,
        words: Words,
        stop: CancellationToken,
    ) -> EngineResult<Self> {
        let engines = Each {
            turns: journal.turns_for_computing(),
            journal,
            config: Arc::new(config),
            words,
            stop,
            started: Mutex::default(),
            executors: TaskTracker::new(),
        };
        engines.of(&TenantId::default()).await?;
        Ok(Self { engines: Arc::new(Kept::Each(engines)) })
    }

    /// The engine of an organisation, started on first use. None: this process has no engine for it.
    ///
    /// The caller vouches for the organisation: it is that of somebody who has signed in.
    ///
    /// # Errors
    /// The journal cannot be read, or what is new cannot be noted.
    pub async fn of(&self, tenant: &TenantId) -> EngineResult<Option<Engine>> {
        match &*self.engines {
            Kept::One(engine) => Ok(engine.is_of(tenant).then(|| engine.clone())),
            Kept::Each(each) => each.of(tenant).await.map(Some),
        }
    }

    /// The engine of an organisation by its name, as it stands in a path. None: there is no such organisation, or it has
    /// never used the engine.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn named(&self, name: &str) -> EngineResult<Option<Engine>> {
        let tenant = TenantId::new(name);
        if let Some(engine) = self.ready(&tenant) {
            return Ok(Some(engine));
        }
        if self.known().await?.contains(&tenant) { self.of(&tenant).await } else { Ok(None) }
    }

    /// The engine that has started already, without asking anybody.
    fn ready(&self, tenant: &TenantId) -> Option<Engine> {
        match &*self.engines {
            Kept::One(engine) => engine.is_of(tenant).then(|| engine.clone()),
            Kept::Each(each) => each.ready(tenant),
        }
    }

    /// The organisations that have used the engine.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn known(&self) -> EngineResult<BTreeSet<TenantId>> {
        match &*self.engines {
            Kept::One(engine) => Ok(BTreeSet::from([engine.tenant().clone()])),
            Kept::Each(each) => organisations::known(&each.journal).await,
        }
    }

    /// The settings all of them run by.
    #[must_use]
    pub fn config(&self) -> &EngineConfig {
        match &*self.engines {
            Kept::One(engine) => engine.config(),
            Kept::Each(each) => &each.config,
        }
    }

    /// Background work of all of them until a stop is requested.
    pub async fn run(&self) {
        match &*self.engines {
            Kept::One(engine) => engine.executor().run().await,
            Kept::Each(each) => each.run().await,
        }
    }
}

impl Each {
    async fn of(&self, tenant: &TenantId) -> EngineResult<Engine> {
        let cell = {
            let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(started.entry(tenant.clone()).or_default())
        };
        let engine = cell.get_or_try_init(|| self.begin(tenant)).await?;
        Ok(engine.clone())
    }

    fn ready(&self, tenant: &TenantId) -> Option<Engine> {
        let started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.get(tenant).and_then(|cell| cell.get().cloned())
    }

    async fn begin(&self, tenant: &TenantId) -> EngineResult<Engine> {
        organisations::note(&self.journal, tenant).await?;
        let (journal, config) = (self.journal.tenant(tenant), Arc::clone(&self.config));
        let engine = Engine::start_of(journal, config, self.turns.clone(), self.words, self.stop.clone()).await?;
        tracing::info!(tenant = tenant.as_str(), "the engine of an organisation is ready");
        let executing = engine.clone();
        self.executors.spawn(async move { executing.executor().run().await });
        Ok(engine)
    }

    async fn run(&self) {
        while !self.stop.is_cancelled() {
            match self.take_up().await {
                // Whoever comes later comes through `of`: nobody else writes the store.
                Ok(()) if self.journal.is_exclusive() => self.stop.cancelled().await,
                Ok(()) => {}
                Err(error) => {
                    tracing::error!(%error, "engines of organisations could not be taken up; trying again");
                }
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        self.executors.close();
        self.executors.wait().await;
    }

    async fn take_up(&self) -> EngineResult<()> {
        for tenant in organisations::known(&self.journal).await? {
            self.of(&tenant).await?;
        }
        Ok(())
    }
}
