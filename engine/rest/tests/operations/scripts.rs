//! Scripts run beside the engine's threads, not on them.

use crate::support::App;
use http::StatusCode;
use serde_json::{Value as Json, json};

fn script(key: &str, source: &str) -> String {
    format!(
        r#"<process id="{key}" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="run"/><scriptTask id="run" scriptFormat="javascript" camunda:resultVariable="out"><script><![CDATA[{source}]]></script></scriptTask><sequenceFlow id="g" sourceRef="run" targetRef="ask"/><userTask id="ask"/></process>"#
    )
}

/// The runtime has this one thread: while it answers, no script is on it.
#[tokio::test]
async fn scripts_that_do_not_end_hold_up_nobody_else() {
    let app = App::start().await;
    app.deploy(&script("endless", "while (true) {}")).await;
    let plain = r#"<process id="plain" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="ask"/><userTask id="ask"/></process>"#;
    let plain = app.deploy(plain).await;
    let path = "/process-definition/key/endless/start";
    let endless: Vec<_> = (0..3).map(|_| Box::pin(app.call("POST", path, json!({})))).collect();
    let mut endless = futures::future::join_all(endless);
    assert!(futures::poll!(&mut endless).is_pending());
    for _ in 0..5 {
        app.start_instance(&plain, json!({})).await;
        assert!(futures::poll!(&mut endless).is_pending(), "the scripts are at work all the time");
    }
    for (status, answer) in endless.await {
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(answer["message"].as_str().unwrap().contains("time of a script"), "{answer}");
    }
    assert_eq!(app.count("/process-instance/count").await, 5);
}

#[tokio::test]
async fn what_a_script_gives_and_what_is_done_to_its_instance_stay_in_order() {
    let app = App::start().await;
    let definition = app.deploy(&script("double", "execution.setVariable('seen', n); n * 2")).await;
    let instance = app.start_instance(&definition, json!({"n": {"value": 21, "type": "Integer"}})).await;
    let out = app.get(&format!("/process-instance/{instance}/variables/out")).await;
    assert_eq!((&out["value"], &out["type"]), (&json!(42), &json!("Integer")));
    let task = app.task(&instance).await;
    app.complete(&task).await;
    assert_eq!(app.count("/process-instance/count").await, 0);
}

#[tokio::test]
async fn a_script_that_makes_too_much_is_refused_and_an_asynchronous_one_is_an_incident() {
    let app = App::start().await;
    let doubling = "let a = 1; for (let i = 0; i < 24; i++) a = [a, a]; a";
    app.deploy(&script("doubling", doubling)).await;
    let (status, answer) = app.call("POST", "/process-definition/key/doubling/start", json!({})).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer["message"].as_str().unwrap().contains("values of a script"), "{answer}");
    let later = script("later", doubling).replace("<scriptTask", r#"<scriptTask camunda:asyncBefore="true""#);
    let definition = app.deploy(&later).await;
    let instance = app.start_instance(&definition, json!({})).await;
    let jobs = app.get(&format!("/job?processInstanceId={instance}")).await;
    let path = format!("/job/{}/execute", jobs[0]["id"].as_str().unwrap());
    for _ in 0..3 {
        // What the engine refuses here is a 404 in Camunda.
        assert_eq!(app.call("POST", &path, Json::Null).await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(app.count("/incident/count").await, 1);
}

/// A decision whose cell, and a process whose start condition, do not end.
const ENDLESS_CELL: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="http://camunda.org/schema/1.0/dmn"><decision id="endless" name="endless"><decisionTable id="t"><input id="i"><inputExpression id="ie" expressionLanguage="javascript"><text>while (true) {}</text></inputExpression></input><output id="o" name="o" typeRef="string"/><rule id="r"><inputEntry id="c"><text></text></inputEntry><outputEntry id="e"><text>"x"</text></outputEntry></rule></decisionTable></decision></definitions>"#;
const ENDLESS_START: &str = r#"<process id="conditional" isExecutable="true"><startEvent id="start"><conditionalEventDefinition><condition xsi:type="tFormalExpression" language="javascript">while (true) {}</condition></conditionalEventDefinition></startEvent></process>"#;

/// The runtime has this one thread here, too.
#[tokio::test]
async fn scripts_outside_of_processes_hold_up_nobody_else() {
    let app = App::start().await;
    let (status, answer) = app.deploy_file("endless.dmn", ENDLESS_CELL.as_bytes()).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    app.deploy(ENDLESS_START).await;
    let decided = app.call("POST", "/decision-definition/key/endless/evaluate", json!({"variables": {}}));
    let started = app.call("POST", "/condition", json!({"variables": {"a": {"value": 1}}}));
    let mut endless = Box::pin(futures::future::join(decided, started));
    assert!(futures::poll!(&mut endless).is_pending());
    for _ in 0..5 {
        app.get("/process-definition").await;
        assert!(futures::poll!(&mut endless).is_pending(), "the scripts are at work all the time");
    }
    let ((decided, answer), (started, instances)) = endless.await;
    assert_eq!(decided, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer["message"].as_str().unwrap().contains("time of a script"), "{answer}");
    // What cannot be told does not hold.
    assert_eq!((started, instances), (StatusCode::OK, json!([])));
}
