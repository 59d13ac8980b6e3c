//! Who sees something beside its owner, and what it is called.

use casewright_forms::FieldFault;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a name may be, in characters.
const LONGEST_NAME: usize = 80;
/// How many groups something may be shared with.
const MOST_GROUPS: usize = 50;

/// Who sees something beside its owner. Whoever sees a view still sees only the cases that are theirs to see.
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

    /// As a row has it: what [`Self::kind`] and [`Self::groups`] gave.
    #[must_use]
    pub(crate) fn of_row(kind: &str, groups: &[String]) -> Self {
        match kind {
            "everyone" => Self::Everyone,
            "groups" => Self::Groups { groups: groups.to_vec() },
            _ => Self::Private,
        }
    }

    /// What is wrong with it, if anything.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if let Self::Groups { groups } = self {
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

/// What is wrong with the name of a `noun`, if anything.
#[must_use]
pub(crate) fn name_faults(noun: &str, name: &str) -> Vec<FieldFault> {
    match name.trim() {
        "" => vec![FieldFault::new("/name", "required", &format!("a {noun} needs a name"))],
        name if name.chars().count() > LONGEST_NAME => {
            vec![FieldFault::new("/name", "too-long", &format!("{LONGEST_NAME} characters at most"))]
        }
        _ => Vec::new(),
    }
}
