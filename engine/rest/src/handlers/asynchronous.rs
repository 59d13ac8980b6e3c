//! Operations that make a batch of what they are asked: one job per instance, job or task.

use super::definitions::{find, skips};
use super::external_tasks;
use super::instances::listed;
use super::jobs::date_of;
use super::{batches, modification};
use crate::error::{RestError, RestResult};
use crate::given;
use crate::query::{Context, Paging};
use crate::request::{Fields, Reply, Req, no_content};
use crate::resources::job;
use casewright_engine_runtime::Restarted;
use casewright_engine_views::aggregate::{Restart, Work};
use casewright_engine_views::criteria::is_in;
use casewright_engine_views::{self as views, JobRow, PlaceRowColumns as _};
use casewright_journal::Query;
use http::StatusCode;
use smol_str::SmolStr;

/// The process instances a body names, each once; `none` tells that it names none.
pub(crate) async fn instances(req: &Req, body: &Fields, none: RestError) -> RestResult<Vec<SmolStr>> {
    let mut ids = listed(req, body).await?;
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    if ids.is_empty() {
        return Err(none);
    }
    Ok(ids)
}

/// `POST /process-instance/delete`, and its twin that is asked by history.
pub(crate) async fn delete_instances(req: Req) -> Reply {
    let body = req.json()?;
    let ids = instances(&req, &body, RestError::invalid("processInstanceIds is empty")).await?;
    let work = Work::DeleteInstances {
        reason: body.text("deleteReason")?,
        skips: skips(&body)?,
        fail_if_missing: body.get("failIfNotExists").is_none() || body.boolean("failIfNotExists")?,
    };
    batches::create(&req, work, ids).await
}

/// `POST /process-instance/suspended-async`.
pub(crate) async fn suspend_instances(req: Req) -> Reply {
    let body = req.json()?;
    let suspended = body.boolean("suspended")?;
    let ids =
        instances(&req, &body, RestError::invalid("No process instance ids given: process Instance Ids is empty"))
            .await?;
    batches::create(&req, Work::SetSuspended { suspended }, ids).await
}

/// `POST /process-instance/variables-async`.
pub(crate) async fn set_variables(req: Req) -> Reply {
    let body = req.json()?;
    let variables = given::values(&req, body.get("variables")).await?;
    if variables.is_empty() {
        let state = if body.get("variables").is_none() { "null" } else { "empty" };
        return Err(RestError::invalid(format!("variables is {state}")));
    }
    let ids = instances(&req, &body, RestError::invalid("processInstanceIds is empty")).await?;
    batches::create(&req, Work::SetVariables { variables }, ids).await
}

/// `POST /process-instance/message-async`.
pub(crate) async fn correlate_message(req: Req) -> Reply {
    let body = req.json()?;
    let ids = instances(
        &req,
        &body,
        RestError::invalid("Process instance ids cannot be empty: process instance ids is empty"),
    )
    .await?;
    let Some(message) = body.text("messageName")? else {
        return Err(RestError::invalid("messageName is null"));
    };
    let variables = given::values(&req, body.get("variables")).await?;
    let work = Work::CorrelateMessage { message: message.into(), variables };
    batches::create(&req, work, ids).await
}

fn retries(body: &Fields) -> RestResult<i32> {
    let retries = body.integer("retries")?.ok_or_else(|| RestError::invalid("retries is null"))?;
    Ok(i32::try_from(retries).unwrap_or(i32::MAX))
}

fn job_work(body: &Fields) -> RestResult<Work> {
    let retries = retries(body)?;
    if retries < 0 {
        return Err(RestError::engine("Retries count is not greater than or equal to 0"));
    }
    Ok(Work::SetJobRetries { retries, due: date_of(body, "dueDate")? })
}

/// `POST /job/retries`.
pub(crate) async fn job_retries(req: Req) -> Reply {
    let body = req.json()?;
    let work = job_work(&body)?;
    let mut ids: Vec<SmolStr> = body.list("jobIds")?.unwrap_or_default().into_iter().map(SmolStr::new).collect();
    if let Some(criteria) = body.object("jobQuery")? {
        let context = Context::at(req.engine.now());
        let query = job::RESOURCE.query(&criteria.input(), Paging::default(), &context)?;
        add_jobs(&req, &query, &mut ids).await?;
    }
    if ids.is_empty() && body.get("jobQuery").is_some() {
        return Err(RestError::invalid("jobIds is empty"));
    }
    if ids.is_empty() {
        return Err(RestError::engine("ENGINE-13050 You must specify at least one of jobIds or jobQuery."));
    }
    batches::create(&req, work, ids).await
}

