//! `/api/v1/process-instances`: an instance as its diagram shows it.

use super::ApiState;
use super::incidents::IncidentBody;
use super::support::{body, eq, instant, problem, required, text, unreadable};
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query as UrlQuery};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Lead};
use casewright_engine_value::Value;
use casewright_engine_views::pieces::{joined, written};
use casewright_engine_views::portions::{Rows, portions};
use casewright_engine_views::{
    self as views, ActivityInstanceRow, ExecutionRow, FlowRow, PastInstanceRow, PastVariableRow, PlaceRow,
    PlaceRowColumns as _, ValueRowColumns as _, VariableFieldsColumns as _, plain,
};
use casewright_journal::{Column, Document, Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem};
use futures::{Stream, StreamExt, TryStreamExt};
use http::header;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Any, json};
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashMap};
use std::io;
use utoipa::{IntoParams, ToSchema};

/// An instance in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InstanceSummary {
    id: String,
    definition_id: String,
    definition_key: String,
    definition_name: Option<String>,
    version: i32,
    /// `active`, `suspended`, `completed` or `terminated`.
    state: &'static str,
    business_key: Option<String>,
    started_at: Option<String>,
    ended_at: Option<String>,
}

/// How often an element is or was there, in its most telling state.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActivityBody {
    element_id: String,
    /// `incident` before `active` before `completed` before `canceled`.
    state: ActivityState,
    /// Activity instances in that state.
    count: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ActivityState {
    Canceled,
    Completed,
    Active,
    Incident,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VariableBody {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) value: Any,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CalledBody {
    id: String,
    definition_key: String,
    definition_name: Option<String>,
    state: &'static str,
    /// The call activity.
    element_id: Option<String>,
}

/// An instance with what a picture of it needs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InstanceBody {
    #[serde(flatten)]
    summary: InstanceSummary,
    activities: Vec<ActivityBody>,
    /// Ids of sequence flows that were taken.
    flows: Vec<String>,
    /// Of the instance's own scope, by name; as they were last when it has ended.
    variables: Vec<VariableBody>,
    incidents: Vec<IncidentBody>,
    called_instances: Vec<CalledBody>,
    /// The instance whose call activity this one is; null for a root instance.
    calling_instance: Option<CalledBody>,
    /// User id, or `system:<role>`.
    started_by: Option<String>,
    /// Why it was cancelled.
    cancel_reason: Option<String>,
    /// The instance from whose history this one was started.
    restarted_from: Option<String>,
}

/// How a row of an instance, running or not, leads to its case.
const OF_A_CASE: [Lead; 1] = [Lead::PastRoot(PastInstanceRow::ROOT_PROCESS_INSTANCE_ID)];

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct InstanceFilter {
    definition_key: Option<String>,
    definition_id: Option<String>,
    /// `running` (active or suspended), `active`, `suspended`, `completed`, `terminated`; all when not given.
    state: Option<String>,
    business_key: Option<String>,
}

fn state_of(row: &Document) -> &'static str {
    match PastInstanceRow::STATE.text(row) {
        Some("ACTIVE") => "active",
        Some("SUSPENDED") => "suspended",
        Some("COMPLETED") => "completed",
        _ => "terminated",
    }
}

fn of_state(state: &str) -> Option<Filter> {
    let one_of =
        |states: &[&str]| Filter::In(PastInstanceRow::STATE.into(), states.iter().map(|state| json!(state)).collect());
    Some(match state {
        "running" => one_of(&["ACTIVE", "SUSPENDED"]),
        "active" => one_of(&["ACTIVE"]),
        "suspended" => one_of(&["SUSPENDED"]),
        "completed" => one_of(&["COMPLETED"]),
        "terminated" => one_of(&["EXTERNALLY_TERMINATED", "INTERNALLY_TERMINATED"]),
        _ => return None,
    })
}

