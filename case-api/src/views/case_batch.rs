//! View `case-batch`: one row per batch, for who asks what they have changed lately.

use crate::domain::case_batch::{CaseBatch, CaseBatchEvent};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// A batch, as lists find it; how far it is says the aggregate.
#[derive(Clone, Debug, Row)]
#[row(view = "case-batch")]
pub(crate) struct CaseBatchRow {
    pub(crate) owner_id: String,
    pub(crate) started_at: Instant,
}

/// Writes the rows of batches.
pub(crate) struct CaseBatchProjector;

impl Projector for CaseBatchProjector {
    fn group(&self) -> &'static str {
        "case-api-batches"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: CaseBatchRow::VIEW,
            indexes: &[&[CaseBatchRow::OWNER_ID, CaseBatchRow::STARTED_AT]],
            full_text: &[],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[CaseBatch::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(CaseBatchEvent::CaseBatchStarted { owner, .. }) = crate::views::entry::read::<CaseBatchEvent>(entry)
        else {
            return;
        };
        let row = CaseBatchRow { owner_id: owner.person.id, started_at: entry.meta.at.into() };
        out.put(&entry.meta.key.tenant, CaseBatchRow::VIEW, &entry.meta.key.id, row);
    }
}
