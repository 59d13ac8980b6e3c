//! View `case-definition`: one row per key, the latest version.

use crate::domain::definition::CaseDefinition;
use crate::domain::definition::state::{CaseDefinitionAggregate, CaseDefinitionEvent};
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;
use std::sync::Arc;

/// A definition, as lists show it.
#[derive(Clone, Debug, Row)]
#[row(view = "case-definition")]
pub(crate) struct CaseDefinitionRow {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) version: u32,
    #[row(json)]
    pub(crate) definition: Arc<CaseDefinition>,
}

/// Writes the rows of definitions.
pub(crate) struct CaseDefinitionProjector;

impl Projector for CaseDefinitionProjector {
    fn group(&self) -> &'static str {
        "case-api-definitions"
    }

    fn views(&self) -> Vec<ViewSpec> {
        let indexes = &[&[CaseDefinitionRow::NAME] as &[_]];
        vec![ViewSpec { name: CaseDefinitionRow::VIEW, indexes, full_text: &[], denormalized: None }]
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
        let row = CaseDefinitionRow {
            key: definition.key.clone(),
            name: definition.name.clone(),
            version: definition.version,
            definition,
        };
        out.put(&entry.meta.key.tenant, CaseDefinitionRow::VIEW, &entry.meta.key.id, row);
    }
}
