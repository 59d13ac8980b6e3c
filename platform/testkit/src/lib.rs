//! What tests of several rooms stand on: a node with a real journal and real accounts, calls as people and machine clients make
//! them, and sign-ins as a browser does them. Only ever a dev-dependency.
//!
//! - [`Node`] is a journal and an issuer in a folder, with a clock that the test moves.
//! - [`Rows`] are rows of views as a test gives them.
//! - [`people`] are the users that most tests know.
//! - [`Caller`] calls a router; [`Answer`] is what it said.
//! - [`clamd`] is a virus scanner, or what stands in for one.
//! - [`Browser`] signs in at the built-in issuer.
//! - [`NameServer`] is DNS as a test wants it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod answer;
mod browser;
mod caller;
pub mod clamd;
mod name_server;
mod node;
pub mod people;
mod rows;
mod wait;

pub use answer::{Answer, hidden_fields};
pub use browser::{Browser, CALLBACK, VERIFIER, authorize_path, challenge, claims};
pub use caller::Caller;
pub use name_server::NameServer;
pub use node::{Node, NodeSetup};
pub use people::PASSWORD;
pub use rows::Rows;
pub use wait::{free_address, free_port, until};
