//! What leaves the platform: kept in the journal until it is delivered, tried again with growing pauses, given up in the end.
//!
//! What this crate must never do: know what is delivered, keep a state of its own (the journal has it), or tell an address, a
//! password or a text in a log.
//!
//! - [`Outbox`] looks for what is due; [`Deliver`] makes the attempt, and notes how it went.
//! - [`Patience`] is how often and when something is tried.
//! - [`Smtp`] hands mail to a [`Relay`], signed by a [`Signer`].

mod dkim;
mod outbox;
mod patience;
mod smtp;

pub use dkim::{KeyError, Signer, SigningKeyFile, SigningKeyFiles};
pub use outbox::{Deliver, DueRow, DueRowColumns, Outbox};
pub use patience::{Next, Patience};
pub use smtp::{Relay, RelayError, Smtp, Taken, Tls};

/// Why something was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// May work later.
    #[error("{0}")]
    Passing(String),
    /// Never works: a wrong address, a refusal.
    #[error("{0}")]
    Final(String),
}
