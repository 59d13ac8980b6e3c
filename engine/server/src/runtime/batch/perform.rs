//! The work of a batch on one item.

use super::work::{Historic, RemovalTime, Restart, Work};
use crate::engine::{Caller, Engine, StepError};
use crate::rest::error::{RestError, RestResult};
use crate::rest::finish::value_of;
use crate::rest::handlers::instances::{delete_with, suspend_instance, text};
use crate::rest::handlers::jobs;
use crate::rest::query::criteria::{all, eq};
use crate::runtime::rejection::{is_missing, rest_error};
use crate::views;
use casewright_engine_core::Command;
use casewright_engine_core::command::{Migrate, Modify, NewVariable, Skips, StartInstance, VariableTarget};
use casewright_engine_core::entity::SubscriptionKind;
use casewright_engine_core::ids::{Id, Prefix, parse};
use casewright_engine_core::migration::Plan;
use casewright_engine_value::{Instant, Value};
use casewright_journal::{Filter, Query};
use http::StatusCode;
use serde_json::json;
use smol_str::SmolStr;
use std::sync::Arc;
use uuid::Uuid;

impl Engine {
    /// `job` names the run: what it creates has ids derived from it, so that a second run creates nothing more.
    pub(super) async fn perform_item(&self, caller: &Caller, work: &Work, item: &str, job: &str) -> RestResult<()> {
        match work {
            Work::DeleteInstances { reason, skips, fail_if_missing } => {
                let done = delete_with(self, caller, item, reason.as_deref(), *skips).await;
                accept_missing(done, *fail_if_missing)
            }
            Work::SetSuspended { suspended } => suspend_instance(self, caller, item, *suspended).await,
            Work::SetVariables { variables } => self.set_instance_variables(caller, item, variables).await,
            Work::CorrelateMessage { message, variables } => self.message_to(caller, item, message, variables).await,
            Work::SetJobRetries { retries, due } => {
                let done = jobs::set_retries(self, caller, item, *retries, *due).await;
                accept_missing(done, false)
            }
            Work::SetExternalTaskRetries { retries } => {
                if *retries < 0 {
                    return Err(RestError::bad_user_request("The number of retries cannot be negative"));
                }
                let missing = || RestError::not_found(format!("Cannot find external task with id {item}"));
                let retries = *retries;
                self.on(caller, item, |task| Command::SetExternalTaskRetries { task, retries }, missing).await
            }
            Work::Modify { instructions, skips, annotation } => {
                let missing = || {
                    RestError::engine(format!(
                        "ENGINE-13036 Process instance '{item}' cannot be modified. The process instance does not exist"
                    ))
                };
                let modify = |instance| {
                    Command::Modify(Modify {
                        instance,
                        instructions: instructions.clone(),
                        skips: *skips,
                        annotation: annotation.as_deref().map(Arc::from),
                    })
                };
                self.on(caller, item, modify, missing).await
            }
            Work::Restart(restart) => self.restart_instance(caller, restart, item, Some(job)).await,
            Work::Migrate { plan, skips } => {
                let definition = self.row_of(views::PROCESS_INSTANCE, item, "processDefinitionId").await?;
                if plan.source != plan.target && definition.as_deref() == Some(plan.target.as_str()) {
                    return Ok(());
                }
                self.migrate_instance(caller, plan, *skips, item).await
            }
            Work::DeleteHistoricInstances { fail_if_missing } => {
                accept_missing(self.delete_historic_instance(caller, item).await, *fail_if_missing)
            }
            Work::DeleteHistoricDecisions => accept_missing(self.delete_historic_decision(caller, item).await, false),
            Work::SetRemovalTime { of, to } => self.set_removal_time(caller, *of, *to, item).await,
        }
    }

    async fn set_removal_time(&self, caller: &Caller, of: Historic, to: RemovalTime, item: &str) -> RestResult<()> {
        match of {
            Historic::Batches => {
                let at = match to {
                    RemovalTime::Absolute(at) => Some(at),
                    RemovalTime::Cleared => None,
                    RemovalTime::Calculated => self.calculated_of_batch(item).await?,
                };
                self.set_batch_removal_time(caller, item, at).await.map(drop)
            }
            Historic::Processes => self.set_instance_removal_time(caller, item, to).await,
            Historic::Decisions => self.set_decision_removal_time(caller, item, to).await,
        }
    }

    async fn calculated_of_batch(&self, id: &str) -> RestResult<Option<Instant>> {
        let Some(row) = self.journal().get(views::HISTORY_BATCH, id).await? else {
            return Ok(None);
        };
        let time = |field: &str| row.get(field).and_then(serde_json::Value::as_i64).map(Instant);
        let started = time("startTime").unwrap_or_default();
        Ok(self.batch_removal_time(text(&row, "type").unwrap_or_default(), started, time("endTime")))
    }

    /// A command to what `id` names.
    pub(crate) async fn on(
        &self,
        caller: &Caller,
        id: &str,
        command: impl FnOnce(Id) -> Command,
        missing: impl Fn() -> RestError,
    ) -> RestResult<()> {
        let Some((_, local)) = parse(id) else {
            return Err(missing());
        };
        match self.step(id, caller, command(local)).await {
            Ok(_) => Ok(()),
            Err(error) if is_missing(&error) => Err(missing()),
            Err(error) => Err(rest_error(error)),
        }
    }

    pub(crate) async fn row_of(&self, view: &'static str, id: &str, field: &str) -> RestResult<Option<String>> {
        let row = self.journal().get(view, id).await?;
        Ok(row.and_then(|row| text(&row, field).map(str::to_owned)))
    }

