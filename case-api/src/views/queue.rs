//! View `queue`: one row per queue.

use crate::domain::queue::{Queue, QueueEvent};
use casewright_journal::{Aggregate, Column, Entry, Projector, ViewSpec, ViewWrites};
use serde_json::{Value, json};

pub(crate) const VIEW: &str = "queue";

pub(crate) struct QueueProjector;

impl Projector for QueueProjector {
    fn group(&self) -> &'static str {
        "case-api-queues"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec { name: VIEW, indexes: const { &[&[Column::named("name")]] }, full_text: &[], echo: None }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Queue::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(QueueEvent::QueueDefined { queue }) = crate::views::entry::read::<QueueEvent>(entry) else {
            return;
        };
        let row = json!({
            "name": queue.name, "description": queue.description, "users": queue.members.users,
            "groups": queue.members.groups, "version": entry.meta.seq,
        });
        if let Value::Object(row) = row {
            out.put(&entry.meta.key.tenant, VIEW, &entry.meta.key.id, row);
        }
    }
}
