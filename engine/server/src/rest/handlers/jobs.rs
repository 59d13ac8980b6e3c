//! `/job`, `/job-definition`, `/incident`.

use super::definition_actions::execution_date;
use super::instances::text;
use crate::engine::{Caller, Engine};
use crate::registry::entity::JobDefinition;
use crate::registry::{RegistryEvent, RegistryState, StartJob};
use crate::rest::date;
use crate::rest::error::{RestError, RestResult};
use crate::rest::finish::suspended;
use crate::rest::query::criteria::eq;
use crate::rest::query::shape::shape;
use crate::rest::request::{Fields, Reply, Req, no_content, ok, plain_text};
use crate::rest::resources::{incident, job};
use crate::runtime::rejection::{is_missing, rest_error};
use crate::views;
use casewright_engine_core::Command;
use casewright_engine_core::ids::{Id, parse};
use casewright_engine_value::Instant;
use casewright_journal::{Document, Filter, Query};
use http::StatusCode;
use serde_json::json;
use smol_str::SmolStr;
use std::sync::Arc;

async fn row(req: &Req) -> RestResult<Option<Document>> {
    Ok(req.engine.journal().get(views::JOB, req.id()).await?)
}

fn missing(id: &str) -> RestError {
    RestError::not_found(format!("No job found with id '{id}': job is null"))
}

/// `GET /job/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    let Some(row) = row(&req).await? else {
        return Err(RestError::not_found(format!("Job with id {} does not exist", req.id())));
    };
    let mut out = shape(job::FIELDS, &row);
    if !suspended(&req.engine, std::slice::from_ref(&row)).await?.is_empty() {
        out.insert("suspended".into(), json!(true));
    }
    ok(out)
}

/// `POST /job/{id}/execute`.
pub(crate) async fn execute(req: Req) -> Reply {
    // Whatever the engine refuses here is a 404 in Camunda.
    req.engine.execute_job(&req.caller, req.id()).await.map_err(|error| match error.code {
        Some(_) if error.status != StatusCode::SERVICE_UNAVAILABLE => RestError::not_found(error.message),
        _ => error,
    })?;
    no_content()
}

/// A job of an instance by its command, one of a definition by its change.
async fn change(
    engine: &Engine,
    caller: &Caller,
    id: &str,
    command: impl FnOnce(Id) -> Command,
    start_job: impl FnOnce(&mut StartJob),
) -> RestResult<()> {
    if let Some(known) = engine.catalog().state().jobs.get(id) {
        let mut changed = StartJob::clone(known);
        start_job(&mut changed);
        return engine.change_start_job(caller, changed).await;
    }
    let Some((_, local)) = parse(id) else {
        return Err(missing(id));
    };
    let command = command(local);
    match engine.step(id, caller, command.clone()).await {
        Ok(_) => Ok(()),
        Err(error) if is_missing(&error) => {
            let is_changed = engine.change_batch_job(caller, id, &command).await?;
            if is_changed { Ok(()) } else { Err(missing(id)) }
        }
        Err(error) => Err(rest_error(error)),
    }
}

/// Sets the retries of a job, whatever it belongs to.
pub(crate) async fn set_retries(
    engine: &Engine,
    caller: &Caller,
    id: &str,
    retries: i32,
    due: Option<Instant>,
) -> RestResult<()> {
    change(engine, caller, id, |job| Command::SetJobRetries { job, retries, due }, |job| job.retries = retries).await
}

