//! A developer's own model hands a case to a model of an administrator, whose tasks the platform's own workers do.

use super::models::{model, process, script, topic};
use super::support::{EVE, Platform};
use serde_json::{Value, json};

const DEFACED: &str = "DEFACED BY A MODEL";

/// What the administrator lets models do: set the title of the case that `caseId` names.
fn helper() -> String {
    model("helper", &[&topic("case.update", &[("caseTitle", DEFACED)])])
}

/// What the administrator lets models do, begun by a message.
fn by_message() -> String {
    let start = r#"<bpmn:startEvent id="s"><bpmn:messageEventDefinition id="m" messageRef="go"/></bpmn:startEvent>"#;
    let task = topic("case.update", &[("caseTitle", DEFACED)]);
    let flows = r#"<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="n1"/>"#;
    process("by-message", &format!("{start}{task}{flows}"))
}

fn call(mapping: &str) -> String {
    format!(
        r#"<bpmn:callActivity id="c" calledElement="helper"><bpmn:extensionElements>{mapping}</bpmn:extensionElements></bpmn:callActivity>"#
    )
}

const ALL: &str = r#"<camunda:in variables="all"/>"#;

pub(crate) async fn a_case_that_a_model_names_is_not_vouched_for(platform: &Platform) {
    platform.deploy("root", "helper.bpmn", helper()).await.expect(200);
    platform.deploy("root", "by-message.bpmn", by_message()).await.expect(200);
    platform.define("common", "COM", &["helper"], Value::Null).await;
    let case = platform.case("anna", "common", "Water").await;
    let (id, number) = (case["id"].as_str().unwrap(), case["number"].as_str().unwrap());

    let mapped = call(&format!(r#"<camunda:in sourceExpression="${{'{id}'}}" target="caseId"/>"#));
    let set = script(&format!(r#"execution.setVariable("caseId", "{id}")"#), "javascript", "");
    let send = format!(
        r#"execution.getProcessEngineServices().getRuntimeService().createMessageCorrelation("go-by-message").setVariable("caseId", "{id}").correlate()"#
    );
    for (key, nodes) in [
        ("by-mapping", vec![mapped.clone()]),
        ("by-script", vec![set, call(ALL)]),
        ("by-result", vec![script(&format!("'{id}'"), "javascript", "").replace("\"out\"", "\"caseId\""), call(ALL)]),
    ] {
        let nodes: Vec<&str> = nodes.iter().map(String::as_str).collect();
        platform.deploy(EVE, &format!("{key}.bpmn"), model(key, &nodes)).await.expect(200);
        // The number of the case is no word for it either.
        for body in [json!({}), json!({"businessKey": number})] {
            let instance = platform.run(EVE, key, body).await.expect(200).id();
            let told = platform.incident(&instance).await;
            assert!(told.starts_with("not-vouched: "), "{key}: {told}");
        }
    }
    let send = script(&send, "javascript", "");
    platform.deploy(EVE, "sends.bpmn", model("sends", &[&send])).await.expect(200);
    platform.run(EVE, "sends", json!({})).await.expect(200);
    let told = platform
        .until("the process that the message began cannot go on", || async {
            let path = "/engine-rest/process-instance?processDefinitionKey=by-message";
            let begun = platform.get("root", path).await.expect(200).body;
            let begun = begun[0]["id"].as_str()?.to_owned();
            Some(platform.incident(&begun).await)
        })
        .await;
    assert!(told.starts_with("not-vouched: "), "{told}");

    let title = || async {
        let case = platform.get("anna", &format!("/api/v1/cases/{id}")).await.expect(200).body;
        case["title"].as_str().unwrap().to_owned()
    };
    assert_eq!(title().await, "Water");

    // The case's own process acts for it, whoever deployed what; and for no other one.
    let start = json!({"key": "helper"});
    platform.post("anna", &format!("/api/v1/cases/{id}/processes"), start).await.expect(201);
    platform.until("the case's own process has acted", || async { (title().await == DEFACED).then_some(()) }).await;
    platform.define("calling", "CAL", &["by-mapping"], Value::Null).await;
    let other = platform.case("anna", "calling", "Fire").await;
    let path = format!("/api/v1/cases/{}/processes", other["id"].as_str().unwrap());
    let begun = platform.post("anna", &path, json!({"key": "by-mapping"})).await.expect(201).id();
    let told = platform.incident(&begun).await;
    assert!(told.contains("another case"), "{told}");

    // Who may change the case may have a model do it.
    let third = platform.case("anna", "common", "Hail").await;
    let third = third["id"].as_str().unwrap();
    let mapped = call(&format!(r#"<camunda:in sourceExpression="${{'{third}'}}" target="caseId"/>"#));
    platform.deploy(EVE, "for-root.bpmn", model("for-root", &[&mapped])).await.expect(200);
    platform.run("root", "for-root", json!({})).await.expect(200);
    platform
        .until("the starter's own right counts", || async {
            let case = platform.get("anna", &format!("/api/v1/cases/{third}")).await.expect(200).body;
            (case["title"] == DEFACED).then_some(())
        })
        .await;
    platform.alive("cases that models named").await;
}
