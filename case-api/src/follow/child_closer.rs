//! Closes the children of a case that was closed, where its definition has them close with it: each by the same decision as by hand,
//! for who closed the parent, and its own children as its own definition has it. Closing twice changes nothing.

use super::error::FollowError;
use super::read;
use crate::domain::case::decide::{self, CaseRejection, CloseWish, Closing, Observation, OnOpenWork};
use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::person::Person;
use crate::hierarchy::{self, ChildrenError};
use crate::repository::{CaseError, Command};
use crate::state::CaseApiState;
use casewright_bus::EntryEnvelope;

pub(super) const CONSUMER: &str = "case-api-child-closer";

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    if entry.event != "children-closing" {
        return Ok(());
    }
    let CaseEvent { by, fact } = read::event(entry)?;
    let Fact::ChildrenClosing { children, cancels } = fact else {
        return Ok(());
    };
    let open_work = if cancels { OnOpenWork::Cancel } else { OnOpenWork::Refuse };
    let (parent, _) = state.cases(&entry.tenant).case(&entry.id).await?;
    for child in children {
        match close(state, entry, &child, open_work, &by, &parent.number).await {
            Ok(()) => {}
            Err(error) if error.is_gone() => {}
            // Work that came in between: somebody has to look, and the parent says so.
            Err(CaseError::Rejected(rejection)) => left_open(state, entry, &child, &rejection.to_string()).await?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

async fn close(
    state: &CaseApiState,
    entry: &EntryEnvelope,
    id: &str,
    open_work: OnOpenWork,
    by: &Person,
    parent: &str,
) -> Result<(), CaseError> {
    let cases = state.cases(&entry.tenant);
    let (child, _) = cases.case(id).await?;
    let definition = cases.definition_of(&child).await?;
    let closing = Closing { open_work, ..Closing::default() };
    let closing = match hierarchy::with_children(&cases, &child, &definition, closing).await {
        Ok(closing) => closing,
        Err(ChildrenError::Open(_)) => return Err(CaseError::Rejected(CaseRejection::OpenChildren)),
        Err(ChildrenError::Case(error)) => return Err(error),
    };
    let reason = format!("Closed with {parent}");
    let wish = CloseWish { status: None, reason: Some(reason), closing };
    let command = Command::by(by.clone()).because(&format!("case:{}:{}", &entry.id, entry.seq));
    cases.command(id, command, move |case, definition, by, at| decide::close(case, definition, &wish, by, at)).await?;
    Ok(())
}

async fn left_open(state: &CaseApiState, entry: &EntryEnvelope, child: &str, reason: &str) -> Result<(), FollowError> {
    tracing::warn!(case = %entry.id, child, reason, "a child case was not closed with its parent");
    let reason = format!("a child case stays open: {reason}");
    let refused = Observation::CancelRefused { step: "Closing the child cases".to_owned(), reason };
    let command = Command::by(Person::system("case-api")).because(&format!("case:{}:{}", &entry.id, entry.seq));
    state
        .cases(&entry.tenant)
        .command(&entry.id, command, move |case, definition, by, at| {
            decide::observe(case, definition, &refused, by, at)
        })
        .await?;
    Ok(())
}
