//! View `notification`: for the inbox of a person, and for the sender (`nextAt`, over all tenants).

use crate::domain::notification::{Delivery, Notification, NotificationEvent};
use casewright_journal::{Aggregate, Column, Entry, Projector, ViewSpec, ViewWrites};
use casewright_service::instant::text;
use serde_json::{Map, Value, json};

pub(crate) const VIEW: &str = "notification";

pub(crate) struct NotificationProjector;

impl Projector for NotificationProjector {
    fn group(&self) -> &'static str {
        "publishers"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: VIEW,
            indexes: const {
                &[
                    &[Column::named("user"), Column::named("isUnread"), Column::named("createdAt")],
                    &[Column::named("nextAt")],
                ]
            },
            full_text: &[],
            echo: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Notification::KIND]
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
                let next_at = deliveries.iter().filter_map(|d| d.next_at).min();
                let by_channel: Map<String, Value> =
                    deliveries.iter().map(|delivery| (channel_key(delivery), json!(delivery))).collect();
                let row = json!({
                    "tenant": tenant.as_str(), "user": notice.user, "kind": notice.kind, "title": notice.title,
                    "body": notice.body, "link": notice.link, "caseId": notice.case_id, "createdAt": text(meta.at),
                    "readAt": null, "isUnread": true, "deliveries": by_channel, "nextAt": next_at,
                });
                out.insert(tenant, VIEW, id, object(row));
            }
            NotificationEvent::NotificationRead {} => {
                out.patch(tenant, VIEW, id, object(json!({"readAt": text(meta.at), "isUnread": false})));
            }
            NotificationEvent::DeliveryChanged { delivery, next_at } => {
                let field = format!("deliveries.{}", channel_key(&delivery));
                out.patch(tenant, VIEW, id, object(json!({field: delivery, "nextAt": next_at})));
            }
        }
    }
}

fn channel_key(delivery: &Delivery) -> String {
    match json!(delivery.channel) {
        Value::String(name) => name,
        _ => String::new(),
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
