//! `/deployment`: uploads, resources, deletion.

use crate::authorization::check_built_in_topics;
use crate::error::{RestError, RestResult};
use crate::query::Field;
use crate::query::shape::shape;
use crate::request::{Reply, Req, download, no_content, ok};
use crate::resources::{decision, deployment, process_definition};
use crate::words;
use axum::body::Bytes;
use casewright_engine_model::diagnostic::Diagnostic;
use casewright_engine_runtime::EngineError;
use casewright_engine_runtime::registry::models::read;
use casewright_engine_runtime::registry::{Deployed, Filtering, NewDeployment};
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::{Content, Deployment, RegistryState, Resource};
use casewright_engine_views::{self as views, ProcessDefinitionRow};
use casewright_journal::Row;
use http::StatusCode;
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;
use uuid::Uuid;

/// The parts of an upload.
#[derive(Default)]
struct Upload {
    name: Option<String>,
    source: Option<String>,
    activation: Option<String>,
    tenant: Option<SmolStr>,
    duplicates: bool,
    changed_only: bool,
    /// Not of the contract: tasks that name Java run as external tasks.
    java_as_external: bool,
    /// Part name, file name, bytes; a part of the same name replaces the earlier one.
    files: Vec<(String, String, Bytes)>,
}

/// `POST /deployment/create`.
pub(crate) async fn create(req: Req) -> Reply {
    let upload = upload(&req).await?;
    if upload.files.is_empty() {
        return Err(RestError::invalid("No deployment resources contained in the form upload."));
    }
    answer(&req, deploy_upload(&req, upload).await?)
}

fn answer(req: &Req, (deployed, warnings): (Deployed, Vec<Json>)) -> Reply {
    let state = req.engine.catalog().state();
    let (Deployed::New(id) | Deployed::Existing(id)) = &deployed;
    let Some(found) = state.deployments.get(id) else {
        return Err(RestError::engine(format!("Deployment {id} was deleted meanwhile")));
    };
    let mut out = head(req, found);
    let is_new = matches!(deployed, Deployed::New(_));
    answer_definitions(&state, id, is_new, &mut out);
    // Not of the contract, so that an answer without findings is exactly as Camunda's.
    if !warnings.is_empty() {
        out.insert("warnings".into(), Json::Array(warnings));
    }
    ok(out)
}

/// `POST /deployment/{id}/redeploy`: what a deployment holds, or some of it, once more.
pub(crate) async fn redeploy(req: Req) -> Reply {
    let body = req.json()?;
    let id = req.id();
    let state = req.engine.catalog().state();
    let Some(old) = state.deployments.get(id) else {
        return Err(RestError::not_found(format!("Deployment with id '{id}' does not exist")));
    };
    let by_id = body.list("resourceIds")?.unwrap_or_default();
    let by_name = body.list("resourceNames")?.unwrap_or_default();
    let lacks = |what: &str, missing: Vec<&str>| {
        let message = format!(
            "Cannot redeploy deployment '{id}': The deployment with id '{id}' does not contain the following resources with {what}: {}",
            missing.join(", ")
        );
        RestError { code: Some(0), ..RestError::not_found(message) }
    };
    let none = |wanted: &'_ String, of: fn(&Resource) -> &str| !old.resources.iter().any(|one| of(one) == wanted);
    let missing: Vec<&str> = by_id.iter().filter(|id| none(id, |one| &one.id)).map(String::as_str).collect();
    if !missing.is_empty() {
        return Err(lacks("id", missing));
    }
    let missing: Vec<&str> = by_name.iter().filter(|name| none(name, |one| &one.name)).map(String::as_str).collect();
    if !missing.is_empty() {
        return Err(lacks("name", missing));
    }
    let is_all = by_id.is_empty() && by_name.is_empty();
    let wanted = |one: &&Arc<Resource>| {
        is_all || by_id.iter().any(|id| *id == one.id) || by_name.iter().any(|name| *name == one.name)
    };
    let files = old.resources.iter().filter(wanted);
    let upload = Upload {
        name: old.name.clone(),
        source: body.text("source")?,
        tenant: old.tenant_id.clone(),
        java_as_external: old.java_as_external,
        files: files.map(|one| (one.name.clone(), one.name.clone(), one.content.0.clone())).collect(),
        ..Upload::default()
    };
    answer(&req, deploy_upload(&req, upload).await?)
}

