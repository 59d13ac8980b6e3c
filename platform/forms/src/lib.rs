//! form-js schemas as judges of what is submitted: by the room that keeps cases, and by the engine when a task is done.
//!
//! `schema` reads a schema into what matters for data, `formula` its FEEL and `pattern` its patterns, `viewer` is the form as
//! the browser would have it open, [`validate`] judges by that, [`check`] tells what is wrong with a form before it is
//! published, [`reference`] finds the stored files that data refers to. A server never trusts that a browser has checked
//! anything. Pure: no I/O; the clock is looked at for `now()` and `today()` of expressions and for what they may cost.
//!
//! A schema is read, with all its expressions and patterns, once a judgement. Were that ever to be felt, what could be kept by
//! the form's version is the result of `schema::read_for`.

mod begin;
mod check;
mod decimal;
mod email;
mod fault;
mod feelin;
mod formula;
mod option;
mod pattern;
mod phone;
mod place;
#[cfg(test)]
mod recorded;
pub mod reference;
mod rule;
mod schema;
mod scope;
mod template;
mod truth;
mod validate;
mod viewer;

pub use check::{Refusal, check};
pub use email::is_email;
pub use fault::{FieldFault, escape};
pub use validate::{Submission, judge_fields, judge_new, validate, validate_begun};
