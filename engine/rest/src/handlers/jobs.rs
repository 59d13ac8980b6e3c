//! `/job`, `/job-definition`, `/incident`.

use super::definition_actions::execution_date;
use crate::error::{RestError, RestResult};
use crate::query::shape::shape;
use crate::request::{Fields, Reply, Req, no_content, ok, plain_text};
use crate::resources::{incident, job};
use casewright_engine_core::Command;
use casewright_engine_core::ids::parse;
use casewright_engine_runtime::jobs::JobChange;
use casewright_engine_runtime::{EngineError, What};
use casewright_engine_value::Instant;
use casewright_engine_views::criteria::eq;
use casewright_engine_views::{self as views, IncidentRow, JobDefinitionRow, JobRow, PlaceRowColumns as _, date};
use casewright_journal::{Column, Document, Filter, Query};
use http::StatusCode;
use serde_json::json;
use std::sync::Arc;

async fn row(req: &Req) -> RestResult<Option<Document>> {
    Ok(req.engine.journal().get(views::JOB, req.id()).await?)
}

/// `GET /job/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    let Some(row) = row(&req).await? else {
        return Err(RestError::not_found(format!("Job with id {} does not exist", req.id())));
    };
    let mut out = shape(job::FIELDS, &row);
    if !req.engine.instances().suspended_among(std::slice::from_ref(&row)).await?.is_empty() {
        out.insert(JobRow::SUSPENDED.name().into(), json!(true));
    }
    ok(out)
}

/// `POST /job/{id}/execute`.
pub(crate) async fn execute(req: Req) -> Reply {
    let refused = |error: EngineError| match error {
        EngineError::NotFound { what: What::Job, id } => {
            RestError::not_found(format!("ENGINE-14026 No job found with id '{id}'"))
        }
        // Nothing of the job's: later it may run.
        error @ EngineError::OverQuota(_) => error.into(),
        error => {
            // Whatever the engine refuses here is a 404 in Camunda.
            let error = RestError::from(error);
            let is_refusal = error.code.is_some() && error.status != StatusCode::SERVICE_UNAVAILABLE;
            if is_refusal { RestError::not_found(error.message) } else { error }
        }
    };
    req.engine.executor().execute(&req.caller, req.id()).await.map_err(refused)?;
    no_content()
}

/// Some operations have words and a status of their own for an unknown job.
fn unknown(error: EngineError, message: impl FnOnce() -> String) -> RestError {
    match error {
        EngineError::NotFound { what: What::Job, .. } => {
            RestError::new(StatusCode::INTERNAL_SERVER_ERROR, "InvalidRequestException", message(), None)
        }
        error => error.into(),
    }
}

fn retries_of(body: &Fields) -> RestResult<i32> {
    let Some(retries) = body.integer("retries")? else {
        let mut error = RestError::null_value("retries is null");
        error.code = None;
        return Err(error);
    };
    if retries < 0 {
        return Err(RestError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InvalidRequestException",
            format!(
                "ENGINE-13054 The number of job retries must be a non-negative Integer, but '{retries}' has been provided."
            ),
            None,
        ));
    }
    Ok(i32::try_from(retries).unwrap_or(i32::MAX))
}

pub(crate) fn date_of(body: &Fields, name: &str) -> RestResult<Option<Instant>> {
    match body.text(name)? {
        None => Ok(None),
        Some(text) => {
            date::parse(&text).map(Some).ok_or_else(|| RestError::misfit(name, "java.util.Date", &json!(text)))
        }
    }
}

/// `PUT /job/{id}/retries`.
pub(crate) async fn retries(req: Req) -> Reply {
    let body = req.json()?;
    let retries = retries_of(&body)?;
    let due = date_of(&body, "dueDate")?;
    req.engine
        .jobs()
        .change(&req.caller, req.id(), JobChange::Retries { retries, due })
        .await
        .map_err(|error| unknown(error, || format!("ENGINE-13053 No job found with id '{}'.'", req.id())))?;
    no_content()
}

/// `PUT /job/{id}/duedate`.
pub(crate) async fn due_date(req: Req) -> Reply {
    let body = req.json()?;
    let due = date_of(&body, "duedate")?;
    let cascade = body.boolean("cascade")?;
    req.engine
        .jobs()
        .change(&req.caller, req.id(), JobChange::Due { due, cascade })
        .await
        .map_err(|error| unknown(error, || format!("No job found with id '{}'.", req.id())))?;
    no_content()
}

/// `POST /job/{id}/duedate/recalculate`.
pub(crate) async fn recalculate(req: Req) -> Reply {
    let creation_date_based = req.flag("creationDateBased") != Some(false);
    let change = JobChange::RecalculatedDue { creation_date_based };
    req.engine.jobs().change(&req.caller, req.id(), change).await.map_err(|error| {
        let is_missing = error.is_missing();
        let error = RestError::from(error);
        if is_missing { RestError { code: Some(0), ..error } } else { error }
    })?;
    no_content()
}

