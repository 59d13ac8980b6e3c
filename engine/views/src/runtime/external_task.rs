//! An external task that waits for its worker.

use crate::EXTERNAL_TASK;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::Names;
use crate::specs::view;
use casewright_engine_core::entity::ExternalTask;
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;
use std::sync::Arc;

/// A row of [`EXTERNAL_TASK`].
#[derive(Clone, Debug, Row)]
#[row(view = EXTERNAL_TASK)]
pub struct ExternalTaskRow {
    #[row(flatten)]
    pub place: PlaceRow,
    pub id: SmolStr,
    pub topic_name: SmolStr,
    pub worker_id: Option<SmolStr>,
    pub lock_expiration_time: Option<Instant>,
    pub create_time: Instant,
    pub retries: Option<i32>,
    pub priority: i64,
    pub error_message: Option<Arc<str>>,
    pub error_details: Option<Arc<str>>,
    pub business_key: Option<SmolStr>,
}

pub(crate) const SPEC: ViewSpec = view(
    EXTERNAL_TASK,
    &[&[ExternalTaskRow::ID], &[ExternalTaskRow::PROCESS_INSTANCE_ID], &[ExternalTaskRow::TOPIC_NAME]],
);

pub(crate) fn external_task_created(names: &Names<'_>, task: &ExternalTask, out: &mut ViewWrites) {
    out.insert(names.tenant, EXTERNAL_TASK, &names.id(task.id), row_of(names, task));
}

pub(crate) fn external_task(names: &Names<'_>, task: &ExternalTask, out: &mut ViewWrites) {
    out.put(names.tenant, EXTERNAL_TASK, &names.id(task.id), row_of(names, task));
}

fn row_of(names: &Names<'_>, task: &ExternalTask) -> ExternalTaskRow {
    ExternalTaskRow {
        place: names.place(&task.place),
        id: names.id(task.id),
        topic_name: task.topic.clone(),
        worker_id: task.worker.clone(),
        lock_expiration_time: task.locked_until,
        create_time: task.created,
        retries: task.retries,
        priority: task.priority,
        error_message: task.error_message.clone(),
        error_details: task.error_details.clone(),
        business_key: task.business_key.clone(),
    }
}
