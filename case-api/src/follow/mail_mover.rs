//! Moves a mail from one case to another: both cases and the mail room know of it in the end, however often this is begun.

use super::error::FollowError;
use super::mail_observer::files_of;
use crate::domain::case::decide::{self, Taken, TakenMail};
use crate::domain::person::Person;
use crate::repository::Command;
use crate::rooms::Behalf;
use crate::state::CaseApiState;
use casewright_client::CallError;
use casewright_journal::TenantId;

/// A mail, and the cases it is moved between.
pub(super) struct Move<'a> {
    pub(super) mail: &'a str,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    /// Nobody has read it yet.
    pub(super) is_unread: bool,
    pub(super) by: &'a Person,
}

/// Moves the mail. One that is gone, or in a third case by now, stays where it is.
pub(super) async fn relocate(state: &CaseApiState, tenant: &TenantId, wish: Move<'_>) -> Result<(), FollowError> {
    let Move { mail, from, to, is_unread, by } = wish;
    let room = state.rooms().mail(Behalf::of(tenant, by));
    let found = match room.mails().get(mail).await {
        Ok(found) => found,
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if found.case_id.as_deref().is_some_and(|case| case != from && case != to) {
        return Ok(());
    }
    // First the case: what the mail room says then is known there, so a mail that was read is not unread again.
    let mails = vec![TakenMail { id: mail.to_owned(), is_unread, files: files_of(&found) }];
    let taken = Taken { from: from.to_owned(), mails, ..Taken::default() };
    let command = Command::by(by.clone()).because(&format!("mail:{mail}"));
    state
        .cases(tenant)
        .command(to, command, move |case, definition, by, at| decide::take_in(case, definition, &taken, by, at))
        .await?;
    if found.case_id.as_deref() == Some(from) {
        settled(room.mails().unlink(mail, from, &format!("unlink:{mail}:{from}:{to}")).await)?;
    }
    settled(room.mails().link(mail, to, &format!("link:{mail}:{from}:{to}")).await)
}

/// That somebody else has moved it meanwhile is theirs to say.
fn settled(answer: Result<(), CallError>) -> Result<(), FollowError> {
    match answer {
        Ok(()) => Ok(()),
        Err(error) if error.is_not_found() || error.status() == Some(http::StatusCode::CONFLICT) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
