//! `/api/v1/deployments`: uploads with diagnostics that name file, element and line.

use super::ApiState;
use super::support::{body, caller, instant, problem, text};
use axum::extract::{FromRequest, Multipart, Request};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource as Policed};
use casewright_engine_model::diagnostic::Diagnostic;
use casewright_engine_runtime::registry::models::{ModelError, Models, read};
use casewright_engine_runtime::registry::{Deployed, Filtering, NewDeployment};
use casewright_engine_views::aggregate::{Content, RegistryState, Resource};
use casewright_engine_views::{self as views, DeploymentRow};
use casewright_forms::Refusal;
use casewright_journal::{Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem};
use http::{StatusCode, header};
use serde::Serialize;
use serde_json::{Value as Any, json};
use smol_str::SmolStr;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// A deployment in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeploymentSummary {
    id: String,
    name: Option<String>,
    source: Option<String>,
    deployed_at: Option<String>,
    /// User id.
    deployed_by: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeployedDefinition {
    id: String,
    key: String,
    name: Option<String>,
    version: i32,
    resource: String,
    /// `process` or `decision`.
    kind: &'static str,
}

/// What came of an upload.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeploymentBody {
    id: String,
    name: Option<String>,
    definitions: Vec<DeployedDefinition>,
    warnings: Vec<Finding>,
}

/// One thing that is wrong, or may be, with a model.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelFinding)]
pub(crate) struct Finding {
    /// Stable; `docs/errors.md` explains each.
    code: String,
    /// Name of the file.
    resource: String,
    element_id: Option<String>,
    /// From 1.
    line: Option<u32>,
    column: Option<u32>,
    detail: String,
    help: Option<String>,
}

impl Finding {
    fn of(resource: &str, diagnostic: &Diagnostic) -> Self {
        let known = |place: u32| Some(place).filter(|place| *place > 0);
        Self {
            code: diagnostic.code.to_owned(),
            resource: resource.to_owned(),
            element_id: diagnostic.element_id.clone(),
            line: known(diagnostic.line),
            column: known(diagnostic.column),
            detail: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
        }
    }
}

