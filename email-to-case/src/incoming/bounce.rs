//! A delivery status notification (RFC 3464) is recorded at the mail that it is about.

use crate::ACTOR;
use crate::domain::mail::{Mail, WaitsFor, decide};
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
                let (events, early) = decide::bounced(mail, &bounce, &by);
                Ok(Decision { events, answer: early })
            })
            .await?
            .answer;
        if let Some(to) = early {
            return Ok(Some(WaitsFor::hand_over(id.to_string(), to)));
        }
        info!(mail = id.as_str(), report, "a mail of ours was reported as undeliverable");
    }
    Ok(None)
}
