//! The aggregates: what a mail and a folder on an IMAP server are, and what can happen to them. Knows nothing of HTTP, the bus or other
//! rooms.

pub mod folder_cursor;
pub mod mail;
