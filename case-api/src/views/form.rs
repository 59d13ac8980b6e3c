//! View `form`: keys and names for lists; the schema itself comes from the aggregate.

use crate::domain::form::state::{Form, FormEvent};
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// A form, as lists show it.
#[derive(Clone, Debug, Row)]
#[row(view = "form")]
pub(crate) struct FormRow {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) version: u64,
}

/// Writes the rows of forms.
pub(crate) struct FormProjector;

impl Projector for FormProjector {
    fn group(&self) -> &'static str {
        "case-api-forms"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec { name: FormRow::VIEW, indexes: &[&[FormRow::NAME]], full_text: &[], denormalized: None }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Form::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(FormEvent::FormPublished { name, .. }) = crate::views::entry::read::<FormEvent>(entry) else {
            return;
        };
        let row = FormRow { key: entry.meta.key.id.to_string(), name, version: entry.meta.seq };
        out.put(&entry.meta.key.tenant, FormRow::VIEW, &entry.meta.key.id, row);
    }
}
