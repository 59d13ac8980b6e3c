//! Deletes history on purpose: by entries of the instances' own logs.

use super::History;
use crate::{Caller, EngineError, EngineResult, What};
use casewright_engine_core::ids::root_of;
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::{InstanceAggregate, Recorded, ShellEvent};
use casewright_engine_views::criteria::eq;
use casewright_engine_views::{self as views, OperationRow, PastInstanceRow, PlaceRow};
use casewright_journal::{DecideContext, Decision, Query};
use smol_str::SmolStr;
use std::convert::Infallible;

/// Rows that one entry deletes at most.
const ROWS_PER_ENTRY: usize = 1000;

/// Rows of views: view and id.
pub type Rows = Vec<(&'static str, SmolStr)>;

impl History {
    /// Deletes the history of an instance that has ended.
    ///
    /// # Errors
    /// There is no such instance, or it still runs.
    pub(crate) async fn delete_instance(&self, caller: &Caller, id: &str) -> EngineResult<()> {
        let row = self.base.journal.get(views::HISTORY_PROCESS_INSTANCE, id).await?;
        let row = row.ok_or_else(|| EngineError::not_found(What::PastInstance, id))?;
        if PastInstanceRow::END_TIME.of(&row).is_null() {
            return Err(EngineError::StillRunning { id: id.into() });
        }
        self.delete(caller, id).await
    }

    /// Deletes all history of one process instance, with the comments and attachments of it and its tasks.
    pub async fn delete(&self, caller: &Caller, instance: &str) -> EngineResult<()> {
        let rows = self.rows_of(instance, &views::HISTORY_VIEWS).await?;
        let tasks = rows.iter().filter(|(view, _)| *view == views::HISTORY_TASK).map(|(_, id)| id.clone());
        self.forget_notes(caller, &[instance.into()], &tasks.collect::<Vec<_>>()).await?;
        self.delete_rows(caller, instance, rows).await
    }

    /// Rows of one process instance in these views.
    pub async fn rows_of(&self, instance: &str, of: &[&'static str]) -> EngineResult<Rows> {
        let mut rows = Vec::new();
        let mut read = None;
        for view in of.iter().copied() {
            let query = Query::new(view, eq(PlaceRow::PROCESS_INSTANCE_ID, instance));
            let page = match read.replace(view) {
                Some(read) => self.base.journal.query_further(read, &query).await?,
                None => self.base.journal.query(&query).await?,
            };
            rows.extend(page.rows.into_iter().map(|(id, _)| (view, id)));
        }
        Ok(rows)
    }

    /// Says when rows of one process instance may be removed.
    pub(crate) async fn date_rows(
        &self,
        caller: &Caller,
        instance: &str,
        rows: Rows,
        removal_time: Option<Instant>,
    ) -> EngineResult<()> {
        let event = move |rows| ShellEvent::RemovalTimeSet { rows, removal_time };
        self.change_rows(caller, instance, rows, event).await
    }

    /// The rows' own aggregate deletes them, so that no late write brings them back.
    pub async fn delete_rows(&self, caller: &Caller, instance: &str, rows: Rows) -> EngineResult<()> {
        self.change_rows(caller, instance, rows, |rows| ShellEvent::HistoryDeleted { rows }).await
    }

    /// [`Self::delete_rows`] of a root instance and of what it called. With all of them the log may lose it, too.
    pub(crate) async fn delete_rows_of_root(
        &self,
        caller: &Caller,
        root: &str,
        rows: Rows,
        is_all: bool,
    ) -> EngineResult<()> {
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

    /// Deletes all history of a root instance and of what it called, with all comments and attachments; the log loses it, too. False:
    /// there is nothing of it.
    ///
    /// # Errors
    /// Something of it still runs.
    pub async fn forget_root(&self, caller: &Caller, root: &str) -> EngineResult<bool> {
        let of_root = Query::new(views::HISTORY_PROCESS_INSTANCE, eq(PastInstanceRow::ROOT_PROCESS_INSTANCE_ID, root));
        let instances = self.base.journal.query(&of_root).await?.rows;
        if instances.iter().any(|(_, row)| PastInstanceRow::END_TIME.of(row).is_null()) {
            return Err(EngineError::StillRunning { id: root.into() });
        }
        let ids: Vec<SmolStr> = instances.into_iter().map(|(id, _)| id).collect();
        let mut rows = Rows::new();
        for id in &ids {
            rows.extend(self.rows_of(id, &views::CLEANED_VIEWS).await?);
        }
        let tasks = rows.iter().filter(|(view, _)| *view == views::HISTORY_TASK).map(|(_, id)| id.clone());
        self.forget_notes(caller, &ids, &tasks.collect::<Vec<_>>()).await?;
        if !ids.is_empty() {
            self.delete_rows_of_root(caller, root, rows, true).await?;
        }
        Ok(!ids.is_empty())
    }

    /// Annotates what a user did (all its lines), or takes the annotation away. False: there is no such operation.
    pub async fn annotate_operation(
        &self,
        caller: &Caller,
        operation: &str,
        annotation: Option<String>,
    ) -> EngineResult<bool> {
        let lines = Query::new(views::HISTORY_USER_OPERATION, eq(OperationRow::OPERATION_ID, operation));
        let rows: Vec<SmolStr> = self.base.journal.query(&lines).await?.rows.into_iter().map(|(id, _)| id).collect();
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
    ) -> EngineResult<()> {
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
    ) -> EngineResult<()> {
        let decide = move |aggregate: &InstanceAggregate, _: &DecideContext| {
            let events = if aggregate.is_forgotten { Vec::new() } else { events(aggregate) };
            Ok(Decision { events: events.into_iter().map(Recorded::Shell).collect(), answer: () })
        };
        self.base.journal.execute::<InstanceAggregate, _, Infallible, _>(root, caller.context(), decide).await?;
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
