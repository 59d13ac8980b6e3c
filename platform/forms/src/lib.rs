//! form-js schemas as judges of what is submitted: by the room that keeps cases, and by the engine when a task is done.
//!
//! [`schema`] reads a schema into what matters for data, `condition` evaluates its `hide` conditions, [`validate`]
//! judges, [`reference`] finds the stored files that data refers to. A server never trusts that a browser has checked
//! anything. Pure: no I/O, no clock.

mod condition;
mod fault;
pub mod reference;
pub mod schema;
mod validate;

pub use fault::{FieldFault, escape};
pub use validate::{Submission, is_email, judge_fields, judge_new, validate, validate_begun};
