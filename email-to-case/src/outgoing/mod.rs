//! Mail that leaves: [`compose`] decides what it says and how it threads, `brake` whether a process may send it at all,
//! [`sender`] hands it to the relay.

mod brake;
pub mod compose;
mod message;
pub mod sender;
