//! A stand-in for the engine, for tests of this room alone: it answers the few calls that this room makes, judges what is
//! submitted by the forms that the engine judges by, and writes the engine's facts into the journal in the engine's shape. Every process is one user task, `check-papers`.
//! The real engine is tested with this room where both are linked: in the binary.

use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::{get, post};
use casewright_access::Access;
use casewright_client::Variables;
use casewright_journal::{Aggregate, AggregateKey, CommandContext, Decision, EntryMeta, Journal, TenantId};
use casewright_service::{Problem, reserved};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Instance {
    task: Value,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Fact(Value);

impl Aggregate for Instance {
    type Event = Fact;
    const KIND: &'static str = "process-instance";

    fn empty(_: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, Fact(fact): &Fact, _: &EntryMeta) {
        match fact["event"].as_str() {
            Some("user-task-ended") => self.task = Value::Null,
            Some("task-submitted") => {}
            Some(_) if fact.get("task").is_some() => self.task = fact["task"].clone(),
            _ => {}
        }
    }

    fn event_name(Fact(fact): &Fact) -> &'static str {
        match fact["event"].as_str() {
            Some("instance-started") => "instance-started",
            Some("instance-ended") => "instance-ended",
            Some("variable-set") => "variable-set",
            Some("user-task-created") => "user-task-created",
            Some("user-task-changed") => "user-task-changed",
            Some("user-task-ended") => "user-task-ended",
            Some("task-submitted") => "task-submitted",
            Some("incident-raised") => "incident-raised",
            other => panic!("a fact this stand-in does not know: {other:?}"),
        }
    }
}

#[derive(Default)]
struct Seen {
    /// Root, business key, definition, start id.
    starts: Vec<(String, String, String, String)>,
    completed: Vec<(String, Value)>,
    /// Key and variables of every start.
    given: Vec<(String, Value)>,
    /// Who did what with a task besides completing it, and with which data.
    turned: Vec<(String, Value, Value)>,
    /// Answers left to be lost: what was asked for is done, the caller sees a 503.
    lost_answers: usize,
    /// Instance, reason, who asked: every call, also for what is gone.
    deleted: Vec<(String, String, String)>,
    /// Somebody else takes every task.
    is_taken: bool,
}

#[derive(Clone)]
pub struct Engine {
    pub url: String,
    inner: Arc<Inner>,
}

struct Inner {
    journal: Journal,
    access: Access,
    seen: Mutex<Seen>,
}

impl Engine {
    /// `others` are rooms that answer at the same address.
    pub async fn start(journal: Journal, access: Access, others: Router) -> Self {
        let inner = Arc::new(Inner { journal, access, seen: Mutex::default() });
        let router = Router::new()
            .route("/engine-rest/process-definition/key/{key}/start", post(start))
            .route("/engine-rest/process-definition/key/{key}/startForm", get(start_form))
            .route("/engine-rest/history/process-instance", post(history))
            .route("/engine-rest/process-instance/{id}", axum::routing::delete(delete))
            .route("/api/v1/user-tasks/{id}/claim", post(take))
            .route("/engine-rest/task/{id}/assignee", post(claim))
            .route("/engine-rest/task/{id}/unclaim", post(claim))
            .route("/engine-rest/task/{id}/delegate", post(delegate))
            .route("/api/v1/user-tasks/{id}", get(around).patch(dates))
            .route("/api/v1/user-tasks/{id}/submission", post(submit))
            .route("/engine-rest/task/{id}/variables", get(variables))
            // The file store, as far as this room asks it: `<state>-<owner>-<what is in it>`, and more behind another hyphen.
            .route("/api/v1/files/{id}", get(file))
            .with_state(inner.clone())
            .merge(others);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, inner }
    }

    pub fn starts(&self) -> Vec<(String, String)> {
        let seen = self.inner.seen.lock().unwrap();
        seen.starts.iter().map(|(_, business_key, key, _)| (business_key.clone(), key.clone())).collect()
    }

    pub fn completed(&self) -> Vec<(String, Value)> {
        self.inner.seen.lock().unwrap().completed.clone()
    }

    /// What the last start of this process was given.
    pub fn started_with(&self, key: &str) -> (String, Value) {
        let seen = self.inner.seen.lock().unwrap();
        seen.given.iter().rfind(|(started, _)| started == key).cloned().unwrap()
    }

    pub fn turned(&self) -> Vec<(String, Value, Value)> {
        self.inner.seen.lock().unwrap().turned.clone()
    }

    pub fn deleted(&self) -> Vec<(String, String, String)> {
        self.inner.seen.lock().unwrap().deleted.clone()
    }

    /// Starts a process as somebody else does, with nothing but the case's number.
    pub async fn start_alone(&self, business_key: &str, key: &str) -> String {
        self.inner.start("", key, business_key, &Value::Null).await
    }

    /// From now on somebody else has taken every task just before.
    pub fn take_tasks(&self) {
        self.inner.seen.lock().unwrap().is_taken = true;
    }

    pub fn lose_answers(&self, count: usize) {
        self.inner.seen.lock().unwrap().lost_answers = count;
    }

    /// An incident in a running instance.
    pub async fn raise_incident(&self, root: &str, message: &str) {
        let fact = json!({"event": "incident-raised", "incident": {"id": 9, "activityId": "pay", "kind": "failedJob", "message": message}});
        self.inner.write(root, "", vec![fact]).await;
    }

    /// Starts a process as a developer does.
    pub async fn start_as(&self, user: &str, business_key: &str, key: &str) -> String {
        self.inner.start(user, key, business_key, &Value::Null).await
    }

    /// A process of somebody else names a case in its variable `caseId`, as a worker that may gave it.
    pub async fn name_case(&self, root: &str, case: &str) {
        self.set(root, "caseId", case, true).await;
    }

    /// Sets a variable, with or without the word of who may.
    pub async fn set(&self, root: &str, name: &str, text: &str, vouched: bool) {
        let variable = json!({"id": 4, "name": name, "value": {"String": text},
            "definition": {"id": "email-to-case:1:x", "key": "email-to-case"}});
        let fact = json!({"event": "variable-set", "variable": variable, "vouched": vouched});
        self.inner.write(root, "", vec![fact]).await;
    }
}

