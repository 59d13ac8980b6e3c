//! What cases are: what may happen to them, and what follows from it. Pure: nothing here knows HTTP, the bus or other rooms,
//! reads a clock or waits.
//!
//! - [`case`] is the aggregate that people work on; [`definition`] says what a kind of case is made of.
//! - [`form`] is what people fill in, [`sla`] counts promises, [`rule`] says what is done by itself, [`sentry`] when something holds.
//! - [`case_batch`] is one change of many cases, [`disposal`] is how they are deleted.
//! - [`case_filter`] is what lists of cases ask for, [`saved_view`] what somebody keeps of it.
//! - [`following`] is what somebody wants to hear of.
//! - [`mail_template`] is what people write again and again.
//! - [`calendar`] is working time that an organisation shares, [`routing`] says where cases go, [`availability`] who can do what and when.
//! - [`merge_patch`] is how a change is told from what stays.
//! - [`queue`], [`number`] and [`person`] are what cases stand in, are called, and are done by.

pub(crate) mod availability;
pub(crate) mod calendar;
pub(crate) mod case;
pub(crate) mod case_batch;
pub(crate) mod case_filter;
pub(crate) mod correspondence;
pub(crate) mod definition;
pub(crate) mod disposal;
pub(crate) mod field_order;
pub(crate) mod following;
pub(crate) mod form;
pub(crate) mod mail_template;
pub(crate) mod merge_patch;
pub(crate) mod number;
pub(crate) mod person;
pub(crate) mod queue;
pub(crate) mod record;
pub(crate) mod routing;
pub(crate) mod rule;
pub(crate) mod saved_view;
pub(crate) mod sentry;
pub(crate) mod shared;
pub(crate) mod signature;
pub(crate) mod sla;
