//! Generated forms: what their fields show, what a submission must be, and how they look in HTML.
//!
//! Nothing here reads or writes the journal: fields of the model, variables and a scope come in, values go out.

mod date_pattern;
mod fields;
mod html;

pub(crate) use fields::{form_values, submitted};
pub(crate) use html::render;
