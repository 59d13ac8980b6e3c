//! Process variables that are paths, given to the platform's own workers.

use super::models::{WAIT, model, topic};
use super::support::Platform;
use serde_json::{Value, json};

pub(crate) async fn a_variable_is_no_path(platform: &Platform) {
    let victim = platform.deploy("root", "victim.bpmn", model("victim", &[WAIT])).await.expect(200).id();
    let instance = platform.run("root", "victim", json!({})).await.expect(200).id();
    let tasks = platform.get("root", &format!("/engine-rest/task?processInstanceId={instance}")).await.expect(200);
    let task = tasks.body[0]["id"].as_str().unwrap().to_owned();

    let link = format!("../../../engine-rest/task/{task}/complete?x=");
    let detach = format!("../../../../../engine-rest/deployment/{victim}?cascade=true&x=");
    let models = [
        ("link-later", topic("mail.link", &[])),
        ("tidy-documents", topic("document.detach", &[("compensatedStep", "tidy")])),
        // A model that takes what somebody gives under another name.
        ("link-given", topic("mail.link", &[("mailId", "${given}")])),
        ("tidy-given", topic("document.detach", &[("compensatedStep", "tidy"), ("documentIds", "${given}")])),
        ("update-given", topic("case.update", &[("caseId", "${given}"), ("caseTitle", "x")])),
    ];
    for (key, task) in &models {
        platform.deploy("root", &format!("{key}.bpmn"), model(key, &[task])).await.expect(200);
    }
    let ask = r#"<bpmn:userTask id="u1" camunda:candidateGroups="claims"/>"#;
    let first = model("ask-first", &[ask, &topic("case.update", &[])]);
    platform.deploy("root", "ask-first.bpmn", first).await.expect(200);
    let keys: Vec<&str> = models.iter().map(|(key, _)| *key).chain(["ask-first"]).collect();
    platform.define("tools", "TOO", &keys, Value::Null).await;
    let case = platform.case("anna", "tools", "Own").await["id"].as_str().unwrap().to_owned();
    let processes = format!("/api/v1/cases/{case}/processes");

    // What the platform itself sets is not for a clerk to set.
    for (key, variables) in
        [("link-later", json!({"mailId": link})), ("tidy-documents", json!({"documentIds": [detach]}))]
    {
        let refused = platform.post("anna", &processes, json!({"key": key, "variables": variables})).await.expect(422);
        assert_eq!(refused.body["code"], "reserved-variable");
    }
    // And under another name it is no id.
    for (key, given) in [("link-given", &link), ("tidy-given", &detach), ("update-given", &link)] {
        let body = json!({"key": key, "variables": {"given": given}});
        let started = platform.post("anna", &processes, body).await.expect(201).id();
        let told = platform.incident(&started).await;
        assert!(told.contains("variable '"), "{key}: {told}");
    }
    assert_eq!(platform.get("root", &format!("/engine-rest/task/{task}")).await.status, 200);
    assert_eq!(platform.get("root", &format!("/engine-rest/deployment/{victim}")).await.status, 200);
    assert_eq!(platform.get("root", &format!("/engine-rest/process-instance/{instance}")).await.status, 200);
    for (method, path) in [("DELETE", format!("/deployment/{victim}?cascade=true")), ("GET", "/task".to_owned())] {
        platform.send(platform.request("anna", method, &format!("/engine-rest{path}"))).await.expect(403);
    }

    // A task without a form takes no variables, so it names no other case.
    platform.define("hidden", "HID", &[], json!(["supervisors"])).await;
    let hidden = platform.case("ben", "hidden", "RESTRICTED").await["id"].as_str().unwrap().to_owned();
    platform.post("anna", &processes, json!({"key": "ask-first"})).await.expect(201);
    let task = platform
        .until("the task is there", || async {
            let tasks = platform.get("anna", &format!("/api/v1/tasks?case={case}")).await.expect(200);
            tasks.items().first().map(|task| task["id"].as_str().unwrap().to_owned())
        })
        .await;
    let data = json!({"data": {"caseId": hidden, "caseTitle": "DEFACED BY ANNA", "casePriority": 1}});
    let refused = platform.post("anna", &format!("/api/v1/tasks/{task}/complete"), data).await.expect(422);
    assert_eq!(refused.body["code"], "no-form");
    let seen = platform.get("ben", &format!("/api/v1/cases/{hidden}")).await.expect(200).body;
    assert_eq!(seen["title"], "RESTRICTED");
    platform.alive("variables that are paths").await;
}