fn answer_definitions(state: &RegistryState, deployment: &str, is_new: bool, out: &mut Map<String, Json>) {
    let group = |rows: Vec<(String, Map<String, Json>)>| {
        if rows.is_empty() || !is_new {
            Json::Null
        } else {
            Json::Object(rows.into_iter().map(|(id, row)| (id, Json::Object(row))).collect())
        }
    };
    let rows = |fields: &[Field], row: Row| shape(fields, &row.into_document());
    let processes = state
        .processes
        .values()
        .filter(|d| d.deployment_id == deployment)
        .map(|d| {
            let mut row = views::process_row(d);
            // Camunda answers with the definitions as they were before an activation date suspended them.
            row.set(ProcessDefinitionRow::SUSPENDED.name(), false);
            (d.id.to_string(), rows(process_definition::FIELDS, row))
        })
        .collect();
    let decisions = state
        .decisions
        .values()
        .filter(|d| d.deployment_id == deployment)
        .map(|d| (d.id.to_string(), rows(decision::FIELDS, views::decision_row(d))))
        .collect();
    let requirements = state
        .requirements
        .values()
        .filter(|d| d.deployment_id == deployment)
        .map(|d| {
            let row = views::requirements_row(d);
            (d.id.to_string(), rows(decision::REQUIREMENTS_FIELDS, row))
        })
        .collect();
    out.insert("deployedProcessDefinitions".into(), group(processes));
    out.insert("deployedCaseDefinitions".into(), Json::Null);
    out.insert("deployedDecisionDefinitions".into(), group(decisions));
    out.insert("deployedDecisionRequirementsDefinitions".into(), group(requirements));
}

fn head(req: &Req, deployment: &Deployment) -> Map<String, Json> {
    let href = format!("{}/deployment/{}", req.base(), deployment.id);
    let row = views::deployment_row(deployment);
    let mut out = shape(deployment::FIELDS, &row.into_document());
    out.insert("links".into(), json!([{"method": "GET", "href": href, "rel": "self"}]));
    out
}

async fn upload(req: &Req) -> RestResult<Upload> {
    let mut upload = Upload::default();
    for part in req.multipart().await? {
        let text = || part.text();
        match part.name.as_str() {
            "deployment-name" => upload.name = Some(text()),
            "deployment-source" => upload.source = Some(text()),
            "deployment-activation-time" => upload.activation = Some(text()),
            "tenant-id" => upload.tenant = Some(SmolStr::new(text())).filter(|t| !t.is_empty()),
            "enable-duplicate-filtering" => upload.duplicates = part.is_true(),
            "java-as-external" => upload.java_as_external = part.is_true(),
            "deploy-changed-only" => upload.changed_only = part.is_true(),
            name => {
                let Some(filename) = part.filename.clone().filter(|f| !f.is_empty()) else {
                    return Err(RestError::invalid(format!(
                        "No file name found in the deployment resource described by form parameter '{name}'."
                    )));
                };
                upload.files.retain(|(known, _, _)| known != name);
                upload.files.push((name.to_owned(), filename, part.bytes));
            }
        }
    }
    Ok(upload)
}

async fn deploy_upload(req: &Req, upload: Upload) -> RestResult<(Deployed, Vec<Json>)> {
    let activation = activation(req, upload.activation.as_deref())?;
    let filtering = match (upload.duplicates, upload.changed_only) {
        (_, true) => Filtering::ChangedOnly,
        (true, false) => Filtering::Duplicates,
        (false, false) => Filtering::None,
    };
    let resources: Vec<Arc<Resource>> = upload
        .files
        .into_iter()
        .map(|(_, name, bytes)| {
            Arc::new(Resource { id: Uuid::new_v4().to_string().into(), name, content: Content(bytes) })
        })
        .collect();
    let java_as_external = upload.java_as_external;
    let files = resources.clone();
    let reading = req.engine.aside(move |engine| {
        read(files.iter().map(AsRef::as_ref), &**engine.expressions(), engine.config(), java_as_external)
    });
    let models = reading.await?.map_err(EngineError::from)?;
    if let Some(signed_in) = &req.signed_in {
        check_built_in_topics(signed_in, models.built_in_use(&req.engine.config().built_in_topics)).await?;
    }
    let warnings = models.warnings.iter().map(|(resource, warning)| finding(resource, warning)).collect();
    let new = NewDeployment {
        id: Uuid::new_v4().to_string().into(),
        name: upload.name,
        source: upload.source,
        tenant_id: upload.tenant,
        activation,
        filtering,
        actor: req.caller.user.clone(),
        resources,
        models: Arc::new(models),
        java_as_external,
    };
    let deployed = req.engine.definitions().deploy(&req.caller, new).await?;
    Ok((deployed, warnings))
}

