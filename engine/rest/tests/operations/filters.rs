//! A filter is a task query that is kept: run as it stands, or with more criteria.

use crate::support::{App, text};
use http::StatusCode;
use serde_json::{Value as Json, json};

async fn three_tasks(app: &App) {
    for (id, name, assignee) in [("t1", "alpha", "anna"), ("t2", "beta", "anna"), ("t3", "gamma", "bert")] {
        app.post("/task/create", json!({"id": id, "name": name, "assignee": assignee})).await;
    }
}

async fn create(app: &App, query: Json) -> String {
    let body = json!({"resourceType": "Task", "name": "mine", "owner": "anna", "query": query, "properties": {"color": "red"}});
    text(&app.post("/filter/create", body).await["id"]).to_owned()
}

fn names(tasks: &Json) -> Vec<&str> {
    tasks.as_array().unwrap().iter().map(|task| text(&task["name"])).collect()
}

#[tokio::test]
async fn it_lists_counts_and_sorts_and_a_caller_may_narrow_it() {
    let app = App::start().await;
    three_tasks(&app).await;
    let id = create(&app, json!({"assignee": "anna", "sorting": [{"sortBy": "name", "sortOrder": "desc"}]})).await;
    assert_eq!(names(&app.get(&format!("/filter/{id}/list")).await), ["beta", "alpha"]);
    assert_eq!(names(&app.get(&format!("/filter/{id}/list?firstResult=1&maxResults=1")).await), ["alpha"]);
    assert_eq!(app.count(&format!("/filter/{id}/count")).await, 2);
    let narrowed = app.post(&format!("/filter/{id}/list"), json!({"nameLike": "b%"})).await;
    assert_eq!(names(&narrowed), ["beta"]);
    assert_eq!(app.get(&format!("/filter/{id}?itemCount=true")).await["itemCount"], json!(2));
}

#[tokio::test]
async fn a_single_result_is_one_task_none_or_a_refusal() {
    let app = App::start().await;
    three_tasks(&app).await;
    let id = create(&app, json!({})).await;
    let path = format!("/filter/{id}/singleResult");
    assert_eq!(app.post(&path, json!({"name": "gamma"})).await["id"], json!("t3"));
    assert_eq!(app.call("POST", &path, json!({"name": "delta"})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.call("GET", &path, Json::Null).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn expressions_are_kept_and_evaluated_at_each_run() {
    let mut app = App::start().await;
    app.post("/task/create", json!({"id": "t1", "name": "due", "due": "2030-01-01T02:00:00.000+0000"})).await;
    let id = create(&app, json!({"dueBeforeExpression": "${now()}"})).await;
    assert_eq!(app.get(&format!("/filter/{id}")).await["query"]["dueBeforeExpression"], json!("${now()}"));
    assert_eq!(app.count(&format!("/filter/{id}/count")).await, 0);
    app.advance_hours(3);
    assert_eq!(app.count(&format!("/filter/{id}/count")).await, 1);
}

#[tokio::test]
async fn a_filter_that_is_gone_is_not_found() {
    let app = App::start().await;
    let id = create(&app, json!({})).await;
    assert_eq!(app.call("DELETE", &format!("/filter/{id}"), Json::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.call("GET", &format!("/filter/{id}/list"), Json::Null).await.0, StatusCode::NOT_FOUND);
}
