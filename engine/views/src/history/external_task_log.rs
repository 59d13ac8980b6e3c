//! What happened to external tasks.

use super::LogRow;
use crate::HISTORY_EXTERNAL_TASK_LOG;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::{Names, row, with};
use crate::specs::view;
use casewright_engine_core::entity::ExternalTask;
use casewright_engine_value::Instant;
use casewright_journal::{Column, ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;
use std::sync::Arc;

/// A row of [`HISTORY_EXTERNAL_TASK_LOG`].
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_EXTERNAL_TASK_LOG)]
pub struct ExternalTaskLogRow {
    #[row(flatten)]
    pub place: PlaceRow,
    pub id: SmolStr,
    pub timestamp: Instant,
    pub external_task_id: SmolStr,
    pub topic_name: SmolStr,
    pub worker_id: Option<SmolStr>,
    pub priority: i64,
    /// Of a failure: those there were before it.
    pub retries: Option<i32>,
    pub error_message: Option<Arc<str>>,
    pub error_details: Option<Arc<str>>,
    pub sequence: u64,
}

pub(crate) const SPEC: ViewSpec = view(
    HISTORY_EXTERNAL_TASK_LOG,
    &[&[ExternalTaskLogRow::PROCESS_INSTANCE_ID], &[ExternalTaskLogRow::EXTERNAL_TASK_ID]],
);

/// The log of a failure has the retries there were before it.
pub(crate) fn external_task_failed(
    names: &Names<'_>,
    task: &ExternalTask,
    retries: Option<i32>,
    at: Instant,
    out: &mut ViewWrites,
) {
    external_task_log(names, task, at, LogRow::FAILURE_LOG, out);
    out.patch(
        names.tenant,
        HISTORY_EXTERNAL_TASK_LOG,
        &names.log_id(0),
        row! { ExternalTaskLogRow::RETRIES => retries },
    );
}

pub(crate) fn external_task_log(
    names: &Names<'_>,
    task: &ExternalTask,
    at: Instant,
    kind: Column,
    out: &mut ViewWrites,
) {
    let id = names.log_id(0);
    let is_failure = kind == LogRow::FAILURE_LOG;
    let mut document = with(
        names.place(&task.place),
        row! {
            ExternalTaskLogRow::ID => id.as_str(),
            ExternalTaskLogRow::TIMESTAMP => at,
            ExternalTaskLogRow::EXTERNAL_TASK_ID => names.id(task.id),
            ExternalTaskLogRow::TOPIC_NAME => &task.topic,
            ExternalTaskLogRow::WORKER_ID => task.worker.as_ref(),
            ExternalTaskLogRow::PRIORITY => task.priority,
            ExternalTaskLogRow::RETRIES => task.retries,
            ExternalTaskLogRow::ERROR_MESSAGE => task.error_message.as_ref().filter(|_| is_failure),
            ExternalTaskLogRow::ERROR_DETAILS => task.error_details.as_ref().filter(|_| is_failure),
            ExternalTaskLogRow::SEQUENCE => names.seq,
        },
    );
    document.push(kind, true);
    out.insert(names.tenant, HISTORY_EXTERNAL_TASK_LOG, &id, document);
}
