//! The aggregate `case-correspondence`.

use super::draft::{DraftContent, WhoseDraft};
use crate::domain::person::Person;
use casewright_instant::Instant;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta, FORGOTTEN};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long somebody's turn lasts who does not say that it ended: the process is gone, and longer than any call to the mail room.
const TURN: SignedDuration = SignedDuration::from_mins(2);
/// People who write at a time; of more, the oldest draft goes.
const MOST_DRAFTS: usize = 100;

/// Drafts, and whose turn it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Correspondence {
    /// By the id of the person who writes it; empty: the shared one.
    pub drafts: BTreeMap<String, MailDraft>,
    #[serde(default)]
    pub sending: Option<Sending>,
    /// Its case was deleted.
    #[serde(default)]
    pub is_forgotten: bool,
}

/// A draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MailDraft {
    pub content: DraftContent,
    /// Who wrote in it last, and when.
    pub by: Person,
    pub at: Instant,
    /// Counts what was saved.
    pub revision: u64,
}

/// A mail that is being sent this moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sending {
    pub id: String,
    pub by: Person,
    pub at: Instant,
}

/// What happens to it. `owner`: see [`Correspondence::drafts`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum CorrespondenceEvent {
    MailDraftSaved {
        owner: String,
        by: Person,
        content: DraftContent,
    },
    MailDraftDropped {
        owner: String,
    },
    MailSendingBegun {
        sending: String,
        by: Person,
    },
    MailSendingEnded {
        sending: String,
    },
    /// The last one: its case is being deleted.
    Forgotten {},
}

/// What became of saving a draft.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Saved {
    /// It is as it was saved.
    Yes,
    /// Somebody else has saved it since the writer saw it.
    Changed,
}

impl Aggregate for Correspondence {
    type Event = CorrespondenceEvent;
    const KIND: &'static str = "case-correspondence";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta) {
        let at = meta.at.into();
        match event {
            CorrespondenceEvent::MailDraftSaved { owner, by, content } => {
                let draft = MailDraft { content: content.clone(), by: by.clone(), at, revision: meta.seq };
                self.drafts.insert(owner.clone(), draft);
            }
            CorrespondenceEvent::MailDraftDropped { owner } => {
                self.drafts.remove(owner);
            }
            CorrespondenceEvent::MailSendingBegun { sending, by } => {
                self.sending = Some(Sending { id: sending.clone(), by: by.clone(), at });
            }
            CorrespondenceEvent::MailSendingEnded { sending } => {
                self.sending.take_if(|present| present.id == *sending);
            }
            CorrespondenceEvent::Forgotten {} => *self = Self { is_forgotten: true, ..Self::default() },
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            CorrespondenceEvent::MailDraftSaved { .. } => "mail-draft-saved",
            CorrespondenceEvent::MailDraftDropped { .. } => "mail-draft-dropped",
            CorrespondenceEvent::MailSendingBegun { .. } => "mail-sending-begun",
            CorrespondenceEvent::MailSendingEnded { .. } => "mail-sending-ended",
            CorrespondenceEvent::Forgotten {} => FORGOTTEN,
        }
    }
}

impl Correspondence {
    /// Under which name somebody's draft stands.
    fn owner(whose: WhoseDraft, me: &str) -> String {
        match whose {
            WhoseDraft::Mine => me.to_owned(),
            WhoseDraft::Shared => String::new(),
        }
    }

    /// Somebody's draft.
    #[must_use]
    pub(crate) fn draft(&self, whose: WhoseDraft, me: &str) -> Option<&MailDraft> {
        self.drafts.get(&Self::owner(whose, me))
    }

    /// Keeps a draft. `seen`: the revision that the writer has seen, none: there was no draft. One's own is overwritten, whatever was
    /// seen: it is the same person, on another device. Who writes the shared one has none of their own besides. What was seen and is there
    /// no more was sent or thrown away: a save that comes after that does not bring it back.
    #[must_use]
    pub(crate) fn save(
        &self,
        whose: WhoseDraft,
        seen: Option<u64>,
        content: &DraftContent,
        by: &Person,
    ) -> Decision<CorrespondenceEvent, Saved> {
        let present = self.draft(whose, &by.id);
        if self.is_forgotten || present.is_some_and(|present| present.content == *content) {
            return Decision { events: Vec::new(), answer: Saved::Yes };
        }
        let is_gone = present.is_none() && seen.is_some();
        let is_foreign = whose == WhoseDraft::Shared && present.is_some_and(|present| present.by.id != by.id);
        if is_gone || (is_foreign && present.map(|present| present.revision) != seen) {
            return Decision { events: Vec::new(), answer: Saved::Changed };
        }
        let mut events = Vec::new();
        if whose == WhoseDraft::Shared && self.drafts.contains_key(&by.id) {
            events.push(CorrespondenceEvent::MailDraftDropped { owner: by.id.clone() });
        }
        let owner = Self::owner(whose, &by.id);
        let oldest = self.drafts.iter().filter(|(of, _)| **of != owner).min_by_key(|(_, draft)| draft.at);
        if let Some((oldest, _)) = oldest.filter(|_| self.drafts.len() >= MOST_DRAFTS) {
            events.push(CorrespondenceEvent::MailDraftDropped { owner: oldest.clone() });
        }
        events.push(CorrespondenceEvent::MailDraftSaved { owner, by: by.clone(), content: content.clone() });
        Decision { events, answer: Saved::Yes }
    }

    /// Forgets all that was written: the case is being deleted.
    #[must_use]
    pub(crate) fn forget(&self) -> Decision<CorrespondenceEvent, ()> {
        let events = if self.is_forgotten { Vec::new() } else { vec![CorrespondenceEvent::Forgotten {}] };
        Decision { events, answer: () }
    }

