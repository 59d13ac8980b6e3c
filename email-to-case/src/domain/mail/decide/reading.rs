//! What follows from reading a received mail.

use crate::domain::mail::content::Content;
use crate::domain::mail::event::{MailEvent, ThreadedBy};
use crate::domain::mail::state::{KeptBecause, Mail, MailState, ProblemCode};
use crate::message::Unreadable;

/// How often in a row reading a mail is begun without an end before it is left alone. One end of the process in the midst of a reading is
/// like another: a message that takes the process with it cannot be told from a machine that is switched off at that moment. A few in
/// a row are no accident.
const READINGS: u32 = 5;
/// How often it is begun where it is seen not to come to an end, in too long a time or by a panic: another try comes to the same.
const SEEN: u32 = 2;

/// What is said of a mail whose reading did not end.
const DID_NOT_END: &str = "Reading it was begun again and again and never ended. The message is kept as it came.";

/// A message that was read, and what it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Understood {
    pub(crate) content: Content,
    pub(crate) thread_case_id: Option<String>,
    pub(crate) threaded_by: Option<ThreadedBy>,
    pub(crate) has_forged_token: bool,
    /// What keeps it from starting anything by itself.
    pub(crate) held_by: Option<KeptBecause>,
}

/// Whether the mail is kept, and not understood yet.
pub(crate) fn awaits_reading(mail: &Mail) -> bool {
    mail.state == MailState::Received && mail.raw_file_id.is_some()
}

/// A mail whose reading never ends is left alone; none: it is read once more.
pub(crate) fn give_up_reading(mail: &Mail) -> Option<MailEvent> {
    (mail.readings >= READINGS).then(did_not_end)
}

/// One more reading of the mail was seen not to come to an end; `mail` is as it was when that was begun. None: it is read once more.
pub(crate) fn give_up_unfinished(mail: &Mail) -> Option<MailEvent> {
    (mail.readings + 1 >= SEEN).then(did_not_end)
}

fn did_not_end() -> MailEvent {
    MailEvent::MailUndeliverable { problem: DID_NOT_END.to_owned(), code: Some(ProblemCode::ReadingDidNotEnd) }
}

/// The virus scanner found something in the message, which is not read then; `problem` says what.
pub(crate) fn infected(problem: String) -> MailEvent {
    MailEvent::MailUndeliverable { problem, code: Some(ProblemCode::Infected) }
}

/// Nothing could be made of the message.
pub(crate) fn unreadable(reason: &Unreadable) -> MailEvent {
    let code = match reason {
        Unreadable::NoHeader => ProblemCode::NoHeader,
        Unreadable::NoSender => ProblemCode::NoSender,
    };
    MailEvent::MailUndeliverable { problem: reason.to_string(), code: Some(code) }
}

/// The message was understood. A machine's, or one that its domain disowns, that belongs to no case ends there; one that belongs to a
/// case is for its process to decide on, whoever wrote it.
pub(crate) fn understood(mail: &Mail, message: Understood) -> Vec<MailEvent> {
    let belongs = message.thread_case_id.is_some() || mail.case_id.is_some();
    let kept = message.held_by.filter(|_| !belongs).map(|because| MailEvent::MailKept { because });
    let parsed = MailEvent::MailParsed {
        content: message.content,
        thread_case_id: message.thread_case_id,
        threaded_by: message.threaded_by,
        has_forged_token: message.has_forged_token,
    };
    [parsed].into_iter().chain(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{content, linked, mail, parsed, queued, received};
    use super::*;

    fn message(thread: Option<&str>, held_by: Option<KeptBecause>) -> Understood {
        Understood {
            content: content(),
            thread_case_id: thread.map(str::to_owned),
            threaded_by: thread.map(|_| ThreadedBy::Token),
            has_forged_token: false,
            held_by,
        }
    }

    #[test]
    fn only_a_received_mail_awaits_its_reading() {
        assert!(awaits_reading(&mail(&[received()])));
        assert!(!awaits_reading(&mail(&[received(), parsed()])));
        assert!(!awaits_reading(&mail(&[queued(&["a@b"])])));
    }

    #[test]
    fn reading_that_was_begun_again_and_again_without_an_end_is_given_up() {
        let begun = |count: usize| [vec![received()], vec![MailEvent::ReadingBegun; count]].concat();
        assert_eq!(give_up_reading(&mail(&begun(4))), None, "who switches a machine off a few times loses no mail");
        assert!(matches!(
            give_up_reading(&mail(&begun(5))),
            Some(MailEvent::MailUndeliverable { code: Some(ProblemCode::ReadingDidNotEnd), .. })
        ));
        let ended = [begun(4), vec![MailEvent::ReadingEnded, MailEvent::ReadingBegun]].concat();
        assert_eq!(give_up_reading(&mail(&ended)), None);
    }

    #[test]
    fn reading_that_is_seen_not_to_end_is_tried_once_more_only() {
        let first = mail(&[received()]);
        assert_eq!(give_up_unfinished(&first), None);
        let second = mail(&[received(), MailEvent::ReadingBegun]);
        assert!(matches!(
            give_up_unfinished(&second),
            Some(MailEvent::MailUndeliverable { code: Some(ProblemCode::ReadingDidNotEnd), .. })
        ));
    }

    #[test]
    fn what_cannot_be_read_has_a_code() {
        let MailEvent::MailUndeliverable { code, problem } = unreadable(&Unreadable::NoSender) else {
            panic!("it is undeliverable");
        };
        assert_eq!((code, problem), (Some(ProblemCode::NoSender), Unreadable::NoSender.to_string()));
    }

    #[test]
    fn a_machines_mail_is_kept_when_it_belongs_to_no_case() {
        let because = KeptBecause::Report;
        let events = understood(&mail(&[received()]), message(None, Some(because)));
        assert_eq!(events, [parsed(), MailEvent::MailKept { because }]);
        assert_eq!(understood(&mail(&[received()]), message(None, None)), [parsed()]);
    }

    #[test]
    fn a_machines_mail_that_belongs_to_a_case_is_for_its_process() {
        let machine = Some(KeptBecause::AutomaticAnswer);
        assert_eq!(understood(&mail(&[received()]), message(Some("c-1"), machine)).len(), 1);
        assert_eq!(understood(&mail(&[received(), linked("c-1")]), message(None, machine)).len(), 1);
    }
}
