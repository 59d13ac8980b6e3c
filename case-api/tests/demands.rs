//! What the server asks of a case whoever sends it: fields that are needed, forms, queues, people, files; and what it
//! does with its clocks when the case is closed and opened again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::Platform;

fn strict_definition() -> Value {
    let mut definition = support::claim_definition();
    definition["fields"] = json!([
        {"key": "policyNumber", "label": "Policy number", "type": "string", "required": true},
        {"key": "amount", "label": "Amount", "type": "number"},
        {"key": "decision", "label": "Decision", "type": "string"},
        {"key": "photos", "label": "Photos", "type": "files"}
    ]);
    definition["stages"] = json!([{"id": "intake", "name": "Intake"}, {"id": "assessment", "name": "Assessment"},
        {"id": "decision", "name": "Decision", "required": ["decision"]}]);
    definition["createForm"] = json!("claim-new");
    definition["stageForms"] = json!({"assessment": "claim-assessed"});
    definition["rules"] = json!([{"id": "hurry", "on": "labels-changed", "then": [{"setStage": "decision"}]}]);
    definition["slas"] = json!([
        {"id": "first-response", "name": "First response", "target": "PT4H", "startOn": "created", "stopOn": "first-reply"},
        {"id": "resolution", "name": "Resolution", "target": "P5D", "startOn": "created", "stopOn": "closed"}
    ]);
    definition
}

async fn strict() -> Platform {
    let platform = Platform::open().await;
    let new = json!({"type": "default", "components": [
        {"type": "textfield", "key": "policyNumber", "label": "Policy number", "validate": {"pattern": "^[A-Z]{2}-[0-9]{6}$"}},
        {"type": "number", "key": "amount", "label": "Amount", "validate": {"min": 0}},
        {"type": "filepicker", "key": "photos", "label": "Photos", "multiple": true}
    ]});
    let assessed = json!({"type": "default", "components": [{"type": "number", "key": "amount", "validate": {"required": true, "max": 100}}]});
    platform.put("dana", "/api/v1/forms/claim-new", new).await.expect(201);
    platform.put("dana", "/api/v1/forms/claim-assessed", assessed).await.expect(201);
    platform.put("dana", "/api/v1/case-definitions/claim", strict_definition()).await.expect(201);
    platform
}

