//! The aggregate `notification`: what one person was told on one occasion, and how each delivery stands.

use crate::channel::ChannelName;
use casewright_instant::{Instant, optional_rfc3339, rfc3339};
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DeliveryState {
    Queued,
    Sent,
    /// Given up; `answer` says why.
    Failed,
    /// Not sent on purpose; `answer` says why.
    Suppressed,
}

/// How the delivery over one channel stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Delivery {
    pub channel: ChannelName,
    pub state: DeliveryState,
    /// Address, number or URL; empty in the app.
    pub address: String,
    pub attempts: u32,
    /// When it last changed.
    #[serde(with = "rfc3339")]
    pub at: Instant,
    /// What the other side said.
    pub answer: Option<String>,
    /// When the next attempt is due; none: there will be none.
    #[serde(default, with = "optional_rfc3339")]
    pub next_at: Option<Instant>,
}

/// What is said, to whom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// User id; empty for an address outside.
    pub user: String,
    pub kind: String,
    pub title: String,
    pub body: String,
    /// Path in the portal: `/cases/...`.
    pub link: Option<String>,
    pub case_id: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Notification {
    pub notice: Option<Notice>,
    pub deliveries: BTreeMap<ChannelName, Delivery>,
    pub read_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum NotificationEvent {
    NotificationCreated {
        notice: Notice,
        deliveries: Vec<Delivery>,
    },
    NotificationRead {},
    /// The delivery as it is now; `next_at` is the earliest attempt that is due over all channels.
    DeliveryChanged {
        delivery: Delivery,
        #[serde(default, with = "optional_rfc3339")]
        next_at: Option<Instant>,
    },
}

impl Aggregate for Notification {
    type Event = NotificationEvent;
    const KIND: &'static str = "notification";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta) {
        match event {
            NotificationEvent::NotificationCreated { notice, deliveries } => {
                self.notice = Some(notice.clone());
                self.deliveries = deliveries.iter().map(|d| (d.channel, d.clone())).collect();
            }
            NotificationEvent::NotificationRead {} => self.read_at = Some(meta.at),
            NotificationEvent::DeliveryChanged { delivery, .. } => {
                self.deliveries.insert(delivery.channel, delivery.clone());
            }
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            NotificationEvent::NotificationCreated { .. } => "notification-created",
            NotificationEvent::NotificationRead {} => "notification-read",
            NotificationEvent::DeliveryChanged { .. } => "notification-delivery-changed",
        }
    }
}

impl Notification {
    /// Creates it, unless it is there: then the answer is false and nothing is written.
    #[must_use]
    pub(crate) fn create(&self, notice: &Notice, deliveries: &[Delivery]) -> Decision<NotificationEvent, bool> {
        if self.notice.is_some() {
            return Decision { events: Vec::new(), answer: false };
        }
        let created =
            NotificationEvent::NotificationCreated { notice: notice.clone(), deliveries: deliveries.to_vec() };
        Decision { events: vec![created], answer: true }
    }

    #[must_use]
    pub(crate) fn read(&self) -> Decision<NotificationEvent, ()> {
        let is_unread = self.notice.is_some() && self.read_at.is_none();
        Decision {
            events: if is_unread { vec![NotificationEvent::NotificationRead {}] } else { Vec::new() },
            answer: (),
        }
    }

    /// Notes how an attempt went, unless the delivery is over already.
    #[must_use]
    pub(crate) fn change(&self, delivery: &Delivery) -> Decision<NotificationEvent, ()> {
        let is_open =
            self.deliveries.get(&delivery.channel).is_some_and(|present| present.state == DeliveryState::Queued);
        if !is_open {
            return Decision { events: Vec::new(), answer: () };
        }
        let others = self.deliveries.values().filter(|d| d.channel != delivery.channel).filter_map(|d| d.next_at);
        let next_at = others.chain(delivery.next_at).min();
        let changed = NotificationEvent::DeliveryChanged { delivery: delivery.clone(), next_at };
        Decision { events: vec![changed], answer: () }
    }
}
