//! `/process-definition`: suspension, deletion, time to live, statistics, restart.

use super::definitions::{find, find_or};
use crate::error::{RestError, RestResult};
use crate::query::shape::shape;
use crate::request::{Fields, Reply, Req, no_content, ok};
use crate::resources::process_definition;
use axum::response::IntoResponse;
use casewright_engine_runtime::Engine;
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::ProcessDefinition;
use casewright_engine_views::criteria::{all, eq};
use casewright_engine_views::portions::portions;
use casewright_engine_views::{self as views, ExecutionRow, IncidentRow, JobRow, PlaceRow, ProcessDefinitionRow};
use casewright_journal::{Column, Document, Query};
use futures::TryStreamExt;
use http::StatusCode;
use indexmap::IndexMap;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

/// When a suspension takes effect.
pub(crate) fn execution_date(engine: &Engine, body: &Fields) -> RestResult<Option<Instant>> {
    let Some(text) = body.text("executionDate")?.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    engine.date(&text).map(Some).map_err(|_| RestError::invalid(format!("Invalid format: \"{text}\"")))
}

/// `PUT /process-definition/{id}/suspended`.
pub(crate) async fn suspended(req: Req) -> Reply {
    let body = req.json()?;
    let definition = match find(&req) {
        Ok(definition) => definition,
        // An unknown id: nothing to suspend. An unknown key is an error.
        Err(_) if !req.has_path("key") => return no_content(),
        Err(error) => return Err(error),
    };
    set_suspended(&req, &definition, &body).await.map_err(|error| {
        error.wrap(&format!(
            "The suspension state of Process Definition with id {} could not be updated due to: ",
            definition.id
        ))
    })?;
    no_content()
}

async fn set_suspended(req: &Req, definition: &ProcessDefinition, body: &Fields) -> RestResult<()> {
    let suspended = body.boolean("suspended")?;
    let include = body.boolean("includeProcessInstances")?;
    let (engine, caller) = (&req.engine, &req.caller);
    match execution_date(engine, body)? {
        Some(due) => engine.definitions().schedule_suspension(caller, definition, due, suspended, include).await?,
        None => engine.definitions().suspend(caller, &definition.id, suspended, include).await?,
    }
    Ok(())
}

/// `PUT /process-definition/suspended`.
pub(crate) async fn suspended_by_key(req: Req) -> Reply {
    let body = req.json()?;
    if body.text("processDefinitionId")?.is_some() {
        return Err(RestError::invalid("Only processDefinitionKey can be set to update the suspension state."));
    }
    let Some(key) = body.text("processDefinitionKey")? else {
        return Err(RestError::invalid(
            "Either processDefinitionId or processDefinitionKey should be set to update the suspension state.",
        ));
    };
    let state = req.engine.catalog().state();
    for definition in state.processes.values().filter(|d| d.key == key) {
        set_suspended(&req, definition, &body).await?;
    }
    no_content()
}

async fn delete_definition(req: &Req, definition: &ProcessDefinition) -> RestResult<()> {
    let cascade = req.flag("cascade") == Some(true);
    Ok(req.engine.definitions().delete(&req.caller, &definition.id, cascade).await?)
}

/// `DELETE /process-definition/{id}`: 200 and empty, unlike all other deletions.
pub(crate) async fn delete(req: Req) -> Reply {
    let definition = find_or(&req, |_, id| {
        let mut error =
            RestError::not_found(format!("No process definition found with id '{id}': processDefinition is null"));
        error.code = Some(0);
        error
    })?;
    delete_definition(&req, &definition).await?;
    Ok(StatusCode::OK.into_response())
}

/// `DELETE /process-definition/key/{key}`: the latest version, unlike the alias below.
pub(crate) async fn delete_by_key(req: Req) -> Reply {
    let definition = find(&req)?;
    delete_definition(&req, &definition).await?;
    Ok(StatusCode::OK.into_response())
}

/// `DELETE /process-definition/key/{key}/delete`: all versions.
pub(crate) async fn delete_by_key_alias(req: Req) -> Reply {
    delete_versions(&req).await?;
    no_content()
}

async fn delete_versions(req: &Req) -> RestResult<()> {
    find(req)?;
    let tenant = req.has_path("tenantId").then(|| req.path("tenantId"));
    let state = req.engine.catalog().state();
    for definition in state.versions(req.path("key"), tenant) {
        delete_definition(req, definition).await?;
    }
    Ok(())
}

/// `PUT /process-definition/{id}/history-time-to-live`.
pub(crate) async fn time_to_live(req: Req) -> Reply {
    let definition = find(&req)?;
    let days = req.json()?.history_time_to_live()?;
    req.engine.definitions().set_process_time_to_live(&req.caller, &definition.id, days).await?;
    no_content()
}

/// Counters of one activity or definition.
#[derive(Default)]
struct Counts {
    instances: u64,
    failed_jobs: u64,
    incidents: IndexMap<String, u64>,
}

fn incident_list(counts: &Counts) -> Json {
    Json::Array(
        counts.incidents.iter().map(|(kind, count)| json!({"incidentType": kind, "incidentCount": count})).collect(),
    )
}

/// What the caller wants counted besides instances.
struct Wanted {
    failed_jobs: bool,
    incidents: bool,
    incident_type: Option<String>,
}

