//! External tasks: fetched, done, failed, broken.

use super::{list, query, started, variables};
use crate::calls::{Api, id};
use serde_json::{Value as Json, json};

async fn fetched(api: &Api<'_>, business_key: &str) -> String {
    let topic = json!({
        "topicName": "print", "lockDuration": 600_000, "businessKey": business_key, "includeExtensionProperties": true,
        "deserializeValues": false,
    });
    let body = json!({"workerId": "printer", "maxTasks": 1, "usePriority": true, "topics": [topic]});
    id(&api.post("/external-task/fetchAndLock").json(body).ok().await[0])
}

pub(super) async fn tell(api: &Api<'_>) {
    for key in ["done", "failed", "broken", "waiting"] {
        started(api, "work", json!({"businessKey": key, "variables": variables()})).await;
    }
    let by = |more: Json| {
        let mut body = json!({"workerId": "printer"});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        body
    };
    api.get("/external-task/topic-names").ok().await;
    let (done, failed, broken) =
        (fetched(api, "done").await, fetched(api, "failed").await, fetched(api, "broken").await);
    let nothing =
        json!({"workerId": "printer", "maxTasks": 1, "topics": [{"topicName": "other", "lockDuration": 1000}]});
    api.post("/external-task/fetchAndLock").json(nothing).ok().await;
    api.get("/external-task/{id}").at(&[&done]).ok().await;
    api.get("/external-task/{id}").at(&["nope"]).refused(404).await;
    list(api, "/external-task", "topicName=print&sortBy=lockExpirationTime&sortOrder=asc").await;
    query(api, "/external-task", json!({"workerId": "printer", "locked": true})).await;

    api.post("/external-task/{id}/extendLock").at(&[&done]).json(by(json!({"newDuration": 700_000}))).ok().await;
    api.post("/external-task/{id}/unlock").at(&[&done]).ok().await;
    api.post("/external-task/{id}/lock").at(&[&done]).json(by(json!({"lockDuration": 600_000}))).ok().await;
    api.put("/external-task/{id}/priority").at(&[&done]).json(json!({"priority": 90})).ok().await;
    api.put("/external-task/{id}/retries").at(&[&done]).json(json!({"retries": 5})).ok().await;
    api.put("/external-task/retries").json(json!({"retries": 4, "externalTaskIds": [done]})).ok().await;
    api.post("/external-task/retries-async").json(json!({"retries": 3, "externalTaskIds": [done]})).ok().await;
    api.get("/external-task/{id}/errorDetails").at(&[&done]).ok().await;
    api.post("/external-task/{id}/complete").at(&[&done]).json(json!({"workerId": "other"})).refused(400).await;
    let result = json!({"variables": {"printed": {"value": true}}, "localVariables": {"tray": {"value": 2}}});
    api.post("/external-task/{id}/complete").at(&[&done]).json(by(result)).ok().await;

    let failure = json!({"errorMessage": "no paper", "errorDetails": "tray 2\nempty", "retries": 0, "retryTimeout": 0});
    api.post("/external-task/{id}/failure").at(&[&failed]).json(by(failure)).ok().await;
    api.get("/external-task/{id}").at(&[&failed]).ok().await;
    api.get("/external-task/{id}/errorDetails").at(&[&failed]).ok().await;
    let error = json!({"errorCode": "DAMAGED", "errorMessage": "torn", "variables": {"page": {"value": 3}}});
    api.post("/external-task/{id}/bpmnError").at(&[&broken]).json(by(error)).ok().await;
    list(api, "/incident", "incidentType=failedExternalTask").await;

    list(api, "/history/external-task-log", "topicName=print").await;
    query(api, "/history/external-task-log", json!({"topicName": "print", "creationLog": true})).await;
    let log = api.get("/history/external-task-log").query("failureLog=true").ok().await;
    let entry = id(&log[0]);
    api.get("/history/external-task-log/{id}").at(&[&entry]).ok().await;
    api.get("/history/external-task-log/{id}/error-details").at(&[&entry]).ok().await;
    api.get("/history/external-task-log/{id}").at(&["nope"]).refused(404).await;
}
