//! What a process variable can make the workers do: nothing but what its topic says, with the thing it names.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use casewright_client::{Client, Identity, http_client};
use casewright_contracts::OnBehalfOf;
use casewright_external_tasks::{WorkerConfig, run};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};

const CASE: &str = "0198a3f2-7b1c-7def-8123-456789abcdef";
const OTHER: &str = "0198a3f2-7b1c-7def-8123-000000000002";
const MAIL: &str = "0198a3f2-7b1c-7def-8123-000000000003";
const INSTANCE: &str = "00112233-4455-6677-8899-000000000001";

/// Method, path and body.
type Seen = Vec<(String, String, Value)>;

/// For whom the requests that change something were made; of each the path before.
type Behalf = Vec<(String, String)>;

/// Engine and rooms in one: hands out one task, remembers every request.
struct Platform {
    task: Mutex<Option<Value>>,
    /// The case that the process belongs to.
    belongs_to: Option<&'static str>,
    /// What nobody vouched for.
    unvouched: Option<&'static str>,
    seen: Mutex<Seen>,
    tokens: Mutex<Behalf>,
    reported: Notify,
}

async fn answer(State(platform): State<Arc<Platform>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    // Without its query, which `asked` keeps.
    let (method, path) = (parts.method.to_string(), parts.uri.path().to_owned());
    if path.ends_with("/fetchAndLock") {
        let task = platform.task.lock().unwrap().take();
        return match task {
            Some(task) => axum::Json(json!([task])).into_response(),
            None => std::future::pending().await,
        };
    }
    let token = parts.headers["authorization"].to_str().unwrap().trim_start_matches("Bearer ").to_owned();
    platform.tokens.lock().unwrap().push((path.clone(), token));
    platform.seen.lock().unwrap().push((method, path.clone(), body));
    if path.starts_with("/engine-rest/external-task/") {
        platform.reported.notify_one();
    }
    if path == "/engine-rest/history/activity-instance/n1%3A7" {
        return axum::Json(json!({"id": "n1:7", "activityId": "n1", "activityName": "Notify team"})).into_response();
    }
    match path.strip_prefix("/api/v1/cases/by-process/") {
        Some(instance) => {
            assert_eq!(instance, INSTANCE);
            let asked = parts.uri.query().unwrap_or_default().to_owned();
            if platform.unvouched.is_some_and(|id| asked.contains(id)) {
                let problem = json!({"status": 403, "code": "not-vouched", "detail": "The model names it by itself."});
                return (StatusCode::FORBIDDEN, axum::Json(problem)).into_response();
            }
            let starter = json!({"id": "anna", "name": "Anna Meyer"});
            axum::Json(json!({"caseId": platform.belongs_to, "startedBy": starter})).into_response()
        }
        None => {
            let attachments = json!([
                {"fileId": "f1", "name": "a.pdf", "state": "kept"},
                {"fileId": "f2", "name": "b.xls", "state": "quarantined"},
                {"fileId": "f3", "name": "of before", "inline": true},
            ]);
            let requester = json!({"email": "clara@customer.example"});
            axum::Json(json!({"id": CASE, "requester": requester, "attachments": attachments})).into_response()
        }
    }
}

/// Requests that one task leads to, the report to the engine last.
async fn requests(topic: &str, variables: Value, belongs_to: Option<&'static str>) -> Seen {
    requests_and_behalf(topic, variables, belongs_to).await.0
}

async fn requests_and_behalf(topic: &str, variables: Value, belongs_to: Option<&'static str>) -> (Seen, Behalf) {
    played(topic, variables, belongs_to, None).await
}

