//! Deletes history that is past its removal time, a bounded portion at a time, by a job.
//!
//! What is due is what says so itself: root process instances with all that belongs to them, decisions, batches. Each goes
//! by an entry of its own aggregate, so no late write brings a row back. The job comes back at once while there is more,
//! else in the next window; without a window it waits, suspended, until somebody asks for it. It runs beside the other
//! jobs: a portion takes seconds, and a timer must not wait for it.
//!
//! Instances go by pages. A page asks each view once for all its instances, and several pages are in hand at a time, so
//! that waiting for views that are behind does not set the pace.

use super::{History, Rows};
use crate::base::Base;
use crate::batch::Batches;
use crate::records::Records;
use crate::{Caller, EngineResult};
use casewright_engine_views::criteria::is_in;
use casewright_engine_views::{
    self as views, DecisionInstanceRow, HistoricBatchRow, MetricRow, PastInstanceRow, PlaceRow, RemovalRow,
};
use casewright_journal::{Column, Document, Filter, Query, Sort};
use futures::stream::FuturesUnordered;
use futures::{StreamExt, TryStreamExt, stream};
use indexmap::{IndexMap, IndexSet};
use serde_json::json;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Instances that the views are asked for at once.
const PAGE: u64 = 500;
/// Pages in hand at the same time.
const PAGES: usize = 4;
/// Roots of a page whose history is deleted at the same time, and other rows of a run.
const AT_ONCE: usize = 64;
/// What cleanup wants to know of an instance.
const INSTANCE: &[Column] = &[PastInstanceRow::ROOT_PROCESS_INSTANCE_ID, RemovalRow::REMOVAL_TIME];

/// What one run deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cleaned {
    pub instances: u64,
    pub decisions: u64,
    pub batches: u64,
    /// As much as one run may delete: there may be more.
    pub(crate) is_full: bool,
}

/// Deletes history that is past its removal time.
pub(crate) struct Cleaning {
    pub(crate) base: Base,
    pub(crate) history: Arc<History>,
    pub(crate) records: Arc<Records>,
    pub(crate) batches: Arc<Batches>,
}

impl Cleaning {
    /// Deletes a portion of what is due.
    pub(crate) async fn portion(&self, caller: &Caller) -> EngineResult<Cleaned> {
        let mut left = u64::from(self.base.config.history.cleanup.portion);
        let mut cleaned = Cleaned { instances: self.clean_instances(caller, left).await?, ..Cleaned::default() };
        left -= cleaned.instances;
        // Those that others required go with them.
        let asked = Filter::IsNull(DecisionInstanceRow::ROOT_DECISION_INSTANCE_ID.into());
        let decisions = self.rows_due(views::HISTORY_DECISION, asked, left).await?;
        cleaned.decisions = decisions.len() as u64;
        stream::iter(decisions)
            .map(|(id, _)| async move { self.history.delete_decision(caller, &id).await })
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await?;
        left -= cleaned.decisions;
        for (id, _) in
            self.rows_due(views::HISTORY_BATCH, Filter::NotNull(HistoricBatchRow::END_TIME.into()), left).await?
        {
            self.batches.delete_historic(caller, &id).await?;
            cleaned.batches += 1;
        }
        cleaned.is_full = left == cleaned.batches;
        let Cleaned { instances, decisions, batches, .. } = cleaned;
        self.count_cleaned(cleaned).await?;
        tracing::info!(instances, decisions, batches, "history past its removal time was deleted");
        Ok(cleaned)
    }

    /// Deletes so many instances at most; says how many.
    async fn clean_instances(&self, caller: &Caller, most: u64) -> EngineResult<u64> {
        // The first page waits for the views, so a run sees what was acknowledged before it; the others follow from it.
        let mut query = self.due(views::HISTORY_PROCESS_INSTANCE, Filter::All);
        query.only = Some(INSTANCE);
        query.limit = Some(PAGE.min(most));
        let mut page = self.base.journal.query(&query).await?;
        let mut in_hand = FuturesUnordered::new();
        let mut left = most;
        loop {
            left -= page.rows.len() as u64;
            in_hand.push(self.clean_page(caller, page.rows));
            if left == 0 || page.next.is_none() {
                break;
            }
            if in_hand.len() == PAGES {
                in_hand.try_next().await?;
            }
            query.after = page.next;
            query.limit = Some(PAGE.min(left));
            page = self.base.journal.query_further(query.view, &query).await?;
        }
        while in_hand.try_next().await?.is_some() {}
        Ok(most - left)
    }

    /// Rows past their removal time, the oldest first.
    fn due(&self, view: &'static str, filter: Filter) -> Query {
        let past = Filter::Lte(RemovalRow::REMOVAL_TIME.into(), json!(self.base.now().0));
        let mut query = Query::new(view, Filter::And(vec![past, filter]));
        query.sort.push(Sort { field: RemovalRow::REMOVAL_TIME.into(), descending: false });
        query
    }

    async fn rows_due(&self, view: &'static str, filter: Filter, limit: u64) -> EngineResult<Vec<(SmolStr, Document)>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let query = Query { limit: Some(limit), only: Some(&[]), ..self.due(view, filter) };
        Ok(self.base.journal.query(&query).await?.rows)
    }

