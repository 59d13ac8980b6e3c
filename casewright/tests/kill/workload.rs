//! Clients that go on whatever happens to the server, and remember what it acknowledged.

use crate::platform::{Api, Platform};
use lettre::address::Envelope;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;

/// What was acknowledged, and (for calls that cannot be repeated) what was tried.
#[derive(Default)]
pub(crate) struct Acknowledged {
    /// Titles of mails answered with 250.
    pub(crate) mails: Mutex<BTreeSet<String>>,
    /// Business key -> instance id.
    pub(crate) starts: Mutex<BTreeMap<String, String>>,
    pub(crate) tried_starts: Mutex<BTreeSet<String>>,
    /// Instances whose external task was completed.
    pub(crate) works: Mutex<BTreeSet<String>>,
    /// User tasks completed.
    pub(crate) tasks: Mutex<BTreeSet<String>>,
    /// First lines of answers sent from cases.
    pub(crate) replies: Mutex<BTreeSet<String>>,
}

impl Acknowledged {
    fn counts(&self) -> [usize; 5] {
        [
            self.mails.lock().unwrap().len(),
            self.starts.lock().unwrap().len(),
            self.works.lock().unwrap().len(),
            self.tasks.lock().unwrap().len(),
            self.replies.lock().unwrap().len(),
        ]
    }

    pub(crate) fn summary(&self) -> String {
        let [mails, starts, works, tasks, replies] = self.counts();
        format!("{mails} mails, {starts} starts, {works} works, {tasks} tasks, {replies} replies acknowledged")
    }

    /// Was there some of everything?
    pub(crate) fn is_substantial(&self) -> bool {
        self.counts().iter().all(|count| *count > 0)
    }
}

pub(crate) struct Workload {
    stop: Arc<AtomicBool>,
    clients: JoinSet<()>,
}

const PAUSE: Duration = Duration::from_millis(40);

impl Workload {
    pub(crate) fn start(platform: &Platform, acknowledged: Arc<Acknowledged>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut clients = JoinSet::new();
        let api = platform.api();
        clients.spawn(deliver_mails(api.clone(), Arc::clone(&acknowledged), Arc::clone(&stop)));
        clients.spawn(start_instances(api.clone(), Arc::clone(&acknowledged), Arc::clone(&stop)));
        clients.spawn(do_external_work(api.clone(), Arc::clone(&acknowledged), Arc::clone(&stop)));
        clients.spawn(do_user_tasks(api.clone(), Arc::clone(&acknowledged), Arc::clone(&stop)));
        clients.spawn(send_replies(api, acknowledged, Arc::clone(&stop)));
        Self { stop, clients }
    }

    /// Lets every client finish what it is at.
    pub(crate) async fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.clients.join_all().await;
    }
}

fn is_over(stop: &AtomicBool) -> bool {
    stop.load(Ordering::Relaxed)
}

/// As a mail server does: what was not taken is sent again until it is.
async fn deliver_mails(api: Api, acknowledged: Arc<Acknowledged>, stop: Arc<AtomicBool>) {
    let envelope = Envelope::new(
        Some("customer@customer.example".parse().unwrap()),
        vec!["claims@harbor.example".parse().unwrap()],
    )
    .unwrap();
    let mut number = 0;
    while !is_over(&stop) {
        number += 1;
        let title = format!("kill mail {number}");
        let message = format!(
            "From: Customer <customer@customer.example>\r\nTo: claims@harbor.example\r\nSubject: {title}\r\n\
             Message-ID: <kill.{number}@customer.example>\r\nDate: Mon, 16 Nov 2026 08:00:00 +0000\r\n\r\nText {number}\r\n"
        );
        loop {
            let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&api.smtp.0)
                .port(api.smtp.1)
                .timeout(Some(Duration::from_secs(10)))
                .build();
            if transport.send_raw(&envelope, message.as_bytes()).await.is_ok() {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        acknowledged.mails.lock().unwrap().insert(title);
        tokio::time::sleep(PAUSE * 5).await;
    }
}

/// A start cannot be repeated, so each is tried once: it may be there without an answer, but never twice.
async fn start_instances(api: Api, acknowledged: Arc<Acknowledged>, stop: Arc<AtomicBool>) {
    let mut number = 0;
    while !is_over(&stop) {
        number += 1;
        let key = format!("kill-{number}");
        acknowledged.tried_starts.lock().unwrap().insert(key.clone());
        let started =
            api.post("/engine-rest/process-definition/key/kill-timer/start", &json!({"businessKey": key})).await;
        if let Some(id) = started.as_ref().and_then(|instance| instance["id"].as_str()) {
            acknowledged.starts.lock().unwrap().insert(key, id.to_owned());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn do_external_work(api: Api, acknowledged: Arc<Acknowledged>, stop: Arc<AtomicBool>) {
    let fetch = json!({
        "workerId": "kill", "maxTasks": 5, "topics": [{"topicName": "kill.work", "lockDuration": 2_000}],
    });
    while !is_over(&stop) {
        let fetched = api.post("/engine-rest/external-task/fetchAndLock", &fetch).await.unwrap_or_default();
        for task in fetched.as_array().into_iter().flatten() {
            let (id, instance) = (task["id"].as_str().unwrap(), task["processInstanceId"].as_str().unwrap());
            let path = format!("/engine-rest/external-task/{id}/complete");
            if api.post(&path, &json!({"workerId": "kill"})).await.is_some() {
                let is_new = acknowledged.works.lock().unwrap().insert(instance.to_owned());
                assert!(is_new, "the external task of {instance} was completed twice");
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn do_user_tasks(api: Api, acknowledged: Arc<Acknowledged>, stop: Arc<AtomicBool>) {
    while !is_over(&stop) {
        let open = api.get("/engine-rest/task?taskDefinitionKey=check-papers&maxResults=3").await.unwrap_or_default();
        for task in open.as_array().into_iter().flatten() {
            let id = task["id"].as_str().unwrap();
            let data = json!({"data": {"policyNumber": "HB-204118", "papersComplete": true, "amount": 10}});
            if api.post(&format!("/api/v1/tasks/{id}/complete"), &data).await.is_some() {
                let is_new = acknowledged.tasks.lock().unwrap().insert(id.to_owned());
                assert!(is_new, "user task {id} was completed twice");
            }
        }
        tokio::time::sleep(PAUSE * 3).await;
    }
}

/// Sent under an idempotency key until acknowledged.
async fn send_replies(api: Api, acknowledged: Arc<Acknowledged>, stop: Arc<AtomicBool>) {
    let mut number = 0;
    while !is_over(&stop) {
        tokio::time::sleep(PAUSE * 4).await;
        let cases = api.get("/api/v1/cases?limit=1").await.unwrap_or_default();
        let Some(case) = cases["items"][0]["id"].as_str() else { continue };
        number += 1;
        let line = format!("kill reply {number}");
        let body = json!({"to": ["customer@customer.example"], "subject": "About your claim", "text": line});
        while send_reply(&api, case, number, &body).await.is_none() {
            tokio::time::sleep(PAUSE).await;
        }
        acknowledged.replies.lock().unwrap().insert(line);
    }
}

async fn send_reply(api: &Api, case: &str, number: u32, body: &Value) -> Option<Value> {
    let path = format!("/api/v1/cases/{case}/mails");
    Api::send(api.call(Method::POST, &path).header("Idempotency-Key", format!("kill-reply-{number}")).json(body)).await
}