async fn played(
    topic: &str,
    variables: Value,
    belongs_to: Option<&'static str>,
    unvouched: Option<&'static str>,
) -> (Seen, Behalf) {
    let task = json!({"id": "task-1", "topicName": topic, "retries": null, "activityId": "n1",
        "activityInstanceId": "n1:7", "processInstanceId": INSTANCE, "businessKey": null, "variables": variables});
    // Of a topic behind a `!`, a final failure is an error that the model handles.
    let (topic, handles) = topic.split_once('!').map_or((topic, false), |(_, topic)| (topic, true));
    let mut task = task;
    task["topicName"] = json!(topic);
    if handles {
        task["extensionProperties"] = json!({"casewright.onFailure": "step-failed"});
    }
    let platform = Arc::new(Platform {
        task: Mutex::new(Some(task)),
        belongs_to,
        unvouched,
        seen: Mutex::default(),
        tokens: Mutex::default(),
        reported: Notify::new(),
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(answer).with_state(Arc::clone(&platform));
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let http = http_client(Duration::from_secs(30)).unwrap();
    let client = Client::new(http, &base, Identity::Issued(Arc::new(token)));
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = tokio::spawn(run(client, WorkerConfig::default(), async move {
        let _dropped: Result<(), _> = stopped.await;
    }));
    tokio::time::timeout(Duration::from_secs(30), platform.reported.notified()).await.expect("the task is reported");
    stop.send(()).unwrap();
    worker.await.unwrap();
    server.abort();
    let seen = platform.seen.lock().unwrap().clone();
    let tokens = platform.tokens.lock().unwrap().clone();
    (seen, tokens)
}

fn token(_tenant: &str, on_behalf_of: Option<&OnBehalfOf>) -> String {
    on_behalf_of.map_or_else(|| "nobody".to_owned(), |person| person.id.clone())
}

fn text(value: &str) -> Value {
    json!({"type": "String", "value": value})
}

/// Reported as final, naming the variable, with no other request than those that ask.
#[track_caller]
fn assert_refused(requests: &Seen, variable: &str) {
    let (report, asked) = requests.split_last().unwrap();
    let changing: Vec<_> = asked.iter().filter(|(method, ..)| method != "GET").collect();
    assert!(changing.is_empty(), "{changing:?}");
    let (_, path, body) = report;
    assert_eq!(path, "/engine-rest/external-task/task-1/failure");
    assert_eq!(body["retries"], 0, "{body}");
    assert!(body["errorMessage"].as_str().unwrap().contains(&format!("variable '{variable}'")), "{body}");
}

#[tokio::test]
async fn a_path_in_a_variable_is_no_id() {
    let up = "../../../engine-rest/task/7/complete?x=";
    for (topic, variable) in [
        ("mail.validate", "mailId"),
        ("mail.link", "mailId"),
        ("mail.link", "caseId"),
        ("mail.unlink", "mailId"),
        ("document.attach", "mailId"),
        ("document.attach", "caseId"),
        ("document.detach", "caseId"),
        ("case.create", "mailId"),
        ("case.update", "caseId"),
        ("case.stage", "caseId"),
        ("case.queue", "caseId"),
        ("case.close", "caseId"),
        ("case.compensate", "caseId"),
        ("mail.send", "caseId"),
        ("notify", "caseId"),
    ] {
        let mut variables = json!({"compensatedStep": text("x"), "stage": text("x"), "queue": text("x"),
            "mailText": text("x"), "caseDefinition": text("claim"), "notifyUser": text("x"), "notifyTitle": text("x"),
            "caseId": text(CASE), "mailId": text(MAIL)});
        variables[variable] = text(up);
        assert_refused(&requests(topic, variables, Some(CASE)).await, variable);
    }
}

#[tokio::test]
async fn a_list_of_documents_with_one_path_removes_none() {
    for documents in [json!([OTHER, "../../../../../engine-rest/deployment/7?cascade=true"]), json!([7]), json!("x")] {
        let variables = json!({"caseId": text(CASE), "compensatedStep": text("Attach"),
            "documentIds": {"type": "Json", "value": documents.to_string()}});
        assert_refused(&requests("document.detach", variables, Some(CASE)).await, "documentIds");
    }
}

#[tokio::test]
async fn a_process_of_one_case_changes_no_other() {
    let variables = json!({"caseId": text(OTHER), "caseTitle": text("DEFACED"), "mailId": text(MAIL)});
    for topic in ["case.update", "mail.link"] {
        assert_refused(&requests(topic, variables.clone(), Some(CASE)).await, "caseId");
    }
}

#[tokio::test]
async fn what_nobody_vouched_for_is_left_alone_and_the_incident_says_its_code() {
    let variables = json!({"caseId": text(OTHER), "mailId": text(MAIL), "caseTitle": text("DEFACED"), "stage": text("x"),
        "queue": text("x"), "mailText": text("x"), "caseDefinition": text("claim"), "compensatedStep": text("x"),
        "notifyUser": text("x"), "notifyTitle": text("x")});
    let of_case = [
        "case.update",
        "case.stage",
        "case.queue",
        "case.close",
        "case.compensate",
        "mail.send",
        "mail.link",
        "document.attach",
        "document.detach",
        "notify",
    ];
    let of_mail = ["mail.validate", "mail.link", "mail.unlink", "document.attach", "case.create"];
    let of_case = of_case.into_iter().map(|topic| (topic, OTHER));
    for (topic, unvouched) in of_case.chain(of_mail.into_iter().map(|topic| (topic, MAIL))) {
        let (seen, _) = played(topic, variables.clone(), None, Some(unvouched)).await;
        let (report, asked) = seen.split_last().unwrap();
        assert!(asked.iter().all(|(method, ..)| method == "GET"), "{topic}: {asked:?}");
        assert_eq!(report.1, "/engine-rest/external-task/task-1/failure", "{topic}");
        let message = report.2["errorMessage"].as_str().unwrap();
        assert!(message.starts_with("not-vouched: "), "{topic}: {message}");
        assert_eq!(report.2["retries"], 0, "{topic}");
    }
    // A mail that is no matter of the topic is none.
    let (seen, _) = played("case.update", variables, Some(OTHER), Some(MAIL)).await;
    assert!(seen.last().is_some_and(|(_, path, _)| path.ends_with("/complete")), "{seen:?}");
}

#[tokio::test]
async fn a_process_acts_for_its_case_and_one_of_no_case_for_the_case_it_names() {
    for belongs_to in [Some(CASE), None] {
        let variables = json!({"caseId": text(CASE), "caseTitle": text("Water")});
        let requests = requests("case.update", variables, belongs_to).await;
        let paths: Vec<(&str, &str)> =
            requests.iter().map(|(method, path, _)| (method.as_str(), path.as_str())).collect();
        let case = format!("/api/v1/cases/{CASE}");
        assert_eq!(paths[1..], [("PATCH", &*case), ("POST", "/engine-rest/external-task/task-1/complete")]);
    }
}

#[tokio::test]
async fn what_a_process_does_is_done_on_behalf_of_who_started_it_whatever_its_variables_say() {
    let variables = json!({"caseId": text(CASE), "caseTitle": text("Water"), "initiator": text("root")});
    let (_, behalf) = requests_and_behalf("case.update", variables, Some(CASE)).await;
    let case = format!("/api/v1/cases/{CASE}");
    let of = |path: &str| behalf.iter().find(|(asked, _)| asked == path).map(|(_, who)| who.as_str());
    assert_eq!(of(&case), Some("anna"));
    // The engine is told by the worker itself, which holds the lock.
    assert_eq!(of("/engine-rest/external-task/task-1/complete"), Some("nobody"));
}

#[tokio::test]
async fn a_step_that_failed_for_good_is_told_by_its_name_to_those_that_undo_the_steps_before_it() {
    let seen = requests("!notify", json!({"notifyTitle": text("x")}), None).await;
    let (_, path, body) = seen.last().unwrap();
    assert_eq!(path, "/engine-rest/external-task/task-1/bpmnError");
    assert_eq!(body["errorCode"], "step-failed");
    assert_eq!(body["variables"]["failedStep"], text("Notify team"));
    // And those tell the case.
    let variables =
        json!({"caseId": text(CASE), "compensatedStep": text("Link mail"), "failedStep": text("Notify team")});
    let seen = requests("case.compensate", variables, Some(CASE)).await;
    let reported = seen.iter().find(|(_, path, _)| path.ends_with("/compensations")).unwrap();
    assert_eq!((&reported.2["step"], &reported.2["failedStep"]), (&json!("Link mail"), &json!("Notify team")));
}

#[tokio::test]
async fn a_part_in_quarantine_stays_with_its_mail_and_the_others_become_documents() {
    let variables = json!({"mailId": text(MAIL), "caseId": text(CASE)});
    let seen = requests("document.attach", variables, Some(CASE)).await;
    let attached: Vec<&Value> =
        seen.iter().filter(|(_, path, _)| path.ends_with("/documents")).map(|(.., body)| &body["fileId"]).collect();
    assert_eq!(attached, ["f1", "f3"]);
    assert!(seen.last().is_some_and(|(_, path, _)| path.ends_with("/complete")), "{seen:?}");
}
