//! Cases and the engine: processes start, tasks appear, forms judge, rules answer, clocks run.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::Platform;

fn check_form() -> Value {
    json!({"type": "default", "id": "claim-check", "schemaVersion": 18, "components": [
        {"type": "textfield", "key": "policyNumber", "label": "Policy number", "validate": {"required": true, "pattern": "^[A-Z]{2}-[0-9]{6}$"}},
        {"type": "checkbox", "key": "papersComplete", "label": "Complete"},
        {"type": "textfield", "key": "missingPapers", "conditional": {"hide": "=papersComplete"}, "validate": {"required": true}},
        {"type": "number", "key": "amount", "validate": {"required": true, "min": 0}}
    ]})
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", case["id"].as_str().unwrap())
}

async fn task_of(platform: &Platform, case: &Value) -> Value {
    let tasks = format!("/api/v1/tasks?case={}", case["id"].as_str().unwrap());
    let page =
        platform.until("anna", &tasks, |page| page["items"].as_array().is_some_and(|items| !items.is_empty())).await;
    page["items"][0].clone()
}

#[tokio::test]
async fn creation_starts_the_process_and_its_task_appears_with_the_case() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    let task = task_of(&platform, &case).await;
    assert_eq!(task["name"], "Check papers");
    assert_eq!(task["caseNumber"], case["number"]);
    assert_eq!(task["caseTitle"], "Water");
    assert_eq!(task["formKey"], "claim-check");
    assert_eq!(task["candidateGroups"], json!(["claims"]));
    let mine = platform.get("anna", "/api/v1/tasks?candidate=me").await.expect(200).body;
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    assert_eq!(platform.get("carl", "/api/v1/tasks?candidate=me").await.body["items"], json!([]));
    assert_eq!(platform.get("anna", "/api/v1/tasks?search=water").await.body["items"][0]["id"], task["id"]);
    let case = platform.until("anna", &path(&case), |case| case["openTaskCount"] == 1).await;
    assert_eq!(case["processInstances"][0]["state"], "ACTIVE");
    assert_eq!(case["processInstances"][0]["name"], "Claim handling");
}

#[tokio::test]
async fn a_start_whose_answer_was_lost_is_not_repeated() {
    let platform = Platform::open().await.with_claims().await;
    platform.engine.lose_answers(1);
    let case = platform.new_case("Water").await;
    platform.until("anna", &path(&case), |case| case["processInstances"][0]["state"] == "ACTIVE").await;
    let title = json!({"title": "settled"});
    platform.patch("anna", &path(&case), title).await.expect(200);
    assert_eq!(platform.engine.starts(), [("CLM-000001".to_owned(), "claim-handling".to_owned())]);
}

