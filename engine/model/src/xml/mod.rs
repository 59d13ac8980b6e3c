//! XML into a light tree that knows where every element stood.
//!
//! This is the only place that sees bytes. It must never resolve an entity beyond the five of XML itself, read a DTD,
//! or grow beyond [`crate::limits::Limits`].

mod namespace;
mod position;
mod reader;
mod source;
mod tree;

pub(crate) use namespace::Namespace;
pub(crate) use reader::read;
pub use source::decode_xml;
pub(crate) use tree::{Element, Tree};
