//! Shard logs: what is in them, how it is encoded, where their durable ends are, and what leaves them again.

pub(crate) mod codec;
pub mod entry;
pub mod forget;
pub(crate) mod tail;
