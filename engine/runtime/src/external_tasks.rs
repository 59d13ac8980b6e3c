//! Fetch and lock: which external tasks a worker gets, and how it waits for them.
//!
//! A candidate is found in memory, or by a request's further criteria in the view, and locked in its instance; a task that
//! somebody else locked in between is simply not among those that came back, so no task is ever handed out twice.

use crate::base::Base;
use crate::fetches::Fetches;
use crate::instances::Instances;
use crate::waiting::{Filled, Key, Offer, Waiting, Wanted};
use crate::{Caller, EngineError, EngineResult};
use casewright_engine_core::entity::ExternalTask;
use casewright_engine_core::ids::{Id, Prefix, parse};
use casewright_engine_core::{Answer, Command, State};
use casewright_engine_value::Instant;
use casewright_engine_views::criteria::{all, eq, in_view};
use casewright_engine_views::{self as views, ExternalTaskRow, PlaceRowColumns as _, ProcessInstanceRow};
use casewright_journal::{Document, Filter, Query, Sort};
use indexmap::IndexMap;
use serde_json::json;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// One topic of a request.
#[derive(Clone, Debug)]
pub struct Topic {
    pub name: String,
    pub lock_ms: i64,
    /// Criteria besides the name.
    pub criteria: Vec<Filter>,
}

/// A request for work.
#[derive(Clone, Debug)]
pub struct Fetch {
    pub worker: SmolStr,
    pub max: u64,
    pub use_priority: bool,
    pub sort: Vec<Sort>,
    pub topics: Vec<Topic>,
}

/// A task that was locked, with the state it was locked in.
pub struct Locked {
    pub task: Arc<ExternalTask>,
    pub state: State,
}

/// An answer leaves a little before the timeout: clients give up right after it.
const MARGIN: Duration = Duration::from_millis(20);
/// How long who comes while the process drains may wait: not at all, and clients would ask again without a pause.
const WHILE_DRAINING: Duration = Duration::from_secs(1);

/// External tasks: fetched and locked by workers, who wait while there are none.
pub struct ExternalTasks {
    pub(crate) base: Base,
    pub(crate) instances: Arc<Instances>,
    pub(crate) fetches: Arc<Fetches>,
    pub(crate) waiting: Filled,
    pub(crate) stop: CancellationToken,
}

impl ExternalTasks {
    /// Locks what there is; when there is nothing, waits for it as long as the request says. Who waits when the process begins to
    /// drain, or stops, is answered that there is nothing: they ask again, and elsewhere.
    pub async fn fetch_and_lock(
        &self,
        caller: &Caller,
        fetch: &Fetch,
        timeout: Option<Duration>,
    ) -> EngineResult<Vec<Locked>> {
        let fetches = &self.fetches;
        let mut changes = fetches.changes.subscribe();
        let locked = self.try_fetch(caller, fetch).await?;
        let Some(timeout) = timeout.filter(|_| locked.is_empty() && !fetch.topics.is_empty()) else {
            return Ok(locked);
        };
        let Some(_place) = fetches.park(caller.user.as_ref()) else {
            return Err(EngineError::TooManyWaiting);
        };
        let draining = &self.base.config.draining;
        let came_late = draining.is_cancelled();
        let timeout = if came_late { timeout.min(WHILE_DRAINING) } else { timeout };
        let deadline = tokio::time::Instant::now() + timeout.saturating_sub(MARGIN);
        loop {
            let expiry = self.next_expiry(fetch).await?;
            let wake_at = expiry.map_or(deadline, |wait| deadline.min(tokio::time::Instant::now() + wait));
            tokio::select! {
                () = self.stop.cancelled() => return Ok(Vec::new()),
                () = draining.cancelled(), if !came_late => return Ok(Vec::new()),
                changed = changes.changed() => {
                    if changed.is_err() {
                        return Ok(Vec::new());
                    }
                }
                () = tokio::time::sleep_until(wake_at) => {}
            }
            let locked = self.try_fetch(caller, fetch).await?;
            if !locked.is_empty() || tokio::time::Instant::now() >= deadline {
                return Ok(locked);
            }
        }
    }

    async fn try_fetch(&self, caller: &Caller, fetch: &Fetch) -> EngineResult<Vec<Locked>> {
        if fetch.max == 0 || fetch.topics.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.base.now();
        if let Some(waiting) = self.waiting_for(fetch)
            && let Some(offer) = self.offer(waiting, fetch, now).await
        {
            return self
                .lock(caller, fetch, now, offer.tasks().iter().map(|(key, topic)| (*key, topic.as_str())))
                .await;
        }
        let mut query = Query::new(views::EXTERNAL_TASK, fetchable(fetch, now));
        if fetch.use_priority {
            query.sort.push(Sort { field: ExternalTaskRow::PRIORITY.into(), descending: true });
        }
        query.sort.extend(fetch.sort.iter().cloned());
        query.limit = Some(fetch.max);
        let page = self.base.journal.query(&query).await?;
        let topic = |row: &'_ Document| ExternalTaskRow::TOPIC_NAME.text(row).unwrap_or_default().to_owned();
        let rows: Vec<_> = page.rows.iter().filter_map(|(id, row)| Some((parse(id)?, topic(row)))).collect();
        self.lock(caller, fetch, now, rows.iter().map(|(key, topic)| (*key, topic.as_str()))).await
    }

