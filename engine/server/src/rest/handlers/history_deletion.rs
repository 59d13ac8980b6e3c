//! `DELETE` of history: one ended instance, one variable, and what a cascading deletion of definitions takes along.

use crate::engine::{Caller, Engine};
use crate::instance::{InstanceAggregate, Recorded, ShellEvent};
use crate::rest::error::{RestError, RestResult};
use crate::rest::query::criteria::eq;
use crate::rest::request::{Reply, Req, no_content};
use crate::views;
use casewright_engine_core::ids::root_of;
use casewright_engine_value::Instant;
use casewright_journal::{CommandContext, DecideContext, Decision, ExecuteError, Query};
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::convert::Infallible;

/// Rows that one entry deletes at most.
const ROWS_PER_ENTRY: usize = 1000;

/// Rows of views: view and id.
pub(crate) type Rows = Vec<(&'static str, SmolStr)>;

/// `DELETE /history/process-instance/{id}`: ended instances only.
pub(crate) async fn process(req: Req) -> Reply {
    let id = req.id();
    let fail = req.flag("failIfNotExists") != Some(false);
    let with_code = |mut error: RestError| {
        error.code = Some(0);
        error
    };
    match req.engine.journal().get(views::HISTORY_PROCESS_INSTANCE, id).await? {
        None if fail => {
            Err(with_code(RestError::not_found(format!("Historic process instance with id {id} does not exist"))))
        }
        None => no_content(),
        Some(row) if row.get("endTime").is_none_or(Json::is_null) => Err(with_code(RestError::not_found(format!(
            "Process instance is still running, cannot delete historic process instance: {id}"
        )))),
        Some(_) => {
            req.engine.delete_history(&req.caller, id).await?;
            no_content()
        }
    }
}

/// `DELETE /history/process-instance/{id}/variable-instances`.
pub(crate) async fn variables_of_process(req: Req) -> Reply {
    let id = req.id();
    if req.engine.journal().get(views::HISTORY_PROCESS_INSTANCE, id).await?.is_none() {
        let mut error =
            RestError::not_found(format!("No historic process instance found with id: {id}: instance is null"));
        error.code = Some(0);
        return Err(error);
    }
    let rows = req.engine.rows_of(id, &[views::HISTORY_VARIABLE, views::HISTORY_DETAIL]).await?;
    req.engine.delete_rows(&req.caller, id, rows).await?;
    no_content()
}

/// `DELETE /history/variable-instance/{id}`: with its details.
pub(crate) async fn variable(req: Req) -> Reply {
    let id = req.id();
    let Some(row) = req.engine.journal().get(views::HISTORY_VARIABLE, id).await? else {
        let mut error =
            RestError::not_found(format!("No historic variable instance found with id: {id}: variable is null"));
        error.code = Some(0);
        return Err(error);
    };
    let details = req.engine.journal().query(&Query::new(views::HISTORY_DETAIL, eq("variableInstanceId", id))).await?;
    let mut rows: Rows = vec![(views::HISTORY_VARIABLE, id.into())];
    rows.extend(details.rows.into_iter().map(|(id, _)| (views::HISTORY_DETAIL, id)));
    let instance = row.get("processInstanceId").and_then(Json::as_str).unwrap_or(id);
    req.engine.delete_rows(&req.caller, instance, rows).await?;
    no_content()
}

impl Engine {
    /// Deletes all history of one process instance, with the comments and attachments of it and its tasks.
    pub(crate) async fn delete_history(&self, caller: &Caller, instance: &str) -> RestResult<()> {
        let rows = self.rows_of(instance, &views::HISTORY_VIEWS).await?;
        let tasks = rows.iter().filter(|(view, _)| *view == views::HISTORY_TASK).map(|(_, id)| id.clone());
        self.forget_notes(caller, &[instance.into()], &tasks.collect::<Vec<_>>()).await?;
        self.delete_rows(caller, instance, rows).await
    }

    /// Deletes the history of all instances that ever ran by a definition.
    pub(crate) async fn delete_history_of_definition(&self, caller: &Caller, definition: &str) -> RestResult<()> {
        let query = Query::new(views::HISTORY_PROCESS_INSTANCE, eq("processDefinitionId", definition));
        for (instance, _) in self.journal().query(&query).await?.rows {
            self.delete_history(caller, &instance).await?;
        }
        Ok(())
    }

    pub(crate) async fn rows_of(&self, instance: &str, of: &[&'static str]) -> RestResult<Rows> {
        let mut rows = Vec::new();
        let mut read = None;
        for view in of.iter().copied() {
            let query = Query::new(view, eq("processInstanceId", instance));
            let page = match read.replace(view) {
                Some(read) => self.journal().query_further(read, &query).await?,
                None => self.journal().query(&query).await?,
            };
            rows.extend(page.rows.into_iter().map(|(id, _)| (view, id)));
        }
        Ok(rows)
    }

    /// Says when all history of one process instance may be removed.
    pub(crate) async fn set_rows_removal_time(
        &self,
        caller: &Caller,
        instance: &str,
        at: Option<Instant>,
    ) -> RestResult<()> {
        let rows = self.rows_of(instance, &views::CLEANED_VIEWS).await?;
        self.date_rows(caller, instance, rows, at).await
    }

    pub(crate) async fn date_rows(
        &self,
        caller: &Caller,
        instance: &str,
        rows: Rows,
        removal_time: Option<Instant>,
    ) -> RestResult<()> {
        let event = move |rows| ShellEvent::RemovalTimeSet { rows, removal_time };
        self.change_rows(caller, instance, rows, event).await
    }

    /// The rows' own aggregate deletes them, so that no late write brings them back.
    pub(crate) async fn delete_rows(&self, caller: &Caller, instance: &str, rows: Rows) -> RestResult<()> {
        self.change_rows(caller, instance, rows, |rows| ShellEvent::HistoryDeleted { rows }).await
    }

    /// [`Self::delete_rows`] of a root instance and of what it called. With all of them the log may lose it, too.
    pub(crate) async fn delete_rows_of_root(
        &self,
        caller: &Caller,
        root: &str,
        rows: Rows,
        is_all: bool,
    ) -> RestResult<()> {
        let mut chunks = rows.chunks(ROWS_PER_ENTRY).map(|rows| ShellEvent::HistoryDeleted { rows: by_view(rows) });
        let last = chunks.next_back();
        for event in chunks {
            self.note(caller, root, move |_| vec![event.clone()]).await?;
        }
        // Of what the log has lost already, a view that was set back may still hold rows.
        let decide = move |aggregate: &InstanceAggregate| {
            let nothing_runs = aggregate.state.instances().next().is_none();
            let forgotten = (is_all && nothing_runs).then_some(ShellEvent::Forgotten);
            last.clone().into_iter().chain(forgotten).collect()
        };
        self.note(caller, root, decide).await
    }

    /// Annotates what a user did (all its lines), or takes the annotation away. False: there is no such operation.
    pub(crate) async fn annotate_operation(
        &self,
        caller: &Caller,
        operation: &str,
        annotation: Option<String>,
    ) -> RestResult<bool> {
        let lines = Query::new(views::HISTORY_USER_OPERATION, eq("operationId", operation));
        let rows: Vec<SmolStr> = self.journal().query(&lines).await?.rows.into_iter().map(|(id, _)| id).collect();
        // The log of a root instance holds what was done to it.
        let Some(root) = root_of(operation).filter(|_| !rows.is_empty()) else {
            return Ok(false);
        };
        let event = ShellEvent::OperationAnnotated { rows, annotation };
        self.note(caller, &root, move |_| vec![event.clone()]).await?;
        Ok(true)
    }

    async fn change_rows(
        &self,
        caller: &Caller,
        instance: &str,
        rows: Rows,
        event: impl Fn(RowsByView) -> ShellEvent + Send,
    ) -> RestResult<()> {
        let Some(root) = root_of(instance) else {
            return Ok(());
        };
        for chunk in rows.chunks(ROWS_PER_ENTRY) {
            let event = event(by_view(chunk));
            self.note(caller, &root, move |_| vec![event.clone()]).await?;
        }
        Ok(())
    }

    /// Adds what no process takes part in, unless all is forgotten already.
    async fn note(
        &self,
        caller: &Caller,
        root: &str,
        events: impl Fn(&InstanceAggregate) -> Vec<ShellEvent> + Send + 'static,
    ) -> RestResult<()> {
        let context = CommandContext { actor: caller.user.clone().unwrap_or_default(), ..CommandContext::default() };
        let decide = move |aggregate: &InstanceAggregate, _: &DecideContext| {
            let events = if aggregate.is_forgotten { Vec::new() } else { events(aggregate) };
            Ok(Decision { events: events.into_iter().map(Recorded::Shell).collect(), answer: () })
        };
        self.journal()
            .execute::<InstanceAggregate, _, Infallible, _>(root, context, decide)
            .await
            .map_err(|error: ExecuteError<Infallible>| crate::engine::journal_error(&error))?;
        Ok(())
    }
}

/// As entries have them: each view once, with its rows in turn.
type RowsByView = Vec<(SmolStr, Vec<SmolStr>)>;

fn by_view(rows: &[(&'static str, SmolStr)]) -> RowsByView {
    let mut by_view = RowsByView::new();
    for (view, id) in rows {
        match by_view.last_mut() {
            Some((last, ids)) if last == view => ids.push(id.clone()),
            _ => by_view.push((SmolStr::new_static(view), vec![id.clone()])),
        }
    }
    by_view
}
