//! Gateways (BPMN 2.0.2, section 13.4).

pub(super) mod complex;
pub(super) mod event_based;
pub(super) mod exclusive;
pub(super) mod inclusive;
mod join;
pub(super) mod parallel;
