//! The file room: what people and machines upload, kept as bytes in a [`store`] (a folder or an S3 bucket) and as an
//! aggregate `file` in the journal.
//!
//! What this crate must never do: say that a file is there before its bytes are durable, hold a whole file in memory, trust
//! a content type that a client stated, or hand out bytes without a signed address that expires.
//!
//! An upload is announced (`POST /api/v1/files`), its bytes are put to a signed address, and it is completed: only then are
//! the bytes sealed under a name that no address can write to, looked at, and recorded.
//!
//! - [`domain`] is the aggregate, [`views`] what is derived from it, [`rest`] its API; [`follow`] removes what was never completed, and has
//!   what waits asked about.
//! - [`content`] serves the signed addresses that are our own, and says what bytes are and what a file may be called.
//! - [`scan`] asks a virus scanner what is in bytes.
//! - [`store`] keeps bytes, and looks whether what is recorded is there.

pub mod config;
pub mod content;
pub mod domain;
pub mod follow;
pub mod rest;
pub mod scan;
pub mod state;
pub mod store;
pub mod views;

pub use config::StorageConfig;
pub use follow::run;
pub use rest::{gates, router};
pub use state::{OpenError, StorageState, open_store};

use casewright_journal::{Kind, Projector};
use std::sync::Arc;

/// Who is named in the journal for what this room does by itself.
pub const ACTOR: &str = "system:storage-api";

/// What the journal is opened with for this crate.
#[must_use]
pub fn projectors() -> Vec<Arc<dyn Projector>> {
    vec![Arc::new(views::file::FileView)]
}

/// The kinds of aggregates of this crate, for checking a store.
#[must_use]
pub fn kinds() -> Vec<Kind> {
    vec![Kind::of::<domain::file::File>()]
}
