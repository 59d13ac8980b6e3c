//! `/api/v1/tasks`: the work list.

use super::error::store;
use super::page::{page, page_body, readable};
use crate::state::CaseApiState;
use crate::views::task::TaskRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Lead, Resource, Subject, Whose};
use casewright_contracts::CaseRow;
use casewright_contracts::links::CaseProcessRow;
use casewright_instant::Instant;
use casewright_journal::{Document, Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem, etag};
use http::header;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// Cases whose words bring their tasks into a search. Words that more of them have are refused: an answer that left some
/// out would be a wrong one.
const SEARCHED_CASES: u64 = 20_000;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct TaskFilter {
    /// `me`, `none`, or a user id.
    assignee: Option<String>,
    /// `me`: tasks nobody has taken and the caller may.
    candidate: Option<String>,
    /// Id of a case.
    case: Option<String>,
    /// Key of a case definition.
    definition: Option<String>,
    /// Words of the task's name, or of its case.
    search: Option<String>,
    /// `createdAt`, `dueAt`, `priority`, `name`; `-` in front: descending. `-createdAt` when absent.
    sort: Option<String>,
}

/// A user task, with its case where there is one.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskBody {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: u64,
    pub(crate) process_instance_id: String,
    #[serde(skip_serializing)]
    pub(crate) root_process_instance_id: String,
    pub(crate) process_definition_id: String,
    pub(crate) process_definition_key: String,
    pub(crate) task_definition_key: String,
    pub(crate) assignee: Option<String>,
    pub(crate) candidate_users: Vec<String>,
    pub(crate) candidate_groups: Vec<String>,
    pub(crate) created_at: Option<String>,
    pub(crate) due_at: Option<String>,
    pub(crate) follow_up_at: Option<String>,
    pub(crate) priority: i32,
    pub(crate) case_id: Option<String>,
    pub(crate) case_number: Option<String>,
    pub(crate) case_title: Option<String>,
    pub(crate) form_key: Option<String>,
}

impl TaskBody {
    /// From a row of view `work-task`, without its case.
    fn of_row(id: &str, row: &Document) -> Option<Self> {
        let row = readable(TaskRow::VIEW, id, TaskRow::read(row))?;
        let text = |at: Instant| at.to_string();
        Some(Self {
            id: id.to_owned(),
            name: row.name,
            version: row.version,
            process_instance_id: row.process_instance_id,
            root_process_instance_id: row.root_process_instance_id,
            process_definition_id: row.process_definition_id.into(),
            process_definition_key: row.process_definition_key.into(),
            task_definition_key: row.task_definition_key,
            assignee: row.assignee,
            candidate_users: row.candidate_users,
            candidate_groups: row.candidate_groups,
            created_at: Some(text(row.created_at)),
            due_at: row.due_at.map(text),
            follow_up_at: row.follow_up_at.map(text),
            priority: row.priority,
            case_id: None,
            case_number: None,
            case_title: None,
            form_key: row.form_key,
        })
    }

    pub(crate) fn resource(&self) -> Resource {
        Resource::new("task", &self.id).with(json!({
            "assignee": self.assignee,
            "candidateUsers": self.candidate_users,
            "candidateGroups": self.candidate_groups,
            "processDefinitionKey": self.process_definition_key,
            "taskDefinitionKey": self.task_definition_key,
        }))
    }
}