    /// A root instance takes along what it called, but for what states a later time of its own. With the last of them the
    /// log lets go of all.
    async fn clean_page(&self, caller: &Caller, due: Vec<(SmolStr, Document)>) -> EngineResult<()> {
        let mut roots: IndexMap<SmolStr, Leaving> = IndexMap::new();
        for (id, row) in due {
            roots.entry(root_in(&id, &row)).or_default().instances.insert(id);
        }
        self.take_along(&mut roots).await?;
        let instances: Vec<SmolStr> = roots.values().flat_map(|leaving| &leaving.instances).cloned().collect();
        let mut rows = HashMap::new();
        for instances in instances.chunks(PAGE as usize) {
            let tasks = self.add_rows(instances, &mut rows).await?;
            self.history.forget_notes(caller, instances, &tasks).await?;
        }
        let kept: Vec<SmolStr> =
            roots.iter().filter(|(_, leaving)| !leaving.is_all).map(|(root, _)| root.clone()).collect();
        for leaving in roots.values_mut() {
            leaving.rows = leaving.instances.iter().filter_map(|id| rows.remove(id)).flatten().collect();
        }
        // What goes together shares commits.
        stream::iter(roots)
            .map(|(root, leaving)| async move {
                self.history.delete_rows_of_root(caller, &root, leaving.rows, leaving.is_all).await
            })
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await?;
        self.forget_empty(caller, kept).await
    }

    /// Adds what goes with a root instance, and says of which roots nothing is left then.
    async fn take_along(&self, roots: &mut IndexMap<SmolStr, Leaving>) -> EngineResult<()> {
        let query = of_roots(roots.keys());
        for (id, row) in self.base.journal.query_further(query.view, &query).await?.rows {
            let root = root_in(&id, &row);
            let Some(leaving) = roots.get_mut(&root) else {
                continue;
            };
            if leaving.instances.contains(&root) && RemovalRow::REMOVAL_TIME.of(&row).is_null() {
                leaving.instances.insert(id);
            } else if !leaving.instances.contains(&id) {
                leaving.is_all = false;
            }
        }
        Ok(())
    }

    /// Adds the rows of these instances, by instance. Which tasks are among them?
    async fn add_rows(&self, instances: &[SmolStr], rows: &mut HashMap<SmolStr, Rows>) -> EngineResult<Vec<SmolStr>> {
        let mut tasks = Vec::new();
        let of_instances = is_in(PlaceRow::PROCESS_INSTANCE_ID, instances.iter().map(SmolStr::as_str));
        for view in views::CLEANED_VIEWS {
            let query =
                Query { only: Some(&[PlaceRow::PROCESS_INSTANCE_ID]), ..Query::new(view, of_instances.clone()) };
            for (id, row) in self.base.journal.query_further(views::HISTORY_PROCESS_INSTANCE, &query).await?.rows {
                let instance = PlaceRow::PROCESS_INSTANCE_ID.text(&row).unwrap_or_default();
                if view == views::HISTORY_TASK {
                    tasks.push(id.clone());
                }
                rows.entry(instance.into()).or_default().push((view, id));
            }
        }
        Ok(tasks)
    }

    /// Of these roots something was left when the page was read. What went before them may have been among it.
    async fn forget_empty(&self, caller: &Caller, roots: Vec<SmolStr>) -> EngineResult<()> {
        if roots.is_empty() {
            return Ok(());
        }
        let query = of_roots(&roots);
        let left: IndexSet<SmolStr> =
            self.base.journal.query(&query).await?.rows.into_iter().map(|(id, row)| root_in(&id, &row)).collect();
        for root in roots.iter().filter(|root| !left.contains(*root)) {
            self.history.delete_rows_of_root(caller, root, Rows::new(), true).await?;
        }
        Ok(())
    }

    /// Remembers what a run removed.
    async fn count_cleaned(&self, cleaned: Cleaned) -> EngineResult<()> {
        let counts = [
            ("history-cleanup-removed-process-instances", cleaned.instances),
            ("history-cleanup-removed-decision-instances", cleaned.decisions),
            ("history-cleanup-removed-batch-operations", cleaned.batches),
        ];
        for (name, value) in counts.into_iter().filter(|(_, value)| *value > 0) {
            let id = Uuid::now_v7().to_string();
            let row = MetricRow { id: id.clone(), name: name.into(), time: self.base.now(), value };
            self.records.put(&Caller::default(), views::METRIC, &id, row).await?;
        }
        Ok(())
    }
}

/// What goes of a root instance.
struct Leaving {
    instances: IndexSet<SmolStr>,
    /// All that history has of them.
    rows: Rows,
    /// Nothing is left then.
    is_all: bool,
}

impl Default for Leaving {
    fn default() -> Self {
        Self { instances: IndexSet::new(), rows: Rows::new(), is_all: true }
    }
}

/// All instances of these roots in history.
fn of_roots<'a>(roots: impl IntoIterator<Item = &'a SmolStr>) -> Query {
    let filter = is_in(PastInstanceRow::ROOT_PROCESS_INSTANCE_ID, roots.into_iter().map(SmolStr::as_str));
    Query { only: Some(INSTANCE), ..Query::new(views::HISTORY_PROCESS_INSTANCE, filter) }
}

/// The root of an instance in history.
fn root_in(id: &SmolStr, row: &Document) -> SmolStr {
    PastInstanceRow::ROOT_PROCESS_INSTANCE_ID.text(row).map_or_else(|| id.clone(), SmolStr::new)
}
