//! Long lists: each row once, in order, a portion at a time.

use crate::support::{App, text};
use axum::body::Body;
use casewright_engine_runtime::EngineConfig;
use http::StatusCode;
use serde_json::{Value as Json, json};

const TASKS: usize = 2_350;

/// Tasks without a process, some of the same name and priority.
async fn tasks(app: &App) {
    for nth in 0..TASKS {
        let task = json!({"name": format!("task {:03}", nth % 700), "priority": nth % 3, "assignee": (nth % 2 == 0).then_some("anna")});
        app.post("/task/create", task).await;
    }
}

async fn list(app: &App, path: &str) -> Vec<Json> {
    app.get(path).await.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_long_list_has_each_row_once_and_in_order() {
    let app = App::start().await;
    tasks(&app).await;
    let all = list(&app, "/task").await;
    let mut ids: Vec<&str> = all.iter().map(|task| text(&task["id"])).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), TASKS);

    for (sort, field, order) in
        [("name", "name", "asc"), ("priority", "priority", "desc"), ("assignee", "assignee", "desc")]
    {
        let sorted = list(&app, &format!("/task?sortBy={sort}&sortOrder={order}")).await;
        assert_eq!(sorted.len(), TASKS, "{sort}");
        let keys: Vec<String> = sorted.iter().map(|task| task[field].to_string()).collect();
        let in_order = keys.windows(2).all(|pair| match order {
            // Nothing comes last when it goes down.
            "desc" => pair[0] >= pair[1] || pair[1] == "null",
            _ => pair[0] <= pair[1],
        });
        assert!(in_order, "{sort}");
    }

    let page = list(&app, "/task?sortBy=name&sortOrder=asc&firstResult=150&maxResults=1900").await;
    let sorted = list(&app, "/task?sortBy=name&sortOrder=asc").await;
    assert_eq!(page, sorted[150..2050]);
    assert_eq!(list(&app, "/task?firstResult=2300").await.len(), TASKS - 2300);
    assert_eq!(list(&app, "/history/task").await.len(), TASKS);

    let filter = json!({"resourceType": "Task", "name": "f", "query": {"assignee": "anna"}});
    let filter = app.post("/filter/create", filter).await;
    assert_eq!(list(&app, &format!("/filter/{}/list", text(&filter["id"]))).await.len(), TASKS / 2);

    let (_, headers, body) = app.raw("GET", "/task", &[("accept", "application/hal+json")], Body::empty()).await;
    assert_eq!(headers.get("content-length"), None, "it is sent as it is read");
    let hal: Json = serde_json::from_str(&body).unwrap();
    assert_eq!(hal["count"], json!(TASKS));
    assert_eq!(hal["_embedded"]["task"].as_array().map(Vec::len), Some(TASKS));
}

#[tokio::test]
async fn tasks_are_sorted_by_variables_over_portions() {
    let app = App::start().await;
    for nth in 0..250 {
        let task = json!({"id": format!("t{nth}"), "name": "x"});
        app.post("/task/create", task).await;
        if nth % 5 != 0 {
            let path = format!("/task/t{nth}/localVariables/rank");
            app.call("PUT", &path, json!({"value": 1000 - nth, "type": "Integer"})).await;
        }
    }
    let sorting = json!({"sorting": [{"sortBy": "taskVariable", "sortOrder": "asc", "parameters": {"variable": "rank", "type": "Integer"}}]});
    let sorted = app.post("/task", sorting.clone()).await;
    let ids: Vec<usize> =
        sorted.as_array().unwrap().iter().map(|task| text(&task["id"])[1..].parse().unwrap()).collect();
    assert_eq!(ids.len(), 250);
    assert!(ids[..50].iter().all(|id| id % 5 == 0), "those without come first");
    assert!(ids[50..].windows(2).all(|pair| pair[0] > pair[1]));
    let page = app.post("/task?firstResult=60&maxResults=130", sorting).await;
    let page: Vec<usize> =
        page.as_array().unwrap().iter().map(|task| text(&task["id"])[1..].parse().unwrap()).collect();
    assert_eq!(page, ids[60..190]);
}

#[tokio::test]
async fn executions_are_told_apart_over_portions() {
    let app = App::start().await;
    let process = r#"<process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="mi"/>
      <userTask id="mi"><multiInstanceLoopCharacteristics><loopCardinality>450</loopCardinality></multiInstanceLoopCharacteristics></userTask></process>"#;
    let definition = app.deploy(process).await;
    app.start_instance(&definition, json!({})).await;
    let all = list(&app, "/execution").await;
    let mut ids: Vec<&str> = all.iter().map(|one| text(&one["id"])).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), all.len() as i64), (all.len(), app.count("/execution/count").await));
    assert!(all.len() > 450);
    assert_eq!(list(&app, "/execution?firstResult=90&maxResults=200").await, all[90..290]);
    assert_eq!(list(&app, "/execution?maxResults=0").await, Vec::<Json>::new());
}

#[tokio::test]
async fn a_limit_refuses_lists_that_are_too_long() {
    let app =
        App::start_configured(EngineConfig { query_max_results_limit: Some(50), ..EngineConfig::default() }).await;
    for path in ["/task", "/process-definition", "/execution", "/history/task", "/filter"] {
        let (status, answer) = app.call("GET", path, Json::Null).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(text(&answer["message"]), "An unbound number of results is forbidden!", "{path}");
        let (status, answer) = app.call("GET", &format!("{path}?maxResults=51"), Json::Null).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(text(&answer["message"]), "Max results limit of 50 exceeded!", "{path}");
        assert_eq!(app.get(&format!("{path}?maxResults=50")).await, json!([]), "{path}");
    }
    assert_eq!(app.count("/task/count").await, 0);
}
