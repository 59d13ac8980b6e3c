//! A migrated instance keeps what it has and goes on as its new version says.

use crate::support::{App, text};
use http::StatusCode;
use serde_json::{Value as Json, json};

/// A user task; a timer beside it, when given; a second task after it, when wanted.
fn claim(timer: Option<&str>, second: bool) -> String {
    let boundary = timer.map_or_else(String::new, |duration| {
        format!(
            r#"<boundaryEvent id="late" attachedToRef="approve"><timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition></boundaryEvent>
            <sequenceFlow id="f3" sourceRef="late" targetRef="remind"/><userTask id="remind"/>"#
        )
    });
    let second = if second {
        r#"<sequenceFlow id="f2" sourceRef="approve" targetRef="file"/><userTask id="file" name="File"/>"#
    } else {
        r#"<sequenceFlow id="f2" sourceRef="approve" targetRef="end"/><endEvent id="end"/>"#
    };
    format!(
        r#"<process id="claim" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="approve"/>
        <userTask id="approve" name="Approve"/>{boundary}{second}</process>"#
    )
}

/// A process whose task stands inside a subprocess.
const WRAPPED: &str = r#"<process id="claim" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="sub"/>
    <subProcess id="sub"><startEvent id="in"/><sequenceFlow id="f2" sourceRef="in" targetRef="approve"/><userTask id="approve"/></subProcess>
    <sequenceFlow id="f3" sourceRef="sub" targetRef="after"/><userTask id="after"/></process>"#;

async fn generate(app: &App, from: &str, to: &str, update: bool) -> Json {
    let body =
        json!({"sourceProcessDefinitionId": from, "targetProcessDefinitionId": to, "updateEventTriggers": update});
    app.post("/migration/generate", body).await
}

async fn migrate(app: &App, plan: &Json, instance: &str) -> (StatusCode, Json) {
    let body = json!({"migrationPlan": plan, "processInstanceIds": [instance]});
    app.call("POST", "/migration/execute", body).await
}

#[tokio::test]
async fn the_state_goes_on_in_the_new_version_with_its_task_and_timer() {
    let app = App::start().await;
    let old = app.deploy(&claim(Some("PT1H"), false)).await;
    let instance = app.start_instance(&old, json!({"who": {"value": "anna"}})).await;
    let task = app.task(&instance).await;
    let timer = app.get(&format!("/job?processInstanceId={instance}")).await[0].clone();
    let new = app.deploy(&claim(Some("PT2H"), true)).await;

    let plan = generate(&app, &old, &new, false).await;
    let mut mapped: Vec<&str> =
        plan["instructions"].as_array().unwrap().iter().map(|i| text(&i["targetActivityIds"][0])).collect();
    mapped.sort_unstable();
    assert_eq!(mapped, ["approve", "late", "remind"]);
    assert_eq!(migrate(&app, &plan, &instance).await.0, StatusCode::NO_CONTENT);

    let moved = app.task(&instance).await;
    assert_eq!((&moved["id"], &moved["processDefinitionId"]), (&task["id"], &json!(new)));
    let kept = app.get(&format!("/job?processInstanceId={instance}")).await[0].clone();
    assert_eq!((&kept["id"], &kept["dueDate"]), (&timer["id"], &timer["dueDate"]), "a kept timer is due as before");
    assert_eq!(kept["processDefinitionId"], json!(new));
    assert_ne!(kept["jobDefinitionId"], timer["jobDefinitionId"]);
    let history = app.get(&format!("/history/process-instance/{instance}")).await;
    assert_eq!(history["processDefinitionId"], json!(new));
    let variable = app.get(&format!("/variable-instance?processInstanceIdIn={instance}")).await;
    assert_eq!(variable[0]["processDefinitionId"], json!(new));
    assert_eq!(app.count(&format!("/process-instance/count?processDefinitionId={old}")).await, 0);

    app.complete(&moved).await;
    assert_eq!(app.task(&instance).await["taskDefinitionKey"], json!("file"), "the flow of the new version is taken");
    assert_eq!(app.count(&format!("/job/count?processInstanceId={instance}")).await, 0);
}

#[tokio::test]
async fn a_renewed_timer_is_due_as_the_target_says_and_fires_there() {
    let mut app = App::start().await;
    let old = app.deploy(&claim(Some("PT1H"), false)).await;
    let instance = app.start_instance(&old, json!({})).await;
    let new = app.deploy(&claim(Some("PT5H"), true)).await;
    app.advance_hours(1);

    let plan = generate(&app, &old, &new, true).await;
    assert_eq!(migrate(&app, &plan, &instance).await.0, StatusCode::NO_CONTENT);
    let jobs = app.get(&format!("/job?processInstanceId={instance}")).await;
    assert_eq!(jobs.as_array().map(Vec::len), Some(1));
    assert_eq!(jobs[0]["dueDate"], json!("2030-01-01T06:00:00.000+0000"));
    app.post(&format!("/job/{}/execute", text(&jobs[0]["id"])), json!({})).await;
    assert_eq!(app.task(&instance).await["taskDefinitionKey"], json!("remind"));
}

