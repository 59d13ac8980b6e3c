//! Whom an erasure is about, and why it was asked for. Apart from the disposal, which stays: this is forgotten when it is over.

use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta, FORGOTTEN};
use serde::{Deserialize, Serialize};

/// The aggregate `erasure-request`, under the id of its disposal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErasureRequest {
    pub(crate) asked: Option<Asked>,
    #[serde(default)]
    pub(crate) is_forgotten: bool,
}

/// What names people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asked {
    /// Of the person; none: it is about a case.
    pub(crate) email: Option<String>,
    /// In the words of who asked.
    pub(crate) reason: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum ErasureRequestEvent {
    ErasureRequested { asked: Asked },
    Forgotten {},
}

impl Aggregate for ErasureRequest {
    type Event = ErasureRequestEvent;
    const KIND: &'static str = "erasure-request";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        *self = match event {
            ErasureRequestEvent::ErasureRequested { asked } => Self { asked: Some(asked.clone()), is_forgotten: false },
            ErasureRequestEvent::Forgotten {} => Self { asked: None, is_forgotten: true },
        };
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            ErasureRequestEvent::ErasureRequested { .. } => "erasure-requested",
            ErasureRequestEvent::Forgotten {} => FORGOTTEN,
        }
    }
}

impl ErasureRequest {
    /// Notes what is asked, once.
    pub(crate) fn ask(&self, asked: &Asked) -> Decision<ErasureRequestEvent, ()> {
        let is_new = self.asked.is_none() && !self.is_forgotten;
        let events = is_new.then(|| ErasureRequestEvent::ErasureRequested { asked: asked.clone() });
        Decision { events: events.into_iter().collect(), answer: () }
    }

    /// It is over.
    pub(crate) fn forget(&self) -> Decision<ErasureRequestEvent, ()> {
        let events = self.asked.as_ref().map(|_| ErasureRequestEvent::Forgotten {});
        Decision { events: events.into_iter().collect(), answer: () }
    }
}
