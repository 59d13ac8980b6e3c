//! What is decided about a mail: of its state and what is asked, the events that follow, or why nothing does. Pure: whoever
//! asks, asks inside the journal's command.

mod attempt;
mod bounce;
mod case;
mod reading;
mod rejection;
mod schedule;
#[cfg(test)]
mod testing;

pub(crate) use attempt::{Attempt, attempted};
pub(crate) use bounce::bounced;
pub(crate) use case::{ended, link, reprocess, unlink};
pub(crate) use reading::{
    Understood, awaits_reading, give_up_reading, give_up_unfinished, infected, understood, unreadable,
};
pub(crate) use rejection::MailRejection;
pub(crate) use schedule::{cancel, release, reschedule};

use super::authentication::Authentication;
use super::event::MailEvent;
use super::state::{Mail, MailState};

/// A delivery becomes a mail, unless it is one already: nothing then. `version` is that of the mail before; 0: there is none. `found`: of
/// whom it is, when that was looked at already.
pub(crate) fn receive(version: u64, received: &MailEvent, found: Option<&Authentication>) -> Vec<MailEvent> {
    if version > 0 {
        return Vec::new();
    }
    let found = found.map(|found| MailEvent::MailAuthenticated { authentication: found.clone() });
    [received.clone()].into_iter().chain(found).collect()
}

/// A mail is queued to be sent, unless it was before. What stops it is recorded with it.
pub(crate) fn queue(version: u64, queued: &MailEvent, stopped: Option<&str>) -> Vec<MailEvent> {
    if version > 0 {
        return Vec::new();
    }
    let failed = stopped.map(|problem| MailEvent::SendFailed { problem: problem.to_owned() });
    [queued.clone()].into_iter().chain(failed).collect()
}

/// How a mail stands that is asked for again, by who asks for the same case.
///
/// # Errors
/// It was queued for another one.
pub(crate) fn repeat(mail: &Mail, case_id: &str) -> Result<MailState, MailRejection> {
    if mail.case_id.as_deref() == Some(case_id) { Ok(mail.state) } else { Err(MailRejection::KeyReused) }
}

/// A mail is deleted, once. `version` is that of the mail before; 0: the log has lost it already.
pub(crate) fn forget(version: u64, mail: &Mail, forgotten: &MailEvent) -> Vec<MailEvent> {
    if version == 0 || mail.is_forgotten { Vec::new() } else { vec![forgotten.clone()] }
}

/// What was decided of a mail in one state means nothing for it in another.
pub(crate) fn only_in(expected: MailState, mail: &Mail, events: &[MailEvent]) -> Vec<MailEvent> {
    if mail.state == expected { events.to_vec() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::testing::{mail, queued};
    use super::*;

    #[test]
    fn a_mail_is_queued_once_and_stopped_with_a_word_why() {
        let event = queued(&["a@b"]);
        assert_eq!(queue(0, &event, None), std::slice::from_ref(&event));
        let failed = MailEvent::SendFailed { problem: "a loop".to_owned() };
        assert_eq!(queue(0, &event, Some("a loop")), [event.clone(), failed]);
        assert_eq!(queue(1, &event, None), []);
    }

    #[test]
    fn a_delivery_becomes_a_mail_once() {
        let event = testing::received();
        assert_eq!(receive(0, &event, None), std::slice::from_ref(&event));
        let authentication = Authentication::default();
        let found = MailEvent::MailAuthenticated { authentication: authentication.clone() };
        assert_eq!(receive(0, &event, Some(&authentication)), [event.clone(), found]);
        assert_eq!(receive(1, &event, Some(&authentication)), []);
    }

    #[test]
    fn a_repeat_is_answered_for_the_same_case_only() {
        let mail = mail(&[queued(&["a@b"])]);
        assert_eq!(repeat(&mail, "c-1"), Ok(MailState::Queued));
        assert_eq!(repeat(&mail, "c-2"), Err(MailRejection::KeyReused));
    }

    #[test]
    fn a_mail_is_forgotten_once_and_nothing_of_it_is_kept() {
        let forgotten = MailEvent::Forgotten { files: vec!["raw".to_owned()] };
        let known = mail(&[testing::received()]);
        assert_eq!(forget(1, &known, &forgotten), std::slice::from_ref(&forgotten));
        let gone = mail(&[testing::received(), forgotten.clone()]);
        assert_eq!(forget(2, &gone, &forgotten), []);
        assert_eq!(forget(0, &mail(&[]), &forgotten), []);
        let nothing = Mail { is_forgotten: true, state: MailState::Cancelled, ..mail(&[]) };
        assert_eq!(gone, nothing);
    }

    #[test]
    fn what_was_decided_in_another_state_is_left_out() {
        let mail = mail(&[testing::received()]);
        assert_eq!(only_in(MailState::Received, &mail, &[MailEvent::ReadingBegun]), [MailEvent::ReadingBegun]);
        assert_eq!(only_in(MailState::Parsed, &mail, &[MailEvent::ReadingBegun]), []);
    }
}
