//! What answers hold that no row holds: suspension of the instance, names of definitions, typed values.

use super::error::RestResult;
use super::query::shape::{date_of, shape};
use super::query::{Input, Resource};
use super::typed::{Deserialize, to_wire};
use casewright_engine_runtime::Engine;
use casewright_engine_value::Value;
use casewright_engine_views::criteria::{all, is_in};
use casewright_engine_views::{self as views, value_of};
use casewright_journal::{Document, Filter, Query};
use futures::future::BoxFuture;
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};

type Finished = BoxFuture<'static, RestResult<Vec<Json>>>;

/// When history goes: rows without a time of their own go with the root instance.
pub(crate) async fn set_removal_times(engine: &Engine, rows: &mut [Document]) -> RestResult<()> {
    let root = |row: &Document| row.get("rootProcessInstanceId").and_then(Json::as_str).map(str::to_owned);
    let roots: HashSet<String> = rows.iter().filter(|row| !row.contains_key("removalTime")).filter_map(root).collect();
    if roots.is_empty() {
        return Ok(());
    }
    let dated = all(vec![is_in("id", roots), Filter::NotNull("removalTime".into())]);
    let dated = Query::new(views::HISTORY_PROCESS_INSTANCE, dated);
    let page = engine.journal().query_further(views::HISTORY_PROCESS_INSTANCE, &dated).await?;
    let times: HashMap<String, Json> =
        page.rows.iter().filter_map(|(id, row)| Some((id.to_string(), row.get("removalTime")?.clone()))).collect();
    for row in rows {
        if let Some(at) = root(row).and_then(|root| times.get(&root)) {
            row.entry("removalTime").or_insert_with(|| at.clone());
        }
    }
    Ok(())
}

fn instance_of(row: &Document) -> Option<&str> {
    row.get("processInstanceId").and_then(Json::as_str)
}

/// Rows whose `suspended` is also that of their instance.
pub(crate) fn with_suspension(engine: Engine, resource: &'static Resource, _: Input, rows: Vec<Document>) -> Finished {
    Box::pin(async move {
        let suspended = engine.instances().suspended_among(&rows).await?;
        Ok(rows
            .iter()
            .map(|row| {
                let mut out = shape(resource.fields, row);
                if instance_of(row).is_some_and(|id| suspended.contains(id)) {
                    out.insert("suspended".into(), json!(true));
                }
                if out.contains_key("processDefinitionVersionTag") {
                    let tag = definition(&engine, row).and_then(|d| d.version_tag.clone());
                    out.insert("processDefinitionVersionTag".into(), json!(tag));
                }
                Json::Object(out)
            })
            .collect())
    })
}

fn definition(
    engine: &Engine,
    row: &Document,
) -> Option<std::sync::Arc<casewright_engine_views::aggregate::ProcessDefinition>> {
    let id = row.get("processDefinitionId").and_then(Json::as_str)?;
    engine.catalog().process(id)
}

/// Names, versions and deployments of definitions.
pub(crate) fn with_definition(engine: Engine, resource: &'static Resource, _: Input, rows: Vec<Document>) -> Finished {
    Box::pin(async move {
        Ok(rows
            .iter()
            .map(|row| {
                let mut out = shape(resource.fields, row);
                let definition = definition(&engine, row);
                if out.contains_key("hostname") {
                    out.insert("hostname".into(), json!(engine.config().hostname));
                }
                let mut fill = |name: &str, value: Json| {
                    if out.get(name).is_some_and(Json::is_null) {
                        out.insert(name.to_owned(), value);
                    }
                };
                if let Some(definition) = definition {
                    fill("processDefinitionName", json!(definition.name));
                    fill("processDefinitionVersion", json!(definition.version));
                    fill("deploymentId", json!(definition.deployment_id.as_str()));
                    let job = row.get("jobDefinitionId").and_then(Json::as_str);
                    let job = job.and_then(|id| definition.job_definitions.iter().find(|job| job.id == id));
                    if let Some(job) = job.filter(|_| out.contains_key("jobDefinitionConfiguration")) {
                        out.insert("jobDefinitionConfiguration".into(), json!(job.configuration.as_str()));
                    }
                }
                Json::Object(out)
            })
            .collect())
    })
}

/// `deserializeValues`, true unless the request says otherwise.
pub(crate) fn deserialize(input: &Input) -> Deserialize {
    let wanted = match input.switch("deserializeValues") {
        Some(wanted) => Some(wanted),
        None => input.switch("deserializeValue"),
    };
    if wanted == Some(false) { Deserialize::No } else { Deserialize::Yes }
}

/// A variable row as a DTO: typed value, then the other fields.
pub(crate) fn variable(resource: &Resource, row: &Document, deserialize: Deserialize) -> Map<String, Json> {
    let mut out = stored_wire(row, deserialize);
    out.extend(shape(resource.fields, row));
    out
}

/// Bytes are not part of lists and single rows: they have an operation of their own. A removed value keeps its type.
fn stored_wire(row: &Document, deserialize: Deserialize) -> Map<String, Json> {
    let value = value_of(row);
    let mut out = to_wire(&value, deserialize);
    if matches!(value, Value::Bytes(_)) {
        out.insert("value".into(), Json::Null);
    }
    if row.get("removed") == Some(&json!(true)) {
        out.insert("type".into(), row.get("type").cloned().unwrap_or(Json::Null));
    }
    out
}

pub(crate) fn variables(_: Engine, resource: &'static Resource, input: Input, rows: Vec<Document>) -> Finished {
    Box::pin(async move {
        let deserialize = deserialize(&input);
        Ok(rows.iter().map(|row| Json::Object(variable(resource, row, deserialize))).collect())
    })
}

