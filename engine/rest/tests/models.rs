//! Models that others drew, deployed and run over REST: the executable ones of the BPMN Model Interchange Working Group, and
//! the demo of WKS Platform (`fixtures/wks`, MIT).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_model::model::{EventTrigger, NodeKind};
use casewright_engine_model::{Limits, parse};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;
use support::Server;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(folder: &std::path::Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap()
}

/// Runs jobs until there is none that may run; the ids of those that failed are left.
async fn run_jobs(server: &Server) {
    let mut seen = Vec::new();
    loop {
        let jobs = server.get("/job?messages=true&withRetriesLeft=true").await.expect(200).json();
        let Some(job) = jobs
            .as_array()
            .unwrap()
            .iter()
            .map(|job| job["id"].as_str().unwrap().to_owned())
            .find(|id| !seen.contains(id))
        else {
            return;
        };
        server.post(&format!("/job/{job}/execute"), json!({})).await;
        seen.push(job);
    }
}

/// Activities that wait, sorted; none once it has ended.
async fn waiting(server: &Server, instance: &str) -> Option<Vec<String>> {
    fn leaves(tree: &Value, found: &mut Vec<String>) {
        let children = tree["childActivityInstances"].as_array().unwrap();
        let transitions = tree["childTransitionInstances"].as_array().unwrap();
        if children.is_empty() && transitions.is_empty() {
            found.push(tree["activityId"].as_str().unwrap().to_owned());
        }
        children.iter().for_each(|child| leaves(child, found));
        found.extend(transitions.iter().map(|token| format!("before {}", token["activityId"].as_str().unwrap())));
    }
    let answer = server.get(&format!("/process-instance/{instance}/activity-instances")).await;
    if answer.status == 404 {
        return None;
    }
    let mut found = Vec::new();
    leaves(&answer.expect(200).json(), &mut found);
    found.sort();
    Some(found)
}

/// The name of the message that starts the only process of the file, when one does.
fn start_message(xml: &str) -> Option<String> {
    let parsed = parse(xml.as_bytes(), "model.bpmn", &Limits::default()).unwrap();
    let mut nodes = parsed.definitions.processes[0].nodes.iter().filter(|node| node.parent.is_none());
    nodes.find_map(|node| match &node.kind {
        NodeKind::StartEvent(start) => match &start.trigger {
            EventTrigger::Message(message) => message.name.clone(),
            _ => None,
        },
        _ => None,
    })
}

async fn deploy_and_run(server: &Server, file: &str, xml: &str) -> String {
    let answer = server.deploy(file, &[(file, xml)]).await;
    if answer.status != 200 {
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        return format!("refused with {}: {message}", answer.status);
    }
    let deployed = answer.json();
    let definition = deployed["deployedProcessDefinitions"].as_object().unwrap().keys().next().unwrap().clone();
    let given_back = server.get(&format!("/process-definition/{definition}/xml")).await.expect(200).json();
    assert_eq!(given_back["bpmn20Xml"].as_str(), Some(xml), "{file}: the file comes back as it was");
    let started = match start_message(xml) {
        Some(name) => {
            let body = json!({"messageName": name, "resultEnabled": true});
            let answer = server.post("/message", body).await;
            (answer.status == 200).then(|| answer.json()[0]["processInstance"].clone()).ok_or(answer)
        }
        None => {
            let answer = server.post(&format!("/process-definition/{definition}/start"), json!({})).await;
            (answer.status == 200).then(|| answer.json()).ok_or(answer)
        }
    };
    let instance = match started {
        Ok(instance) => instance["id"].as_str().unwrap().to_owned(),
        Err(answer) => return format!("does not start, {}: {}", answer.status, answer.json()["message"]),
    };
    run_jobs(server).await;
    match waiting(server, &instance).await {
        None => "ended".to_owned(),
        Some(activities) => format!("waits at {}", activities.join(", ")),
    }
}

#[tokio::test]
async fn executable_models_of_the_interchange_group_run_or_are_refused_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    let models = folder("../model/tests/miwg");
    let mut outcomes = String::new();
    for name in ["C.1.0", "C.1.1", "C.3.0", "C.8.1", "C.9.0", "C.9.1", "C.9.2"] {
        let file = format!("{name}.bpmn");
        let outcome = deploy_and_run(&server, &file, &read(&models, &file)).await;
        writeln!(outcomes, "{name}: {outcome}").unwrap();
    }
    insta::assert_snapshot!(outcomes);
}

/// Does the work of a topic as the workers of WKS do.
async fn work(server: &Server, topic: &str, variables: Value) -> String {
    let fetch = json!({
        "workerId": "wks", "maxTasks": 1, "asyncResponseTimeout": 60_000,
        "topics": [{"topicName": topic, "lockDuration": 10_000}],
    });
    let fetched = server.post("/external-task/fetchAndLock", fetch).await.expect(200).json();
    let task = fetched[0].clone();
    assert_eq!(task["topicName"], topic, "{fetched}");
    let id = task["id"].as_str().unwrap();
    server
        .post(&format!("/external-task/{id}/complete"), json!({"workerId": "wks", "variables": variables}))
        .await
        .expect(204);
    task["activityId"].as_str().unwrap().to_owned()
}

