//! A stand-in for the mail room: mails that are in a case or in none, and that say so in the journal as the mail room does.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use casewright_journal::{Aggregate, AggregateKey, CommandContext, Decision, EntryMeta, Journal, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::watch;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Log;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Fact(Value);

impl Aggregate for Log {
    type Event = Fact;
    const KIND: &'static str = "mail";

    fn empty(_: &AggregateKey) -> Self {
        Self
    }

    fn apply(&mut self, _: &Fact, _: &EntryMeta) {}

    fn event_name(Fact(fact): &Fact) -> &'static str {
        match fact["linked"].as_bool() {
            Some(true) => "mail-linked",
            _ => "mail-unlinked",
        }
    }
}

#[derive(Clone)]
pub struct Mails {
    journal: Journal,
    /// Id -> the mail as the mail room tells it.
    mails: Arc<watch::Sender<BTreeMap<String, Value>>>,
    /// Mails that are handed in to be sent, and whether they wait.
    outgoing: Arc<Outgoing>,
}

/// Mails that this room was asked to send.
struct Outgoing {
    /// How many came.
    came: watch::Sender<usize>,
    /// Those that come wait while it is true.
    is_held: watch::Sender<bool>,
}

impl Mails {
    pub fn new(journal: Journal) -> Self {
        let outgoing = Outgoing { came: watch::Sender::new(0), is_held: watch::Sender::new(false) };
        Self { journal, mails: Arc::new(watch::Sender::default()), outgoing: Arc::new(outgoing) }
    }

    pub fn router(&self) -> Router {
        Router::new()
            .route("/api/v1/mails", get(list))
            .route("/api/v1/mails/outgoing", post(send))
            .route("/api/v1/mails/{id}", get(read))
            .route("/api/v1/mails/{id}/link", post(link))
            .route("/api/v1/mails/{id}/unlink", post(unlink))
            .with_state(self.clone())
    }

    /// A mail comes, and belongs to the case.
    pub async fn receive(&self, id: &str, subject: &str, files: &[&str], case: &str) {
        // What is in a file, its id says.
        let attachments: Vec<Value> =
            files.iter().map(|file| json!({"fileId": file, "name": file, "sha256": file.split('-').nth(2)})).collect();
        let from = json!({"name": "Rita", "address": "rita@example.org"});
        let mail = json!({"state": "processed", "from": from, "subject": subject, "text": "Hello", "attachments": attachments});
        self.mails.send_modify(|mails| _ = mails.insert(id.to_owned(), mail));
        self.set(id, Some(case)).await;
    }

    /// Mails that are to be sent wait from here on, or do no more.
    pub fn hold(&self, is_held: bool) {
        self.outgoing.is_held.send_replace(is_held);
    }

    /// Returns when so many have come that are to be sent.
    pub async fn until_sent(&self, count: usize) {
        self.outgoing.came.subscribe().wait_for(|came| *came >= count).await.unwrap();
    }

    /// The case that a mail is in.
    pub fn case_of(&self, id: &str) -> Option<String> {
        self.mails.borrow()[id]["caseId"].as_str().map(str::to_owned)
    }

    /// Returns when a mail is in this case.
    pub async fn until_in(&self, id: &str, case: &str) {
        self.mails.subscribe().wait_for(|mails| mails[id]["caseId"] == case).await.unwrap();
    }

    async fn set(&self, id: &str, case: Option<&str>) {
        let before = self.case_of(id);
        self.mails.send_modify(|mails| mails.get_mut(id).unwrap()["caseId"] = json!(case));
        let fact = match case {
            Some(case) => json!({"linked": true, "caseId": case}),
            None => json!({"linked": false, "caseId": before}),
        };
        self.journal
            .tenant(&TenantId::default())
            .execute::<Log, (), Infallible, _>(id, CommandContext::default(), move |_, _| {
                Ok(Decision { events: vec![Fact(fact.clone())], answer: () })
            })
            .await
            .unwrap();
    }
}

async fn read(State(mails): State<Mails>, Path(id): Path<String>) -> Result<axum::Json<Value>, StatusCode> {
    mails.mails.borrow().get(&id).cloned().map(axum::Json).ok_or(StatusCode::NOT_FOUND)
}

async fn list() -> axum::Json<Value> {
    axum::Json(json!({"items": []}))
}

async fn send(State(mails): State<Mails>, axum::Json(body): axum::Json<Value>) -> (StatusCode, axum::Json<Value>) {
    let mut held = mails.outgoing.is_held.subscribe();
    let mut nth = 0;
    mails.outgoing.came.send_modify(|came| {
        *came += 1;
        nth = *came;
    });
    held.wait_for(|is_held| !is_held).await.unwrap();
    let state = if body["subject"] == "Refused" { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::ACCEPTED };
    (state, axum::Json(json!({"id": format!("sent-{nth}"), "state": "queued", "code": "invalid-mail", "detail": "no"})))
}

async fn link(State(mails): State<Mails>, Path(id): Path<String>, axum::Json(body): axum::Json<Value>) -> StatusCode {
    let case = body["caseId"].as_str().unwrap();
    match mails.case_of(&id) {
        Some(known) if known == case => StatusCode::NO_CONTENT,
        Some(_) => StatusCode::CONFLICT,
        None => {
            mails.set(&id, Some(case)).await;
            StatusCode::NO_CONTENT
        }
    }
}

async fn unlink(State(mails): State<Mails>, Path(id): Path<String>, axum::Json(body): axum::Json<Value>) -> StatusCode {
    match mails.case_of(&id) {
        Some(known) if known == body["caseId"].as_str().unwrap() => {
            mails.set(&id, None).await;
            StatusCode::NO_CONTENT
        }
        Some(_) => StatusCode::CONFLICT,
        None => StatusCode::NO_CONTENT,
    }
}
