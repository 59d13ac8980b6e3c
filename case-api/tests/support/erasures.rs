//! A stand-in for what other rooms delete when a case goes: it notes what it was asked for, and may be out of order.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
pub struct Erasures {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    erased: Vec<String>,
    is_out_of_order: bool,
    refused: usize,
}

impl Erasures {
    pub fn router(&self) -> Router {
        Router::new()
            .route("/api/v1/files/{id}/erase", post(erase))
            .route("/api/v1/mails/{id}/erase", post(erase))
            .route("/api/v1/process-instances/{id}/erase", post(erase))
            .route("/api/v1/notifications/erase", post(erase_notifications))
            .with_state(self.clone())
    }

    /// Nothing is deleted until this is over.
    pub fn set_out_of_order(&self, is_out_of_order: bool) {
        self.inner.lock().unwrap().is_out_of_order = is_out_of_order;
    }

    /// How often somebody was sent away.
    pub fn refused(&self) -> usize {
        self.inner.lock().unwrap().refused
    }

    /// What was deleted, in order: `files/f-1`.
    pub fn erased(&self) -> Vec<String> {
        self.inner.lock().unwrap().erased.clone()
    }
}

async fn erase(State(erasures): State<Erasures>, Path(_): Path<String>, uri: Uri) -> StatusCode {
    let mut inner = erasures.inner.lock().unwrap();
    if inner.is_out_of_order {
        inner.refused += 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let what = uri.path().trim_start_matches("/api/v1/").trim_end_matches("/erase").to_owned();
    if inner.erased.contains(&what) {
        return StatusCode::NOT_FOUND;
    }
    inner.erased.push(what);
    StatusCode::NO_CONTENT
}

async fn erase_notifications(State(_): State<Erasures>) -> axum::Json<Value> {
    axum::Json(json!({"count": 2}))
}