/// `POST /process-instance/job-retries`, and its twin that is asked by history: all jobs of the instances.
pub(crate) async fn instance_job_retries(req: Req) -> Reply {
    let body = req.json()?;
    let work = job_work(&body)?;
    let instances = listed(&req, &body).await?;
    let mut ids = Vec::new();
    if !instances.is_empty() {
        let among = is_in(JobRow::PROCESS_INSTANCE_ID, instances.iter().map(ToString::to_string));
        add_jobs(&req, &Query::new(views::JOB, among), &mut ids).await?;
    }
    let asked = ["processInstanceQuery", "historicProcessInstanceQuery"];
    if ids.is_empty() && asked.iter().any(|query| body.get(query).is_some()) {
        return Err(RestError::invalid("jobIds is empty"));
    }
    if ids.is_empty() {
        return Err(RestError::engine(
            "ENGINE-13051 You must specify at least one of or one of processInstanceIds, processInstanceQuery, or historicProcessInstanceQuery.",
        ));
    }
    batches::create(&req, work, ids).await
}

async fn add_jobs(req: &Req, query: &Query, ids: &mut Vec<SmolStr>) -> RestResult<()> {
    for (id, _) in req.engine.journal().query(query).await?.rows {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(())
}

/// `POST /external-task/retries-async`. A negative number is refused by the jobs, not here.
pub(crate) async fn external_task_retries(req: Req) -> Reply {
    let body = req.json()?;
    let ids = external_tasks::addressed(&req, &body).await?;
    if ids.is_empty() {
        return Err(RestError::invalid("externalTaskIds is empty"));
    }
    let Some(retries) = body.integer("retries")? else {
        return Err(RestError::invalid("The number of retries cannot be null."));
    };
    let work = Work::SetExternalTaskRetries { retries: i32::try_from(retries).unwrap_or(i32::MAX) };
    batches::create(&req, work, ids.into_iter().map(SmolStr::new).collect()).await
}

async fn modify(req: &Req, body: &Fields) -> RestResult<Work> {
    let instructions = modification::read(req, body.get("instructions")).await?;
    if instructions.is_empty() {
        return Err(RestError::invalid("Modification instructions cannot be empty is empty"));
    }
    Ok(Work::Modify { instructions, skips: skips(body)?, annotation: body.text("annotation")? })
}

/// `POST /modification/executeAsync`.
pub(crate) async fn execute_modification(req: Req) -> Reply {
    let body = req.json()?;
    if body.text("processDefinitionId")?.is_none() {
        return Err(RestError::invalid("processDefinitionId is null"));
    }
    let work = modify(&req, &body).await?;
    let ids = instances(
        &req,
        &body,
        RestError::invalid("Process instance ids cannot be empty: Process instance ids is empty"),
    )
    .await?;
    batches::create(&req, work, ids).await
}

/// `POST /process-instance/{id}/modification-async`.
pub(crate) async fn modify_instance(req: Req) -> Reply {
    let work = modify(&req, &req.json()?).await?;
    let id = SmolStr::new(req.id());
    if req.engine.journal().get(views::PROCESS_INSTANCE, &id).await?.is_none() {
        return Err(RestError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "ProcessEngineException",
            format!("ENGINE-13036 Process instance '{id}' cannot be modified. The process instance does not exist"),
            Some(0),
        ));
    }
    batches::create(&req, work, vec![id]).await
}

async fn restart_of(req: &Req) -> RestResult<(Restart, Vec<SmolStr>)> {
    let body = req.json()?;
    let definition = find(req).map_err(|error| {
        RestError::new(StatusCode::BAD_REQUEST, "InvalidRequestException", error.message, error.code)
    })?;
    let instructions = modification::read(req, body.get("instructions")).await?;
    if instructions.is_empty() {
        return Err(RestError::invalid("Restart instructions cannot be empty"));
    }
    let ids = instances(req, &body, RestError::invalid("processInstanceIds is empty")).await?;
    let restart = Restart {
        definition: definition.id.clone(),
        instructions,
        initial_variables: body.boolean("initialVariables")?,
        without_business_key: body.boolean("withoutBusinessKey")?,
        skips: skips(&body)?,
    };
    Ok((restart, ids))
}

/// `POST /process-definition/{id}/restart`.
pub(crate) async fn restart(req: Req) -> Reply {
    let (restart, ids) = restart_of(&req).await?;
    for id in ids {
        req.engine.instances().restart(&req.caller, &restart, &id, Restarted::Now { vouched: &[] }).await?;
    }
    no_content()
}

/// `POST /process-definition/{id}/restart-async`.
pub(crate) async fn restart_async(req: Req) -> Reply {
    let (restart, ids) = restart_of(&req).await?;
    batches::create(&req, Work::Restart(restart), ids).await
}
