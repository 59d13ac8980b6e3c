//! What an attempt to send a mail comes to.

use crate::domain::mail::event::MailEvent;
use crate::domain::mail::state::{Mail, MailState};
use casewright_delivery::{Next, Patience};

/// An attempt to hand a mail over that is at its end; what became of each recipient is recorded already.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// Why some could not be served this time, which may pass.
    pub(crate) passing: Option<String>,
    /// What the relay said last.
    pub(crate) answer: String,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
}

/// Another attempt, where some wait and patience lasts; else the mail is sent as far as the relay took it for anybody.
pub(crate) fn attempted(mail: &Mail, attempt: &Attempt, patience: Patience) -> Vec<MailEvent> {
    let count = mail.attempts + 1;
    if let (Some(problem), Next::Again(pause)) = (&attempt.passing, patience.after(count)) {
        let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
        let next_at = attempt.at.saturating_add(pause);
        return vec![MailEvent::SendDelayed { problem: problem.clone(), attempt: count, next_at }];
    }
    let mut undelivered: Vec<(String, String)> =
        mail.refused().map(|(to, delivery)| (to.clone(), delivery.answer.clone())).collect();
    let mut events = Vec::new();
    if let Some(problem) = &attempt.passing {
        for to in mail.pending() {
            events.push(MailEvent::RecipientRefused { to: to.clone(), problem: problem.clone() });
            undelivered.push((to.clone(), problem.clone()));
        }
    }
    if undelivered.len() == mail.recipients.len() {
        let problem = undelivered.into_iter().next().map(|(_, problem)| problem).unwrap_or_default();
        events.push(MailEvent::SendFailed { problem });
        return events;
    }
    // A report came about some while others still waited.
    let bounced = mail.deliveries.iter().filter(|(_, delivery)| delivery.state == MailState::Bounced);
    let bounced = bounced.map(|(to, delivery)| (to.clone(), delivery.answer.clone()));
    events.push(MailEvent::MailSent { answer: attempt.answer.clone() });
    // Some have it, and who wrote it has to know who does not.
    events.extend(undelivered.into_iter().chain(bounced).map(|(to, problem)| MailEvent::MailBounced {
        recipient: Some(to),
        status: Some(problem),
        report_mail_id: None,
    }));
    events
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mail, queued, refused, taken};
    use super::*;
    use std::time::Duration;

    const PATIENCE: Patience = Patience { attempts: 2, first_pause: Duration::from_secs(10) };

    fn attempt(passing: Option<&str>) -> Attempt {
        Attempt { passing: passing.map(str::to_owned), answer: "250".to_owned(), at: 1_000 }
    }

    fn bounce(to: &str, status: &str) -> MailEvent {
        MailEvent::MailBounced { recipient: Some(to.to_owned()), status: Some(status.to_owned()), report_mail_id: None }
    }

    fn sent() -> MailEvent {
        MailEvent::MailSent { answer: "250".to_owned() }
    }

    #[test]
    fn a_mail_that_all_have_is_sent() {
        let mail = mail(&[queued(&["a@b", "c@d"]), taken("a@b"), taken("c@d")]);
        assert_eq!(attempted(&mail, &attempt(None), PATIENCE), [sent()]);
    }

    #[test]
    fn who_wrote_it_learns_who_was_refused() {
        let mail = mail(&[queued(&["a@b", "c@d"]), taken("a@b"), refused("c@d")]);
        assert_eq!(attempted(&mail, &attempt(None), PATIENCE), [sent(), bounce("c@d", "550")]);
    }

    #[test]
    fn a_mail_that_was_refused_for_all_has_failed() {
        let mail = mail(&[queued(&["a@b"]), refused("a@b")]);
        assert_eq!(attempted(&mail, &attempt(None), PATIENCE), [MailEvent::SendFailed { problem: "550".to_owned() }]);
    }

    #[test]
    fn what_may_pass_is_tried_again_while_patience_lasts() {
        let events = [queued(&["a@b", "c@d"]), taken("a@b")];
        let delayed = MailEvent::SendDelayed { problem: "busy".to_owned(), attempt: 1, next_at: 11_000 };
        assert_eq!(attempted(&mail(&events), &attempt(Some("busy")), PATIENCE), std::slice::from_ref(&delayed));
        let given_up = MailEvent::RecipientRefused { to: "c@d".to_owned(), problem: "busy".to_owned() };
        assert_eq!(
            attempted(&mail(&[&events[..], &[delayed]].concat()), &attempt(Some("busy")), PATIENCE),
            [given_up, sent(), bounce("c@d", "busy")]
        );
    }

    #[test]
    fn a_report_that_came_meanwhile_is_told_with_the_rest() {
        let reported = MailEvent::RecipientBounced {
            to: "a@b".to_owned(),
            status: Some("5.1.1".to_owned()),
            report_mail_id: "m-2".to_owned(),
        };
        let mail = mail(&[queued(&["a@b", "c@d"]), taken("a@b"), reported, taken("c@d")]);
        assert_eq!(attempted(&mail, &attempt(None), PATIENCE), [sent(), bounce("a@b", "5.1.1")]);
    }
}
