//! View `record-type`: one row per type of records.

use crate::domain::record::{RecordType, RecordTypeContent, RecordTypeEvent};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// A record type, as lists show it.
#[derive(Clone, Debug, Row)]
#[row(view = "record-type")]
pub(crate) struct RecordTypeRow {
    pub(crate) key: String,
    pub(crate) name: String,
    /// For the policy's filter.
    pub(crate) restricted_to: Option<Vec<String>>,
    #[row(json)]
    pub(crate) content: RecordTypeContent,
    pub(crate) updated_at: Instant,
    pub(crate) version: u64,
}

/// Writes the rows of record types.
pub(crate) struct RecordTypeProjector;

impl Projector for RecordTypeProjector {
    fn group(&self) -> &'static str {
        "case-api-record-types"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: RecordTypeRow::VIEW,
            indexes: &[&[RecordTypeRow::NAME]],
            full_text: &[],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[RecordType::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(RecordTypeEvent::RecordTypeDefined { content }) = crate::views::entry::read(entry) else {
            return;
        };
        let id = &entry.meta.key.id;
        let row = RecordTypeRow {
            key: id.to_string(),
            name: content.plural().to_owned(),
            restricted_to: content.restricted_to.clone(),
            content,
            updated_at: entry.meta.at.into(),
            version: entry.meta.seq,
        };
        out.put(&entry.meta.key.tenant, RecordTypeRow::VIEW, id, row);
    }
}
