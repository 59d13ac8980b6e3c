//! Mail that leaves: [`compose`] decides what it says and how it threads, [`sender`] hands it to the relay.

pub mod compose;
pub mod sender;
