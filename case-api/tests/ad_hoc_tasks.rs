//! Tasks that people add to a case by hand, and the playbook of its stage: who may, what the work list shows, what closing does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_testkit::Answer;
use serde_json::{Value, json};
use support::Platform;

fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap()
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", id(case))
}

fn tasks(case: &Value) -> String {
    format!("{}/tasks", path(case))
}

/// Cases without a process: what is open is what people added.
async fn platform() -> Platform {
    let platform = Platform::open().await;
    let mut definition = support::claim_definition();
    definition["processes"] = json!([]);
    definition["playbooks"] = json!({"intake": [
        {"id": "call", "title": "Call the customer", "guidance": "Within the hour.", "required": true},
        {"id": "file", "title": "File the papers"}]});
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    platform
}

async fn add(platform: &Platform, who: &str, case: &Value, body: Value) -> Answer {
    platform.post(who, &tasks(case), body).await
}

async fn names(platform: &Platform, who: &str, query: &str) -> Vec<String> {
    let page = platform.get(who, &format!("/api/v1/tasks?{query}")).await.expect(200).body;
    page["items"].as_array().unwrap().iter().map(|task| task["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_task_is_added_given_ticked_completed_and_opened_again_and_the_case_tells() {
    let platform = platform().await;
    let case = platform.new_case("Water").await;
    let body = json!({"title": " Order a dryer ", "description": "The big one", "assignee": "ben", "dueAt": "2026-12-24T12:00:00Z",
        "checklist": [{"title": "Ask for a price"}, {"title": "Order"}]});
    let task = add(&platform, "anna", &case, body).await.expect(201).body;
    assert_eq!((&task["title"], &task["assignee"]["id"]), (&json!("Order a dryer"), &json!("ben")));
    assert_eq!(platform.get("anna", &path(&case)).await.body["openTaskCount"], 1);
    let listed = platform.get("ben", "/api/v1/tasks?assignee=me").await.expect(200).body["items"][0].clone();
    assert_eq!(
        (&listed["source"], &listed["id"], &listed["caseNumber"], &listed["processInstanceId"]),
        (&json!("case"), &task["id"], &case["number"], &Value::Null)
    );
    for query in
        [format!("case={}", id(&case)), "definition=claim".into(), "search=dryer".into(), "search=water".into()]
    {
        assert_eq!(names(&platform, "anna", &query).await, ["Order a dryer"], "{query}");
    }
    let this = format!("{}/{}", tasks(&case), id(&task));
    let line = format!("{this}/checklist/{}", id(&task["checklist"][0]));
    let ticked = platform.put("ben", &line, json!({"isDone": true})).await.expect(200).body;
    assert_eq!(ticked["checklist"][0]["done"]["by"]["id"], "ben");
    // The list as a whole: what stays keeps its tick.
    let lines = json!({"checklist": [{"id": ticked["checklist"][0]["id"], "title": "Ask for two prices"}]});
    let changed = platform.patch("ben", &this, lines).await.expect(200).body;
    assert_eq!(changed["checklist"].as_array().unwrap().len(), 1);
    assert_eq!(changed["checklist"][0]["done"]["by"]["id"], "ben");

    // It is Ben's: Anna does not complete it, by neither door.
    platform.post("anna", &format!("{this}/complete"), json!({})).await.expect(403);
    let by_list = format!("/api/v1/tasks/{}", id(&task));
    platform.post("anna", &format!("{by_list}/complete"), json!({})).await.expect(403);
    platform.post("ben", &format!("{by_list}/complete"), json!({"data": {"x": 1}})).await.expect(422);
    platform.post("ben", &format!("{by_list}/complete"), json!({})).await.expect(204);
    platform.get("ben", &by_list).await.expect(404);
    let done = platform.get("anna", &tasks(&case)).await.expect(200).body["items"][0].clone();
    assert_eq!((&done["state"], &done["ended"]["by"]["id"]), (&json!("completed"), &json!("ben")));
    let refused = platform.patch("anna", &this, json!({"title": "x"})).await.expect(409);
    assert_eq!(refused.code(), "task-not-open");
    platform.post("anna", &format!("{this}/reopen"), json!({})).await.expect(200);
    assert_eq!(platform.get("anna", &path(&case)).await.body["openTaskCount"], 1);
    let story = platform.get("anna", &format!("{}/timeline", path(&case))).await.body;
    let told: Vec<&str> =
        story["items"].as_array().unwrap().iter().rev().map(|item| item["kind"].as_str().unwrap()).collect();
    let wanted = [
        "ad-hoc-task-added",
        "ad-hoc-task-item-ticked",
        "ad-hoc-task-changed",
        "ad-hoc-task-completed",
        "ad-hoc-task-reopened",
    ];
    assert_eq!(told.into_iter().filter(|kind| kind.starts_with("ad-hoc")).collect::<Vec<_>>(), wanted);
}

#[tokio::test]
async fn a_group_takes_its_tasks_and_only_its_author_or_who_oversees_deletes_one() {
    let platform = platform().await;
    let case = platform.new_case("Water").await;
    let task = add(&platform, "anna", &case, json!({"title": "Look at it", "group": "claims"})).await.expect(201).body;
    assert_eq!(names(&platform, "anna", "candidate=me").await, ["Look at it"]);
    assert_eq!(names(&platform, "carl", "candidate=me").await, [""; 0]);
    let by_list = format!("/api/v1/tasks/{}", id(&task));
    platform.post("carl", &format!("{by_list}/claim"), json!({})).await.expect(403);
    platform.post("anna", &format!("{by_list}/claim"), json!({})).await.expect(204);
    platform.post("anna", &format!("{by_list}/claim"), json!({})).await.expect(204);
    assert_eq!(
        platform.post("ben", &format!("{by_list}/claim"), json!({})).await.expect(409).code(),
        "already-assigned"
    );
    platform.post("anna", &format!("{by_list}/assign"), json!({"assignee": "ben"})).await.expect(204);
    let nobody = platform.post("ben", &format!("{by_list}/assign"), json!({"assignee": "nobody"})).await.expect(422);
    assert_eq!(nobody.code(), "unknown-user");
    let form = platform.get("ben", &format!("{by_list}/form")).await.expect(200).body;
    assert_eq!(form, json!({"form": null, "data": {}}));
    platform.post("ben", &format!("{by_list}/unclaim"), json!({})).await.expect(204);
    let this = format!("{}/{}", tasks(&case), id(&task));
    platform.send("carl", "DELETE", &this, &[], None).await.expect(403);
    platform.send("anna", "DELETE", &this, &[], None).await.expect(204);
    platform.get("anna", &this).await.expect(404);
    assert_eq!(platform.get("anna", &path(&case)).await.body["openTaskCount"], 0);
}

#[tokio::test]
async fn what_is_not_acceptable_is_told_with_its_place_and_the_same_request_adds_one_task() {
    let platform = platform().await;
    let case = platform.new_case("Water").await;
    let lines: Vec<Value> = (0..51).map(|n| json!({"title": format!("{n}")})).collect();
    let body = json!({"title": " ", "description": "x".repeat(4_001), "checklist": lines});
    let refused = add(&platform, "anna", &case, body).await.expect(422);
    assert_eq!(refused.pointers(), ["/title", "/description", "/checklist"]);
    platform.post("dana", &tasks(&case), json!({"title": "x"})).await.expect(403);
    let key = [("Idempotency-Key", "once")];
    let body = || Some(json!({"title": "Once"}));
    let first = platform.send("anna", "POST", &tasks(&case), &key, body()).await.expect(201).body;
    let second = platform.send("anna", "POST", &tasks(&case), &key, body()).await.expect(200).body;
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_task_of_a_case_that_is_not_one_s_to_see_is_nowhere() {
    let platform = platform().await;
    let mut secret = support::claim_definition();
    (secret["restrictedTo"], secret["processes"]) = (json!(["supervisors"]), json!([]));
    platform.put("dana", "/api/v1/case-definitions/secret", secret).await.expect(201);
    let case = platform
        .post("ben", "/api/v1/cases", json!({"definition": "secret", "title": "The CFO"}))
        .await
        .expect(201)
        .body;
    let task = add(&platform, "ben", &case, json!({"title": "Ask the CFO"})).await.expect(201).body;
    assert_eq!(names(&platform, "ben", "").await, ["Ask the CFO"]);
    assert_eq!(names(&platform, "carl", "").await, [""; 0]);
    platform.get("carl", &format!("/api/v1/tasks/{}", id(&task))).await.expect(404);
    platform.get("carl", &tasks(&case)).await.expect(404);
    platform.post("carl", &tasks(&case), json!({"title": "x"})).await.expect(404);
    let given = platform.patch("ben", &format!("{}/{}", tasks(&case), id(&task)), json!({"assignee": "carl"})).await;
    assert_eq!(given.expect(422).code(), "may-not-work-on-it");
}

#[tokio::test]
async fn an_open_task_keeps_its_case_open_or_ends_with_it() {
    let platform = platform().await;
    let case = platform.new_case("Water").await;
    let task = add(&platform, "anna", &case, json!({"title": "Order a dryer"})).await.expect(201).body;
    let refused = platform.post("anna", &format!("{}/close", path(&case)), json!({})).await.expect(409);
    assert_eq!((refused.code(), &refused.body["details"]["tasks"]), ("case-has-open-work", &json!(1)));
    assert_eq!(refused.body["details"]["items"][0]["name"], "Order a dryer");
    platform.post("anna", &format!("{}/close", path(&case)), json!({"openWork": "cancel"})).await.expect(200);
    assert_eq!(names(&platform, "anna", "").await, [""; 0]);
    let ended = platform.get("anna", &format!("{}/{}", tasks(&case), id(&task))).await.expect(200).body;
    assert_eq!(ended["state"], "cancelled");
    assert_eq!(add(&platform, "anna", &case, json!({"title": "More"})).await.expect(409).code(), "case-closed");
    let again = platform.post("anna", &format!("{}/{}/reopen", tasks(&case), id(&task)), json!({})).await;
    assert_eq!(again.expect(409).code(), "case-closed");
}

#[tokio::test]
async fn the_playbook_of_the_stage_is_ticked_and_tells_what_is_missing() {
    let platform = platform().await;
    let case = platform.new_case("Water").await;
    let playbook = format!("{}/playbook", path(&case));
    let shown = platform.get("carl", &playbook).await.expect(200).body;
    assert_eq!((&shown["stage"], &shown["missing"]), (&json!("intake"), &json!(["call"])));
    assert_eq!(shown["items"][0]["guidance"], "Within the hour.");
    let ticked =
        platform.put("carl", &format!("{playbook}/intake/call"), json!({"isDone": true})).await.expect(200).body;
    assert_eq!((&ticked["missing"], &ticked["items"][0]["done"]["by"]["id"]), (&json!([]), &json!("carl")));
    platform.put("dana", &format!("{playbook}/intake/call"), json!({"isDone": false})).await.expect(403);
    platform.put("carl", &format!("{playbook}/intake/nothing"), json!({"isDone": true})).await.expect(404);
    let undone =
        platform.put("anna", &format!("{playbook}/intake/call"), json!({"isDone": false})).await.expect(200).body;
    assert_eq!(undone["missing"], json!(["call"]));
    let mut definition = support::claim_definition();
    definition["playbooks"] = json!({"nowhere": [{"id": "a", "title": " "}, {"id": "a", "title": "x"}]});
    let refused = platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(422);
    assert_eq!(refused.pointers(), ["/playbooks/nowhere", "/playbooks/nowhere/0/title", "/playbooks/nowhere/1/id"]);
}

#[tokio::test]
async fn completed_tasks_are_listed_with_who_did_them_and_when_for_those_who_may_see_their_cases() {
    let platform = platform().await;
    let case = platform.new_case("Water").await;
    let done = async |who: &str, case: &Value, title: &str| {
        let task = add(&platform, who, case, json!({"title": title})).await.expect(201).body;
        platform.post(who, &format!("{}/{}/complete", tasks(case), id(&task)), json!({})).await.expect(200);
        task
    };
    let first = done("anna", &case, "Order a dryer").await;
    done("ben", &case, "Call the customer").await;
    let all = "state=completed&sort=completedAt";
    assert_eq!(names(&platform, "anna", all).await, ["Order a dryer", "Call the customer"]);
    assert_eq!(names(&platform, "anna", "state=completed").await, ["Call the customer", "Order a dryer"]);
    assert_eq!(names(&platform, "anna", "state=completed&assignee=me").await, ["Order a dryer"]);
    assert_eq!(names(&platform, "anna", "state=completed&assignee=ben").await, ["Call the customer"]);
    assert_eq!(names(&platform, "anna", "").await, Vec::<String>::new(), "none is open");
    let page = platform.get("anna", "/api/v1/tasks?state=completed&assignee=me&total=true").await.expect(200).body;
    let task = &page["items"][0];
    assert_eq!((&task["state"], &task["completedBy"]["name"]), (&json!("completed"), &json!("Anna Meyer")));
    assert_eq!((&task["caseNumber"], &task["id"], &page["total"]), (&case["number"], &first["id"], &json!(1)));
    assert!(task["completedAt"].is_string(), "{task}");
    for query in
        [format!("case={}", id(&case)), "definition=claim".into(), "search=dryer".into(), "search=water".into()]
    {
        let found = names(&platform, "anna", &format!("{all}&{query}")).await;
        assert_eq!(found[0], "Order a dryer", "{query}");
    }
    assert_eq!(names(&platform, "anna", "state=completed&definition=other").await, Vec::<String>::new());

    // Open again it is no longer among them.
    platform.post("anna", &format!("{}/{}/reopen", tasks(&case), id(&first)), json!({})).await.expect(200);
    assert_eq!(names(&platform, "anna", "state=completed").await, ["Call the customer"]);

    // Who may not see a case is told nothing of what was done in it.
    let mut secret = support::claim_definition();
    (secret["restrictedTo"], secret["processes"]) = (json!(["supervisors"]), json!([]));
    platform.put("dana", "/api/v1/case-definitions/secret", secret).await.expect(201);
    let hidden = platform.post("ben", "/api/v1/cases", json!({"definition": "secret", "title": "The CFO"})).await;
    done("ben", &hidden.expect(201).body, "Ask the CFO").await;
    assert_eq!(names(&platform, "ben", "state=completed&search=cfo").await, ["Ask the CFO"]);
    for query in ["state=completed&search=cfo", "state=completed&assignee=ben&definition=secret"] {
        assert_eq!(names(&platform, "anna", query).await, Vec::<String>::new(), "{query}");
    }
    for query in ["candidate=me", "overdue=true", "dueBefore=2026-01-01T00:00:00Z", "sort=dueAt"] {
        let refused = platform.get("anna", &format!("/api/v1/tasks?state=completed&{query}")).await.expect(400);
        assert_eq!(refused.code(), "invalid-parameter", "{query}");
    }
}
