//! The aggregate `case-definition`: all versions of one key, and whether cases begin by it still.

use super::model::CaseDefinition;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct CaseDefinitionAggregate {
    /// `versions[n - 1]` is version n.
    pub versions: Vec<Arc<CaseDefinition>>,
    /// No case begins by it any more.
    #[serde(default)]
    pub(crate) is_archived: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[allow(clippy::enum_variant_names, reason = "the names of entries stand beside those of every other aggregate")]
pub(crate) enum CaseDefinitionEvent {
    /// It is out of the archive with that.
    CaseDefinitionPublished {
        definition: Arc<CaseDefinition>,
    },
    CaseDefinitionArchived {},
    CaseDefinitionUnarchived {},
}

impl Aggregate for CaseDefinitionAggregate {
    type Event = CaseDefinitionEvent;
    const KIND: &'static str = "case-definition";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            CaseDefinitionEvent::CaseDefinitionPublished { definition } => {
                self.versions.push(definition.clone());
                self.is_archived = false;
            }
            CaseDefinitionEvent::CaseDefinitionArchived {} => self.is_archived = true,
            CaseDefinitionEvent::CaseDefinitionUnarchived {} => self.is_archived = false,
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            CaseDefinitionEvent::CaseDefinitionPublished { .. } => "case-definition-published",
            CaseDefinitionEvent::CaseDefinitionArchived {} => "case-definition-archived",
            CaseDefinitionEvent::CaseDefinitionUnarchived {} => "case-definition-unarchived",
        }
    }
}

impl CaseDefinitionAggregate {
    #[must_use]
    pub(crate) fn latest(&self) -> Option<&Arc<CaseDefinition>> {
        self.versions.last()
    }

    #[must_use]
    pub(crate) fn version(&self, version: u32) -> Option<&Arc<CaseDefinition>> {
        self.versions.get(usize::try_from(version).ok()?.checked_sub(1)?)
    }

    /// A new version when the content differs from the latest; otherwise the latest, and nothing is written.
    #[must_use]
    pub(crate) fn publish(&self, proposed: &CaseDefinition) -> Decision<CaseDefinitionEvent, Arc<CaseDefinition>> {
        let next = u32::try_from(self.versions.len()).unwrap_or(u32::MAX).saturating_add(1);
        // Whether it is archived is said of the key, not of a version.
        let proposed = CaseDefinition { archived: false, ..proposed.clone() };
        if let Some(latest) = self.latest() {
            let same = CaseDefinition { version: latest.version, ..proposed.clone() };
            if same == **latest {
                return Decision { events: Vec::new(), answer: latest.clone() };
            }
        }
        let definition = Arc::new(CaseDefinition { version: next, ..proposed });
        Decision {
            events: vec![CaseDefinitionEvent::CaseDefinitionPublished { definition: definition.clone() }],
            answer: definition,
        }
    }

    /// Puts it into the archive, or takes it out. Cases that are open go on either way.
    #[must_use]
    pub(crate) fn archive(&self, is_wanted: bool) -> Decision<CaseDefinitionEvent, ()> {
        let events = match (is_wanted, self.is_archived) {
            (true, false) => vec![CaseDefinitionEvent::CaseDefinitionArchived {}],
            (false, true) => vec![CaseDefinitionEvent::CaseDefinitionUnarchived {}],
            _ => Vec::new(),
        };
        Decision { events, answer: () }
    }
}
