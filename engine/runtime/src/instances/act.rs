//! What is done to whole process instances.

use super::{Instances, derived_prefix};
use crate::{Caller, EngineError, EngineResult, NotRestarted, What};
use casewright_engine_core::Command;
use casewright_engine_core::command::{
    DeleteInstance, Instruction, Migrate, Modify, NewVariable, Skips, StartInstance,
};
use casewright_engine_core::ids::{Id, parse};
use casewright_engine_core::migration::Plan;
use casewright_engine_views::aggregate::Restart;
use casewright_engine_views::criteria::{all, eq, is_in};
use casewright_engine_views::{
    self as views, DetailRow, PastInstanceRow, PastVariableRow, PlaceRow, PlaceRowColumns as _, ProcessInstanceRow,
    VariableFieldsColumns as _, VariableRow, value_of,
};
use casewright_journal::{Document, Filter, Query};
use serde_json::json;
use smol_str::SmolStr;
use std::collections::HashSet;
use std::sync::Arc;

/// How an instance is started again.
#[derive(Clone, Copy, Debug)]
pub enum Restarted<'a> {
    /// By a call: once for every call.
    Now {
        /// Variables that the caller was asked about and may set.
        vouched: &'a [&'a str],
    },
    /// By this job: once, however often it runs.
    By(&'a str),
}

