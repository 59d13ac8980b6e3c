//! Forms: form-js schemas, kept by key, and the same schema as judge of what is submitted.
//!
//! [`schema`] reads a schema into what matters for data, [`condition`] evaluates its `hide` conditions, [`validate`]
//! judges, [`state`] is the aggregate. The server never trusts that a browser has checked anything.

pub(crate) mod condition;
pub(crate) mod reference;
pub(crate) mod schema;
pub(crate) mod state;
pub(crate) mod validate;

pub(crate) use state::Form;
pub use validate::{Submission, validate};
pub(crate) use validate::{is_email, judge_fields, judge_new};
