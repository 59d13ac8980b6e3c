//! Fills the index of search from the log: cases whose entries came are read whole and written again, about once a second.
//!
//! How far the log was read is written with the documents, so a crash loses nothing; what is read again is written again, which
//! changes nothing. Texts that stand in other rooms ([`contents`]) come later. An index that cannot be written is opened anew.

mod aside;
mod contents;
mod documents;
mod feed;
mod story;

use crate::state::CaseApiState;
use aside::{IndexerError, aside};
use casewright_journal::{Causes, StoreError, TenantId};
use casewright_search::{Batch, CaseDocuments, Embedded, Index};
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
/// Cases written in one go.
const MOST: usize = 2_000;
/// Cases read at once.
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
            (tenant, case) = self.contents.next() => {
                self.changed.insert((tenant, case));
            }
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), IndexerError> {
        let changed = std::mem::take(&mut self.changed);
        let reads = changed.into_iter().map(|(tenant, case)| read(self.state, tenant, case));
        let read: Vec<Read> = stream::iter(reads).buffer_unordered(SIDE_BY_SIDE).try_collect().await?;
        let mut batch = Batch { position: self.feed.position(), ..Batch::default() };
        for (tenant, case, documents) in read {
            match documents {
                Some(documents) => batch.cases.push(documents),
                None => batch.gone.push((tenant, case)),
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

/// A case, and what it holds; none: it is no more.
type Read = (TenantId, String, Option<CaseDocuments>);

async fn read(state: &CaseApiState, tenant: TenantId, case: String) -> Result<Read, StoreError> {
    let story = story::read(&state.tenant(&tenant), &case).await?;
    let reads_files = state.search().config().reader.is_some();
    let documents = story.map(|story| documents::of(tenant.clone(), &story, reads_files));
    Ok((tenant, case, documents))
}
