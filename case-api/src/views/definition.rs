//! View `case-definition`: one row per key, the latest version.

use crate::domain::definition::state::{CaseDefinitionAggregate, CaseDefinitionEvent};
use casewright_journal::{Aggregate, Column, Entry, Projector, ViewSpec, ViewWrites};
use serde_json::{Map, Value};

pub(crate) const VIEW: &str = "case-definition";

pub(crate) struct CaseDefinitionProjector;

impl Projector for CaseDefinitionProjector {
    fn group(&self) -> &'static str {
        "case-api-definitions"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec { name: VIEW, indexes: const { &[&[Column::named("name")]] }, full_text: &[], echo: None }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[CaseDefinitionAggregate::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(CaseDefinitionEvent::CaseDefinitionPublished { definition }) =
            crate::views::entry::read::<CaseDefinitionEvent>(entry)
        else {
            return;
        };
        let mut row = Map::new();
        row.insert("key".into(), Value::from(definition.key.as_str()));
        row.insert("name".into(), Value::from(definition.name.as_str()));
        row.insert("version".into(), Value::from(definition.version));
        match serde_json::to_value(&*definition) {
            Ok(body) => row.insert("definition".into(), body),
            Err(_) => return,
        };
        out.put(&entry.meta.key.tenant, VIEW, &entry.meta.key.id, row);
    }
}
