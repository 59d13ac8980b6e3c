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
    pub(crate) is_archived: bool,
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

    fn version(&self) -> u32 {
        // Whether a definition is archived has a column.
        2
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let (tenant, key) = (&entry.meta.key.tenant, &entry.meta.key.id);
        let archived =
            |is_archived: bool| casewright_journal::Row::from([(CaseDefinitionRow::IS_ARCHIVED, is_archived.into())]);
        match crate::views::entry::read::<CaseDefinitionEvent>(entry) {
            Some(CaseDefinitionEvent::CaseDefinitionPublished { definition }) => {
                let row = CaseDefinitionRow {
                    key: definition.key.clone(),
                    name: definition.name.clone(),
                    version: definition.version,
                    is_archived: false,
                    definition,
                };
                out.put(tenant, CaseDefinitionRow::VIEW, key, row);
            }
            Some(CaseDefinitionEvent::CaseDefinitionArchived {}) => {
                out.patch(tenant, CaseDefinitionRow::VIEW, key, archived(true));
            }
            Some(CaseDefinitionEvent::CaseDefinitionUnarchived {}) => {
                out.patch(tenant, CaseDefinitionRow::VIEW, key, archived(false));
            }
            None => {}
        }
    }
}
