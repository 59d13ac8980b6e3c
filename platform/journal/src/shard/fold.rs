//! An aggregate is its last snapshot and the entries after it.

use crate::aggregate::Aggregate;
use crate::key::AggregateKey;
use crate::log::entry::{Entry, EntryMeta};
use crate::shard::cache::{Slot, Typed};
use crate::shard::snapshot::{self, Frozen};
use crate::store::{Snapshot, Store, StoreError};
use futures::future::BoxFuture;
use std::any::Any;
use std::sync::Arc;

/// Entries fetched at once.
const PAGE: usize = 1024;

/// Loads a slot; one per aggregate type, as a plain function, so a writer needs no types.
pub(crate) type Loader = fn(Arc<dyn Store>, AggregateKey) -> BoxFuture<'static, Result<Slot, StoreError>>;

/// State after the last durable event.
pub(crate) fn slot<A: Aggregate>(
    store: Arc<dyn Store>,
    key: AggregateKey,
) -> BoxFuture<'static, Result<Slot, StoreError>> {
    Box::pin(async move {
        let folded = up_to::<A>(store.as_ref(), &key, u64::MAX).await?;
        let Folded { state, version, snapshot_bytes, tail_bytes } = folded;
        Ok(Slot::new(Box::new(Arc::new(state)), typed::<A>(), version, snapshot_bytes, tail_bytes))
    })
}

/// A slot without state: for who appends what was decided elsewhere, and needs to know after what.
pub(crate) fn version_only(store: Arc<dyn Store>, key: AggregateKey) -> BoxFuture<'static, Result<Slot, StoreError>> {
    Box::pin(async move {
        let (snapshot, mut entries) = store.resume(&key, PAGE).await?;
        let (mut version, snapshot_bytes) = snapshot.map_or((0, 0), |snapshot| (snapshot.seq, snapshot.state.len()));
        let mut tail_bytes = 0;
        loop {
            for entry in &entries {
                version = after(version, &entry.meta)?;
                tail_bytes += entry.payload.len();
            }
            if entries.len() < PAGE {
                return Ok(Slot::without_state(version, snapshot_bytes, tail_bytes));
            }
            entries = store.read_aggregate(&key, version, PAGE).await?;
        }
    })
}

fn typed<A: Aggregate>() -> Typed {
    Typed { apply: apply_to_state::<A>, freeze: freeze::<A> }
}

fn apply_to_state<A: Aggregate>(state: &mut Box<dyn Any + Send>, entries: &[Entry]) -> Result<(), StoreError> {
    let state = state.downcast_mut::<Arc<A>>().ok_or_else(|| StoreError::new("a state of another type"))?;
    let state = Arc::make_mut(state);
    for entry in entries {
        state.apply(&decode::<A>(entry)?, &entry.meta);
    }
    Ok(())
}

fn freeze<A: Aggregate>(state: &(dyn Any + Send)) -> Option<Frozen> {
    let state = state.downcast_ref::<Arc<A>>()?.clone();
    Some(Box::new(move || snapshot::encode(state.as_ref()).map_err(|error| error.to_string())))
}

/// The slot of an aggregate that has no events yet.
pub(crate) fn empty_slot<A: Aggregate>(key: &AggregateKey) -> Slot {
    Slot::new(Box::new(Arc::new(A::empty(key))), typed::<A>(), 0, 0, 0)
}

/// A state and what it was folded from.
pub(crate) struct Folded<A> {
    pub(crate) state: A,
    /// `seq` of the last event in it.
    pub(crate) version: u64,
    snapshot_bytes: usize,
    tail_bytes: usize,
}

