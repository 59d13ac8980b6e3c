//! Takes a mail along into the case that was made of it.

use super::error::FollowError;
use super::mail_mover::{Move, relocate};
use super::read;
use crate::domain::case::event::{CaseEvent, Fact};
use crate::state::CaseApiState;
use casewright_bus::EntryEnvelope;

pub(super) const CONSUMER: &str = "case-api-splitter";

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    if entry.event != "split-off" {
        return Ok(());
    }
    let CaseEvent { by, fact } = read::event(entry)?;
    let Fact::SplitOff { from, mail_id: Some(mail) } = fact else {
        return Ok(());
    };
    let wish = Move { mail: &mail, from: &from.id, to: &entry.id, is_unread: false, by: &by };
    relocate(state, &entry.tenant, wish).await
}
