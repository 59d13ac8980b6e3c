//! View `record`: one row per record, for lists and search.

use crate::domain::person::Person;
use crate::domain::record::{Record, RecordEvent};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// A record, as lists show it. Its fields are read from the aggregate: an event says only those that changed.
#[derive(Clone, Debug, Row)]
#[row(view = "record")]
pub(crate) struct RecordRow {
    pub(crate) id: String,
    pub(crate) record_type: String,
    pub(crate) title: String,
    #[row(json)]
    pub(crate) created_by: Person,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
    pub(crate) version: u64,
}

/// Writes the rows of records.
pub(crate) struct RecordProjector;

impl Projector for RecordProjector {
    fn group(&self) -> &'static str {
        "case-api-records"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: RecordRow::VIEW,
            indexes: &[&[RecordRow::RECORD_TYPE, RecordRow::TITLE], &[RecordRow::TITLE], &[RecordRow::UPDATED_AT]],
            full_text: &[RecordRow::TITLE],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Record::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(event) = crate::views::entry::read::<RecordEvent>(entry) else {
            return;
        };
        let (tenant, id, at) = (&entry.meta.key.tenant, &entry.meta.key.id, Instant::from(entry.meta.at));
        match event {
            RecordEvent::RecordCreated { by, record_type, title, fields: _ } => {
                let row = RecordRow {
                    id: id.to_string(),
                    record_type,
                    title,
                    created_by: by,
                    created_at: at,
                    updated_at: at,
                    version: entry.meta.seq,
                };
                out.put(tenant, RecordRow::VIEW, id, row);
            }
            RecordEvent::RecordChanged { title, .. } => {
                let columns = [
                    (RecordRow::TITLE, title.into()),
                    (RecordRow::UPDATED_AT, at.into()),
                    (RecordRow::VERSION, entry.meta.seq.into()),
                ];
                out.patch(tenant, RecordRow::VIEW, id, casewright_journal::Row::from(columns));
            }
            RecordEvent::RecordDeleted { .. } => out.remove(tenant, RecordRow::VIEW, id),
        }
    }
}
