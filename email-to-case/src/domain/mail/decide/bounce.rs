//! What a delivery status notification (RFC 3464) means for the mail of ours that it is about.

use crate::domain::mail::event::MailEvent;
use crate::domain::mail::state::{Mail, MailState};
use crate::message::report::Bounce;

/// What the report tells that is not known already; and a recipient to whom the mail has not been handed over as far as is
/// known: the report came early. `report` is the mail that it came with.
pub(crate) fn bounced(mail: &Mail, bounce: &Bounce, report: &str) -> (Vec<MailEvent>, Option<String>) {
    if !matches!(mail.state, MailState::Sent | MailState::Bounced | MailState::Queued) {
        return (Vec::new(), None);
    }
    let mut events = Vec::new();
    let mut early = None;
    for failed in &bounce.failed {
        // Where an address was forwarded, the report names another one than we wrote to.
        let ours = mail.recipients.iter().find(|to| failed.addresses.contains(to));
        let only = mail.recipients.first().filter(|_| mail.recipients.len() == 1);
        let recipient = ours.or(only).or_else(|| failed.addresses.last());
        let known = recipient.and_then(|to| mail.deliveries.get(to)).map(|delivery| delivery.state);
        match (mail.state, recipient, known) {
            (_, _, Some(MailState::Bounced)) => {}
            (MailState::Queued, Some(to), None) if mail.recipients.contains(to) => early = Some(to.clone()),
            (MailState::Queued, Some(to), _) => events.push(MailEvent::RecipientBounced {
                to: to.clone(),
                status: failed.said(),
                report_mail_id: report.to_owned(),
            }),
            (MailState::Queued, None, _) => {}
            _ => events.push(MailEvent::MailBounced {
                recipient: recipient.cloned(),
                status: failed.said(),
                report_mail_id: Some(report.to_owned()),
            }),
        }
    }
    (events, early)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mail, parsed, queued, received, taken};
    use super::*;
    use crate::message::report::FailedRecipient;

    fn report(address: &str) -> Bounce {
        let failed =
            FailedRecipient { addresses: vec![address.to_owned()], status: Some("5.1.1".to_owned()), diagnostic: None };
        Bounce { original_message_id: None, failed: vec![failed] }
    }

    fn bounce(to: &str) -> MailEvent {
        MailEvent::MailBounced {
            recipient: Some(to.to_owned()),
            status: Some("5.1.1".to_owned()),
            report_mail_id: Some("m-2".to_owned()),
        }
    }

    fn sent() -> [MailEvent; 3] {
        [queued(&["a@b"]), taken("a@b"), MailEvent::MailSent { answer: "250".to_owned() }]
    }

    #[test]
    fn a_report_about_a_sent_mail_is_told_once() {
        assert_eq!(bounced(&mail(&sent()), &report("a@b"), "m-2"), (vec![bounce("a@b")], None));
        let again = [&sent()[..], &[bounce("a@b")]].concat();
        assert_eq!(bounced(&mail(&again), &report("a@b"), "m-2"), (Vec::new(), None));
    }

    #[test]
    fn the_only_recipient_is_meant_wherever_the_mail_was_forwarded_to() {
        assert_eq!(bounced(&mail(&sent()), &report("elsewhere@b"), "m-2"), (vec![bounce("a@b")], None));
    }

    #[test]
    fn a_report_before_the_hand_over_is_known_comes_early() {
        let waiting = [queued(&["a@b", "c@d"])];
        assert_eq!(bounced(&mail(&waiting), &report("a@b"), "m-2"), (Vec::new(), Some("a@b".to_owned())));
        let handed_over = [queued(&["a@b", "c@d"]), taken("a@b")];
        let event = MailEvent::RecipientBounced {
            to: "a@b".to_owned(),
            status: Some("5.1.1".to_owned()),
            report_mail_id: "m-2".to_owned(),
        };
        assert_eq!(bounced(&mail(&handed_over), &report("a@b"), "m-2"), (vec![event], None));
    }

    #[test]
    fn a_report_means_nothing_for_a_received_mail() {
        assert_eq!(bounced(&mail(&[received(), parsed()]), &report("a@b"), "m-2"), (Vec::new(), None));
    }
}
