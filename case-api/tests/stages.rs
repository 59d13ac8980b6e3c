//! Stages over the public router: what a move lacks, what follows by itself, what ends with a stage; milestones, resolutions, and
//! cases that are opened again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::Platform;

fn staged_definition() -> Value {
    let mut definition = support::claim_definition();
    definition["stages"] = json!([
        {"id": "intake", "name": "Intake", "autoAdvance": true,
            "exitCriteria": [{"name": "The papers are checked", "on": [{"taskCompleted": "check-papers"}]}]},
        {"id": "assessment", "name": "Assessment", "cancelOnExit": ["site-visit"], "skip": "with-reason",
            "exitCriteria": [{"name": "The amount is agreed", "if": "fields.agreed = true"}]},
        {"id": "decision", "name": "Decision", "required": ["policyNumber"], "status": "waiting",
            "entryCriteria": [{"name": "The amount is known", "if": "fields.amount > 0"}], "to": ["assessment", "paid"],
            "wipLimit": {"limit": 1, "isHard": true}},
        {"id": "paid", "name": "Paid", "kind": "resolution", "status": "closed"}
    ]);
    definition["milestones"] = json!([{"id": "papers", "name": "Papers are there", "criteria": [{"on": [{"taskCompleted": "check-papers"}]}]}]);
    definition["resolutions"] = json!([{"id": "paid", "name": "Paid out"}, {"id": "refused", "name": "Refused"}]);
    definition["rules"] = json!([{"id": "large", "on": "milestone-reached", "if": "fields.amount > 100", "then": [{"addLabel": "large"}]}]);
    definition
}

async fn staged() -> Platform {
    let platform = Platform::open().await;
    platform.put("dana", "/api/v1/case-definitions/claim", staged_definition()).await.expect(201);
    platform
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", case["id"].as_str().unwrap())
}

/// A case whose papers are checked.
async fn assessed(platform: &Platform, title: &str) -> Value {
    let case = platform.new_case(title).await;
    let tasks = format!("/api/v1/tasks?case={}", case["id"].as_str().unwrap());
    let page = platform.until("anna", &tasks, |page| page["items"].as_array().is_some_and(|all| !all.is_empty())).await;
    let complete = format!("/api/v1/tasks/{}/complete", page["items"][0]["id"].as_str().unwrap());
    platform.post("anna", &complete, json!({"data": {}})).await.expect(204);
    platform.until("anna", &path(&case), |case| case["stage"] == "assessment").await
}

