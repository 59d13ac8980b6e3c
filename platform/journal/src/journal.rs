//! Opens the journal and keeps its tasks: writers, views, leases.

use crate::causes::Causes;
use crate::clock::Clock;
use crate::config::{JournalConfig, StoreConfig};
use crate::follow::consumer::{Consumer, Resumed};
use crate::follow::observe::Observations;
use crate::forward::Answer;
use crate::forward::entries::Forwarded;
use crate::forward::route::Route;
use crate::key::{AggregateKey, ShardId, TenantId};
use crate::lease;
use crate::log::forget::{self, Forgetting};
use crate::log::tail::Tail;
use crate::shard::Handle;
use crate::shard::readiness::Writes;
use crate::shard::writer::{self, Shared, Writer};
use crate::store::{Store, StoreError};
use crate::store::{mongo, sqlite};
use crate::tenant::TenantHandle;
use crate::turns::Turns;
use crate::views::following;
use crate::views::group::{Group, Views};
use crate::views::pressure::Pressure;
use crate::views::view::{Page, Projector, Query};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// The journal of a process. Cheap to clone; its tasks end with the last clone, or with [`Journal::shutdown`].
#[derive(Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    views: Arc<Views>,
    forgetting: Arc<tokio::sync::Mutex<Forgetting>>,
    route: Route,
    /// What takes and renews leases, where several nodes share the store.
    leases: Mutex<JoinSet<()>>,
    /// Tells it that the journal ends.
    ends: CancellationToken,
    tasks: Mutex<JoinSet<()>>,
}

impl Journal {
    /// Opens the store, makes the views of all projectors, and starts writing.
    ///
    /// Fails when the store cannot be reached, belongs to another process, or was written by a newer release.
    pub async fn open(config: JournalConfig, projectors: Vec<Arc<dyn Projector>>) -> Result<Self, StoreError> {
        let store: Arc<dyn Store> = match &config.store {
            StoreConfig::Sqlite { dir } => Arc::new(sqlite::SqliteStore::open(dir).await?),
            StoreConfig::MemorySqlite => Arc::new(sqlite::SqliteStore::temporary().await?),
            StoreConfig::Mongo { uri, database } => Arc::new(mongo::MongoStore::open(uri, database).await?),
        };
        Self::open_on(store, config, projectors).await
    }

    /// Like [`Journal::open`] on a store that is open already ([`JournalConfig::store`] is not looked at).
    pub async fn open_on(
        store: Arc<dyn Store>,
        config: JournalConfig,
        projectors: Vec<Arc<dyn Projector>>,
    ) -> Result<Self, StoreError> {
        let shards = store.shards(config.shards).await?;
        let views = Arc::new(Views::new(projectors, shards)?);
        for group in views.groups() {
            let specs = group.specs();
            store.ensure_views(&specs).await?;
            let version = group.version();
            if store.reset_group_unless(group.name, version, &specs).await? {
                tracing::info!(group = group.name, "views are built anew from the log");
            }
        }
        let tail = Arc::new(Tail::new(Arc::clone(&store), shards));
        if store.is_exclusive() {
            for (head, shard) in store.heads(shards).await?.into_iter().zip(tail.shards()) {
                tail.gained(shard, head, writer::forever());
            }
        }
        let shared = Arc::new(Shared {
            store: Arc::clone(&store),
            tail: Arc::clone(&tail),
            clock: config.clock,
            limits: config.limits,
            node: config.node,
            address: config.address,
            lease: config.lease,
            is_member: AtomicBool::new(!config.joins_later),
            writes: Writes::default(),
            pressure: Arc::new(Pressure::new(Arc::clone(&views), Arc::clone(&tail))),
            asides: Turns::for_computing(config.weights.clone()),
            weights: config.weights,
        });
        let mut tasks = JoinSet::new();
        let mut writers = Vec::with_capacity(usize::from(shards));
        for shard in tail.shards() {
            let (requests, queue) = mpsc::channel(config.limits.queue);
            tasks.spawn(Writer::new(shard, Arc::clone(&shared), queue).run());
            writers.push(Handle { requests });
        }
        for group in views.groups() {
            tasks.spawn(following::follow(Arc::clone(group), Arc::clone(&tail), Arc::clone(&store)));
        }
        let forgetting = Forgetting::new(Arc::clone(&views), Arc::clone(&tail), Arc::clone(&store));
        let forgetting = Arc::new(tokio::sync::Mutex::new(forgetting));
        tasks.spawn(forget::follow(Arc::clone(&forgetting)));
        let mut leases = JoinSet::new();
        let ends = CancellationToken::new();
        if !store.is_exclusive() {
            leases.spawn(lease::keep(Arc::clone(&shared), writers.clone(), ends.clone()));
        }
        let (leases, tasks) = (Mutex::new(leases), Mutex::new(tasks));
        let route = Route::new(Arc::clone(&shared), writers, config.peers);
        Ok(Self { inner: Arc::new(Inner { shared, views, forgetting, route, leases, ends, tasks }) })
    }

