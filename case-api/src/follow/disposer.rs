//! Deletes a case whose disposal has begun, and all that it owns: files, mails, processes, notifications, then its own log and rows.
//!
//! What there is to delete is written down before anything is, with the disposal; each step may be made again, and nothing is kept in
//! memory: a disposal goes on where a restart left it. The certificate is there before the last step.

use super::disposal::{self, command, erase, rows};
use super::error::FollowError;
use super::read;
use crate::domain::case::decide;
use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::case::hold::{CaseDisposal, DisposalCause};
use crate::domain::case::state::Case;
use crate::domain::correspondence::Correspondence;
use crate::domain::disposal::{DisposedCase, Kept, KeptWhat, NotErasedBecause};
use crate::domain::person::Person;
use crate::domain::rule::log::RuleLog;
use crate::repository::{CaseError, Command};
use crate::rooms::Behalf;
use crate::state::CaseApiState;
use crate::views::case::OWNED;
use crate::views::rule_run::RuleRunRow;
use casewright_bus::EntryEnvelope;
use casewright_instant::Instant;
use casewright_journal::{CommandContext, FORGOTTEN, Filter, TenantHandle};
use std::convert::Infallible;

pub(super) const CONSUMER: &str = "case-api-disposer";

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    if entry.event == FORGOTTEN {
        // What was told of it while it went.
        return erase_notifications(state, &entry.id, Behalf::from(&entry.tenant)).await.map(drop);
    }
    if entry.event != "disposal-begun" {
        return Ok(());
    }
    let CaseEvent { fact, .. } = read::event(entry)?;
    let Fact::DisposalBegun { disposal } = fact else {
        return Ok(());
    };
    // One that is gone was deleted before a restart.
    let (case, version) = state.cases(&entry.tenant).case(&entry.id).await?;
    dispose(state, entry, &case, version, &disposal).await
}

async fn dispose(
    state: &CaseApiState,
    entry: &EntryEnvelope,
    case: &Case,
    version: u64,
    disposal: &CaseDisposal,
) -> Result<(), FollowError> {
    let handle = state.tenant(&entry.tenant);
    let actor = Person::system("disposal").id;
    let named = decide::reference_to(case);
    if disposal.cause == DisposalCause::Policy {
        let (case, by) = (named.clone(), disposal.by.clone());
        settled(command(&handle, &disposal.id, &actor, move |known| known.order(&case, &by)).await?);
    }
    let (id, found) = (case.id.clone(), disposal::of_case(&handle, case).await?);
    let listed = command(&handle, &disposal.id, &actor, move |known| known.list(&id, &found)).await?;
    let Ok(owned) = listed else {
        return Ok(());
    };
    let behalf = || Behalf::of(&entry.tenant, &disposal.by);
    erase(state, behalf, &owned).await?;
    let notifications = erase_notifications(state, &case.id, behalf()).await?;
    let done = DisposedCase {
        case: named.clone(),
        definition: case.definition.clone(),
        closed_at: case.closed_at.map(Instant::from),
        removed: owned.removed(notifications, version),
        sha256: owned.digest(),
    };
    let count = owned.shared_files.len() as u64;
    let shared = Kept { case: Some(named), what: KeptWhat::File, because: NotErasedBecause::Shared, count };
    let kept: Vec<Kept> = (count > 0).then_some(shared).into_iter().collect();
    settled(command(&handle, &disposal.id, &actor, move |known| known.case_done(&done, &kept)).await?);
    let mut views = Vec::new();
    for (view, lead) in OWNED {
        let found = rows(&handle, view, Filter::Eq(lead.into(), case.id.as_str().into())).await?;
        views.push((view.to_owned(), found.into_iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>()));
    }
    beside(&handle, case).await?;
    let (id, because) = (disposal.id.clone(), format!("case:{}:{}", &entry.id, entry.seq));
    state
        .cases(&entry.tenant)
        .command(&case.id, Command::by(Person::system("disposal")).because(&because), move |case, _, _, _| {
            decide::forget(case, &id, views.clone())
        })
        .await?;
    state.noted().notify_waiters();
    Ok(())
}

/// What stands in logs of its own beside that of the case: drafts of mails, and what rules did.
async fn beside(handle: &TenantHandle, case: &Case) -> Result<(), FollowError> {
    let context = || CommandContext { actor: Person::system("disposal").id.into(), ..CommandContext::default() };
    let written = handle
        .execute::<Correspondence, (), Infallible, _>(&case.id, context(), |written, _| Ok(written.forget()))
        .await;
    written.map_err(CaseError::of_journal)?;
    let runs = rows(handle, RuleRunRow::VIEW, Filter::Eq(RuleRunRow::CASE_ID.into(), case.id.as_str().into())).await?;
    let runs: Vec<String> = runs.into_iter().map(|(id, _)| id.to_string()).collect();
    let log =
        handle.execute::<RuleLog, (), Infallible, _>(&case.id, context(), move |log, _| Ok(log.forget(&runs))).await;
    log.map_err(CaseError::of_journal)?;
    Ok(())
}

/// How many there were.
async fn erase_notifications(state: &CaseApiState, case: &str, behalf: Behalf) -> Result<u64, FollowError> {
    match state.rooms().publishers(behalf).notifications().erase_of(case).await {
        // An installation without that room has none.
        Err(error) if error.is_not_found() => Ok(0),
        erased => Ok(erased?),
    }
}

/// What is decided of a disposal here is never refused but to one that is not there.
fn settled<T, E: std::fmt::Display>(decided: Result<T, E>) {
    if let Err(rejection) = decided {
        tracing::error!(%rejection, "a disposal could not be told what came of it");
    }
}
