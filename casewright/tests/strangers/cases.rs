//! A case that is restricted, by way of what hangs on it; a worker's token, and a page of somebody else.

use super::models::{WAIT, model};
use super::support::{Platform, WORKER};
use serde_json::json;

const SEALED: &str = "SEALED-9B1F";

pub(crate) async fn what_hangs_on_a_hidden_case_is_hidden(platform: &Platform) {
    platform
        .deploy("dana", "kept.bpmn", model("kept", &[r#"<bpmn:userTask id="u" camunda:candidateGroups="claims"/>"#]))
        .await
        .expect(200);
    platform.define("sealed", "SEA", &["kept"], json!(["supervisors"])).await;
    platform.define("open", "OPN", &["kept"], json!(null)).await;
    let key = "order-4711";
    let wanted = json!({"definition": "sealed", "title": SEALED, "fields": {"policyNumber": SEALED}});
    let request = platform.request("ben", "POST", "/api/v1/cases").header("idempotency-key", key).json(&wanted);
    let case = platform.send(request).await.expect(201).id();
    let own = platform.case("anna", "open", "Mine").await["id"].as_str().unwrap().to_owned();
    platform.post("ben", &format!("/api/v1/cases/{case}/processes"), json!({"key": "kept"})).await.expect(201);
    let task = platform
        .until("the task is there", || async {
            let tasks = platform.get("ben", &format!("/api/v1/tasks?case={case}")).await.expect(200);
            tasks.items().first().cloned()
        })
        .await;
    let (task, instance) = (task["id"].as_str().unwrap(), task["processInstanceId"].as_str().unwrap());
    let mail = json!({"to": ["victim@customer.example"], "subject": SEALED, "text": SEALED});
    let mail = platform.post("ben", &format!("/api/v1/cases/{case}/mails"), mail).await.expect(202).id();
    let (file, ..) = platform.upload("ben", "secret.txt", "text/plain", SEALED.as_bytes()).await;
    let document = json!({"fileId": file});
    platform.post("ben", &format!("/api/v1/cases/{case}/documents"), document.clone()).await.expect(201);

    for path in [
        format!("/api/v1/cases/{case}"),
        format!("/api/v1/cases/{case}/timeline"),
        format!("/api/v1/process-instances/{instance}"),
        format!("/api/v1/process-instances/{instance}/at/2"),
        format!("/api/v1/process-instances/{instance}/decisions"),
        format!("/api/v1/tasks/{task}"),
        format!("/api/v1/tasks/{task}/form"),
        format!("/api/v1/mails/{mail}"),
        format!("/api/v1/files/{file}/download"),
    ] {
        let answer = platform.get("anna", &path).await.refused(&path);
        assert!(!answer.body.to_string().contains(SEALED), "{path}: {}", answer.body);
        if !path.ends_with("/form") {
            platform.get("ben", &path).await.expect(200);
        }
    }
    for (path, body) in [
        (format!("/api/v1/tasks/{task}/claim"), json!({})),
        (format!("/api/v1/tasks/{task}/complete"), json!({"data": {}})),
        (format!("/api/v1/cases/{own}/documents"), document),
        (
            format!("/api/v1/cases/{own}/mails"),
            json!({"to": ["me@evil.example"], "subject": "s", "text": "t", "attachments": [file]}),
        ),
        (
            format!("/api/v1/cases/{own}/mails"),
            json!({"to": ["me@evil.example"], "subject": "", "text": "t", "inReplyTo": mail}),
        ),
        (
            "/api/v1/mails/outgoing".to_owned(),
            json!({"caseId": case, "fromName": "Rita Admin", "actor": "root", "to": ["phish@victim.example"], "subject": "s", "text": "t"}),
        ),
        (
            "/api/v1/cases".to_owned(),
            json!({"definition": "open", "title": "x", "origin": {"kind": "mail", "reference": mail}}),
        ),
    ] {
        let answer = platform.post("anna", &path, body).await.refused(&path);
        assert!(!answer.body.to_string().contains(SEALED), "{path}: {}", answer.body);
    }
    // The key of somebody else's request is no key to what it made.
    let mine = platform.request("anna", "POST", "/api/v1/cases").header("idempotency-key", key);
    let mine = platform.send(mine.json(&json!({"definition": "open", "title": "x"}))).await.expect(201);
    assert_ne!(mine.id(), case);
    // A parameter beside the path changes nothing of it.
    let page = platform.get("anna", &format!("/api/v1/cases/{own}/mails?case={case}")).await;
    assert!(page.status >= 400 || page.items().is_empty(), "{}", page.body);
    for list in ["cases", "tasks", "process-instances", "mails"] {
        for query in [format!("?limit=200&search={SEALED}"), format!("?limit=200&case={case}")] {
            let page = platform.get("anna", &format!("/api/v1/{list}{query}")).await;
            let text = page.body.to_string();
            assert!(
                ![SEALED, instance, task, &*mail]
                    .iter()
                    .any(|it| page.status < 300 && page.items().iter().any(|item| item.to_string().contains(it))),
                "{list}{query}: {text}"
            );
        }
    }
    platform.alive("a hidden case").await;
}

pub(crate) async fn a_worker_only_works_and_a_page_of_others_does_nothing(platform: &Platform) {
    let worker = platform.worker_token().await;
    platform.deploy(&worker, "w.bpmn", model("by-worker", &[WAIT])).await.expect(403);
    for path in ["/history/variable-instance?maxResults=1", "/user", "/process-instance", "/deployment"] {
        platform.get(&worker, &format!("/engine-rest{path}")).await.expect(403);
    }
    for path in ["/engine-rest/deployment/x", "/engine-rest/engine/default/deployment/x"] {
        platform.send(platform.request(&worker, "DELETE", path)).await.expect(403);
    }
    platform.get(WORKER, "/engine-rest/version").await.expect(401);

    let start = "/engine-rest/process-definition/key/site-visit/start";
    let foreign = |request: reqwest::RequestBuilder| {
        request.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site")
    };
    // As a browser sends a password once more that it remembers.
    platform.send(foreign(platform.request("dana", "POST", start)).body("{}")).await.expect(403);
    platform.send(foreign(platform.request("dana", "POST", start)).json(&json!({}))).await.expect(403);
    platform.send(platform.request("dana", "POST", start).body("{}")).await.expect(415);
    for path in ["/api/v1/me", "/api/v1/cases"] {
        let answer = platform.get("anna", path).await.expect(200);
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
    }
    platform.get("anna", "/api/v1/nope").await.expect(404);
    let traced = platform.send(platform.request("anna", "TRACE", "/api/v1/me")).await;
    assert_eq!(traced.status, 405);
    platform.alive("a worker and a page of others").await;
}
