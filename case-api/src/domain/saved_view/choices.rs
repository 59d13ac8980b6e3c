//! What one person has chosen of the saved views they see. The id of the aggregate is the person's.

use casewright_forms::FieldFault;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many a person may pin: each has a place, and a number, beside the list.
const MOST_PINNED: usize = 20;

/// Which views a person has pinned, in their order, and which one their list of cases begins with. A view that is gone, or that
/// is no longer shared with them, is left out where it is used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Choices {
    #[serde(default)]
    pub pinned: Vec<String>,
    #[serde(default)]
    pub default: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum ChoicesEvent {
    SavedViewsChosen { choices: Choices },
}

impl Aggregate for Choices {
    type Event = ChoicesEvent;
    const KIND: &'static str = "saved-view-choices";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            ChoicesEvent::SavedViewsChosen { choices } => *self = choices.clone(),
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            ChoicesEvent::SavedViewsChosen { .. } => "saved-views-chosen",
        }
    }
}

impl Choices {
    /// What is wrong with them, if anything.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if self.pinned.len() > MOST_PINNED {
            faults.push(FieldFault::new("/pinned", "too-many", &format!("{MOST_PINNED} views at most")));
        }
        for (n, id) in self.pinned.iter().enumerate() {
            if self.pinned[..n].contains(id) {
                faults.push(FieldFault::new(&format!("/pinned/{n}"), "repeated", "a view is pinned once"));
            }
        }
        faults
    }

    #[must_use]
    pub(crate) fn choose(&self, choices: &Self) -> Decision<ChoicesEvent, ()> {
        let events = match self == choices {
            true => Vec::new(),
            false => vec![ChoicesEvent::SavedViewsChosen { choices: choices.clone() }],
        };
        Decision { events, answer: () }
    }
}
