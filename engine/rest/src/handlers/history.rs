//! `/history`: single entries, deletion, statistics.

use super::variables::binary;
use crate::error::{RestError, RestResult};
use crate::finish::{self, deserialize, detail};
use crate::query::Resource;
use crate::query::shape::shape;
use crate::request::{Reply, Req, no_content, ok, plain_text};
use crate::resources::history::{
    activity_instance, decision_instance, detail as details, logs, process_instance, variable_instance,
};
use casewright_engine_views::criteria::{all, eq};
use casewright_engine_views::portions::{Rows, portions};
use casewright_engine_views::{
    self as views, ActivityInstanceRow, ExternalTaskLogRow, JobLogRow, PastIncidentRow, PastInstanceRow,
    PlaceRowColumns as _, value_of,
};
use casewright_journal::{Column, Document, Filter, Query};
use futures::TryStreamExt;
use indexmap::IndexMap;
use serde_json::{Value as Json, json};
use std::collections::VecDeque;

async fn row(req: &Req, view: &'static str) -> RestResult<Option<Document>> {
    let mut rows: Vec<Document> = req.engine.journal().get(view, req.id()).await?.into_iter().collect();
    if view.starts_with("history-") {
        finish::set_removal_times(&req.engine, &mut rows).await?;
    }
    Ok(rows.pop())
}

async fn found(req: &Req, resource: &Resource, what: &str) -> RestResult<Document> {
    row(req, resource.view)
        .await?
        .ok_or_else(|| RestError::not_found(format!("{what} with id '{}' does not exist", req.id())))
}

/// `GET /history/process-instance/{id}`.
pub(crate) async fn process(req: Req) -> Reply {
    let Some(row) = row(&req, views::HISTORY_PROCESS_INSTANCE).await? else {
        return Err(RestError::not_found(format!("Historic process instance with id {} does not exist", req.id())));
    };
    let list = finish::with_definition(req.engine.clone(), &process_instance::RESOURCE, req.query(), vec![row]).await?;
    ok(list.into_iter().next().unwrap_or(Json::Null))
}

/// `GET /history/activity-instance/{id}`.
pub(crate) async fn activity(req: Req) -> Reply {
    let row = found(&req, &activity_instance::RESOURCE, "Historic activity instance").await?;
    ok(shape(activity_instance::FIELDS, &row))
}

/// `GET /history/variable-instance/{id}`.
pub(crate) async fn variable(req: Req) -> Reply {
    let row = found_variable(&req).await?;
    let deserialize = deserialize(&req.query());
    ok(finish::variable(&variable_instance::RESOURCE, &row, deserialize))
}

async fn found_variable(req: &Req) -> RestResult<Document> {
    row(req, views::HISTORY_VARIABLE).await?.ok_or_else(|| {
        RestError::not_found(format!("Historic variable instance with Id '{}' does not exist.", req.id()))
    })
}

/// `GET /history/variable-instance/{id}/data`.
pub(crate) async fn variable_data(req: Req) -> Reply {
    binary(&value_of(&found_variable(&req).await?), req.id())
}

/// `GET /variable-instance/{id}`.
pub(crate) async fn runtime_variable(req: Req) -> Reply {
    let row = found_runtime_variable(&req).await?;
    let deserialize = deserialize(&req.query());
    let resource = &crate::resources::variable_instance::RESOURCE;
    ok(finish::variable(resource, &row, deserialize))
}

async fn found_runtime_variable(req: &Req) -> RestResult<Document> {
    row(req, views::VARIABLE)
        .await?
        .ok_or_else(|| RestError::not_found(format!("Variable instance with Id '{}' does not exist.", req.id())))
}

/// `GET /variable-instance/{id}/data`.
pub(crate) async fn runtime_variable_data(req: Req) -> Reply {
    binary(&value_of(&found_runtime_variable(&req).await?), req.id())
}

/// `GET /history/detail/{id}`.
pub(crate) async fn detail_entry(req: Req) -> Reply {
    let row = found(&req, &details::RESOURCE, "Historic detail").await?;
    let deserialize = deserialize(&req.query());
    ok(detail(&details::RESOURCE, &row, deserialize))
}

