//! Uploads that were announced and never completed go away, and so do bytes that nobody can reach any more.
//!
//! First the journal says that a file is gone, then its bytes are removed, then the journal says that nothing is left: a
//! crash between any two leaves work for the next round and never a file without bytes.

use crate::ACTOR;
use crate::domain::file::{File, FileEvent, FileState, Taken};
use crate::follow::pages;
use crate::state::{Failure, StorageState};
use crate::store::FileKey;
use crate::views::file::FileRow;
use casewright_access::problem_of;
use casewright_journal::Causes;
use casewright_journal::{CommandContext, Decision, ExecuteError, Filter, TenantId};
use casewright_service::{Problem, Shutdown};
use std::time::Duration;

/// Pause between two rounds.
const PAUSE: Duration = Duration::from_secs(300);
/// What was uploaded longer ago than this was announced longer ago than an upload may take.
const STALE: Duration = Duration::from_secs(48 * 3600);

/// Cleans up until a stop is requested.
pub(super) async fn run(state: StorageState, shutdown: Shutdown) {
    loop {
        match shutdown.unless_requested(round(&state)).await {
            Some(Ok(0)) => {}
            Some(Ok(files)) => tracing::info!(files, "uploads that were never completed were removed"),
            Some(Err(failure)) => {
                tracing::error!(error = %Causes(&failure), "uploads could not be looked through")
            }
            None => return,
        }
        if shutdown.unless_requested(tokio::time::sleep(PAUSE)).await.is_none() {
            return;
        }
    }
}

/// One round; how many files were cleaned up. What fails for one file is logged and left to the next round.
///
/// # Errors
/// When the view cannot be read.
pub async fn round(state: &StorageState) -> Result<usize, Failure> {
    let now = state.journal.clock().now().as_millisecond();
    let overdue = Filter::And(vec![
        Filter::Eq(FileRow::STATE.into(), FileState::Pending.value()),
        Filter::Lte(FileRow::EXPIRES_AT.into(), now.into()),
    ]);
    for (tenant, id) in pages::found(state, overdue).await? {
        if let Err(failure) = expire(state, &tenant, &id).await {
            tracing::warn!(file = %id, error = %Causes(&failure), "an upload could not be ended");
        }
    }
    let mut cleaned = 0;
    for (tenant, id) in pages::found(state, Filter::Eq(FileRow::HAS_LEFTOVERS.into(), true.into())).await? {
        match remove_leftovers(state, &tenant, &id).await {
            Ok(()) => cleaned += 1,
            Err(failure) => tracing::warn!(file = %id, error = %Causes(&failure), "bytes could not be removed"),
        }
    }
    Ok(cleaned + state.store.sweep(STALE).await?)
}

/// Ends an upload that is overdue.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn expire(state: &StorageState, tenant: &TenantId, id: &str) -> Result<(), Failure> {
    let freed = command(state, tenant, id, |file, now| {
        let is_overdue = file.state == FileState::Pending && file.expires_at <= now;
        is_overdue.then_some(FileEvent::UploadExpired)
    })
    .await?;
    if let Some(taken) = &freed {
        state.usage.release(tenant, taken).await;
    }
    Ok(())
}

/// Removes what the store holds of a file that is gone, and records that.
///
/// # Errors
/// See [`Failure`]; it is done again then.
pub(crate) async fn remove_leftovers(state: &StorageState, tenant: &TenantId, id: &str) -> Result<(), Failure> {
    let Some((file, _)) = state.journal.tenant(tenant).load::<File>(id).await? else {
        return Ok(());
    };
    if !file.has_leftovers {
        return Ok(());
    }
    // What is announced anew meanwhile is kept elsewhere.
    let attempt = file.attempt;
    state.store.discard(FileKey { tenant, place: &file.place() }).await?;
    command(state, tenant, id, move |file, _| {
        (file.has_leftovers && file.attempt == attempt).then_some(FileEvent::BytesRemoved)
    })
    .await?;
    Ok(())
}

/// What the event gives back to quotas.
async fn command(
    state: &StorageState,
    tenant: &TenantId,
    id: &str,
    decide: impl Fn(&File, i64) -> Option<FileEvent> + Send + 'static,
) -> Result<Option<Taken>, Failure> {
    let context = CommandContext { actor: ACTOR.into(), ..CommandContext::default() };
    let done = state
        .journal
        .tenant(tenant)
        .execute::<File, Option<Taken>, Problem, _>(id, context, move |file, context| {
            let event = decide(file, context.at.as_millisecond());
            let frees = event.is_some() && file.state.counts();
            Ok(Decision { events: event.into_iter().collect(), answer: frees.then(|| file.taken()) })
        })
        .await;
    match done {
        Ok(committed) => Ok(committed.answer),
        // Its owner cleans it up.
        Err(ExecuteError::NotOwner { .. }) => Ok(None),
        Err(error) => Err(Failure::Command(problem_of(error))),
    }
}