/// Folds the events up to and including `last_seq`.
pub(crate) async fn up_to<A: Aggregate>(
    store: &dyn Store,
    key: &AggregateKey,
    last_seq: u64,
) -> Result<Folded<A>, StoreError> {
    let (snapshot, first) = store.resume(key, PAGE).await?;
    let had_snapshot = snapshot.is_some();
    let from = snapshot.filter(|snapshot| snapshot.seq <= last_seq).and_then(from_snapshot);
    // The entries after a snapshot that cannot be used are not the first ones.
    let mut first = Some(first).filter(|_| from.is_some() || !had_snapshot);
    let mut folded =
        from.unwrap_or_else(|| Folded { state: A::empty(key), version: 0, snapshot_bytes: 0, tail_bytes: 0 });
    while folded.version < last_seq {
        let entries = match first.take() {
            Some(first) => first,
            None => store.read_aggregate(key, folded.version, PAGE).await?,
        };
        let complete = entries.len() < PAGE;
        for entry in entries {
            if entry.meta.seq > last_seq {
                return Ok(folded);
            }
            apply(&mut folded, &entry)?;
        }
        if complete {
            break;
        }
    }
    Ok(folded)
}

/// A snapshot is only a shortcut: one that another release wrote in its own way is as good as none.
fn from_snapshot<A: Aggregate>(snapshot: Snapshot) -> Option<Folded<A>> {
    let Snapshot { key, seq, state: encoded } = snapshot;
    match snapshot::decode::<A>(&encoded) {
        Ok(state) => Some(Folded { state, version: seq, snapshot_bytes: encoded.len(), tail_bytes: 0 }),
        Err(error) => {
            tracing::info!(kind = %key.kind, id = %key.id, %error, "snapshot is not readable, folding all events");
            None
        }
    }
}

fn apply<A: Aggregate>(folded: &mut Folded<A>, entry: &Entry) -> Result<(), StoreError> {
    let version = after(folded.version, &entry.meta)?;
    let event = decode::<A>(entry)?;
    folded.state.apply(&event, &entry.meta);
    folded.version = version;
    folded.tail_bytes += entry.payload.len();
    Ok(())
}

/// The version with this entry, which must be the next one.
fn after(version: u64, meta: &EntryMeta) -> Result<u64, StoreError> {
    if meta.seq == version + 1 {
        return Ok(meta.seq);
    }
    Err(StoreError::new(format!(
        "{} {} has entry {} after {version}: the log has a gap",
        meta.key.kind, meta.key.id, meta.seq
    )))
}

/// What came of folding all events of an aggregate, and of comparing its snapshot with that.
pub(crate) struct Replayed {
    pub(crate) version: u64,
    pub(crate) has_snapshot: bool,
    /// How the snapshot contradicts the events it was made of.
    pub(crate) snapshot_differs: Option<String>,
}

/// Folds all events from the first, and compares the snapshot on the way. One that would be passed over is none.
pub(crate) fn replay<'a, A: Aggregate>(
    store: &'a dyn Store,
    key: &'a AggregateKey,
) -> BoxFuture<'a, Result<Replayed, StoreError>> {
    Box::pin(async move {
        let kept = store.snapshot(key).await?;
        let kept = kept.and_then(|kept| Some((kept.seq, snapshot::decode::<A>(&kept.state).ok()?)));
        let mut replayed = Replayed { version: 0, has_snapshot: kept.is_some(), snapshot_differs: None };
        let mut folded = Folded { state: A::empty(key), version: 0, snapshot_bytes: 0, tail_bytes: 0 };
        loop {
            let entries = store.read_aggregate(key, folded.version, PAGE).await?;
            for entry in &entries {
                apply(&mut folded, entry)?;
                if let Some((seq, state)) = &kept
                    && *seq == folded.version
                    && !snapshot::is_same(state, &folded.state)
                {
                    replayed.snapshot_differs = Some(format!("the snapshot at {seq} is not what its events come to"));
                }
            }
            if entries.len() < PAGE {
                break;
            }
        }
        replayed.version = folded.version;
        if let Some((seq, _)) = kept
            && seq > folded.version
        {
            replayed.snapshot_differs = Some(format!("the snapshot is at {seq}, the events end at {}", folded.version));
        }
        Ok(replayed)
    })
}

/// The event of an entry.
pub(crate) fn decode<A: Aggregate>(entry: &Entry) -> Result<A::Event, StoreError> {
    serde_json::from_slice(&entry.payload).map_err(|error| {
        StoreError::caused(
            format!(
                "entry {} ({}) of {} {} cannot be decoded",
                entry.meta.seq, entry.event, entry.meta.key.kind, entry.meta.key.id
            ),
            error,
        )
    })
}
