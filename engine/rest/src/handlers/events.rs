//! `/message`, `/signal`, `/condition`.

use super::definitions::{instance_dto, wire_map};
use super::executions::signal_named;
use crate::error::{RestError, RestResult};
use crate::given;
use crate::query::shape::shape;
use crate::request::{Fields, Reply, Req, no_content, ok};
use crate::resources::process_instance;
use crate::typed::values_from_wire;
use casewright_engine_core::Answer;
use casewright_engine_core::command::StartInstance;
use casewright_engine_core::env::Definitions;
use casewright_engine_model::model::{Condition, EventTrigger, NodeKind};
use casewright_engine_runtime::Engine;
use casewright_engine_runtime::messages::{Correlated, Correlation, SignalTarget, TenantScope};
use casewright_engine_value::{Detached, Evaluator, Instant, Value};
use casewright_engine_views::aggregate::ProcessDefinition;
use casewright_engine_views::{self as views, EventSubscriptionRow, PlaceRowColumns as _};
use serde_json::{Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;

type Variables = Vec<(SmolStr, Value)>;

fn variables(body: &Fields, name: &str) -> RestResult<Variables> {
    Ok(values_from_wire(body.get(name))?.into_iter().collect())
}

fn tenant(body: &Fields) -> RestResult<TenantScope> {
    let tenant = body.text("tenantId")?;
    let without = body.boolean("withoutTenantId")?;
    match (tenant, without) {
        (Some(_), true) => {
            Err(RestError::invalid("Parameter 'tenantId' cannot be used together with parameter 'withoutTenantId'."))
        }
        (Some(tenant), false) => Ok(TenantScope::Only(tenant.into())),
        (None, true) => Ok(TenantScope::Without),
        (None, false) => Ok(TenantScope::Any),
    }
}

/// `POST /message`.
pub(crate) async fn message(req: Req) -> Reply {
    let body = req.json()?;
    let Some(name) = body.text("messageName")? else {
        return Err(RestError::invalid("No message name supplied"));
    };
    let tenant = tenant(&body)?;
    let result = body.boolean("resultEnabled")?;
    let with_variables = body.boolean("variablesInResultEnabled")?;
    if with_variables && !result {
        return Err(RestError::invalid(
            "Parameter 'variablesInResultEnabled' cannot be used without 'resultEnabled' set to true.",
        ));
    }
    let wrap = |error: RestError| error.wrap("Cannot deliver message: ");
    let read = |field: &str| variables(&body, field).map_err(wrap);
    let given = async |field: &str| given::variables(&req, body.get(field)).await.map_err(wrap);
    let correlation = Correlation {
        message: Some(name.into()),
        business_key: body.text("businessKey")?.map(SmolStr::new),
        process_instance: body.text("processInstanceId")?.map(SmolStr::new),
        correlation_keys: read("correlationKeys")?,
        local_correlation_keys: read("localCorrelationKeys")?,
        variables: given("processVariables").await?,
        local_variables: given("processVariablesLocal").await?,
        to_triggered_scope: given("processVariablesToTriggeredScope").await?,
        tenant,
        all: body.boolean("all")?,
    };
    let reached = req.engine.messages().correlate(&req.caller, &correlation).await?;
    if !result {
        return no_content();
    }
    let mut out = Vec::new();
    for one in reached {
        out.push(correlated(&req, one, with_variables).await?);
    }
    ok(out)
}

async fn correlated(req: &Req, one: Correlated, with_variables: bool) -> RestResult<Json> {
    let (mut out, answer) = match one {
        Correlated::Execution { row, stepped } => {
            let execution = json!({
                "id": EventSubscriptionRow::EXECUTION_ID.text(&row),
                "processInstanceId": EventSubscriptionRow::PROCESS_INSTANCE_ID.text(&row),
                // The execution the message reached has gone when the subscription's element has.
                "ended": EventSubscriptionRow::EXECUTION_ID.text(&row)
                    .and_then(|id| stepped.state.local(id))
                    .is_none_or(|id| stepped.state.element_of_execution(id).is_none()),
                "tenantId": EventSubscriptionRow::TENANT_ID.text(&row),
            });
            let out = json!({
                "resultType": "Execution",
                "execution": execution,
                "processInstance": null,
            });
            (out, stepped.answer)
        }
        Correlated::Started { definition, stepped } => {
            let (instance, ended) = match &stepped.answer {
                Answer::Started { instance, ended, .. } => (stepped.state.text(*instance), ended.is_some()),
                _ => (SmolStr::default(), false),
            };
            let row = req.engine.journal().get(views::PROCESS_INSTANCE, &instance).await?;
            let dto = match row {
                Some(row) => shape(process_instance::FIELDS, &row),
                None => instance_dto(&definition, &instance, None, ended),
            };
            let out = json!({
                "resultType": "ProcessDefinition",
                "execution": null,
                "processInstance": dto,
            });
            (out, stepped.answer)
        }
    };
    if with_variables {
        let variables = match &answer {
            Answer::Started { variables, .. } | Answer::Completed { variables, .. } => wire_map(variables),
            _ => json!({}),
        };
        out["variables"] = variables;
    }
    Ok(out)
}

/// `POST /signal`.
pub(crate) async fn signal(req: Req) -> Reply {
    let body = req.json()?;
    let Some(name) = body.text("name")? else {
        return Err(RestError::invalid("No signal name given"));
    };
    if let Some(execution) = body.text("executionId")? {
        if body.get("tenantId").is_some() || body.boolean("withoutTenantId")? {
            return Err(RestError::bad_user_request(
                "ENGINE-13027 Cannot specify a tenant-id when deliver a signal to a single execution.",
            ));
        }
        signal_named(&req, &execution, &name, &body).await?;
        return no_content();
    }
    let tenant = match (body.text("tenantId")?, body.boolean("withoutTenantId")?) {
        (Some(tenant), _) => TenantScope::Only(tenant.into()),
        (None, true) => TenantScope::Without,
        (None, false) => TenantScope::Any,
    };
    let target = SignalTarget {
        name: name.into(),
        variables: given::variables(&req, body.get("variables")).await?,
        tenant,
        except_root: None,
    };
    req.engine.messages().broadcast(&req.caller, target).await?;
    no_content()
}

/// `POST /condition`: starts every latest definition whose conditional start event holds.
pub(crate) async fn condition(req: Req) -> Reply {
    let body = req.json()?;
    let tenant = tenant(&body)?;
    let variables = variables(&body, "variables")?;
    let given = given::variables(&req, body.get("variables")).await?;
    let only = body.text("processDefinitionId")?;
    let state = req.engine.catalog().state();
    if let Some(id) = &only
        && !state.processes.contains_key(id.as_str())
    {
        return Err(RestError::new(
            http::StatusCode::BAD_REQUEST,
            "NotFoundException",
            format!("no deployed process definition found with id '{id}': processDefinition is null"),
            Some(0),
        ));
    }
    let is_wanted = |definition: &ProcessDefinition| match &only {
        Some(id) => definition.id == id.as_str(),
        None => state.is_latest(definition) && tenant.admits(definition.tenant_id.as_deref()),
    };
    let candidates: Vec<(Arc<ProcessDefinition>, SmolStr)> = state
        .processes
        .values()
        .filter(|definition| !definition.suspended && is_wanted(definition))
        .flat_map(|definition| {
            let conditional = definition.subscriptions.iter().filter(|s| s.kind == "conditional");
            conditional.map(|subscription| (Arc::clone(definition), subscription.activity_id.clone()))
        })
        .collect();
    if candidates.is_empty() {
        return Err(RestError::engine(
            "No subscriptions were found during evaluation of the conditional start events.",
        ));
    }
    let now = req.engine.now();
    let holding = req.engine.aside(move |engine| {
        let holds = |(definition, activity): &(Arc<ProcessDefinition>, SmolStr)| {
            holds(engine, now, &definition.id, activity, &variables)
        };
        candidates.into_iter().filter(holds).collect::<Vec<_>>()
    });
    let mut started = Vec::new();
    for (definition, activity) in holding.await? {
        let prefix = req.engine.instances().new_prefix();
        let mut start = StartInstance::new(prefix, definition.id.clone());
        start.business_key = body.text("businessKey")?.map(SmolStr::new);
        start.variables = given.clone();
        start.start_event = Some(activity);
        let business_key = start.business_key.clone();
        let stepped = req.engine.instances().start(&req.caller, &definition, start).await?;
        if let Answer::Started { instance, ended, .. } = stepped.answer {
            let id = stepped.state.text(instance);
            let dto = instance_dto(&definition, &id, business_key.as_deref(), ended.is_some());
            started.push(Json::Object(dto));
        }
    }
    ok(started)
}

/// Does the condition of a start event hold for these variables? What is missing makes it false.
fn holds(engine: &Engine, now: Instant, definition: &str, activity: &str, variables: &Variables) -> bool {
    let Some(graph) = engine.catalog().graph(definition) else {
        return false;
    };
    let Some(node) = graph.find(activity) else {
        return false;
    };
    let NodeKind::StartEvent(start) = &graph.node(node).kind else {
        return false;
    };
    let EventTrigger::Conditional(conditional) = &start.trigger else {
        return false;
    };
    if let Some(name) = &conditional.variable_name
        && !variables.iter().any(|(known, _)| known == name)
    {
        return false;
    }
    let mut scope = Detached::with(variables.iter().cloned().collect(), now);
    let expressions = engine.expressions();
    let value = match &conditional.condition {
        Condition::Expression(text) => expressions.evaluate(graph.language, text, &mut scope),
        Condition::Script(script) => match &script.source {
            casewright_engine_model::model::ScriptSource::Inline(source) => {
                expressions.run_script(&script.format, source, &mut scope)
            }
            casewright_engine_model::model::ScriptSource::Resource(_) => return false,
        },
    };
    value == Ok(Value::Boolean(true))
}
