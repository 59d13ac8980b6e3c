//! `/api/v1/process-definitions`

use super::ApiState;
use super::support::{body, eq, instant, required, text};
use axum::extract::{Path, Query as UrlQuery};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Lead, Subject};
use casewright_engine_views::{self as views, DeploymentRow, PlaceRow, ProcessDefinitionRow, ProcessInstanceRow};
use casewright_journal::{Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// A version of a process.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProcessDefinitionBody {
    id: String,
    /// Id of the `<process>` element.
    key: String,
    name: Option<String>,
    version: i64,
    version_tag: Option<String>,
    deployment_id: String,
    deployed_at: Option<String>,
    /// User id.
    deployed_by: Option<String>,
    /// Instances of this version that are not ended.
    running_instances: u64,
    /// Open incidents of this version.
    incidents: u64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DefinitionFilter {
    /// Only the latest version of each process.
    #[serde(default)]
    latest: bool,
    key: Option<String>,
}

/// Processes by key, newest version first.
#[utoipa::path(get, path = "/api/v1/process-definitions", tag = "process-definitions", params(PageParams, DefinitionFilter),
    responses((status = 200, body = PageBody<ProcessDefinitionBody>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    state: ApiState,
    Authenticated(subject): Authenticated,
    params: PageParams,
    UrlQuery(wanted): UrlQuery<DefinitionFilter>,
) -> Result<Json<PageBody<ProcessDefinitionBody>>, Problem> {
    let mut filters = vec![Filter::All];
    if wanted.latest {
        filters.push(Filter::Eq(ProcessDefinitionRow::LATEST.into(), json!(true)));
    }
    filters.extend(wanted.key.as_deref().map(|key| eq(ProcessDefinitionRow::KEY, key)));
    let mut query = Query::new(views::PROCESS_DEFINITION, Filter::And(filters));
    query.sort = vec![
        Sort { field: ProcessDefinitionRow::KEY.into(), descending: false },
        Sort { field: ProcessDefinitionRow::VERSION.into(), descending: true },
    ];
    let instances =
        state.counted(&subject, "process-instance", Lead::Root(ProcessInstanceRow::ROOT_PROCESS_INSTANCE_ID)).await?;
    let incidents = state.counted(&subject, "incident", super::incidents::OF_A_CASE[0]).await?;
    let (page, total) = state.page(&subject, "process-definition", &[], query, &params).await?;
    let mut deployers: HashMap<String, Option<String>> = HashMap::new();
    let mut items = Vec::with_capacity(page.rows.len());
    for (id, row) in &page.rows {
        let deployment = required(row, ProcessDefinitionRow::DEPLOYMENT_ID);
        if !deployers.contains_key(&deployment) {
            let found = state.row(views::DEPLOYMENT, &deployment).await?;
            deployers.insert(deployment.clone(), found.and_then(|row| text(&row, DeploymentRow::DEPLOYED_BY)));
        }
        items.push(ProcessDefinitionBody {
            id: id.to_string(),
            key: required(row, ProcessDefinitionRow::KEY),
            name: text(row, ProcessDefinitionRow::NAME),
            version: ProcessDefinitionRow::VERSION.integer(row).unwrap_or_default(),
            version_tag: text(row, ProcessDefinitionRow::VERSION_TAG),
            deployed_by: deployers.get(&deployment).cloned().flatten(),
            deployment_id: deployment,
            deployed_at: instant(row, ProcessDefinitionRow::DEPLOYMENT_TIME),
            running_instances: state.count_of(views::PROCESS_INSTANCE, id, instances.as_ref()).await?,
            incidents: state.count_of(views::INCIDENT, id, incidents.as_ref()).await?,
        });
    }
    Ok(Json(body(items, &page, total)))
}

/// The BPMN file of a process.
#[utoipa::path(get, path = "/api/v1/process-definitions/{id}/xml", tag = "process-definitions", params(("id" = String, Path)),
    responses((status = 200, content_type = "application/xml"), (status = 404, body = Problem)))]
pub(crate) async fn xml(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    state.allow(&subject, "read", "process-definition", &id).await?;
    state.diagram(&id)
}

impl ApiState {
    /// What of a kind is counted for the subject; none: nothing, for there are those who see processes and not what runs.
    async fn counted(&self, subject: &Subject, kind: &str, lead: Lead) -> Result<Option<Filter>, Problem> {
        match self.access.list_filter_within(subject, "read", kind, &[lead]).await {
            Ok(filter) => Ok(Some(filter)),
            Err(problem) if problem.status == StatusCode::FORBIDDEN.as_u16() => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    async fn count_of(&self, view: &'static str, definition: &str, counted: Option<&Filter>) -> Result<u64, Problem> {
        match counted {
            Some(counted) => {
                let filter = Filter::And(vec![eq(PlaceRow::PROCESS_DEFINITION_ID, definition), counted.clone()]);
                self.count(view, filter).await
            }
            None => Ok(0),
        }
    }

    /// The file a definition came from.
    pub(super) fn diagram(&self, definition: &str) -> Result<Response, Problem> {
        let missing = || Problem::not_found("There is no such process definition.");
        let registry = self.engine.catalog().state();
        let process = registry.processes.get(definition).ok_or_else(missing)?;
        let deployment = registry.deployments.get(&process.deployment_id).ok_or_else(missing)?;
        let resource = deployment.resource(&process.resource).ok_or_else(missing)?;
        Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], resource.text()).into_response())
    }
}