fn wanted(req: &Req) -> RestResult<Wanted> {
    let query = req.query();
    let incidents = query.switch("incidents") == Some(true);
    let incident_type = query.text("incidentsForType")?;
    if incidents && incident_type.is_some() {
        return Err(RestError::invalid(
            "Only one of the query parameter includeIncidents or includeIncidentsForType can be set.",
        ));
    }
    Ok(Wanted { failed_jobs: query.switch("failedJobs") == Some(true), incidents, incident_type })
}

/// `GET /process-definition/{id}/statistics`: per activity.
pub(crate) async fn activity_statistics(req: Req) -> Reply {
    let wanted = wanted(&req)?;
    let definition = match find(&req) {
        Ok(definition) => definition.id.clone(),
        Err(_) if !req.has_path("key") => SmolStr::new(req.id()),
        Err(error) => return Err(error),
    };
    let counts = count_by(&req, Some(&definition), PlaceRow::ACTIVITY_ID, &wanted).await?;
    let list: Vec<Json> = counts
        .iter()
        .map(|(activity, counts)| {
            json!({
                "@class": "org.camunda.bpm.engine.rest.dto.repository.ActivityStatisticsResultDto",
                "id": activity,
                "instances": counts.instances,
                "failedJobs": counts.failed_jobs,
                "incidents": incident_list(counts),
            })
        })
        .collect();
    ok(list)
}

/// `GET /process-definition/statistics`: per definition.
pub(crate) async fn statistics(req: Req) -> Reply {
    let wanted = wanted(&req)?;
    let counts = count_by(&req, None, PlaceRow::PROCESS_DEFINITION_ID, &wanted).await?;
    let state = req.engine.catalog().state();
    let none = Counts::default();
    let list: Vec<Json> = state
        .processes
        .values()
        .map(|definition| {
            let counts = counts.get(definition.id.as_str()).unwrap_or(&none);
            // Camunda does not read time to live and description for statistics.
            let mut row = views::process_row(definition).into_document();
            row.remove(ProcessDefinitionRow::HISTORY_TIME_TO_LIVE.name());
            row.remove(ProcessDefinitionRow::DESCRIPTION.name());
            json!({
                "@class": "org.camunda.bpm.engine.rest.dto.repository.ProcessDefinitionStatisticsResultDto",
                "id": definition.id.as_str(),
                "instances": counts.instances,
                "failedJobs": counts.failed_jobs,
                "incidents": incident_list(counts),
                "definition": shape(process_definition::FIELDS, &row),
            })
        })
        .collect();
    ok(list)
}

/// What of a row is needed to count it.
const COUNTED: &[Column] = &[
    PlaceRow::PROCESS_DEFINITION_ID,
    PlaceRow::ACTIVITY_ID,
    ExecutionRow::ACTIVITY_TYPE,
    ExecutionRow::PHASE,
    JobRow::RETRIES,
    IncidentRow::INCIDENT_TYPE,
];

/// Does a token stand at the element of a row? Camunda counts no scope in which something runs, no token that waits at a join
/// for others, and none that has left its activity.
fn stands(row: &Document) -> bool {
    let word = |column: Column| column.text(row);
    match word(ExecutionRow::PHASE) {
        Some("arriving") => true,
        Some("active") => {
            let kind = word(ExecutionRow::ACTIVITY_TYPE).unwrap_or_default();
            let is_join = matches!(kind, "parallelGateway" | "inclusiveGateway" | "complexGateway");
            !is_join && !views::is_scope(kind)
        }
        _ => false,
    }
}

async fn count_by(
    req: &Req,
    definition: Option<&str>,
    by: Column,
    wanted: &Wanted,
) -> RestResult<IndexMap<String, Counts>> {
    let of = |view: &'static str| {
        let filters = definition.map(|id| eq(PlaceRow::PROCESS_DEFINITION_ID, id));
        Query::new(view, all(filters.into_iter().collect()))
    };
    let key = |row: &Document| by.text(row).map(str::to_owned);
    let mut counts: IndexMap<String, Counts> = IndexMap::new();
    let journal = req.engine.journal();
    let instances = if definition.is_some() { views::ACTIVITY } else { views::PROCESS_INSTANCE };
    let mut rows = portions(journal, Query { only: Some(COUNTED), ..of(instances) });
    while let Some(rows) = rows.try_next().await? {
        for key in rows.iter().filter(|row| definition.is_none() || stands(row)).filter_map(key) {
            counts.entry(key).or_default().instances += 1;
        }
    }
    if wanted.failed_jobs {
        let mut rows = portions(journal, Query { only: Some(COUNTED), ..of(views::JOB) });
        while let Some(rows) = rows.try_next().await? {
            let failed = |row: &&Document| JobRow::RETRIES.integer(row) == Some(0);
            for key in rows.iter().filter(failed).filter_map(key) {
                counts.entry(key).or_default().failed_jobs += 1;
            }
        }
    }
    if wanted.incidents || wanted.incident_type.is_some() {
        let mut rows = portions(journal, Query { only: Some(COUNTED), ..of(views::INCIDENT) });
        while let Some(rows) = rows.try_next().await? {
            for row in &rows {
                let kind = IncidentRow::INCIDENT_TYPE.text(row).unwrap_or_default();
                let asked = wanted.incident_type.as_deref().is_none_or(|only| only == kind);
                if let Some(key) = key(row).filter(|_| asked) {
                    let counts = counts.entry(key).or_default();
                    *counts.incidents.entry(kind.to_owned()).or_default() += 1;
                }
            }
        }
    }
    Ok(counts)
}
