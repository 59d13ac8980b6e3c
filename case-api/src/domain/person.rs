//! People as they are written into facts: id and name together, so that a timeline can be read years later without
//! asking whether the account still exists.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What people read where a machine acted.
pub(crate) const PLATFORM: &str = "Casewright";

/// A user, or a machine (`system:<role>`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    pub id: String,
    pub name: String,
    /// Name of the external provider that vouched for them; none: the built-in issuer, or a machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Of a machine: the person it did something for, who started the process for instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<Represented>,
}

/// For whom a machine did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Represented {
    pub id: String,
    pub name: String,
    /// Name of the external provider that vouched for them; none: the built-in issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
}

impl Person {
    /// Somebody who acts for nobody else.
    #[must_use]
    pub fn new(id: &str, name: &str) -> Self {
        Self { id: id.to_owned(), name: name.to_owned(), issuer: None, on_behalf_of: None }
    }

    /// A part of the platform that acts by itself: `system:sla`, `system:rules`.
    #[must_use]
    pub fn system(role: &str) -> Self {
        Self::new(&format!("system:{role}"), PLATFORM)
    }

    /// Whether it is no person, for whomever it acts.
    #[must_use]
    pub(crate) fn is_machine(&self) -> bool {
        self.id.starts_with("system:")
    }
}

/// Who asked for the case; often nobody with an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Requester {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Requester {
    /// Without blanks around it; none when nothing is left.
    #[must_use]
    pub(crate) fn trimmed(self) -> Option<Self> {
        let kept = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let trimmed = Self { name: kept(self.name), email: kept(self.email) };
        (trimmed != Self::default()).then_some(trimmed)
    }
}

/// Where a case came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Origin {
    pub kind: OriginKind,
    /// Id of the mail, of the caller's record; opaque.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OriginKind {
    Portal,
    Mail,
    Api,
}