#[tokio::test]
async fn a_task_is_claimed_filled_in_and_completed_and_the_rule_moves_the_case() {
    let platform = Platform::open().await.with_claims().await;
    platform.put("dana", "/api/v1/forms/claim-check", check_form()).await.expect(201);
    let case = platform.new_case("Water").await;
    let task = task_of(&platform, &case).await;
    let task_path = format!("/api/v1/tasks/{}", task["id"].as_str().unwrap());

    platform.post("carl", &format!("{task_path}/claim"), json!({})).await.expect(403);
    platform.post("anna", &format!("{task_path}/claim"), json!({})).await.expect(204);
    assert_eq!(platform.get("anna", &task_path).await.body["assignee"], "anna");
    assert_eq!(
        platform.post("ben", &format!("{task_path}/claim"), json!({})).await.expect(409).code(),
        "already-assigned"
    );

    let form = platform.get("anna", &format!("{task_path}/form")).await.expect(200).body;
    assert_eq!(form["form"], check_form());
    assert_eq!(form["data"], json!({"amount": 120.5, "note": "from the process", "list": [1]}));

    let wrong = json!({"data": {"policyNumber": "x", "papersComplete": false, "amount": -1}});
    let refused = platform.post("anna", &format!("{task_path}/complete"), wrong).await.expect(422);
    assert_eq!(refused.code(), "invalid-submission");
    assert_eq!(refused.pointers(), ["/data/policyNumber", "/data/missingPapers", "/data/amount"]);
    assert_eq!(platform.engine.completed(), []);

    let right = json!({"data": {"policyNumber": "HB-204118", "papersComplete": true, "amount": 99, "admin": true}});
    platform.post("anna", &format!("{task_path}/complete"), right).await.expect(204);
    let completed = platform.engine.completed();
    assert_eq!(
        completed[0].1,
        json!({
            "policyNumber": {"value": "HB-204118", "type": "String"},
            "papersComplete": {"value": true, "type": "Boolean"},
            "amount": {"value": 99, "type": "Integer"}
        })
    );
    platform.get("anna", &task_path).await.expect(404);

    let case = platform.until("anna", &path(&case), |case| case["stage"] == "assessment").await;
    assert_eq!(case["queue"], "decisions");
    assert_eq!(case["labels"], json!(["checked"]));
    assert_eq!(case["openTaskCount"], 0);
    assert_eq!(case["fields"], json!({"amount": 99, "policyNumber": "HB-204118"}));
    let case = platform.until("anna", &path(&case), |case| case["processInstances"][0]["state"] == "COMPLETED").await;
    let timeline = platform
        .get(
            "anna",
            &format!(
                "{}/timeline?kinds=task-created,task-claimed,task-completed,process-started,process-ended",
                path(&case)
            ),
        )
        .await
        .body;
    let told: Vec<(&str, &str)> = timeline["items"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|item| (item["kind"].as_str().unwrap(), item["actor"]["id"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(),
        ["process-started", "task-created", "task-claimed", "task-completed", "process-ended"]
    );
    assert_eq!((told[2].1, told[3].1), ("anna", "anna"));
}

#[tokio::test]
async fn a_process_started_by_hand_answers_with_its_instance_and_an_unknown_one_is_refused() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    let processes = format!("{}/processes", path(&case));
    let start = json!({"key": "site-visit", "variables": {"where": "Hamburg"}});
    let key = [("idempotency-key", "once")];
    let started = platform.send("anna", "POST", &processes, &key, Some(start.clone())).await.expect(201).body;
    assert_eq!(started["state"], "ACTIVE");
    let again = platform.send("anna", "POST", &processes, &key, Some(start)).await.expect(201).body;
    assert_eq!(again["id"], started["id"]);
    assert_eq!(platform.engine.starts().iter().filter(|(_, key)| key == "site-visit").count(), 1);
    assert_eq!(platform.post("anna", &processes, json!({"key": "other"})).await.expect(422).code(), "unknown-process");
}

#[tokio::test]
async fn the_form_of_a_start_is_shown_with_the_case_and_judges_what_a_person_gives() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    let processes = format!("{}/processes", path(&case));
    let none = platform.get("anna", &format!("{processes}/claim-handling/form")).await.expect(200).body;
    assert_eq!(none["form"], Value::Null);
    platform.get("anna", &format!("{processes}/other/form")).await.expect(404);

    let form = json!({"type": "default", "id": "visit-start", "schemaVersion": 18, "components": [
        {"type": "textfield", "key": "where", "label": "Where", "validate": {"required": true}},
        {"type": "number", "key": "amount", "validate": {"min": 100}}
    ]});
    platform.put("dana", "/api/v1/forms/visit-start", form.clone()).await.expect(201);
    let shown = platform.get("anna", &format!("{processes}/site-visit/form")).await.expect(200).body;
    assert_eq!((&shown["form"], &shown["data"]["amount"]), (&form, &json!(120.5)));

    let wrong = json!({"key": "site-visit", "variables": {"amount": 1, "other": "x"}});
    let refused = platform.post("anna", &processes, wrong).await.expect(422);
    assert_eq!(refused.code(), "invalid-submission");
    assert_eq!(refused.pointers(), ["/variables/where", "/variables/amount"]);
    assert!(platform.engine.starts().iter().all(|(_, key)| key != "site-visit"));
    let right = json!({"key": "site-visit", "variables": {"where": "Hamburg", "other": "x"}});
    platform.post("anna", &processes, right).await.expect(201);
    let (_, given) = platform.engine.started_with("site-visit");
    assert_eq!((&given["where"]["value"], given.get("other")), (&json!("Hamburg"), None));
}

#[tokio::test]
async fn a_start_the_engine_refuses_is_a_problem_of_the_case_and_not_an_endless_retry() {
    let platform = Platform::open().await;
    let mut definition = support::claim_definition();
    definition["processes"] = json!([{"key": "missing", "name": "Missing", "start": "on-create"}]);
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    let case = platform.new_case("Water").await;
    let case = platform.until("anna", &path(&case), |case| !case["problem"].is_null()).await;
    assert_eq!(case["problem"]["step"], "Missing");
}