/// `GET /history/detail/{id}/data`.
pub(crate) async fn detail_data(req: Req) -> Reply {
    let row = found(&req, &details::RESOURCE, "Historic detail").await?;
    binary(&value_of(&row), req.id())
}

/// `GET /history/job-log/{id}`.
pub(crate) async fn job_log(req: Req) -> Reply {
    let row = found(&req, &logs::JOB_LOG, "Historic job log").await?;
    let list = finish::with_definition(req.engine.clone(), &logs::JOB_LOG, req.query(), vec![row]).await?;
    ok(list.into_iter().next().unwrap_or(Json::Null))
}

/// `GET /history/job-log/{id}/stacktrace`.
pub(crate) async fn job_log_stacktrace(req: Req) -> Reply {
    let row = found(&req, &logs::JOB_LOG, "Historic job log").await?;
    match JobLogRow::JOB_EXCEPTION_MESSAGE.text(&row) {
        Some(message) => plain_text(message.to_owned()),
        None => no_content(),
    }
}

/// `GET /history/external-task-log/{id}`.
pub(crate) async fn external_task_log(req: Req) -> Reply {
    let row = found(&req, &logs::EXTERNAL_TASK_LOG, "Historic external task log").await?;
    ok(shape(logs::EXTERNAL_TASK_LOG.fields, &row))
}

/// `GET /history/external-task-log/{id}/error-details`.
pub(crate) async fn external_task_log_details(req: Req) -> Reply {
    let unknown = || {
        RestError::not_found(format!(
            "No historic external task log found with id {}: historicExternalTaskLog is null",
            req.id()
        ))
    };
    let row = row(&req, logs::EXTERNAL_TASK_LOG.view).await?.ok_or_else(unknown)?;
    match ExternalTaskLogRow::ERROR_DETAILS.text(&row) {
        Some(details) => plain_text(details.to_owned()),
        None => no_content(),
    }
}

/// `GET /history/decision-instance/{id}`.
pub(crate) async fn decision(req: Req) -> Reply {
    let row = found(&req, &decision_instance::RESOURCE, "Historic decision instance").await?;
    ok(finish::decision(
        &req.engine,
        &decision_instance::RESOURCE,
        &row,
        req.flag("includeInputs") == Some(true),
        req.flag("includeOutputs") == Some(true),
    ))
}

/// Counters of one activity.
#[derive(Default)]
struct Counts {
    instances: u64,
    canceled: u64,
    finished: u64,
    complete_scope: u64,
    open: u64,
    resolved: u64,
    deleted: u64,
}

/// `PUT /history/user-operation/{operationId}/set-annotation`.
pub(crate) async fn annotate_operation(req: Req) -> Reply {
    let annotation = req.json()?.text("annotation")?;
    annotate(&req, annotation).await
}

/// `PUT /history/user-operation/{operationId}/clear-annotation`.
pub(crate) async fn clear_operation_annotation(req: Req) -> Reply {
    annotate(&req, None).await
}

async fn annotate(req: &Req, annotation: Option<String>) -> Reply {
    if req.engine.history().annotate_operation(&req.caller, req.path("operationId"), annotation).await? {
        return no_content();
    }
    Err(RestError::bad_user_request("operation is null"))
}

/// What of a row is needed to count it.
const COUNTED: &[Column] = &[
    ActivityInstanceRow::ACTIVITY_ID,
    ActivityInstanceRow::END_TIME,
    ActivityInstanceRow::CANCELED,
    ActivityInstanceRow::COMPLETE_SCOPE,
    PastIncidentRow::OPEN,
    PastIncidentRow::RESOLVED,
    PastIncidentRow::DELETED,
];

/// The next row; `read` holds the rest of its portion.
async fn next_of(rows: &mut Rows, read: &mut VecDeque<Document>) -> RestResult<Option<Document>> {
    while read.is_empty() {
        match rows.try_next().await? {
            Some(portion) => read.extend(portion),
            None => return Ok(None),
        }
    }
    Ok(read.pop_front())
}

