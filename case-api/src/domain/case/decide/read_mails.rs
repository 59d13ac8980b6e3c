//! Somebody has read the mails of a case.

use super::{Decided, Draft, guard};
use crate::domain::case::event::Fact;
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use jiff::Timestamp;

pub(crate) fn read_mails(case: &Case, definition: &CaseDefinition, by: &Person, at: Timestamp) -> Decided {
    guard(case)?;
    let mut draft = Draft::new(case, definition, by, at);
    if !case.unread_mails.is_empty() {
        draft.record(Fact::MailsRead { unread: 0 });
    }
    Ok(draft.decided(()))
}
