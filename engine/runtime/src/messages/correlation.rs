//! Messages and signals: who waits for them, and what they start.
//!
//! Waiting executions come first; only when there is none does a message start a process. Nothing is buffered.

use super::{Messages, TenantScope};
use crate::instances::Stepped;
use crate::{Caller, EngineError, EngineResult, NotCorrelated};
use casewright_engine_core::command::{NewVariable, StartInstance};
use casewright_engine_core::ids::{parse, root_of};
use casewright_engine_core::{Command, Rejection};
use casewright_engine_value::Value;
use casewright_engine_views::aggregate::ProcessDefinition;
use casewright_engine_views::criteria::{all, eq, in_view, is_null};
use casewright_engine_views::{
    self as views, EventSubscriptionRow, PlaceRowColumns as _, ProcessInstanceRow, ValueRow, ValueRowColumns as _,
    VariableFieldsColumns as _, VariableRow,
};
use casewright_journal::{Column, Document, Filter, Query};
use smol_str::SmolStr;
use std::sync::Arc;

type Variables = Vec<(SmolStr, Value)>;

/// A message as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Correlation {
    pub message: Option<SmolStr>,
    pub business_key: Option<SmolStr>,
    pub process_instance: Option<SmolStr>,
    pub correlation_keys: Variables,
    pub local_correlation_keys: Variables,
    pub variables: Vec<NewVariable>,
    pub local_variables: Vec<NewVariable>,
    pub to_triggered_scope: Vec<NewVariable>,
    pub tenant: TenantScope,
    /// To everybody who waits, and to a start event.
    pub all: bool,
}

/// Whom a message reached.
pub enum Correlated {
    Execution { row: Document, stepped: Stepped },
    Started { definition: Arc<ProcessDefinition>, stepped: Stepped },
}

/// A signal as it was sent.
#[derive(Clone, Debug, Default)]
pub struct SignalTarget {
    pub name: SmolStr,
    pub variables: Vec<NewVariable>,
    pub tenant: TenantScope,
    /// The thrower's own root instance has got it already.
    pub except_root: Option<SmolStr>,
}

/// Values as variables that stay.
pub(crate) fn stored(variables: &[(SmolStr, Value)]) -> Vec<NewVariable> {
    variables.iter().map(|(name, value)| NewVariable::new(name.clone(), value.clone())).collect()
}

