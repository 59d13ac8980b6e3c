//! View `form`: keys and names for lists; the schema itself comes from the aggregate.

use crate::domain::form::state::{Form, FormEvent};
use casewright_journal::{Aggregate, Column, Entry, Projector, ViewSpec, ViewWrites};
use serde_json::{Map, Value};

pub(crate) const VIEW: &str = "form";

pub(crate) struct FormProjector;

impl Projector for FormProjector {
    fn group(&self) -> &'static str {
        "case-api-forms"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec { name: VIEW, indexes: const { &[&[Column::named("name")]] }, full_text: &[], echo: None }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Form::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(FormEvent::FormPublished { name, .. }) = crate::views::entry::read::<FormEvent>(entry) else {
            return;
        };
        let mut row = Map::new();
        row.insert("key".into(), Value::from(entry.meta.key.id.as_str()));
        row.insert("name".into(), Value::from(name));
        row.insert("version".into(), Value::from(entry.meta.seq));
        out.put(&entry.meta.key.tenant, VIEW, &entry.meta.key.id, row);
    }
}
