//! The aggregate: what a file is, and what can happen to it. Knows nothing of HTTP or of where bytes are kept.

pub mod file;
