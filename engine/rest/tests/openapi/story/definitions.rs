//! Deployments and process definitions: by id, by key, and by the key of a tenant.

use super::{list, started, variables};
use crate::calls::{Api, id, text};
use crate::support::Part;
use serde_json::{Value as Json, json};

const OFFICE: &[(&str, &str)] = &[
    ("request.bpmn", include_str!("../models/request.bpmn")),
    ("request.svg", include_str!("../models/diagram.svg")),
    ("notice.bpmn", include_str!("../models/notice.bpmn")),
    ("notice.html", include_str!("../models/notice.html")),
    ("filing.form", include_str!("../models/filing.form")),
    ("fee.dmn", include_str!("../models/fee.dmn")),
    ("fee.svg", include_str!("../models/diagram.svg")),
    ("one.dmn", include_str!("../models/one.dmn")),
    ("one.svg", include_str!("../models/diagram.svg")),
];
const MORE: &[(&str, &str)] = &[
    ("work.bpmn", include_str!("../models/work.bpmn")),
    ("waits.bpmn", include_str!("../models/waits.bpmn")),
    ("failing.bpmn", include_str!("../models/failing.bpmn")),
    ("starts.bpmn", include_str!("../models/starts.bpmn")),
    ("calls.bpmn", include_str!("../models/calls.bpmn")),
];

async fn deploy(api: &Api<'_>, name: &str, tenant: Option<&str>, files: &[(&str, &str)]) -> Json {
    let mut parts = vec![Part::text("deployment-name", name), Part::text("deployment-source", "office")];
    parts.extend(tenant.map(|tenant| Part::text("tenant-id", tenant)));
    parts.extend(files.iter().map(|(file, content)| Part::file(file, file, content)));
    api.post("/deployment/create").parts(parts).ok().await
}

/// The id of a definition by its key, as a deployment says it.
fn deployed(deployment: &Json, key: &str) -> String {
    let all = deployment["deployedProcessDefinitions"].as_object().unwrap();
    text(&all.values().find(|definition| definition["key"] == key).unwrap()["id"])
}

pub(super) async fn tell(api: &Api<'_>) {
    let office = deploy(api, "office", None, OFFICE).await;
    let acme = deploy(api, "office of acme", Some("acme"), OFFICE).await;
    deploy(api, "more", None, MORE).await;
    deploy(api, "moving", None, &[("moving.bpmn", include_str!("../models/moving-v1.bpmn"))]).await;
    deploy(api, "moving", None, &[("moving.bpmn", include_str!("../models/moving-v2.bpmn"))]).await;
    refused_deployments(api).await;
    deployments(api, &id(&office)).await;

    let (request, notice) = (deployed(&office, "request"), deployed(&office, "notice"));
    api.get("/process-definition/{id}").at(&[&request]).ok().await;
    api.get("/process-definition/key/{key}").at(&["request"]).ok().await;
    api.get("/process-definition/key/{key}/tenant-id/{tenantId}").at(&["request", "acme"]).ok().await;
    api.get("/process-definition/{id}").at(&["nope"]).refused(404).await;
    list(api, "/process-definition", "latestVersion=true&sortBy=key&sortOrder=asc").await;
    list(api, "/process-definition", "tenantIdIn=acme").await;

    for (path, place, other) in places(&request, &notice) {
        definition(api, path, &place, &other).await;
    }
    let unchecked = json!({"variables": {"copies": {"value": "many", "type": "Long"}}});
    api.post("/process-definition/{id}/start").at(&[&request]).json(unchecked).refused(400).await;
    let definition = deployed(&acme, "request");
    api.put("/process-definition/suspended")
        .json(json!({"processDefinitionKey": "notice", "suspended": true, "includeProcessInstances": true}))
        .ok()
        .await;
    api.put("/process-definition/suspended")
        .json(json!({"processDefinitionKey": "notice", "suspended": false, "includeProcessInstances": true}))
        .ok()
        .await;
    api.get("/process-definition/{id}/statistics")
        .at(&[&definition])
        .query("failedJobs=true&incidents=true")
        .ok()
        .await;
    api.get("/process-definition/statistics").query("failedJobs=true&rootIncidents=true").ok().await;
    api.get("/process-definition/statistics").query("incidentsForType=failedJob").ok().await;
}

