//! Mails that wait: they answer one whose case is not open yet, report on one that is just being handed over, were not scanned for
//! viruses yet, or their organisation may start no more processes at the moment.
//!
//! What they wait for is looked at without reading them, and only when it is over they are. Nothing else of
//! the room works on a mail that waits.

use crate::domain::mail::{Mail, MailState, WaitsFor};
use crate::incoming::find_case::is_opening;
use crate::incoming::understand::{Started, read, received, start_process};
use crate::state::{EmailState, Failure};
use crate::views::mail::{MAIL, MailRow};
use casewright_delivery::DueRowColumns as _;
use casewright_journal::{Causes, Cursor, Filter, Query, Sort, TenantId};
use casewright_service::Shutdown;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;
use tracing::warn;

/// Pause between two looks.
const ROUND: Duration = Duration::from_millis(500);
/// Mails looked at in one round, the oldest first.
const ROUND_SIZE: u64 = 50;

/// How long an organisation is left alone that was over its quota.
const OVER_QUOTA: Duration = Duration::from_secs(15);

/// Organisations that were over their quota, and until when they are not asked again: one mail asks for all of them.
#[derive(Default)]
struct Paused(HashMap<TenantId, Instant>);

impl Paused {
    fn holds(&mut self, tenant: &TenantId) -> bool {
        let now = Instant::now();
        self.0.retain(|_, until| *until > now);
        self.0.contains_key(tenant)
    }
}

/// Comes back to what waits until a stop is requested: once at the start, then whenever something does.
pub(crate) async fn run(state: &EmailState, shutdown: &Shutdown) {
    let (mut after, mut paused) = (None, Paused::default());
    loop {
        match round(state, &mut after, &mut paused).await {
            Ok(0) => tokio::select! {
                () = shutdown.requested() => return,
                () = state.waiting.notified() => {}
            },
            Ok(_) => {}
            Err(failure) => warn!(error = %Causes(&failure), "waiting mail could not be looked through"),
        }
        if shutdown.unless_requested(tokio::time::sleep(ROUND)).await.is_none() {
            return;
        }
    }
}

/// How many mails there were. Begins where the last round ended, so that some which wait for long do not hold up all others.
async fn round(state: &EmailState, after: &mut Option<Cursor>, paused: &mut Paused) -> Result<usize, Failure> {
    let mut query = Query::new(MAIL, Filter::Eq(MailRow::WAITS.into(), true.into()));
    query.sort = vec![Sort { field: MailRow::AT.into(), descending: false }];
    query.limit = Some(ROUND_SIZE);
    query.after = after.take();
    let is_from_start = query.after.is_none();
    let page = state.journal.system_query_all_tenants(&query).await?;
    let count = page.rows.len();
    *after = page.next;
    for (id, row) in page.rows {
        let tenant = TenantId::new(MailRow::TENANT.text(&row).unwrap_or(TenantId::DEFAULT));
        match Box::pin(resume(state, &tenant, &id, paused)).await {
            Ok(()) => {}
            // One of them must not keep the others waiting; it is tried again in the next round.
            Err(failure) => warn!(mail = %id, error = %Causes(&failure), "a waiting mail could not be gone on with"),
        }
    }
    Ok(if is_from_start { count } else { count.max(1) })
}

async fn resume(state: &EmailState, tenant: &TenantId, mail_id: &str, paused: &mut Paused) -> Result<(), Failure> {
    let Some((mail, _)) = state.journal.tenant(tenant).load::<Mail>(mail_id).await? else { return Ok(()) };
    if mail.is_held_back {
        if paused.holds(tenant) {
            return Ok(());
        }
        if Box::pin(start_process(state, tenant, mail_id)).await? == Started::HeldBack {
            paused.0.insert(tenant.clone(), Instant::now() + OVER_QUOTA);
        }
        return Ok(());
    }
    let Some(mail) = received(state, tenant, mail_id).await? else { return Ok(()) };
    let Some(waits_for) = &mail.waits_for else { return Ok(()) };
    if is_over(state, tenant, waits_for).await? { read(state, tenant, mail_id).await } else { Ok(()) }
}

async fn is_over(state: &EmailState, tenant: &TenantId, waits_for: &WaitsFor) -> Result<bool, Failure> {
    if let Some(file) = &waits_for.scan_of {
        return Ok(!state.rooms.waits_for_scan(tenant, file).await?);
    }
    let Some((mail, _)) = state.journal.tenant(tenant).load::<Mail>(&waits_for.mail_id).await? else {
        return Ok(true);
    };
    match &waits_for.recipient {
        Some(to) => Ok(mail.state != MailState::Queued || mail.deliveries.contains_key(to)),
        None => Ok(mail.case_id.is_some() || !is_opening(state, tenant, &mail).await?),
    }
}
