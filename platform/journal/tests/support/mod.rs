//! An aggregate, its views, and stores to run the suite on.

#![allow(dead_code, reason = "each test binary uses its part")]

pub(crate) mod account;
pub(crate) mod faulty;
pub(crate) mod peers;
pub(crate) mod scenario;
pub(crate) mod stores;
pub(crate) mod weather;

use casewright_journal::{Document, TenantId};
use serde_json::Value;

pub(crate) fn tenant() -> TenantId {
    TenantId::new("acme")
}

pub(crate) fn document(value: Value) -> Document {
    match value {
        Value::Object(document) => document,
        other => panic!("{other} is not a document"),
    }
}