    pub(crate) async fn migrate_instance(
        &self,
        caller: &Caller,
        plan: &Plan,
        skips: Skips,
        id: &str,
    ) -> RestResult<()> {
        let missing = || {
            RestError::engine(format!(
                "ENGINE-23003 Process instance '{id}' cannot be migrated. The process instance does not exist"
            ))
        };
        let plan = plan.clone();
        self.on(caller, id, |instance| Command::Migrate(Migrate { instance, plan, skips }), missing).await
    }

    async fn set_instance_variables(
        &self,
        caller: &Caller,
        id: &str,
        variables: &[(SmolStr, Value)],
    ) -> RestResult<()> {
        let variables = given(variables);
        let command = |instance| Command::SetVariables {
            target: VariableTarget::Execution(instance),
            variables,
            deletions: Vec::new(),
        };
        let missing = || RestError::null_value(format!("execution {id} doesn't exist: execution is null"));
        self.on(caller, id, command, missing).await
    }

    /// To every execution of the instance that waits for the message; none waiting is no failure.
    async fn message_to(
        &self,
        caller: &Caller,
        id: &str,
        message: &str,
        variables: &[(SmolStr, Value)],
    ) -> RestResult<()> {
        let waiting = all(vec![
            eq("processInstanceId", id),
            eq("eventType", SubscriptionKind::Message.name()),
            eq("eventName", message),
        ]);
        let page = self.journal().query(&Query::new(views::EVENT_SUBSCRIPTION, waiting)).await?;
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
            match self.step(&subscription, caller, command).await {
                Ok(_) => {}
                // The one before took it along.
                Err(error) if is_missing(&error) => {}
                Err(StepError::Rejected(rejection)) => {
                    return Err(crate::runtime::rejection::of_rejection(&rejection));
                }
                Err(error) => return Err(rest_error(error)),
            }
        }
        Ok(())
    }

    /// A new instance with what `item` left behind in history.
    pub(crate) async fn restart_instance(
        &self,
        caller: &Caller,
        restart: &Restart,
        item: &str,
        job: Option<&str>,
    ) -> RestResult<()> {
        let Some(row) = self.journal().get(views::HISTORY_PROCESS_INSTANCE, item).await? else {
            return Err(RestError::bad_user_request(format!(
                "Historic process instance cannot be found: historicProcessInstanceId is null: '{item}'"
            )));
        };
        if row.get("endTime").is_none_or(serde_json::Value::is_null) {
            return Err(RestError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "ProcessEngineException",
                format!("ENGINE-13049 Historic process instance '{item}' cannot be restarted. It is not ended."),
                Some(0),
            ));
        }
        if text(&row, "processDefinitionId") != Some(&restart.definition) {
            return Err(RestError::engine(format!(
                "Its process definition '{}' does not match given process definition '{}'",
                text(&row, "processDefinitionId").unwrap_or_default(),
                restart.definition
            )));
        }
        let Some(definition) = self.catalog().process(&restart.definition) else {
            return Err(RestError::engine(format!(
                "no deployed process definition found with id '{}'",
                restart.definition
            )));
        };
        let prefix = job.map_or_else(|| self.new_prefix(), derived_prefix);
        if job.is_some() && self.state_of(&prefix.root()).await?.is_some() {
            return Ok(());
        }
        let mut start = StartInstance::new(prefix, restart.definition.clone());
        if !restart.without_business_key {
            start.business_key = text(&row, "businessKey").map(SmolStr::new);
        }
        start.case_instance_id = text(&row, "caseInstanceId").map(SmolStr::new);
        start.instructions.clone_from(&restart.instructions);
        start.skips = restart.skips;
        start.restarted_from = Some(SmolStr::new(item));
        start.variables = self.variables_left(item, restart.initial_variables).await?;
        self.start_allowed(caller, &definition, start).await.map(drop)
    }

    /// Variables of the process instance scope: its last values, or those it started with.
    async fn variables_left(&self, instance: &str, initial: bool) -> RestResult<Vec<NewVariable>> {
        let mut filters = vec![eq("processInstanceId", instance), eq("isInstanceScope", true)];
        let query = if initial {
            filters.push(eq("detail", "variableUpdate"));
            filters.push(eq("initial", true));
            Query::new(views::HISTORY_DETAIL, Filter::And(filters))
        } else {
            filters.push(Filter::Ne("state".into(), json!("DELETED")));
            Query::new(views::HISTORY_VARIABLE, Filter::And(filters))
        };
        let page = self.journal().query(&query).await?;
        Ok(page.rows.iter().filter_map(|(_, row)| Some(NewVariable::new(text(row, "name")?, value_of(row)))).collect())
    }
}

fn given(variables: &[(SmolStr, Value)]) -> Vec<NewVariable> {
    variables.iter().map(|(name, value)| NewVariable::new(name.clone(), value.clone())).collect()
}

fn accept_missing(done: RestResult<()>, fail_if_missing: bool) -> RestResult<()> {
    match done {
        Err(error) if error.status == StatusCode::NOT_FOUND && !fail_if_missing => Ok(()),
        other => other,
    }
}

fn derived_prefix(job: &str) -> Prefix {
    let uuid = Uuid::new_v5(&Uuid::NAMESPACE_OID, job.as_bytes());
    let mut bits = [0; 10];
    bits.copy_from_slice(&uuid.as_bytes()[..10]);
    Prefix::new(bits)
}
