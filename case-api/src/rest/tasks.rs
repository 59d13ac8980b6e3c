//! `/api/v1/tasks`: the work list.

mod completed;

use super::error::{room_problem, store};
use super::page::{page, page_body, readable};
use crate::domain::person::Person;
use crate::state::CaseApiState;
use crate::views::task::TaskRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Lead, Resource, Subject, Whose};
use casewright_client::engine::tasks::{AroundTask, Catch};
use casewright_contracts::CaseRow;
use casewright_contracts::links::CaseProcessRow;
use casewright_instant::Instant;
use casewright_journal::{Column, Document, Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem, etag};
use http::{StatusCode, header};
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
    /// `true`: only those whose date has passed.
    overdue: Option<bool>,
    /// Only those that are due at this instant or later.
    due_from: Option<String>,
    /// Only those that are due before this instant.
    due_before: Option<String>,
    /// `me`, or a user id: what they have delegated and not got back yet.
    delegated_by: Option<String>,
    /// Words of the task's name, or of its case.
    search: Option<String>,
    /// `createdAt`, `dueAt`, `followUpAt`, `priority`, `name`; `-` in front: descending. `-createdAt` when absent.
    sort: Option<String>,
}

/// Which tasks a list has.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", default)]
#[into_params(parameter_in = Query)]
pub(crate) struct TaskStateFilter {
    /// `open`, or `completed`: tasks of cases that somebody completed, `assignee` is who did, and they are sorted by `completedAt`
    /// (`-completedAt` when absent) or `name`. They have no dates, and nobody may take them.
    #[param(inline)]
    state: TaskState,
}

/// Whether a task is still to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TaskState {
    #[default]
    Open,
    Completed,
}

/// Where a task comes of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TaskSource {
    Process,
    /// Somebody added it to its case by hand: what only a process has is null.
    Case,
}

/// A task, with its case where there is one.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskBody {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: u64,
    pub(crate) source: TaskSource,
    pub(crate) state: TaskState,
    /// Who completed it, and when; null while it is open.
    pub(crate) completed_by: Option<Person>,
    pub(crate) completed_at: Option<String>,
    pub(crate) process_instance_id: Option<String>,
    #[serde(skip_serializing)]
    pub(crate) root_process_instance_id: Option<String>,
    pub(crate) process_definition_id: Option<String>,
    pub(crate) process_definition_key: Option<String>,
    pub(crate) task_definition_key: Option<String>,
    /// The case that it was added to by hand, and who did.
    #[serde(skip_serializing)]
    pub(crate) added_to: Option<String>,
    #[serde(skip_serializing)]
    pub(crate) added_by: Option<String>,
    pub(crate) assignee: Option<String>,
    /// Who has delegated it, and gets it back.
    pub(crate) owner: Option<String>,
    /// The assignee does it for the owner: it is given back, not completed.
    pub(crate) is_delegated: bool,
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
            source: if row.case_id.is_some() { TaskSource::Case } else { TaskSource::Process },
            state: TaskState::Open,
            completed_by: None,
            completed_at: None,
            process_instance_id: row.process_instance_id,
            root_process_instance_id: row.root_process_instance_id,
            process_definition_id: row.process_definition_id,
            process_definition_key: row.process_definition_key,
            task_definition_key: row.task_definition_key,
            added_to: row.case_id,
            added_by: row.created_by,
            assignee: row.assignee,
            owner: row.owner.filter(|_| row.is_delegated),
            is_delegated: row.is_delegated,
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
            "owner": self.owner,
            "candidateUsers": self.candidate_users,
            "candidateGroups": self.candidate_groups,
            "processDefinitionKey": self.process_definition_key,
            "taskDefinitionKey": self.task_definition_key,
            "createdBy": self.added_by,
        }))
    }

    /// The case that it is seen with.
    pub(crate) fn whose(&self) -> Whose<'_> {
        match (&self.added_to, &self.root_process_instance_id) {
            (Some(case), _) => Whose::Case(case),
            (None, Some(root)) => Whose::Root(root),
            (None, None) => Whose::Nobody,
        }
    }
}