type Place = Vec<String>;

/// The three ways to name a definition: the one with a generated form, and the one with an embedded form.
fn places(request: &str, notice: &str) -> [(&'static str, Place, Place); 3] {
    let one = |text: &str| vec![text.to_owned()];
    let two = |key: &str| vec![key.to_owned(), "acme".to_owned()];
    [
        ("/process-definition/{id}", one(request), one(notice)),
        ("/process-definition/key/{key}", one("request"), one("notice")),
        ("/process-definition/key/{key}/tenant-id/{tenantId}", two("request"), two("notice")),
    ]
}

async fn definition(api: &Api<'_>, path: &str, request: &[String], notice: &[String]) {
    let request: Vec<&str> = request.iter().map(String::as_str).collect();
    let notice: Vec<&str> = notice.iter().map(String::as_str).collect();
    for operation in ["xml", "diagram", "startForm", "rendered-form"] {
        api.get(&format!("{path}/{operation}")).at(&request).ok().await;
    }
    api.get(&format!("{path}/startForm")).at(&notice).ok().await;
    api.get(&format!("{path}/deployed-start-form")).at(&notice).ok().await;
    api.get(&format!("{path}/form-variables")).at(&request).ok().await;
    let start = json!({"variables": variables(), "businessKey": "by-start", "withVariablesInReturn": true});
    api.post(&format!("{path}/start")).at(&request).json(start).ok().await;
    api.post(&format!("{path}/start")).at(&notice).json(json!({})).ok().await;
    let form = json!({"variables": {"subject": {"value": "visa"}}, "businessKey": "by-form"});
    api.post(&format!("{path}/submit-form")).at(&request).json(form).ok().await;
    api.get(&format!("{path}/statistics")).at(&request).ok().await;
    for suspended in [true, false] {
        let body = json!({"suspended": suspended, "includeProcessInstances": true});
        api.put(&format!("{path}/suspended")).at(&request).json(body).ok().await;
    }
}

async fn refused_deployments(api: &Api<'_>) {
    let broken = include_str!("../models/failing.bpmn").replace(r#" camunda:expression="${nowhere}""#, "");
    let parts = vec![Part::text("deployment-name", "broken"), Part::file("f", "broken.bpmn", &broken)];
    api.post("/deployment/create").parts(parts).refused(400).await;
    api.post("/deployment/create").parts(vec![Part::text("deployment-name", "empty")]).refused(400).await;
}

async fn deployments(api: &Api<'_>, deployment: &str) {
    list(api, "/deployment", "source=office&sortBy=name&sortOrder=asc").await;
    api.get("/deployment/{id}").at(&[deployment]).ok().await;
    api.get("/deployment/{id}").at(&["nope"]).refused(404).await;
    let resources = api.get("/deployment/{id}/resources").at(&[deployment]).ok().await;
    for resource in resources.as_array().unwrap() {
        let place = [deployment, resource["id"].as_str().unwrap()];
        api.get("/deployment/{id}/resources/{resourceId}").at(&place).ok().await;
        api.get("/deployment/{id}/resources/{resourceId}/data").at(&place).ok().await;
    }
}

/// The end of the story: what is left is taken away.
pub(super) async fn clear(api: &Api<'_>) {
    started(api, "moving", json!({})).await;
    let older = api.get("/process-definition").query("key=moving&version=1").ok().await;
    let older = id(&older[0]);
    api.delete("/process-definition/{id}").at(&[&older]).query("cascade=true").ok().await;
    api.delete("/process-definition/key/{key}").at(&["moving"]).query("cascade=true").ok().await;
    let place = ["notice", "acme"];
    let path = "/process-definition/key/{key}/tenant-id/{tenantId}";
    api.delete(path).at(&place).query("cascade=true").ok().await;
    let more = api.get("/deployment").query("name=more").ok().await;
    api.delete("/deployment/{id}").at(&[&id(&more[0])]).query("cascade=true").ok().await;
    api.delete("/deployment/{id}").at(&["nope"]).refused(404).await;
}
