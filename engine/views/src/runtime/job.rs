//! A job that is to be done: of an instance, of a definition or of a batch.

use crate::JOB;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::{Names, job_definition_id};
use crate::specs::view;
use casewright_engine_core::entity::Job;
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;
use std::sync::Arc;

/// A row of [`JOB`].
#[derive(Clone, Debug, Row)]
#[row(view = JOB)]
pub struct JobRow {
    #[row(flatten)]
    pub place: PlaceRow,
    pub id: SmolStr,
    pub job_definition_id: Option<String>,
    pub is_timer: bool,
    pub due_date: Option<Instant>,
    pub retries: i32,
    pub priority: i64,
    pub suspended: bool,
    pub create_time: Instant,
    pub exception_message: Option<Arc<str>>,
    pub failed_activity_id: Option<SmolStr>,
}

/// What rows of jobs without an instance have besides.
#[derive(Clone, Debug, Row)]
pub struct JobWithoutInstanceRow {
    /// A job of a definition that starts or suspends something.
    pub is_start: bool,
    /// The batch that the job belongs to.
    pub batch_id: SmolStr,
}

pub(crate) const SPEC: ViewSpec = view(
    JOB,
    &[
        &[JobRow::ID],
        &[JobRow::PROCESS_INSTANCE_ID],
        &[JobRow::DUE_DATE],
        &[JobRow::PROCESS_DEFINITION_ID],
        &[JobRow::JOB_DEFINITION_ID],
    ],
);

pub(crate) fn job_created(names: &Names<'_>, job: &Job, out: &mut ViewWrites) {
    out.insert(names.tenant, JOB, &names.id(job.id), row_of(names, job));
}

pub(crate) fn job(names: &Names<'_>, job: &Job, out: &mut ViewWrites) {
    out.put(names.tenant, JOB, &names.id(job.id), row_of(names, job));
}

fn row_of(names: &Names<'_>, job: &Job) -> JobRow {
    let configuration = job.kind.definition_configuration();
    JobRow {
        place: names.place(&job.place),
        id: names.id(job.id),
        job_definition_id: Some(job_definition_id(&job.place.definition.id, &job.place.activity_id, configuration)),
        is_timer: job.kind.is_timer(),
        due_date: job.due,
        retries: job.retries,
        priority: job.priority,
        suspended: job.suspended,
        create_time: job.created,
        exception_message: job.exception.clone(),
        failed_activity_id: job.failed_activity_id.clone(),
    }
}
