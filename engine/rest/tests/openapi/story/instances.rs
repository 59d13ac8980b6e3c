//! Process instances: running, suspended, modified, migrated, called, deleted.

use super::{list, query, started, variables};
use crate::calls::{Api, id, text};
use serde_json::json;

pub(super) async fn tell(api: &Api<'_>) {
    let main = started(api, "request", json!({"businessKey": "main", "variables": variables()})).await;
    started(api, "caller", json!({"businessKey": "calling"})).await;
    api.get("/process-instance/{id}").at(&[&main]).ok().await;
    api.get("/process-instance/{id}").at(&["nope"]).refused(404).await;
    let nested = list(api, "/process-instance", "processDefinitionKey=caller").await;
    let called = api.get("/process-instance").query("businessKey=calling&processDefinitionKey=request").ok().await;
    assert!(called[0]["id"].is_string(), "{called}");
    let tree = api.get("/process-instance/{id}/activity-instances").at(&[&id(&nested[0])]).ok().await;
    assert_eq!(tree["childActivityInstances"][0]["activityId"], "call", "{tree}");
    query(
        api,
        "/process-instance",
        json!({"businessKey": "main", "sorting": [{"sortBy": "instanceId", "sortOrder": "asc"}]}),
    )
    .await;

    for suspended in [true, false] {
        api.put("/process-instance/{id}/suspended").at(&[&main]).json(json!({"suspended": suspended})).ok().await;
        let many = json!({"suspended": suspended, "processInstanceIds": [main]});
        api.put("/process-instance/suspended").json(many).ok().await;
    }
    modified(api).await;
    migrated(api).await;
    let doomed = started(api, "many", json!({})).await;
    api.delete("/process-instance/{id}").at(&[&doomed]).ok().await;
    api.delete("/process-instance/{id}").at(&[&doomed]).refused(404).await;
    let doomed = started(api, "many", json!({})).await;
    let batch = json!({"processInstanceIds": [doomed], "deleteReason": "tidied"});
    api.post("/process-instance/delete").json(batch).ok().await;
}

async fn modified(api: &Api<'_>) {
    let many = started(api, "many", json!({"businessKey": "many"})).await;
    let tree = api.get("/process-instance/{id}/activity-instances").at(&[&many]).ok().await;
    let body = text(&tree["childActivityInstances"][0]["id"]);
    let one = text(&tree["childActivityInstances"][0]["childActivityInstances"][0]["id"]);
    let instructions = json!([
        {"type": "cancel", "activityInstanceId": one},
        {"type": "startBeforeActivity", "activityId": "each", "ancestorActivityInstanceId": body,
         "variables": {"added": {"value": 1, "type": "Integer", "local": true}}},
    ]);
    let modification = json!({"instructions": instructions, "annotation": "one anew", "skipCustomListeners": true});
    api.post("/process-instance/{id}/modification").at(&[&many]).json(modification).ok().await;
    let wrong = json!({"instructions": [{"type": "startBeforeActivity", "activityId": "nope"}]});
    api.post("/process-instance/{id}/modification").at(&[&many]).json(wrong).refused(400).await;

    let moving = started(api, "moving", json!({})).await;
    let of = text(&api.get("/process-instance/{id}").at(&[&moving]).ok().await["definitionId"]);
    let further = json!({
        "processDefinitionId": of, "processInstanceIds": [moving],
        "instructions": [
            {"type": "startBeforeActivity", "activityId": "carry"},
            {"type": "cancel", "activityId": "pack", "cancelCurrentActiveActivityInstances": true},
        ],
    });
    api.post("/modification/execute").json(further).ok().await;
}

async fn migrated(api: &Api<'_>) {
    let definitions = api.get("/process-definition").query("key=moving&sortBy=version&sortOrder=asc").ok().await;
    let (older, newer) = (id(&definitions[0]), id(&definitions[1]));
    let instance =
        id(&api.post("/process-definition/{id}/start").at(&[&older]).json(json!({"businessKey": "moves"})).ok().await);
    let between =
        json!({"sourceProcessDefinitionId": older, "targetProcessDefinitionId": newer, "updateEventTriggers": true});
    let plan = api.post("/migration/generate").json(between.clone()).ok().await;
    api.post("/migration/validate").json(plan.clone()).ok().await;
    let mut wrong = plan.clone();
    wrong["instructions"] = json!([{"sourceActivityIds": ["pack"], "targetActivityIds": ["end"]}]);
    let report = api.post("/migration/validate").json(wrong.clone()).ok().await;
    assert_eq!(report["instructionReports"][0]["instruction"]["sourceActivityIds"][0], "pack", "{report}");
    api.post("/migration/execute")
        .json(json!({"migrationPlan": wrong, "processInstanceIds": [instance]}))
        .refused(400)
        .await;
    api.post("/migration/execute").json(json!({"migrationPlan": plan, "processInstanceIds": [instance]})).ok().await;
    let moved = api.get("/process-instance/{id}").at(&[&instance]).ok().await;
    assert_eq!(moved["definitionId"], newer.as_str(), "{moved}");
}
