//! Cases: what people work on. Definitions, cases, comments, documents, forms, queues, SLAs, rules, the work list, and the
//! import of WKS configuration, under `/api/v1`.
//!
//! What this crate must never do: decide who may do what (policy does), keep a process's state (the engine does), or keep
//! bytes (storage-api does). Other rooms are reached over HTTP ([`rooms`]) or listened to on the bus ([`jobs`]).
//!
//! - [`case`] is the aggregate: facts, state, decisions, views, timeline.
//! - [`definition`], [`form`], [`queue`] and [`number`] are its surroundings.
//! - [`sla`] counts promises, [`rule`] answers events, [`jobs`] runs both in the background.
//! - [`task`] is the work list, derived from the engine's log.
//! - [`rest`] is the table of routes; [`wks`] the import.

mod case;
mod definition;
mod fault;
mod form;
mod jobs;
mod number;
mod payload;
mod people;
mod person;
mod queue;
mod rest;
mod rooms;
mod rule;
mod sla;
mod state;
mod task;
pub mod wks;

pub use case::{Case, CaseEvent, Fact};
pub use definition::CaseDefinition;
pub use fault::FieldFault;
pub use form::{Submission, validate};
pub use jobs::run;
pub use rest::router;
pub use state::{CaseApiConfig, CaseApiState};

use casewright_journal::{Kind, Projector};
use std::sync::Arc;

/// What the journal is opened with for this room.
#[must_use]
pub fn projectors() -> Vec<Arc<dyn Projector>> {
    vec![
        Arc::new(case::view::CaseProjector),
        Arc::new(definition::view::CaseDefinitionProjector),
        Arc::new(form::view::FormProjector),
        Arc::new(queue::QueueProjector),
        Arc::new(task::view::TaskProjector),
    ]
}

/// The kinds of aggregates of this crate, for checking a store.
#[must_use]
pub fn kinds() -> Vec<Kind> {
    vec![
        Kind::of::<case::state::Case>(),
        Kind::of::<number::CaseNumbers>(),
        Kind::of::<definition::aggregate::CaseDefinitionAggregate>(),
        Kind::of::<form::aggregate::Form>(),
        Kind::of::<queue::Queue>(),
    ]
}