impl Instances {
    /// A command to what `id` names; `what` that is.
    pub async fn tell(
        &self,
        caller: &Caller,
        what: What,
        id: &str,
        command: impl FnOnce(Id) -> Command,
    ) -> EngineResult<()> {
        let missing = || EngineError::not_found(what, id);
        let (_, local) = parse(id).ok_or_else(missing)?;
        match self.step(id, caller, command(local)).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_missing() => Err(missing()),
            Err(error) => Err(error),
        }
    }

    /// Deletes the instance with what it called. A called instance goes with its caller's call.
    ///
    /// # Errors
    /// There is no such instance.
    pub async fn delete(&self, caller: &Caller, id: &str, reason: Option<&str>, skips: Skips) -> EngineResult<()> {
        let reason = reason.map(Arc::from);
        let delete = |instance| Command::Delete(DeleteInstance { instance, reason, skips, skip_called: false });
        self.tell(caller, What::ProcessInstance, id, delete).await
    }

    /// Suspends or activates an instance; where there is none, nothing is to be done.
    pub async fn suspend(&self, caller: &Caller, id: &str, suspended: bool) -> EngineResult<()> {
        let command = |instance| if suspended { Command::Suspend { instance } } else { Command::Activate { instance } };
        match self.tell(caller, What::ProcessInstance, id, command).await {
            Err(error) if error.is_missing() => Ok(()),
            other => other,
        }
    }

    /// Starts and cancels activities of an instance.
    ///
    /// # Errors
    /// There is no such instance; what the core refuses.
    pub async fn modify(
        &self,
        caller: &Caller,
        id: &str,
        instructions: Vec<Instruction>,
        skips: Skips,
        annotation: Option<&str>,
    ) -> EngineResult<()> {
        let annotation = annotation.map(Arc::from);
        let modify = |instance| Command::Modify(Modify { instance, instructions, skips, annotation });
        self.tell(caller, What::ModifiedInstance, id, modify).await
    }

    /// Moves an instance to another version by a plan.
    ///
    /// # Errors
    /// There is no such instance; what the core refuses.
    pub async fn migrate(&self, caller: &Caller, plan: &Plan, skips: Skips, id: &str) -> EngineResult<()> {
        let plan = plan.clone();
        let migrate = |instance| Command::Migrate(Migrate { instance, plan, skips });
        self.tell(caller, What::MigratedInstance, id, migrate).await
    }

    /// Ids of the running instances of a definition.
    pub(crate) async fn of_definition(&self, definition: &str) -> EngineResult<Vec<SmolStr>> {
        let query = Query::new(views::PROCESS_INSTANCE, eq(ProcessInstanceRow::PROCESS_DEFINITION_ID, definition));
        let page = self.base.journal.query(&query).await?;
        Ok(page.rows.into_iter().map(|(id, _)| id).collect())
    }

    /// Instances among those of the rows that are suspended. The rows were just read, from whichever view of instances: all of
    /// these are caught up together.
    pub async fn suspended_among(&self, rows: &[Document]) -> EngineResult<HashSet<String>> {
        let ids: HashSet<&str> = rows.iter().filter_map(|row| PlaceRow::PROCESS_INSTANCE_ID.text(row)).collect();
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let filter = all(vec![eq(ProcessInstanceRow::SUSPENDED, true), is_in(ProcessInstanceRow::ID, ids)]);
        let page = self.base.journal.query_further(views::TASK, &Query::new(views::PROCESS_INSTANCE, filter)).await?;
        Ok(page.rows.into_iter().map(|(id, _)| id.to_string()).collect())
    }

    /// A new instance with what `item` left behind in history; its id.
    ///
    /// # Errors
    /// [`NotRestarted`]; what the core refuses of a start.
    pub async fn restart(
        &self,
        caller: &Caller,
        restart: &Restart,
        item: &str,
        restarted: Restarted<'_>,
    ) -> EngineResult<SmolStr> {
        let Some(row) = self.base.journal.get(views::HISTORY_PROCESS_INSTANCE, item).await? else {
            return Err(NotRestarted::Unknown(item.into()).into());
        };
        if PastInstanceRow::END_TIME.of(&row).is_null() {
            return Err(NotRestarted::NotEnded(item.into()).into());
        }
        let own = PastInstanceRow::PROCESS_DEFINITION_ID.text(&row).unwrap_or_default();
        if own != restart.definition {
            let wanted = restart.definition.clone();
            return Err(NotRestarted::OtherDefinition { own: own.into(), wanted }.into());
        }
        let Some(definition) = self.catalog().process(&restart.definition) else {
            return Err(NotRestarted::NotDeployed(restart.definition.clone()).into());
        };
        let prefix = match restarted {
            Restarted::Now { .. } => self.new_prefix(),
            Restarted::By(job) => derived_prefix(&[], job),
        };
        let mut start = StartInstance::new(prefix, restart.definition.clone());
        if !restart.without_business_key {
            start.business_key = PastInstanceRow::BUSINESS_KEY.text(&row).map(SmolStr::new);
        }
        start.case_instance_id = PastInstanceRow::CASE_INSTANCE_ID.text(&row).map(SmolStr::new);
        start.instructions.clone_from(&restart.instructions);
        start.skips = restart.skips;
        start.restarted_from = Some(SmolStr::new(item));
        start.variables = self.variables_left(item, restart.initial_variables).await?;
        let root = start.prefix.root();
        match restarted {
            Restarted::Now { vouched } => {
                for variable in &mut start.variables {
                    variable.vouched = vouched.contains(&variable.name.as_str());
                }
                self.start(caller, &definition, start).await?
            }
            Restarted::By(_) => self.start_once(caller, &definition, start).await?,
        };
        Ok(root)
    }

    /// Variables of the process instance scope: its last values, or those it started with.
    async fn variables_left(&self, instance: &str, initial: bool) -> EngineResult<Vec<NewVariable>> {
        let mut filters = vec![eq(DetailRow::PROCESS_INSTANCE_ID, instance), eq(DetailRow::IS_INSTANCE_SCOPE, true)];
        let query = if initial {
            filters.push(eq(DetailRow::DETAIL, "variableUpdate"));
            filters.push(eq(DetailRow::INITIAL, true));
            Query::new(views::HISTORY_DETAIL, Filter::And(filters))
        } else {
            filters.push(Filter::Ne(PastVariableRow::STATE.into(), json!("DELETED")));
            Query::new(views::HISTORY_VARIABLE, Filter::And(filters))
        };
        let page = self.base.journal.query(&query).await?;
        Ok(page
            .rows
            .iter()
            .filter_map(|(_, row)| Some(NewVariable::new(VariableRow::NAME.text(row)?, value_of(row))))
            .collect())
    }
}
