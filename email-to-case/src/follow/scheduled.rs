//! Releases scheduled mail when its time has come. From then on it is a mail like any other: queued, heard of, handed over.
//!
//! This does not ask for a relay: without one a mail waits where it would have waited had it been sent at once.

use crate::domain::mail::{Mail, decide};
use crate::state::{EmailState, Failure};
use crate::views::mail::{MAIL, MailRow};
use casewright_delivery::DueRowColumns as _;
use casewright_journal::{Causes, CommandContext, Decision, Filter, Query, Sort, TenantId};
use casewright_service::Shutdown;
use std::convert::Infallible;
use std::time::Duration;
use tracing::warn;

/// Pause between two looks: how late a mail may leave.
const ROUND: Duration = Duration::from_secs(1);
/// Mails released in one look, what is due longest first.
const ROUND_SIZE: u64 = 100;

/// Releases until a stop is requested.
pub(super) async fn run(state: &EmailState, shutdown: &Shutdown) {
    loop {
        if let Err(failure) = round(state).await {
            warn!(error = %Causes(&failure), "scheduled mail could not be looked through; the next look tries again");
        }
        tokio::select! {
            () = shutdown.requested() => return,
            () = state.scheduled.notified() => {}
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

async fn round(state: &EmailState) -> Result<(), Failure> {
    let now = state.journal.clock().now().as_millisecond();
    let (column, is_due) = (MailRow::SEND_AT, now.into());
    let mut query =
        Query::new(MAIL, Filter::And(vec![Filter::NotNull(column.into()), Filter::Lte(column.into(), is_due)]));
    query.sort = vec![Sort { field: column.into(), descending: false }];
    query.limit = Some(ROUND_SIZE);
    for (id, row) in state.journal.system_query_all_tenants(&query).await?.rows {
        let tenant = TenantId::new(MailRow::TENANT.text(&row).unwrap_or(TenantId::DEFAULT));
        // One of them must not keep the others waiting; it is looked at again in the next round.
        if let Err(failure) = release(state, &tenant, &id, now).await {
            warn!(mail = %id, error = %Causes(&failure), "a scheduled mail could not be released");
        }
    }
    Ok(())
}

/// In the name of who scheduled it: what follows, on the case and in its time line, is theirs.
async fn release(state: &EmailState, tenant: &TenantId, mail_id: &str, now: i64) -> Result<(), Failure> {
    let journal = state.journal.tenant(tenant);
    let Some((mail, _)) = journal.load::<Mail>(mail_id).await? else { return Ok(()) };
    let actor = mail.scheduled_by.as_deref().unwrap_or(crate::ACTOR);
    let context = CommandContext { actor: actor.into(), ..CommandContext::default() };
    let released = journal
        .execute::<Mail, bool, Infallible, _>(mail_id, context, move |mail, _| {
            let events: Vec<_> = decide::release(mail, now).into_iter().collect();
            let answer = !events.is_empty();
            Ok(Decision { events, answer })
        })
        .await?;
    if released.answer {
        state.outbox.ring();
    }
    Ok(())
}
