//! The forms of the case API.

#[path = "../../../case-api/src/form/condition.rs"]
mod condition;
#[path = "../../../case-api/src/form/schema.rs"]
mod schema;
#[path = "../../../case-api/src/form/validate.rs"]
mod validate;

pub(crate) use validate::validate;
