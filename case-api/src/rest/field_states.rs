//! `/api/v1/case-definitions/{key}/evaluate` and `/api/v1/record-types/{key}/evaluate`: which fields are shown and needed by what is being entered, and what is computed of it.

use super::access::case_for;
use super::cases::resolve;
use super::record_types::type_for;
use crate::domain::definition::field::model::{FieldSet, FieldType};
use crate::domain::definition::field::{formula, states};
use crate::state::CaseApiState;
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Resource};
use casewright_service::{Json, Problem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Bytes of what is entered, as JSON: as many as a case holds.
const MAX_BYTES: usize = 512 * 1024;

/// What is being entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EvaluateFields {
    /// Id or number of the case that is edited: its fields are those that are not among `fields`. Absent: a new case.
    #[serde(default)]
    case: Option<String>,
    /// Null takes a field away.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
}

/// How the fields stand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldStates {
    /// By their keys; every field of the definition is there.
    fields: BTreeMap<String, FieldStateBody>,
}

/// How one field stands.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct FieldStateBody {
    visible: bool,
    required: bool,
    /// Of a computed field, what it comes to; null for all others.
    value: Value,
}

/// Evaluates conditions and formulas over values that are not stored. Changes nothing.
#[utoipa::path(post, path = "/api/v1/case-definitions/{key}/evaluate", tag = "case-definitions", params(("key" = String, Path)),
    request_body = EvaluateFields,
    responses((status = 200, body = FieldStates), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn evaluate(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
    Json(body): Json<EvaluateFields>,
) -> Result<Json<FieldStates>, Problem> {
    state.access().authorize(&subject, "read", &Resource::new("case-definition", &key)).await?;
    let missing = || Problem::not_found("There is no such case definition.");
    not_too_large(&body.fields)?;
    let cases = state.cases(&subject.tenant);
    let (definition, fields) = match body.case {
        Some(id) => {
            let id = resolve(&state, &subject, id).await?;
            let (case, _) = case_for(&state, &subject, "read", &id).await?;
            let definition = cases.definition_of(&case).await?;
            if definition.key != key {
                return Err(Problem::not_found("There is no such case."));
            }
            let mut fields = case.fields.clone();
            fields.extend(body.fields);
            (definition, fields)
        }
        None => {
            let definition = cases.definition(&key, None).await?.ok_or_else(missing)?;
            (definition, body.fields)
        }
    };
    let at = state.journal().clock().now();
    aside(move || evaluated(definition.field_set(), fields, at)).await
}

/// What is being entered of a record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EvaluateRecord {
    /// All fields of the record as they would be; null takes one away.
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
}

/// Evaluates the conditions of a record type over values that are not stored. Changes nothing.
#[utoipa::path(post, path = "/api/v1/record-types/{key}/evaluate", tag = "records", params(("key" = String, Path)),
    request_body = EvaluateRecord,
    responses((status = 200, body = FieldStates), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn evaluate_record(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
    Json(body): Json<EvaluateRecord>,
) -> Result<Json<FieldStates>, Problem> {
    let (known, _) = type_for(&state, &subject, &key).await?;
    not_too_large(&body.fields)?;
    let at = state.journal().clock().now();
    aside(move || evaluated(known.content.field_set(), body.fields, at)).await
}

fn not_too_large(fields: &Map<String, Value>) -> Result<(), Problem> {
    if serde_json::to_vec(fields).map_or(usize::MAX, |bytes| bytes.len()) > MAX_BYTES {
        return Err(Problem::unprocessable("too-large", "Fields are limited to 512 KiB."));
    }
    Ok(())
}

/// Expressions have a budget, and are still not for the threads that serve.
async fn aside(work: impl FnOnce() -> FieldStates + Send + 'static) -> Result<Json<FieldStates>, Problem> {
    tokio::task::spawn_blocking(work).await.map(Json).map_err(|error| {
        tracing::error!(%error, "the conditions of fields could not be evaluated");
        Problem::internal()
    })
}

fn evaluated(set: FieldSet<'_>, mut fields: Map<String, Value>, at: Timestamp) -> FieldStates {
    fields.retain(|_, value| !value.is_null());
    formula::recompute(set, &mut fields, None, at);
    let states = states::states(set, &fields, at).into_iter().map(|(field, state)| {
        let value = match field.kind {
            FieldType::Computed => fields.get(&field.key).cloned().unwrap_or(Value::Null),
            _ => Value::Null,
        };
        (field.key.clone(), FieldStateBody { visible: state.visible, required: state.required, value })
    });
    FieldStates { fields: states.collect() }
}
