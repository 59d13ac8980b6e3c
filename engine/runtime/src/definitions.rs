//! What is done to what is deployed: deploying it, suspending it, saying how long its history is kept, deleting it.

use crate::history::History;
use crate::instances::Instances;
use crate::registry::{Deployed, NewDeployment, Registry, deploy};
use crate::{Caller, EngineError, EngineResult, What};
use casewright_engine_core::command::Skips;
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::{
    DecisionDefinition, JobDefinition, ProcessDefinition, RegistryEvent, RegistryState, StartJob, StartJobKind,
};
use casewright_engine_views::criteria::eq;
use casewright_engine_views::{self as views, PastInstanceRow};
use casewright_journal::Query;
use smol_str::SmolStr;
use std::sync::Arc;
use uuid::Uuid;

/// What is deployed, with what its change means for instances and history.
pub struct Definitions {
    registry: Arc<Registry>,
    instances: Arc<Instances>,
    history: Arc<History>,
}

impl Definitions {
    pub(crate) fn new(registry: Arc<Registry>, instances: Arc<Instances>, history: Arc<History>) -> Self {
        Self { registry, instances, history }
    }

    /// Deploys files that were read.
    ///
    /// # Errors
    /// [`EngineError::Deploy`].
    pub async fn deploy(&self, caller: &Caller, new: NewDeployment) -> EngineResult<Deployed> {
        let expressions = Arc::clone(self.registry.expressions());
        let decide = move |state: &RegistryState, now| Ok(deploy::decide(state, &new, expressions.as_ref(), now)?);
        self.registry.change(caller, decide).await
    }

    /// Suspends or activates a definition, its start timers, and, when asked for, its instances.
    pub async fn suspend(
        &self,
        caller: &Caller,
        id: &str,
        suspended: bool,
        include_instances: bool,
    ) -> EngineResult<()> {
        let definition = SmolStr::new(id);
        self.registry
            .change(caller, move |state: &RegistryState, _| Ok((suspension(state, &definition, suspended), ())))
            .await?;
        let job_definitions: Vec<SmolStr> = self
            .registry
            .catalog()
            .process(id)
            .map(|d| d.job_definitions.iter().map(|j| j.id.clone()).collect())
            .unwrap_or_default();
        for job_definition in job_definitions {
            self.suspend_job_definition(caller, id, &job_definition, suspended).await?;
        }
        if include_instances {
            for instance in self.instances.of_definition(id).await? {
                self.instances.suspend(caller, &instance, suspended).await?;
            }
        }
        Ok(())
    }

    /// Has a job suspend or activate a definition at a time.
    pub async fn schedule_suspension(
        &self,
        caller: &Caller,
        definition: &ProcessDefinition,
        due: Instant,
        suspended: bool,
        include_instances: bool,
    ) -> EngineResult<()> {
        let definition = definition.clone();
        let id: SmolStr = Uuid::new_v4().to_string().into();
        self.registry
            .change(caller, move |_: &RegistryState, now| {
                let job = StartJob {
                    id: id.clone(),
                    due: Some(due),
                    kind: StartJobKind::SetSuspended { suspended, include_instances },
                    ..deploy::definition_job(&definition, now)
                };
                Ok((vec![RegistryEvent::StartJobCreated { job: Arc::new(job) }], ()))
            })
            .await
    }

    /// A job definition with the definition it belongs to.
    ///
    /// # Errors
    /// There is no such job definition.
    pub fn job_definition(&self, id: &str) -> EngineResult<(SmolStr, JobDefinition)> {
        let state = self.registry.catalog().state();
        state
            .processes
            .values()
            .find_map(|process| {
                let job = process.job_definitions.iter().find(|job| job.id == id)?;
                Some((process.id.clone(), job.clone()))
            })
            .ok_or_else(|| EngineError::not_found(What::JobDefinition, id))
    }

    /// Suspends or activates a job definition.
    ///
    /// # Errors
    /// There is no such job definition.
    pub async fn suspend_job_definition(
        &self,
        caller: &Caller,
        process: &str,
        id: &str,
        suspended: bool,
    ) -> EngineResult<()> {
        let (_, mut definition) = self.job_definition(id)?;
        if definition.suspended == suspended {
            return Ok(());
        }
        definition.suspended = suspended;
        self.change_job_definition(caller, process, definition).await
    }

    /// Stores a changed job definition.
    pub async fn change_job_definition(
        &self,
        caller: &Caller,
        process: &str,
        changed: JobDefinition,
    ) -> EngineResult<()> {
        let definition = SmolStr::new(process);
        self.registry
            .change(caller, move |_: &RegistryState, _| {
                let event = RegistryEvent::JobDefinitionChanged {
                    definition: definition.clone(),
                    job_definition: changed.clone(),
                };
                Ok((vec![event], ()))
            })
            .await
    }

