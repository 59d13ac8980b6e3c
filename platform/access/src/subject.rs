//! Who asks, and what is asked for.

use crate::authentication::Authentication;
use crate::sessions::SignIn;
use crate::topics::Topics;
use casewright_contracts::actor::{Actor, OnBehalfOf, is_machine};
use casewright_contracts::{CaseAttributes, kinds};
use casewright_journal::TenantId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The roles of people. Machine clients have roles that begin with `system:`.
pub mod role {
    pub const CASE_WORKER: &str = "case-worker";
    pub const SUPERVISOR: &str = "supervisor";
    pub const PROCESS_DEVELOPER: &str = "process-developer";
    /// Beside [`PROCESS_DEVELOPER`]: may deploy models that make the platform's own workers act.
    pub const AUTOMATION_DEVELOPER: &str = "automation-developer";
    pub const ADMIN: &str = "admin";
    /// Holds cases, erases them and people, and approves what others ask to erase.
    pub const PRIVACY_OFFICER: &str = "privacy-officer";
    /// Keeps the installation running for all of its organisations.
    pub const OPERATOR: &str = "operator";

    /// All roles a person can have.
    pub const OF_PEOPLE: &[&str] =
        &[CASE_WORKER, SUPERVISOR, PROCESS_DEVELOPER, AUTOMATION_DEVELOPER, PRIVACY_OFFICER, ADMIN, OPERATOR];
}

/// An authenticated caller: a person or a machine client, of exactly one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// User name, or `system:<role>`.
    pub id: String,
    pub tenant: TenantId,
    /// Name of the external provider that vouches for them; none: the built-in issuer, or a machine client of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// For people to read.
    pub name: String,
    /// Empty when unknown.
    pub email: String,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    /// Whose call a room of ours carries out. Only a token that we signed for a machine client says so.
    #[serde(default, rename = "onBehalfOf", skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<OnBehalfOf>,
    /// The sign-in that the caller's token came of; none without one: HTTP Basic, machine clients, other providers. No
    /// policy is told.
    #[serde(skip)]
    pub sign_in: Option<SignIn>,
    /// The only topics whose external tasks a machine client may do; none: those its roles let it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics: Option<Topics>,
    /// How a person signed in; none: a machine client, or a provider that does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Authentication>,
}

impl Subject {
    /// Who does what this call asks for: the caller, or whose call a room of ours passes on.
    #[must_use]
    pub fn actor(&self) -> Actor<'_> {
        let caller = self.on_behalf_of.as_ref();
        let (id, name) = caller.map_or((&self.id, &self.name), |caller| (&caller.id, &caller.name));
        Actor {
            id,
            issuer: caller.map_or(&self.issuer, |caller| &caller.issuer).as_deref(),
            name: if name.is_empty() { id } else { name },
            via: (*id != self.id).then_some(self.id.as_str()),
            on_behalf_of: caller.and_then(|caller| caller.on_behalf_of.as_deref()),
        }
    }

    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own == role)
    }

    /// A machine client, as a room of the platform is.
    #[must_use]
    pub fn is_system(&self) -> bool {
        is_machine(&self.id)
    }

    /// Whether external tasks of this topic are among those the caller may do.
    #[must_use]
    pub fn works_for(&self, topic: &str) -> bool {
        self.topics.as_ref().is_none_or(|topics| topics.hold(topic))
    }

    /// A person of whom no more is known than what they are called.
    #[must_use]
    pub fn person(tenant: &TenantId, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            tenant: tenant.clone(),
            issuer: None,
            name: id.to_owned(),
            email: String::new(),
            roles: Vec::new(),
            groups: Vec::new(),
            on_behalf_of: None,
            topics: None,
            sign_in: None,
            authentication: None,
        }
    }

    /// A machine client of ours; its only role is its name.
    #[must_use]
    pub fn system(tenant: &TenantId, client: &str) -> Self {
        Self { roles: vec![client.to_owned()], ..Self::person(tenant, client) }
    }
}

/// What is asked for, as policy sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// `case`, `task`, `file`, ...: the kinds the default policies name.
    pub kind: String,
    /// Empty when it is about the kind as a whole (create, list).
    pub id: String,
    /// What policy may look at: assignee, queue, candidate groups. An object.
    pub attributes: Value,
}

impl Resource {
    /// The kind as a whole.
    #[must_use]
    pub fn kind(kind: &str) -> Self {
        Self::new(kind, "")
    }

    /// One of the kind, without attributes.
    #[must_use]
    pub fn new(kind: &str, id: &str) -> Self {
        Self { kind: kind.to_owned(), id: id.to_owned(), attributes: Value::Object(serde_json::Map::new()) }
    }

    /// With what policy may look at.
    #[must_use]
    pub fn with(mut self, attributes: Value) -> Self {
        self.attributes = attributes;
        self
    }

    /// The case itself.
    #[must_use]
    pub fn case(case: &CaseAttributes) -> Self {
        let mut attributes = serde_json::json!(case);
        if let Some(attributes) = attributes.as_object_mut() {
            attributes.remove("id");
        }
        Self::new(kinds::CASE, &case.id).with(attributes)
    }

    /// As something that belongs to a case: policy sees the case as `resource.attributes.case`, and what belongs to a case
    /// follows the case. Comes after [`Resource::with`].
    #[must_use]
    pub fn in_case(mut self, case: &CaseAttributes) -> Self {
        if let Value::Object(attributes) = &mut self.attributes {
            attributes.insert("case".to_owned(), serde_json::json!(case));
        } else {
            self.attributes = serde_json::json!({ "case": case });
        }
        self
    }
}
