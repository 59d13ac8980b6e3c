//! Case numbers: one counter per prefix. A number is given once and never again; one that was given to a request that then
//! failed is lost, so numbers are unique and ascending but not without gaps.

use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct CaseNumbers {
    pub last: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum CaseNumbersEvent {
    CaseNumberTaken { number: u64 },
}

impl Aggregate for CaseNumbers {
    type Event = CaseNumbersEvent;
    const KIND: &'static str = "case-number";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            CaseNumbersEvent::CaseNumberTaken { number } => self.last = *number,
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            CaseNumbersEvent::CaseNumberTaken { .. } => "case-number-taken",
        }
    }
}

impl CaseNumbers {
    #[must_use]
    pub(crate) fn take(&self) -> Decision<CaseNumbersEvent, u64> {
        let number = self.last + 1;
        Decision { events: vec![CaseNumbersEvent::CaseNumberTaken { number }], answer: number }
    }
}

/// `CLM-000042`
#[must_use]
pub(crate) fn text(prefix: &str, number: u64) -> String {
    format!("{prefix}-{number:06}")
}
