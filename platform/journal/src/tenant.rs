//! The handle services work with: commands and queries of one tenant. There is no way to spell either without one.

use crate::aggregate::{Aggregate, CommandContext, Committed, DecideContext, Decision, ExecuteError};
use crate::journal::Journal;
use crate::key::{AggregateKey, TenantId};
use crate::log::entry::Entry;
use crate::shard::command::{AppliedBy, Execute, Told};
use crate::shard::fold;
use crate::store::StoreError;
use crate::views::tally::{Group, Tally};
use crate::views::view::{Filter, Page, Query};
use casewright_rows::Document;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::sync::Arc;

/// Whether an id may have been used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdOrigin {
    /// It may: the aggregate is looked up when it is not in memory.
    Any,
    /// The caller has just made it (a UUID) and it was never used: nothing is looked up. An id that was used after all
    /// would damage its aggregate.
    New,
}

/// Commands and queries of one tenant. Cheap to clone.
#[derive(Clone)]
pub struct TenantHandle {
    journal: Journal,
    tenant: TenantId,
}

impl TenantHandle {
    pub(crate) fn new(journal: Journal, tenant: TenantId) -> Self {
        Self { journal, tenant }
    }

    #[must_use]
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Decides a command over the present state and answers when its events are durable.
    ///
    /// `decide` is pure and may run more than once: it is run again after a lost shard.
    pub async fn execute<A, R, X, F>(
        &self,
        id: &str,
        context: CommandContext,
        decide: F,
    ) -> Result<Committed<R>, ExecuteError<X>>
    where
        A: Aggregate,
        R: Send + 'static,
        X: Send + 'static,
        F: Fn(&A, &DecideContext) -> Result<Decision<A::Event, R>, X> + Send + 'static,
    {
        self.run(id, context, IdOrigin::Any, AppliedBy::Journal, move |state: &mut Arc<A>, context: &DecideContext| {
            decide(state, context)
        })
        .await
    }

    /// [`Self::execute`] on an id the caller has just made: spares the look-up.
    pub async fn execute_new<A, R, X, F>(
        &self,
        id: &str,
        context: CommandContext,
        decide: F,
    ) -> Result<Committed<R>, ExecuteError<X>>
    where
        A: Aggregate,
        R: Send + 'static,
        X: Send + 'static,
        F: Fn(&A, &DecideContext) -> Result<Decision<A::Event, R>, X> + Send + 'static,
    {
        self.run(id, context, IdOrigin::New, AppliedBy::Journal, move |state: &mut Arc<A>, context: &DecideContext| {
            decide(state, context)
        })
        .await
    }

    /// For state that is large and decided step by step: `decide` changes the state itself, and the events it returns
    /// must be exactly those that lead there by [`Aggregate::apply`] (`meta.seq` from `version + 1`, `meta.at` as given).
    ///
    /// `Err` must leave the state as it was. A decision that panics, or whose events cannot be appended, costs a reload.
    /// May run more than once: it is run again, on the state of the log, after a lost shard.
    pub async fn execute_in_place<A, R, X, F>(
        &self,
        id: &str,
        origin: IdOrigin,
        context: CommandContext,
        mut decide: F,
    ) -> Result<Committed<R>, ExecuteError<X>>
    where
        A: Aggregate,
        R: Send + 'static,
        X: Send + 'static,
        F: FnMut(&mut A, &DecideContext) -> Result<Decision<A::Event, R>, X> + Send + 'static,
    {
        self.run(
            id,
            context,
            origin,
            AppliedBy::Decision,
            // Clones only while somebody holds the state they loaded, or a snapshot of it is being written.
            move |state: &mut Arc<A>, context: &DecideContext| decide(Arc::make_mut(state), context),
        )
        .await
    }

    /// State and version after the last decision, once that is durable; `None`: there were no events.
    pub async fn load<A: Aggregate>(&self, id: &str) -> Result<Option<(Arc<A>, u64)>, StoreError> {
        let route = self.journal.route();
        let shard = route.shard_of(&self.key::<A>(id));
        if route.is_elsewhere(shard) {
            return self.load_from_log(id).await;
        }
        let look = self.command(
            id,
            CommandContext::default(),
            IdOrigin::Any,
            AppliedBy::Journal,
            |state: &mut Arc<A>, context: &DecideContext| {
                Ok::<_, Infallible>(Decision { events: Vec::new(), answer: (Arc::clone(state), context.version) })
            },
        );
        match route.here(look).await {
            Told::Done(Ok(committed)) => {
                let (state, version) = committed.answer;
                Ok((version > 0).then_some((state, version)))
            }
            Told::Done(Err(ExecuteError::Unavailable(error))) => Err(error),
            Told::Done(Err(other)) => Err(StoreError::new(format!("loading {} {id}: {other}", A::KIND))),
            Told::Elsewhere { address, .. } => {
                route.learned(shard, address);
                self.load_from_log(id).await
            }
        }
    }

