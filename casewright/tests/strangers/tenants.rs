//! An administrator of another organisation.

use super::models::{WAIT, model};
use super::support::{OTHER, Platform};
use serde_json::json;

const SECRET: &str = "ZZ-990042";

pub(crate) async fn another_organisation_sees_and_changes_nothing(platform: &Platform) {
    let fields = json!({"definition": "claim", "title": "TENANT-A SECRET", "fields": {"policyNumber": SECRET, "damage": "water", "description": "A pipe burst."}});
    let case = platform.post("anna", "/api/v1/cases", fields).await.expect(201).body;
    let instance = platform
        .until("the case's process runs", || async {
            let page = platform.get("root", "/api/v1/process-instances?limit=200").await.expect(200);
            let own = page.items().iter().find(|instance| instance["businessKey"] == case["number"])?.clone();
            Some(own["id"].as_str().unwrap().to_owned())
        })
        .await;
    let tasks = platform.get("root", &format!("/engine-rest/task?processInstanceId={instance}")).await.expect(200).body;
    let task = tasks[0]["id"].as_str().map(str::to_owned);

    // No header and no parameter says whose somebody is.
    for query in ["", "?tenant=default", "?organisation=default"] {
        let request = platform.request(OTHER, "GET", &format!("/api/v1/me{query}"));
        let request =
            ["x-tenant", "x-tenant-id", "tenant-id"].iter().fold(request, |it, name| it.header(*name, "default"));
        assert_eq!(platform.send(request).await.expect(200).body["tenant"], "b");
    }
    for list in ["cases", "mails", "tasks", "process-instances", "process-definitions", "incidents", "deployments"] {
        let page = platform.get(OTHER, &format!("/api/v1/{list}")).await.expect(200);
        assert_eq!(page.items(), [] as [serde_json::Value; 0], "{list}");
    }
    let case = case["id"].as_str().unwrap();
    for path in [format!("/api/v1/cases/{case}"), format!("/api/v1/process-instances/{instance}")] {
        platform.get(OTHER, &path).await.expect(404);
    }
    for path in ["/task", "/process-instance", "/history/user-operation", "/variable-instance", "/deployment", "/job"] {
        assert_eq!(platform.get(OTHER, &format!("/engine-rest{path}")).await.expect(200).body, json!([]), "{path}");
    }
    let change = json!({"value": "CHANGED-BY-B", "type": "String"});
    let path = format!("/engine-rest/process-instance/{instance}/variables/policyNumber");
    platform.with(OTHER, "PUT", &path, change).await;
    if let Some(task) = &task {
        let path = format!("/engine-rest/task/{task}/assignee");
        platform.post(OTHER, &path, json!({"userId": "b-mallory"})).await;
        let seen = platform.get("root", &format!("/engine-rest/task/{task}")).await.expect(200).body;
        assert!(seen["assignee"].is_null(), "{seen}");
    }
    let variables =
        platform.get("root", &format!("/engine-rest/process-instance/{instance}/variables")).await.expect(200);
    assert_eq!(variables.body["policyNumber"]["value"], SECRET);
    for name in ["default", "b"] {
        let answer = platform.get(OTHER, &format!("/engine-rest/engine/{name}/task")).await;
        assert!(answer.status >= 400 || answer.body == json!([]), "{name}: {}", answer.body);
    }

    // A process of the same key is another one.
    let before = platform.get("root", "/engine-rest/process-definition/key/site-visit").await.expect(200).body;
    platform.deploy(OTHER, "site-visit.bpmn", model("site-visit", &[WAIT])).await.expect(200);
    let after = platform.get("root", "/engine-rest/process-definition/key/site-visit").await.expect(200).body;
    assert_eq!(before, after);
    let topics =
        json!([{"topicName": "mail.send", "lockDuration": 1_000}, {"topicName": "case.stage", "lockDuration": 1_000}]);
    let wanted = json!({"workerId": "b", "maxTasks": 50, "topics": topics});
    let fetched = platform.post(OTHER, "/engine-rest/external-task/fetchAndLock", wanted).await.expect(200);
    assert_eq!(fetched.body, json!([]));
    platform.alive("another organisation").await;
}