#[tokio::test]
async fn an_incident_is_the_problem_of_the_case_and_a_compensation_too() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    let running = platform.until("anna", &path(&case), |case| case["openTaskCount"] == 1).await;
    platform
        .engine
        .raise_incident(running["processInstances"][0]["id"].as_str().unwrap(), "no answer of the bank")
        .await;
    let failed = platform.until("anna", &path(&case), |case| !case["problem"].is_null()).await;
    assert_eq!(failed["problem"]["reason"], "no answer of the bank");
    let body = json!({"step": "Attach documents", "reason": "the group does not exist"});
    platform.post("anna", &format!("{}/compensations", path(&case)), body.clone()).await.expect(403);
    platform.post("system:external-tasks", &format!("{}/compensations", path(&case)), body.clone()).await.expect(204);
    platform.post("system:external-tasks", &format!("{}/compensations", path(&case)), body).await.expect(204);
    let timeline = platform.get("anna", &format!("{}/timeline?kinds=compensated", path(&case))).await.body;
    assert_eq!(timeline["items"].as_array().unwrap().len(), 1);
    assert_eq!(platform.get("anna", &path(&case)).await.body["problem"]["step"], "Attach documents");
    // Which step failed is the problem; each that was undone for it is told once.
    let report = |step: &str| json!({"step": step, "failedStep": "Notify team", "reason": "There is no such group."});
    for step in ["Link mail", "Attach documents", "Link mail"] {
        let path = format!("{}/compensations", path(&case));
        platform.post("system:external-tasks", &path, report(step)).await.expect(204);
    }
    let problem = platform.get("anna", &path(&case)).await.body["problem"].clone();
    assert_eq!((&problem["step"], &problem["undone"]), (&json!("Notify team"), &json!(false)));
    assert_eq!(problem["undoneSteps"], json!(["Link mail", "Attach documents"]));
    let timeline = platform.get("anna", &format!("{}/timeline?kinds=compensated", path(&case))).await.body;
    assert_eq!(timeline["items"].as_array().unwrap().len(), 3);
    let told = "Step Attach documents was undone because Notify team failed: There is no such group.";
    assert_eq!(timeline["items"][0]["summary"], told);
    platform.patch("anna", &path(&case), json!({"problem": null})).await.expect(200);
    assert_eq!(platform.get("anna", &path(&case)).await.body["problem"], json!(null));
}

#[tokio::test]
async fn a_process_that_names_the_case_belongs_to_it() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Mail").await;
    let root = "00112233-4455-6677-8899-000000000001";
    platform.engine.name_case(root, case["id"].as_str().unwrap()).await;
    platform.engine.raise_incident(root, "the mail room is closed").await;
    let case = platform.until("anna", &path(&case), |case| !case["problem"].is_null()).await;
    assert!(case["processInstances"].as_array().unwrap().iter().any(|process| process["id"] == root));
}

#[tokio::test]
async fn a_process_belongs_to_one_case_whatever_its_variables_say_later() {
    let platform = Platform::open().await.with_claims().await;
    let (case, other) = (platform.new_case("Water").await, platform.new_case("Fire").await);
    let running = platform.until("anna", &path(&case), |case| case["openTaskCount"] == 1).await;
    let root = running["processInstances"][0]["id"].as_str().unwrap();
    let of_process = format!("/api/v1/cases/by-process/{root}");
    platform.get("anna", &of_process).await.expect(403);
    let worker = "system:external-tasks";
    let known = platform.get(worker, &of_process).await.expect(200).body;
    assert_eq!((&known["caseId"], &known["startedBy"]["name"]), (&case["id"], &json!("Anna Meyer")));
    platform.engine.name_case(root, other["id"].as_str().unwrap()).await;
    // Heard after the name, so the name was heard.
    platform.engine.raise_incident(root, "no answer of the bank").await;
    platform.until("anna", &path(&case), |case| !case["problem"].is_null()).await;
    assert_eq!(platform.get(worker, &of_process).await.expect(200).body["caseId"], case["id"]);
    let other = platform.get("anna", &path(&other)).await.expect(200).body;
    assert!(other["processInstances"].as_array().unwrap().iter().all(|process| process["id"] != root), "{other}");
    let stranger = "/api/v1/cases/by-process/00112233-4455-6677-8899-00000000001a";
    assert_eq!(platform.get(worker, stranger).await.expect(200).body, json!({"caseId": null, "startedBy": null}));
}

