//! Mail in and out: what arrives is kept raw before it is acknowledged, understood, threaded and handed to a process; what leaves
//! carries what brings its answer back.
//!
//! What this crate must never do: acknowledge a message that is not durable, lose one because it could not be read, answer a machine
//! (RFC 3834), or trust what a stranger wrote about which case it belongs to.
//!
//! - [`smtp`] and [`imap`] receive; [`incoming`] keeps what came, and understands it behind the commit: [`message`] reads it, [`html`]
//!   cleans it, both on threads of a [`worker_pool`]; `authentication` finds out of whom it is.
//! - [`domain`] are the aggregates, [`views`] what is derived from them, [`rest`] the API, [`follow`] what runs beside the requests.
//! - [`outgoing`] composes; [`thread`] signs and checks what brings answers home.

mod authentication;
pub mod config;
pub mod domain;
pub mod follow;
pub mod html;
pub mod imap;
pub mod incoming;
pub mod message;
pub mod outgoing;
pub mod rest;
pub mod rooms;
pub mod smtp;
pub mod state;
pub mod thread;
pub mod tls;
pub mod views;
pub mod worker_pool;

pub use config::EmailConfig;
pub use follow::run;
pub use rest::{gates, router};
pub use rooms::Rooms;
pub use state::EmailState;

use casewright_journal::{Kind, Projector};
use std::sync::Arc;

/// Who is named in the journal for what this room does by itself.
pub const ACTOR: &str = "system:email-to-case";

/// What the journal is opened with for this crate.
#[must_use]
pub fn projectors() -> Vec<Arc<dyn Projector>> {
    vec![Arc::new(views::mail::MailView)]
}

/// The kinds of aggregates of this crate, for checking a store.
#[must_use]
pub fn kinds() -> Vec<Kind> {
    vec![Kind::of::<domain::mail::Mail>(), Kind::of::<domain::folder_cursor::FolderCursor>()]
}
