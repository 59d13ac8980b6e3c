//! Tasks and call activities, one file per kind of work.

pub(super) mod binding;
pub(super) mod business_rule;
pub(super) mod call_activity;
pub(super) mod receive;
pub(super) mod script;
pub(super) mod service;
pub(super) mod user;