fn new_case(fields: Value) -> Value {
    json!({"definition": "claim", "title": "Water", "fields": fields})
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", case["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_person_fills_in_the_form_and_what_is_required_and_a_machine_need_not() {
    let platform = strict().await;
    let refused = platform.post("anna", "/api/v1/cases", new_case(json!({}))).await.expect(422);
    assert_eq!((refused.code(), refused.pointers()), ("invalid-case", vec!["/fields/policyNumber"]));
    let wrong = new_case(json!({"policyNumber": "not a policy", "amount": -5}));
    let refused = platform.post("anna", "/api/v1/cases", wrong).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/policyNumber", "/fields/amount"]);
    platform.post("system:external-tasks", "/api/v1/cases", new_case(json!({}))).await.expect(201);
    let right = new_case(json!({"policyNumber": "HB-204118", "resolution": "unknown to form and definition"}));
    let case = platform.post("anna", "/api/v1/cases", right.clone()).await.expect(201).body;
    assert_eq!(case["fields"], right["fields"]);
}

#[tokio::test]
async fn a_stage_is_entered_with_the_fields_that_it_and_the_form_before_it_ask_for() {
    let platform = strict().await;
    let case =
        platform.post("anna", "/api/v1/cases", new_case(json!({"policyNumber": "HB-204118"}))).await.expect(201).body;
    let path = path(&case);
    platform.patch("anna", &path, json!({"stage": "assessment"})).await.expect(200);
    let refused = platform.patch("anna", &path, json!({"stage": "decision"})).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/decision", "/fields/amount"]);
    let too_much = json!({"stage": "decision", "fields": {"decision": "pay", "amount": 101}});
    assert_eq!(platform.patch("anna", &path, too_much).await.expect(422).pointers(), ["/fields/amount"]);
    // Sending it back asks for nothing.
    platform.patch("anna", &path, json!({"stage": "intake"})).await.expect(200);
    platform.patch("anna", &path, json!({"stage": "assessment"})).await.expect(200);
    let right = json!({"stage": "decision", "fields": {"decision": "pay", "amount": 99}});
    assert_eq!(platform.patch("anna", &path, right).await.expect(200).body["stage"], "decision");
    let emptied = platform.patch("anna", &path, json!({"fields": {"policyNumber": null}})).await.expect(422);
    assert_eq!(emptied.pointers(), ["/fields/policyNumber"]);
}

#[tokio::test]
async fn a_stage_asks_machines_and_rules_for_its_own_fields_too_and_the_case_says_why_a_rule_did_nothing() {
    let platform = strict().await;
    let case = platform.post("system:external-tasks", "/api/v1/cases", new_case(json!({}))).await.expect(201).body;
    let path = path(&case);
    let moved = platform.patch("system:external-tasks", &path, json!({"stage": "decision"})).await.expect(422);
    assert_eq!(moved.pointers(), ["/fields/decision"]);
    platform.patch("anna", &path, json!({"labels": ["urgent"]})).await.expect(200);
    let case = platform.until("anna", &path, |case| !case["problem"].is_null()).await;
    assert_eq!(case["stage"], "intake");
    assert_eq!(case["problem"]["reason"], "the case could not move to Decision: Decision is needed");
    // Without the person's own fields a machine may still move it where the stage asks for nothing.
    platform.patch("system:external-tasks", &path, json!({"stage": "assessment"})).await.expect(200);
}

#[tokio::test]
async fn a_chosen_file_is_a_document_of_the_case_and_its_field_says_what_the_store_knows() {
    let platform = strict().await;
    let with = |id: &str| json!({"policyNumber": "HB-204118", "photos": [{"fileId": id, "name": "forged", "size": 1}]});
    for (id, _) in [("gone", ""), ("pending-anna-1", ""), ("rejected-anna-1", ""), ("ready-ben-1", "")] {
        let refused = platform.post("anna", "/api/v1/cases", new_case(with(id))).await.expect(422);
        assert_eq!((refused.code(), refused.pointers()), ("unknown-file", vec!["/fields/photos/0"]), "{id}");
    }
    let key = new_case(json!({"policyNumber": "HB-204118", "photos": "files::1r4tkexgu"}));
    assert_eq!(platform.post("anna", "/api/v1/cases", key).await.expect(422).pointers(), ["/fields/photos"]);
    let case = platform.post("anna", "/api/v1/cases", new_case(with("ready-anna-1"))).await.expect(201).body;
    let told =
        json!([{"fileId": "ready-anna-1", "name": "ready-anna-1.pdf", "size": 1234, "contentType": "application/pdf"}]);
    assert_eq!(case["fields"]["photos"], told);
    let documents = format!("{}/documents", path(&case));
    let attached = platform.get("anna", &documents).await.expect(200).body;
    assert_eq!(attached["items"][0]["fileId"], "ready-anna-1");
    // Ben may keep what is a document already, and add his own.
    let more = json!({"fields": {"photos": [{"fileId": "ready-anna-1"}, {"fileId": "ready-ben-2"}]}});
    let patched = platform.patch("ben", &path(&case), more).await.expect(200).body;
    assert_eq!(patched["fields"]["photos"][1]["name"], "ready-ben-2.pdf");
    let attached = platform.get("anna", &documents).await.expect(200).body;
    assert_eq!(attached["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_file_of_a_task_form_becomes_a_document_and_a_field() {
    let platform = strict().await;
    let form = json!({"type": "default", "components": [
        {"type": "filepicker", "key": "photos", "label": "Photos", "multiple": true, "validate": {"required": true}}]});
    platform.put("dana", "/api/v1/forms/claim-check", form).await.expect(201);
    let case =
        platform.post("anna", "/api/v1/cases", new_case(json!({"policyNumber": "HB-204118"}))).await.expect(201).body;
    let tasks = format!("/api/v1/tasks?case={}", case["id"].as_str().unwrap());
    let page = platform.until("anna", &tasks, |page| page["items"].as_array().is_some_and(|all| !all.is_empty())).await;
    let complete = format!("/api/v1/tasks/{}/complete", page["items"][0]["id"].as_str().unwrap());
    let submit = |id: &str| json!({"data": {"photos": [{"fileId": id}]}});
    let refused = platform.post("anna", &complete, submit("ready-ben-1")).await.expect(422);
    assert_eq!((refused.code(), refused.pointers()), ("unknown-file", vec!["/data/photos/0"]));
    platform.post("anna", &complete, json!({"data": {}})).await.expect(422);
    platform.post("anna", &complete, submit("ready-anna-7")).await.expect(204);
    let case = platform.get("anna", &path(&case)).await.expect(200).body;
    assert_eq!(case["fields"]["photos"][0]["name"], "ready-anna-7.pdf");
    let documents = platform.get("anna", &format!("{}/documents", path(&case))).await.expect(200).body;
    assert_eq!(documents["items"][0]["fileId"], "ready-anna-7");
}

#[tokio::test]
async fn work_is_given_to_those_who_may_do_it() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    let refused = platform.patch("anna", &path(&case), json!({"assignee": "dana"})).await.expect(422);
    assert_eq!((refused.code(), refused.pointers()), ("may-not-work-on-it", vec!["/assignee"]));
    assert_eq!(
        platform.patch("anna", &path(&case), json!({"assignee": "ghost"})).await.expect(422).code(),
        "unknown-user"
    );
    platform.patch("anna", &path(&case), json!({"assignee": "ben"})).await.expect(200);
    let offered = platform.get("anna", &format!("{}/assignees", path(&case))).await.expect(200).body;
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|person| person["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&offered), ["anna", "ben", "carl"]);
    let found = platform.get("anna", &format!("{}/assignees?search=oka", path(&case))).await.expect(200).body;
    assert_eq!(names(&found), ["ben"]);

    let tasks = format!("/api/v1/tasks?case={}", case["id"].as_str().unwrap());
    let page = platform.until("anna", &tasks, |page| page["items"].as_array().is_some_and(|all| !all.is_empty())).await;
    let task = format!("/api/v1/tasks/{}", page["items"][0]["id"].as_str().unwrap());
    let refused = platform.post("ben", &format!("{task}/assign"), json!({"assignee": "dana"})).await.expect(422);
    assert_eq!(refused.code(), "may-not-work-on-it");
    platform.post("ben", &format!("{task}/assign"), json!({"assignee": "anna"})).await.expect(204);
    platform.until("ben", &task, |task| task["assignee"] == "anna").await;
    platform.post("ben", &format!("{task}/unclaim"), json!({})).await.expect(204);
    platform.until("ben", &task, |task| task["assignee"].is_null()).await;
    assert_eq!(
        names(&platform.get("ben", &format!("{task}/assignees")).await.expect(200).body),
        ["anna", "ben", "carl"]
    );
}

#[tokio::test]
async fn a_definition_names_what_there_is() {
    let platform = Platform::open().await;
    let mut definition = support::claim_definition();
    definition["queues"] = json!([]);
    definition["defaultQueue"] = json!("claims");
    definition["slas"][0]["startOn"] = json!("stage:nowhere");
    definition["slas"][0]["stopOn"] = json!("someday");
    definition["stages"][1]["required"] = json!(["unknown"]);
    definition["rules"] = json!([
        {"id": "a", "on": "task-finished", "when": {"priority": {"greater": 1}}, "then": [{"assign": "ghost"}, {"assign": "dana"}]},
        {"id": "b", "on": "task-completed", "then": [{"setPriority": 500}, {"setQueue": "nowhere"}, {"notify": {"to": "ghost", "template": "x"}},
            {"setFields": {"amount": "much"}}, {"assign": "none"}, {"assign": "anna"}, {"notify": {"to": "queue", "template": "x"}}]}
    ]);
    let refused = platform.put("dana", "/api/v1/case-definitions/claim", definition.clone()).await.expect(422);
    assert_eq!(
        refused.pointers(),
        [
            "/stages/1/required/0",
            "/slas/0/startOn",
            "/slas/0/stopOn",
            "/rules/0/on",
            "/rules/0/when/priority",
            "/rules/1/then/0",
            "/rules/1/then/3/fields/amount",
            "/defaultQueue",
            "/rules/0/then/0",
            "/rules/0/then/1",
            "/rules/1/then/1",
            "/rules/1/then/2",
        ]
    );
    definition["rules"] = json!([]);
    definition["slas"] = json!([]);
    definition["stages"][1]["required"] = json!([]);
    platform.put("ben", "/api/v1/queues/claims", json!({"name": "Claims desk"})).await.expect(201);
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    let elsewhere = json!({"definition": "claim", "title": "x", "queue": "nowhere"});
    assert_eq!(platform.post("anna", "/api/v1/cases", elsewhere).await.expect(422).pointers(), ["/queue"]);
    let case = platform.new_case("here").await;
    let moved = platform.patch("anna", &path(&case), json!({"queue": "nowhere"})).await.expect(422);
    assert_eq!(moved.pointers(), ["/queue"]);
}

#[tokio::test]
async fn closing_says_why_stops_the_clocks_and_opening_again_promises_anew() {
    let platform = strict().await;
    let case =
        platform.post("anna", "/api/v1/cases", new_case(json!({"policyNumber": "HB-204118"}))).await.expect(201).body;
    let path = path(&case);
    platform.clock.advance(jiff::SignedDuration::from_hours(1));
    assert_eq!(platform.patch("anna", &path, json!({"reason": "x"})).await.expect(422).pointers(), ["/reason"]);
    let closed = platform
        .patch("anna", &path, json!({"status": "closed", "openWork": "cancel", "reason": " Paid out "}))
        .await
        .expect(200)
        .body;
    assert_eq!(closed["closeReason"], "Paid out");
    assert_eq!((&closed["slas"][0]["state"], &closed["slas"][1]["state"]), (&json!("paused"), &json!("met")));
    platform.clock.advance(jiff::SignedDuration::from_hours(100));
    assert_eq!(platform.get("anna", &path).await.body["slas"][0]["state"], "paused");
    let timeline = platform.get("anna", &format!("{path}/timeline?kinds=status-changed")).await.expect(200).body;
    assert_eq!(timeline["items"][0]["data"]["reason"], "Paid out");
    let opened = platform.patch("anna", &path, json!({"status": "open", "reason": "More came"})).await.expect(200).body;
    assert_eq!(opened["closeReason"], Value::Null);
    assert_eq!((&opened["slas"][0]["state"], &opened["slas"][1]["state"]), (&json!("running"), &json!("running")));
    assert_eq!(opened["slas"][1]["remainingSeconds"], 5 * 24 * 3_600);
    assert_eq!(opened["slas"][0]["remainingSeconds"], 3 * 3_600);
}

#[tokio::test]
async fn lists_are_asked_for_exactly_what_a_figure_counts() {
    let platform = strict().await;
    for _ in 0..3 {
        let fields = json!({"policyNumber": "HB-204118"});
        platform.post("anna", "/api/v1/cases", new_case(fields)).await.expect(201);
    }
    platform
        .patch("anna", "/api/v1/cases/CLM-000001", json!({"status": "closed", "openWork": "cancel"}))
        .await
        .expect(200);
    platform.patch("anna", "/api/v1/cases/CLM-000002", json!({"queue": null})).await.expect(200);
    platform.clock.advance(jiff::SignedDuration::from_hours(3));
    let total = async |query: &str| {
        platform.get("anna", &format!("/api/v1/cases?total=true&limit=1&{query}")).await.expect(200).body["total"]
            .clone()
    };
    platform
        .until("anna", "/api/v1/cases?total=true&sla=atRisk,breached&statusKind=open,paused", |page| page["total"] == 2)
        .await;
    assert_eq!(total("assignee=none&queue=any&statusKind=open,paused").await, 1);
    assert_eq!(total("number=CLM-000001,CLM-000003").await, 2);
    platform.clock.advance(jiff::SignedDuration::from_hours(3));
    platform.until("anna", "/api/v1/cases?total=true&sla=breached", |page| page["total"] == 2).await;
    let queue = json!({"name": "Claims desk"});
    let defined = platform.put("ben", "/api/v1/queues/claims", queue).await.expect(201).body;
    assert_eq!((&defined["openCount"], &defined["takeableCount"]), (&json!(1), &json!(1)));
    platform.post("ben", "/api/v1/queues/claims/next", json!({})).await.expect(200);
    let queues = platform.get("ben", "/api/v1/queues").await.expect(200).body;
    assert_eq!((&queues["items"][0]["openCount"], &queues["items"][0]["takeableCount"]), (&json!(1), &json!(0)));
    assert_eq!(platform.get("dana", "/api/v1/queues").await.expect(200).body["items"][0]["takeableCount"], 0);
}

#[tokio::test]
async fn a_search_of_tasks_counts_them_all() {
    let platform = Platform::open().await.with_claims().await;
    for _ in 0..201 {
        platform.new_case("Kitchen").await;
    }
    platform.until("anna", "/api/v1/tasks?search=kitchen&total=true&limit=1", |page| page["total"] == 201).await;
}

#[tokio::test]
async fn the_requester_is_given_changed_and_taken_away() {
    let platform = Platform::open().await.with_claims().await;
    let body = json!({"definition": "claim", "title": "Water", "requester": {"name": " Clara ", "email": "clara"}});
    assert_eq!(platform.post("anna", "/api/v1/cases", body).await.expect(422).pointers(), ["/requester/email"]);
    let case = platform.new_case("Water").await;
    let change = json!({"requester": {"name": " Clara ", "email": "clara@customer.example"}});
    let patched = platform.patch("anna", &path(&case), change).await.expect(200).body;
    assert_eq!(patched["requester"], json!({"name": "Clara", "email": "clara@customer.example"}));
    let found = platform.get("anna", "/api/v1/cases?search=clara&total=true").await.expect(200).body;
    assert_eq!(found["total"], 1);
    let gone = platform.patch("anna", &path(&case), json!({"requester": null})).await.expect(200).body;
    assert_eq!(gone["requester"], Value::Null);
    let timeline = platform.get("anna", &format!("{}/timeline?kinds=requester-changed", path(&case))).await.body;
    assert_eq!(timeline["items"].as_array().unwrap().len(), 2);
}
