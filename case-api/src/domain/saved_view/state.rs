//! One saved view.

use crate::domain::case_filter::CaseFilter;
use crate::domain::shared::{Audience, Shared, SharedContent, name_faults};
use casewright_forms::FieldFault;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many columns a list may show: what it has of its own, and fields.
const MOST_COLUMNS: usize = 30;

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

impl SharedContent for SavedViewContent {
    const KIND: &'static str = "saved-view";
    const EVENTS: [&'static str; 3] = ["saved-view-created", "saved-view-changed", "saved-view-deleted"];
    const MEMBER: &'static str = "view";
    const NOUN: &'static str = "view";

    fn audience(&self) -> &Audience {
        &self.audience
    }

    fn faults(&self) -> Vec<FieldFault> {
        let mut faults = name_faults(Self::NOUN, &self.name);
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
        faults.extend(self.audience.faults());
        faults
    }
}

/// The aggregate `saved-view`.
pub(crate) type SavedView = Shared<SavedViewContent>;

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
}
