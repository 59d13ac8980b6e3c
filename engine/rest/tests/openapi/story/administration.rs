//! Jobs, their definitions, and incidents.

use super::{list, query, started};
use crate::calls::{Api, id, text};
use serde_json::json;

pub(super) async fn tell(api: &Api<'_>) {
    let failing = started(api, "failing", json!({"businessKey": "failing"})).await;
    let job = id(&api.get("/job").query(&format!("processInstanceId={failing}")).ok().await[0]);
    api.get("/job/{id}/stacktrace").at(&[&job]).ok().await;
    for _ in 0..3 {
        api.post("/job/{id}/execute").at(&[&job]).refused(404).await;
    }
    api.get("/job/{id}/stacktrace").at(&[&job]).ok().await;
    api.get("/job/{id}").at(&[&job]).ok().await;
    api.get("/job/{id}").at(&["nope"]).refused(404).await;
    incidents(api, &failing).await;

    let timer = api.get("/job").query("timers=true&processDefinitionKey=waits").ok().await;
    let timer = id(&timer[0]);
    list(api, "/job", "sortBy=jobId&sortOrder=asc").await;
    query(api, "/job", json!({"timers": true})).await;
    api.put("/job/{id}/duedate").at(&[&timer]).json(json!({"duedate": "2027-06-01T00:00:00.000+0000"})).ok().await;
    api.post("/job/{id}/duedate/recalculate").at(&[&timer]).query("creationDateBased=false").ok().await;
    api.put("/job/{id}/priority").at(&[&timer]).json(json!({"priority": 42})).ok().await;
    api.put("/job/{id}/retries").at(&[&job]).json(json!({"retries": 1})).ok().await;
    for suspended in [true, false] {
        api.put("/job/{id}/suspended").at(&[&timer]).json(json!({"suspended": suspended})).ok().await;
        let many = json!({"suspended": suspended, "processInstanceId": failing});
        api.put("/job/suspended").json(many).ok().await;
    }
    api.post("/job/retries").json(json!({"jobIds": [job], "retries": 2})).ok().await;
    definitions(api).await;
    logs(api, &failing).await;

    let variable = json!({"value": "here", "type": "String"});
    api.put("/process-instance/{id}/variables/{varId}").at(&[&failing, "nowhere"]).json(variable).ok().await;
    api.post("/job/{id}/execute").at(&[&job]).ok().await;
    api.delete("/job/{id}").at(&[&timer]).ok().await;
}

async fn incidents(api: &Api<'_>, failing: &str) {
    let found = list(api, "/incident", &format!("processInstanceId={failing}")).await;
    let incident = id(&found[0]);
    api.get("/incident/{id}").at(&[&incident]).ok().await;
    api.put("/incident/{id}/annotation").at(&[&incident]).json(json!({"annotation": "known"})).ok().await;
    api.get("/incident/{id}").at(&[&incident]).ok().await;
    api.delete("/incident/{id}/annotation").at(&[&incident]).ok().await;
    api.get("/incident/{id}").at(&["nope"]).refused(404).await;
    let custom = list(api, "/incident", "incidentType=custom").await;
    api.delete("/incident/{id}").at(&[&id(&custom[0])]).ok().await;
    list(api, "/history/incident", "resolved=true").await;
    list(api, "/history/incident", "open=true&sortBy=createTime&sortOrder=asc").await;
}

async fn definitions(api: &Api<'_>) {
    let found = list(api, "/job-definition", "processDefinitionKey=waits").await;
    let definition = id(&found[0]);
    query(api, "/job-definition", json!({"processDefinitionKey": "failing"})).await;
    api.get("/job-definition/{id}").at(&[&definition]).ok().await;
    api.get("/job-definition/{id}").at(&["nope"]).refused(404).await;
    let priority = json!({"priority": 11, "includeJobs": true});
    api.put("/job-definition/{id}/jobPriority").at(&[&definition]).json(priority).ok().await;
    api.get("/job-definition/{id}").at(&[&definition]).ok().await;
    api.put("/job-definition/{id}/retries").at(&[&definition]).json(json!({"retries": 3})).ok().await;
    for suspended in [true, false] {
        let body = json!({"suspended": suspended, "includeJobs": true});
        api.put("/job-definition/{id}/suspended").at(&[&definition]).json(body).ok().await;
        let many = json!({"suspended": suspended, "processDefinitionKey": "failing", "includeJobs": false});
        api.put("/job-definition/suspended").json(many).ok().await;
    }
}

async fn logs(api: &Api<'_>, failing: &str) {
    list(api, "/history/job-log", &format!("processInstanceId={failing}")).await;
    query(api, "/history/job-log", json!({"creationLog": true})).await;
    let log = api.get("/history/job-log").query(&format!("failureLog=true&processInstanceId={failing}")).ok().await;
    let entry = text(&log[0]["id"]);
    api.get("/history/job-log/{id}").at(&[&entry]).ok().await;
    api.get("/history/job-log/{id}/stacktrace").at(&[&entry]).ok().await;
    api.get("/history/job-log/{id}").at(&["nope"]).refused(404).await;
}
