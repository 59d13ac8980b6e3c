//! `casewright deploy` and `casewright process`, as typed, against the real server.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod scripts;
mod server;
#[path = "../support/mod.rs"]
mod support;

use serde_json::{Value, json};
use server::Server;

/// Version 1 waits at `check`; version 2 calls it `review` and has an optional step besides.
fn order(activity: &str) -> String {
    process(&format!(
        r#"<startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="{activity}"/>
           <userTask id="{activity}" name="Check the order"/><sequenceFlow id="g" sourceRef="{activity}" targetRef="ship"/>
           <serviceTask id="ship" camunda:asyncBefore="true" camunda:expression="${{rate > 1}}"/>
           <sequenceFlow id="h" sourceRef="ship" targetRef="done"/><userTask id="done"/>"#
    ))
}

fn process(elements: &str) -> String {
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t"><process id="order" isExecutable="true" camunda:historyTimeToLive="30">{elements}</process></definitions>"#
    )
}

fn ids(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_repairs_migrates_and_ends_instances_from_the_command_line() {
    let server = Server::start().await;
    server.deploy("order.bpmn", &order("check"), &[]);
    for nth in 0..3 {
        server.start_instance("order", &format!("order-{nth}")).await;
    }

    // Listing and showing.
    let listed = server.json(&["process", "list", "--definition-key", "order"]);
    let all = ids(&listed);
    assert_eq!(all.len(), 3);
    let first = server.json(&["process", "list", "--business-key", "order-0"]);
    let first = ids(&first).remove(0);
    let table = server.run(&["process", "list", "--definition-key", "order", "--version", "1"]).success();
    assert!(table.contains("order v1") && table.contains("order-2"), "{table}");
    let shown = server.run(&["process", "show", &first]).success();
    assert!(shown.contains("check") && shown.contains("userTask"), "{shown}");

    // A modification runs into an incident, which is listed, repaired and retried.
    let dry =
        server.run(&["process", "modify", &first, "--before", "ship", "--cancel", "check", "--dry-run"]).success();
    assert!(dry.contains("start before ship, cancel check") && dry.contains("nothing was changed"), "{dry}");
    server.run(&["process", "modify", &first, "--before", "ship", "--cancel", "check"]).success();
    server.until("the job fails for good", || async { server.incidents(&first).await == 1 }).await;
    let listed = server.run(&["process", "list", "--with-incidents"]).success();
    assert!(listed.contains(&first) && listed.contains("ship (failedJob)"), "{listed}");
    server.set_variable(&first, "rate", json!(2)).await;
    let dry = server.run(&["process", "retry", &first, "--dry-run"]).success();
    assert!(dry.contains("1 job(s)") && dry.contains("ship"), "{dry}");
    server.run(&["process", "retry", &first]).success();
    server.until("the job is done", || async { server.incidents(&first).await == 0 }).await;
    server.until("the next task is there", || async { server.is_at(&first, "done").await }).await;

    // Time travel.
    let past = server.json(&["process", "state", &first, "--at", "2"]);
    assert_eq!((&past["seq"], &past["isEnded"]), (&json!(2), &json!(false)));
    let refused = server.run(&["process", "state", &first, "--at", "100000"]).failure();
    assert!(refused.contains("not-found") && refused.contains("/at/100000"), "{refused}");

    // Migration: what is not mapped is shown; with a map it goes.
    server.deploy("order.bpmn", &order("review"), &[]);
    let at_check: Vec<&String> = all.iter().filter(|id| **id != first).collect();
    let (second, third) = (at_check[0].as_str(), at_check[1].as_str());
    let dry = server.run(&["process", "migrate", second, third, "--dry-run"]).success();
    assert!(dry.contains("Instances stand at check"), "{dry}");
    assert!(dry.lines().any(|line| line.starts_with("check") && line.contains("not in the target")), "{dry}");
    let refused = server.run(&["process", "migrate", second]).failure();
    assert!(refused.contains("check") && refused.contains("/engine-rest/migration/execute"), "{refused}");
    let plan = server.json(&["process", "migrate", second, "--map", "check=review", "--dry-run"]);
    let mapped = plan["plan"]["instructions"].as_array().unwrap();
    assert!(mapped.iter().any(|map| map["targetActivityIds"][0] == json!("review")), "{plan}");
    server.run(&["process", "migrate", second, third, "--map", "check=review", "--batch"]).success();
    let moved = server.json(&["process", "list", "--definition-key", "order", "--version", "2"]);
    assert_eq!(ids(&moved).len(), 2, "{moved}");

    // Suspension, deletion, restart.
    server.run(&["process", "suspend", second]).success();
    let listed = server.run(&["process", "list", second]).success();
    assert!(listed.contains("suspended"), "{listed}");
    server.run(&["process", "activate", second]).success();
    let told = server.run(&["process", "delete", second, third, "--reason", "ordered twice"]).success();
    assert!(told.contains("instance-deletion") && told.contains("2 jobs"), "{told}");
    let ended = server.json(&["process", "list", "--ended", second]);
    assert_eq!(ended[0]["deleteReason"], json!("ordered twice"));
    server.run(&["process", "restart", second, "--before", "review"]).success();
    let again = server.json(&["process", "list", "--definition-key", "order", "--version", "2"]);
    assert_eq!(again.as_array().unwrap().len(), 1);
    assert_eq!(again[0]["businessKey"], ended[0]["businessKey"]);

    // What cannot be done is told with a code, and nothing happens.
    let refused = server.run(&["process", "delete"]).failure();
    assert!(refused.contains("nothing-selected"), "{refused}");
    let refused = server.run(&["process", "suspend", "no-such-instance"]).failure();
    assert!(refused.contains("unknown-instances") && refused.contains("no-such-instance"), "{refused}");
    let refused = server.run(&["process", "batches", "no-such-batch"]).failure();
    assert!(refused.contains("unknown-batch"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_whose_jobs_fail_is_told_and_stays_visible() {
    let server = Server::start().await;
    server.deploy("order.bpmn", &order("check"), &[]);
    let id = server.start_instance("order", "one").await;
    let refused = server.run(&["process", "modify", &id, "--before", "nowhere", "--batch"]).failure();
    assert!(refused.contains("batch-failed") && refused.contains("nowhere"), "{refused}");
    let batches = server.json(&["process", "batches"]);
    assert_eq!((&batches[0]["failedJobs"], &batches[0]["type"]), (&json!(1), &json!("instance-modification")));
    let table = server.run(&["process", "batches"]).success();
    assert!(table.contains("FAILED") && table.contains("instance-modification"), "{table}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_with_java_is_reported_and_runs_as_external_tasks_on_demand() {
    let server = Server::start().await;
    let model = process(
        r#"<startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="rate"/>
           <serviceTask id="rate" camunda:class="com.example.Rate"><extensionElements>
             <camunda:executionListener event="start" class="com.example.Audit"/></extensionElements></serviceTask>"#,
    );
    let told = server.deploy("order.bpmn", &model, &[]);
    assert!(told.contains("[java-code] rate") && told.contains("com.example.Rate"), "{told}");
    assert!(told.contains("[java-listener] rate") && told.contains("--java-as-external"), "{told}");
    // This file with the option is another deployment.
    let told = server.deploy("order.bpmn", &model, &["--java-as-external"]);
    assert!(told.contains("[java-as-external] rate") && told.contains("topic 'com.example.Rate'"), "{told}");
    assert!(told.contains("[java-listener-left-out] rate") && told.contains("order version 2"), "{told}");
    let id = server.start_instance("order", "one").await;
    assert_eq!(server.work("com.example.Rate").await, id);
    server.until("the instance is over", || async { !server.is_running(&id).await }).await;
}

/// Amount and country; small amounts are paid, the rest is looked at.
const DECISION: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="defs" name="Defs" namespace="http://camunda.org/schema/1.0/dmn"><decision id="refund" name="Refund" camunda:historyTimeToLive="30"><decisionTable id="t" hitPolicy="FIRST"><input id="i1" label="Country"><inputExpression id="e1" typeRef="string"><text>country</text></inputExpression></input><input id="i2"><inputExpression id="e2" typeRef="integer"><text>amount</text></inputExpression></input><output id="o" name="decision" typeRef="string"/>
<rule id="r1"><inputEntry id="a1"><text>"AT"</text></inputEntry><inputEntry id="b1"><text>-</text></inputEntry><outputEntry id="c1"><text>"look"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="a2"><text>-</text></inputEntry><inputEntry id="b2"><text>&gt; 100</text></inputEntry><outputEntry id="c2"><text>"look"</text></outputEntry></rule>
<rule id="r3"><inputEntry id="a3"><text>-</text></inputEntry><inputEntry id="b3"><text>-</text></inputEntry><outputEntry id="c3"><text>"pay"</text></outputEntry></rule>
<rule id="r4"><inputEntry id="a4"><text>-</text></inputEntry><inputEntry id="b4"><text>-</text></inputEntry><outputEntry id="c4"><text>"never"</text></outputEntry></rule></decisionTable></decision></definitions>"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_history_of_a_decision_says_which_rule_hit_and_why_the_others_did_not() {
    let server = Server::start().await;
    server.deploy("refund.dmn", DECISION, &[]);
    let model = r#"<startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="decide"/>
        <businessRuleTask id="decide" camunda:decisionRef="refund" camunda:resultVariable="decision" camunda:mapDecisionResult="singleEntry">
          <extensionElements><camunda:inputOutput><camunda:inputParameter name="country">DE</camunda:inputParameter><camunda:inputParameter name="amount">${20}</camunda:inputParameter></camunda:inputOutput></extensionElements>
        </businessRuleTask><sequenceFlow id="g" sourceRef="decide" targetRef="done"/><userTask id="done"/>"#;
    server.deploy("order.bpmn", &process(model), &[]);
    let instance = server.start_instance("order", "order-1").await;

    let told = server.json(&["process", "decisions", &instance]);
    let [decision] = told.as_array().unwrap().as_slice() else { panic!("{told}") };
    assert_eq!((&decision["decisionKey"], &decision["elementId"]), (&json!("refund"), &json!("decide")));
    assert_eq!((&decision["version"], &decision["requiredBy"]), (&json!(1), &Value::Null));
    assert_eq!(decision["inputs"][0], json!({"label": "Country", "type": "String", "value": "DE"}));
    assert_eq!(decision["outputs"], json!([{"name": "decision", "type": "String", "value": "pay", "ruleId": "r3"}]));
    let [table] = decision["tables"].as_array().unwrap().as_slice() else { panic!("{told}") };
    assert_eq!((&table["table"], &table["inputs"]), (&json!("refund"), &decision["inputs"]));
    let by_hand = json!([
        {"rule": 1, "hits": false, "refusedBy": 1},
        {"rule": 2, "hits": false, "refusedBy": 2},
        {"rule": 3, "hits": true, "refusedBy": null},
    ]);
    assert_eq!(table["rules"], by_hand, "the fourth was not asked");

    let lines = server.run(&["process", "decisions", &instance]).success();
    assert!(lines.contains("refund v1  at decide") && lines.contains(r#"gave decision "pay" by rule r3"#), "{lines}");
    assert!(lines.contains("rule 1 does not: its cell of Country does not accept the value"), "{lines}");
    assert!(lines.contains("rule 3 hits") && !lines.contains("rule 4"), "{lines}");
    let refused = server.run(&["process", "decisions", "no-such-instance"]).failure();
    assert!(refused.contains("not-found"), "{refused}");
}
