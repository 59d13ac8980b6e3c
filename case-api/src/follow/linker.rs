//! Tells the other case of a link, made or taken away: both have it, however often this is heard.

use super::error::FollowError;
use super::read;
use crate::domain::case::decide;
use crate::domain::case::event::{CaseEvent, Fact};
use crate::repository::{CaseError, Command};
use crate::state::CaseApiState;
use casewright_bus::EntryEnvelope;

pub(super) const CONSUMER: &str = "case-api-linker";

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    if !matches!(entry.event.as_str(), "linked" | "unlinked") {
        return Ok(());
    }
    let CaseEvent { by, fact } = read::event(entry)?;
    let (link, is_made) = match fact {
        Fact::Linked { link } => (link, true),
        Fact::Unlinked { link } => (link, false),
        _ => return Ok(()),
    };
    // What was heard of from there is known there.
    if is_made && link.is_incoming {
        return Ok(());
    }
    let there = link.seen_from_there(&entry.id);
    let command = Command::by(by).because(&format!("case:{}:{}", &entry.id, entry.seq));
    let told = state
        .cases(&entry.tenant)
        .command(&link.other, command, move |case, definition, by, at| match is_made {
            true => decide::link(case, definition, &there, by, at),
            false => decide::unlink(case, definition, &there.id, by, at),
        })
        .await;
    match told {
        Ok(_) | Err(CaseError::Rejected(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
