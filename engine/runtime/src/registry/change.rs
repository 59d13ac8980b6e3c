//! The registry of what is deployed: changed in one aggregate, one deployment after another, and read in the catalog.

use super::Catalog;
use crate::aside::Aside;
use crate::jobs::Wakeup;
use crate::{Caller, EngineError, EngineResult};
use casewright_engine_core::compile::Graph;
use casewright_engine_core::env::Definitions as _;
use casewright_engine_expr::Expressions;
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::registry::REGISTRY_ID;
use casewright_engine_views::aggregate::{RegistryEvent, RegistryState, StartJob, StartJobOutcome};
use casewright_journal::store::StoreError;
use casewright_journal::{DecideContext, Decision, TenantHandle};
use smol_str::SmolStr;
use std::sync::Arc;

/// Definitions, deployments and start jobs of the organisation.
pub struct Registry {
    journal: TenantHandle,
    catalog: Arc<Catalog>,
    expressions: Arc<Expressions>,
    aside: Arc<Aside>,
    wakeup: Arc<Wakeup>,
    deploying: tokio::sync::Mutex<()>,
}

impl Registry {
    pub(crate) fn new(
        journal: TenantHandle,
        catalog: Arc<Catalog>,
        expressions: Arc<Expressions>,
        aside: Arc<Aside>,
        wakeup: Arc<Wakeup>,
    ) -> Self {
        Self { journal, catalog, expressions, aside, wakeup, deploying: tokio::sync::Mutex::new(()) }
    }

    /// What is deployed.
    pub(crate) fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    pub(crate) fn expressions(&self) -> &Arc<Expressions> {
        &self.expressions
    }

    /// Changes the registry, and what is deployed follows.
    pub(crate) async fn change<R, F>(&self, caller: &Caller, decide: F) -> EngineResult<R>
    where
        R: Send + 'static,
        F: Fn(&RegistryState, Instant) -> EngineResult<(Vec<RegistryEvent>, R)> + Send + 'static,
    {
        let _turn = self.deploying.lock().await;
        let context = caller.context();
        let decide = move |state: &RegistryState, context: &DecideContext| {
            let now = Instant(context.at.as_millisecond());
            decide(state, now).map(|(events, answer)| Decision { answer: (answer, !events.is_empty()), events })
        };
        let committed = self.journal.execute::<RegistryState, _, EngineError, _>(REGISTRY_ID, context, decide).await?;
        let (answer, is_changed) = committed.answer;
        if is_changed {
            self.refresh().await?;
            self.wakeup.wake_for_all();
        }
        Ok(answer)
    }

    /// A definition as it runs; read aside when nobody has asked for it since the start. None: there is no such definition.
    pub async fn graph(&self, id: &str) -> EngineResult<Option<Arc<Graph>>> {
        if let Some(known) = self.catalog.known_graph(id) {
            return Ok(Some(known));
        }
        let id = id.to_owned();
        let catalog = Arc::clone(&self.catalog);
        Ok(self.aside.run(move || catalog.graph(&id)).await?)
    }

    pub(crate) async fn refresh(&self) -> Result<(), StoreError> {
        let loaded = self.journal.load::<RegistryState>(REGISTRY_ID).await?;
        let Some((state, _)) = loaded else {
            return Ok(());
        };
        let catalog = Arc::clone(&self.catalog);
        let refreshing = self.aside.run(move || catalog.refresh(state));
        refreshing.await.map_err(|undone| StoreError::caused("what is deployed was not read", undone))
    }

    /// Stores a changed job, if it is still there.
    pub(crate) async fn change_start_job(&self, caller: &Caller, job: StartJob) -> EngineResult<()> {
        let job = Arc::new(job);
        self.change(caller, move |state: &RegistryState, _| {
            let events = if state.jobs.contains_key(&job.id) {
                vec![RegistryEvent::StartJobChanged { job: Arc::clone(&job) }]
            } else {
                Vec::new()
            };
            Ok((events, ()))
        })
        .await
    }

    /// Forgets a job.
    pub(crate) async fn remove_start_job(&self, caller: &Caller, id: &str) -> EngineResult<()> {
        let id = SmolStr::new(id);
        self.change(caller, move |state: &RegistryState, _| {
            let events = state
                .jobs
                .get(&id)
                .map(|job| RegistryEvent::StartJobEnded { job: Arc::clone(job), outcome: StartJobOutcome::Removed })
                .into_iter()
                .collect();
            Ok((events, ()))
        })
        .await
    }
}