/// Instances, running or not, newest first.
#[utoipa::path(get, path = "/api/v1/process-instances", tag = "process-instances", params(PageParams, InstanceFilter),
    responses((status = 200, body = PageBody<InstanceSummary>), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(
    state: ApiState,
    Authenticated(subject): Authenticated,
    params: PageParams,
    UrlQuery(wanted): UrlQuery<InstanceFilter>,
) -> Result<Json<PageBody<InstanceSummary>>, Problem> {
    let mut filters = vec![Filter::All];
    filters.extend(wanted.definition_key.as_deref().map(|key| eq(PastInstanceRow::PROCESS_DEFINITION_KEY, key)));
    filters.extend(wanted.definition_id.as_deref().map(|id| eq(PastInstanceRow::PROCESS_DEFINITION_ID, id)));
    filters.extend(wanted.business_key.as_deref().map(|key| eq(PastInstanceRow::BUSINESS_KEY, key)));
    if let Some(wanted) = &wanted.state {
        filters.push(of_state(wanted).ok_or_else(|| {
            let detail = "state is running, active, suspended, completed or terminated.";
            Problem::bad_request("invalid-parameter", detail).with_error("?state", "invalid-parameter", detail)
        })?);
    }
    let mut query = Query::new(views::HISTORY_PROCESS_INSTANCE, Filter::And(filters));
    query.sort = vec![Sort { field: PastInstanceRow::START_TIME.into(), descending: true }];
    let (page, total) = state.page(&subject, "process-instance", &OF_A_CASE, query, &params).await?;
    let items = page.rows.iter().map(|(_, row)| state.summary(row)).collect();
    Ok(Json(body(items, &page, total)))
}

/// One instance; it stays readable after its end.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}", tag = "process-instances", params(("id" = String, Path)),
    responses((status = 200, body = InstanceBody), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn read(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let row = state.allowed_instance(&subject, "read", &id).await?;
    let of_instance = eq(PlaceRow::PROCESS_INSTANCE_ID, &id);
    let journal = state.engine.journal();
    let rows = |view, only| portions(journal, Query { only, ..Query::new(view, of_instance.clone()) });
    let mut summary = Summary::default();
    let mut activities = rows(views::HISTORY_ACTIVITY_INSTANCE, Some(SUMMARIZED));
    while let Some(rows) = activities.try_next().await.map_err(unreadable)? {
        rows.iter().for_each(|row| summary.activity(row));
    }
    let mut arriving = rows(views::EXECUTION, Some(SUMMARIZED_TOKENS));
    while let Some(rows) = arriving.try_next().await.map_err(unreadable)? {
        rows.iter().for_each(|row| summary.token(row));
    }
    let mut incidents = rows(views::INCIDENT, Some(SUMMARIZED));
    while let Some(rows) = incidents.try_next().await.map_err(unreadable)? {
        rows.iter().for_each(|row| summary.incident(row));
    }
    // One for each flow of the model.
    let flows = state.rows(&Query::new(views::HISTORY_FLOW, of_instance.clone())).await?;
    let body = InstanceBody {
        summary: state.summary(&row),
        activities: summary.lines(),
        flows: flows.iter().filter_map(|(_, flow)| text(flow, FlowRow::FLOW_ID)).collect(),
        variables: state.variables(&id).await?,
        incidents: Vec::new(),
        called_instances: Vec::new(),
        calling_instance: state.calling(&id, &row).await?,
        started_by: text(&row, PastInstanceRow::START_USER_ID),
        cancel_reason: text(&row, PastInstanceRow::DELETE_REASON),
        restarted_from: text(&row, PastInstanceRow::RESTARTED_PROCESS_INSTANCE_ID),
    };
    state.told(&body, rows(views::INCIDENT, None), state.calls(&id))
}

/// The BPMN file of the version that an instance runs on.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/xml", tag = "process-instances", params(("id" = String, Path)),
    responses((status = 200, content_type = "application/xml"), (status = 404, body = Problem)))]
pub(crate) async fn xml(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let row = state.allowed_instance(&subject, "read", &id).await?;
    state.diagram(&required(&row, PastInstanceRow::PROCESS_DEFINITION_ID))
}

/// What of a row the summary of a diagram needs.
const SUMMARIZED: &[Column] = &[
    ActivityInstanceRow::ACTIVITY_ID,
    ActivityInstanceRow::ACTIVITY_TYPE,
    ActivityInstanceRow::END_TIME,
    ActivityInstanceRow::CANCELED,
];

const SUMMARIZED_TOKENS: &[Column] = &[ExecutionRow::ACTIVITY_ID, ExecutionRow::PHASE];