fn missing(refused: &Value) -> Vec<(&str, &str, &str)> {
    let text = |lack: &'static str, value: &Value| value[lack].as_str().map(str::len).is_some();
    let all = refused["details"]["missing"].as_array().unwrap();
    assert!(all.iter().all(|lack| text("message", lack)));
    all.iter()
        .map(|lack| (lack["kind"].as_str().unwrap(), lack["code"].as_str().unwrap(), lack["pointer"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_task_that_is_done_reaches_a_milestone_and_moves_the_case_on() {
    let platform = staged().await;
    let case = assessed(&platform, "Water").await;
    let labelled = platform.until("anna", &path(&case), |case| case["labels"] == json!(["large"])).await;
    assert_eq!(labelled["problem"], Value::Null);
    let stages = platform.get("anna", &format!("{}/stages", path(&case))).await.expect(200).body;
    let states: Vec<&str> =
        stages["stages"].as_array().unwrap().iter().map(|stage| stage["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["done", "current", "ahead", "ahead"]);
    assert_eq!(stages["milestones"][0]["name"], "Papers are there");
    assert!(stages["milestones"][0]["reachedAt"].is_string());
    let timeline =
        platform.get("anna", &format!("{}/timeline?kinds=milestone-reached,stage-changed", path(&case))).await.body;
    let told: Vec<(&str, &str)> = timeline["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["summary"].as_str().unwrap(), item["actor"]["id"].as_str().unwrap()))
        .collect();
    let by_itself = "system:stages";
    assert_eq!(
        told,
        [("Stage changed from Intake to Assessment", by_itself), ("Milestone reached: Papers are there", by_itself)]
    );
    assert_eq!(timeline["items"][0]["data"]["isAutomatic"], true);
}

#[tokio::test]
async fn a_refused_move_says_exactly_what_is_missing_and_goes_through_with_it() {
    let platform = staged().await;
    let case = assessed(&platform, "Water").await;
    platform.patch("anna", &path(&case), json!({"fields": {"amount": null}})).await.expect(200);
    let refused = platform.patch("anna", &path(&case), json!({"stage": "decision"})).await.expect(422);
    assert_eq!(refused.code(), "stage-move-refused");
    let field = ("field", "required", "/fields/policyNumber");
    let entry = ("criterion", "entry-criterion", "/stage");
    let reason = ("reason", "required", "/reason");
    assert_eq!(missing(&refused.body), [field, entry, reason]);
    assert_eq!(refused.pointers(), ["/fields/policyNumber", "/stage", "/reason"]);
    let stages = platform.get("anna", &format!("{}/stages", path(&case))).await.expect(200).body;
    assert_eq!(stages["stages"][2]["missing"], refused.body["details"]["missing"]);
    // A machine is held to what everybody is.
    let machine = platform.patch("system:external-tasks", &path(&case), json!({"stage": "decision"})).await.expect(422);
    assert_eq!(missing(&machine.body), [field, entry]);
    let whole =
        json!({"stage": "decision", "reason": "Agreed by phone", "fields": {"amount": 5, "policyNumber": "HB-1"}});
    let moved = platform.patch("anna", &path(&case), whole.clone()).await.expect(200).body;
    assert_eq!((&moved["stage"], &moved["status"]), (&json!("decision"), &json!("waiting")));
    let stages = platform.get("anna", &format!("{}/stages", path(&case))).await.expect(200).body;
    assert_eq!(stages["stages"][1]["state"], "skipped");
    // The stage takes one case.
    let second = assessed(&platform, "Fire").await;
    let full = platform.patch("anna", &path(&second), whole).await.expect(422);
    assert_eq!(missing(&full.body), [("wip-limit", "wip-limit", "/stage")]);
    let nowhere = platform.patch("anna", &path(&case), json!({"stage": "intake"})).await.expect(422);
    assert_eq!(missing(&nowhere.body), [("transition", "no-transition", "/stage")]);
}

#[tokio::test]
async fn what_ends_with_a_stage_is_asked_about_and_cancelled_in_the_engine() {
    let platform = staged().await;
    let case = assessed(&platform, "Water").await;
    let visit = platform.post("anna", &format!("{}/processes", path(&case)), json!({"key": "site-visit"})).await;
    let visit = visit.expect(201).body["id"].as_str().unwrap().to_owned();
    platform.until("anna", &path(&case), |case| case["openTaskCount"] == 1).await;
    let mut wish = json!({"stage": "decision", "reason": "Agreed", "fields": {"amount": 5, "policyNumber": "HB-1"}});
    let refused = platform.patch("anna", &path(&case), wish.clone()).await.expect(409);
    assert_eq!((refused.code(), &refused.body["details"]["tasks"]), ("case-has-open-work", &json!(1)));
    wish["openWork"] = json!("cancel");
    platform.patch("anna", &path(&case), wish).await.expect(200);
    platform.until("anna", &path(&case), |case| case["openTaskCount"] == 0).await;
    let wanted = (visit, "case CLM-000001 left stage Assessment".to_owned(), "anna".to_owned());
    assert_eq!(platform.engine.deleted(), [wanted]);
    assert_eq!(platform.get("anna", &path(&case)).await.body["statusKind"], "paused");
}

#[tokio::test]
async fn a_case_is_closed_with_a_resolution_and_opened_again_with_a_reason() {
    let platform = staged().await;
    let case = assessed(&platform, "Water").await;
    let close = format!("{}/close", path(&case));
    let reopen = format!("{}/reopen", path(&case));
    assert_eq!(platform.post("anna", &close, json!({})).await.expect(422).pointers(), ["/resolution"]);
    let unknown = platform.post("anna", &close, json!({"resolution": "lost"})).await.expect(422);
    assert_eq!(unknown.pointers(), ["/resolution"]);
    assert_eq!(platform.post("anna", &reopen, json!({"reason": "x"})).await.expect(409).code(), "not-closed");
    let closed = platform.post("anna", &close, json!({"resolution": "refused", "reason": "Not covered"})).await;
    assert_eq!(closed.expect(200).body["resolution"], json!({"id": "refused", "name": "Refused"}));
    let listed = platform.get("anna", "/api/v1/cases?statusKind=closed").await.expect(200).body;
    assert_eq!(listed["items"][0]["resolution"]["name"], "Refused");

    assert_eq!(platform.post("anna", &reopen, json!({"reason": " "})).await.expect(422).pointers(), ["/reason"]);
    let silent = platform.patch("anna", &path(&case), json!({"status": "open"})).await.expect(422);
    assert_eq!(silent.pointers(), ["/reason"]);
    platform.post("dana", &reopen, json!({"reason": "x"})).await.expect(403);
    let opened =
        platform.post("anna", &reopen, json!({"reason": "New papers", "stage": "intake"})).await.expect(200).body;
    assert_eq!((&opened["stage"], &opened["statusKind"]), (&json!("intake"), &json!("open")));
    assert_eq!((&opened["resolution"], &opened["slas"][0]["state"]), (&Value::Null, &json!("running")));

    // A resolution stage closes, and says how by itself.
    platform.patch("anna", &path(&case), json!({"stage": "assessment"})).await.expect(422);
    let paid = platform.patch("anna", &path(&case), json!({"stage": "paid"})).await.expect(200).body;
    assert_eq!((&paid["statusKind"], &paid["resolution"]["name"]), (&json!("closed"), &json!("Paid out")));
    let back = platform.post("anna", &reopen, json!({"reason": "Not paid"})).await.expect(200).body;
    assert_eq!(back["stage"], "intake");
}

#[tokio::test]
async fn a_definition_with_stages_that_cannot_work_is_refused_with_all_that_is_wrong() {
    let platform = Platform::open().await;
    let mut definition = support::claim_definition();
    definition["rules"] = json!([{"id": "a", "on": "stage-changed", "if": "1 +", "then": [{"addLabel": "a"}]}]);
    definition["stages"] = json!([
        {"id": "intake", "name": "Intake", "kind": "alternate", "autoAdvance": true, "to": ["nowhere"]},
        {"id": "decision", "name": "Decision", "status": "lost", "cancelOnExit": ["unknown"], "wipLimit": {"limit": 0},
            "exitCriteria": [{"if": "fields.amount >"}, {"on": [{"fieldChanged": "x"}, {"milestoneReached": "y"}, {"event": "z"}]}, {}]}
    ]);
    definition["milestones"] =
        json!([{"id": "m", "name": "M", "criteria": []}, {"id": "m", "name": " ", "criteria": [{"if": "true"}]}]);
    let refused = platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(422);
    assert_eq!(
        refused.pointers(),
        [
            "/processes/1/stage",
            "/rules/0/if",
            "/stages/0/kind",
            "/stages/0/to/0",
            "/stages/0/exitCriteria",
            "/stages/0/next",
            "/stages/1/status",
            "/stages/1/cancelOnExit/0",
            "/stages/1/wipLimit/limit",
            "/stages/1/exitCriteria/0/if",
            "/stages/1/exitCriteria/1/on/0",
            "/stages/1/exitCriteria/1/on/1",
            "/stages/1/exitCriteria/1/on/2",
            "/stages/1/exitCriteria/2",
            "/milestones/0/criteria",
            "/milestones/1/id",
            "/milestones/1/name",
        ]
    );
}
