//! What is uploaded waits until a virus scanner has looked at it.
//!
//! That a file waits is durable before anybody is asked about it, so none is forgotten: what is not answered in the request that
//! completes the upload, or at all, is asked again here, for as long as it waits.

use crate::ACTOR;
use crate::domain::file::{File, FileEvent, FileState};
use crate::follow::pages;
use crate::scan::{AT_ONCE, ScanError, Scanner, Verdict};
use crate::state::{Failure, StorageState};
use crate::store::FileKey;
use crate::views::file::FileRow;
use casewright_access::problem_of;
use casewright_journal::{Causes, CommandContext, Decision, ExecuteError, Filter, TenantId};
use casewright_service::{Problem, Shutdown};
use futures::StreamExt as _;
use std::time::Duration;

/// Pause between two rounds.
const PAUSE: Duration = Duration::from_secs(10);

/// What is known of a file after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It does not wait, or not for us: it is somebody else's turn.
    NotOurs,
    /// It waits no longer.
    Decided,
    /// It goes on waiting.
    Waits,
    /// It goes on waiting, and so do all others: the scanner is not there.
    NobodyThere,
}

/// Has files scanned until a stop is requested.
pub(super) async fn run(state: StorageState, shutdown: Shutdown) {
    loop {
        match shutdown.unless_requested(round(&state)).await {
            Some(Ok(_)) => {}
            Some(Err(failure)) => tracing::error!(error = %Causes(&failure), "files to scan could not be looked for"),
            None => return,
        }
        if shutdown.unless_requested(tokio::time::sleep(PAUSE)).await.is_none() {
            return;
        }
    }
}

/// One round; how many files it was decided about.
///
/// # Errors
/// When the view cannot be read.
pub async fn round(state: &StorageState) -> Result<usize, Failure> {
    let waiting = pages::found(state, Filter::Eq(FileRow::STATE.into(), FileState::Scanning.value())).await?;
    let is_due = |(tenant, id): &(TenantId, String)| !state.scanner.as_ref().is_some_and(|one| one.rests(tenant, id));
    let due: Vec<_> = waiting.into_iter().filter(is_due).collect();
    let attempts = due.into_iter().map(|(tenant, id)| async move {
        attempt(state, &tenant, &id).await.unwrap_or_else(|failure| {
            tracing::warn!(file = %id, error = %Causes(&failure), "a file could not be scanned");
            Attempt::Waits
        })
    });
    let mut attempts = futures::stream::iter(attempts).buffer_unordered(AT_ONCE);
    let mut decided = 0;
    while let Some(attempt) = attempts.next().await {
        match attempt {
            Attempt::Decided => decided += 1,
            Attempt::NotOurs | Attempt::Waits => {}
            Attempt::NobodyThere if !releases(state) => break,
            // Each of them may have waited long enough.
            Attempt::NobodyThere => {}
        }
    }
    Ok(decided)
}

fn releases(state: &StorageState) -> bool {
    state.scanner.as_ref().is_none_or(|scanner| scanner.config.releases_after(i64::MAX))
}

