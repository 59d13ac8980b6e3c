//! What has happened: by instance, activity, variable, detail, and who did it.

use super::{list, query};
use crate::calls::{Api, id};
use serde_json::json;

pub(super) async fn tell(api: &Api<'_>) {
    let ended = list(api, "/history/process-instance", "finished=true&processInstanceBusinessKey=ends").await;
    let ended = id(&ended[0]);
    list(api, "/history/process-instance", "unfinished=true&sortBy=startTime&sortOrder=desc").await;
    query(api, "/history/process-instance", json!({"processDefinitionKey": "request", "withIncidents": false})).await;
    api.get("/history/process-instance/{id}").at(&[&ended]).ok().await;
    api.get("/history/process-instance/{id}").at(&["nope"]).refused(404).await;

    let activities = list(api, "/history/activity-instance", &format!("processInstanceId={ended}")).await;
    query(api, "/history/activity-instance", json!({"activityType": "userTask"})).await;
    api.get("/history/activity-instance/{id}").at(&[&id(&activities[0])]).ok().await;
    api.get("/history/activity-instance/{id}").at(&["nope"]).refused(404).await;

    let definition = id(&api.get("/process-definition/key/{key}").at(&["request"]).ok().await);
    let statistics = "/history/process-definition/{id}/statistics";
    api.get(statistics)
        .at(&[&definition])
        .query("canceled=true&finished=true&completeScope=true&incidents=true")
        .ok()
        .await;

    variables(api, &ended).await;
    details(api, &ended).await;
    list(api, "/history/user-operation", "sortBy=timestamp&sortOrder=desc").await;
    list(api, "/history/identity-link-log", "type=candidate").await;
    api.delete("/history/process-instance/{id}").at(&[&ended]).ok().await;
    api.delete("/history/process-instance/{id}").at(&[&ended]).refused(404).await;
}

async fn variables(api: &Api<'_>, ended: &str) {
    let found = list(api, "/history/variable-instance", &format!("processInstanceId={ended}")).await;
    query(api, "/history/variable-instance", json!({"variableName": "subject"})).await;
    for variable in found.as_array().unwrap() {
        let place = id(variable);
        api.get("/history/variable-instance/{id}").at(&[&place]).query("deserializeValue=false").ok().await;
        if matches!(variable["type"].as_str(), Some("File" | "Bytes")) {
            api.get("/history/variable-instance/{id}/data").at(&[&place]).ok().await;
        }
    }
    api.get("/history/variable-instance/{id}").at(&["nope"]).refused(404).await;
    api.delete("/history/variable-instance/{id}").at(&[&id(&found[0])]).ok().await;
}

async fn details(api: &Api<'_>, ended: &str) {
    let found = list(api, "/history/detail", &format!("processInstanceId={ended}&variableUpdates=true")).await;
    list(api, "/history/detail", "formFields=true").await;
    api.post("/history/detail").json(json!({"processInstanceId": ended})).ok().await;
    for detail in found.as_array().unwrap() {
        let place = id(detail);
        api.get("/history/detail/{id}").at(&[&place]).query("deserializeValue=false").ok().await;
        if detail["variableType"] == "Bytes" {
            api.get("/history/detail/{id}/data").at(&[&place]).ok().await;
        }
    }
    api.get("/history/detail/{id}").at(&["nope"]).refused(404).await;
}
