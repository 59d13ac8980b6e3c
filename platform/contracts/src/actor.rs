//! Who does something, and for whom: what a token says, what journals, timelines and mails name.
//!
//! The tenant is no part of it: it is the key of whatever is done, and stands beside the actor wherever one is told. The
//! issuer is: of two people with one name, one is let in ([`Actor::issuer`] says which), unless both are said to be one.

use serde::{Deserialize, Serialize};

/// What the id and the role of every machine client begin with.
pub const SYSTEM_PREFIX: &str = "system:";

/// Whether an id is a machine client's, as a room of the platform is, and no person's.
#[must_use]
pub fn is_machine(id: &str) -> bool {
    id.starts_with(SYSTEM_PREFIX)
}

/// Who called a room that calls another one to do it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnBehalfOf {
    /// User name, or `system:<role>`.
    pub id: String,
    /// For people to read.
    pub name: String,
    /// Name of the external provider that vouches for the person; none: the built-in issuer, or a machine client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Of a machine client that does something by itself: the person it does it for. A process that somebody started sends a
    /// mail: the platform sent it, on behalf of them.
    #[serde(default, rename = "onBehalfOf", skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<Box<OnBehalfOf>>,
}

impl OnBehalfOf {
    /// Somebody who acts for nobody else.
    #[must_use]
    pub fn new(id: &str, name: &str) -> Self {
        Self { id: id.to_owned(), name: name.to_owned(), issuer: None, on_behalf_of: None }
    }

    /// A machine client that acts by itself, on behalf of a person.
    #[must_use]
    pub fn machine_for(client: &str, person: Self) -> Self {
        Self { on_behalf_of: Some(Box::new(person)), ..Self::new(client, client) }
    }
}

/// Who does something: what journals, logs, timelines and mails name. Never a room that only passes a call on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor<'a> {
    /// User name, or `system:<role>`.
    pub id: &'a str,
    /// For people to read; the id when nothing better is known.
    pub name: &'a str,
    /// Name of the external provider that vouches for the person; none: the built-in issuer, or a machine client.
    pub issuer: Option<&'a str>,
    /// The room that passed the call on.
    pub via: Option<&'a str>,
    /// The person for whom a machine client does it. It says so, no more: what may be done is decided about the machine.
    pub on_behalf_of: Option<&'a OnBehalfOf>,
}

impl Actor<'_> {
    /// A machine client: nobody called, it does so by itself.
    #[must_use]
    pub fn is_machine(&self) -> bool {
        is_machine(self.id)
    }

    /// As a token of another room's call names them.
    #[must_use]
    pub fn passed_on(&self) -> OnBehalfOf {
        let on_behalf_of = self.on_behalf_of.cloned().map(Box::new);
        OnBehalfOf { issuer: self.issuer.map(str::to_owned), on_behalf_of, ..OnBehalfOf::new(self.id, self.name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn who_acts_for_somebody_reads_back_from_a_token() {
        let machine = OnBehalfOf::machine_for("system:external-tasks", OnBehalfOf::new("anna", "Anna Meyer"));
        let text = json!({"id": "system:external-tasks", "name": "system:external-tasks",
            "onBehalfOf": {"id": "anna", "name": "Anna Meyer"}});
        assert_eq!(json!(machine), text);
        assert_eq!(serde_json::from_value::<OnBehalfOf>(text).unwrap(), machine);
        let external = OnBehalfOf { issuer: Some("keycloak".to_owned()), ..OnBehalfOf::new("anna", "Anna Meyer") };
        assert_eq!(json!(external), json!({"id": "anna", "name": "Anna Meyer", "issuer": "keycloak"}));
    }
}
