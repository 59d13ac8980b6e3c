//! Tokens: what ours say, how they are signed, and how those of others are verified.

pub(crate) mod claims;
pub(crate) mod external;
pub(crate) mod keys;
pub mod local;
mod strength;
pub(crate) mod verified;

pub use claims::AUDIENCE;
