//! `/api/v1/incidents`: what cannot go on by itself.

use super::ApiState;
use super::support::{body, caller, eq, instant, problem, required, text};
use axum::extract::{Path, Query as UrlQuery};
use casewright_access::{Authenticated, Lead, Resource};
use casewright_engine_core::Command;
use casewright_engine_core::ids::parse;
use casewright_engine_views::{
    self as views, ExternalTaskRow, IncidentRow, JobRow, PlaceRowColumns as _, ProcessInstanceRow,
};
use casewright_journal::{Document, Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// How an incident leads to its case.
pub(super) const OF_A_CASE: [Lead; 1] = [Lead::Instance(IncidentRow::PROCESS_INSTANCE_ID)];

/// An open incident (ITIL: an interruption that somebody has to look at).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IncidentBody {
    pub(super) id: String,
    /// `failedJob`, `failedExternalTask`, or what a model raised.
    #[serde(rename = "type")]
    kind: String,
    message: Option<String>,
    element_id: Option<String>,
    element_name: Option<String>,
    created_at: Option<String>,
    process_instance_id: String,
    process_definition_id: String,
    definition_key: String,
    definition_name: Option<String>,
    business_key: Option<String>,
}

fn missing() -> Problem {
    Problem::not_found("There is no such incident, or it is resolved.")
}

impl ApiState {
    /// A called instance's incident is told again in each caller; the one to act on is where it began.
    async fn cause(&self, id: &str, row: Document) -> Result<Document, Problem> {
        match text(&row, IncidentRow::ROOT_CAUSE_INCIDENT_ID).filter(|root| root != id) {
            Some(root) => self.row(views::INCIDENT, &root).await?.ok_or_else(missing),
            None => Ok(row),
        }
    }

