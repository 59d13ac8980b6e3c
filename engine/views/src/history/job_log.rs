//! What happened to jobs, of instances, definitions and batches.

use super::LogRow;
use crate::HISTORY_JOB_LOG;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::{Names, job_definition_id, row, with};
use crate::specs::view;
use casewright_engine_core::entity::Job;
use casewright_engine_value::Instant;
use casewright_journal::{Column, ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;
use std::sync::Arc;

/// A row of [`HISTORY_JOB_LOG`].
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_JOB_LOG)]
pub struct JobLogRow {
    #[row(flatten)]
    pub place: PlaceRow,
    pub id: SmolStr,
    pub timestamp: Instant,
    pub job_id: SmolStr,
    pub job_due_date: Option<Instant>,
    /// Of a failure: those there were before it.
    pub job_retries: i32,
    pub job_priority: i64,
    pub job_exception_message: Option<Arc<str>>,
    pub job_definition_id: Option<String>,
    pub job_definition_type: SmolStr,
    pub job_definition_configuration: SmolStr,
    pub failed_activity_id: Option<SmolStr>,
    pub sequence: u64,
}

/// What lines of jobs without an instance have besides.
#[derive(Clone, Debug, Row)]
pub struct JobLogWithoutInstanceRow {
    /// Of the definition whose job it is.
    pub deployment_id: Option<SmolStr>,
    pub batch_id: SmolStr,
}

pub(crate) const SPEC: ViewSpec = view(HISTORY_JOB_LOG, &[&[JobLogRow::PROCESS_INSTANCE_ID], &[JobLogRow::JOB_ID]]);

/// The log of a failure has the retries there were before it.
pub(crate) fn job_failed(names: &Names<'_>, job: &Job, retries: Option<i32>, at: Instant, out: &mut ViewWrites) {
    job_log(names, job, at, LogRow::FAILURE_LOG, out);
    if let Some(retries) = retries {
        out.patch(names.tenant, HISTORY_JOB_LOG, &names.log_id(0), row! { JobLogRow::JOB_RETRIES => retries });
    }
}

pub(crate) fn job_log(names: &Names<'_>, job: &Job, at: Instant, kind: Column, out: &mut ViewWrites) {
    let id = names.log_id(0);
    let is_failure = kind == LogRow::FAILURE_LOG;
    let configuration = job.kind.definition_configuration();
    let definition = job_definition_id(&job.place.definition.id, &job.place.activity_id, configuration);
    let mut document = with(
        names.place(&job.place),
        row! {
            JobLogRow::ID => id.as_str(),
            JobLogRow::TIMESTAMP => at,
            JobLogRow::JOB_ID => names.id(job.id),
            JobLogRow::JOB_DUE_DATE => job.due,
            JobLogRow::JOB_RETRIES => job.retries,
            JobLogRow::JOB_PRIORITY => job.priority,
            JobLogRow::JOB_EXCEPTION_MESSAGE => job.exception.as_ref().filter(|_| is_failure),
            JobLogRow::JOB_DEFINITION_ID => definition,
            JobLogRow::JOB_DEFINITION_TYPE => job.kind.definition_type(),
            JobLogRow::JOB_DEFINITION_CONFIGURATION => configuration,
            JobLogRow::FAILED_ACTIVITY_ID => job.failed_activity_id.as_deref().filter(|_| is_failure),
            JobLogRow::SEQUENCE => names.seq,
        },
    );
    document.push(kind, true);
    out.insert(names.tenant, HISTORY_JOB_LOG, &id, document);
}