/// Who called, as the real engine writes it down.
struct Caller(String);

impl FromRequestParts<Arc<Inner>> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, engine: &Arc<Inner>) -> Result<Self, StatusCode> {
        let subject = engine.access.authenticate(&parts.headers, None).await.map_err(|_| StatusCode::UNAUTHORIZED)?;
        Ok(Self(subject.actor().id.to_owned()))
    }
}

impl Inner {
    async fn write(&self, root: &str, actor: &str, facts: Vec<Value>) {
        self.journal
            .tenant(&TenantId::default())
            .execute::<Instance, (), Infallible, _>(
                root,
                CommandContext { actor: actor.into(), ..CommandContext::default() },
                move |_, _| Ok(Decision { events: facts.iter().cloned().map(Fact).collect(), answer: () }),
            )
            .await
            .unwrap();
    }

    async fn give(&self, task: &str, by: &str, to: Value) {
        let root = root_of(task);
        let mut task = self.task(&root).await;
        task["assignee"] = to;
        let change = json!({"change": "property", "name": "assignee"});
        self.write(&root, by, vec![json!({"event": "user-task-changed", "task": task, "changes": [change]})]).await;
    }

    /// Whether the answer to the call under way is one of those that are lost.
    fn is_lost(&self) -> bool {
        let mut seen = self.seen.lock().unwrap();
        let is_lost = seen.lost_answers > 0;
        seen.lost_answers = seen.lost_answers.saturating_sub(1);
        is_lost
    }

    async fn start(&self, caller: &str, key: &str, business_key: &str, variables: &Value) -> String {
        let random = Uuid::new_v4().to_string();
        let root = format!("{}000000000001", &random[..24]);
        let start_id = variables["caseStartId"]["value"].as_str().unwrap_or_default().to_owned();
        let definition = json!({"id": format!("{key}:1:x"), "key": key});
        let task = json!({"id": 3, "instance": 1, "definition": definition, "element": 2, "execution": 1, "activityId": "check-papers",
            "name": "Check papers", "priority": 50, "created": 1_795_000_000_000_i64, "state": "Created", "suspended": false,
            "form": {"reference": {"Reference": {"key": "claim-check", "binding": "Latest"}}},
            "links": [{"group": "claims", "kind": "candidate"}]});
        let start = (root.clone(), business_key.to_owned(), key.to_owned(), start_id);
        self.seen.lock().unwrap().starts.push(start);
        self.seen.lock().unwrap().given.push((key.to_owned(), variables.clone()));
        let instance =
            json!({"id": 1, "definition": definition, "businessKey": business_key, "started": 0, "suspended": false});
        let case = json!({"id": 2, "name": "caseId", "value": {"String": variables["caseId"]["value"]}, "definition": definition});
        let facts = vec![
            json!({"event": "instance-started", "instance": instance}),
            json!({"event": "variable-set", "variable": case, "vouched": true}),
            json!({"event": "user-task-created", "task": task}),
        ];
        self.write(&root, caller, facts).await;
        root
    }

