//! Cases that a person does not want to hear of: the aggregate `notification-mutes`, by user id.

use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Cases that one person mutes.
const MOST_CASES: usize = 1_000;

/// What is told of a muted case nevertheless: what is asked of this one person.
const PERSONAL: [&str; 3] = ["mention", "case-assigned", "task-assigned"];

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Mutes {
    pub cases: BTreeSet<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum MutesEvent {
    CaseMuted { case: String },
    CaseUnmuted { case: String },
}

impl Aggregate for Mutes {
    type Event = MutesEvent;
    const KIND: &'static str = "notification-mutes";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            MutesEvent::CaseMuted { case } => {
                self.cases.insert(case.clone());
            }
            MutesEvent::CaseUnmuted { case } => {
                self.cases.remove(case);
            }
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            MutesEvent::CaseMuted { .. } => "case-muted",
            MutesEvent::CaseUnmuted { .. } => "case-unmuted",
        }
    }
}

/// More cases are muted than one person may.
#[derive(Debug, thiserror::Error)]
#[error("{MOST_CASES} cases at most are muted by one person")]
pub(crate) struct TooMany;

impl Mutes {
    /// Whether a notification of this kind about a case stays untold.
    pub(crate) fn silence(&self, kind: &str, case: Option<&str>) -> bool {
        case.is_some_and(|case| self.cases.contains(case)) && !PERSONAL.contains(&kind)
    }

    /// # Errors
    /// As many cases as one person may mute are muted.
    pub(crate) fn mute(&self, case: &str) -> Result<Decision<MutesEvent, ()>, TooMany> {
        if self.cases.contains(case) {
            return Ok(Decision { events: Vec::new(), answer: () });
        }
        if self.cases.len() >= MOST_CASES {
            return Err(TooMany);
        }
        Ok(Decision { events: vec![MutesEvent::CaseMuted { case: case.to_owned() }], answer: () })
    }

    pub(crate) fn unmute(&self, case: &str) -> Decision<MutesEvent, ()> {
        let unmuted = self.cases.contains(case).then(|| MutesEvent::CaseUnmuted { case: case.to_owned() });
        Decision { events: unmuted.into_iter().collect(), answer: () }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_muted_case_is_quiet_but_for_what_is_asked_of_oneself() {
        let mutes = Mutes { cases: BTreeSet::from(["c".to_owned()]) };
        assert!(mutes.silence("mail-received", Some("c")));
        assert!(!mutes.silence("mention", Some("c")));
        assert!(!mutes.silence("mail-received", Some("other")));
        assert!(!mutes.silence("mail-received", None));
    }

    #[test]
    fn a_person_mutes_no_more_than_so_many_cases() {
        let mut mutes = Mutes { cases: (0..MOST_CASES).map(|number| number.to_string()).collect() };
        assert!(mutes.mute("7").unwrap().events.is_empty());
        assert!(mutes.mute("one more").is_err());
        mutes.cases.remove("7");
        assert_eq!(mutes.mute("one more").unwrap().events.len(), 1);
        assert!(mutes.unmute("7").events.is_empty());
    }
}