    /// Whoever owns the shard, the log tells what is durable.
    async fn load_from_log<A: Aggregate>(&self, id: &str) -> Result<Option<(Arc<A>, u64)>, StoreError> {
        let store = self.journal.store();
        let folded = fold::up_to::<A>(store.as_ref(), &self.key::<A>(id), u64::MAX).await?;
        Ok((folded.version > 0).then(|| (Arc::new(folded.state), folded.version)))
    }

    /// Time travel: the state after event `seq`; `None` when the aggregate never got that far.
    pub async fn load_at<A: Aggregate>(&self, id: &str, seq: u64) -> Result<Option<A>, StoreError> {
        let store = self.journal.store();
        let folded = fold::up_to::<A>(store.as_ref(), &self.key::<A>(id), seq).await?;
        Ok((seq > 0 && folded.version == seq).then_some(folded.state))
    }

    /// The durable entries of an aggregate after `after_seq`, in order: timeline and audit trail.
    pub async fn entries(&self, kind: &str, id: &str, after_seq: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let key = AggregateKey::new(&self.tenant, kind, id);
        self.journal.store().read_aggregate(&key, after_seq, limit).await
    }

    /// Rows of a view. Reads everyone's writes: waits until the views have reached what was acknowledged before.
    pub async fn query(&self, query: &Query) -> Result<Page, StoreError> {
        self.journal.caught_up(query).await?;
        self.journal.store().query(&self.tenant, query).await
    }

    /// [`Self::query`] for what follows from rows of the view `read` that the caller has just read: it sees at least what
    /// they saw, and does not wait for what was acknowledged since, as long as both views are caught up together.
    pub async fn query_further(&self, read: &'static str, query: &Query) -> Result<Page, StoreError> {
        self.journal.caught_up_with(read, query).await?;
        self.journal.store().query(&self.tenant, query).await
    }

    /// How many rows pass; sort, offset, limit and cursor do not count.
    pub async fn count(&self, query: &Query) -> Result<u64, StoreError> {
        self.journal.caught_up(query).await?;
        self.journal.store().count(&self.tenant, query, None).await
    }

    /// [`Self::count`], but no further than to `most`: that many means that there may be more. What it costs does not depend
    /// on how many there are.
    pub async fn count_up_to(&self, query: &Query, most: u64) -> Result<u64, StoreError> {
        self.journal.caught_up(query).await?;
        self.journal.store().count(&self.tenant, query, Some(most)).await
    }

    /// How many rows are in each group, in no order.
    pub async fn tally(&self, tally: &Tally) -> Result<Vec<Group>, StoreError> {
        self.journal.caught_up(&tally.query).await?;
        self.journal.store().tally(&self.tenant, tally).await
    }

    /// One row by its id.
    pub async fn get(&self, view: &'static str, id: &str) -> Result<Option<Document>, StoreError> {
        self.journal.caught_up(&Query::new(view, Filter::All)).await?;
        self.journal.store().get(&self.tenant, view, id).await
    }

    fn key<A: Aggregate>(&self, id: &str) -> AggregateKey {
        AggregateKey::new(&self.tenant, A::KIND, id)
    }

    async fn run<A, R, X, F>(
        &self,
        id: &str,
        context: CommandContext,
        origin: IdOrigin,
        applied_by: AppliedBy,
        decide: F,
    ) -> Result<Committed<R>, ExecuteError<X>>
    where
        A: Aggregate,
        R: Send + 'static,
        X: Send + 'static,
        F: FnMut(&mut Arc<A>, &DecideContext) -> Result<Decision<A::Event, R>, X> + Send + 'static,
    {
        let command = self.command(id, context, origin, applied_by, decide);
        self.journal.route().execute(command).await
    }

    fn command<A: Aggregate, R, X, F>(
        &self,
        id: &str,
        context: CommandContext,
        origin: IdOrigin,
        applied_by: AppliedBy,
        decide: F,
    ) -> Box<Execute<A, R, X, F>> {
        Box::new(Execute {
            key: self.key::<A>(id),
            context,
            decide,
            applied_by,
            is_new: origin == IdOrigin::New,
            reply: None,
            outcome: None,
            runs: 0,
            aggregate: PhantomData,
        })
    }
}
