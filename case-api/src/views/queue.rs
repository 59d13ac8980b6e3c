//! View `queue`: one row per queue.

use crate::domain::queue::{Queue, QueueEvent, QueueSettings};
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
    /// For the ticker, which reads over all tenants.
    pub(crate) tenant: String,
    pub(crate) strategy: String,
    /// Id of the queue that its cases go on to, if they do.
    pub(crate) overflows_to: Option<String>,
    #[row(json)]
    pub(crate) settings: QueueSettings,
}

/// Writes the rows of queues.
pub(crate) struct QueueProjector;

impl Projector for QueueProjector {
    fn group(&self) -> &'static str {
        "case-api-queues"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: QueueRow::VIEW,
            indexes: &[&[QueueRow::NAME], &[QueueRow::STRATEGY], &[QueueRow::OVERFLOWS_TO]],
            full_text: &[],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Queue::KIND]
    }

    fn version(&self) -> u32 {
        // How work is handed out.
        2
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let (tenant, id) = (&entry.meta.key.tenant, &entry.meta.key.id);
        let Some(QueueEvent::QueueDefined { queue }) = crate::views::entry::read::<QueueEvent>(entry) else {
            return;
        };
        let row = QueueRow {
            name: queue.name,
            description: queue.description,
            members: QueueMembersRow { users: queue.members.users, groups: queue.members.groups },
            version: entry.meta.seq,
            tenant: entry.meta.key.tenant.as_str().to_owned(),
            strategy: queue.settings.strategy.as_str().to_owned(),
            overflows_to: queue.settings.overflow.as_ref().map(|overflow| overflow.to.clone()),
            settings: queue.settings,
        };
        out.put(tenant, QueueRow::VIEW, id, row);
    }
}