    /// From now on this node counts as one and gets its share of the shards; see [`JournalConfig::joins_later`].
    pub fn join(&self) {
        self.inner.shared.is_member.store(true, Ordering::Release);
    }

    /// The only way to a query or a command: bound to one tenant.
    #[must_use]
    pub fn tenant(&self, tenant: &TenantId) -> TenantHandle {
        TenantHandle::new(self.clone(), tenant.clone())
    }

    /// Makes all that is decided durable, gives up the shards, and stops. What is asked afterwards is answered with
    /// [`crate::ExecuteError::Unavailable`].
    pub async fn shutdown(&self) {
        // First: nothing that is given back is taken again.
        let mut leases = std::mem::take(&mut *self.inner.leases.lock().unwrap_or_else(PoisonError::into_inner));
        self.inner.ends.cancel();
        let ended = async { while leases.join_next().await.is_some() {} };
        if timeout(self.inner.shared.limits.store_timeout, ended).await.is_err() {
            tracing::warn!("the store does not answer: leases may be ours until they run out");
            leases.abort_all();
        }
        let releases = self.inner.route.writers().iter().map(|writer| writer::release(&writer.requests));
        futures::future::join_all(releases).await;
        let mut tasks = std::mem::take(&mut *self.inner.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
        if let Err(error) = self.store().leave(self.inner.shared.node).await {
            // The others notice by themselves when its time is over.
            tracing::warn!(error = %Causes(&error), "this node could not say that it goes");
        }
        self.store().close().await;
    }

    /// Appends what another node decided, by the path of what is decided here, if this one owns the shard and the aggregate is
    /// still at the version it was decided on. For whatever [carries](crate::Peers) entries from node to node.
    pub async fn accept(&self, forwarded: &Forwarded, within: Duration) -> Answer {
        self.inner.route.accept(forwarded, within).await
    }

    /// Reads all shards in order with a durable position; see [`Consumer`]. Only one of a name may run at a time.
    #[must_use]
    pub fn consumer(&self, name: &str) -> Consumer {
        Consumer::new(name, Arc::clone(&self.inner.shared.tail), Arc::clone(&self.inner.shared.store))
    }

    /// Was this consumer taken up at the same place of a shard before, with nothing acknowledged since? Else the place is written
    /// down, durably. For consumers that must tell an entry that ends the process from one that fails.
    pub async fn is_taken_up_again(&self, name: &str, shard: ShardId, resumed: Resumed) -> Result<bool, StoreError> {
        crate::follow::consumer::is_taken_up_again(self.store().as_ref(), name, shard, resumed).await
    }

    /// Where the views of `group` are, and everything that is committed from there on; see [`Observations`].
    ///
    /// Call it first, then read the views, then follow the stream.
    pub async fn observe(&self, group: &str) -> Result<(Vec<(ShardId, u64)>, Observations), StoreError> {
        let shared = &self.inner.shared;
        Observations::from_views(
            Arc::clone(self.inner.views.group(group)?),
            Arc::clone(&shared.tail),
            Arc::clone(&shared.store),
            shared.limits.view_timeout,
        )
        .await
    }

    /// What is committed from now on, or after the given positions for the shards that have one. Without durable
    /// position: for those who can live with what they miss while they are away.
    #[must_use]
    pub fn live(&self, from: &HashMap<ShardId, u64>) -> Observations {
        let shared = &self.inner.shared;
        Observations::live(Arc::clone(&shared.tail), Arc::clone(&shared.store), from, shared.limits.view_timeout)
    }

    /// Last durable position of every shard this node knows of.
    #[must_use]
    pub fn positions(&self) -> HashMap<ShardId, u64> {
        let tail = &self.inner.shared.tail;
        tail.shards().map(|s| (s, tail.head(s))).collect()
    }

    /// Takes out of the log what says that it is to be [forgotten](crate::log::forget), as far as all consumers are past it, and
    /// tells how many aggregates went; views are waited for. It happens by itself from time to time; this is for who cannot
    /// wait.
    pub async fn forget_now(&self) -> Result<u64, StoreError> {
        for group in self.inner.views.groups() {
            self.group_caught_up(group, self.inner.shared.limits.view_timeout).await?;
        }
        self.inner.forgetting.lock().await.pass().await
    }

    /// Whether a projector of this process makes this view.
    #[must_use]
    pub fn has_view(&self, name: &str) -> bool {
        self.inner.views.group_of(name).is_ok()
    }

    /// The shard of an aggregate.
    #[must_use]
    pub fn shard_of(&self, key: &AggregateKey) -> ShardId {
        self.inner.route.shard_of(key)
    }

    /// For the few system jobs (due timers, relays) that work for all tenants.
    pub async fn system_query_all_tenants(&self, query: &Query) -> Result<Page, StoreError> {
        self.caught_up(query).await?;
        self.store().system_query_all_tenants(query).await
    }

    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.inner.shared.clock.as_ref()
    }

