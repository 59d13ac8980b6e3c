//! Cases that a person follows: the aggregate `case-following`, by user id. It is no part of the case: that somebody looks on changes
//! nothing of it.

use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Cases that one person follows.
const MOST_CASES: usize = 1_000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Following {
    pub cases: BTreeSet<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum FollowingEvent {
    CaseFollowed { case: String },
    CaseUnfollowed { case: String },
}

impl Aggregate for Following {
    type Event = FollowingEvent;
    const KIND: &'static str = "case-following";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            FollowingEvent::CaseFollowed { case } => {
                self.cases.insert(case.clone());
            }
            FollowingEvent::CaseUnfollowed { case } => {
                self.cases.remove(case);
            }
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            FollowingEvent::CaseFollowed { .. } => "case-followed",
            FollowingEvent::CaseUnfollowed { .. } => "case-unfollowed",
        }
    }
}

/// More cases are followed than one person may.
#[derive(Debug, thiserror::Error)]
#[error("{MOST_CASES} cases at most are followed by one person")]
pub(crate) struct TooMany;

impl Following {
    /// # Errors
    /// As many cases as one person may follow are followed.
    pub(crate) fn follow(&self, case: &str) -> Result<Decision<FollowingEvent, ()>, TooMany> {
        if self.cases.contains(case) {
            return Ok(Decision { events: Vec::new(), answer: () });
        }
        if self.cases.len() >= MOST_CASES {
            return Err(TooMany);
        }
        Ok(Decision { events: vec![FollowingEvent::CaseFollowed { case: case.to_owned() }], answer: () })
    }

    pub(crate) fn unfollow(&self, case: &str) -> Decision<FollowingEvent, ()> {
        let unfollowed = self.cases.contains(case).then(|| FollowingEvent::CaseUnfollowed { case: case.to_owned() });
        Decision { events: unfollowed.into_iter().collect(), answer: () }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_follows_a_case_once_and_no_more_than_so_many() {
        let mut following = Following { cases: (0..MOST_CASES).map(|number| number.to_string()).collect() };
        assert!(following.follow("7").unwrap().events.is_empty());
        assert!(following.follow("one more").is_err());
        following.cases.remove("7");
        assert_eq!(following.follow("one more").unwrap().events.len(), 1);
        assert!(following.unfollow("7").events.is_empty());
        assert_eq!(following.unfollow("8").events.len(), 1);
    }
}