    /// Changes a task, and tells that it has another assignee where it has.
    async fn change(&self, id: &str, caller: &str, change: impl FnOnce(&mut Value)) {
        let root = root_of(id);
        let before = self.task(&root).await;
        let mut task = before.clone();
        change(&mut task);
        let is_assignment = before["assignee"] != task["assignee"];
        let changes = Vec::from_iter(is_assignment.then(|| json!({"change": "property", "name": "assignee"})));
        self.write(&root, caller, vec![json!({"event": "user-task-changed", "task": task, "changes": changes})]).await;
    }

    async fn task(&self, root: &str) -> Value {
        let loaded = self.journal.tenant(&TenantId::default()).load::<Instance>(root).await.unwrap();
        loaded.map(|(instance, _)| instance.task.clone()).unwrap_or_default()
    }
}

async fn start(
    State(engine): State<Arc<Inner>>,
    Caller(caller): Caller,
    Path(key): Path<String>,
    axum::Json(body): axum::Json<Value>,
) -> Result<axum::Json<Value>, StatusCode> {
    if key == "missing" {
        return Err(StatusCode::NOT_FOUND);
    }
    let business_key = body["businessKey"].as_str().unwrap_or_default();
    let root = engine.start(&caller, &key, business_key, &body["variables"]).await;
    if engine.is_lost() {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    Ok(axum::Json(json!({"id": root})))
}

/// Only one process has a form for its start; it is kept by the room under test.
async fn start_form(Path(key): Path<String>) -> axum::Json<Value> {
    axum::Json(
        json!({"key": (key == "site-visit").then_some("visit-start"), "camundaFormRef": null, "contextPath": null}),
    )
}

async fn delete(
    State(engine): State<Arc<Inner>>,
    Caller(caller): Caller,
    Path(root): Path<String>,
    axum::extract::Query(query): axum::extract::Query<HashMap<String, String>>,
) -> StatusCode {
    let reason = query.get("deleteReason").cloned().unwrap_or_default();
    engine.seen.lock().unwrap().deleted.push((root.clone(), reason.clone(), caller.clone()));
    let task = engine.task(&root).await;
    if task.is_null() {
        return StatusCode::NOT_FOUND;
    }
    let instance = json!({"id": 1, "definition": task["definition"], "started": 0, "suspended": false});
    let facts = vec![
        json!({"event": "user-task-ended", "task": task, "ended": 0, "deleteReason": reason}),
        json!({"event": "instance-ended", "instance": instance, "state": "EXTERNALLY_TERMINATED", "ended": 0}),
    ];
    engine.write(&root, &caller, facts).await;
    if engine.is_lost() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::NO_CONTENT }
}

async fn history(State(engine): State<Arc<Inner>>, axum::Json(query): axum::Json<Value>) -> axum::Json<Value> {
    let wanted = query["variables"][0]["value"].as_str().unwrap_or_default();
    let seen = engine.seen.lock().unwrap();
    let found = seen.starts.iter().filter(|(_, business_key, key, start_id)| {
        query["processInstanceBusinessKey"] == business_key.as_str()
            && query["processDefinitionKey"] == key.as_str()
            && start_id == wanted
    });
    axum::Json(found.map(|(root, ..)| json!({"id": root})).collect())
}

fn root_of(task: &str) -> String {
    format!("{}000000000001", &task[..24])
}

async fn claim(
    State(engine): State<Arc<Inner>>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    axum::Json(body): axum::Json<Value>,
) -> StatusCode {
    engine.change(&id, &caller, |task| task["assignee"] = body["userId"].clone()).await;
    StatusCode::NO_CONTENT
}

async fn take(
    State(engine): State<Arc<Inner>>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    if engine.seen.lock().unwrap().is_taken {
        return Err(Problem::conflict("already-assigned", "Somebody else has taken the task."));
    }
    engine.change(&id, &caller, |task| task["assignee"] = json!(caller)).await;
    Ok(StatusCode::NO_CONTENT)
}

async fn delegate(
    State(engine): State<Arc<Inner>>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    axum::Json(body): axum::Json<Value>,
) -> StatusCode {
    engine
        .change(&id, &caller, |task| {
            task["owner"] = task["assignee"].take();
            task["assignee"] = body["userId"].clone();
            task["delegation"] = json!("PENDING");
        })
        .await;
    StatusCode::NO_CONTENT
}