#[tokio::test]
async fn an_event_that_only_the_target_has_begins_to_wait_and_one_it_lacks_ceases_to() {
    let app = App::start().await;
    let plain = app.deploy(&claim(None, false)).await;
    let timed = app.deploy(&claim(Some("PT1H"), false)).await;
    let instance = app.start_instance(&plain, json!({})).await;

    let there = generate(&app, &plain, &timed, false).await;
    assert_eq!(migrate(&app, &there, &instance).await.0, StatusCode::NO_CONTENT);
    let jobs = app.get(&format!("/job?processInstanceId={instance}")).await;
    assert_eq!(jobs[0]["dueDate"], json!("2030-01-01T01:00:00.000+0000"));

    let back = generate(&app, &timed, &plain, false).await;
    assert_eq!(migrate(&app, &back, &instance).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.count(&format!("/job/count?processInstanceId={instance}")).await, 0);
    let task = app.task(&instance).await;
    app.complete(&task).await;
    assert_eq!(app.get(&format!("/history/process-instance/{instance}")).await["state"], json!("COMPLETED"));
}

#[tokio::test]
async fn a_new_scope_is_entered_and_a_missing_one_is_left() {
    let app = App::start().await;
    let plain = app.deploy(&claim(None, false)).await;
    let wrapped = app.deploy(WRAPPED).await;
    let instance = app.start_instance(&plain, json!({})).await;
    let mapped = json!([{"sourceActivityIds": ["approve"], "targetActivityIds": ["approve"]}]);

    let plan =
        json!({"sourceProcessDefinitionId": plain, "targetProcessDefinitionId": wrapped, "instructions": mapped});
    assert_eq!(migrate(&app, &plan, &instance).await.0, StatusCode::NO_CONTENT);
    let tree = app.get(&format!("/process-instance/{instance}/activity-instances")).await;
    let sub = &tree["childActivityInstances"][0];
    assert_eq!(sub["activityId"], json!("sub"));
    assert_eq!(sub["childActivityInstances"][0]["activityId"], json!("approve"));
    assert_eq!(sub["childActivityInstances"][0]["parentActivityInstanceId"], sub["id"]);

    let other = app.start_instance(&wrapped, json!({})).await;
    let plan =
        json!({"sourceProcessDefinitionId": wrapped, "targetProcessDefinitionId": plain, "instructions": mapped});
    assert_eq!(migrate(&app, &plan, &other).await.0, StatusCode::NO_CONTENT);
    let tree = app.get(&format!("/process-instance/{other}/activity-instances")).await;
    assert_eq!(tree["childActivityInstances"][0]["activityId"], json!("approve"));
    assert_eq!(tree["childActivityInstances"].as_array().map(Vec::len), Some(1));

    let task = app.task(&instance).await;
    app.complete(&task).await;
    assert_eq!(app.task(&instance).await["taskDefinitionKey"], json!("after"), "the new scope completes");
}

#[tokio::test]
async fn instances_of_a_multi_instance_task_move_with_their_body() {
    let each = |after: &str| {
        format!(
            r#"<process id="each" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
            <userTask id="ask"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>
            <sequenceFlow id="f2" sourceRef="ask" targetRef="{after}"/><userTask id="{after}"/></process>"#
        )
    };
    let app = App::start().await;
    let old = app.deploy(&each("sum")).await;
    let new = app.deploy(&each("total")).await;
    let instance = app.start_instance(&old, json!({})).await;
    let plan = generate(&app, &old, &new, false).await;
    assert_eq!(migrate(&app, &plan, &instance).await.0, StatusCode::NO_CONTENT);
    let tasks = app.get(&format!("/task?processInstanceId={instance}")).await;
    assert_eq!(tasks.as_array().map(Vec::len), Some(3));
    for task in tasks.as_array().unwrap() {
        app.complete(task).await;
    }
    assert_eq!(app.task(&instance).await["taskDefinitionKey"], json!("total"));
}

#[tokio::test]
async fn a_leaf_without_instruction_is_reported_and_nothing_moves() {
    let app = App::start().await;
    let old = app.deploy(&claim(None, false)).await;
    let new = app.deploy(&claim(None, true)).await;
    let instance = app.start_instance(&old, json!({})).await;
    let plan = json!({"sourceProcessDefinitionId": old, "targetProcessDefinitionId": new, "instructions": []});
    let (status, error) = migrate(&app, &plan, &instance).await;
    assert_eq!(
        (status, text(&error["type"])),
        (StatusCode::BAD_REQUEST, "MigratingProcessInstanceValidationException")
    );
    let stuck = &error["validationReport"]["activityInstanceValidationReports"][0];
    assert_eq!(stuck["sourceScopeId"], json!("approve"));
    assert_eq!(app.task(&instance).await["processDefinitionId"], json!(old));
}

#[tokio::test]
async fn a_batch_migrates_each_instance_in_a_job_of_its_own() {
    let app = App::start().await;
    let old = app.deploy(&claim(Some("PT1H"), false)).await;
    let new = app.deploy(&claim(Some("PT1H"), true)).await;
    let ids = [app.start_instance(&old, json!({})).await, app.start_instance(&old, json!({})).await];
    let plan = generate(&app, &old, &new, false).await;
    let body = json!({"migrationPlan": plan, "processInstanceQuery": {"processDefinitionId": old}});
    let batch = app.post("/migration/executeAsync", body).await;
    assert_eq!((&batch["type"], &batch["totalJobs"]), (&json!("instance-migration"), &json!(2)));
    app.run_batch(&batch).await;
    for id in &ids {
        assert_eq!(app.task(id).await["processDefinitionId"], json!(new));
    }
}