    /// What is kept in memory, when it can answer this request.
    fn waiting_for(&self, fetch: &Fetch) -> Option<&Arc<Waiting>> {
        let is_plain = fetch.sort.is_empty() && fetch.topics.iter().all(|topic| topic.criteria.is_empty());
        self.waiting.get().filter(|_| is_plain)
    }

    async fn offer(&self, waiting: &Arc<Waiting>, fetch: &Fetch, now: Instant) -> Option<Offer> {
        if !waiting.caught_up(self.base.journal.journal()).await {
            return None;
        }
        let topics: Vec<&str> = fetch.topics.iter().map(|topic| topic.name.as_str()).collect();
        let max = usize::try_from(fetch.max).unwrap_or(usize::MAX);
        waiting.offer(&Wanted { topics: &topics, max, use_priority: fetch.use_priority }, now)
    }

    /// Locks candidates, given with their topics in the order in which they are to be handed out. All instances are asked at
    /// once, so one group commit serves them.
    async fn lock<'a>(
        &self,
        caller: &Caller,
        fetch: &Fetch,
        now: Instant,
        candidates: impl Iterator<Item = (Key, &'a str)>,
    ) -> EngineResult<Vec<Locked>> {
        let mut places: HashMap<Key, usize> = HashMap::new();
        let mut by_root: IndexMap<Prefix, (Vec<Id>, Vec<Instant>)> = IndexMap::new();
        for (place, (key, topic)) in candidates.enumerate() {
            places.insert(key, place);
            let (tasks, until) = by_root.entry(key.0).or_default();
            tasks.push(key.1);
            until.push(Instant(now.0 + fetch.lock_of(topic)));
        }
        let asked = by_root.into_iter().map(|(prefix, (tasks, until))| {
            let command = Command::LockExternalTasks { tasks, worker: fetch.worker.clone(), until };
            async move { self.instances.step(&prefix.root(), caller, command).await }
        });
        let mut locked = Vec::new();
        for answered in futures::future::join_all(asked).await {
            match answered {
                Ok(stepped) => {
                    if let Answer::Locked(tasks) = stepped.answer {
                        locked.extend(tasks.into_iter().map(|task| Locked { task, state: stepped.state.clone() }));
                    }
                }
                Err(error) if error.is_missing() => {}
                Err(EngineError::Rejected(rejection)) => {
                    tracing::debug!(%rejection, "external tasks could not be locked");
                }
                Err(error) => return Err(error),
            }
        }
        locked.sort_by_key(|locked: &Locked| places.get(&(locked.state.prefix(), locked.task.id)).copied());
        Ok(locked)
    }

    /// How long until a lock of these topics runs out.
    async fn next_expiry(&self, fetch: &Fetch) -> EngineResult<Option<Duration>> {
        let now = self.base.now();
        let wait_until = |at: i64| Duration::from_millis((at - now.0).max(1).unsigned_abs());
        if let Some(waiting) = self.waiting_for(fetch) {
            let topics: Vec<&str> = fetch.topics.iter().map(|topic| topic.name.as_str()).collect();
            return Ok(waiting.next_expiry(&topics).map(|at| wait_until(at.0)));
        }
        let locked = Filter::Gt(ExternalTaskRow::LOCK_EXPIRATION_TIME.into(), json!(now.0));
        let topics = fetch.topics.iter().map(|topic| json!(topic.name)).collect();
        let mut query = Query::new(
            views::EXTERNAL_TASK,
            Filter::And(vec![locked, Filter::In(ExternalTaskRow::TOPIC_NAME.into(), topics)]),
        );
        query.sort.push(Sort { field: ExternalTaskRow::LOCK_EXPIRATION_TIME.into(), descending: false });
        query.limit = Some(1);
        let page = self.base.journal.query(&query).await?;
        let at = page.rows.first().and_then(|(_, row)| ExternalTaskRow::LOCK_EXPIRATION_TIME.integer(row));
        Ok(at.map(wait_until))
    }
}

impl Fetch {
    fn lock_of(&self, topic: &str) -> i64 {
        self.topics.iter().find(|wanted| wanted.name == topic).map_or(0, |topic| topic.lock_ms)
    }
}

fn fetchable(fetch: &Fetch, now: Instant) -> Filter {
    let topics = fetch
        .topics
        .iter()
        .map(|topic| {
            let mut filters = vec![eq(ExternalTaskRow::TOPIC_NAME, topic.name.clone())];
            filters.extend(topic.criteria.iter().cloned());
            all(filters)
        })
        .collect();
    Filter::And(vec![
        Filter::Or(topics),
        Filter::Or(vec![
            Filter::IsNull(ExternalTaskRow::LOCK_EXPIRATION_TIME.into()),
            Filter::Lte(ExternalTaskRow::LOCK_EXPIRATION_TIME.into(), json!(now.0)),
        ]),
        Filter::Or(vec![
            Filter::IsNull(ExternalTaskRow::RETRIES.into()),
            Filter::Gt(ExternalTaskRow::RETRIES.into(), json!(0)),
        ]),
        Filter::Not(Box::new(in_view(
            ExternalTaskRow::PROCESS_INSTANCE_ID,
            views::PROCESS_INSTANCE,
            ProcessInstanceRow::ID,
            eq(ProcessInstanceRow::SUSPENDED, true),
        ))),
    ])
}
