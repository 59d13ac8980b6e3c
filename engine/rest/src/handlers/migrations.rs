//! `/migration`: plans are generated, validated and carried out, at once or as a batch.

use super::asynchronous::instances;
use super::batches;
use super::definitions::{skips, wire_map};
use crate::error::{RestError, RestResult};
use crate::given;
use crate::query::input::LIST;
use crate::request::{Fields, Reply, Req, no_content, ok};
use crate::words::migration::{instruction, invalid_plan, plan_report};
use casewright_engine_core::compile::Graph;
use casewright_engine_core::migration::{MappedActivity, Plan, check, generate as propose};
use casewright_engine_runtime::Engine;
use casewright_engine_views::aggregate::Work;
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;

/// `POST /migration/generate`.
pub(crate) async fn generate(req: Req) -> Reply {
    let body = req.json()?;
    let mut plan = read(&req, &Fields(without(&body.0, "instructions"))).await?;
    let (from, to) = graphs(&req.engine, &plan).await?;
    plan.activities = propose(&from, &to, body.boolean("updateEventTriggers")?);
    let variables = body.get("variables").map_or(Json::Null, |_| wire_map(&plan.variables));
    ok(json!({
        "sourceProcessDefinitionId": plan.source.as_str(),
        "targetProcessDefinitionId": plan.target.as_str(),
        "instructions": plan.activities.iter().map(instruction).collect::<Vec<_>>(),
        "variables": variables,
    }))
}

fn without(body: &Map<String, Json>, field: &str) -> Map<String, Json> {
    body.iter().filter(|(name, _)| *name != field).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// `POST /migration/validate`: 200 with what is wrong.
pub(crate) async fn validate(req: Req) -> Reply {
    let plan = read(&req, &req.json()?).await?;
    let (from, to) = graphs(&req.engine, &plan).await?;
    ok(plan_report(&check(&plan, &from, &to)))
}

/// `POST /migration/execute`.
pub(crate) async fn execute(req: Req) -> Reply {
    let body = req.json()?;
    let plan = executable(&req, &body).await?;
    let skips = skips(&body)?;
    for id in instances(&req, &body, no_instances()).await? {
        req.engine.instances().migrate(&req.caller, &plan, skips, &id).await?;
    }
    no_content()
}

/// `POST /migration/executeAsync`.
pub(crate) async fn execute_async(req: Req) -> Reply {
    let body = req.json()?;
    let plan = executable(&req, &body).await?;
    let skips = skips(&body)?;
    let ids = instances(&req, &body, no_instances()).await?;
    batches::create(&req, Work::Migrate { plan, skips }, ids).await
}

fn no_instances() -> RestError {
    RestError::bad_user_request("Process instance ids cannot empty: process instance ids is empty")
}

/// The plan of a body, which must be valid.
async fn executable(req: &Req, body: &Fields) -> RestResult<Plan> {
    let plan = body.object("migrationPlan")?.ok_or_else(|| RestError::bad_user_request("migration plan is null"))?;
    let plan = read(req, &plan).await?;
    let (from, to) = graphs(&req.engine, &plan).await?;
    let report = check(&plan, &from, &to);
    if report.is_empty() {
        return Ok(plan);
    }
    Err(invalid_plan(&plan, &report))
}

/// The graphs of both definitions.
async fn graphs(engine: &Engine, plan: &Plan) -> RestResult<(Arc<Graph>, Arc<Graph>)> {
    let missing = |id: &str, which: &str| {
        invalid(format!("ENGINE-23008 {which} process definition with id '{id}' does not exist"))
    };
    let source = engine.registry().graph(&plan.source).await?.ok_or_else(|| missing(&plan.source, "Source"))?;
    let target = engine.registry().graph(&plan.target).await?.ok_or_else(|| missing(&plan.target, "Target"))?;
    Ok((source, target))
}

/// 400 of the REST layer for what the engine refused.
fn invalid(message: impl Into<String>) -> RestError {
    RestError { code: Some(0), ..RestError::invalid(message) }
}

async fn read(req: &Req, body: &Fields) -> RestResult<Plan> {
    let definition = |field: &str, which: &str| {
        let id = body.text(field)?;
        id.map(SmolStr::new).ok_or_else(|| invalid(format!("{which} process definition id is null")))
    };
    let instructions = match body.get("instructions") {
        None => Vec::new(),
        Some(Json::Array(items)) => items.iter().map(mapped).collect::<RestResult<_>>()?,
        Some(found) => return Err(RestError::misfit("instructions", LIST, found)),
    };
    Ok(Plan {
        source: definition("sourceProcessDefinitionId", "Source")?,
        target: definition("targetProcessDefinitionId", "Target")?,
        activities: instructions,
        variables: given::values(req, body.get("variables")).await?,
    })
}

fn mapped(item: &Json) -> RestResult<MappedActivity> {
    let Json::Object(item) = item else {
        return Err(RestError::misfit("instructions", "MigrationInstructionDto", item));
    };
    let fields = Fields(item.clone());
    let only = |field: &str, which: &str| match fields.list(field)?.as_deref() {
        Some([id]) => Ok(SmolStr::new(id)),
        _ => Err(invalid(format!("{which} activity id is null"))),
    };
    Ok(MappedActivity {
        source: only("sourceActivityIds", "Source")?,
        target: only("targetActivityIds", "Target")?,
        update_event_trigger: fields.boolean("updateEventTrigger")?,
    })
}
