//! `/api/v1/process-instances/{id}/variables`: what an instance knows, in every scope, and who gave it which value.

use super::ApiState;
use super::support::{OfElement, body, eq, instant, problem, required, text};
use super::values::TypedValue;
use axum::extract::{Path, Query as UrlQuery};
use casewright_access::{Authenticated, store_problem};
use casewright_engine_core::Command;
use casewright_engine_core::command::{NewVariable, VariableTarget};
use casewright_engine_core::ids::{bare, parse, root_of};
use casewright_engine_views::aggregate::InstanceAggregate;
use casewright_engine_views::{
    self as views, DetailRow, PastVariableRow, PlaceRowColumns as _, ValueRowColumns as _, VariableFieldsColumns as _,
    plain, value_of,
};
use casewright_journal::{Aggregate as _, Document, Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem, reserved};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Any, json};
use smol_str::SmolStr;
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// Bytes of JSON above which a list leaves a value out.
const LARGE: usize = 2048;

/// Where a variable lives.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScopeBody {
    /// What `scope` of the other operations takes: the execution or the task that holds it.
    id: String,
    /// That of the whole instance.
    is_instance: bool,
    /// The activity in which it lives; null in the instance's own scope.
    element_id: Option<String>,
    element_name: Option<String>,
    /// The user task that alone sees it.
    task_id: Option<String>,
}

/// A variable of an instance, as it is or, when the instance has ended, was last.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScopedVariableBody {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    scope: ScopeBody,
    /// In a list null where `isLarge`: it is read by itself.
    value: Any,
    /// More than 2,048 bytes of JSON.
    is_large: bool,
    /// Bytes of its JSON.
    size: usize,
    created_at: Option<String>,
    /// How often it was set since it was created.
    revision: i64,
    /// One that only the platform itself sets.
    is_reserved: bool,
}

