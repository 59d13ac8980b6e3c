//! What is derived from entries for those who ask: rows of views, written behind the log, and the timeline, read from a case's
//! own entries. A projector stands beside the row it writes.

pub(crate) mod availability;
pub(crate) mod calendar;
pub(crate) mod case;
pub(crate) mod case_batch;
pub(crate) mod definition;
pub(crate) mod disposal;
pub(crate) mod entry;
pub(crate) mod following;
pub(crate) mod form;
pub(crate) mod mail_template;
pub(crate) mod queue;
pub(crate) mod record;
pub(crate) mod record_type;
pub(crate) mod rule_run;
pub(crate) mod saved_view;
pub(crate) mod search_mark;
pub(crate) mod signature;
pub(crate) mod task;
pub(crate) mod timeline;

use casewright_instant::Instant;
use casewright_journal::Projector;
use std::sync::Arc;

/// Sorts behind every instant: what is never due. The end of the year 9999.
const NEVER: Instant = Instant(253_402_300_799_999);

/// What the journal is opened with for this room.
#[must_use]
pub fn projectors() -> Vec<Arc<dyn Projector>> {
    vec![
        Arc::new(availability::AvailabilityProjector),
        Arc::new(calendar::CalendarProjector),
        Arc::new(case::CaseProjector),
        Arc::new(case_batch::CaseBatchProjector),
        Arc::new(definition::CaseDefinitionProjector),
        Arc::new(disposal::DisposalProjector),
        Arc::new(following::FollowingProjector),
        Arc::new(form::FormProjector),
        Arc::new(mail_template::MailTemplateProjector),
        Arc::new(queue::QueueProjector),
        Arc::new(record::RecordProjector),
        Arc::new(record_type::RecordTypeProjector),
        Arc::new(rule_run::RuleProjector),
        Arc::new(saved_view::SavedViewProjector),
        Arc::new(search_mark::SearchMarkProjector),
        Arc::new(signature::SignatureProjector),
        Arc::new(task::TaskProjector),
    ]
}
