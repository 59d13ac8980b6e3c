//! View `search-mark`: when a record or a person changed last, for the index of search where several nodes write one store. What is
//! no more has its row still, so that the index hears of it.

use crate::domain::record::Record;
use casewright_contracts::kinds;
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// A record or a person that changed.
#[derive(Clone, Debug, Row)]
#[row(view = "search-mark")]
pub(crate) struct SearchMarkRow {
    pub(crate) tenant: String,
    /// Kind of the aggregate.
    pub(crate) kind: String,
    /// Its id.
    pub(crate) whole: String,
    pub(crate) updated_at: Instant,
    pub(crate) version: u64,
}

/// Writes the marks.
pub(crate) struct SearchMarkProjector;

impl Projector for SearchMarkProjector {
    fn group(&self) -> &'static str {
        "case-api-search-marks"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: SearchMarkRow::VIEW,
            indexes: &[&[SearchMarkRow::UPDATED_AT]],
            full_text: &[],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Record::KIND, kinds::USER]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let key = &entry.meta.key;
        let row = SearchMarkRow {
            tenant: key.tenant.as_str().to_owned(),
            kind: key.kind.to_string(),
            whole: key.id.to_string(),
            updated_at: entry.meta.at.into(),
            version: entry.meta.seq,
        };
        out.put(&key.tenant, SearchMarkRow::VIEW, &format!("{}:{}", key.kind, key.id), row);
    }
}
