//! A delivery status notification (RFC 3464) is recorded at the mail that it is about.

use crate::ACTOR;
use crate::domain::mail::{Mail, MailEvent, MailState, WaitsFor};
use crate::message::report::Bounce;
use crate::state::{EmailState, Failure};
use crate::views::mail::{Direction, MAIL, MailRow};
use casewright_journal::{CommandContext, Decision, Filter, Query, TenantId};
use serde_json::json;
use std::convert::Infallible;
use tracing::info;

/// Records what `report` says. One that comes before it is known that the mail was handed over to that recipient waits for that: what it
/// waits for is returned. It does not wait for other recipients.
pub(super) async fn record(
    state: &EmailState,
    tenant: &TenantId,
    report: &str,
    bounce: &Bounce,
) -> Result<Option<WaitsFor>, Failure> {
    let Some(original) = &bounce.original_message_id else {
        return Ok(None);
    };
    let filter = Filter::And(vec![
        Filter::Eq(MailRow::MESSAGE_ID.into(), json!(original)),
        Filter::Eq(MailRow::DIRECTION.into(), Direction::Out.value()),
    ]);
    let journal = state.journal.tenant(tenant);
    for (id, _) in journal.query(&Query::new(MAIL, filter)).await?.rows {
        let context = CommandContext { actor: ACTOR.into(), ..CommandContext::default() };
        let (bounce, by) = (bounce.clone(), report.to_owned());
        let early = journal
            .execute::<Mail, Option<String>, Infallible, _>(&id, context, move |mail, _| {
                let (events, early) = bounced(mail, &bounce, &by);
                Ok(Decision { events, answer: early })
            })
            .await?
            .answer;
        if let Some(to) = early {
            return Ok(Some(WaitsFor { mail_id: id.to_string(), recipient: Some(to) }));
        }
        info!(mail = id.as_str(), report, "a mail of ours was reported as undeliverable");
    }
    Ok(None)
}

/// What the report means for our mail, nothing that is known already; and a recipient to whom it has not been handed over as far as is
/// known.
fn bounced(mail: &Mail, bounce: &Bounce, report: &str) -> (Vec<MailEvent>, Option<String>) {
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