/// Asks about one file, and records what comes of it.
///
/// # Errors
/// See [`Failure`]; it is done again then.
pub(crate) async fn attempt(state: &StorageState, tenant: &TenantId, id: &str) -> Result<Attempt, Failure> {
    let Some(scanner) = &state.scanner else {
        return released_unasked(state, tenant, id).await;
    };
    let Some(_under_way) = scanner.begin(tenant, id) else { return Ok(Attempt::NotOurs) };
    let Some(file) = waiting(state, tenant, id).await? else { return Ok(Attempt::NotOurs) };
    let told = ask(state, scanner, tenant, &file).await?;
    let waited = state.journal.clock().now().as_millisecond() - file.held_at;
    let (event, outcome) = match told {
        Ok(Verdict::Clean) => (FileEvent::FileReleased { unscanned: None }, Attempt::Decided),
        Ok(Verdict::Infected(name)) => {
            tracing::warn!(file = %id, found = %name, "an infected file is kept apart");
            let reason = format!("The virus scanner found {name} in it.");
            (FileEvent::FileInfected { reason }, Attempt::Decided)
        }
        Err(error) => {
            let reason = format!("It was not scanned: {error}.");
            tracing::warn!(file = %id, error = %Causes(&error), "a file was not scanned");
            let waited = if matches!(error, ScanError::TooLarge) { i64::MAX } else { waited };
            if scanner.config.releases_after(waited) {
                (FileEvent::FileReleased { unscanned: Some(reason) }, Attempt::Decided)
            } else if error.is_of_the_scanner() {
                return Ok(Attempt::NobodyThere);
            } else {
                scanner.let_rest(tenant, id);
                (FileEvent::FileScanFailed { reason }, Attempt::Waits)
            }
        }
    };
    if outcome == Attempt::Decided {
        scanner.forget(tenant, id);
    }
    let recorded = record(state, tenant, id, move |current| {
        let is_same = current.attempt == file.attempt && current.blob == file.blob;
        let is_new = !matches!(&event, FileEvent::FileScanFailed { reason } if current.reason.as_ref() == Some(reason));
        (is_same && is_new).then(|| event.clone())
    });
    recorded.await?;
    Ok(outcome)
}

/// Where nobody scans any more, what waited for that is as good as what came later.
async fn released_unasked(state: &StorageState, tenant: &TenantId, id: &str) -> Result<Attempt, Failure> {
    let unscanned = Some("It was not scanned: no virus scanner is set any more.".to_owned());
    record(state, tenant, id, move |_| Some(FileEvent::FileReleased { unscanned: unscanned.clone() })).await?;
    Ok(Attempt::Decided)
}

async fn ask(
    state: &StorageState,
    scanner: &Scanner,
    tenant: &TenantId,
    file: &File,
) -> Result<Result<Verdict, ScanError>, Failure> {
    let place = file.place();
    let blob = file.blob.as_deref().unwrap_or_default();
    let Some(content) = state.store.read(FileKey { tenant, place: &place }, blob, None).await? else {
        return Ok(Err(ScanError::Content(std::io::ErrorKind::NotFound.into())));
    };
    Ok(scanner.scan(file.size, content.stream).await)
}

/// The file, if it waits and this process is the one that decides about it.
async fn waiting(state: &StorageState, tenant: &TenantId, id: &str) -> Result<Option<File>, Failure> {
    decide(state, tenant, id, |file| (Vec::new(), file.state == FileState::Scanning)).await
}

/// Appends the event if the file still waits.
async fn record(
    state: &StorageState,
    tenant: &TenantId,
    id: &str,
    event: impl Fn(&File) -> Option<FileEvent> + Send + 'static,
) -> Result<(), Failure> {
    let done = decide(state, tenant, id, move |file| match file.state {
        FileState::Scanning => (event(file).into_iter().collect(), false),
        _ => (Vec::new(), false),
    });
    done.await.map(drop)
}

/// Appends what `of` says, and answers the file where it says so.
async fn decide(
    state: &StorageState,
    tenant: &TenantId,
    id: &str,
    of: impl Fn(&File) -> (Vec<FileEvent>, bool) + Send + 'static,
) -> Result<Option<File>, Failure> {
    let context = CommandContext { actor: ACTOR.into(), ..CommandContext::default() };
    let done = state
        .journal
        .tenant(tenant)
        .execute::<File, Option<File>, Problem, _>(id, context, move |file, _| {
            let (events, is_wanted) = of(file);
            Ok(Decision { events, answer: is_wanted.then(|| File::clone(file)) })
        })
        .await;
    match done {
        Ok(committed) => Ok(committed.answer),
        // Its owner sees to it.
        Err(ExecuteError::NotOwner { .. }) => Ok(None),
        Err(error) => Err(Failure::Command(problem_of(error))),
    }
}
