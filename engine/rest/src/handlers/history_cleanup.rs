//! `/history/cleanup`: the job that deletes history, and when it runs.

use crate::error::{RestError, RestResult};
use crate::query::shape::shape;
use crate::request::{Reply, Req, ok};
use crate::resources::job;
use casewright_engine_value::zone;
use casewright_engine_views::aggregate::StartJob;
use casewright_engine_views::{self as views, date};
use serde_json::{Value as Json, json};

/// `POST /history/cleanup`: at once, or (`immediatelyDue=false`) in the next window.
pub(crate) async fn run(req: Req) -> Reply {
    if !req.engine.config().history.cleanup.enabled {
        return Err(RestError::bad_user_request("History cleanup is disabled for this engine"));
    }
    let at_once = req.flag("immediatelyDue") != Some(false);
    let job = req.engine.cleanup().schedule(&req.caller, at_once).await?;
    ok(shown(&req, &job).await?)
}

async fn shown(req: &Req, job: &StartJob) -> RestResult<Json> {
    let row = req.engine.journal().get(views::JOB, &job.id).await?.unwrap_or_default();
    Ok(Json::Object(shape(job::FIELDS, &row)))
}

/// `GET /history/cleanup/jobs`.
pub(crate) async fn jobs(req: Req) -> Reply {
    match req.engine.cleanup().job() {
        Some(job) => ok(json!([shown(&req, &job).await?])),
        None => Err(RestError::rest_not_found("History cleanup jobs are empty")),
    }
}

/// `GET /history/cleanup/job`.
pub(crate) async fn job(req: Req) -> Reply {
    match req.engine.cleanup().job() {
        Some(job) => ok(shown(&req, &job).await?),
        None => Err(RestError::rest_not_found("History cleanup job does not exist")),
    }
}

/// `GET /history/cleanup/configuration`: the window that is open, or the next one.
pub(crate) async fn configuration(req: Req) -> Reply {
    let cleanup = &req.engine.config().history.cleanup;
    let window = cleanup.window.map(|window| window.current_or_next(req.engine.now(), zone::local()));
    ok(json!({
        "batchWindowStartTime": window.map(|(begin, _)| date::format(begin)),
        "batchWindowEndTime": window.map(|(_, end)| date::format(end)),
        "enabled": cleanup.enabled,
    }))
}
