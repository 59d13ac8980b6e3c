//! One saved view.

use crate::domain::case_filter::CaseFilter;
use crate::domain::person::Person;
use casewright_forms::FieldFault;
use casewright_instant::Instant;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a name may be, in characters.
const LONGEST_NAME: usize = 80;
/// How many columns a list may show: what it has of its own, and fields.
const MOST_COLUMNS: usize = 30;
/// How many groups a view may be shared with.
const MOST_GROUPS: usize = 50;

/// Who sees a view beside its owner. Whoever sees it still sees only the cases that are theirs to see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Audience {
    /// Nobody.
    #[default]
    Private,
    /// Whoever is in one of these groups.
    Groups { groups: Vec<String> },
    /// The whole organisation.
    Everyone,
}

impl Audience {
    /// What policies, rows and the JSON call it.
    #[must_use]
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Groups { .. } => "groups",
            Self::Everyone => "everyone",
        }
    }

    /// The groups it names.
    #[must_use]
    pub(crate) fn groups(&self) -> &[String] {
        match self {
            Self::Groups { groups } => groups,
            Self::Private | Self::Everyone => &[],
        }
    }
}

/// How a view is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Layout {
    #[default]
    List,
    Board,
}

/// What a view shows, and to whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SavedViewContent {
    /// Empty: there is no such view.
    pub name: String,
    pub audience: Audience,
    pub filters: CaseFilter,
    /// Ids of columns in their order; none: those that the list shows by itself.
    #[serde(default)]
    pub columns: Vec<String>,
    #[serde(default)]
    pub layout: Layout,
}

impl SavedViewContent {
    /// What is wrong with it, if anything.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        match self.name.trim() {
            "" => faults.push(FieldFault::new("/name", "required", "a view needs a name")),
            name if name.chars().count() > LONGEST_NAME => {
                faults.push(FieldFault::new("/name", "too-long", &format!("{LONGEST_NAME} characters at most")));
            }
            _ => {}
        }
        if self.columns.len() > MOST_COLUMNS {
            faults.push(FieldFault::new("/columns", "too-many", &format!("{MOST_COLUMNS} columns at most")));
        }
        let is_column = |id: &str| !id.is_empty() && id.len() <= 200 && !id.chars().any(char::is_control);
        for (n, column) in self.columns.iter().enumerate() {
            if !is_column(column) {
                faults.push(FieldFault::new(&format!("/columns/{n}"), "invalid-value", "not the id of a column"));
            }
            if self.columns[..n].contains(column) {
                faults.push(FieldFault::new(&format!("/columns/{n}"), "repeated", "a column stands once in a list"));
            }
        }
        if let Audience::Groups { groups } = &self.audience {
            if groups.is_empty() {
                faults.push(FieldFault::new("/audience/groups", "required", "a group, or another kind of audience"));
            }
            if groups.len() > MOST_GROUPS {
                faults.push(FieldFault::new("/audience/groups", "too-many", &format!("{MOST_GROUPS} groups at most")));
            }
        }
        faults
    }
}

/// The aggregate `saved-view`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedView {
    pub content: SavedViewContent,
    /// Who made it. None: there is no such view.
    pub owner: Option<Person>,
    /// When it was last changed.
    #[serde(default)]
    pub updated_at: Option<Instant>,
}

/// What happens to a saved view.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[allow(clippy::enum_variant_names, reason = "the names of entries stand beside those of every other aggregate")]
pub(crate) enum SavedViewEvent {
    SavedViewCreated { owner: Person, view: SavedViewContent },
    SavedViewChanged { view: SavedViewContent },
    SavedViewDeleted,
}

impl Aggregate for SavedView {
    type Event = SavedViewEvent;
    const KIND: &'static str = "saved-view";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta) {
        match event {
            SavedViewEvent::SavedViewCreated { owner, view } => {
                *self = Self { content: view.clone(), owner: Some(owner.clone()), updated_at: Some(meta.at.into()) };
            }
            SavedViewEvent::SavedViewChanged { view } => {
                self.content = view.clone();
                self.updated_at = Some(meta.at.into());
            }
            SavedViewEvent::SavedViewDeleted => *self = Self::default(),
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            SavedViewEvent::SavedViewCreated { .. } => "saved-view-created",
            SavedViewEvent::SavedViewChanged { .. } => "saved-view-changed",
            SavedViewEvent::SavedViewDeleted => "saved-view-deleted",
        }
    }
}

impl SavedView {
    /// Creates it. The answer is whether it is new: the same request sent again creates nothing.
    #[must_use]
    pub(crate) fn create(&self, owner: &Person, view: &SavedViewContent) -> Decision<SavedViewEvent, bool> {
        if self.owner.is_some() {
            return Decision { events: Vec::new(), answer: false };
        }
        let created = SavedViewEvent::SavedViewCreated { owner: owner.clone(), view: view.clone() };
        Decision { events: vec![created], answer: true }
    }

    /// Gives it another content. The answer is whether there is such a view.
    #[must_use]
    pub(crate) fn change(&self, view: &SavedViewContent) -> Decision<SavedViewEvent, bool> {
        let is_there = self.owner.is_some();
        let events = match is_there && self.content != *view {
            true => vec![SavedViewEvent::SavedViewChanged { view: view.clone() }],
            false => Vec::new(),
        };
        Decision { events, answer: is_there }
    }

    /// Deletes it. The answer is whether there was such a view.
    #[must_use]
    pub(crate) fn delete(&self) -> Decision<SavedViewEvent, bool> {
        let is_there = self.owner.is_some();
        let events = if is_there { vec![SavedViewEvent::SavedViewDeleted] } else { Vec::new() };
        Decision { events, answer: is_there }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let groups = Audience::Groups { groups: Vec::new() };
        let columns = vec!["number".to_owned(), "\u{7}".to_owned(), "number".to_owned()];
        let view = SavedViewContent { name: " ".to_owned(), audience: groups, columns, ..SavedViewContent::default() };
        let found: Vec<(String, String)> = view.faults().into_iter().map(|fault| (fault.pointer, fault.code)).collect();
        let expected = [
            ("/name", "required"),
            ("/columns/1", "invalid-value"),
            ("/columns/2", "repeated"),
            ("/audience/groups", "required"),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    }

    #[test]
    fn what_is_deleted_is_not_changed() {
        let owner = Person::new("anna", "Anna");
        let view = SavedViewContent { name: "Mine".to_owned(), ..SavedViewContent::default() };
        let saved = SavedView { content: view.clone(), owner: Some(owner.clone()), updated_at: None };
        assert!(saved.change(&view).events.is_empty(), "nothing is new");
        assert!(!saved.create(&owner, &view).answer);
        let none = SavedView::default();
        assert!(!none.change(&view).answer && none.change(&view).events.is_empty());
        assert!(!none.delete().answer && none.delete().events.is_empty());
    }
}
