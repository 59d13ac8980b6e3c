//! Values as Java shows them: expressions, decisions and messages of Camunda 7 do.

pub(crate) mod date;
pub(crate) mod json;
mod text;

pub(crate) use text::{class_name, to_text};
