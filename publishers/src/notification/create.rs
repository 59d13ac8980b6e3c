//! Makes a notification for one person on one occasion, over the channels they want and that are set up.

use super::people;
use crate::channel::ChannelName;
use crate::domain::mutes::Mutes;
use crate::domain::notification::{Delivery, DeliveryState, Notice, Notification};
use crate::domain::preferences::Preferences;
use crate::state::PublishersState;
use casewright_access::{Resource, Subject};
use casewright_contracts::{CaseRow, views};
use casewright_instant::Instant;
use casewright_journal::{CommandContext, ExecuteError, StoreError, TenantHandle};
use std::convert::Infallible;
use uuid::Uuid;

#[derive(Debug, thiserror::Error)]
pub(crate) enum NotifyError {
    #[error("the journal did not answer")]
    Store(#[from] StoreError),
    #[error("a notification could not be written: {0}")]
    Write(String),
    #[error("an entry of the log cannot be read")]
    Unreadable(#[from] serde_json::Error),
}

impl From<ExecuteError<Infallible>> for NotifyError {
    fn from(error: ExecuteError<Infallible>) -> Self {
        match error {
            ExecuteError::Unavailable(error) => Self::Store(error),
            other => Self::Write(other.to_string()),
        }
    }
}

/// Who is to be told.
pub(crate) enum Recipient {
    User(String),
    /// An address outside the platform.
    Email(String),
}

/// Tells one recipient, once per `key`; gives the notification's id, none when nobody was told.
pub(crate) async fn notify(
    state: &PublishersState,
    handle: &TenantHandle,
    recipient: &Recipient,
    key: &str,
    cause: &str,
    notice: Notice,
) -> Result<Option<String>, NotifyError> {
    let now = Instant::from(state.journal().clock().now());
    let (notice, deliveries, name) = match recipient {
        Recipient::Email(address) => {
            let delivery = queued(ChannelName::Email, address, now);
            (notice, vec![delivery], address.as_str())
        }
        Recipient::User(user) => {
            let Some(person) = people::find(handle, user).await?.filter(|person| person.is_enabled) else {
                return Ok(None);
            };
            if !may_see(state, handle, &person.subject, &notice).await? {
                return Ok(None);
            }
            let mutes = handle.load::<Mutes>(user).await?.map(|(mutes, _)| mutes).unwrap_or_default();
            if mutes.silence(&notice.kind, notice.case_id.as_deref()) {
                return Ok(None);
            }
            let deliveries = deliveries_of(state, handle, &person.subject, &notice.kind, now).await?;
            (Notice { user: user.clone(), ..notice }, deliveries, user.as_str())
        }
    };
    let id = identity(handle, key, name);
    let context =
        CommandContext { actor: "system:publishers".into(), cause: cause.into(), ..CommandContext::default() };
    handle
        .execute::<Notification, bool, Infallible, _>(&id, context, move |present, _| {
            Ok(present.create(&notice, &deliveries))
        })
        .await?;
    state.outbox().ring();
    Ok(Some(id))
}

/// One occasion makes one notification for one person.
fn identity(handle: &TenantHandle, key: &str, name: &str) -> String {
    let text = format!("{}\u{0}notification\u{0}{key}\u{0}{name}", handle.tenant().as_str());
    Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).to_string()
}

/// Whether the person may see what the notice is about, now.
pub(crate) async fn may_see(
    state: &PublishersState,
    handle: &TenantHandle,
    subject: &Subject,
    notice: &Notice,
) -> Result<bool, StoreError> {
    let Some(case) = &notice.case_id else {
        return Ok(true);
    };
    let Some(row) = handle.get(views::CASE, case).await? else {
        return Ok(false);
    };
    let resource = Resource::case(&CaseRow::read(&row)?.into());
    Ok(state.access().allows(subject, "read", &resource).await)
}

async fn deliveries_of(
    state: &PublishersState,
    handle: &TenantHandle,
    subject: &Subject,
    kind: &str,
    now: Instant,
) -> Result<Vec<Delivery>, StoreError> {
    let preferences = handle.load::<Preferences>(&subject.id).await?.map(|(present, _)| present).unwrap_or_default();
    let mut deliveries = Vec::new();
    // In the app it is delivered by being there.
    if preferences.wants(kind, ChannelName::InApp) {
        deliveries.push(Delivery { state: DeliveryState::Sent, next_at: None, ..queued(ChannelName::InApp, "", now) });
    }
    for channel in ChannelName::ALL.iter().copied() {
        let address = match channel {
            ChannelName::Email => Some(subject.email.as_str()),
            other => preferences.address(other),
        };
        let address = address.filter(|address| !address.is_empty());
        if let (Some(address), true) = (address, preferences.wants(kind, channel) && state.channels().has(channel)) {
            deliveries.push(queued(channel, address, now));
        }
    }
    Ok(deliveries)
}

fn queued(channel: ChannelName, address: &str, now: Instant) -> Delivery {
    Delivery {
        channel,
        state: DeliveryState::Queued,
        address: address.to_owned(),
        attempts: 0,
        at: now,
        answer: None,
        next_at: Some(now),
    }
}