/// Tasks the caller may see: those that are open, or those of cases that are completed.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "tasks", params(TaskFilter, TaskStateFilter, PageParams),
    responses((status = 200, body = PageBody<TaskBody>), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
    casewright_service::Query(filter): casewright_service::Query<TaskFilter>,
    casewright_service::Query(which): casewright_service::Query<TaskStateFilter>,
) -> Result<Json<PageBody<TaskBody>>, Problem> {
    let is_open = which.state == TaskState::Open;
    let query = match which.state {
        TaskState::Open => Query { sort: sort(filter.sort.as_deref())?, ..found(&state, &subject, &filter).await? },
        TaskState::Completed => completed::found(&state, &subject, &filter).await?,
    };
    let (mut rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let body = if is_open { TaskBody::of_row } else { completed::body };
    let mut items: Vec<TaskBody> =
        std::mem::take(&mut rows.rows).into_iter().filter_map(|(id, row)| body(&id, &row)).collect();
    add_cases(&state, &subject, &mut items).await?;
    Ok(Json(page_body(items, &rows, total)))
}

/// The open tasks that somebody finds by a filter, in no order.
pub(crate) async fn found(state: &CaseApiState, subject: &Subject, filter: &TaskFilter) -> Result<Query, Problem> {
    let leads = [Lead::Root(TaskRow::ROOT_PROCESS_INSTANCE_ID), Lead::Case(TaskRow::CASE_ID)];
    let policy = state.access().list_filter_within(subject, "read", "task", &leads).await?;
    let mut all = vec![policy];
    all.extend(assigned(filter, subject));
    if filter.candidate.as_deref() == Some("me") {
        all.push(may_be_taken_by(subject));
    }
    all.extend(filter.case.as_deref().map(|id| of_case(&Value::from(id))));
    all.extend(filter.definition.as_deref().map(|key| of_definition(&Value::from(key))));
    if filter.overdue == Some(true) {
        let now = Instant::from(state.journal().clock().now());
        all.push(Filter::Lt(TaskRow::DUE_SORT.into(), now.0.into()));
    }
    if let Some(from) = instant("?dueFrom", filter.due_from.as_deref())? {
        all.push(Filter::Gte(TaskRow::DUE_AT.into(), from.0.into()));
    }
    if let Some(before) = instant("?dueBefore", filter.due_before.as_deref())? {
        all.push(Filter::Lt(TaskRow::DUE_SORT.into(), before.0.into()));
    }
    if let Some(owner) = filter.delegated_by.as_deref().filter(|owner| !owner.is_empty()) {
        let owner = if owner == "me" { subject.id.as_str() } else { owner };
        all.push(Filter::Eq(TaskRow::IS_DELEGATED.into(), Value::from(true)));
        all.push(Filter::Eq(TaskRow::OWNER.into(), Value::from(owner)));
    }
    if let Some(words) = filter.search.as_deref().filter(|words| !words.trim().is_empty()) {
        all.push(found_by(state, subject, words).await?);
    }
    Ok(Query::new(TaskRow::VIEW, Filter::And(all)))
}

fn instant(parameter: &str, text: Option<&str>) -> Result<Option<Instant>, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let at: jiff::Timestamp = text.parse().map_err(|_| {
        let detail = "an instant of RFC 3339 is expected";
        Problem::bad_request("invalid-parameter", detail).with_error(parameter, "invalid-parameter", detail)
    })?;
    Ok(Some(at.into()))
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
            Filter::ContainsAny(TaskRow::CANDIDATE_GROUPS.into(), groups),
            Filter::Contains(TaskRow::CANDIDATE_USERS.into(), Value::from(subject.id.as_str())),
        ]),
    ])
}

/// Tasks of a case: of its processes, and those that were added to it.
fn of_case(id: &Value) -> Filter {
    let added = Filter::Eq(TaskRow::CASE_ID.into(), id.clone());
    Filter::Or(vec![added, of_cases(Filter::Eq(CaseProcessRow::CASE_ID.into(), id.clone()))])
}

/// Tasks of cases of a definition.
fn of_definition(key: &Value) -> Filter {
    let added = Filter::InView {
        field: TaskRow::CASE_ID.into(),
        view: CaseRow::VIEW,
        select: CaseRow::ID.into(),
        filter: Box::new(Filter::Eq(CaseRow::DEFINITION.into(), key.clone())),
    };
    Filter::Or(vec![added, of_cases(Filter::Eq(CaseProcessRow::DEFINITION.into(), key.clone()))])
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
    let ids = cases_with(state, subject, words).await?;
    Ok(Filter::Or(vec![
        named(TaskRow::NAME, words),
        Filter::In(TaskRow::CASE_ID.into(), ids.clone()),
        of_cases(Filter::In(CaseProcessRow::CASE_ID.into(), ids)),
    ]))
}

