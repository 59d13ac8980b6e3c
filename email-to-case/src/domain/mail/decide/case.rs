//! A mail and the case that it belongs to, and its process, which is to find one.

use super::rejection::MailRejection;
use crate::domain::mail::event::MailEvent;
use crate::domain::mail::state::{Mail, MailState};

/// The mail belongs to the case; nothing happens where it does already.
///
/// # Errors
/// It belongs to another one.
pub(crate) fn link(mail: &Mail, case_id: &str) -> Result<Option<MailEvent>, MailRejection> {
    match mail.case_id.as_deref() {
        Some(present) if present == case_id => Ok(None),
        Some(_) => Err(MailRejection::InAnotherCase),
        None => Ok(Some(MailEvent::MailLinked { case_id: case_id.to_owned() })),
    }
}

/// The mail belongs to the case no longer; nothing happens where it belongs to none.
///
/// # Errors
/// It belongs to another one.
pub(crate) fn unlink(mail: &Mail, case_id: &str) -> Result<Option<MailEvent>, MailRejection> {
    match mail.case_id.as_deref() {
        Some(present) if present == case_id => Ok(Some(MailEvent::MailUnlinked { case_id: case_id.to_owned() })),
        Some(_) => Err(MailRejection::InAnotherCase),
        None => Ok(None),
    }
}

/// A received mail is read again from its raw message. `is_over`: its process has ended, so another one is started, unless the
/// mail has got its case meanwhile.
///
/// # Errors
/// It is not received, or its reading is under way.
pub(crate) fn reprocess(mail: &Mail, is_over: bool) -> Result<MailEvent, MailRejection> {
    let was_read = matches!(mail.state, MailState::Undeliverable | MailState::Processed);
    if !was_read || mail.raw_file_id.is_none() {
        return Err(MailRejection::NotReprocessable);
    }
    Ok(MailEvent::MailReprocessed { anew: is_over && mail.case_id.is_none() })
}

/// An instance of this process, started for the mail, has ended. One that ends at once may be heard of before its start was noted: then
/// that is noted here, for who started it finds it done.
pub(crate) fn ended(mail: &Mail, process: &str, process_instance_id: &str) -> Vec<MailEvent> {
    let is_unnoted = mail.state == MailState::Parsed
        && mail.process == process
        && !mail.earlier_instances.iter().any(|earlier| earlier == process_instance_id);
    if !is_unnoted {
        return strand(mail, process_instance_id).into_iter().collect();
    }
    let started = MailEvent::ProcessStarted { process_instance_id: process_instance_id.to_owned() };
    let stranded = MailEvent::MailStranded { process_instance_id: process_instance_id.to_owned() };
    [started].into_iter().chain((mail.case_id.is_none() && mail.problem.is_none()).then_some(stranded)).collect()
}

/// This instance of the mail's process has ended: nobody goes on with a mail that is in no case then.
fn strand(mail: &Mail, process_instance_id: &str) -> Option<MailEvent> {
    let is_stranded = mail.state == MailState::Processed
        && mail.process_instance_id.as_deref() == Some(process_instance_id)
        && mail.case_id.is_none()
        && mail.problem.is_none();
    is_stranded.then(|| MailEvent::MailStranded { process_instance_id: process_instance_id.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{linked, mail, parsed, queued, received, started};
    use super::*;

    #[test]
    fn a_mail_is_linked_once_and_to_one_case() {
        let free = mail(&[received(), parsed()]);
        let bound = mail(&[received(), parsed(), linked("c-1")]);
        assert_eq!(link(&free, "c-1"), Ok(Some(linked("c-1"))));
        assert_eq!(link(&bound, "c-1"), Ok(None));
        assert_eq!(link(&bound, "c-2"), Err(MailRejection::InAnotherCase));
    }

    #[test]
    fn a_mail_is_unlinked_from_its_own_case_only() {
        let free = mail(&[received(), parsed()]);
        let bound = mail(&[received(), parsed(), linked("c-1")]);
        assert_eq!(unlink(&bound, "c-1"), Ok(Some(MailEvent::MailUnlinked { case_id: "c-1".to_owned() })));
        assert_eq!(unlink(&bound, "c-2"), Err(MailRejection::InAnotherCase));
        assert_eq!(unlink(&free, "c-1"), Ok(None));
    }

    #[test]
    fn a_mail_that_was_read_is_processed_again_and_anew_when_nothing_came_of_it() {
        let free = mail(&[received(), parsed(), started("p-1")]);
        let bound = mail(&[received(), parsed(), started("p-1"), linked("c-1")]);
        assert_eq!(reprocess(&free, true), Ok(MailEvent::MailReprocessed { anew: true }));
        assert_eq!(reprocess(&free, false), Ok(MailEvent::MailReprocessed { anew: false }));
        assert_eq!(reprocess(&bound, true), Ok(MailEvent::MailReprocessed { anew: false }));
        let unreadable = MailEvent::MailUndeliverable { problem: "no".to_owned(), code: None };
        assert_eq!(reprocess(&mail(&[received(), unreadable]), false), Ok(MailEvent::MailReprocessed { anew: false }));
    }

    #[test]
    fn a_mail_that_is_being_read_or_is_ours_is_not_processed_again() {
        for events in [vec![received()], vec![received(), parsed()], vec![queued(&["a@b"])]] {
            assert_eq!(reprocess(&mail(&events), true), Err(MailRejection::NotReprocessable), "{events:?}");
        }
    }

    #[test]
    fn a_process_that_ends_before_its_start_is_noted_is_noted_with_its_end() {
        let stranded = MailEvent::MailStranded { process_instance_id: "p-1".to_owned() };
        assert_eq!(ended(&mail(&[received(), parsed()]), "intake", "p-1"), [started("p-1"), stranded.clone()]);
        let bound = mail(&[received(), parsed(), linked("c-1")]);
        assert_eq!(ended(&bound, "intake", "p-1"), [started("p-1")], "it found its case");
        assert_eq!(ended(&mail(&[received(), parsed()]), "another", "x-1"), [], "a process of somebody else's");
        let again = mail(&[received(), parsed(), started("p-1"), MailEvent::MailReprocessed { anew: true }, parsed()]);
        assert_eq!(ended(&again, "intake", "p-1"), [], "that one was before");
        assert_eq!(ended(&mail(&[received(), parsed(), started("p-1")]), "intake", "p-1"), [stranded]);
    }

    #[test]
    fn the_end_of_its_process_strands_a_mail_without_a_case_once() {
        let free = [received(), parsed(), started("p-1")];
        let stranded = MailEvent::MailStranded { process_instance_id: "p-1".to_owned() };
        assert_eq!(strand(&mail(&free), "p-1"), Some(stranded.clone()));
        assert_eq!(strand(&mail(&free), "p-0"), None, "an earlier instance");
        let bound = [&free[..], &[linked("c-1")]].concat();
        assert_eq!(strand(&mail(&bound), "p-1"), None);
        assert_eq!(strand(&mail(&[&free[..], &[stranded]].concat()), "p-1"), None);
    }
}
