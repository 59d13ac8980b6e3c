//! What disposals share: what belongs to a case in all rooms, how it is deleted there, and how a disposal is told.

use super::error::FollowError;
use crate::domain::case::Case;
use crate::domain::disposal::{Disposal, DisposalEvent, DisposalRejection, Owned};
use crate::repository::CaseError;
use crate::rooms::Behalf;
use crate::state::CaseApiState;
use casewright_client::CallError;
use casewright_contracts::links::{CaseFileRow, CaseProcessRow, InstanceCaseRow, MailCaseRow, MailFileRow};
use casewright_contracts::views;
use casewright_journal::{
    Column, CommandContext, Decision, Document, ExecuteError, Filter, Query, StoreError, TenantHandle,
};
use http::StatusCode;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Rows of a view that are read at once.
const PAGE: u64 = 1_000;

/// All rows of a view that pass, none of a room that is not there.
pub(crate) async fn rows(
    handle: &TenantHandle,
    view: &'static str,
    filter: Filter,
) -> Result<Vec<(SmolStr, Document)>, StoreError> {
    if !handle.journal().has_view(view) {
        return Ok(Vec::new());
    }
    let mut query = Query::new(view, filter);
    query.limit = Some(PAGE);
    let mut all = Vec::new();
    loop {
        let page = handle.query(&query).await?;
        all.extend(page.rows);
        query.after = page.next;
        if query.after.is_none() {
            return Ok(all);
        }
    }
}

fn eq(column: Column, value: &str) -> Filter {
    Filter::Eq(column.into(), value.into())
}

fn texts<'a>(rows: &'a [(SmolStr, Document)], column: Column) -> impl Iterator<Item = String> + 'a {
    rows.iter().filter_map(move |(_, row)| column.text(row)).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// All that belongs to a case, and only to it: its documents of now and of before, its mails with what came with them, the processes
/// that it has or that name it.
pub(super) async fn of_case(handle: &TenantHandle, case: &Case) -> Result<Owned, StoreError> {
    let mut mails = case.mails.clone();
    let linked = rows(handle, views::MAIL, eq(MailCaseRow::CASE_ID, &case.id)).await?;
    mails.extend(linked.into_iter().map(|(id, _)| id.to_string()));
    // What was found to answer it and is in no other case.
    let answers =
        Filter::And(vec![eq(MailCaseRow::THREAD_CASE_ID, &case.id), Filter::IsNull(MailCaseRow::CASE_ID.into())]);
    mails.extend(rows(handle, views::MAIL, answers).await?.into_iter().map(|(id, _)| id.to_string()));
    let mut processes: BTreeSet<String> = case.processes.iter().filter_map(|process| process.id.clone()).collect();
    for (view, lead) in
        [(views::CASE_PROCESS, CaseProcessRow::CASE_ID), (views::INSTANCE_CASE, InstanceCaseRow::CASE_ID)]
    {
        processes.extend(rows(handle, view, eq(lead, &case.id)).await?.into_iter().map(|(id, _)| id.to_string()));
    }
    let documents = rows(handle, CaseFileRow::VIEW, eq(CaseFileRow::CASE_ID, &case.id)).await?;
    let mut files: BTreeSet<String> = texts(&documents, CaseFileRow::FILE_ID).collect();
    files.extend(case.documents.iter().map(|document| document.file_id.clone()));
    with_files(handle, Some(&case.id), mails, files, processes).await
}

/// Mails with what came with them.
pub(super) async fn of_mails(handle: &TenantHandle, mails: BTreeSet<String>) -> Result<Owned, StoreError> {
    with_files(handle, None, mails, BTreeSet::new(), BTreeSet::new()).await
}

async fn with_files(
    handle: &TenantHandle,
    case: Option<&str>,
    mails: BTreeSet<String>,
    mut files: BTreeSet<String>,
    processes: BTreeSet<String>,
) -> Result<Owned, StoreError> {
    for mail in &mails {
        files.extend(texts(
            &rows(handle, MailFileRow::VIEW, eq(MailFileRow::MAIL_ID, mail)).await?,
            MailFileRow::FILE_ID,
        ));
    }
    let mut owned = Owned { mails, processes, ..Owned::default() };
    for file in files {
        let is_shared = is_shared(handle, case, &owned.mails, &file).await?;
        let kept = if is_shared { &mut owned.shared_files } else { &mut owned.files };
        kept.insert(file);
    }
    Ok(owned)
}

/// Whether another case, or another mail, has the file as well.
async fn is_shared(
    handle: &TenantHandle,
    case: Option<&str>,
    mails: &BTreeSet<String>,
    file: &str,
) -> Result<bool, StoreError> {
    let of_cases = rows(handle, CaseFileRow::VIEW, eq(CaseFileRow::FILE_ID, file)).await?;
    if texts(&of_cases, CaseFileRow::CASE_ID).any(|other| Some(other.as_str()) != case) {
        return Ok(true);
    }
    let of_mails = rows(handle, MailFileRow::VIEW, eq(MailFileRow::FILE_ID, file)).await?;
    Ok(texts(&of_mails, MailFileRow::MAIL_ID).any(|other| !mails.contains(&other)))
}

/// Deletes it in its rooms. What is gone already is gone: this may be done again. Files go before the mails that lead to them.
pub(super) async fn erase(state: &CaseApiState, behalf: impl Fn() -> Behalf, owned: &Owned) -> Result<(), FollowError> {
    for file in &owned.files {
        gone(state.rooms().storage(behalf()).files().erase(file).await)?;
    }
    for mail in &owned.mails {
        gone(state.rooms().mail(behalf()).mails().erase(mail).await)?;
    }
    for process in &owned.processes {
        let engine = state.rooms().engine(behalf());
        let erased = engine.engine().erase(process).await;
        if erased.as_ref().is_err_and(|error| error.status() == Some(StatusCode::CONFLICT)) {
            // It runs although its case is closed: nobody goes on with it.
            gone(engine.engine().delete(process, "its case is deleted").await)?;
            gone(engine.engine().erase(process).await)?;
        } else {
            gone(erased)?;
        }
    }
    Ok(())
}

fn gone(answer: Result<(), CallError>) -> Result<(), FollowError> {
    match answer {
        Err(error) if !error.is_not_found() => Err(error.into()),
        _ => Ok(()),
    }
}

/// Decides on a disposal.
pub(crate) async fn command<T: Send + 'static>(
    handle: &TenantHandle,
    id: &str,
    actor: &str,
    decide: impl Fn(&Disposal) -> Result<Decision<DisposalEvent, T>, DisposalRejection> + Send + 'static,
) -> Result<Result<T, DisposalRejection>, CaseError> {
    let context = CommandContext { actor: SmolStr::new(actor), ..CommandContext::default() };
    let decided =
        handle.execute::<Disposal, T, DisposalRejection, _>(id, context, move |disposal, _| decide(disposal)).await;
    match decided {
        Ok(committed) => Ok(Ok(committed.answer)),
        Err(ExecuteError::Rejected(rejection)) => Ok(Err(rejection)),
        Err(error) => Err(CaseError::of_journal(error)),
    }
}
