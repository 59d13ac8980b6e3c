//! Mail that leaves: [`compose`] decides what it says and how it threads, `brake` whether a process may send it at all, `message` writes
//! it as bytes. It is handed to the relay by [`crate::follow`].

mod brake;
pub mod compose;
pub(crate) mod message;
