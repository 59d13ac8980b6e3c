//! How an event changes a mail; the only writer of its state.

use super::content::Content;
use super::event::MailEvent;
use super::state::{Delivery, KeptBecause, Mail, MailState, ProblemCode};
use casewright_journal::{Aggregate, AggregateKey, EntryMeta};
use std::collections::BTreeMap;

/// What is said of a mail whose process has ended without a case for it.
const IN_NO_CASE: &str = "Its process has ended, and the mail is in no case.";

/// What is said of a mail that is kept back.
const UNAUTHENTICATED: &str =
    "The domain of its sender does not stand by it (DMARC). Process it again to let it through.";

/// What is said of a delivery that failed without a word why.
const UNDELIVERED: &str = "reported as undeliverable";

impl Aggregate for Mail {
    type Event = MailEvent;

    const KIND: &'static str = "mail";

    fn empty(key: &AggregateKey) -> Self {
        Self {
            id: key.id.to_string(),
            state: MailState::Received,
            is_outgoing: false,
            mailbox: String::new(),
            process: String::new(),
            raw_file_id: None,
            envelope_from: None,
            envelope_to: Vec::new(),
            origin: None,
            authentication: None,
            is_released: false,
            content: None,
            thread_case_id: None,
            has_forged_token: false,
            process_instance_id: None,
            case_id: None,
            case_number: None,
            recipients: Vec::new(),
            deliveries: BTreeMap::new(),
            problem: None,
            problem_code: None,
            readings: 0,
            waits_for: None,
            is_held_back: false,
            kept_because: None,
            earlier_instances: Vec::new(),
            send_at: None,
            scheduled_by: None,
            is_automatic: false,
            attempts: 0,
            next_at: None,
            answer: None,
            is_forgotten: false,
        }
    }