#[tokio::test]
async fn a_process_acts_on_what_was_vouched_for_or_what_its_starter_may_change() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    let (id, number) = (case["id"].as_str().unwrap(), case["number"].as_str().unwrap());
    let may_act = async |root: &str, query: &str, status: u16| {
        let path = format!("/api/v1/cases/by-process/{root}?{query}");
        platform.get("system:external-tasks", &path).await.expect(status)
    };
    let on_case = format!("case={id}");
    // By what a model set, nobody acts who could not by themselves: dana reads cases, nobody in particular does nothing.
    let by_dana = platform.engine.start_as("dana", "K-1", "other").await;
    let by_nobody = platform.engine.start_as("", "K-1", "other").await;
    // The number of a case is no word for it: dana may start a process with any.
    let numbered = platform.engine.start_as("dana", number, "other").await;
    for root in [&by_dana, &by_nobody, &numbered] {
        platform.engine.set(root, "caseId", id, false).await;
        assert_eq!(may_act(root, &on_case, 403).await.code(), "not-vouched");
        assert_eq!(may_act(&format!("{}00000000001a", &root[..24]), &on_case, 403).await.code(), "not-vouched");
    }
    // A word is for the case it names.
    platform.engine.set(&by_dana, "caseId", "0198a3f2-7b1c-7def-8123-456789abcdef", true).await;
    may_act(&by_dana, &on_case, 403).await;
    platform.engine.name_case(&by_dana, id).await;
    may_act(&by_dana, &on_case, 200).await;
    // anna and ben may change it; a case that is none is nobody's to change.
    for (who, status) in [("anna", 200), ("ben", 200), ("nobody-known", 403)] {
        let root = platform.engine.start_as(who, "K-2", "other").await;
        platform.engine.set(&root, "caseId", id, false).await;
        may_act(&root, &on_case, status).await;
        may_act(&root, "case=0198a3f2-7b1c-7def-8123-456789abcdef", 403).await;
    }
    // Rooms start processes for a case by its number, and for a mail by its id.
    let by_room = platform.engine.start_as("system:case-api", number, "other").await;
    may_act(&by_room, &on_case, 200).await;
    let mail = "0198a3f2-7b1c-7def-8123-000000000003";
    let by_mail = platform.engine.start_as("system:email-to-case", mail, "other").await;
    may_act(&by_mail, &format!("mail={mail}"), 200).await;
    may_act(&by_mail, &on_case, 403).await;
    may_act(&by_nobody, &format!("mail={mail}"), 403).await;
    platform.engine.set(&by_nobody, "mailId", mail, true).await;
    may_act(&by_nobody, &format!("mail={mail}"), 200).await;
}

#[tokio::test]
async fn what_a_model_names_by_itself_is_not_the_case_of_its_process() {
    let platform = Platform::open().await.with_claims().await;
    let (case, other) = (platform.new_case("Water").await, platform.new_case("Fire").await);
    let root = platform.engine.start_as("dana", "K-1", "other").await;
    platform.engine.set(&root, "caseId", other["id"].as_str().unwrap(), false).await;
    platform.engine.name_case(&root, case["id"].as_str().unwrap()).await;
    let is_there = |case: &serde_json::Value| case["processInstances"].to_string().contains(&root);
    platform.until("anna", &path(&case), is_there).await;
    assert!(!is_there(&platform.get("anna", &path(&other)).await.expect(200).body));
}

#[tokio::test]
async fn users_set_no_variable_that_the_platform_keeps_for_itself() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    let processes = format!("{}/processes", path(&case));
    for name in ["caseId", "mailId", "documentIds", "caseStartId", "initiator"] {
        let body = json!({"key": "site-visit", "variables": {"where": "Hamburg", name: "x"}});
        let refused = platform.post("anna", &processes, body).await.expect(422);
        assert_eq!((refused.code(), refused.pointers()), ("reserved-variable", vec![&*format!("/variables/{name}")]));
        let refused = platform.patch("anna", &path(&case), json!({"fields": {name: "x"}})).await.expect(422);
        assert_eq!((refused.code(), refused.pointers()), ("reserved-variable", vec![&*format!("/fields/{name}")]));
        let body = json!({"definition": "claim", "title": "Fire", "fields": {name: "x"}});
        assert_eq!(platform.post("anna", "/api/v1/cases", body).await.expect(422).code(), "reserved-variable");
        let mut definition = support::claim_definition();
        definition["fields"] = json!([{"key": name, "label": "x", "type": "text"}]);
        let refused = platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(422);
        assert!(refused.pointers().contains(&"/fields/0/key"), "{}", refused.body);
    }
    assert!(platform.engine.starts().iter().all(|(_, key)| key != "site-visit"));
}

