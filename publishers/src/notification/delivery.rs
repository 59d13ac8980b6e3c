//! Sends what is due. At least once: an attempt that succeeded and was not noted is made again, and the receiver can tell
//! by Message-ID or delivery id that it is the same.

use super::aggregate::{Delivery, DeliveryState, Notice, Notification};
use super::channel::{DeliveryError, Letter};
use super::create::may_see;
use super::people;
use super::view::VIEW;
use crate::state::PublishersState;
use casewright_journal::{CommandContext, Filter, Query, Sort, StoreError, TenantHandle, TenantId};
use casewright_service::Shutdown;
use casewright_service::instant::{Instant, text};
use jiff::SignedDuration;
use serde_json::Value;
use std::convert::Infallible;
use std::time::Duration;

/// Looks for due retries this often, when nothing new rings.
const PERIOD: Duration = Duration::from_secs(2);
/// Notifications of one look.
const BATCH: u64 = 200;
/// The longest pause between two attempts, in seconds.
const LONGEST_PAUSE: u64 = 3_600;

pub(crate) async fn run(state: PublishersState, shutdown: Shutdown) {
    loop {
        if let Err(error) = look(&state).await {
            tracing::warn!(error = %error, "due notifications could not be looked up; the next look tries again");
        }
        tokio::select! {
            () = shutdown.requested() => return,
            () = state.due().notified() => {}
            () = tokio::time::sleep(PERIOD) => {}
        }
    }
}

/// One look at everything that is due by the journal's clock.
pub(crate) async fn look(state: &PublishersState) -> Result<(), StoreError> {
    let now = state.journal().clock().now();
    let mut query = Query::new(
        VIEW,
        Filter::And(vec![Filter::NotNull("nextAt".into()), Filter::Lte("nextAt".into(), Value::from(text(now)))]),
    );
    query.sort = vec![Sort { field: "nextAt".into(), descending: false }];
    query.limit = Some(BATCH);
    let due = state.journal().system_query_all_tenants(&query).await?;
    for (id, row) in due.rows {
        let Some(tenant) = row.get("tenant").and_then(Value::as_str) else {
            continue;
        };
        deliver(state, &state.journal().tenant(&TenantId::new(tenant)), &id).await?;
    }
    Ok(())
}

/// All deliveries of one notification that are due.
async fn deliver(state: &PublishersState, handle: &TenantHandle, id: &str) -> Result<(), StoreError> {
    let Some((notification, _)) = handle.load::<Notification>(id).await? else {
        return Ok(());
    };
    let Some(notice) = &notification.notice else {
        return Ok(());
    };
    let now = Instant(state.journal().clock().now());
    let due = notification.deliveries.values().filter(|delivery| delivery.next_at.is_some_and(|at| at <= now));
    for delivery in due {
        let done = attempt(state, handle, id, notice, delivery, now).await?;
        note(handle, id, done).await;
    }
    Ok(())
}

async fn attempt(
    state: &PublishersState,
    handle: &TenantHandle,
    id: &str,
    notice: &Notice,
    delivery: &Delivery,
    now: Instant,
) -> Result<Delivery, StoreError> {
    let over = |state: DeliveryState, answer: String| Delivery {
        state,
        answer: Some(answer),
        attempts: delivery.attempts + 1,
        at: now,
        next_at: None,
        ..delivery.clone()
    };
    // Who lost access since it was queued gets nothing.
    if !notice.user.is_empty() {
        let person = people::find(handle, &notice.user).await?.filter(|person| person.is_enabled);
        let is_allowed = match &person {
            Some(person) => may_see(state, handle, &person.subject, notice).await?,
            None => false,
        };
        if !is_allowed {
            return Ok(over(DeliveryState::Suppressed, "the receiver may not see it any more".to_owned()));
        }
    }
    let letter = Letter {
        id,
        notice,
        address: &delivery.address,
        portal_url: &state.notifications().portal_url,
        product: &state.notifications().product,
    };
    Ok(match state.channels().deliver(delivery.channel, &letter).await {
        Ok(answer) => over(DeliveryState::Sent, answer),
        Err(DeliveryError::Permanent(reason)) => over(DeliveryState::Failed, reason),
        Err(DeliveryError::Passing(reason)) if delivery.attempts + 1 >= state.notifications().attempts => {
            over(DeliveryState::Failed, format!("given up after {} attempts: {reason}", delivery.attempts + 1))
        }
        Err(DeliveryError::Passing(reason)) => {
            let pause = pause(state.notifications().first_pause, delivery.attempts);
            let next_at = now.0.saturating_add(pause).unwrap_or(now.0);
            Delivery { next_at: Some(Instant(next_at)), ..over(DeliveryState::Queued, reason) }
        }
    })
}

/// Doubled with every attempt.
fn pause(first: Duration, attempts: u32) -> SignedDuration {
    let doubled = first.as_secs().max(1).saturating_mul(1_u64 << attempts.min(20));
    SignedDuration::from_secs(i64::try_from(doubled.min(LONGEST_PAUSE)).unwrap_or(i64::MAX))
}

/// An attempt that cannot be noted is made again: said in the log, with ids only.
async fn note(handle: &TenantHandle, id: &str, delivery: Delivery) {
    let context = CommandContext { actor: "system:publishers".into(), ..CommandContext::default() };
    let channel = delivery.channel;
    let noted = handle
        .execute::<Notification, (), Infallible, _>(id, context, move |present, _| Ok(present.change(&delivery)))
        .await;
    if let Err(error) = noted {
        tracing::warn!(notification = id, ?channel, error = %error, "an attempt could not be noted; it will be made again");
    }
}
