//! What is thrown and what happens finds the element that catches it.
//!
//! Above elements: a catching element is entered from here. What a throwing element does afterwards is the business of the
//! lifecycle, which asks for the throw.

pub(crate) mod catch;
pub(crate) mod compensate;
pub(crate) mod conditions;
pub(crate) mod errors;
pub(crate) mod escalations;
pub(crate) mod handlers;
pub(crate) mod signals;
