//! Cases: what people work on. Definitions, cases, comments, documents, forms, queues, SLAs, rules, the work list, and the
//! import of WKS configuration, under `/api/v1`.
//!
//! What this crate must never do: decide who may do what (policy does), keep a process's state (the engine does), or keep
//! bytes (storage-api does). Other rooms are reached over HTTP ([`rooms`]) or listened to on the bus ([`follow`]).
//!
//! - [`domain`] is pure: cases, their definitions, forms, queues, records, promises, rules; what may happen and what follows from it.
//! - [`batching`] is what a batch does with one case; [`routing`] finds out where a case goes and who gets it; [`working_time`] what clocks count by.
//! - [`hierarchy`] finds parents and children; [`erasure`] what there is of a person.
//! - [`repository`] runs its decisions on the journal; [`directory`] knows the users.
//! - [`views`] are rows for lists, derived from the log; the work list comes of the engine's.
//! - [`follow`] is what this room does by itself because of what it reads in the log.
//! - [`search`] is the index of all that cases hold, while it is open.
//! - [`rest`] is the table of routes; [`wks`] the import.

mod batching;
mod begun;
mod config;
mod directory;
mod domain;
mod erasure;
mod follow;
mod gate;
mod hierarchy;
mod repository;
mod rest;
mod rooms;
mod routing;
mod search;
mod state;
mod views;
pub mod wks;
mod working_time;

pub use config::{CaseApiConfig, SearchConfig};
pub use domain::case::{Case, CaseEvent, Fact};
pub use domain::definition::CaseDefinition;
pub use follow::run;
pub use rest::{gates, router};
pub use state::CaseApiState;
pub use views::projectors;

use casewright_journal::Kind;

/// The kinds of aggregates of this crate, for checking a store.
#[must_use]
pub fn kinds() -> Vec<Kind> {
    vec![
        Kind::of::<Case>(),
        Kind::of::<domain::number::CaseNumbers>(),
        Kind::of::<domain::definition::CaseDefinitionAggregate>(),
        Kind::of::<domain::following::Following>(),
        Kind::of::<domain::form::Form>(),
        Kind::of::<domain::queue::Queue>(),
        Kind::of::<domain::calendar::SharedCalendar>(),
        Kind::of::<domain::rule::log::RuleLog>(),
        Kind::of::<domain::routing::OrganisationRouting>(),
        Kind::of::<domain::routing::turn::QueueTurn>(),
        Kind::of::<domain::availability::Availability>(),
        Kind::of::<domain::case_batch::CaseBatch>(),
        Kind::of::<domain::disposal::Disposal>(),
        Kind::of::<domain::disposal::request::ErasureRequest>(),
        Kind::of::<domain::record::Record>(),
        Kind::of::<domain::record::RecordType>(),
        Kind::of::<domain::correspondence::Correspondence>(),
        Kind::of::<domain::mail_template::MailTemplate>(),
        Kind::of::<domain::saved_view::SavedView>(),
        Kind::of::<domain::saved_view::Choices>(),
        Kind::of::<domain::signature::Signature>(),
    ]
}