/// `PUT /job/{id}/priority`.
pub(crate) async fn priority(req: Req) -> Reply {
    let Some(priority) = req.json()?.integer("priority")? else {
        return Err(RestError::new(
            StatusCode::BAD_REQUEST,
            "RestException",
            format!("Priority for job '{}' cannot be null.", req.id()),
            None,
        ));
    };
    req.engine.jobs().change(&req.caller, req.id(), JobChange::Priority(priority)).await?;
    no_content()
}

/// Suspends or activates a job; where there is none, nothing is to be done: it may have run meanwhile.
async fn suspend_job(req: &Req, id: &str, suspended: bool) -> RestResult<()> {
    match req.engine.jobs().change(&req.caller, id, JobChange::Suspended(suspended)).await {
        Err(error) if error.is_missing() => Ok(()),
        other => Ok(other?),
    }
}

/// `PUT /job/{id}/suspended`.
pub(crate) async fn set_suspended(req: Req) -> Reply {
    let suspended = req.json()?.boolean("suspended")?;
    suspend_job(&req, req.id(), suspended).await?;
    no_content()
}

async fn suspend_where(req: &Req, filter: Filter, suspended: bool) -> RestResult<()> {
    let page = req.engine.journal().query(&Query::new(views::JOB, filter)).await?;
    for (id, _) in page.rows {
        suspend_job(req, &id, suspended).await?;
    }
    Ok(())
}

/// `PUT /job/suspended`.
pub(crate) async fn suspended_many(req: Req) -> Reply {
    let body = req.json()?;
    if body.text("jobId")?.is_some() {
        return Err(RestError::invalid(
            "Either jobDefinitionId, processInstanceId, processDefinitionId or processDefinitionKey can be set to update the suspension state.",
        ));
    }
    let Some(filter) = by_columns(
        &body,
        &[
            JobRow::JOB_DEFINITION_ID,
            JobRow::PROCESS_INSTANCE_ID,
            JobRow::PROCESS_DEFINITION_ID,
            JobRow::PROCESS_DEFINITION_KEY,
        ],
    )?
    else {
        return Err(RestError::invalid(
            "Either jobId, jobDefinitionId, processInstanceId, processDefinitionId or processDefinitionKey should be set to update the suspension state.",
        ));
    };
    suspend_where(&req, filter, body.boolean("suspended")?).await?;
    no_content()
}

/// By the first of these columns that the body names.
fn by_columns(body: &Fields, columns: &[Column]) -> RestResult<Option<Filter>> {
    for column in columns.iter().copied() {
        if let Some(value) = body.text(column.name())? {
            return Ok(Some(eq(column, value)));
        }
    }
    Ok(None)
}

/// `GET /job/{id}/stacktrace`.
pub(crate) async fn stacktrace(req: Req) -> Reply {
    let Some(row) = row(&req).await? else {
        return Err(RestError::not_found(format!("No job found with id {}: job is null", req.id())));
    };
    match JobRow::EXCEPTION_MESSAGE.text(&row) {
        Some(message) => plain_text(message.to_owned()),
        None => no_content(),
    }
}

/// `DELETE /job/{id}`.
pub(crate) async fn delete(req: Req) -> Reply {
    req.engine.jobs().delete(&req.caller, req.id()).await?;
    no_content()
}

/// `GET /job-definition/{id}`.
pub(crate) async fn definition(req: Req) -> Reply {
    let row = req.engine.journal().get(views::JOB_DEFINITION, req.id()).await?;
    let row = row.ok_or_else(|| RestError::not_found(format!("Job Definition with id {} does not exist", req.id())))?;
    ok(shape(job::DEFINITION_FIELDS, &row))
}

/// `PUT /job-definition/{id}/suspended`.
pub(crate) async fn definition_suspended(req: Req) -> Reply {
    let body = req.json()?;
    let Ok((process, definition)) = req.engine.definitions().job_definition(req.id()) else {
        // Nobody there: nothing to suspend.
        return no_content();
    };
    execution_date(&req.engine, &body).map_err(|error| {
        error.wrap(&format!(
            "The suspension state of Job Definition with id {} could not be updated due to: ",
            definition.id
        ))
    })?;
    let suspended = body.boolean("suspended")?;
    req.engine.definitions().suspend_job_definition(&req.caller, &process, &definition.id, suspended).await?;
    if body.boolean("includeJobs")? {
        let filter = eq(JobRow::JOB_DEFINITION_ID, definition.id.as_str());
        suspend_where(&req, filter, suspended).await?;
    }
    no_content()
}