/// What has the words in its name.
fn named(column: Column, words: &str) -> Filter {
    let escaped = words.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Filter::Like { field: column.into(), pattern: format!("%{escaped}%"), ignore_case: true }
}

/// Ids of the cases that have the words.
async fn cases_with(state: &CaseApiState, subject: &Subject, words: &str) -> Result<Vec<Value>, Problem> {
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
    Ok(found.rows.into_iter().map(|(id, _)| Value::from(id.as_str())).collect())
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
        "followUpAt" => TaskRow::FOLLOW_UP_SORT,
        "priority" => TaskRow::PRIORITY,
        "name" => TaskRow::NAME,
        _ => {
            let detail = "sort is one of createdAt, dueAt, followUpAt, priority, name";
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
    let roots = tasks.iter().filter_map(|task| task.root_process_instance_id.as_deref()).map(Value::from).collect();
    let links = handle
        .query(&Query::new(CaseProcessRow::VIEW, Filter::In(CaseProcessRow::INSTANCE_ID.into(), roots)))
        .await
        .map_err(store)?;
    let case_of_root: HashMap<String, String> = links
        .rows
        .into_iter()
        .filter_map(|(instance, row)| Some((instance.to_string(), CaseProcessRow::CASE_ID.text(&row)?.to_owned())))
        .collect();
    let case_of = |task: &TaskBody| {
        let root = task.root_process_instance_id.as_ref();
        task.added_to.clone().or_else(|| root.and_then(|root| case_of_root.get(root).cloned()))
    };
    let ids: Vec<Value> = tasks.iter().filter_map(case_of).map(Value::from).collect();
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
        let known = case_of(&*task);
        let Some((id, row)) = known.as_ref().and_then(|id| rows.get_key_value(id)) else {
            continue;
        };
        task.case_id = Some(id.clone());
        task.case_number = CaseRow::NUMBER.text(row).map(str::to_owned);
        task.case_title = CaseRow::TITLE.text(row).map(str::to_owned);
    }
    Ok(())
}

/// Something that can be thrown from a task and is caught around it in its process.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CatchBody {
    /// Null: whatever its code is.
    code: Option<String>,
    /// What the model calls it.
    name: Option<String>,
    /// The task ends with it.
    is_interrupting: bool,
}

/// A task with what can be done about it besides completing it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskDetail {
    #[serde(flatten)]
    task: TaskBody,
    /// BPMN errors that its process catches.
    errors: Vec<CatchBody>,
    /// Escalations that its process catches.
    escalations: Vec<CatchBody>,
}

/// One open task.
#[utoipa::path(get, path = "/api/v1/tasks/{id}", tag = "tasks", params(("id" = String, Path)),
    responses((status = 200, body = TaskDetail), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let task = task_for(&state, &subject, "read", &id).await?;
    let around = match task.added_to {
        Some(_) => AroundTask::default(),
        None => around(&state, &subject, &id).await?,
    };
    let AroundTask { errors, escalations } = around;
    let bodies = |catches: Vec<Catch>| catches.into_iter().map(CatchBody::from).collect();
    let version = etag(task.version);
    let detail = TaskDetail { task, errors: bodies(errors), escalations: bodies(escalations) };
    Ok(([(header::ETAG, version)], Json(detail)).into_response())
}

/// What the engine knows around a task. One that is over by now is told of by who does something to it.
async fn around(state: &CaseApiState, subject: &Subject, id: &str) -> Result<AroundTask, Problem> {
    match state.rooms().engine(subject).tasks().around(id).await {
        Ok(around) => Ok(around),
        Err(error) if error.status() == Some(StatusCode::NOT_FOUND) => Ok(AroundTask::default()),
        Err(error) => Err(room_problem(&error)),
    }
}

impl From<Catch> for CatchBody {
    fn from(Catch { code, name, is_interrupting }: Catch) -> Self {
        Self { code, name, is_interrupting }
    }
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
    let resource = state.access().in_its_case(subject, task.resource(), task.whose()).await.map_err(store)?;
    let resource = resource.ok_or_else(missing)?;
    state.access().authorize(subject, "read", &resource).await.map_err(|_| missing())?;
    state.access().authorize(subject, action, &resource).await?;
    let mut tasks = [task];
    add_cases(state, subject, &mut tasks).await?;
    let [task] = tasks;
    Ok(task)
}
