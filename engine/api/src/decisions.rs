//! `/api/v1/process-instances/{id}/decisions`: what an instance had decided, and why.

use super::ApiState;
use super::support::{OfElement, body, instant, required, text};
use axum::extract::{Path, Query as UrlQuery};
use casewright_access::Authenticated;
use casewright_engine_views::{self as views, DecisionInstanceRow, PlaceRowColumns as _};
use casewright_journal::{Document, Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// One evaluation of a decision (DMN 1.5, clause 6).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecisionBody {
    id: String,
    decision_id: String,
    decision_key: Option<String>,
    decision_name: Option<String>,
    version: Option<i32>,
    /// The evaluation for which this one was made; null when a process asked for it.
    required_by: Option<String>,
    process_instance_id: String,
    /// Business rule task, or what else asked.
    element_id: Option<String>,
    evaluated_at: Option<String>,
    inputs: Vec<DecisionInput>,
    outputs: Vec<DecisionOutput>,
    /// Of a table that collects with an aggregator.
    collected: Value,
    /// Why something in the outputs is null.
    explanation: Option<String>,
    /// In the order in which they were evaluated. None of tables with more than 256 rules, and of decisions that were made
    /// before this was kept.
    tables: Vec<EvaluatedTable>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DecisionInput {
    /// What its column is called: the label, or the id of the input where it has none.
    label: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    value: Value,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecisionOutput {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    value: Value,
    /// Id of the rule that hit; null for a literal expression, a default output and a boxed expression.
    rule_id: Option<String>,
}

/// A decision table with what became of its rules.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvaluatedTable {
    /// Key of its decision; from the second table of one decision on with a number after it.
    table: String,
    inputs: Vec<DecisionInput>,
    /// In the order of the table. Rules beyond the end were not asked: one before them had decided.
    rules: Vec<EvaluatedRule>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EvaluatedRule {
    /// Its place in the table, from 1.
    rule: usize,
    hits: bool,
    /// The place of the input, from 1, whose cell did not accept the value.
    refused_by: Option<usize>,
}

/// A clause as the history keeps it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Clause {
    #[serde(alias = "label")]
    clause_name: Option<String>,
    clause_id: Option<String>,
    variable_name: Option<String>,
    rule_id: Option<String>,
    r#type: String,
    value: Value,
}

/// A table as the history keeps it; see [`DecisionInstanceRow::tables`].
#[derive(Default, Deserialize)]
#[serde(default)]
struct Kept {
    table: Option<String>,
    inputs: Option<Vec<Clause>>,
    refusals: Vec<Option<usize>>,
}

impl From<Clause> for DecisionInput {
    fn from(clause: Clause) -> Self {
        Self { label: clause.clause_name.or(clause.clause_id), kind: clause.r#type, value: clause.value }
    }
}

impl From<Clause> for DecisionOutput {
    fn from(clause: Clause) -> Self {
        Self {
            name: clause.variable_name.unwrap_or_default(),
            kind: clause.r#type,
            value: clause.value,
            rule_id: clause.rule_id,
        }
    }
}

impl Kept {
    /// A table of Camunda's dialect has the name and the inputs of its decision.
    fn told(self, key: &str, inputs: &[DecisionInput]) -> EvaluatedTable {
        let rule = |(place, refusal): (usize, Option<usize>)| EvaluatedRule {
            rule: place + 1,
            hits: refusal.is_none(),
            refused_by: refusal.map(|column| column + 1),
        };
        EvaluatedTable {
            table: self.table.unwrap_or_else(|| key.to_owned()),
            inputs: match self.inputs {
                Some(own) => own.into_iter().map(DecisionInput::from).collect(),
                None => inputs.to_vec(),
            },
            rules: self.refusals.into_iter().enumerate().map(rule).collect(),
        }
    }
}

/// What a row keeps as JSON; nothing where it has none.
fn kept<T: for<'de> Deserialize<'de> + Default>(value: &Value) -> Result<T, Problem> {
    if value.is_null() {
        return Ok(T::default());
    }
    T::deserialize(value).map_err(|error| {
        tracing::error!(%error, "a decision of the history is unreadable");
        Problem::internal()
    })
}

impl ApiState {
    fn decision(&self, row: &Document) -> Result<DecisionBody, Problem> {
        let decision_id = required(row, DecisionInstanceRow::DECISION_DEFINITION_ID);
        let state = self.engine.catalog().state();
        let known = state.decisions.get(decision_id.as_str());
        let key = text(row, DecisionInstanceRow::DECISION_DEFINITION_KEY);
        let inputs: Vec<Clause> = kept(DecisionInstanceRow::INPUTS.of(row))?;
        let inputs: Vec<DecisionInput> = inputs.into_iter().map(DecisionInput::from).collect();
        let outputs: Vec<Clause> = kept(DecisionInstanceRow::OUTPUTS.of(row))?;
        let tables: Vec<Kept> = kept(DecisionInstanceRow::TABLES.of(row))?;
        let name = key.clone().unwrap_or_default();
        Ok(DecisionBody {
            id: required(row, DecisionInstanceRow::ID),
            decision_key: key,
            decision_name: text(row, DecisionInstanceRow::DECISION_DEFINITION_NAME),
            version: known.map(|decision| decision.version),
            decision_id,
            required_by: text(row, DecisionInstanceRow::ROOT_DECISION_INSTANCE_ID),
            process_instance_id: required(row, DecisionInstanceRow::PROCESS_INSTANCE_ID),
            element_id: text(row, DecisionInstanceRow::ACTIVITY_ID),
            evaluated_at: instant(row, DecisionInstanceRow::EVALUATION_TIME),
            tables: tables.into_iter().map(|table| table.told(&name, &inputs)).collect(),
            inputs,
            outputs: outputs.into_iter().map(DecisionOutput::from).collect(),
            collected: DecisionInstanceRow::COLLECT_RESULT_VALUE.of(row).clone(),
            explanation: text(row, DecisionInstanceRow::EXPLANATION),
        })
    }
}

/// Decisions that the instance had made, newest first, with their inputs, outputs, the rules that hit and why others did not.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/decisions", tag = "process-instances",
    params(("id" = String, Path), OfElement, PageParams),
    responses((status = 200, body = PageBody<DecisionBody>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn list(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    UrlQuery(of): UrlQuery<OfElement>,
    params: PageParams,
) -> Result<Json<PageBody<DecisionBody>>, Problem> {
    state.allowed_instance(&subject, "read", &id).await?;
    let mut query = Query::new(views::HISTORY_DECISION, Filter::And(of.within(&id)));
    query.sort = vec![Sort { field: DecisionInstanceRow::EVALUATION_TIME.into(), descending: true }];
    let (page, total) = state.page_within(query, &params).await?;
    let items = page.rows.iter().map(|(_, row)| state.decision(row)).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(body(items, &page, total)))
}