    /// Says how many days the history of a process is kept; none: for good.
    pub async fn set_process_time_to_live(&self, caller: &Caller, id: &str, days: Option<i64>) -> EngineResult<()> {
        let id = SmolStr::new(id);
        self.registry
            .change(caller, move |state: &RegistryState, _| {
                let changed = state.processes.get(&id).map(|known| {
                    let changed = ProcessDefinition { history_time_to_live: days, ..ProcessDefinition::clone(known) };
                    RegistryEvent::ProcessDefinitionChanged { definition: Arc::new(changed) }
                });
                Ok((changed.into_iter().collect(), ()))
            })
            .await
    }

    /// Says how many days the history of a decision is kept; none: for good.
    pub async fn set_decision_time_to_live(&self, caller: &Caller, id: &str, days: Option<i64>) -> EngineResult<()> {
        let id = SmolStr::new(id);
        self.registry
            .change(caller, move |state: &RegistryState, _| {
                let changed = state.decisions.get(&id).map(|known| {
                    let changed = DecisionDefinition { history_time_to_live: days, ..DecisionDefinition::clone(known) };
                    RegistryEvent::DecisionDefinitionChanged { definition: Arc::new(changed) }
                });
                Ok((changed.into_iter().collect(), ()))
            })
            .await
    }

    /// Deletes a version of a process; with `cascade` its instances and their history as well.
    ///
    /// # Errors
    /// [`EngineError::InstancesRun`] without `cascade`; [`EngineError::Deploy`] of what comes back.
    pub async fn delete(&self, caller: &Caller, id: &str, cascade: bool) -> EngineResult<()> {
        self.clear_definition(caller, id, cascade).await?;
        let expressions = Arc::clone(self.registry.expressions());
        let ids = vec![SmolStr::new(id)];
        self.registry
            .change(caller, move |state: &RegistryState, now| {
                Ok((deploy::remove(state, &ids, expressions.as_ref(), now)?, ()))
            })
            .await
    }

    /// Deletes a deployment with its definitions, see [`Self::delete`].
    ///
    /// # Errors
    /// Those of [`Self::delete`].
    pub async fn delete_deployment(&self, caller: &Caller, id: &str, cascade: bool) -> EngineResult<()> {
        let state = self.registry.catalog().state();
        for process in state.processes.values().filter(|process| process.deployment_id == id) {
            self.clear_definition(caller, &process.id, cascade).await?;
        }
        let expressions = Arc::clone(self.registry.expressions());
        let id = SmolStr::new(id);
        self.registry
            .change(caller, move |state: &RegistryState, now| {
                Ok((deploy::remove_deployment(state, &id, expressions.as_ref(), now)?, ()))
            })
            .await
    }

    /// Ends the running instances of a definition and deletes their history; without cascade there must be none.
    async fn clear_definition(&self, caller: &Caller, id: &str, cascade: bool) -> EngineResult<()> {
        let instances = self.instances.of_definition(id).await?;
        if !instances.is_empty() && !cascade {
            return Err(EngineError::InstancesRun { id: id.into(), instances: instances.len() });
        }
        for instance in instances {
            match self.instances.delete(caller, &instance, Some("deleted deployment"), Skips::default()).await {
                Err(error) if error.is_missing() => {}
                other => other?,
            }
        }
        if cascade {
            self.delete_history_of_definition(caller, id).await?;
        }
        Ok(())
    }

    async fn delete_history_of_definition(&self, caller: &Caller, definition: &str) -> EngineResult<()> {
        let query = Query::new(views::HISTORY_PROCESS_INSTANCE, eq(PastInstanceRow::PROCESS_DEFINITION_ID, definition));
        for (instance, _) in self.history.base.journal.query(&query).await?.rows {
            self.history.delete(caller, &instance).await?;
        }
        Ok(())
    }
}

/// Events that suspend or activate a definition with its start timers.
fn suspension(state: &RegistryState, definition: &SmolStr, suspended: bool) -> Vec<RegistryEvent> {
    let process = state.processes.get(definition).map(|known| {
        let changed = ProcessDefinition { suspended, ..ProcessDefinition::clone(known) };
        RegistryEvent::ProcessDefinitionChanged { definition: Arc::new(changed) }
    });
    let timers = state
        .jobs
        .values()
        .filter(|job| job.definition_id == *definition && matches!(job.kind, StartJobKind::Timer { .. }))
        .map(|job| RegistryEvent::StartJobChanged { job: Arc::new(StartJob { suspended, ..StartJob::clone(job) }) });
    process.into_iter().chain(timers).collect()
}