    /// Throws a draft away, if there is one.
    #[must_use]
    pub(crate) fn drop_draft(&self, whose: WhoseDraft, me: &str) -> Decision<CorrespondenceEvent, ()> {
        let owner = Self::owner(whose, me);
        let is_there = self.drafts.contains_key(&owner);
        let events = is_there.then_some(CorrespondenceEvent::MailDraftDropped { owner }).into_iter().collect();
        Decision { events, answer: () }
    }

    /// It is this person's turn to send. The answer is who else is at it, whose turn it stays; `known`: sendings that the person was told
    /// of and does not wait for.
    #[must_use]
    pub(crate) fn begin(
        &self,
        sending: &str,
        by: &Person,
        known: &[String],
        at: Timestamp,
    ) -> Decision<CorrespondenceEvent, Option<Sending>> {
        let is_under_way = |other: &&Sending| {
            other.by.id != by.id && !known.contains(&other.id) && at.duration_since(other.at.timestamp()) < TURN
        };
        if let Some(other) = self.sending.as_ref().filter(is_under_way) {
            return Decision { events: Vec::new(), answer: Some(other.clone()) };
        }
        if self.is_forgotten {
            return Decision { events: Vec::new(), answer: None };
        }
        let begun = CorrespondenceEvent::MailSendingBegun { sending: sending.to_owned(), by: by.clone() };
        Decision { events: vec![begun], answer: None }
    }

    /// The turn is over. `sent`: whose draft it was that has left, if one has.
    #[must_use]
    pub(crate) fn end(&self, sending: &str, sent: Option<WhoseDraft>, me: &str) -> Decision<CorrespondenceEvent, ()> {
        let mut events = sent.map(|whose| self.drop_draft(whose, me).events).unwrap_or_default();
        if self.sending.as_ref().is_some_and(|present| present.id == sending) {
            events.push(CorrespondenceEvent::MailSendingEnded { sending: sending.to_owned() });
        }
        Decision { events, answer: () }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_journal::TenantId;

    fn person(id: &str) -> Person {
        Person::new(id, id)
    }

    fn text(text: &str) -> DraftContent {
        DraftContent { text: text.to_owned(), ..DraftContent::default() }
    }

    /// What is decided, happens at this second.
    fn happen(state: &mut Correspondence, events: &[CorrespondenceEvent], second: i64) {
        let key = AggregateKey::new(&TenantId::default(), Correspondence::KIND, "case-1");
        for event in events {
            let at = Timestamp::from_second(second).unwrap();
            let (key, seq) = (key.clone(), u64::try_from(second).unwrap());
            let meta = EntryMeta { key, seq, at, actor: "anna".into(), cause: "".into() };
            state.apply(event, &meta);
        }
    }

    #[test]
    fn one_at_a_time_sends_until_they_are_done_or_gone() {
        let mut state = Correspondence::default();
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let begun = state.begin("s-1", &person("anna"), &[], at(10));
        assert_eq!(begun.answer, None);
        happen(&mut state, &begun.events, 10);
        let refused = state.begin("s-2", &person("ben"), &[], at(11));
        assert_eq!((refused.answer.map(|other| other.by.id), refused.events.len()), (Some("anna".to_owned()), 0));
        assert_eq!(state.begin("s-3", &person("anna"), &[], at(11)).answer, None, "one does not wait for oneself");
        assert_eq!(
            state.begin("s-2", &person("ben"), &["s-1".to_owned()], at(11)).answer,
            None,
            "told, and did not wait"
        );
        assert_eq!(state.begin("s-2", &person("ben"), &[], at(10 + 120)).answer, None, "who does not say so has ended");
        let ended = state.end("s-1", None, "anna").events;
        happen(&mut state, &ended, 12);
        assert_eq!(state.begin("s-2", &person("ben"), &[], at(13)).answer, None);
        assert!(state.end("s-1", None, "anna").events.is_empty(), "it has ended");
    }

    #[test]
    fn a_draft_is_ones_own_or_everybodys_and_goes_when_it_is_sent() {
        let mut state = Correspondence::default();
        let saved = state.save(WhoseDraft::Mine, None, &text("Dear"), &person("anna"));
        happen(&mut state, &saved.events, 1);
        assert!(state.draft(WhoseDraft::Mine, "ben").is_none() && state.draft(WhoseDraft::Shared, "ben").is_none());
        assert!(state.save(WhoseDraft::Mine, None, &text("Dear"), &person("anna")).events.is_empty(), "nothing is new");
        let shared = state.save(WhoseDraft::Shared, None, &text("Dear all"), &person("anna"));
        happen(&mut state, &shared.events, 2);
        assert!(state.draft(WhoseDraft::Mine, "anna").is_none(), "it is the shared one now");
        let blind = state.save(WhoseDraft::Shared, None, &text("Over"), &person("ben"));
        assert_eq!((blind.answer, blind.events.len()), (Saved::Changed, 0));
        let seen = state.draft(WhoseDraft::Shared, "ben").map(|draft| draft.revision);
        let saved = state.save(WhoseDraft::Shared, seen, &text("Dear all,"), &person("ben"));
        assert_eq!(saved.answer, Saved::Yes);
        happen(&mut state, &saved.events, 3);
        let sent = state.end("s", Some(WhoseDraft::Shared), "anna").events;
        happen(&mut state, &sent, 4);
        assert!(state.drafts.is_empty());
        let late = state.save(WhoseDraft::Shared, Some(3), &text("Dear all, we"), &person("ben"));
        assert_eq!((late.answer, late.events.len()), (Saved::Changed, 0), "what has left does not come back");
        assert_eq!(state.save(WhoseDraft::Shared, None, &text("Dear all, we"), &person("ben")).answer, Saved::Yes);
    }
}
