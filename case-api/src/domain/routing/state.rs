//! The aggregate `routing`: the rules of an organisation.

use super::RoutingTable;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};

/// The rules of an organisation; it has one table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct OrganisationRouting {
    pub table: RoutingTable,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum RoutingEvent {
    RoutingDefined { table: RoutingTable },
}

impl Aggregate for OrganisationRouting {
    type Event = RoutingEvent;
    const KIND: &'static str = "routing";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            RoutingEvent::RoutingDefined { table } => self.table = table.clone(),
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            RoutingEvent::RoutingDefined { .. } => "routing-defined",
        }
    }
}

impl OrganisationRouting {
    /// The id of the one table.
    pub(crate) const ID: &'static str = "organisation";

    #[must_use]
    pub(crate) fn define(&self, table: &RoutingTable) -> Decision<RoutingEvent, ()> {
        let events = match self.table == *table {
            true => Vec::new(),
            false => vec![RoutingEvent::RoutingDefined { table: table.clone() }],
        };
        Decision { events, answer: () }
    }
}