/// History details: what a variable update says besides.
pub(crate) fn detail(resource: &Resource, row: &Document, deserialize: Deserialize) -> Map<String, Json> {
    let mut out = shape(resource.fields, row);
    let field = |name: &str| row.get(name).cloned().unwrap_or(Json::Null);
    if field("detail") == json!("formField") {
        out.insert("fieldId".into(), field("fieldId"));
        out.insert("fieldValue".into(), field("fieldValue"));
        return out;
    }
    let mut typed = stored_wire(row, deserialize);
    out.insert("variableName".into(), field("name"));
    out.insert("variableInstanceId".into(), field("variableInstanceId"));
    out.insert("variableType".into(), typed.remove("type").unwrap_or(Json::Null));
    out.insert("value".into(), typed.remove("value").unwrap_or(Json::Null));
    out.insert("valueInfo".into(), typed.remove("valueInfo").unwrap_or(Json::Null));
    out.insert("initial".into(), field("initial"));
    out.insert("revision".into(), field("revision"));
    out.insert("errorMessage".into(), Json::Null);
    out
}

pub(crate) fn details(_: Engine, resource: &'static Resource, input: Input, rows: Vec<Document>) -> Finished {
    Box::pin(async move {
        let deserialize = deserialize(&input);
        Ok(rows.iter().map(|row| Json::Object(detail(resource, row, deserialize))).collect())
    })
}

/// Whether the executions that only hold a concurrent branch count: they stand at no activity.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Branches {
    Included,
    Excluded,
}

/// Executions of elements: several elements share one, and a concurrent branch has one of its own. `seen` holds those of
/// earlier rows.
pub(crate) fn distinct_executions(
    resource: &Resource,
    rows: &[Document],
    branches: Branches,
    seen: &mut HashSet<SmolStr>,
) -> Vec<Json> {
    let mut out = Vec::new();
    for row in rows {
        let own = row.get("id").and_then(Json::as_str);
        let branch = row.get("branch").and_then(Json::as_str).filter(|_| branches == Branches::Included);
        for id in own.into_iter().chain(branch) {
            if seen.insert(SmolStr::new(id)) {
                let mut dto = shape(resource.fields, row);
                dto.insert("id".into(), json!(id));
                out.push(Json::Object(dto));
            }
        }
    }
    out
}

/// Decision instances: inputs and outputs only when they are asked for.
pub(crate) fn decisions(engine: Engine, resource: &'static Resource, input: Input, rows: Vec<Document>) -> Finished {
    Box::pin(async move {
        let inputs = input.boolean("includeInputs")? == Some(true);
        let outputs = input.boolean("includeOutputs")? == Some(true);
        Ok(rows.iter().map(|row| Json::Object(decision(&engine, resource, row, inputs, outputs))).collect())
    })
}

/// Inputs and outputs are left out unless they are wanted.
pub(crate) fn decision(
    engine: &Engine,
    resource: &Resource,
    row: &Document,
    inputs: bool,
    outputs: bool,
) -> Map<String, Json> {
    let mut out = shape(resource.fields, row);
    let state = engine.catalog().state();
    let id = row.get("decisionDefinitionId").and_then(Json::as_str);
    if let Some(decision) = id.and_then(|id| state.decisions.get(id)) {
        out.insert("decisionDefinitionKey".into(), json!(decision.key.as_str()));
        out.insert("decisionDefinitionName".into(), json!(decision.name));
        out.insert("decisionRequirementsDefinitionId".into(), json!(decision.requirements_id.as_deref()));
        out.insert("decisionRequirementsDefinitionKey".into(), json!(decision.requirements_key.as_deref()));
    }
    // A sum, a smallest or a largest value is a double.
    if let Some(number) = out.get("collectResultValue").and_then(Json::as_f64) {
        out.insert("collectResultValue".into(), json!(number));
    }
    for (wanted, name) in [(inputs, "inputs"), (outputs, "outputs")] {
        if wanted {
            let clauses = row.get(name).and_then(Json::as_array);
            let clauses: Vec<Json> = clauses
                .into_iter()
                .flatten()
                .enumerate()
                .map(|(nth, clause)| decision_clause(row, name, nth, clause))
                .collect();
            out.insert(name.into(), json!(clauses));
        }
    }
    out
}

fn decision_clause(row: &Document, kind: &str, nth: usize, clause: &Json) -> Json {
    let value = clause.get("value").cloned().unwrap_or(Json::Null);
    let value: Value = serde_json::from_value(value.clone()).unwrap_or_else(|_| super::typed::untyped(&value));
    let mut out = to_wire(&value, Deserialize::Yes);
    let of_row = |name: &str| row.get(name).cloned().unwrap_or(Json::Null);
    let decision = of_row("id");
    let id = views::entity_id(&[decision.as_str().unwrap_or_default(), kind, &nth.to_string()]);
    out.insert("id".into(), json!(id));
    out.insert("decisionInstanceId".into(), decision);
    if let Some(fields) = clause.as_object() {
        for (name, field) in fields.iter().filter(|(name, _)| *name != "value") {
            out.insert(name.clone(), field.clone());
        }
    }
    let expected: &[&str] = if kind == "inputs" {
        &["clauseId", "clauseName"]
    } else {
        &["clauseId", "clauseName", "ruleId", "ruleOrder", "variableName"]
    };
    for name in expected {
        out.entry(*name).or_insert(Json::Null);
    }
    out.insert("errorMessage".into(), Json::Null);
    out.insert("createTime".into(), date_of(row.get("evaluationTime")));
    out.insert("removalTime".into(), date_of(row.get("removalTime")));
    out.insert("rootProcessInstanceId".into(), of_row("rootProcessInstanceId"));
    Json::Object(out)
}