/// Open user tasks the caller may see.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "tasks", params(TaskFilter, PageParams),
    responses((status = 200, body = PageBody<TaskBody>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
    casewright_service::Query(filter): casewright_service::Query<TaskFilter>,
) -> Result<Json<PageBody<TaskBody>>, Problem> {
    let leads = [Lead::Root(TaskRow::ROOT_PROCESS_INSTANCE_ID)];
    let policy = state.access().list_filter_within(&subject, "read", "task", &leads).await?;
    let mut all = vec![policy];
    all.extend(assigned(&filter, &subject));
    if filter.candidate.as_deref() == Some("me") {
        all.push(may_be_taken_by(&subject));
    }
    all.extend(filter.case.as_deref().map(|id| of_cases(Filter::Eq(CaseProcessRow::CASE_ID.into(), Value::from(id)))));
    all.extend(
        filter
            .definition
            .as_deref()
            .map(|key| of_cases(Filter::Eq(CaseProcessRow::DEFINITION.into(), Value::from(key)))),
    );
    if let Some(words) = filter.search.as_deref().filter(|words| !words.trim().is_empty()) {
        all.push(found_by(&state, &subject, words).await?);
    }
    let mut query = Query::new(TaskRow::VIEW, Filter::And(all));
    query.sort = sort(filter.sort.as_deref())?;
    let (mut rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let mut items: Vec<TaskBody> =
        std::mem::take(&mut rows.rows).into_iter().filter_map(|(id, row)| TaskBody::of_row(&id, &row)).collect();
    add_cases(&state, &subject, &mut items).await?;
    Ok(Json(page_body(items, &rows, total)))
}

fn assigned(filter: &TaskFilter, subject: &Subject) -> Option<Filter> {
    match filter.assignee.as_deref()? {
        "" => None,
        "me" => Some(Filter::Eq(TaskRow::ASSIGNEE.into(), Value::from(subject.id.as_str()))),
        "none" => Some(Filter::IsNull(TaskRow::ASSIGNEE.into())),
        id => Some(Filter::Eq(TaskRow::ASSIGNEE.into(), Value::from(id))),
    }
}

fn may_be_taken_by(subject: &Subject) -> Filter {
    let groups = subject.groups.iter().map(|group| Value::from(group.as_str())).collect();
    Filter::And(vec![
        Filter::IsNull(TaskRow::ASSIGNEE.into()),
        Filter::Or(vec![
            Filter::Contains(TaskRow::CANDIDATE_USERS.into(), Value::from(subject.id.as_str())),
            Filter::ContainsAny(TaskRow::CANDIDATE_GROUPS.into(), groups),
        ]),
    ])
}

/// Tasks of the processes of cases.
fn of_cases(filter: Filter) -> Filter {
    Filter::InView {
        field: TaskRow::ROOT_PROCESS_INSTANCE_ID.into(),
        view: CaseProcessRow::VIEW,
        select: CaseProcessRow::INSTANCE_ID.into(),
        filter: Box::new(filter),
    }
}

/// Tasks whose name has the words, or whose case has them.
async fn found_by(state: &CaseApiState, subject: &Subject, words: &str) -> Result<Filter, Problem> {
    let mut cases = Query::new(CaseRow::VIEW, state.access().list_filter(subject, "read", "case").await?);
    cases.search = Some(words.to_owned());
    cases.limit = Some(SEARCHED_CASES);
    cases.only = Some(&[CaseRow::NUMBER]);
    let found = state.tenant(&subject.tenant).query(&cases).await.map_err(store)?;
    if found.next.is_some() {
        let detail = "More than 20,000 cases have these words. Write more of what you look for.";
        return Err(Problem::unprocessable("search-too-broad", detail).with_error(
            "?search",
            "search-too-broad",
            "too many cases have these words",
        ));
    }
    let ids = found.rows.into_iter().map(|(id, _)| Value::from(id.as_str())).collect();
    let escaped = words.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Ok(Filter::Or(vec![
        Filter::Like { field: TaskRow::NAME.into(), pattern: format!("%{escaped}%"), ignore_case: true },
        of_cases(Filter::In(CaseProcessRow::CASE_ID.into(), ids)),
    ]))
}

fn sort(wanted: Option<&str>) -> Result<Vec<Sort>, Problem> {
    let wanted = wanted.filter(|sort| !sort.is_empty()).unwrap_or("-createdAt");
    let (descending, name) = match wanted.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, wanted),
    };
    let column = match name {
        "createdAt" => TaskRow::CREATED_AT,
        "dueAt" => TaskRow::DUE_SORT,
        "priority" => TaskRow::PRIORITY,
        "name" => TaskRow::NAME,
        _ => {
            let detail = "sort is one of createdAt, dueAt, priority, name";
            return Err(Problem::bad_request("invalid-parameter", detail).with_error(
                "?sort",
                "invalid-parameter",
                detail,
            ));
        }
    };
    Ok(vec![Sort { field: column.into(), descending }])
}

/// Fills in number and title of the cases the caller may see; of others, nothing.
async fn add_cases(state: &CaseApiState, subject: &Subject, tasks: &mut [TaskBody]) -> Result<(), Problem> {
    let handle = state.tenant(&subject.tenant);
    let roots: Vec<Value> = tasks.iter().map(|task| Value::from(task.root_process_instance_id.as_str())).collect();
    if roots.is_empty() {
        return Ok(());
    }
    let links = handle
        .query(&Query::new(CaseProcessRow::VIEW, Filter::In(CaseProcessRow::INSTANCE_ID.into(), roots)))
        .await
        .map_err(store)?;
    let case_of: HashMap<String, String> = links
        .rows
        .into_iter()
        .filter_map(|(instance, row)| Some((instance.to_string(), CaseProcessRow::CASE_ID.text(&row)?.to_owned())))
        .collect();
    let ids: Vec<Value> = case_of.values().map(|id| Value::from(id.as_str())).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let visible = Filter::And(vec![
        state.access().list_filter(subject, "read", "case").await?,
        Filter::In(CaseRow::ID.into(), ids),
    ]);
    let cases = handle.query(&Query::new(CaseRow::VIEW, visible)).await.map_err(store)?;
    let rows: HashMap<String, Document> = cases.rows.into_iter().map(|(id, row)| (id.to_string(), row)).collect();
    for task in tasks {
        let Some((id, row)) = case_of.get(&task.root_process_instance_id).and_then(|id| rows.get_key_value(id)) else {
            continue;
        };
        task.case_id = Some(id.clone());
        task.case_number = CaseRow::NUMBER.text(row).map(str::to_owned);
        task.case_title = CaseRow::TITLE.text(row).map(str::to_owned);
    }
    Ok(())
}

/// One open task.
#[utoipa::path(get, path = "/api/v1/tasks/{id}", tag = "tasks", params(("id" = String, Path)),
    responses((status = 200, body = TaskBody), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let task = task_for(&state, &subject, "read", &id).await?;
    Ok(([(header::ETAG, etag(task.version))], Json(task)).into_response())
}

/// An open task for somebody who may `action` it.
pub(crate) async fn task_for(
    state: &CaseApiState,
    subject: &Subject,
    action: &str,
    id: &str,
) -> Result<TaskBody, Problem> {
    let missing = || Problem::not_found("There is no such open task.");
    let row = state.tenant(&subject.tenant).get(TaskRow::VIEW, id).await.map_err(store)?.ok_or_else(missing)?;
    let task = TaskBody::of_row(id, &row).ok_or_else(missing)?;
    let whose = Whose::Root(&task.root_process_instance_id);
    let resource = state.access().in_its_case(subject, task.resource(), whose).await.map_err(store)?;
    let resource = resource.ok_or_else(missing)?;
    state.access().authorize(subject, "read", &resource).await.map_err(|_| missing())?;
    state.access().authorize(subject, action, &resource).await?;
    let mut tasks = [task];
    add_cases(state, subject, &mut tasks).await?;
    let [task] = tasks;
    Ok(task)
}