/// Deployments, newest first.
#[utoipa::path(get, path = "/api/v1/deployments", tag = "deployments", params(PageParams),
    responses((status = 200, body = PageBody<DeploymentSummary>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    state: ApiState,
    Authenticated(subject): Authenticated,
    params: PageParams,
) -> Result<Json<PageBody<DeploymentSummary>>, Problem> {
    let mut query = Query::new(views::DEPLOYMENT, Filter::All);
    query.sort = vec![Sort { field: DeploymentRow::DEPLOYMENT_TIME.into(), descending: true }];
    let (page, total) = state.page(&subject, "deployment", &[], query, &params).await?;
    let items = page
        .rows
        .iter()
        .map(|(id, row)| DeploymentSummary {
            id: id.to_string(),
            name: text(row, DeploymentRow::NAME),
            source: text(row, DeploymentRow::SOURCE),
            deployed_at: instant(row, DeploymentRow::DEPLOYMENT_TIME),
            deployed_by: text(row, DeploymentRow::DEPLOYED_BY),
        })
        .collect();
    Ok(Json(body(items, &page, total)))
}

/// Deploys the files of a `multipart/form-data` body: every part with a file name is a file, `deployment-name` names the
/// deployment, `java-as-external` (`true`) turns tasks that name Java into external tasks. All of it or nothing.
#[utoipa::path(post, path = "/api/v1/deployments", tag = "deployments", request_body(content_type = "multipart/form-data"),
    responses((status = 201, body = DeploymentBody), (status = 400, description = "A problem whose `errors` are findings", body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn create(
    state: ApiState,
    Authenticated(subject): Authenticated,
    request: Request,
) -> Result<Response, Problem> {
    state.allow(&subject, "create", "deployment", "").await?;
    let Upload { name, files, java_as_external } =
        upload(parts(&state, request).await?, state.engine.config().deployment_parts).await?;
    if files.is_empty() {
        return Err(Problem::bad_request("no-files", "There is no file in the upload."));
    }
    let resources: Vec<Arc<Resource>> = files.into_iter().map(Arc::new).collect();
    let files = resources.clone();
    let reading = state.engine.aside(move |engine| {
        let forms: Vec<Finding> = files.iter().flat_map(|resource| form_findings(resource)).collect();
        let models = read(files.iter().map(AsRef::as_ref), &**engine.expressions(), engine.config(), java_as_external);
        (models, forms)
    });
    let (models, forms) = reading.await.map_err(|error| problem(&error))?;
    let models = match models {
        Ok(models) => Arc::new(models),
        Err(error) => return Ok(refused(&findings(&error))),
    };
    if !forms.is_empty() {
        return Ok(refused(&forms));
    }
    if let Some(found) = models.built_in_use(&state.engine.config().built_in_topics)
        && !state.access.allows(&subject, "allow-topics", &Policed::kind("deployment")).await
    {
        return Err(Problem::new(StatusCode::FORBIDDEN, "built-in-topic", found.refusal()));
    }
    let new = NewDeployment {
        id: Uuid::new_v4().to_string().into(),
        name: name.clone(),
        source: Some("casewright portal".to_owned()),
        tenant_id: None,
        activation: None,
        filtering: Filtering::None,
        actor: Some(SmolStr::new(subject.actor().id)),
        resources,
        models: Arc::clone(&models),
        java_as_external,
    };
    let deployed = state.engine.definitions().deploy(&caller(&subject), new).await.map_err(|error| problem(&error))?;
    let (Deployed::New(id) | Deployed::Existing(id)) = deployed;
    let answer = told(&state.engine.catalog().state(), &id, name, &models);
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// What is announced as too large is refused before it is read.
async fn parts(state: &ApiState, request: Request) -> Result<Multipart, Problem> {
    let limit = state.engine.config().deployment_bytes;
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if announced.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > limit) {
        let detail = format!("A deployment has at most {limit} bytes.");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", detail));
    }
    Multipart::from_request(request, state)
        .await
        .map_err(|refusal| Problem::new(refusal.status(), "malformed-upload", refusal.body_text()))
}

#[derive(Default)]
struct Upload {
    name: Option<String>,
    files: Vec<Resource>,
    java_as_external: bool,
}

async fn upload(mut parts: Multipart, most: usize) -> Result<Upload, Problem> {
    let broken = |error: axum::extract::multipart::MultipartError| {
        Problem::new(error.status(), "malformed-upload", error.body_text())
    };
    let mut upload = Upload::default();
    let mut count = 0;
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        count += 1;
        if count > most {
            return Err(Problem::bad_request(
                "too-many-parts",
                format!("The request has more than {most} parts, which is the most (engine.limits.deployment_parts)"),
            ));
        }
        let file = part.file_name().map(str::to_owned).filter(|file| !file.is_empty());
        let field = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(broken)?;
        match file {
            Some(file) => upload.files.push(Resource {
                id: Uuid::new_v4().to_string().into(),
                name: file,
                content: Content(bytes),
            }),
            None if field == "deployment-name" => {
                upload.name = Some(String::from_utf8_lossy(&bytes).into_owned()).filter(|name| !name.is_empty());
            }
            None if field == "java-as-external" => upload.java_as_external = bytes.trim_ascii() == b"true",
            None => {}
        }
    }
    Ok(upload)
}

fn told(registry: &RegistryState, id: &SmolStr, name: Option<String>, models: &Models) -> DeploymentBody {
    let processes = registry.processes.values().filter(|process| process.deployment_id == *id).map(|process| {
        let resource = process.resource.clone();
        (process.id.to_string(), process.key.to_string(), process.name.clone(), process.version, resource, "process")
    });
    let decisions = registry.decisions.values().filter(|decision| decision.deployment_id == *id).map(|decision| {
        let resource = decision.resource.clone();
        (
            decision.id.to_string(),
            decision.key.to_string(),
            decision.name.clone(),
            decision.version,
            resource,
            "decision",
        )
    });
    let mut definitions: Vec<DeployedDefinition> = processes
        .chain(decisions)
        .map(|(id, key, name, version, resource, kind)| DeployedDefinition { id, key, name, version, resource, kind })
        .collect();
    definitions.sort_by(|a, b| a.key.cmp(&b.key));
    let warnings = models.warnings.iter().map(|(resource, warning)| Finding::of(resource, warning)).collect();
    DeploymentBody { id: id.to_string(), name, definitions, warnings }
}

/// A form is kept as it is; one that is no JSON could never be shown, and one whose expressions cannot be read never be judged.
fn form_findings(resource: &Resource) -> Vec<Finding> {
    if !resource.name.ends_with(".form") {
        return Vec::new();
    }
    let form: Any = match serde_json::from_slice(&resource.content.0) {
        Ok(form) => form,
        Err(error) => {
            return vec![Finding {
                code: "malformed-form".to_owned(),
                resource: resource.name.clone(),
                element_id: None,
                line: u32::try_from(error.line()).ok(),
                column: u32::try_from(error.column()).ok(),
                detail: error.to_string(),
                help: Some("A form is the JSON that the form editor of Camunda Modeler or form-js writes.".to_owned()),
            }];
        }
    };
    // What has no components is shown by a page of its own.
    if form.get("components").is_none() {
        return Vec::new();
    }
    let refusals = casewright_forms::check(&form).err().unwrap_or_default();
    let finding = |refusal: Refusal| Finding {
        code: refusal.fault.code,
        resource: resource.name.clone(),
        element_id: refusal.field,
        // The detail says where in the property; the pointer, which property.
        line: None,
        column: None,
        detail: format!("{} ({})", refusal.fault.detail, refusal.fault.pointer),
        help: None,
    };
    refusals.into_iter().map(finding).collect()
}

fn findings(error: &ModelError) -> Vec<Finding> {
    match error {
        ModelError::Bpmn(rejected) => {
            rejected.errors.iter().map(|diagnostic| Finding::of(&rejected.resource, diagnostic)).collect()
        }
        ModelError::Dmn { resource, reason, .. } => vec![Finding {
            code: "invalid-decision".to_owned(),
            resource: resource.clone(),
            element_id: None,
            line: None,
            column: None,
            detail: reason.clone(),
            help: None,
        }],
        ModelError::TimeToLive { resource, process } => vec![Finding {
            code: "missing-time-to-live".to_owned(),
            resource: resource.clone(),
            element_id: Some(process.to_string()),
            line: None,
            column: None,
            detail: "The process does not say how long its history is kept.".to_owned(),
            help: Some("Set camunda:historyTimeToLive of the process, for example to P30D.".to_owned()),
        }],
    }
}

/// A problem (RFC 9457) whose `errors` say where each finding is.
fn refused(findings: &[Finding]) -> Response {
    let detail = match findings.len() {
        1 => "One finding; nothing was deployed.".to_owned(),
        count => format!("{count} findings; nothing was deployed."),
    };
    let mut body = json!(Problem::bad_request("model-refused", detail));
    body["errors"] = json!(findings);
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (StatusCode::BAD_REQUEST, kind, body.to_string()).into_response()
}
