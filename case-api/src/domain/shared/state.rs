//! The aggregate of whatever is shared.

use super::{Audience, SharedEvent};
use crate::domain::person::Person;
use casewright_forms::FieldFault;
use casewright_instant::Instant;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;

/// What something that is shared says, and to whom.
pub(crate) trait SharedContent:
    Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Of the aggregate, and of its view.
    const KIND: &'static str;
    /// Of the resource that policies are asked about.
    const RESOURCE: &'static str = Self::KIND;
    /// What happens to it, as entries are called: it is created, changed, deleted.
    const EVENTS: [&'static str; 3];
    /// Under which name the content stands in entries.
    const MEMBER: &'static str;
    /// What people call it: `view`.
    const NOUN: &'static str;

    fn audience(&self) -> &Audience;

    /// What is wrong with it, if anything.
    fn faults(&self) -> Vec<FieldFault>;
}

/// The aggregate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "C: DeserializeOwned"))]
pub(crate) struct Shared<C> {
    pub content: C,
    /// Who made it. None: there is no such thing.
    pub owner: Option<Person>,
    /// When it was last changed.
    #[serde(default)]
    pub updated_at: Option<Instant>,
}

impl<C: SharedContent> Aggregate for Shared<C> {
    type Event = SharedEvent<C>;
    const KIND: &'static str = C::KIND;

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta) {
        match event {
            SharedEvent::Created { owner, content } => {
                *self = Self { content: content.clone(), owner: Some(owner.clone()), updated_at: Some(meta.at.into()) };
            }
            SharedEvent::Changed { content } => {
                self.content = content.clone();
                self.updated_at = Some(meta.at.into());
            }
            SharedEvent::Deleted => *self = Self::default(),
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        event.name()
    }
}

impl<C: SharedContent> Shared<C> {
    /// Creates it. The answer is whether it is new: the same request sent again creates nothing.
    #[must_use]
    pub(crate) fn create(&self, owner: &Person, content: &C) -> Decision<SharedEvent<C>, bool> {
        if self.owner.is_some() {
            return Decision { events: Vec::new(), answer: false };
        }
        let created = SharedEvent::Created { owner: owner.clone(), content: content.clone() };
        Decision { events: vec![created], answer: true }
    }

    /// Gives it another content. The answer is whether there is such a thing.
    #[must_use]
    pub(crate) fn change(&self, content: &C) -> Decision<SharedEvent<C>, bool> {
        let is_there = self.owner.is_some();
        let events = match is_there && self.content != *content {
            true => vec![SharedEvent::Changed { content: content.clone() }],
            false => Vec::new(),
        };
        Decision { events, answer: is_there }
    }

    /// Deletes it. The answer is whether there was such a thing.
    #[must_use]
    pub(crate) fn delete(&self) -> Decision<SharedEvent<C>, bool> {
        let is_there = self.owner.is_some();
        let events = if is_there { vec![SharedEvent::Deleted] } else { Vec::new() };
        Decision { events, answer: is_there }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mail_template::MailTemplateContent;
    use crate::domain::saved_view::SavedViewContent;
    use serde_json::json;

    #[test]
    fn what_is_deleted_is_not_changed() {
        let owner = Person::new("anna", "Anna");
        let content = SavedViewContent { name: "Mine".to_owned(), ..SavedViewContent::default() };
        let saved = Shared { content: content.clone(), owner: Some(owner.clone()), updated_at: None };
        assert!(saved.change(&content).events.is_empty(), "nothing is new");
        assert!(!saved.create(&owner, &content).answer);
        let none = Shared::<SavedViewContent>::default();
        assert!(!none.change(&content).answer && none.change(&content).events.is_empty());
        assert!(!none.delete().answer && none.delete().events.is_empty());
    }

    #[test]
    fn entries_are_written_as_they_always_were() {
        let entry = json!({"type": "saved-view-created", "owner": {"id": "anna", "name": "Anna"},
            "view": {"name": "Mine", "audience": {"kind": "private"}, "filters": {}}});
        let event: SharedEvent<SavedViewContent> = serde_json::from_value(entry).unwrap();
        let content = SavedViewContent { name: "Mine".to_owned(), ..SavedViewContent::default() };
        assert_eq!(event, SharedEvent::Created { owner: Person::new("anna", "Anna"), content });
        let written = serde_json::to_value(&event).unwrap();
        assert_eq!((&written["type"], &written["view"]["name"]), (&json!("saved-view-created"), &json!("Mine")));
        let entry = json!({"type": "mail-template-changed", "template": {"name": "Thanks", "audience": {"kind": "everyone"}, "texts": {}}});
        let event: SharedEvent<MailTemplateContent> = serde_json::from_value(entry).unwrap();
        assert_eq!(
            (event.name(), serde_json::to_value(&event).unwrap()["template"]["name"].clone()),
            ("mail-template-changed", json!("Thanks"))
        );
        let deleted = serde_json::to_value(SharedEvent::<MailTemplateContent>::Deleted).unwrap();
        assert_eq!(deleted, json!({"type": "mail-template-deleted"}));
    }
}
