//! Mail in and out: what arrives is kept raw before it is acknowledged, understood, threaded and handed to a process; what leaves
//! carries what brings its answer back.
//!
//! What this crate must never do: acknowledge a message that is not durable, lose one because it could not be read, answer a machine
//! (RFC 3834), or trust what a stranger wrote about which case it belongs to.
//!
//! - [`smtp`] and [`imap`] receive; [`receive`] is what every way in ends with; [`understand`] works behind the commit.
//! - [`mail`] is the aggregate, [`view`] its view, [`rest`] its API.
//! - [`outgoing`] composes and sends; [`thread`] signs and checks what brings answers home.

mod base32;
pub mod bench;
mod charset;
pub mod config;
pub mod html;
pub mod identity;
pub mod imap;
pub mod mail;
pub mod message;
pub mod outgoing;
pub mod receive;
pub mod report;
pub mod rest;
pub mod rooms;
pub mod run;
pub mod smtp;
pub mod state;
pub mod thread;
pub mod tls;
pub mod understand;
pub mod view;

pub use config::EmailConfig;
pub use rest::router;
pub use rooms::Rooms;
pub use run::run;
pub use state::EmailState;

use casewright_journal::{Kind, Projector};
use std::sync::Arc;

/// Who is named in the journal for what this room does by itself.
pub const ACTOR: &str = "system:email-to-case";

/// What the journal is opened with for this crate.
#[must_use]
pub fn projectors() -> Vec<Arc<dyn Projector>> {
    vec![Arc::new(view::MailView)]
}

/// The kinds of aggregates of this crate, for checking a store.
#[must_use]
pub fn kinds() -> Vec<Kind> {
    vec![Kind::of::<mail::Mail>(), Kind::of::<imap::cursor::FolderCursor>()]
}
