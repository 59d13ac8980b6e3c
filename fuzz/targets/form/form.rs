//! The forms of the case API.

#[path = "../../../case-api/src/domain/form/condition.rs"]
mod condition;
#[path = "../../../case-api/src/domain/form/reference.rs"]
mod reference;
#[path = "../../../case-api/src/domain/form/schema.rs"]
mod schema;
#[path = "../../../case-api/src/domain/form/validate.rs"]
mod validate;

pub(crate) use validate::validate;