fn finding(resource: &str, diagnostic: &Diagnostic) -> Json {
    let mut out = words::diagnostic(diagnostic);
    out["resource"] = json!(resource);
    out["code"] = json!(diagnostic.code);
    out["help"] = json!(diagnostic.help);
    out
}

/// `deployment-activation-time`, read as liberally as Joda does.
fn activation(req: &Req, text: Option<&str>) -> RestResult<Option<Instant>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    req.engine.date(text).map(Some).map_err(|_| {
        RestError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "IllegalArgumentException",
            format!("Invalid format: \"{text}\""),
            None,
        )
    })
}

fn find(req: &Req) -> RestResult<Arc<Deployment>> {
    let id = req.id();
    req.engine
        .catalog()
        .state()
        .deployments
        .get(id)
        .map(Arc::clone)
        .ok_or_else(|| RestError::not_found(format!("Deployment with id '{id}' does not exist")))
}

/// `GET /deployment/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    let deployment = find(&req)?;
    let mut out = head(&req, &deployment);
    out.insert("links".into(), json!([]));
    ok(out)
}

/// `GET /deployment/{id}/resources`.
pub(crate) async fn resources(req: Req) -> Reply {
    let deployment = find(&req).map_err(|_| {
        RestError::not_found(format!("Deployment resources for deployment id '{}' do not exist.", req.id()))
    })?;
    let list: Vec<Json> = deployment.resources.iter().map(|r| resource_dto(&deployment, r)).collect();
    ok(list)
}

fn resource_dto(deployment: &Deployment, resource: &Resource) -> Json {
    json!({
        "id": resource.id.as_str(),
        "name": resource.name,
        "deploymentId": deployment.id.as_str(),
    })
}

fn find_resource(req: &Req) -> Option<(Arc<Deployment>, Arc<Resource>)> {
    let deployment = find(req).ok()?;
    let id = req.path("resourceId");
    let resource = deployment.resources.iter().find(|r| r.id == id).map(Arc::clone)?;
    Some((deployment, resource))
}

/// `GET /deployment/{id}/resources/{resourceId}`.
pub(crate) async fn resource(req: Req) -> Reply {
    let Some((deployment, resource)) = find_resource(&req) else {
        return Err(RestError::not_found(format!(
            "Deployment resource with resource id '{}' for deployment id '{}' does not exist.",
            req.path("resourceId"),
            req.id()
        )));
    };
    ok(resource_dto(&deployment, &resource))
}

/// `GET /deployment/{id}/resources/{resourceId}/data`.
pub(crate) async fn resource_data(req: Req) -> Reply {
    let Some((_, resource)) = find_resource(&req) else {
        return Err(RestError::null_value(format!(
            "no resource found with id '{}' in deployment '{}': resource is null",
            req.path("resourceId"),
            req.id()
        )));
    };
    let name = resource.name.rsplit('/').next().unwrap_or(&resource.name);
    download(resource.content.0.to_vec(), media_type(name), Some(name))
}

/// A media type by suffix, as Camunda serves resources.
pub(crate) fn media_type(name: &str) -> &'static str {
    let suffix = name.rsplit('.').next().unwrap_or_default();
    match suffix {
        "bpmn" | "cmmn" | "dmn" | "xml" => "application/xml",
        "json" => "application/json",
        "png" => "image/png",
        "jpg" | "jpeg" | "jpe" => "image/jpeg",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        "html" => "text/html",
        "txt" | "groovy" | "java" | "js" | "php" | "py" | "rb" => "text/plain",
        "tif" | "tiff" => "image/tiff",
        _ => "application/octet-stream",
    }
}

/// `DELETE /deployment/{id}`.
pub(crate) async fn delete(req: Req) -> Reply {
    let deployment =
        find(&req).map_err(|_| RestError::not_found(format!("Deployment with id '{}' do not exist", req.id())))?;
    let cascade = req.flag("cascade") == Some(true);
    req.engine.definitions().delete_deployment(&req.caller, &deployment.id, cascade).await?;
    no_content()
}

/// `GET /deployment/registered`: deployments this node may run.
pub(crate) async fn registered(req: Req) -> Reply {
    let state = req.engine.catalog().state();
    let ids: Vec<&str> = state.deployments.keys().map(SmolStr::as_str).collect();
    ok(json!(ids))
}
