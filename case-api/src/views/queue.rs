//! View `queue`: one row per queue.

use crate::domain::queue::{Queue, QueueEvent};
use casewright_contracts::{QueueMembersRow, QueueMembersRowColumns, views};
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// A queue, as lists show it; who works it is read by other rooms as well.
#[derive(Clone, Debug, Row)]
#[row(view = views::QUEUE)]
pub(crate) struct QueueRow {
    pub(crate) name: String,
    pub(crate) description: String,
    #[row(flatten)]
    pub(crate) members: QueueMembersRow,
    pub(crate) version: u64,
}

/// Writes the rows of queues.
pub(crate) struct QueueProjector;

impl Projector for QueueProjector {
    fn group(&self) -> &'static str {
        "case-api-queues"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec { name: QueueRow::VIEW, indexes: &[&[QueueRow::NAME]], full_text: &[], denormalized: None }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Queue::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(QueueEvent::QueueDefined { queue }) = crate::views::entry::read::<QueueEvent>(entry) else {
            return;
        };
        let row = QueueRow {
            name: queue.name,
            description: queue.description,
            members: QueueMembersRow { users: queue.members.users, groups: queue.members.groups },
            version: entry.meta.seq,
        };
        out.put(&entry.meta.key.tenant, QueueRow::VIEW, &entry.meta.key.id, row);
    }
}