#[tokio::test]
async fn a_task_without_a_form_takes_no_variables_and_a_form_that_shows_a_reserved_one_does_not_set_it() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    let task = task_of(&platform, &case).await;
    let complete = format!("/api/v1/tasks/{}/complete", task["id"].as_str().unwrap());
    let body = json!({"data": {"caseId": "0198a3f2-7b1c-7def-8123-456789abcdef", "caseTitle": "DEFACED"}});
    let refused = platform.post("anna", &complete, body.clone()).await.expect(422);
    assert_eq!((refused.code(), refused.pointers()), ("no-form", vec!["/data/caseId", "/data/caseTitle"]));
    assert_eq!(platform.engine.completed(), []);
    let form = json!({"type": "default", "id": "claim-check", "components": [
        {"type": "textfield", "key": "caseId"}, {"type": "textfield", "key": "caseTitle"}
    ]});
    platform.put("dana", "/api/v1/forms/claim-check", form).await.expect(201);
    platform.post("anna", &complete, body).await.expect(204);
    assert_eq!(platform.engine.completed()[0].1, json!({"caseTitle": {"value": "DEFACED", "type": "String"}}));
}

#[tokio::test]
async fn a_clock_is_at_risk_then_breached_by_the_journals_time() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    assert_eq!(case["slas"][0]["dueAt"], "2026-11-20T16:00:00.000Z");
    assert_eq!(case["slas"][0]["remainingSeconds"], 14_400);
    platform.clock.advance(jiff::SignedDuration::from_hours(3));
    let timeline = format!("{}/timeline?kinds=sla-at-risk,sla-breached", path(&case));
    platform.until("anna", &timeline, |page| page["items"].as_array().unwrap().len() == 1).await;
    platform.clock.advance(jiff::SignedDuration::from_hours(2));
    let told = platform.until("anna", &timeline, |page| page["items"].as_array().unwrap().len() == 2).await;
    assert_eq!(told["items"][0]["summary"], "First response was breached");
    assert_eq!(platform.get("anna", &path(&case)).await.body["slas"][0]["state"], "breached");
    assert_eq!(platform.get("anna", "/api/v1/cases").await.body["items"][0]["slas"][0]["state"], "breached");
}

#[tokio::test]
async fn time_spent_waiting_does_not_count() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    platform.clock.advance(jiff::SignedDuration::from_hours(1));
    platform.patch("anna", &path(&case), json!({"status": "waiting"})).await.expect(200);
    platform.clock.advance(jiff::SignedDuration::from_hours(48));
    let open = platform.patch("anna", &path(&case), json!({"status": "open"})).await.expect(200).body;
    assert_eq!(open["slas"][0]["state"], "running");
    assert_eq!(open["slas"][0]["remainingSeconds"], 3 * 3_600);
}

#[tokio::test]
async fn a_restart_loses_nothing_and_repeats_nothing() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    let before = platform.until("anna", &path(&case), |case| case["openTaskCount"] == 1).await;
    let platform = platform.restart().await;
    let after = platform.get("anna", &path(&case)).await.expect(200).body;
    assert_eq!(after, before);
    platform.post("anna", &format!("{}/comments", path(&case)), json!({"body": "still here"})).await.expect(201);
    assert_eq!(platform.engine.starts(), [], "the wish was heard before the restart and is not done again");
}

#[tokio::test]
async fn what_a_case_came_of_is_not_for_people_to_say() {
    let platform = Platform::open().await.with_claims().await;
    let new = |origin: Value| json!({"definition": "claim", "title": "Fire", "origin": origin});
    for (origin, pointer) in [
        (json!({"kind": "mail", "reference": "m-1"}), "/origin/kind"),
        (json!({"kind": "mail"}), "/origin/kind"),
        (json!({"kind": "portal", "reference": "r-1"}), "/origin/reference"),
    ] {
        let refused = platform.post("anna", "/api/v1/cases", new(origin)).await.expect(422);
        assert_eq!(refused.body["errors"][0]["code"], "not-yours-to-say", "{}", refused.body);
        assert_eq!(refused.pointers(), vec![pointer]);
    }
    let told = new(json!({"kind": "mail", "reference": "m-1"}));
    let case = platform.post("system:external-tasks", "/api/v1/cases", told).await.expect(201).body;
    assert_eq!(case["origin"], json!({"kind": "mail", "reference": "m-1"}));
}

#[tokio::test]
async fn a_task_that_somebody_else_takes_meanwhile_is_theirs() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    let tasks = format!("/api/v1/tasks?case={}", case["id"].as_str().unwrap());
    let page = platform.until("anna", &tasks, |page| page["items"].as_array().is_some_and(|all| !all.is_empty())).await;
    platform.engine.take_tasks();
    let claim = format!("/api/v1/tasks/{}/claim", page["items"][0]["id"].as_str().unwrap());
    assert_eq!(platform.post("anna", &claim, json!({})).await.expect(409).code(), "already-assigned");
}