/// `PUT /job-definition/suspended`.
pub(crate) async fn definitions_suspended(req: Req) -> Reply {
    let body = req.json()?;
    if body.text("jobDefinitionId")?.is_some() {
        return Err(RestError::invalid(
            "Either processDefinitionId or processDefinitionKey can be set to update the suspension state.",
        ));
    }
    let Some(filter) =
        by_columns(&body, &[JobDefinitionRow::PROCESS_DEFINITION_ID, JobDefinitionRow::PROCESS_DEFINITION_KEY])?
    else {
        return Err(RestError::invalid(
            "Either jobDefinitionId, processDefinitionId or processDefinitionKey should be set to update the suspension state.",
        ));
    };
    let suspended = body.boolean("suspended")?;
    let page = req.engine.journal().query(&Query::new(views::JOB_DEFINITION, filter.clone())).await?;
    for (id, row) in page.rows {
        let process = JobDefinitionRow::PROCESS_DEFINITION_ID.text(&row).unwrap_or_default();
        req.engine.definitions().suspend_job_definition(&req.caller, process, &id, suspended).await?;
    }
    if body.boolean("includeJobs")? {
        suspend_where(&req, filter, suspended).await?;
    }
    no_content()
}

/// `PUT /job-definition/{id}/jobPriority`.
pub(crate) async fn definition_priority(req: Req) -> Reply {
    let body = req.json()?;
    let (process, mut definition) = req.engine.definitions().job_definition(req.id()).map_err(|_| {
        RestError::not_found(format!("Job definition with id '{}' does not exist: jobDefinition is null", req.id()))
    })?;
    let priority = body.integer("priority")?;
    let include_jobs = body.boolean("includeJobs")?;
    if priority.is_none() && include_jobs {
        return Err(RestError::invalid(format!(
            "Cannot reset priority for job definition {} with includeJobs=true",
            definition.id
        )));
    }
    definition.overriding_priority = priority;
    let id = definition.id.clone();
    req.engine.definitions().change_job_definition(&req.caller, &process, definition).await?;
    if let Some(priority) = priority.filter(|_| include_jobs) {
        let query = Query::new(views::JOB, eq(JobRow::JOB_DEFINITION_ID, id.as_str()));
        for (job, _) in req.engine.journal().query(&query).await?.rows {
            req.engine.jobs().change(&req.caller, &job, JobChange::Priority(priority)).await?;
        }
    }
    no_content()
}

/// `PUT /job-definition/{id}/retries`: of the jobs that have none left.
pub(crate) async fn definition_retries(req: Req) -> Reply {
    let body = req.json()?;
    let retries = retries_of(&body)?;
    let filter =
        Filter::And(vec![eq(JobRow::JOB_DEFINITION_ID, req.id()), Filter::Eq(JobRow::RETRIES.into(), json!(0))]);
    let page = req.engine.journal().query(&Query::new(views::JOB, filter)).await?;
    for (job, _) in page.rows {
        req.engine.jobs().change(&req.caller, &job, JobChange::Retries { retries, due: None }).await?;
    }
    no_content()
}

/// `GET /incident/{id}`.
pub(crate) async fn incident(req: Req) -> Reply {
    let row = req.engine.journal().get(views::INCIDENT, req.id()).await?;
    match row {
        Some(row) => ok(shape(incident::FIELDS, &row)),
        None => Err(RestError::not_found(format!("No matching incident with id {}", req.id()))),
    }
}

/// `DELETE /incident/{id}`: only custom incidents are resolved by hand.
pub(crate) async fn resolve_incident(req: Req) -> Reply {
    let id = req.id();
    let row = req.engine.journal().get(views::INCIDENT, id).await?;
    let (Some(row), Some((_, incident))) = (row, parse(id)) else {
        return Err(RestError::not_found(format!("Cannot find an incident with id '{id}': incident is null")));
    };
    let kind = IncidentRow::INCIDENT_TYPE.text(&row).unwrap_or_default();
    if matches!(kind, "failedJob" | "failedExternalTask") {
        return Err(RestError::invalid(format!("Cannot resolve an incident of type {kind}")));
    }
    req.engine.instances().step(id, &req.caller, Command::ResolveIncident { incident }).await?;
    no_content()
}

/// `PUT /incident/{id}/annotation`.
pub(crate) async fn annotate_incident(req: Req) -> Reply {
    let annotation = req.json()?.text("annotation")?;
    set_annotation(&req, annotation.map(Arc::from)).await
}

/// `DELETE /incident/{id}/annotation`.
pub(crate) async fn clear_annotation(req: Req) -> Reply {
    set_annotation(&req, None).await
}

async fn set_annotation(req: &Req, annotation: Option<Arc<str>>) -> Reply {
    let gone = || RestError::bad_user_request("incident is null");
    let Some((_, incident)) = parse(req.id()) else {
        return Err(gone());
    };
    let command = Command::AnnotateIncident { incident, annotation };
    match req.engine.instances().step(req.id(), &req.caller, command).await {
        Ok(_) => no_content(),
        Err(error) if error.is_missing() => Err(gone()),
        Err(error) => Err(error.into()),
    }
}
