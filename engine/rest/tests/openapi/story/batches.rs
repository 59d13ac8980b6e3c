//! Batches: seeded, run, suspended, taken away.

use super::list;
use crate::calls::{Api, id, text};
use serde_json::json;

pub(super) async fn tell(api: &Api<'_>) {
    let deletion = list(api, "/batch", "type=instance-deletion").await;
    let batch = id(&deletion[0]);
    api.get("/batch/{id}").at(&[&batch]).ok().await;
    api.get("/batch/{id}").at(&["nope"]).refused(404).await;
    for suspended in [true, false] {
        api.put("/batch/{id}/suspended").at(&[&batch]).json(json!({"suspended": suspended})).ok().await;
    }
    let seed = format!("jobDefinitionId={}", text(&deletion[0]["seedJobDefinitionId"]));
    let seed = id(&api.get("/job").query(&seed).ok().await[0]);
    api.post("/job/{id}/execute").at(&[&seed]).ok().await;
    list(api, "/batch/statistics", "type=instance-deletion").await;
    let work = format!("jobDefinitionId={}", text(&deletion[0]["batchJobDefinitionId"]));
    let work = id(&api.get("/job").query(&work).ok().await[0]);
    api.post("/job/{id}/execute").at(&[&work]).ok().await;
    let retries = list(api, "/batch", "type=set-external-task-retries").await;
    api.delete("/batch/{id}").at(&[&id(&retries[0])]).query("cascade=true").ok().await;
}
