//! Texts that stand in other rooms: what mails say, what is in files. The index knows what is awaited, so nothing is lost; a
//! text is fetched once and kept with the index.

use super::aside::{IndexerError, aside};
use crate::state::CaseApiState;
use casewright_client::files::FileState;
use casewright_client::mails::Mail;
use casewright_client::{CallError, Refused, http_client};
use casewright_journal::{Causes, TenantId};
use casewright_search::extract::Isolated;
use casewright_search::{Awaited, Content, Document, Index, Kind, Known, Thing, Whole};
use http::StatusCode;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// Texts fetched at once.
const SIDE_BY_SIDE: usize = 2;
/// How many that are awaited are looked at.
const LOOK: usize = 256;
/// Bytes of a file that is read.
const LARGEST_FILE: u64 = 20 << 20;
/// Refusals after which a text is not asked for again.
const ATTEMPTS: u32 = 8;
/// Before something is asked for again: after the first refusal, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
const TRANSFER: Duration = Duration::from_secs(60);

/// What was fetched and is not written yet.
#[derive(Default)]
pub(super) struct Ready(HashMap<Awaited, Known>);

impl Ready {
    pub(super) fn get(&self, tenant: &TenantId, whole: &Whole, document: &Document) -> Option<&Known> {
        self.0.get(&Awaited {
            tenant: tenant.clone(),
            whole: whole.clone(),
            kind: document.kind,
            id: document.id.clone(),
            source: document.source.clone(),
        })
    }
}

