//! View `notification`: for the inbox of a person, and for the sender (`nextAt`, over all tenants).

use crate::channel::ChannelName;
use crate::domain::notification::{Delivery, Notification, NotificationEvent};
use casewright_delivery::{DueRow, DueRowColumns};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};
use casewright_rows::{Cell, Row};
use serde_json::json;
use std::collections::BTreeMap;

pub(crate) const VIEW: &str = "notification";

/// A row of view `notification`, by the notification's id.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(view = VIEW)]
pub(crate) struct NotificationRow {
    #[row(flatten)]
    pub(crate) due: DueRow,
    /// User id; empty for an address outside.
    pub(crate) user: String,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) body: String,
    /// Path in the portal.
    pub(crate) link: Option<String>,
    pub(crate) case_id: Option<String>,
    pub(crate) created_at: Instant,
    pub(crate) read_at: Option<Instant>,
    pub(crate) is_unread: bool,
    pub(crate) done_at: Option<Instant>,
    pub(crate) snoozed_until: Option<Instant>,
    /// When it came, or comes back: what an inbox is ordered by.
    pub(crate) surfaces_at: Instant,
    #[row(json)]
    pub(crate) deliveries: BTreeMap<ChannelName, Delivery>,
}

pub(crate) struct NotificationProjector;

impl Projector for NotificationProjector {
    fn group(&self) -> &'static str {
        "publishers"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: VIEW,
            indexes: &[
                &[NotificationRow::USER, NotificationRow::IS_UNREAD, NotificationRow::CREATED_AT],
                &[NotificationRow::USER, NotificationRow::SURFACES_AT],
                &[NotificationRow::NEXT_AT],
                &[NotificationRow::CASE_ID],
            ],
            full_text: &[],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Notification::KIND]
    }

    fn version(&self) -> u32 {
        // What is done, put off, and when it comes back; one that is forgotten has no row, and they are found by their case.
        4
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let meta = &entry.meta;
        let (tenant, id) = (&meta.key.tenant, &meta.key.id);
        let event = match serde_json::from_slice::<NotificationEvent>(&entry.payload) {
            Ok(event) => event,
            Err(error) => {
                tracing::error!(notification = %id, seq = meta.seq, %error, "an event of a notification cannot be read");
                return;
            }
        };
        match event {
            NotificationEvent::NotificationCreated { notice, deliveries } => {
                let next_at = deliveries.iter().filter_map(|delivery| delivery.next_at).min();
                let row = NotificationRow {
                    due: DueRow { tenant: tenant.as_str().into(), next_at },
                    user: notice.user,
                    kind: notice.kind,
                    title: notice.title,
                    body: notice.body,
                    link: notice.link,
                    case_id: notice.case_id,
                    created_at: meta.at.into(),
                    read_at: None,
                    is_unread: true,
                    done_at: None,
                    snoozed_until: None,
                    surfaces_at: meta.at.into(),
                    deliveries: deliveries.into_iter().map(|delivery| (delivery.channel, delivery)).collect(),
                };
                out.insert(tenant, VIEW, id, row);
            }
            NotificationEvent::Forgotten {} => out.remove(tenant, VIEW, id),
            NotificationEvent::NotificationRead {} => {
                let read_at = Instant::from(meta.at);
                let read = [(NotificationRow::READ_AT, read_at.into()), (NotificationRow::IS_UNREAD, false.into())];
                out.patch(tenant, VIEW, id, Row::from(read));
            }
            NotificationEvent::NotificationDone {} => {
                let done = [(NotificationRow::DONE_AT, Instant::from(meta.at).into())];
                out.patch(tenant, VIEW, id, Row::from(done));
            }
            NotificationEvent::NotificationReopened {} => {
                out.patch(tenant, VIEW, id, Row::from([(NotificationRow::DONE_AT, Cell::Null)]));
            }
            NotificationEvent::NotificationSnoozed { until } => {
                // What is called back comes back at the top, as what has just happened.
                let surfaces = until.unwrap_or_else(|| meta.at.into());
                let snoozed =
                    [(NotificationRow::SNOOZED_UNTIL, until.into()), (NotificationRow::SURFACES_AT, surfaces.into())];
                out.patch(tenant, VIEW, id, Row::from(snoozed));
            }
            NotificationEvent::DeliveryChanged { delivery, next_at } => {
                let mut changed = Row::from([(NotificationRow::NEXT_AT, next_at.into())]);
                let place = NotificationRow::DELIVERIES.at(delivery.channel.as_str());
                changed.set(place.to_string(), json!(delivery));
                out.patch(tenant, VIEW, id, changed);
            }
        }
    }
}
