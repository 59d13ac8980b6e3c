//! What a person wants to be told, and where: the aggregate `notification-preferences`, by user id.

pub(crate) use crate::channel::Preferences;

use crate::channel::{ChannelName, address_field, wish_field};
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use heck::ToLowerCamelCase as _;
use serde::{Deserialize, Serialize};

/// Kinds that one person says something about.
const MOST_KINDS: usize = 100;
/// Characters of the name of a kind.
const MOST_CHARACTERS: usize = 64;

impl Preferences {
    #[must_use]
    pub(crate) fn wants(&self, kind: &str, channel: ChannelName) -> bool {
        let said = self.kinds.get(kind).and_then(|wishes| wishes.wish(channel));
        said.unwrap_or_else(|| is_default(kind, channel))
    }
}

/// In the app everything; by mail what concerns oneself; over other channels only what was asked for.
fn is_default(kind: &str, channel: ChannelName) -> bool {
    match channel {
        ChannelName::InApp => true,
        ChannelName::Email => !matches!(kind, "task-created" | "stage-changed" | "case-followed"),
        _ => false,
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum PreferencesEvent {
    NotificationPreferencesSet { preferences: Preferences },
}

impl Aggregate for Preferences {
    type Event = PreferencesEvent;
    const KIND: &'static str = "notification-preferences";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            PreferencesEvent::NotificationPreferencesSet { preferences } => *self = preferences.clone(),
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            PreferencesEvent::NotificationPreferencesSet { .. } => "notification-preferences-set",
        }
    }
}

impl Preferences {
    /// What is newly asked for of channels that are not there: where it stands, and the channel. What was asked for before
    /// is no news: a channel may be switched off, and who saves something else is not to blame for that.
    pub(crate) fn asks_in_vain(
        &self,
        wanted: &Preferences,
        is_there: impl Fn(ChannelName) -> bool,
    ) -> Option<(String, ChannelName)> {
        let missing = |channel: &ChannelName| !is_there(*channel);
        for (kind, wishes) in &wanted.kinds {
            let before = self.kinds.get(kind).copied().unwrap_or_default();
            let news =
                |channel: &ChannelName| wishes.wish(*channel) == Some(true) && before.wish(*channel) != Some(true);
            if let Some(channel) = ChannelName::ALL.iter().copied().filter(missing).find(news) {
                return Some((format!("/kinds/{}/{}", pointed(kind), camel(wish_field(channel))), channel));
            }
        }
        let is_news = |channel: &ChannelName| {
            let wanted = wanted.address(*channel);
            wanted.is_some() && wanted != self.address(*channel)
        };
        let channel = ChannelName::ALL.iter().copied().filter(missing).find(is_news)?;
        Some((format!("/{}", camel(address_field(channel)?)), channel))
    }

    /// The first that can be none: where it stands, and what it should look like.
    pub(crate) fn malformed(&self) -> Option<(String, &'static str)> {
        self.malformed_kind().or_else(|| self.malformed_address())
    }

    /// Which kinds there are is said by processes and rules, so any name of a kind is taken. What is kept for good is bounded.
    fn malformed_kind(&self) -> Option<(String, &'static str)> {
        if self.kinds.len() > MOST_KINDS {
            return Some(("/kinds".to_owned(), "at most 100 kinds"));
        }
        let wrong = self.kinds.keys().find(|kind| !is_kind(kind))?;
        Some((format!("/kinds/{}", pointed(wrong)), "a kind of notification: at most 64 characters"))
    }

    fn malformed_address(&self) -> Option<(String, &'static str)> {
        ChannelName::ALL.iter().find_map(|channel| {
            let should = (channel.kind()?.check)(self.address(*channel)?).err()?;
            Some((format!("/{}", camel(address_field(*channel)?)), should))
        })
    }

    #[must_use]
    pub(crate) fn set(&self, preferences: &Preferences) -> Decision<PreferencesEvent, ()> {
        let events = if self == preferences {
            Vec::new()
        } else {
            vec![PreferencesEvent::NotificationPreferencesSet { preferences: preferences.clone() }]
        };
        Decision { events, answer: () }
    }
}

/// What can be a kind of notification.
fn is_kind(name: &str) -> bool {
    (1..=MOST_CHARACTERS).contains(&name.chars().count()) && !name.chars().any(char::is_control)
}

/// A name within a JSON Pointer (RFC 6901, section 3).
fn pointed(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A field as JSON calls it.
pub(crate) fn camel(field: &str) -> String {
    field.to_lower_camel_case()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::ChannelWishes;

    #[test]
    fn what_is_not_said_is_the_default_and_what_is_said_wins() {
        let mut preferences = Preferences::default();
        assert!(preferences.wants("case-assigned", ChannelName::Email));
        assert!(!preferences.wants("task-created", ChannelName::Email));
        let wishes = ChannelWishes { email: Some(false), ..ChannelWishes::default() };
        preferences.kinds.insert("case-assigned".to_owned(), wishes);
        assert!(!preferences.wants("case-assigned", ChannelName::Email));
        assert!(preferences.wants("case-assigned", ChannelName::InApp));
    }

    #[test]
    fn a_person_keeps_no_more_than_wishes_about_kinds() {
        let of = |kinds: Vec<String>| {
            let kinds = kinds.into_iter().map(|kind| (kind, ChannelWishes::default())).collect();
            Preferences { kinds, ..Preferences::default() }.malformed().map(|(pointer, _)| pointer)
        };
        let many = |count: usize| (0..count).map(|number| format!("kind-{number}")).collect::<Vec<_>>();
        assert_eq!(of(many(MOST_KINDS)), None);
        assert_eq!(of(many(MOST_KINDS + 1)).as_deref(), Some("/kinds"));
        assert_eq!(of(vec!["a".repeat(65)]), Some(format!("/kinds/{}", "a".repeat(65))));
        assert_eq!(of(vec!["a/b\n".to_owned()]).as_deref(), Some("/kinds/a~1b\n"));
        assert_eq!(of(vec![String::new()]).as_deref(), Some("/kinds/"));
        assert_eq!(of(vec!["Frist läuft ab/2".to_owned()]), None);
    }

    #[test]
    fn what_was_asked_for_before_a_channel_went_is_no_reason_to_refuse_something_else() {
        let asking = |sms| {
            let mut preferences = Preferences { phone: Some("+4930123456".to_owned()), ..Preferences::default() };
            let wishes = ChannelWishes { sms, ..ChannelWishes::default() };
            preferences.kinds.insert("mention".to_owned(), wishes);
            preferences
        };
        let is_there = |channel| channel == ChannelName::InApp;
        let (before, mut wanted) = (asking(Some(true)), asking(Some(true)));
        wanted
            .kinds
            .insert("case-assigned".to_owned(), ChannelWishes { in_app: Some(false), ..ChannelWishes::default() });
        assert_eq!(before.asks_in_vain(&wanted, is_there), None);
        let refused = asking(Some(false)).asks_in_vain(&wanted, is_there);
        assert_eq!(refused, Some(("/kinds/mention/sms".to_owned(), ChannelName::Sms)));
    }
}