/// `GET /history/process-definition/{id}/statistics`.
pub(crate) async fn statistics(req: Req) -> Reply {
    let query = req.query();
    let wants = |name: &str| RestResult::Ok(query.boolean(name)? == Some(true));
    let (canceled, finished) = (wants("canceled")?, wants("finished")?);
    let (complete_scope, incidents) = (wants("completeScope")?, wants("incidents")?);
    let mut filters = vec![eq(ActivityInstanceRow::PROCESS_DEFINITION_ID, req.id())];
    for (name, column, after) in [
        ("startedAfter", PastInstanceRow::START_TIME, true),
        ("startedBefore", PastInstanceRow::START_TIME, false),
        ("finishedAfter", PastInstanceRow::END_TIME, true),
        ("finishedBefore", PastInstanceRow::END_TIME, false),
    ] {
        if let Some(at) = query.date(name)? {
            let filter =
                if after { Filter::Gte(column.into(), json!(at.0)) } else { Filter::Lte(column.into(), json!(at.0)) };
            filters.push(casewright_engine_views::criteria::in_view(
                ActivityInstanceRow::PROCESS_INSTANCE_ID,
                views::HISTORY_PROCESS_INSTANCE,
                PastInstanceRow::ID,
                filter,
            ));
        }
    }
    if let Some(ids) = query.list("processInstanceIdIn")? {
        filters.push(casewright_engine_views::criteria::is_in(ActivityInstanceRow::PROCESS_INSTANCE_ID, ids));
    }
    let rows = |view: &'static str| Query { only: Some(COUNTED), ..Query::new(view, all(filters.clone())) };
    let mut read = VecDeque::new();
    let mut counts: IndexMap<String, Counts> = IndexMap::new();
    let journal = req.engine.journal();
    let mut activities = portions(journal, rows(views::HISTORY_ACTIVITY_INSTANCE));
    while let Some(row) = next_of(&mut activities, &mut read).await? {
        let Some(activity) = ActivityInstanceRow::ACTIVITY_ID.text(&row) else {
            continue;
        };
        let ended = !ActivityInstanceRow::END_TIME.of(&row).is_null();
        let counted = !ended
            || (canceled && ActivityInstanceRow::CANCELED.is_set(&row))
            || finished
            || (complete_scope && ActivityInstanceRow::COMPLETE_SCOPE.is_set(&row));
        if !counted {
            continue;
        }
        let count = counts.entry(activity.to_owned()).or_default();
        count.instances += u64::from(!ended);
        count.finished += u64::from(ended && finished);
        count.canceled += u64::from(canceled && ActivityInstanceRow::CANCELED.is_set(&row));
        count.complete_scope += u64::from(complete_scope && ActivityInstanceRow::COMPLETE_SCOPE.is_set(&row));
    }
    if incidents {
        let mut incidents = portions(journal, rows(views::HISTORY_INCIDENT));
        while let Some(row) = next_of(&mut incidents, &mut read).await? {
            let Some(activity) = ActivityInstanceRow::ACTIVITY_ID.text(&row) else {
                continue;
            };
            let count = counts.entry(activity.to_owned()).or_default();
            count.open += u64::from(PastIncidentRow::OPEN.is_set(&row));
            count.resolved += u64::from(PastIncidentRow::RESOLVED.is_set(&row));
            count.deleted += u64::from(PastIncidentRow::DELETED.is_set(&row));
        }
    }
    counts.sort_keys();
    let by = query.text("sortBy")?;
    if let Some(by) = by.filter(|by| by != "activityId") {
        return Err(RestError::invalid(format!("Cannot set query parameter 'sortBy' to value '{by}'")));
    }
    if query.text("sortOrder")?.as_deref() == Some("desc") {
        counts.reverse();
    }
    let list: Vec<Json> = counts
        .iter()
        .map(|(activity, count)| {
            json!({
                "id": activity,
                "instances": count.instances,
                "canceled": count.canceled,
                "finished": count.finished,
                "completeScope": count.complete_scope,
                "openIncidents": count.open,
                "resolvedIncidents": count.resolved,
                "deletedIncidents": count.deleted,
            })
        })
        .collect();
    ok(list)
}
