//! What answers hold that no row holds: suspension of the instance, names of definitions, typed values.

use super::error::RestResult;
use super::query::shape::{date_of, shape};
use super::query::{Input, Resource};
use super::typed::{Deserialize, to_wire};
use casewright_engine_runtime::Engine;
use casewright_engine_value::Value;
use casewright_engine_views::criteria::{all, is_in};
use casewright_engine_views::date;
use casewright_engine_views::{
    self as views, DecisionInstanceRow, DetailRow, ExecutionRow, JobLogRow, PastInstanceRow, PlaceRow,
    PlaceRowColumns as _, RemovalRow, ValueRow, VariableFieldsColumns as _, value_of,
};
use casewright_journal::{Column, Document, Filter, Query};
use futures::future::BoxFuture;
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};

type Finished = BoxFuture<'static, RestResult<Vec<Json>>>;

/// When history goes: rows without a time of their own go with the root instance.
pub(crate) async fn set_removal_times(engine: &Engine, rows: &mut [Document]) -> RestResult<()> {
    let root = |row: &Document| PlaceRow::ROOT_PROCESS_INSTANCE_ID.text(row).map(str::to_owned);
    let roots: HashSet<String> =
        rows.iter().filter(|row| !row.contains_key(RemovalRow::REMOVAL_TIME.name())).filter_map(root).collect();
    if roots.is_empty() {
        return Ok(());
    }
    let dated = all(vec![is_in(PastInstanceRow::ID, roots), Filter::NotNull(RemovalRow::REMOVAL_TIME.into())]);
    let dated = Query::new(views::HISTORY_PROCESS_INSTANCE, dated);
    let page = engine.journal().query_further(views::HISTORY_PROCESS_INSTANCE, &dated).await?;
    let times: HashMap<String, Json> = page
        .rows
        .iter()
        .filter_map(|(id, row)| Some((id.to_string(), row.get(RemovalRow::REMOVAL_TIME.name())?.clone())))
        .collect();
    for row in rows {
        if let Some(at) = root(row).and_then(|root| times.get(&root)) {
            row.entry(RemovalRow::REMOVAL_TIME.name()).or_insert_with(|| at.clone());
        }
    }
    Ok(())
}

fn instance_of(row: &Document) -> Option<&str> {
    PlaceRow::PROCESS_INSTANCE_ID.text(row)
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
    let id = PlaceRow::PROCESS_DEFINITION_ID.text(row)?;
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
                    let job = JobLogRow::JOB_DEFINITION_ID.text(row);
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
    if DetailRow::REMOVED.is_set(row) {
        out.insert("type".into(), ValueRow::TYPE.of(row).clone());
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
    let field = |column: Column| column.of(row).clone();
    if DetailRow::DETAIL.text(row) == Some("formField") {
        out.insert("fieldId".into(), field(DetailRow::FIELD_ID));
        out.insert("fieldValue".into(), field(DetailRow::FIELD_VALUE));
        return out;
    }
    let mut typed = stored_wire(row, deserialize);
    out.insert("variableName".into(), field(DetailRow::NAME));
    out.insert("variableInstanceId".into(), field(DetailRow::VARIABLE_INSTANCE_ID));
    out.insert("variableType".into(), typed.remove("type").unwrap_or(Json::Null));
    out.insert("value".into(), typed.remove("value").unwrap_or(Json::Null));
    out.insert("valueInfo".into(), typed.remove("valueInfo").unwrap_or(Json::Null));
    out.insert("initial".into(), field(DetailRow::INITIAL));
    out.insert("revision".into(), field(DetailRow::REVISION));
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
        let own = ExecutionRow::ID.text(row);
        let branch = ExecutionRow::BRANCH.text(row).filter(|_| branches == Branches::Included);
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
    let id = DecisionInstanceRow::DECISION_DEFINITION_ID.text(row);
    if let Some(decision) = id.and_then(|id| state.decisions.get(id)) {
        out.insert("decisionDefinitionKey".into(), json!(decision.key.as_str()));
        out.insert("decisionDefinitionName".into(), json!(decision.name));
        out.insert("decisionRequirementsDefinitionId".into(), json!(decision.requirements_id.as_deref()));
        out.insert("decisionRequirementsDefinitionKey".into(), json!(decision.requirements_key.as_deref()));
    }
    // A sum, a smallest or a largest value is a double.
    if let Some(number) = DecisionInstanceRow::COLLECT_RESULT_VALUE.of(&out).as_f64() {
        out.insert("collectResultValue".into(), json!(number));
    }
    for (wanted, column) in [(inputs, DecisionInstanceRow::INPUTS), (outputs, DecisionInstanceRow::OUTPUTS)] {
        if wanted {
            let name = column.name();
            let clauses = column.of(row).as_array();
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
    let decision = DecisionInstanceRow::ID.of(row).clone();
    let id = views::entity_id(&[decision.as_str().unwrap_or_default(), kind, &nth.to_string()]);
    out.insert("id".into(), json!(id));
    out.insert("decisionInstanceId".into(), decision);
    if let Some(fields) = clause.as_object() {
        for (name, field) in fields.iter().filter(|(name, _)| *name != "value") {
            out.insert(name.clone(), field.clone());
        }
        // It was written in the time zone of its day.
        if let (Some("Date"), Some(at)) =
            (fields.get("type").and_then(Json::as_str), out["value"].as_str().and_then(date::parse))
        {
            out.insert("value".into(), json!(date::format(at)));
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
    out.insert("createTime".into(), date_of(DecisionInstanceRow::EVALUATION_TIME.of(row)));
    out.insert("removalTime".into(), date_of(RemovalRow::REMOVAL_TIME.of(row)));
    out.insert("rootProcessInstanceId".into(), DecisionInstanceRow::ROOT_PROCESS_INSTANCE_ID.of(row).clone());
    Json::Object(out)
}
