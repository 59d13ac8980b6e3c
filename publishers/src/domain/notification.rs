//! The aggregate `notification`: what one person was told on one occasion, and how each delivery stands.

use crate::channel::ChannelName;
use casewright_instant::{Instant, optional_rfc3339, rfc3339};
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta, FORGOTTEN};
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
    /// When its receiver was through with it.
    #[serde(default)]
    pub done_at: Option<Timestamp>,
    /// Until when its receiver does not want to see it.
    #[serde(default, with = "optional_rfc3339")]
    pub snoozed_until: Option<Instant>,
    /// Its log is about to lose it.
    #[serde(default)]
    pub is_forgotten: bool,
}

/// What its receiver does with a notification; what is not said stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Handling {
    pub is_read: bool,
    pub is_done: Option<bool>,
    /// The inner none: it comes back now.
    pub snoozed_until: Option<Option<Instant>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum NotificationEvent {
    NotificationCreated {
        notice: Notice,
        deliveries: Vec<Delivery>,
    },
    NotificationRead {},
    /// Its receiver is through with it.
    NotificationDone {},
    /// It was done, and is to be looked at again.
    NotificationReopened {},
    /// It goes away until then; none: it is back.
    NotificationSnoozed {
        #[serde(default, with = "optional_rfc3339")]
        until: Option<Instant>,
    },
    /// The delivery as it is now; `next_at` is the earliest attempt that is due over all channels.
    DeliveryChanged {
        delivery: Delivery,
        #[serde(default, with = "optional_rfc3339")]
        next_at: Option<Instant>,
    },
    /// The case that it is about is deleted: [`casewright_journal::forget`].
    Forgotten {},
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
            NotificationEvent::NotificationDone {} => self.done_at = Some(meta.at),
            NotificationEvent::NotificationReopened {} => self.done_at = None,
            NotificationEvent::NotificationSnoozed { until } => self.snoozed_until = *until,
            NotificationEvent::DeliveryChanged { delivery, .. } => {
                self.deliveries.insert(delivery.channel, delivery.clone());
            }
            NotificationEvent::Forgotten {} => *self = Self { is_forgotten: true, ..Self::default() },
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            NotificationEvent::NotificationCreated { .. } => "notification-created",
            NotificationEvent::NotificationRead {} => "notification-read",
            NotificationEvent::NotificationDone {} => "notification-done",
            NotificationEvent::NotificationReopened {} => "notification-reopened",
            NotificationEvent::NotificationSnoozed { .. } => "notification-snoozed",
            NotificationEvent::DeliveryChanged { .. } => "notification-delivery-changed",
            NotificationEvent::Forgotten {} => FORGOTTEN,
        }
    }
}

impl Notification {
    /// Creates it, unless it is there: then the answer is false and nothing is written.
    #[must_use]
    pub(crate) fn create(&self, notice: &Notice, deliveries: &[Delivery]) -> Decision<NotificationEvent, bool> {
        if self.notice.is_some() || self.is_forgotten {
            return Decision { events: Vec::new(), answer: false };
        }
        let created =
            NotificationEvent::NotificationCreated { notice: notice.clone(), deliveries: deliveries.to_vec() };
        Decision { events: vec![created], answer: true }
    }

    /// What its receiver does with it. Who is through with something has read it, and does not wait for it any more.
    #[must_use]
    pub(crate) fn handle(&self, how: Handling) -> Decision<NotificationEvent, ()> {
        let mut events = Vec::new();
        if self.notice.is_none() {
            return Decision { events, answer: () };
        }
        let is_done_now = how.is_done == Some(true) && self.done_at.is_none();
        if self.read_at.is_none() && (how.is_read || is_done_now) {
            events.push(NotificationEvent::NotificationRead {});
        }
        if is_done_now {
            events.push(NotificationEvent::NotificationDone {});
        }
        if how.is_done == Some(false) && self.done_at.is_some() {
            events.push(NotificationEvent::NotificationReopened {});
        }
        let until = if is_done_now { Some(None) } else { how.snoozed_until };
        if let Some(until) = until.filter(|until| *until != self.snoozed_until) {
            events.push(NotificationEvent::NotificationSnoozed { until });
        }
        Decision { events, answer: () }
    }

    /// Nothing of it is wanted any more.
    #[must_use]
    pub(crate) fn forget(&self) -> Decision<NotificationEvent, ()> {
        let events = self.notice.as_ref().map(|_| NotificationEvent::Forgotten {});
        Decision { events: events.into_iter().collect(), answer: () }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Notification {
        Notification { notice: Some(Notice::default()), ..Notification::default() }
    }

    fn names(decision: &Decision<NotificationEvent, ()>) -> Vec<&'static str> {
        decision.events.iter().map(Notification::event_name).collect()
    }

    #[test]
    fn who_is_through_with_something_has_read_it_and_waits_for_it_no_more() {
        let done = Handling { is_done: Some(true), ..Handling::default() };
        let waiting = Notification { snoozed_until: Some(Instant(5)), ..told() };
        let events = names(&waiting.handle(done));
        assert_eq!(events, ["notification-read", "notification-done", "notification-snoozed"]);
        let at = Timestamp::UNIX_EPOCH;
        let finished = Notification { read_at: Some(at), done_at: Some(at), ..told() };
        assert!(finished.handle(done).events.is_empty());
        let again = Handling { is_done: Some(false), ..Handling::default() };
        assert_eq!(names(&finished.handle(again)), ["notification-reopened"]);
        assert!(Notification::default().handle(done).events.is_empty());
    }

    #[test]
    fn what_is_forgotten_says_nothing_and_comes_not_back() {
        assert_eq!(names(&told().forget()), ["forgotten"]);
        let gone = Notification { is_forgotten: true, ..Notification::default() };
        assert!(gone.forget().events.is_empty());
        assert!(gone.create(&Notice::default(), &[]).events.is_empty());
    }

    #[test]
    fn what_is_put_off_once_more_is_an_event_only_when_the_time_is_another() {
        let until = |at| Handling { snoozed_until: Some(at), ..Handling::default() };
        let waiting = Notification { snoozed_until: Some(Instant(5)), ..told() };
        assert!(waiting.handle(until(Some(Instant(5)))).events.is_empty());
        assert_eq!(names(&waiting.handle(until(None))), ["notification-snoozed"]);
        assert!(told().handle(Handling::default()).events.is_empty());
    }
}
