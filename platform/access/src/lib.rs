//! Who is asking, and what they may do.
//!
//! What this crate must never do: know a service, trust a claim it has not verified, allow what no policy allows, or
//! write a secret, token or password where it can be read.
//!
//! - [`case`] is how what belongs to a case follows it.
//! - [`subject`] is who asks ([`Subject`]) and what is asked for ([`Resource`]).
//! - [`Access`] authenticates (tokens of our issuer or of an external one, HTTP Basic) and authorises ([`policy`]).
//! - [`extract::Authenticated`] is how a handler gets its subject.
//! - [`issuer`] is the built-in OpenID provider under `/auth`; [`accounts`] are its users and groups.
//! - [`internal`] is how a room shows who it is when it calls another.
//! - [`explain`] answers why somebody may do something.
//! - [`rate`] is how often who may ask.
//! - [`api`] answers `/api/v1/me`, `/users`, `/groups` and `/client-config`, [`own`] and [`own_factor`] what people do with their own
//!   account, [`administration`] `/api/v1/accounts`.

mod access;
pub mod accounts;
pub mod administration;
mod apart;
pub mod api;
mod attempts;
mod authentication;
mod basic;
pub mod case;
pub mod config;
pub mod error;
pub mod explain;
pub mod extract;
mod flight;
mod hashing;
pub mod internal;
pub mod issuer;
pub mod openid;
mod otp;
pub mod own;
pub mod own_factor;
mod passwords;
mod picture;
pub mod policy;
pub mod rate;
mod refusal;
mod sessions;
pub mod subject;
pub mod token;
pub mod topics;
mod vault;

pub use access::Access;
pub use authentication::Authentication;
pub use case::{Lead, Whose};
pub use casewright_contracts::actor::{Actor, OnBehalfOf, is_machine};
pub use config::AccessConfig;
pub use error::{AccessError, problem_of, store_problem};
pub use explain::Gate;
pub use extract::Authenticated;
pub use internal::ServiceTokens;
pub use policy::AccessRequest;
pub use sessions::{SessionEntry, SignIn};
pub use subject::{Resource, Subject};
pub use topics::Topics;

use casewright_journal::{Kind, Projector};
use std::sync::Arc;

/// Kinds of aggregates that carry secrets (sealed or hashed). They are nobody's business outside this crate: a relay
/// to other systems leaves them out.
pub const PRIVATE_KINDS: &[&str] = &["credential", "second-factor-use", "session", "signing-keys"];

/// What the journal is opened with for this crate: the directory, and who is signed in.
#[must_use]
pub fn projectors() -> Vec<Arc<dyn Projector>> {
    vec![Arc::new(accounts::views::Directory), Arc::new(sessions::views::SignIns)]
}

/// The kinds of aggregates of this crate, for checking a store.
#[must_use]
pub fn kinds() -> Vec<Kind> {
    vec![
        Kind::of::<accounts::User>(),
        Kind::of::<accounts::Group>(),
        Kind::of::<accounts::Credential>(),
        Kind::of::<accounts::FactorUse>(),
        Kind::of::<sessions::Session>(),
        Kind::of::<token::keys::SigningKeys>(),
    ]
}