impl ApiState {
    /// The body, with incidents and called instances as they are read: an instance may have any number of them.
    fn told(&self, body: &InstanceBody, incidents: Rows, calls: Rows) -> Result<Response, Problem> {
        let mut head = serde_json::to_value(body).map_err(|_| Problem::internal())?;
        for streamed in ["incidents", "calledInstances"] {
            head.as_object_mut().and_then(|head| head.remove(streamed));
        }
        let head = head.to_string();
        let head = head.strip_suffix('}').unwrap_or(&head).to_owned();
        let state = self.clone();
        let incidents = incidents.map_err(unreadable).and_then(move |rows| {
            let state = state.clone();
            async move {
                let mut told = Vec::with_capacity(rows.len());
                for row in &rows {
                    let incident = state.incident(row).await?;
                    told.push(serde_json::to_value(incident).map_err(|_| Problem::internal())?);
                }
                Ok(told)
            }
        });
        let state = self.clone();
        let calls = calls.map_err(unreadable).and_then(move |activities| {
            let state = state.clone();
            async move {
                let ids = activities
                    .iter()
                    .filter_map(|row| text(row, ActivityInstanceRow::CALLED_PROCESS_INSTANCE_ID))
                    .map(Any::from);
                let query =
                    Query::new(views::HISTORY_PROCESS_INSTANCE, Filter::In(PastInstanceRow::ID.into(), ids.collect()));
                let journal = state.engine.journal();
                let page = journal.query_further(views::HISTORY_ACTIVITY_INSTANCE, &query).await.map_err(unreadable)?;
                let known: HashMap<SmolStr, Document> = page.rows.into_iter().collect();
                let mut told = Vec::with_capacity(activities.len());
                for activity in &activities {
                    let called = text(activity, ActivityInstanceRow::CALLED_PROCESS_INSTANCE_ID);
                    if let Some(row) = called.and_then(|called| known.get(called.as_str())) {
                        let called = state.called(row, text(activity, ActivityInstanceRow::ACTIVITY_ID));
                        told.push(serde_json::to_value(called).map_err(|_| Problem::internal())?);
                    }
                }
                Ok(told)
            }
        });
        let pieces = written(format!("{head},\"incidents\":["))
            .chain(joined(incidents))
            .chain(written("],\"calledInstances\":["))
            .chain(joined(calls))
            .chain(written("]}"));
        Ok(streamed(pieces))
    }

    /// Activities that called an instance.
    fn calls(&self, instance: &str) -> Rows {
        let called = Filter::NotNull(ActivityInstanceRow::CALLED_PROCESS_INSTANCE_ID.into());
        let filter = Filter::And(vec![eq(PlaceRow::PROCESS_INSTANCE_ID, instance), called]);
        const ONLY: &[Column] = &[ActivityInstanceRow::ACTIVITY_ID, ActivityInstanceRow::CALLED_PROCESS_INSTANCE_ID];
        let only = Some(ONLY);
        portions(self.engine.journal(), Query { only, ..Query::new(views::HISTORY_ACTIVITY_INSTANCE, filter) })
    }

    /// Who called an instance, and where.
    async fn calling(&self, id: &str, row: &Document) -> Result<Option<CalledBody>, Problem> {
        let Some(calling) = text(row, PastInstanceRow::SUPER_PROCESS_INSTANCE_ID) else {
            return Ok(None);
        };
        let Some(row) = self.row(views::HISTORY_PROCESS_INSTANCE, &calling).await? else {
            return Ok(None);
        };
        let of_call = Filter::And(vec![
            eq(PlaceRow::PROCESS_INSTANCE_ID, &calling),
            eq(ActivityInstanceRow::CALLED_PROCESS_INSTANCE_ID, id),
        ]);
        let calls = self.rows(&Query::new(views::HISTORY_ACTIVITY_INSTANCE, of_call)).await?;
        let element = calls.first().and_then(|(_, call)| text(call, ActivityInstanceRow::ACTIVITY_ID));
        Ok(Some(self.called(&row, element)))
    }

    pub(super) async fn element_name(&self, definition: &str, element: &str) -> Result<Option<String>, Problem> {
        let graph = self.engine.registry().graph(definition).await.map_err(|error| problem(&error))?;
        let node = graph.as_ref().and_then(|graph| graph.process.nodes.iter().find(|node| node.id == element));
        Ok(node.and_then(|node| node.name.clone()))
    }

    fn summary(&self, row: &Document) -> InstanceSummary {
        let definition_id = required(row, PastInstanceRow::PROCESS_DEFINITION_ID);
        let known = self.engine.catalog().process(&definition_id);
        InstanceSummary {
            id: required(row, PastInstanceRow::ID),
            definition_key: required(row, PastInstanceRow::PROCESS_DEFINITION_KEY),
            definition_name: known.as_ref().and_then(|process| process.name.clone()),
            version: known.as_ref().map_or(0, |process| process.version),
            definition_id,
            state: state_of(row),
            business_key: text(row, PastInstanceRow::BUSINESS_KEY),
            started_at: instant(row, PastInstanceRow::START_TIME),
            ended_at: instant(row, PastInstanceRow::END_TIME),
        }
    }

    fn called(&self, row: &Document, element_id: Option<String>) -> CalledBody {
        let summary = self.summary(row);
        CalledBody {
            id: summary.id,
            definition_key: summary.definition_key,
            definition_name: summary.definition_name,
            state: summary.state,
            element_id,
        }
    }

