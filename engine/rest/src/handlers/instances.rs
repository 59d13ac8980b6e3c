//! `/process-instance`: one instance, its deletion and suspension.

use crate::error::{RestError, RestResult};
use crate::query::shape::shape;
use crate::query::{Context, Paging};
use crate::request::{Fields, Reply, Req, no_content, ok};
use crate::resources::process_instance;
use casewright_engine_core::command::Skips;
use casewright_engine_runtime::Engine;
use casewright_engine_views::criteria::eq;
use casewright_engine_views::{self as views, ProcessInstanceRow};
use casewright_journal::{Document, Query};
use smol_str::SmolStr;

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

/// `DELETE /process-instance/{id}`. Besides what Camunda takes: `deleteReason`, as its deletion of many does.
pub(crate) async fn delete(req: Req) -> Reply {
    let skips = Skips {
        listeners: req.flag("skipCustomListeners") == Some(true),
        io_mappings: req.flag("skipIoMappings") == Some(true),
    };
    let fail_if_missing = req.flag("failIfNotExists") != Some(false);
    let reason = req.query().text("deleteReason")?;
    match req.engine.instances().delete(&req.caller, req.id(), reason.as_deref(), skips).await {
        Err(error) if error.is_missing() && !fail_if_missing => {}
        other => other?,
    }
    no_content()
}

/// `PUT /process-instance/{id}/suspended`.
pub(crate) async fn suspended(req: Req) -> Reply {
    let suspended = req.json()?.boolean("suspended")?;
    req.engine.instances().suspend(&req.caller, req.id(), suspended).await?;
    no_content()
}

/// `PUT /process-instance/suspended`.
pub(crate) async fn suspended_many(req: Req) -> Reply {
    let body = req.json()?;
    let suspended = body.boolean("suspended")?;
    for id in addressed(&req, &body).await? {
        req.engine.instances().suspend(&req.caller, &id, suspended).await?;
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
        .map(|id| eq(ProcessInstanceRow::PROCESS_DEFINITION_ID, id))
        .or_else(|| by_key.map(|key| eq(ProcessInstanceRow::PROCESS_DEFINITION_KEY, key)));
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
        ("historicProcessInstanceQuery", &crate::resources::history::process_instance::RESOURCE),
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