/// Some operations have words and a status of their own for an unknown job.
fn unknown(error: RestError, message: impl FnOnce() -> String) -> RestError {
    if error.status == StatusCode::NOT_FOUND {
        RestError::new(StatusCode::INTERNAL_SERVER_ERROR, "InvalidRequestException", message(), None)
    } else {
        error
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
    set_retries(&req.engine, &req.caller, req.id(), retries, due)
        .await
        .map_err(|error| unknown(error, || format!("ENGINE-13053 No job found with id '{}'.'", req.id())))?;
    no_content()
}

/// `PUT /job/{id}/duedate`.
pub(crate) async fn due_date(req: Req) -> Reply {
    let body = req.json()?;
    let due = date_of(&body, "duedate")?;
    let cascade = body.boolean("cascade")?;
    change(&req.engine, &req.caller, req.id(), |job| Command::SetJobDueDate { job, due, cascade }, |job| job.due = due)
        .await
        .map_err(|error| unknown(error, || format!("No job found with id '{}'.", req.id())))?;
    no_content()
}

/// `POST /job/{id}/duedate/recalculate`.
pub(crate) async fn recalculate(req: Req) -> Reply {
    let creation_date_based = req.flag("creationDateBased") != Some(false);
    change(
        &req.engine,
        &req.caller,
        req.id(),
        |job| Command::RecalculateJobDueDate { job, creation_date_based },
        |_| {},
    )
    .await
    .map_err(|mut error| {
        if error.status == StatusCode::NOT_FOUND {
            error.code = Some(0);
        }
        error
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
    change(
        &req.engine,
        &req.caller,
        req.id(),
        |job| Command::SetJobPriority { job, priority },
        |job| job.priority = priority,
    )
    .await?;
    no_content()
}

async fn suspend_job(engine: &Engine, caller: &Caller, id: &str, suspended: bool) -> RestResult<()> {
    change(engine, caller, id, |job| Command::SetJobSuspended { job, suspended }, |job| job.suspended = suspended).await
}

/// `PUT /job/{id}/suspended`.
pub(crate) async fn set_suspended(req: Req) -> Reply {
    let suspended = req.json()?.boolean("suspended")?;
    match suspend_job(&req.engine, &req.caller, req.id(), suspended).await {
        // Nobody there: nothing to suspend.
        Err(error) if error.status == StatusCode::NOT_FOUND => {}
        other => other?,
    }
    no_content()
}

async fn suspend_where(req: &Req, filter: Filter, suspended: bool) -> RestResult<()> {
    let page = req.engine.journal().query(&Query::new(views::JOB, filter)).await?;
    for (id, _) in page.rows {
        match suspend_job(&req.engine, &req.caller, &id, suspended).await {
            // It ran meanwhile.
            Err(error) if error.status == StatusCode::NOT_FOUND => {}
            other => other?,
        }
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
    let Some(filter) =
        by_fields(&body, &["jobDefinitionId", "processInstanceId", "processDefinitionId", "processDefinitionKey"])?
    else {
        return Err(RestError::invalid(
            "Either jobId, jobDefinitionId, processInstanceId, processDefinitionId or processDefinitionKey should be set to update the suspension state.",
        ));
    };
    suspend_where(&req, filter, body.boolean("suspended")?).await?;
    no_content()
}

fn by_fields(body: &Fields, names: &[&'static str]) -> RestResult<Option<Filter>> {
    for name in names {
        if let Some(value) = body.text(name)? {
            return Ok(Some(eq(name, value)));
        }
    }
    Ok(None)
}

/// `GET /job/{id}/stacktrace`.
pub(crate) async fn stacktrace(req: Req) -> Reply {
    let Some(row) = row(&req).await? else {
        return Err(RestError::not_found(format!("No job found with id {}: job is null", req.id())));
    };
    match text(&row, "exceptionMessage") {
        Some(message) => plain_text(message.to_owned()),
        None => no_content(),
    }
}

/// `DELETE /job/{id}`.
pub(crate) async fn delete(req: Req) -> Reply {
    let id = req.id();
    let gone = || RestError::not_found(format!("No job found with id '{id}': job is null"));
    if req.engine.catalog().state().jobs.contains_key(id) {
        req.engine.remove_start_job(&req.caller, id).await?;
        return no_content();
    }
    let Some((_, job)) = parse(id) else {
        return Err(gone());
    };
    let command = Command::DeleteJob { job };
    match req.engine.step(id, &req.caller, command.clone()).await {
        Ok(_) => no_content(),
        Err(error) if is_missing(&error) => {
            let is_deleted = req.engine.change_batch_job(&req.caller, id, &command).await?;
            if is_deleted { no_content() } else { Err(gone()) }
        }
        Err(error) => Err(rest_error(error)),
    }
}

/// A job definition with the definition it belongs to.
fn find_definition(engine: &Engine, id: &str) -> RestResult<(SmolStr, JobDefinition)> {
    let state = engine.catalog().state();
    state
        .processes
        .values()
        .find_map(|process| {
            let job = process.job_definitions.iter().find(|job| job.id == id)?;
            Some((process.id.clone(), job.clone()))
        })
        .ok_or_else(|| RestError::not_found(format!("Job Definition with id {id} does not exist")))
}

/// `GET /job-definition/{id}`.
pub(crate) async fn definition(req: Req) -> Reply {
    let row = req.engine.journal().get(views::JOB_DEFINITION, req.id()).await?;
    let row = row.ok_or_else(|| RestError::not_found(format!("Job Definition with id {} does not exist", req.id())))?;
    ok(shape(job::DEFINITION_FIELDS, &row))
}

async fn change_definition(engine: &Engine, caller: &Caller, process: &str, changed: JobDefinition) -> RestResult<()> {
    let definition = SmolStr::new(process);
    engine
        .registry(caller, move |_: &RegistryState, _| {
            let event =
                RegistryEvent::JobDefinitionChanged { definition: definition.clone(), job_definition: changed.clone() };
            Ok::<_, RestError>((vec![event], ()))
        })
        .await
        .map_err(|error| error.or(|rejection| rejection))
}

/// Suspends or activates a job definition.
pub(crate) async fn suspend_job_definition(
    engine: &Engine,
    caller: &Caller,
    process: &str,
    id: &str,
    suspended: bool,
) -> RestResult<()> {
    let (_, mut definition) = find_definition(engine, id)?;
    if definition.suspended == suspended {
        return Ok(());
    }
    definition.suspended = suspended;
    change_definition(engine, caller, process, definition).await
}

/// `PUT /job-definition/{id}/suspended`.
pub(crate) async fn definition_suspended(req: Req) -> Reply {
    let body = req.json()?;
    let Ok((process, definition)) = find_definition(&req.engine, req.id()) else {
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
    suspend_job_definition(&req.engine, &req.caller, &process, &definition.id, suspended).await?;
    if body.boolean("includeJobs")? {
        let filter = eq("jobDefinitionId", definition.id.as_str());
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
    let Some(filter) = by_fields(&body, &["processDefinitionId", "processDefinitionKey"])? else {
        return Err(RestError::invalid(
            "Either jobDefinitionId, processDefinitionId or processDefinitionKey should be set to update the suspension state.",
        ));
    };
    let suspended = body.boolean("suspended")?;
    let page = req.engine.journal().query(&Query::new(views::JOB_DEFINITION, filter.clone())).await?;
    for (id, row) in page.rows {
        let process = text(&row, "processDefinitionId").unwrap_or_default();
        suspend_job_definition(&req.engine, &req.caller, process, &id, suspended).await?;
    }
    if body.boolean("includeJobs")? {
        suspend_where(&req, filter, suspended).await?;
    }
    no_content()
}

/// `PUT /job-definition/{id}/jobPriority`.
pub(crate) async fn definition_priority(req: Req) -> Reply {
    let body = req.json()?;
    let (process, mut definition) = find_definition(&req.engine, req.id()).map_err(|_| {
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
    change_definition(&req.engine, &req.caller, &process, definition).await?;
    if let Some(priority) = priority.filter(|_| include_jobs) {
        let query = Query::new(views::JOB, eq("jobDefinitionId", id.as_str()));
        for (job, _) in req.engine.journal().query(&query).await?.rows {
            change(
                &req.engine,
                &req.caller,
                &job,
                |job| Command::SetJobPriority { job, priority },
                |job| job.priority = priority,
            )
            .await?;
        }
    }
    no_content()
}

/// `PUT /job-definition/{id}/retries`: of the jobs that have none left.
pub(crate) async fn definition_retries(req: Req) -> Reply {
    let body = req.json()?;
    let retries = retries_of(&body)?;
    let filter = Filter::And(vec![eq("jobDefinitionId", req.id()), Filter::Eq("retries".into(), json!(0))]);
    let page = req.engine.journal().query(&Query::new(views::JOB, filter)).await?;
    for (job, _) in page.rows {
        change(
            &req.engine,
            &req.caller,
            &job,
            |job| Command::SetJobRetries { job, retries, due: None },
            |job| job.retries = retries,
        )
        .await?;
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
    let kind = text(&row, "incidentType").unwrap_or_default();
    if matches!(kind, "failedJob" | "failedExternalTask") {
        return Err(RestError::invalid(format!("Cannot resolve an incident of type {kind}")));
    }
    req.engine.step(id, &req.caller, Command::ResolveIncident { incident }).await.map_err(rest_error)?;
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
    match req.engine.step(req.id(), &req.caller, command).await {
        Ok(_) => no_content(),
        Err(error) if is_missing(&error) => Err(gone()),
        Err(error) => Err(rest_error(error)),
    }
}
