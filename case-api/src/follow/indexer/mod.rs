//! Fills the index of search from the log: cases, records and people whose entries came are read whole and written again, about once a
//! second.
//!
//! How far the log was read is written with the documents, so a crash loses nothing; what is read again is written again, which
//! changes nothing. Texts that stand in other rooms ([`contents`]) come later. An index that cannot be written is opened anew.

mod aside;
mod contents;
mod documents;
mod feed;
mod story;

use crate::domain::record::{Record, RecordType};
use crate::state::CaseApiState;
use aside::{IndexerError, aside};
use casewright_contracts::UserRow;
use casewright_journal::{Causes, StoreError, TenantId};
use casewright_search::{Batch, Embedded, Index, Scope, Whole, WholeDocuments};
use casewright_service::Shutdown;
use contents::Contents;
use feed::{Changed, Feed};
use futures::{StreamExt, TryStreamExt, stream};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// How long changes gather.
const PERIOD: Duration = Duration::from_secs(1);
/// What comes after a quiet time waits so long for what comes with it.
const MOMENT: Duration = Duration::from_millis(50);
/// Wholes written in one go.
const MOST: usize = 2_000;
/// Wholes read at once.
const SIDE_BY_SIDE: usize = 8;
/// How often a position is written behind which nothing changed.
const POSITION: Duration = Duration::from_secs(60);
/// Before an index that failed is opened again.
const PAUSE: Duration = Duration::from_secs(5);

pub(super) async fn run(state: CaseApiState, shutdown: Shutdown) {
    loop {
        let filled = tokio::select! {
            () = shutdown.requested() => break,
            filled = fill(&state) => filled,
        };
        let Err(error) = filled;
        tracing::warn!(error = %Causes(&error), "the search index is opened again");
        close(&state);
        tokio::select! {
            () = shutdown.requested() => break,
            () = sleep(PAUSE) => {}
        }
    }
    close(&state);
}

fn close(state: &CaseApiState) {
    state.search().set(None);
    state.search().caught_up(false);
}

async fn fill(state: &CaseApiState) -> Result<Infallible, IndexerError> {
    let folder = state.search().config().folder.clone();
    let index = aside(move || Embedded::open(folder.as_deref())).await?;
    let index: Arc<dyn Index> = Arc::new(index);
    let feed = Feed::start(state, index.position());
    if feed.begins_anew() {
        let emptied = Arc::clone(&index);
        aside(move || emptied.clear()).await?;
    }
    state.search().set(Some(Arc::clone(&index)));
    let mut indexer = Indexer {
        state,
        contents: Contents::new(state),
        index,
        feed,
        changed: Changed::new(),
        written: Instant::now(),
    };
    indexer.contents.look(&indexer.index).await?;
    loop {
        indexer.gather().await?;
        indexer.write().await?;
    }
}

struct Indexer<'a> {
    state: &'a CaseApiState,
    index: Arc<dyn Index>,
    feed: Feed,
    contents: Contents,
    changed: Changed,
    /// When something was written last.
    written: Instant,
}

impl Indexer<'_> {
    /// Returns when it is time to write.
    async fn gather(&mut self) -> Result<(), IndexerError> {
        while self.changed.is_empty() && !(self.feed.has_moved() && self.written.elapsed() >= POSITION) {
            if self.feed.is_at_end(self.state) {
                self.state.search().caught_up(true);
            }
            self.look_once().await?;
        }
        let until = (self.written + PERIOD).max(Instant::now() + MOMENT);
        while self.changed.len() < MOST {
            let Ok(looked) = timeout_at(until, self.look_once()).await else {
                break;
            };
            looked?;
        }
        Ok(())
    }

    async fn look_once(&mut self) -> Result<(), IndexerError> {
        tokio::select! {
            looked = self.feed.next(self.state, &mut self.changed) => looked?,
            (tenant, whole) = self.contents.next() => {
                self.changed.insert((tenant, whole));
            }
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), IndexerError> {
        let changed = std::mem::take(&mut self.changed);
        let reads = changed.into_iter().map(|(tenant, whole)| read(self.state, tenant, whole));
        let read: Vec<Read> = stream::iter(reads).buffer_unordered(SIDE_BY_SIDE).try_collect().await?;
        let mut batch = Batch { position: self.feed.position(), ..Batch::default() };
        for (tenant, whole, documents) in read {
            match documents {
                Some(documents) => batch.wholes.push(documents),
                None => batch.gone.push((tenant, whole)),
            }
        }
        let (index, ready) = (Arc::clone(&self.index), self.contents.take());
        aside(move || {
            documents::complete(index.as_ref(), &mut batch, &ready)?;
            index.write(&batch)
        })
        .await?;
        self.written = Instant::now();
        self.feed.written();
        self.state.search().caught_up(self.feed.is_at_end(self.state));
        self.contents.look(&self.index).await
    }
}

/// What changed, and its documents; none: it is no more.
type Read = (TenantId, Whole, Option<WholeDocuments>);

async fn read(state: &CaseApiState, tenant: TenantId, whole: Whole) -> Result<Read, StoreError> {
    let handle = state.tenant(&tenant);
    let id = whole.id.as_str();
    let documents = match whole.scope {
        Scope::Case => {
            let reads_files = state.search().config().reader.is_some();
            let story = story::read(&handle, id).await?;
            story.map(|story| documents::of_case(tenant.clone(), &story, reads_files))
        }
        Scope::Record => match handle.load::<Record>(id).await?.filter(|(record, _)| record.exists()) {
            Some((record, _)) => {
                let of = handle.load::<RecordType>(&record.record_type).await?;
                let of = of.as_ref().map(|(of, _)| of.as_ref()).filter(|of| of.exists());
                Some(documents::of_record(tenant.clone(), id, &record, of))
            }
            None => None,
        },
        Scope::Person => {
            let row = handle.get(UserRow::VIEW, id).await?;
            let user = row.as_ref().map(UserRow::read).transpose();
            let user = user.inspect_err(|error| tracing::error!(id, %error, "a row of the directory cannot be read"));
            user.ok().flatten().map(|user| documents::of_person(tenant.clone(), user))
        }
    };
    Ok((tenant, whole, documents))
}