    /// Turns for other work that takes long, with the same weights as those of the journal's own.
    #[must_use]
    pub fn turns_for_computing(&self) -> Turns {
        Turns::for_computing(self.inner.shared.weights.clone())
    }

    /// No other node writes the same store, so what was committed here is all there is.
    #[must_use]
    pub fn is_exclusive(&self) -> bool {
        self.store().is_exclusive()
    }

    /// The store answers and takes writes; for readiness probes.
    ///
    /// Reads only, as long as what was last appended was taken; after a refusal it writes something tiny itself, until
    /// that is taken: a full disk still reads.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.store().head(ShardId(0)).await?;
        self.inner.shared.writes.check(self.store().as_ref()).await
    }

    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.inner.shared.store
    }

    pub(crate) fn views(&self) -> &Views {
        &self.inner.views
    }

    pub(crate) fn route(&self) -> &Route {
        &self.inner.route
    }

    /// Waits until all views of a group hold what was acknowledged before.
    pub(crate) async fn group_caught_up(&self, group: &Group, limit: Duration) -> Result<(), StoreError> {
        let shared = &self.inner.shared;
        group.all_caught_up(&shared.tail, shared.store.as_ref(), limit).await
    }

    /// Waits until all views that a query looks into hold what the view `read` holds, which the caller has read; until they
    /// hold what was acknowledged before where the two cannot be told apart.
    pub(crate) async fn caught_up_with(&self, read: &'static str, query: &Query) -> Result<(), StoreError> {
        let group = self.inner.views.group_of(read)?;
        let views = query.views();
        for asked in &views {
            if self.inner.views.group_of(asked)?.name != group.name {
                return self.caught_up(query).await;
            }
        }
        if !self.is_exclusive() {
            // All of a group are written together.
            return Ok(());
        }
        let shared = &self.inner.shared;
        group.as_far_as(read, &views, &shared.tail, shared.store.as_ref(), shared.limits.view_timeout).await
    }

    /// Waits until all views a query looks into hold what was acknowledged before.
    pub(crate) async fn caught_up(&self, query: &Query) -> Result<(), StoreError> {
        let mut groups: Vec<(&Arc<Group>, Vec<&'static str>)> = Vec::new();
        for view in query.views() {
            let group = self.inner.views.group_of(view)?;
            match groups.iter_mut().find(|(known, _)| known.name == group.name) {
                Some((_, views)) if views.contains(&view) => {}
                Some((_, views)) => views.push(view),
                None => groups.push((group, vec![view])),
            }
        }
        let shared = &self.inner.shared;
        for (group, views) in groups {
            group.caught_up(&views, &shared.tail, shared.store.as_ref(), shared.limits.view_timeout).await?;
        }
        Ok(())
    }
}
