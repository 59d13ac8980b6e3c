//! `/process-instance`: one instance, its deletion and suspension.

use crate::engine::{Caller, Engine};
use crate::rest::error::{RestError, RestResult};
use crate::rest::query::criteria::eq;
use crate::rest::query::shape::shape;
use crate::rest::query::{Context, Paging};
use crate::rest::request::{Fields, Reply, Req, no_content, ok};
use crate::rest::resources::process_instance;
use crate::runtime::rejection::{is_missing, rest_error};
use crate::views;
use casewright_engine_core::Command;
use casewright_engine_core::command::{DeleteInstance, Skips};
use casewright_engine_core::ids::parse;
use casewright_journal::{Document, Query};
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::sync::Arc;

/// The row of a running instance.
pub(crate) async fn row(engine: &Engine, id: &str) -> RestResult<Option<Document>> {
    Ok(engine.journal().get(views::PROCESS_INSTANCE, id).await?)
}

/// `GET /process-instance/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    match row(&req.engine, req.id()).await? {
        Some(row) => ok(shape(process_instance::FIELDS, &row)),
        None => Err(RestError::not_found(format!("Process instance with id {} does not exist", req.id()))),
    }
}

/// Deletes the instance with what it called. A called instance goes with its caller's call.
pub(crate) async fn delete_root(engine: &Engine, caller: &Caller, id: &str, reason: Option<&str>) -> RestResult<()> {
    delete_with(engine, caller, id, reason, Skips::default()).await
}

pub(crate) async fn delete_with(
    engine: &Engine,
    caller: &Caller,
    id: &str,
    reason: Option<&str>,
    skips: Skips,
) -> RestResult<()> {
    let missing = || {
        let mut error =
            RestError::not_found(format!("No process instance found for id '{id}': processInstance is null"));
        error.code = Some(0);
        error
    };
    let Some((_, instance)) = parse(id) else {
        return Err(missing());
    };
    let command =
        Command::Delete(DeleteInstance { instance, reason: reason.map(Arc::from), skips, skip_called: false });
    match engine.step(id, caller, command).await {
        Ok(_) => Ok(()),
        Err(error) if is_missing(&error) => Err(missing()),
        Err(error) => Err(rest_error(error)),
    }
}

/// `DELETE /process-instance/{id}`. Besides what Camunda takes: `deleteReason`, as its deletion of many does.
pub(crate) async fn delete(req: Req) -> Reply {
    let skips = Skips {
        listeners: req.flag("skipCustomListeners") == Some(true),
        io_mappings: req.flag("skipIoMappings") == Some(true),
    };
    let fail_if_missing = req.flag("failIfNotExists") != Some(false);
    let reason = req.query().text("deleteReason")?;
    let deleted = delete_with(&req.engine, &req.caller, req.id(), reason.as_deref(), skips).await;
    match deleted {
        Err(error) if error.status == http::StatusCode::NOT_FOUND && !fail_if_missing => {}
        other => other?,
    }
    no_content()
}

/// Suspends or activates one instance.
pub(crate) async fn suspend_instance(engine: &Engine, caller: &Caller, id: &str, suspended: bool) -> RestResult<()> {
    let Some((_, instance)) = parse(id) else {
        // Nobody there: nothing to suspend.
        return Ok(());
    };
    let command = if suspended { Command::Suspend { instance } } else { Command::Activate { instance } };
    match engine.step(id, caller, command).await {
        Ok(_) => Ok(()),
        // It ended meanwhile: there is nothing to suspend.
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) => Err(rest_error(error)),
    }
}

/// `PUT /process-instance/{id}/suspended`.
pub(crate) async fn suspended(req: Req) -> Reply {
    let suspended = req.json()?.boolean("suspended")?;
    suspend_instance(&req.engine, &req.caller, req.id(), suspended).await?;
    no_content()
}

/// `PUT /process-instance/suspended`.
pub(crate) async fn suspended_many(req: Req) -> Reply {
    let body = req.json()?;
    let suspended = body.boolean("suspended")?;
    for id in addressed(&req, &body).await? {
        suspend_instance(&req.engine, &req.caller, &id, suspended).await?;
    }
    no_content()
}

async fn addressed(req: &Req, body: &Fields) -> RestResult<Vec<SmolStr>> {
    let mut ids = listed(req, body).await?;
    let by_definition = body.text("processDefinitionId")?;
    let by_key = body.text("processDefinitionKey")?;
    if by_definition.is_some() && by_key.is_some() {
        return Err(RestError::invalid(
            "Only one of processDefinitionId or processDefinitionKey should be set to update the suspension state.",
        ));
    }
    if by_definition.is_none()
        && by_key.is_none()
        && ids.is_empty()
        && body.get("processInstanceIds").is_none()
        && body.get("processInstanceQuery").is_none()
        && body.get("historicProcessInstanceQuery").is_none()
    {
        return Err(RestError::invalid(
            "Either processDefinitionId or processDefinitionKey should be set to update the suspension state.",
        ));
    }
    let filter = by_definition
        .map(|id| eq("processDefinitionId", id))
        .or_else(|| by_key.map(|key| eq("processDefinitionKey", key)));
    if let Some(filter) = filter {
        let query = Query::new(views::PROCESS_INSTANCE, filter);
        let page = req.engine.journal().query(&query).await?;
        ids.extend(page.rows.into_iter().map(|(id, _)| id));
    }
    Ok(ids)
}

/// Instances that a body names by ids, by a query, or by a query of history.
pub(crate) async fn listed(req: &Req, body: &Fields) -> RestResult<Vec<SmolStr>> {
    let mut ids: Vec<SmolStr> =
        body.list("processInstanceIds")?.unwrap_or_default().into_iter().map(SmolStr::new).collect();
    let context = Context::at(req.engine.now());
    let queries = [
        ("processInstanceQuery", &process_instance::RESOURCE),
        ("historicProcessInstanceQuery", &crate::rest::resources::history::process_instance::RESOURCE),
    ];
    for (name, resource) in queries {
        if let Some(criteria) = body.object(name)? {
            let query = resource.query(&criteria.input(), Paging::default(), &context)?;
            let page = req.engine.journal().query(&query).await?;
            for (id, _) in page.rows {
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
    }
    Ok(ids)
}

/// Text of a field of a row.
pub(crate) fn text<'a>(row: &'a Document, field: &str) -> Option<&'a str> {
    row.get(field).and_then(Json::as_str)
}