async fn complete(server: &Server, instance: &str, activity: &str) {
    let tasks = server
        .get(&format!("/task?processInstanceId={instance}&taskDefinitionKey={activity}"))
        .await
        .expect(200)
        .json();
    let id = tasks[0]["id"].as_str().unwrap_or_else(|| panic!("no task {activity}")).to_owned();
    server.post(&format!("/task/{id}/complete"), json!({})).await.expect(204);
}

async fn wks() -> (tempfile::TempDir, Server) {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path()).await;
    let models = folder("tests/fixtures/wks");
    let names = [
        "case-instance-create.bpmn",
        "customer-support.bpmn",
        "email-to-case-outbound.bpmn",
        "email-to-case-owner-decision.dmn",
        "email-to-case.bpmn",
        "employee-onboarding.bpmn",
    ];
    let texts = names.map(|name| read(&models, name));
    let files: Vec<(&str, &str)> = names.iter().copied().zip(texts.iter().map(String::as_str)).collect();
    let deployed = server.deploy("wks", &files).await.expect(200).json();
    assert_eq!(deployed["deployedProcessDefinitions"].as_object().unwrap().len(), 5);
    assert_eq!(deployed["deployedDecisionDefinitions"].as_object().unwrap().len(), 1);
    (dir, server)
}

async fn assert_ended(server: &Server, instance: &str) {
    assert_eq!(waiting(server, instance).await, None);
    let history = server.get(&format!("/history/process-instance/{instance}")).await.expect(200).json();
    assert_eq!(history["state"], "COMPLETED");
}

fn text(value: &str) -> Value {
    json!({"value": value, "type": "String"})
}

#[tokio::test]
async fn a_case_of_wks_is_created_by_its_two_workers() {
    let (_dir, server) = wks().await;
    let case = json!({"value": r#"{"businessKey": "1"}"#, "type": "Json"});
    let instance = server.start("case-instance-create", json!({"variables": {"caseInstance": case}})).await;
    run_jobs(&server).await;
    assert_eq!(work(&server, "caseSave", json!({})).await, "create-case-instance");
    run_jobs(&server).await;
    assert_eq!(work(&server, "businessProcessStart", json!({})).await, "start-business-process");
    assert_ended(&server, &instance).await;
}

#[tokio::test]
async fn a_ticket_of_wks_is_resolved() {
    let (_dir, server) = wks().await;
    let instance = server.start("customer-support", json!({})).await;
    complete(&server, &instance, "create-ticket").await;
    complete(&server, &instance, "resolve-issue").await;
    assert_ended(&server, &instance).await;
}

#[tokio::test]
async fn a_new_employee_of_wks_moves_stage_and_queue_on_the_way() {
    let (_dir, server) = wks().await;
    let instance = server.start("employee-onboarding", json!({"businessKey": "emp-1"})).await;
    complete(&server, &instance, "registration").await;
    // A listener correlates a message to its own instance, which starts the event subprocess.
    complete(&server, &instance, "department-assignment").await;
    assert_eq!(work(&server, "caseQueueUpdate", json!({})).await, "Activity_0wa8jtu");
    assert_eq!(work(&server, "caseStageUpdate", json!({})).await, "Activity_0dw5ogu");
    for activity in ["manager-approval", "it-setup", "orientation-trainning"] {
        complete(&server, &instance, activity).await;
    }
    assert_ended(&server, &instance).await;
}

#[tokio::test]
async fn a_mail_of_wks_starts_a_case_whose_owner_a_decision_names() {
    let (_dir, server) = wks().await;
    let mail = text(r#"{"from": "ana@example.org", "caseDefinitionId": "permit"}"#);
    let instance = server.start("email-to-case", json!({"variables": {"caseEmail": mail}})).await;
    run_jobs(&server).await;
    assert_eq!(work(&server, "validateCaseDefinitionId", json!({})).await, "validate-case-def");
    let owner = server.get(&format!("/process-instance/{instance}/variables/caseOwnerEmail")).await.expect(200).json();
    assert_eq!(owner["value"], "demo@demo.com");
    work(&server, "caseStart", json!({"caseInstanceBusinessKey": text("4711")})).await;
    let mail = server.get(&format!("/process-instance/{instance}/variables/caseEmail")).await.expect(200).json();
    let mail: Value = serde_json::from_str(mail["value"].as_str().unwrap()).unwrap();
    assert_eq!(mail["caseInstanceBusinessKey"], "4711");
    work(&server, "emailLog", json!({})).await;
    assert_ended(&server, &instance).await;
}

#[tokio::test]
async fn a_mail_of_wks_leaves_and_is_acknowledged() {
    let (_dir, server) = wks().await;
    let mail = text(r#"{"caseInstanceBusinessKey": "4711"}"#);
    let instance = server.start("email-to-case-outbound", json!({"variables": {"caseEmail": mail}})).await;
    run_jobs(&server).await;
    work(&server, "emailLog", json!({})).await;
    work(&server, "emailSend", json!({})).await;
    let sent = json!({"messageName": "emailSentConfirmation", "businessKey": "4711"});
    server.post("/message", sent).await.expect(204);
    work(&server, "emailUpdateSent", json!({})).await;
    assert_ended(&server, &instance).await;
}