pub(super) struct Contents {
    state: CaseApiState,
    /// Under way.
    fetches: JoinSet<(Awaited, Result<Known, FetchError>)>,
    started: Vec<Awaited>,
    /// Waits until then, after so many refusals.
    later: HashMap<Awaited, (Instant, u32)>,
    ready: Ready,
    /// Found in the index, and not begun.
    queue: Vec<Awaited>,
}

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("another room did not give it")]
    Room(#[from] CallError),
    #[error("no HTTP client can be made")]
    Http(#[from] reqwest::Error),
    #[error("the file waits for the virus scanner")]
    Scanning,
    #[error("reading the file was ended")]
    Ended(#[from] tokio::task::JoinError),
}

impl Contents {
    pub(super) fn new(state: &CaseApiState) -> Self {
        Self {
            state: state.clone(),
            fetches: JoinSet::new(),
            started: Vec::new(),
            later: HashMap::new(),
            ready: Ready::default(),
            queue: Vec::new(),
        }
    }

    /// Looks what the index awaits.
    pub(super) async fn look(&mut self, index: &Arc<dyn Index>) -> Result<(), IndexerError> {
        let index = Arc::clone(index);
        let awaited = aside(move || index.awaited(LOOK)).await?;
        self.queue = awaited.into_iter().filter(|one| !self.started.contains(one)).collect();
        self.begin();
        Ok(())
    }

    /// What the next text that is there is part of. Waits for it; may be dropped at any time.
    pub(super) async fn next(&mut self) -> (TenantId, Whole) {
        loop {
            self.begin();
            let wake = self.later.values().map(|(at, _)| *at).filter(|_| !self.queue.is_empty()).min();
            let joined = tokio::select! {
                Some(joined) = self.fetches.join_next() => joined,
                () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => continue,
                else => std::future::pending().await,
            };
            let Ok((awaited, fetched)) = joined else {
                // It panicked; the index still awaits it.
                tracing::error!("fetching a text for the search index went wrong");
                self.started.clear();
                continue;
            };
            self.started.retain(|one| *one != awaited);
            if let Some(known) = self.settle(&awaited, fetched) {
                let whole = (awaited.tenant.clone(), awaited.whole.clone());
                self.ready.0.insert(awaited, known);
                return whole;
            }
        }
    }

    /// All that is ready, to be written.
    pub(super) fn take(&mut self) -> Ready {
        std::mem::take(&mut self.ready)
    }

    fn begin(&mut self) {
        let now = Instant::now();
        while self.fetches.len() < SIDE_BY_SIDE {
            let is_due = |one: &Awaited| self.later.get(one).is_none_or(|(at, _)| *at <= now);
            let Some(place) = self.queue.iter().position(is_due) else {
                return;
            };
            let awaited = self.queue.swap_remove(place);
            self.started.push(awaited.clone());
            let state = self.state.clone();
            self.fetches.spawn(async move {
                let fetched = fetch(&state, &awaited).await;
                (awaited, fetched)
            });
        }
    }

    /// None: it is asked for again later.
    fn settle(&mut self, awaited: &Awaited, fetched: Result<Known, FetchError>) -> Option<Known> {
        let attempts = self.later.remove(awaited).map_or(0, |(_, attempts)| attempts);
        let error = match fetched {
            Ok(known) => return Some(known),
            Err(FetchError::Room(CallError::Refused(Refused { status: StatusCode::NOT_FOUND, .. }))) => {
                return Some(missing());
            }
            Err(error) => error,
        };
        // Who does not answer at all is not to blame the text for it.
        let is_refused = matches!(&error, FetchError::Room(CallError::Refused(_) | CallError::Shape { .. }));
        let attempts = attempts + u32::from(is_refused);
        let (kind, id) = (awaited.kind.as_str(), awaited.source.as_str());
        if attempts >= ATTEMPTS {
            tracing::warn!(kind, id, error = %Causes(&error), "a text is left out of the search index");
            return Some(missing());
        }
        tracing::debug!(kind, id, attempts, error = %Causes(&error), "a text for the search index is asked for again");
        let pause = (PAUSE.0 * 2_u32.saturating_pow(attempts)).min(PAUSE.1);
        self.later.insert(awaited.clone(), (Instant::now() + pause, attempts));
        self.queue.push(awaited.clone());
        None
    }
}

fn missing() -> Known {
    Known {
        title: String::new(),
        text: String::new(),
        from: Vec::new(),
        has: BTreeSet::new(),
        content: Content::Missing,
    }
}

async fn fetch(state: &CaseApiState, awaited: &Awaited) -> Result<Known, FetchError> {
    match (awaited.kind, &state.search().config().reader) {
        (Kind::Mail, _) => Ok(mail(state.rooms().mail(&awaited.tenant).mails().get(&awaited.source).await?)),
        (Kind::File, Some(reader)) => file(state, awaited, reader.clone()).await,
        (Kind::File | Kind::Case | Kind::Comment | Kind::Task | Kind::Record | Kind::Person, _) => Ok(missing()),
    }
}

fn mail(mail: Mail) -> Known {
    let from = mail.from.map(|from| vec![from.address, from.name]).unwrap_or_default();
    let has = mail.attachments.iter().any(|part| part.is_kept()).then_some(Thing::Attachment);
    Known {
        title: mail.subject,
        text: mail.text,
        from: from.into_iter().filter(|name| !name.is_empty()).collect(),
        has: has.into_iter().collect(),
        content: Content::Known,
    }
}

async fn file(state: &CaseApiState, awaited: &Awaited, reader: Isolated) -> Result<Known, FetchError> {
    let storage = state.rooms().storage(&awaited.tenant);
    let file = storage.files().get(&awaited.source).await?;
    match file.state {
        FileState::Ready if file.size <= LARGEST_FILE => {}
        FileState::Pending | FileState::Scanning => return Err(FetchError::Scanning),
        _ => return Ok(missing()),
    }
    let bytes = storage.files().read(&http_client(TRANSFER)?, &awaited.source).await?;
    let (name, media_type, id) = (file.name, file.content_type, awaited.source.clone());
    let read = tokio::task::spawn_blocking(move || reader.read(&name, &media_type, &bytes)).await?;
    Ok(match read {
        Ok(text) => Known { text, content: Content::Known, ..missing() },
        Err(why) => {
            tracing::info!(%id, %why, "a file is found by its name alone");
            missing()
        }
    })
}