    fn apply(&mut self, event: &MailEvent, meta: &EntryMeta) {
        let at = meta.at.as_millisecond();
        match event {
            MailEvent::MailReceived { mailbox, process, envelope_from, envelope_to, raw_file_id, origin, .. } => {
                self.origin.clone_from(origin);
                self.envelope_from = Some(envelope_from.clone());
                self.mailbox.clone_from(mailbox);
                self.process.clone_from(process);
                self.envelope_to.clone_from(envelope_to);
                self.raw_file_id = Some(raw_file_id.clone());
            }
            MailEvent::MailAuthenticated { authentication } => self.authentication = Some(authentication.clone()),
            MailEvent::MailParsed { content, thread_case_id, has_forged_token, .. } => {
                self.state = MailState::Parsed;
                self.readings = 0;
                self.waits_for = None;
                self.content = Some(content.clone());
                self.thread_case_id.clone_from(thread_case_id);
                self.has_forged_token = *has_forged_token;
            }
            MailEvent::ReadingBegun => self.readings += 1,
            MailEvent::ReadingEnded => self.readings = 0,
            MailEvent::MailWaits { waits_for } => {
                self.readings = 0;
                self.waits_for = Some(waits_for.clone());
            }
            MailEvent::MailKept { because } => {
                self.state = MailState::Processed;
                self.kept_because = Some(*because);
                if *because == KeptBecause::Unauthenticated {
                    self.problem = Some(UNAUTHENTICATED.to_owned());
                    self.problem_code = Some(ProblemCode::Unauthenticated);
                }
            }
            MailEvent::MailUndeliverable { problem, code } => {
                self.state = MailState::Undeliverable;
                self.problem = Some(problem.clone());
                self.problem_code = *code;
                self.readings = 0;
                self.waits_for = None;
            }
            MailEvent::MailReprocessed { anew } => {
                self.state = MailState::Received;
                self.problem = None;
                self.problem_code = None;
                self.is_released |= self.kept_because == Some(KeptBecause::Unauthenticated);
                self.kept_because = None;
                self.readings = 0;
                self.is_held_back = false;
                if *anew {
                    self.earlier_instances.extend(self.process_instance_id.take());
                }
            }
            MailEvent::MailHeldBack => self.is_held_back = true,
            MailEvent::ProcessStarted { process_instance_id } => {
                self.state = MailState::Processed;
                self.is_held_back = false;
                self.process_instance_id = Some(process_instance_id.clone());
            }
            MailEvent::MailStranded { .. } => {
                self.problem = Some(IN_NO_CASE.to_owned());
                self.problem_code = Some(ProblemCode::InNoCase);
            }
            MailEvent::MailLinked { case_id } => {
                self.case_id = Some(case_id.clone());
                if matches!(self.problem_code, Some(ProblemCode::InNoCase | ProblemCode::Unauthenticated)) {
                    self.problem = None;
                    self.problem_code = None;
                }
            }
            MailEvent::MailUnlinked { .. } => self.case_id = None,
            MailEvent::MailBounced { recipient, status, .. } => {
                let status = status.clone().unwrap_or_else(|| UNDELIVERED.to_owned());
                for to in self.recipients.iter().filter(|to| recipient.as_ref().is_none_or(|one| one == *to)) {
                    self.deliveries
                        .insert(to.clone(), Delivery { state: MailState::Bounced, answer: status.clone(), at });
                }
                self.state = MailState::Bounced;
                self.problem = Some(match recipient {
                    Some(recipient) => format!("{recipient}: {status}"),
                    None => status,
                });
            }
            MailEvent::RecipientTaken { to, answer } => {
                // What a report has told already is what became of it.
                self.deliveries.entry(to.clone()).or_insert_with(|| Delivery {
                    state: MailState::Sent,
                    answer: answer.clone(),
                    at,
                });
            }
            MailEvent::RecipientBounced { to, status, .. } => {
                let answer = status.clone().unwrap_or_else(|| UNDELIVERED.to_owned());
                self.deliveries.insert(to.clone(), Delivery { state: MailState::Bounced, answer, at });
            }
            MailEvent::RecipientRefused { to, problem } => {
                self.deliveries.insert(to.clone(), Delivery { state: MailState::Failed, answer: problem.clone(), at });
            }
            MailEvent::MailQueued { case_id, case_number, content, recipients, mailbox, is_automatic } => {
                self.state = MailState::Queued;
                self.send_at = None;
                self.write(case_id, case_number, content, recipients, mailbox);
                self.is_automatic = *is_automatic;
            }
            MailEvent::MailScheduled { case_id, case_number, content, recipients, mailbox, is_automatic, send_at } => {
                self.state = MailState::Scheduled;
                self.send_at = Some(*send_at);
                self.scheduled_by = Some(meta.actor.to_string());
                self.write(case_id, case_number, content, recipients, mailbox);
                self.is_automatic = *is_automatic;
            }
            MailEvent::MailCancelled => {
                self.state = MailState::Cancelled;
                self.send_at = None;
            }
            MailEvent::MailSent { answer } => {
                self.state = MailState::Sent;
                self.answer = Some(answer.clone());
                let refused = self.refused().map(|(to, delivery)| format!("{to}: {}", delivery.answer)).next();
                self.problem = refused;
                self.next_at = None;
            }
            MailEvent::SendDelayed { problem, attempt, next_at } => {
                self.problem = Some(problem.clone());
                self.attempts = *attempt;
                self.next_at = Some(*next_at);
            }
            // Nothing of it is kept in memory or in a snapshot either; nobody goes on with it.
            MailEvent::Forgotten { .. } => {
                *self = Self { state: MailState::Cancelled, is_forgotten: true, ..Self::empty(&meta.key) };
            }
            MailEvent::SendFailed { problem } => {
                self.state = MailState::Failed;
                self.problem = Some(problem.clone());
                self.next_at = None;
            }
        }
    }

    fn event_name(event: &MailEvent) -> &'static str {
        event.name()
    }
}

impl Mail {
    /// What somebody wrote, and to whom it goes.
    fn write(&mut self, case_id: &str, case_number: &str, content: &Content, recipients: &[String], mailbox: &str) {
        self.is_outgoing = true;
        self.case_id = Some(case_id.to_owned());
        self.case_number = Some(case_number.to_owned());
        self.content = Some(content.clone());
        self.recipients = recipients.to_vec();
        mailbox.clone_into(&mut self.mailbox);
    }
}
