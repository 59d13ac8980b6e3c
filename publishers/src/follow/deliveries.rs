//! Sends what is due. At least once: an attempt that succeeded and was not noted is made again, and the receiver can tell
//! by Message-ID or delivery id that it is the same.

use crate::channel::OutgoingNotification;
use crate::domain::notification::{Delivery, DeliveryState, Notice, Notification};
use crate::notification::create::may_see;
use crate::notification::people;
use crate::state::PublishersState;
use async_trait::async_trait;
use casewright_delivery::{Deliver, DeliveryError, Next};
use casewright_instant::Instant;
use casewright_journal::{CommandContext, StoreError, TenantHandle, TenantId};
use casewright_service::Shutdown;
use std::convert::Infallible;

pub(crate) async fn run(state: PublishersState, shutdown: Shutdown) {
    state.outbox().run(&state, &shutdown).await;
}

#[async_trait]
impl Deliver for PublishersState {
    type Error = StoreError;

    async fn deliver(&self, tenant: &TenantId, id: &str) -> Result<(), StoreError> {
        deliver(self, &self.journal().tenant(tenant), id).await
    }
}

/// All deliveries of one notification that are due.
async fn deliver(state: &PublishersState, handle: &TenantHandle, id: &str) -> Result<(), StoreError> {
    let Some((notification, _)) = handle.load::<Notification>(id).await? else {
        return Ok(());
    };
    let Some(notice) = &notification.notice else {
        return Ok(());
    };
    let now = Instant::from(state.journal().clock().now());
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
    let outgoing = OutgoingNotification {
        id,
        notice,
        address: &delivery.address,
        portal_url: &state.notifications().portal_url,
        product: &state.notifications().settings.product,
    };
    Ok(match state.channels().deliver(delivery.channel, &outgoing).await {
        Ok(answer) => over(DeliveryState::Sent, answer),
        Err(DeliveryError::Final(reason)) => over(DeliveryState::Failed, reason),
        Err(DeliveryError::Passing(reason)) => match state.notifications().patience.after(delivery.attempts + 1) {
            Next::GiveUp => {
                let reason = format!("given up after {} attempts: {reason}", delivery.attempts + 1);
                over(DeliveryState::Failed, reason)
            }
            Next::Again(pause) => {
                let next_at = now.0.saturating_add_unsigned(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX));
                Delivery { next_at: Some(Instant(next_at)), ..over(DeliveryState::Queued, reason) }
            }
        },
    })
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
