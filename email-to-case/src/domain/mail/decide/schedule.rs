//! A mail that waits for its time: it is sent then, once, unless somebody changes it or takes it back before.
//!
//! The time of undoing a mail and a time that somebody chose are the same thing, of other lengths.

use super::rejection::MailRejection;
use crate::domain::mail::event::MailEvent;
use crate::domain::mail::state::{Mail, MailState};

/// Its time has come, and it goes out as it was written: who hears of a mail that is on its way hears of it now. None: it does not wait
/// (it was sent or taken back), or not long enough. `now` in milliseconds since 1970.
pub(crate) fn release(mail: &Mail, now: i64) -> Option<MailEvent> {
    if mail.state != MailState::Scheduled || mail.send_at.is_none_or(|at| at > now) {
        return None;
    }
    let content = mail.content.clone()?;
    Some(MailEvent::MailQueued {
        case_id: mail.case_id.clone()?,
        case_number: mail.case_number.clone().unwrap_or_default(),
        content,
        recipients: mail.recipients.clone(),
        mailbox: mail.mailbox.clone(),
        is_automatic: mail.is_automatic,
    })
}

/// It is taken back; none: it was before.
///
/// # Errors
/// It is of another case, or does not wait any more.
pub(crate) fn cancel(mail: &Mail, case_id: &str) -> Result<Option<MailEvent>, MailRejection> {
    match waits_in(mail, case_id) {
        Ok(()) => Ok(Some(MailEvent::MailCancelled)),
        Err(MailRejection::NotScheduled) if mail.state == MailState::Cancelled => Ok(None),
        Err(rejection) => Err(rejection),
    }
}

/// It becomes what `scheduled` says, text, recipients and time.
///
/// # Errors
/// It is of another case, or does not wait any more.
pub(crate) fn reschedule(mail: &Mail, case_id: &str, scheduled: &MailEvent) -> Result<MailEvent, MailRejection> {
    waits_in(mail, case_id)?;
    Ok(scheduled.clone())
}

fn waits_in(mail: &Mail, case_id: &str) -> Result<(), MailRejection> {
    if mail.case_id.as_deref() != Some(case_id) {
        return Err(MailRejection::InAnotherCase);
    }
    if mail.state == MailState::Scheduled { Ok(()) } else { Err(MailRejection::NotScheduled) }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mail, queued, scheduled};
    use super::*;

    #[test]
    fn a_scheduled_mail_is_sent_at_its_time_once_and_as_it_was_written() {
        let waits = mail(&[scheduled(&["a@b"], 5_000)]);
        assert_eq!(release(&waits, 4_999), None);
        assert_eq!(release(&waits, 5_000), Some(queued(&["a@b"])));
        assert_eq!(release(&mail(&[scheduled(&["a@b"], 5_000), queued(&["a@b"])]), 9_000), None, "it is on its way");
    }

    #[test]
    fn what_is_taken_back_is_never_sent_and_what_is_sent_not_taken_back() {
        let waits = [scheduled(&["a@b"], 5_000)];
        assert_eq!(cancel(&mail(&waits), "c-1"), Ok(Some(MailEvent::MailCancelled)));
        assert_eq!(cancel(&mail(&waits), "c-2"), Err(MailRejection::InAnotherCase));
        let taken_back = mail(&[scheduled(&["a@b"], 5_000), MailEvent::MailCancelled]);
        assert_eq!(cancel(&taken_back, "c-1"), Ok(None), "twice is once");
        assert_eq!(release(&taken_back, 9_000), None);
        let sent = mail(&[scheduled(&["a@b"], 5_000), queued(&["a@b"])]);
        assert_eq!(cancel(&sent, "c-1"), Err(MailRejection::NotScheduled));
    }

    #[test]
    fn a_mail_is_changed_while_it_waits() {
        let later = scheduled(&["c@d"], 9_000);
        let waits = mail(&[scheduled(&["a@b"], 5_000)]);
        assert_eq!(reschedule(&waits, "c-1", &later), Ok(later.clone()));
        let changed = mail(&[scheduled(&["a@b"], 5_000), later.clone()]);
        assert_eq!(release(&changed, 5_000), None);
        assert_eq!(release(&changed, 9_000), Some(queued(&["c@d"])));
        assert_eq!(reschedule(&mail(&[queued(&["a@b"])]), "c-1", &later), Err(MailRejection::NotScheduled));
    }

    #[test]
    fn who_is_named_nowhere_is_a_hidden_recipient() {
        let mut seen = mail(&[queued(&["a@b", "c@d"])]);
        if let Some(content) = &mut seen.content {
            content.to = vec![crate::message::Correspondent { name: "A".to_owned(), address: "A@b".to_owned() }];
        }
        assert_eq!(seen.hidden().collect::<Vec<_>>(), ["c@d"]);
    }
}
