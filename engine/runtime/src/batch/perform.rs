//! The work of a batch on one item.

use super::run::BatchJobs;
use crate::jobs::JobChange;
use crate::{Caller, EngineError, EngineResult, Restarted, What};
use casewright_engine_core::Command;
use casewright_engine_core::command::{NewVariable, VariableTarget};
use casewright_engine_core::entity::SubscriptionKind;
use casewright_engine_core::ids::parse;
use casewright_engine_value::Value;
use casewright_engine_views::aggregate::{Historic, RemovalTime, Work};
use casewright_engine_views::criteria::{all, eq};
use casewright_engine_views::{self as views, EventSubscriptionRow, PlaceRowColumns as _, ProcessInstanceRow};
use casewright_journal::Query;
use smol_str::SmolStr;

impl BatchJobs {
    /// `job` names the run: what it creates has ids derived from it, so that a second run creates nothing more.
    pub(super) async fn perform_item(&self, caller: &Caller, work: &Work, item: &str, job: &str) -> EngineResult<()> {
        match work {
            Work::DeleteInstances { reason, skips, fail_if_missing } => {
                let done = self.instances.delete(caller, item, reason.as_deref(), *skips).await;
                accept_missing(done, *fail_if_missing)
            }
            Work::SetSuspended { suspended } => self.instances.suspend(caller, item, *suspended).await,
            Work::SetVariables { variables } => self.set_instance_variables(caller, item, variables).await,
            Work::CorrelateMessage { message, variables } => self.message_to(caller, item, message, variables).await,
            Work::SetJobRetries { retries, due } => {
                let change = JobChange::Retries { retries: *retries, due: *due };
                accept_missing(self.jobs.change(caller, item, change).await, false)
            }
            Work::SetExternalTaskRetries { retries } => {
                if *retries < 0 {
                    return Err(EngineError::NegativeRetries);
                }
                let retries = *retries;
                let command = |task| Command::SetExternalTaskRetries { task, retries };
                self.instances.tell(caller, What::ExternalTask, item, command).await
            }
            Work::Modify { instructions, skips, annotation } => {
                self.instances.modify(caller, item, instructions.clone(), *skips, annotation.as_deref()).await
            }
            Work::Restart(restart) => self.instances.restart(caller, restart, item, Restarted::By(job)).await.map(drop),
            Work::Migrate { plan, skips } => {
                let definition = self.definition_of(item).await?;
                if plan.source != plan.target && definition.as_deref() == Some(plan.target.as_str()) {
                    return Ok(());
                }
                self.instances.migrate(caller, plan, *skips, item).await
            }
            Work::DeleteHistoricInstances { fail_if_missing } => {
                accept_missing(self.history.delete_instance(caller, item).await, *fail_if_missing)
            }
            Work::DeleteHistoricDecisions => accept_missing(self.history.delete_decision(caller, item).await, false),
            Work::SetRemovalTime { of, to } => self.set_removal_time(caller, *of, *to, item).await,
        }
    }

    async fn set_removal_time(&self, caller: &Caller, of: Historic, to: RemovalTime, item: &str) -> EngineResult<()> {
        match of {
            Historic::Batches => self.history.set_batch_removal_time(caller, item, to).await.map(drop),
            Historic::Processes => self.history.set_instance_removal_time(caller, item, to).await,
            Historic::Decisions => self.history.set_decision_removal_time(caller, item, to).await,
        }
    }

    async fn definition_of(&self, instance: &str) -> EngineResult<Option<String>> {
        let row = self.instances.base.journal.get(views::PROCESS_INSTANCE, instance).await?;
        Ok(row.and_then(|row| ProcessInstanceRow::PROCESS_DEFINITION_ID.text(&row).map(str::to_owned)))
    }

    async fn set_instance_variables(
        &self,
        caller: &Caller,
        id: &str,
        variables: &[(SmolStr, Value)],
    ) -> EngineResult<()> {
        let variables = given(variables);
        let command = |instance| Command::SetVariables {
            target: VariableTarget::Execution(instance),
            variables,
            deletions: Vec::new(),
        };
        self.instances.tell(caller, What::Execution, id, command).await
    }

    /// To every execution of the instance that waits for the message; none waiting is no failure.
    async fn message_to(
        &self,
        caller: &Caller,
        id: &str,
        message: &str,
        variables: &[(SmolStr, Value)],
    ) -> EngineResult<()> {
        let waiting = all(vec![
            eq(EventSubscriptionRow::PROCESS_INSTANCE_ID, id),
            eq(EventSubscriptionRow::EVENT_TYPE, SubscriptionKind::Message.name()),
            eq(EventSubscriptionRow::EVENT_NAME, message),
        ]);
        let page = self.instances.base.journal.query(&Query::new(views::EVENT_SUBSCRIPTION, waiting)).await?;
        for (subscription, _) in page.rows {
            let Some((_, local)) = parse(&subscription) else {
                continue;
            };
            let command = Command::TriggerSubscription {
                subscription: local,
                variables: given(variables),
                local_variables: Vec::new(),
                to_triggered_scope: Vec::new(),
            };
            match self.instances.step(&subscription, caller, command).await {
                Ok(_) => {}
                // The one before took it along.
                Err(error) if error.is_missing() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn given(variables: &[(SmolStr, Value)]) -> Vec<NewVariable> {
    variables.iter().map(|(name, value)| NewVariable::new(name.clone(), value.clone())).collect()
}

fn accept_missing(done: EngineResult<()>, fail_if_missing: bool) -> EngineResult<()> {
    match done {
        Err(error) if error.is_missing() && !fail_if_missing => Ok(()),
        other => other,
    }
}
