//! A count in a variable, and what is left of it after a restart.

use super::models::model;
use super::support::Platform;
use serde_json::{Value, json};

pub(crate) async fn a_count_in_a_variable_makes_no_more_than_the_limit(platform: &mut Platform) {
    let repeated = |count: &str| {
        format!(
            r#"<bpmn:userTask id="u"><bpmn:multiInstanceLoopCharacteristics {count}</bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"#
        )
    };
    let task = repeated(r#"><bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">${n}</bpmn:loopCardinality>"#);
    platform.deploy("dana", "counted.bpmn", model("counted", &[&task])).await.expect(200);
    platform.define("counting", "CNT", &["counted"], Value::Null).await;
    let case = platform.case("anna", "counting", "Ask n people").await["id"].as_str().unwrap().to_owned();
    let processes = format!("/api/v1/cases/{case}/processes");
    let starts = [("counted", json!({"n": 100_000_000})), ("counted", json!({"n": 100_001}))];
    let starts = starts.map(|(key, variables)| {
        let body = json!({"key": key, "variables": variables});
        platform.with("anna", "POST", &processes, body)
    });
    // Each waits a while for an instance that does not come to be.
    for answer in futures::future::join_all(starts).await {
        assert!(answer.status < 500, "{} {}", answer.status, answer.body);
    }
    platform.alive("counts").await;
    let path = format!("/api/v1/cases/{case}");
    let is_told = || async { (!platform.get("anna", &path).await.expect(200).body["problem"].is_null()).then_some(()) };
    platform.until("the case says that its process was refused", is_told).await;
    let tasks = platform.get("root", "/engine-rest/task/count?processDefinitionKey=counted").await.expect(200).body;
    assert_eq!(tasks["count"], 0);
    // The wish is done with: it is not tried again at each start.
    platform.restart().await;
    platform.alive("a count and a restart").await;
    assert!(platform.memory() < 1_000, "{} MiB", platform.memory());
}