    pub(super) async fn incident(&self, row: &Document) -> Result<IncidentBody, Problem> {
        let instance = required(row, IncidentRow::PROCESS_INSTANCE_ID);
        let definition = required(row, IncidentRow::PROCESS_DEFINITION_ID);
        let element = text(row, IncidentRow::FAILED_ACTIVITY_ID).or_else(|| text(row, IncidentRow::ACTIVITY_ID));
        let known = self.engine.catalog().process(&definition);
        let running = self.row(views::PROCESS_INSTANCE, &instance).await?;
        let element_name = match &element {
            Some(element) => self.element_name(&definition, element).await?,
            None => None,
        };
        Ok(IncidentBody {
            id: required(row, IncidentRow::ID),
            kind: required(row, IncidentRow::INCIDENT_TYPE),
            message: text(row, IncidentRow::INCIDENT_MESSAGE),
            element_name,
            element_id: element,
            created_at: instant(row, IncidentRow::INCIDENT_TIMESTAMP),
            process_instance_id: instance,
            definition_key: required(row, IncidentRow::PROCESS_DEFINITION_KEY),
            definition_name: known.and_then(|process| process.name.clone()),
            process_definition_id: definition,
            business_key: running.and_then(|row| text(&row, ProcessInstanceRow::BUSINESS_KEY)),
        })
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct IncidentFilter {
    process_instance_id: Option<String>,
    process_definition_id: Option<String>,
    /// What failed there.
    element_id: Option<String>,
}

/// Open incidents, newest first.
#[utoipa::path(get, path = "/api/v1/incidents", tag = "incidents", params(PageParams, IncidentFilter),
    responses((status = 200, body = PageBody<IncidentBody>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    state: ApiState,
    Authenticated(subject): Authenticated,
    params: PageParams,
    UrlQuery(wanted): UrlQuery<IncidentFilter>,
) -> Result<Json<PageBody<IncidentBody>>, Problem> {
    let mut filters = vec![Filter::All];
    filters.extend(wanted.process_instance_id.as_deref().map(|id| eq(IncidentRow::PROCESS_INSTANCE_ID, id)));
    filters.extend(wanted.process_definition_id.as_deref().map(|id| eq(IncidentRow::PROCESS_DEFINITION_ID, id)));
    filters.extend(wanted.element_id.as_deref().map(|element| {
        let at = |column| eq(column, element);
        Filter::Or(vec![at(IncidentRow::FAILED_ACTIVITY_ID), at(IncidentRow::ACTIVITY_ID)])
    }));
    let mut query = Query::new(views::INCIDENT, Filter::And(filters));
    query.sort = vec![Sort { field: IncidentRow::INCIDENT_TIMESTAMP.into(), descending: true }];
    let (page, total) = state.page(&subject, "incident", &OF_A_CASE, query, &params).await?;
    let mut items = Vec::with_capacity(page.rows.len());
    for (_, row) in &page.rows {
        items.push(state.incident(row).await?);
    }
    Ok(Json(body(items, &page, total)))
}

/// An incident, with all that is known of what went wrong.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IncidentDetails {
    #[serde(flatten)]
    incident: IncidentBody,
    /// The message with its stack, as the job or the worker left it.
    details: Option<String>,
}

/// One incident, with all that is known of what went wrong.
#[utoipa::path(get, path = "/api/v1/incidents/{id}", tag = "incidents", params(("id" = String, Path)),
    responses((status = 200, body = IncidentDetails), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn read(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<IncidentDetails>, Problem> {
    state.allow(&subject, "read", "incident", &id).await?;
    let row = state.row(views::INCIDENT, &id).await?.ok_or_else(missing)?;
    let (incident, instance) = (Resource::new("incident", &id), required(&row, IncidentRow::PROCESS_INSTANCE_ID));
    state.allow_of_instance(&subject, "read", incident, &instance, missing).await?;
    let cause = state.cause(&id, row.clone()).await?;
    let target = text(&cause, IncidentRow::CONFIGURATION).unwrap_or_default();
    let details = match required(&cause, IncidentRow::INCIDENT_TYPE).as_str() {
        "failedJob" => {
            let job = state.row(views::JOB, &target).await?;
            job.and_then(|job| text(&job, JobRow::EXCEPTION_MESSAGE))
        }
        "failedExternalTask" => {
            let task = state.row(views::EXTERNAL_TASK, &target).await?;
            task.and_then(|task| text(&task, ExternalTaskRow::ERROR_DETAILS))
        }
        _ => None,
    };
    let details = details.or_else(|| text(&cause, IncidentRow::INCIDENT_MESSAGE));
    Ok(Json(IncidentDetails { incident: state.incident(&row).await?, details }))
}

/// Gives what failed one more try. 204; what becomes of it is seen in the instance.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/retry", tag = "incidents", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn retry(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    state.allow(&subject, "update", "incident", &id).await?;
    let row = state.row(views::INCIDENT, &id).await?.ok_or_else(missing)?;
    let (incident, instance) = (Resource::new("incident", &id), required(&row, IncidentRow::PROCESS_INSTANCE_ID));
    state.allow_of_instance(&subject, "update", incident, &instance, missing).await?;
    let row = state.cause(&id, row).await?;
    let target = text(&row, IncidentRow::CONFIGURATION).unwrap_or_default();
    let (_, local) = parse(&target).ok_or_else(|| {
        Problem::conflict(
            "not-retryable",
            "This incident is none of a job or an external task: it is resolved by hand.",
        )
    })?;
    let command = match required(&row, IncidentRow::INCIDENT_TYPE).as_str() {
        "failedJob" => Command::SetJobRetries { job: local, retries: 1, due: None },
        "failedExternalTask" => Command::SetExternalTaskRetries { task: local, retries: 1 },
        _ => return Err(Problem::conflict("not-retryable", "This incident is resolved by hand.")),
    };
    state.engine.instances().step(&target, &caller(&subject), command).await.map_err(|error| problem(&error))?;
    Ok(StatusCode::NO_CONTENT)
}