async fn around(State(_): State<Arc<Inner>>, Path(_): Path<String>) -> axum::Json<Value> {
    axum::Json(
        json!({"errors": [{"code": "missing", "name": "Papers are missing", "isInterrupting": true}], "escalations": []}),
    )
}

async fn dates(
    State(engine): State<Arc<Inner>>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    axum::Json(body): axum::Json<Value>,
) -> StatusCode {
    let instant = |at: &Value| at.as_str().map(|at| at.parse::<jiff::Timestamp>().unwrap().as_millisecond());
    engine
        .change(&id, &caller, |task| {
            for (name, field) in [("dueAt", "due"), ("followUpAt", "followUp")] {
                if let Some(at) = body.get(name) {
                    task[field] = json!(instant(at));
                }
            }
        })
        .await;
    StatusCode::NO_CONTENT
}

/// What becomes of a task that is not completed.
async fn turned(engine: &Inner, caller: &str, id: &str, task: Value, body: &Value) -> Result<StatusCode, Problem> {
    engine.seen.lock().unwrap().turned.push((caller.to_owned(), body["outcome"].clone(), body["data"].clone()));
    match (body["outcome"]["kind"].as_str(), body["outcome"]["code"].as_str()) {
        (Some("resolved"), _) => {
            engine
                .change(id, caller, |task| {
                    task["assignee"] = task["owner"].clone();
                    task["delegation"] = json!("RESOLVED");
                })
                .await;
        }
        (Some("error"), Some("missing")) => {
            let fact = json!({"event": "user-task-ended", "task": task, "ended": 0, "deleteReason": "deleted"});
            engine.write(&root_of(id), caller, vec![fact]).await;
        }
        _ => return Err(Problem::unprocessable("not-caught", "Nothing around this task in its process catches this.")),
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn submit(
    State(engine): State<Arc<Inner>>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    axum::Json(body): axum::Json<Value>,
) -> Result<StatusCode, Problem> {
    let root = root_of(&id);
    let task = engine.task(&root).await;
    if task.is_null() {
        return Err(Problem::not_found("There is no such task, or it is done."));
    }
    if body["outcome"]["kind"] != "completed" {
        return turned(&engine, &caller, &id, task, &body).await;
    }
    let data = judged(&body)?;
    let variables = serde_json::to_value(Variables::of(&data)).unwrap();
    engine.seen.lock().unwrap().completed.push((id, variables));
    let instance = json!({"id": 1, "definition": task["definition"], "started": 0, "suspended": false});
    let facts = vec![
        json!({"event": "task-submitted", "task": task["id"], "data": data}),
        json!({"event": "user-task-ended", "task": task, "ended": 0, "deleteReason": "completed"}),
        json!({"event": "instance-ended", "instance": instance, "state": "COMPLETED", "ended": 0}),
    ];
    engine.write(&root, &caller, facts).await;
    Ok(StatusCode::NO_CONTENT)
}

/// What of a submission passes. No process here has a form of its own.
fn judged(body: &Value) -> Result<Map<String, Value>, Problem> {
    let given = body["data"].as_object().unwrap();
    if body["form"].is_null() {
        let problem = Problem::unprocessable("no-form", "This task has no form, so it takes no data.");
        let tell = |problem: Problem, name| problem.with_error(format!("/data/{name}"), "no-form", "no such field");
        return if given.is_empty() { Ok(Map::new()) } else { Err(given.keys().fold(problem, tell)) };
    }
    let passed = casewright_forms::validate(&body["form"], given, body["known"].as_object().unwrap());
    let mut data = passed.map_err(|faults| {
        let problem = Problem::unprocessable("invalid-submission", "What was filled in does not fit.");
        faults.into_iter().fold(problem, |problem, fault| problem.with_error(fault.pointer, &fault.code, fault.detail))
    })?;
    data.data.retain(|name, _| !reserved::is_reserved(name));
    Ok(data.data)
}

async fn variables(State(_): State<Arc<Inner>>, Path(_): Path<String>) -> axum::Json<Value> {
    axum::Json(
        json!({"note": {"value": "from the process", "type": "String"}, "list": {"value": "[1]", "type": "Json"}}),
    )
}

async fn file(Path(id): Path<String>) -> Result<axum::Json<Value>, StatusCode> {
    let mut parts = id.split('-');
    let (Some(state @ ("ready" | "pending" | "rejected")), Some(owner)) = (parts.next(), parts.next()) else {
        return Err(StatusCode::NOT_FOUND);
    };
    Ok(axum::Json(json!({"id": id, "name": format!("{id}.pdf"), "contentType": "application/pdf", "size": 1_234,
        "state": state, "createdBy": owner, "sha256": parts.next()})))
}
