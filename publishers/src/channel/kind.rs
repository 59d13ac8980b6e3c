//! What is told of a channel to people and to the portal.

use serde::Serialize;
use utoipa::ToSchema;

/// A text for people in the languages of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Words {
    pub(crate) en: &'static str,
    pub(crate) de: &'static str,
}

/// A channel that is set up by the operator and leads to an address that a person has named.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// As people call it.
    pub(crate) label: Words,
    pub(crate) address: Address,
    /// Whether a text can be such an address.
    ///
    /// # Errors
    /// What it should look like.
    pub(crate) check: fn(&str) -> Result<(), &'static str>,
}

/// What the portal asks for where a channel leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Address {
    pub(crate) label: Words,
    /// Type of the input (HTML, section 4.10.5): `tel`, `url`, `text`.
    pub(crate) input: &'static str,
    pub(crate) example: &'static str,
}