/// A change of a variable.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VariableChangeBody {
    at: Option<String>,
    /// User id, or `system:<role>`; null where the log no longer tells.
    by: Option<String>,
    /// The activity in which it was set.
    element_id: Option<String>,
    is_removed: bool,
    #[serde(rename = "type")]
    kind: String,
    /// Null where `isLarge`.
    value: Any,
    is_large: bool,
    /// What it was before; null for the first one, and for the last of a page.
    previous: Option<PreviousValue>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreviousValue {
    #[serde(rename = "type")]
    kind: String,
    /// Null where `isLarge`.
    value: Any,
    is_large: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct OfScope {
    /// `scope.id` of the variable; that of the instance when it is not given.
    scope: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetVariable {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    value: Any,
    /// `scope.id` of where it is to live; that of the instance when it is not given.
    scope: Option<String>,
}

fn missing() -> Problem {
    Problem::not_found("There is no such variable.")
}

/// Variables of all scopes, by name.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/variables", tag = "process-instances",
    params(("id" = String, Path), OfElement, PageParams),
    responses((status = 200, body = PageBody<ScopedVariableBody>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn list(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    UrlQuery(of): UrlQuery<OfElement>,
    params: PageParams,
) -> Result<Json<PageBody<ScopedVariableBody>>, Problem> {
    state.allowed_instance(&subject, "read", &id).await?;
    let mut query = Query::new(views::HISTORY_VARIABLE, Filter::And([of.within(&id), vec![kept()]].concat()));
    query.sort = vec![Sort { field: PastVariableRow::NAME.into(), descending: false }];
    let (page, total) = state.page_within(query, &params).await?;
    let mut items = Vec::with_capacity(page.rows.len());
    for (_, row) in &page.rows {
        items.push(state.scoped_variable(&id, row, LARGE).await?);
    }
    Ok(Json(body(items, &page, total)))
}

/// One variable with its whole value.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/variables/{name}", tag = "process-instances",
    params(("id" = String, Path), ("name" = String, Path), OfScope),
    responses((status = 200, body = ScopedVariableBody), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn read(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path((id, name)): Path<(String, String)>,
    UrlQuery(of): UrlQuery<OfScope>,
) -> Result<Json<ScopedVariableBody>, Problem> {
    state.allowed_instance(&subject, "read", &id).await?;
    let named = Filter::And(vec![
        eq(PastVariableRow::PROCESS_INSTANCE_ID, &id),
        kept(),
        in_scope(&id, &name, of.scope.as_deref()),
    ]);
    let rows = state.rows(&Query::new(views::HISTORY_VARIABLE, named)).await?;
    let (_, row) = rows.first().ok_or_else(missing)?;
    Ok(Json(state.scoped_variable(&id, row, usize::MAX).await?))
}

/// Changes of a variable, newest first, with who made them.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/variables/{name}/history", tag = "process-instances",
    params(("id" = String, Path), ("name" = String, Path), OfScope, PageParams),
    responses((status = 200, body = PageBody<VariableChangeBody>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn history(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path((id, name)): Path<(String, String)>,
    UrlQuery(of): UrlQuery<OfScope>,
    params: PageParams,
) -> Result<Json<PageBody<VariableChangeBody>>, Problem> {
    state.allowed_instance(&subject, "read", &id).await?;
    let mut query = Query::new(
        views::HISTORY_DETAIL,
        Filter::And(vec![
            eq(DetailRow::PROCESS_INSTANCE_ID, &id),
            eq(DetailRow::DETAIL, "variableUpdate"),
            in_scope(&id, &name, of.scope.as_deref()),
        ]),
    );
    query.sort = vec![Sort { field: DetailRow::SEQUENCE.into(), descending: true }];
    let (page, total) = state.page_within(query, &params).await?;
    let actors = state.actors(&id, page.rows.iter().filter_map(|(_, row)| DetailRow::SEQUENCE.integer(row))).await?;
    let mut items = Vec::with_capacity(page.rows.len());
    for (nth, (_, row)) in page.rows.iter().enumerate() {
        let (value, is_large, _) = told(row, LARGE);
        let before = page.rows.get(nth + 1).map(|(_, row)| row).filter(|row| !DetailRow::REMOVED.is_set(row));
        items.push(VariableChangeBody {
            at: instant(row, DetailRow::TIME),
            by: DetailRow::SEQUENCE.integer(row).and_then(|seq| actors.get(&seq).cloned()),
            element_id: text(row, DetailRow::ACTIVITY_ID),
            is_removed: DetailRow::REMOVED.is_set(row),
            kind: required(row, DetailRow::TYPE),
            value,
            is_large,
            previous: before.map(|row| {
                let (value, is_large, _) = told(row, LARGE);
                PreviousValue { kind: required(row, DetailRow::TYPE), value, is_large }
            }),
        });
    }
    Ok(Json(body(items, &page, total)))
}

/// Sets a variable of a running instance, in its scope itself. 204.
#[utoipa::path(put, path = "/api/v1/process-instances/{id}/variables/{name}", tag = "process-instances",
    params(("id" = String, Path), ("name" = String, Path)), request_body = SetVariable,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn set(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path((id, name)): Path<(String, String)>,
    Json(wanted): Json<SetVariable>,
) -> Result<StatusCode, Problem> {
    state.allowed_instance(&subject, "update", &id).await?;
    reserved::refuse([name.as_str()], "")?;
    let value = TypedValue::new(wanted.kind, wanted.value).read("")?;
    let target = state.target(&id, wanted.scope.as_deref()).await?;
    let variables = vec![NewVariable::new(name, value)];
    state.step(&subject, &id, Command::SetVariables { target, variables, deletions: Vec::new() }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a variable of a running instance. 204.
#[utoipa::path(delete, path = "/api/v1/process-instances/{id}/variables/{name}", tag = "process-instances",
    params(("id" = String, Path), ("name" = String, Path), OfScope),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn remove(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path((id, name)): Path<(String, String)>,
    UrlQuery(of): UrlQuery<OfScope>,
) -> Result<StatusCode, Problem> {
    state.allowed_instance(&subject, "update", &id).await?;
    reserved::refuse([name.as_str()], "")?;
    let target = state.target(&id, of.scope.as_deref()).await?;
    let deletions = vec![SmolStr::new(name)];
    state.step(&subject, &id, Command::SetVariables { target, variables: Vec::new(), deletions }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Rows of variables that nobody has removed.
fn kept() -> Filter {
    Filter::Ne(PastVariableRow::STATE.into(), json!("DELETED"))
}

/// Rows of variables, and of their changes, by name and scope.
fn in_scope(instance: &str, name: &str, scope: Option<&str>) -> Filter {
    Filter::And(vec![eq(PastVariableRow::NAME, name), eq(PastVariableRow::SCOPE_ID, scope.unwrap_or(instance))])
}

/// The value of a row without its type, whether it is left out for its size, and that.
fn told(row: &Document, most: usize) -> (Any, bool, usize) {
    let value = plain(&value_of(row));
    let size = value.to_string().len();
    if size > most { (Any::Null, true, size) } else { (value, size > LARGE, size) }
}

impl ApiState {
    async fn scoped_variable(&self, id: &str, row: &Document, most: usize) -> Result<ScopedVariableBody, Problem> {
        let is_instance = PastVariableRow::IS_INSTANCE_SCOPE.is_set(row);
        let element_id = text(row, PastVariableRow::ACTIVITY_ID).filter(|_| !is_instance);
        let element_name = self.name_within(row, element_id.as_deref()).await?;
        let (value, is_large, size) = told(row, most);
        let name = required(row, PastVariableRow::NAME);
        Ok(ScopedVariableBody {
            id: required(row, PastVariableRow::ID),
            kind: required(row, PastVariableRow::TYPE),
            scope: ScopeBody {
                id: text(row, PastVariableRow::SCOPE_ID).unwrap_or_else(|| id.to_owned()),
                is_instance,
                element_id,
                element_name,
                task_id: text(row, PastVariableRow::TASK_ID),
            },
            is_reserved: reserved::is_reserved(&name),
            name,
            value,
            is_large,
            size,
            created_at: instant(row, PastVariableRow::CREATE_TIME),
            revision: PastVariableRow::REVISION.integer(row).unwrap_or_default(),
        })
    }

    /// Whom the log names for these entries of the instance.
    async fn actors(&self, id: &str, entries: impl Iterator<Item = i64>) -> Result<HashMap<i64, String>, Problem> {
        let mut actors = HashMap::new();
        let Some(root) = root_of(id) else {
            return Ok(actors);
        };
        for entry in entries {
            let Ok(seq) = u64::try_from(entry) else { continue };
            if actors.contains_key(&entry) {
                continue;
            }
            let journal = self.engine.journal();
            let read = journal.entries(InstanceAggregate::KIND, &root, seq.saturating_sub(1), 1).await;
            let found = read.map_err(|error| store_problem(&error))?.into_iter().find(|found| found.meta.seq == seq);
            actors.extend(found.map(|found| (entry, found.meta.actor.to_string())));
        }
        Ok(actors)
    }

    /// The scope of a running instance that a variable is set in; 404 for one that is none of it.
    async fn target(&self, id: &str, scope: Option<&str>) -> Result<VariableTarget, Problem> {
        let none = || Problem::not_found("The process instance has no such scope, or it has ended.");
        let running = self.engine.instances().state_of(id).await.map_err(|error| problem(&error))?;
        let running = running.ok_or_else(none)?;
        let instance = running.local(id).ok_or_else(none)?;
        let scope = bare(scope.unwrap_or(id));
        let (_, local) = parse(scope).ok_or_else(none)?;
        if running.local(scope) != Some(local) {
            return Err(none());
        }
        if let Some(task) = running.task(local) {
            return if task.place.instance == instance { Ok(VariableTarget::TaskLocal(local)) } else { Err(none()) };
        }
        let element = running.element_of_execution(local).ok_or_else(none)?;
        if element.activity.place.instance == instance {
            Ok(VariableTarget::ExecutionLocal(local))
        } else {
            Err(none())
        }
    }
}