impl Messages<'_> {
    /// Delivers a message.
    pub async fn correlate(&self, caller: &Caller, correlation: &Correlation) -> EngineResult<Vec<Correlated>> {
        let waiting = self.waiting(correlation).await?;
        if !correlation.all && waiting.len() > 1 {
            let message = correlation.message.clone();
            return Err(NotCorrelated::Executions { message, count: waiting.len() }.into());
        }
        let mut reached = Vec::new();
        for row in waiting {
            let Some(id) = EventSubscriptionRow::ID.text(&row).map(SmolStr::new) else {
                continue;
            };
            let Some((_, subscription)) = parse(&id) else {
                continue;
            };
            let command = Command::TriggerSubscription {
                subscription,
                variables: correlation.variables.clone(),
                local_variables: correlation.local_variables.clone(),
                to_triggered_scope: correlation.to_triggered_scope.clone(),
            };
            match self.instances.step(&id, caller, command).await {
                Ok(stepped) => reached.push(Correlated::Execution { row, stepped }),
                // It ended while the message was on its way.
                Err(error) if error.is_missing() => {}
                Err(error) => return Err(error),
            }
        }
        if reached.is_empty() || correlation.all {
            reached.extend(self.start_by_message(caller, correlation).await?);
        }
        if reached.is_empty() && !correlation.all {
            return Err(NotCorrelated::Nobody { message: correlation.message.clone() }.into());
        }
        Ok(reached)
    }

    /// Subscriptions a message fits.
    async fn waiting(&self, correlation: &Correlation) -> EngineResult<Vec<Document>> {
        let mut filters = vec![
            eq(EventSubscriptionRow::EVENT_TYPE, "message"),
            Filter::NotNull(EventSubscriptionRow::PROCESS_INSTANCE_ID.into()),
            Filter::Not(Box::new(in_view(
                EventSubscriptionRow::PROCESS_INSTANCE_ID,
                views::PROCESS_INSTANCE,
                ProcessInstanceRow::ID,
                eq(ProcessInstanceRow::SUSPENDED, true),
            ))),
        ];
        if let Some(name) = &correlation.message {
            filters.push(eq(EventSubscriptionRow::EVENT_NAME, name.as_str()));
        }
        if let Some(instance) = &correlation.process_instance {
            filters.push(eq(EventSubscriptionRow::PROCESS_INSTANCE_ID, instance.as_str()));
        }
        if let Some(key) = &correlation.business_key {
            filters.push(in_view(
                EventSubscriptionRow::PROCESS_INSTANCE_ID,
                views::PROCESS_INSTANCE,
                ProcessInstanceRow::ID,
                eq(ProcessInstanceRow::BUSINESS_KEY, key.as_str()),
            ));
        }
        for (name, value) in &correlation.correlation_keys {
            let mut row = variable_is(name, value);
            row.push(eq(VariableRow::IS_INSTANCE_SCOPE, true));
            filters.push(in_view(
                EventSubscriptionRow::PROCESS_INSTANCE_ID,
                views::VARIABLE,
                VariableRow::PROCESS_INSTANCE_ID,
                all(row),
            ));
        }
        for (name, value) in &correlation.local_correlation_keys {
            let row = all(variable_is(name, value));
            filters.push(in_view(EventSubscriptionRow::EXECUTION_ID, views::VARIABLE, VariableRow::EXECUTION_ID, row));
        }
        let query = Query::new(views::EVENT_SUBSCRIPTION, all(filters));
        let page = self.instances.base.journal.query(&query).await?;
        const EXECUTION: Column = EventSubscriptionRow::EXECUTION_ID;
        let mut rows: Vec<Document> = Vec::new();
        for (_, row) in page.rows {
            let is_new = rows.iter().all(|known| EXECUTION.text(known) != EXECUTION.text(&row));
            if correlation.tenant.admits(EventSubscriptionRow::TENANT_ID.text(&row)) && is_new {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    async fn start_by_message(&self, caller: &Caller, correlation: &Correlation) -> EngineResult<Vec<Correlated>> {
        let Some(name) = &correlation.message else {
            return Ok(Vec::new());
        };
        // A process instance that was named does not keep a start event from being reached, as in Camunda.
        if !correlation.local_correlation_keys.is_empty() {
            return Ok(Vec::new());
        }
        let starts = self.starts("message", name, &correlation.tenant);
        if !correlation.all && starts.len() > 1 {
            let message = correlation.message.clone();
            return Err(NotCorrelated::Definitions { message, count: starts.len() }.into());
        }
        let mut reached = Vec::new();
        for (definition, activity) in starts {
            let mut start = StartInstance::new(self.instances.new_prefix(), definition.id.clone());
            start.business_key = correlation.business_key.clone();
            start.variables = correlation.variables.clone();
            start.start_event = Some(activity);
            start.start_event_variables =
                correlation.local_variables.iter().chain(&correlation.to_triggered_scope).cloned().collect();
            let stepped = self.instances.start(caller, &definition, start).await?;
            reached.push(Correlated::Started { definition, stepped });
        }
        Ok(reached)
    }

    /// Start events of the latest versions that wait for an event.
    pub fn starts(&self, kind: &str, name: &str, tenant: &TenantScope) -> Vec<(Arc<ProcessDefinition>, SmolStr)> {
        let state = self.instances.catalog().state();
        state
            .processes
            .values()
            .filter(|definition| tenant.admits(definition.tenant_id.as_deref()))
            .filter(|definition| state.is_latest(definition))
            .flat_map(|definition| {
                definition
                    .subscriptions
                    .iter()
                    .filter(|s| s.kind == kind && s.name.as_deref() == Some(name))
                    .map(|s| (Arc::clone(definition), s.activity_id.clone()))
            })
            .collect()
    }

    /// Gives a signal to all who wait for it and to the start events of its name.
    pub async fn broadcast(&self, caller: &Caller, target: SignalTarget) -> EngineResult<()> {
        let filter = Filter::And(vec![
            eq(EventSubscriptionRow::EVENT_TYPE, "signal"),
            eq(EventSubscriptionRow::EVENT_NAME, target.name.as_str()),
            Filter::NotNull(EventSubscriptionRow::PROCESS_INSTANCE_ID.into()),
        ]);
        let query = Query::new(views::EVENT_SUBSCRIPTION, filter);
        let page = self.instances.base.journal.query(&query).await?;
        let starts = self.starts("signal", &target.name, &target.tenant);
        for (id, row) in page.rows {
            let is_own = target.except_root.is_some() && root_of(&id) == target.except_root;
            if is_own || !target.tenant.admits(EventSubscriptionRow::TENANT_ID.text(&row)) {
                continue;
            }
            let Some((_, subscription)) = parse(&id) else {
                continue;
            };
            let command = Command::TriggerSubscription {
                subscription,
                variables: target.variables.clone(),
                local_variables: Vec::new(),
                to_triggered_scope: Vec::new(),
            };
            match self.instances.step(&id, caller, command).await {
                Ok(_) => {}
                // It ended while the signal was on its way, or must not move.
                Err(EngineError::Rejected(Rejection::Suspended { .. })) => {}
                Err(error) if error.is_missing() => {}
                Err(error) => return Err(error),
            }
        }
        for (definition, activity) in starts {
            if definition.suspended {
                continue;
            }
            let mut start = StartInstance::new(self.instances.new_prefix(), definition.id.clone());
            start.variables = target.variables.clone();
            start.start_event = Some(activity);
            self.instances.start(caller, &definition, start).await?;
        }
        Ok(())
    }
}

/// What a variable row must be to hold this value.
fn variable_is(name: &str, value: &Value) -> Vec<Filter> {
    let fields = ValueRow::of(value);
    let mut row = vec![eq(VariableRow::NAME, name)];
    row.push(match fields {
        ValueRow { text: Some(text), .. } => eq(VariableRow::TEXT, &*text),
        ValueRow { flag: Some(flag), .. } => eq(VariableRow::FLAG, flag),
        ValueRow { date: Some(at), .. } => eq(VariableRow::DATE, at.0),
        ValueRow { number, .. } if !number.is_null() => eq(VariableRow::NUMBER, number),
        _ => is_null(),
    });
    row
}
