//! `/api/v1/forms`

use super::error::{invalid, store};
use super::page::{page, page_body, readable};
use crate::domain::definition::names::is_slug;
use crate::domain::form::Form;
use crate::state::CaseApiState;
use crate::views::form::FormRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_forms::FieldFault;
use casewright_journal::{CommandContext, Query, Sort};
use casewright_service::{IfMatch, Json, PageBody, PageParams, Problem, etag};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use utoipa::ToSchema;

/// A form of the list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FormItem {
    key: String,
    name: String,
    version: u64,
}

/// A form.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FormBody {
    key: String,
    name: String,
    version: u64,
    /// form-js schema.
    #[schema(value_type = Object)]
    schema: Value,
}

/// Forms by name.
#[utoipa::path(get, path = "/api/v1/forms", tag = "forms", params(PageParams),
    responses((status = 200, body = PageBody<FormItem>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
) -> Result<Json<PageBody<FormItem>>, Problem> {
    let mut query = Query::new(FormRow::VIEW, state.access().list_filter(&subject, "read", "form").await?);
    query.sort = vec![Sort { field: FormRow::NAME.into(), descending: false }];
    let (rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let item = |FormRow { key, name, version }| FormItem { key, name, version };
    let items = rows.rows.iter().filter_map(|(key, row)| readable(FormRow::VIEW, key, FormRow::read(row)));
    Ok(Json(page_body(items.map(item).collect(), &rows, total)))
}

/// One form.
#[utoipa::path(get, path = "/api/v1/forms/{key}", tag = "forms", params(("key" = String, Path)),
    responses((status = 200, body = FormBody), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "read", &Resource::new("form", &key)).await?;
    let (form, version) = load(&state, &subject, &key).await?.ok_or_else(missing)?;
    Ok(answer(StatusCode::OK, &key, &form, version))
}

/// Publishes a form-js schema under a key.
#[utoipa::path(put, path = "/api/v1/forms/{key}", tag = "forms", params(("key" = String, Path)), request_body = Object,
    responses((status = 200, body = FormBody), (status = 201, body = FormBody), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn publish(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
    IfMatch(version): IfMatch,
    Json(schema): Json<Value>,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "update", &Resource::new("form", &key)).await?;
    let (form, version) = put(&state, &subject, &key, schema, version).await?;
    let status = if version == 1 { StatusCode::CREATED } else { StatusCode::OK };
    Ok(answer(status, &key, &form, version))
}

/// Checks and publishes.
pub(crate) async fn put(
    state: &CaseApiState,
    subject: &Subject,
    key: &str,
    schema: Value,
    expected_version: Option<u64>,
) -> Result<(Arc<Form>, u64), Problem> {
    if !is_slug(key) {
        let fault = FieldFault::new("/key", "invalid-key", "letters, digits, `-`, `_` and `.` only");
        return Err(invalid("invalid-form", vec![fault]));
    }
    casewright_forms::check(&schema)
        .map_err(|refusals| invalid("invalid-form", refusals.into_iter().map(|refusal| refusal.fault).collect()))?;
    let name = schema.get("name").and_then(Value::as_str).unwrap_or(key).to_owned();
    let context = CommandContext { actor: subject.actor().id.into(), expected_version, ..CommandContext::default() };
    state
        .tenant(&subject.tenant)
        .execute::<Form, (), Problem, _>(key, context, move |form, _| Ok(form.publish(&name, &schema)))
        .await
        .map_err(problem_of)?;
    load(state, subject, key).await?.ok_or_else(missing)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ValidateForm {
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

/// What passed a form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ValidatedForm {
    /// What would be stored: hidden, locked and unknown values are dropped.
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

/// Judges a submission without storing it.
#[utoipa::path(post, path = "/api/v1/forms/{key}/validate", tag = "forms", params(("key" = String, Path)), request_body = ValidateForm,
    responses((status = 200, body = ValidatedForm), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn validate(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
    Json(body): Json<ValidateForm>,
) -> Result<Json<ValidatedForm>, Problem> {
    state.access().authorize(&subject, "validate", &Resource::new("form", &key)).await?;
    let (form, _) = load(&state, &subject, &key).await?.ok_or_else(missing)?;
    let passed = casewright_forms::validate(&form.schema, &body.data, &Map::new())
        .map_err(|faults| invalid("invalid-submission", faults))?;
    Ok(Json(ValidatedForm { data: passed.data }))
}

pub(crate) async fn load(
    state: &CaseApiState,
    subject: &Subject,
    key: &str,
) -> Result<Option<(Arc<Form>, u64)>, Problem> {
    let loaded = state.tenant(&subject.tenant).load::<Form>(key).await.map_err(store)?;
    Ok(loaded.filter(|(form, _)| form.exists()))
}

fn answer(status: StatusCode, key: &str, form: &Form, version: u64) -> Response {
    let body = FormBody { key: key.to_owned(), name: form.name.clone(), version, schema: form.schema.clone() };
    (status, [(header::ETAG, etag(version))], Json(body)).into_response()
}

fn missing() -> Problem {
    Problem::not_found("There is no such form.")
}