    async fn variables(&self, instance: &str) -> Result<Vec<VariableBody>, Problem> {
        let own = Filter::And(vec![
            eq(PlaceRow::PROCESS_INSTANCE_ID, instance),
            Filter::Eq(PastVariableRow::IS_INSTANCE_SCOPE.into(), json!(true)),
            Filter::Ne(PastVariableRow::STATE.into(), json!("DELETED")),
        ]);
        let mut query = Query::new(views::HISTORY_VARIABLE, own);
        query.sort = vec![Sort { field: PastVariableRow::NAME.into(), descending: false }];
        let rows = self.rows(&query).await?;
        Ok(rows.iter().map(|(_, row)| variable(row)).collect())
    }
}

/// 200 with the pieces of a JSON text as they come. The status has been sent when one fails: all that is left is to end the
/// connection, so that nobody takes a part for the whole.
fn streamed(pieces: impl Stream<Item = Result<Bytes, Problem>> + Send + 'static) -> Response {
    let pieces = pieces.map_err(|problem| {
        tracing::error!(detail = problem.detail, "an instance broke off while it was being sent");
        io::Error::other("the instance cannot be read to its end")
    });
    ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(pieces)).into_response()
}

fn variable(row: &Document) -> VariableBody {
    let stored = PastVariableRow::VALUE.of(row).clone();
    // The row was written by this crate from such a value.
    let value = serde_json::from_value::<Value>(stored).map_or(Any::Null, |value| plain(&value));
    VariableBody { name: required(row, PastVariableRow::NAME), kind: required(row, PastVariableRow::TYPE), value }
}

/// One line per element: the most telling state of its activity instances, and how many are in it.
#[derive(Default)]
struct Summary {
    found: BTreeMap<String, BTreeMap<ActivityState, u64>>,
}

impl Summary {
    fn count(&mut self, row: &Document, state: ActivityState) {
        *self.found.entry(required(row, ActivityInstanceRow::ACTIVITY_ID)).or_default().entry(state).or_default() += 1;
    }

    /// A scope in which others run is not where a token stands.
    fn activity(&mut self, row: &Document) {
        let is_canceled = ActivityInstanceRow::CANCELED.is_set(row);
        match ActivityInstanceRow::END_TIME.of(row) {
            Any::Null if views::is_scope(&required(row, ActivityInstanceRow::ACTIVITY_TYPE)) => {}
            Any::Null => self.count(row, ActivityState::Active),
            _ if is_canceled => self.count(row, ActivityState::Canceled),
            _ => self.count(row, ActivityState::Completed),
        }
    }

    /// A token that waits before an activity has not begun it: history does not tell of it yet.
    fn token(&mut self, row: &Document) {
        if ExecutionRow::PHASE.text(row) == Some("arriving") {
            self.count(row, ActivityState::Active);
        }
    }

    fn incident(&mut self, row: &Document) {
        self.count(row, ActivityState::Incident);
    }

    fn lines(self) -> Vec<ActivityBody> {
        let line = |(element_id, states): (String, BTreeMap<ActivityState, u64>)| {
            let (state, count) = states.into_iter().next_back()?;
            Some(ActivityBody { element_id, state, count })
        };
        self.found.into_iter().filter_map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(element: &str, ended: bool, canceled: bool) -> Document {
        let end = if ended { json!(5) } else { Any::Null };
        let row = json!({"activityId": element, "endTime": end, "canceled": canceled, "activityType": "userTask"});
        row.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn the_most_telling_state_of_an_element_is_shown() {
        let activities = [
            activity("a", true, false),
            activity("a", false, false),
            activity("b", true, true),
            activity("c", false, false),
        ];
        let mut summary = Summary::default();
        activities.iter().for_each(|row| summary.activity(row));
        summary.incident(&activity("c", false, false));
        let line = |element: &str, state, count| ActivityBody { element_id: element.to_owned(), state, count };
        assert_eq!(
            summary.lines(),
            [
                line("a", ActivityState::Active, 1),
                line("b", ActivityState::Canceled, 1),
                line("c", ActivityState::Incident, 1)
            ]
        );
    }

    #[test]
    fn no_token_stands_at_a_scope() {
        let mut summary = Summary::default();
        let mut scope = activity("sub", false, false);
        scope.insert("activityType".into(), json!("subProcess"));
        summary.activity(&scope);
        assert_eq!(summary.lines(), []);
        let mut summary = Summary::default();
        scope.insert("endTime".into(), json!(5));
        summary.activity(&scope);
        assert_eq!(summary.lines()[0].state, ActivityState::Completed);
    }
}
