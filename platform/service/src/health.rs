//! `/health/live` and `/health/ready`.
//!
//! Live means: the process can answer; a failing dependency must never make it restart. Ready means: every check that it cannot
//! do without passes, send me requests. Other checks are told beside them: what fails there makes less of what it does, and
//! taking it out of service would make nothing of it.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use std::pin::Pin;
use std::sync::{Arc, RwLock};
use std::time::Duration;

type CheckFuture = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
type Check = Arc<dyn Fn() -> CheckFuture + Send + Sync>;

/// How long one check may take before it counts as failed.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// One check, by name.
#[derive(Clone)]
struct Registered {
    name: &'static str,
    check: Check,
    is_needed: bool,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub name: &'static str,
    /// Whether the process is ready without it.
    pub is_needed: bool,
    /// The reason when it failed.
    pub outcome: Result<(), String>,
}

/// How much is told of readiness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Ready or not.
    Verdict,
    /// Every check, and why it failed.
    Reasons,
}

/// The registry of readiness checks; clones share it.
#[derive(Clone, Default)]
pub struct Health {
    checks: Arc<RwLock<Vec<Registered>>>,
}

impl Health {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a check without which the process is not ready. The error text is shown to operators: it names what is wrong, not
    /// addresses or contents.
    pub fn register<F, Fut>(&self, name: &'static str, check: F)
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.add(name, true, Arc::new(move || Box::pin(check())));
    }

    /// Adds a check that is told, and without which the process is ready all the same. The error text is as in
    /// [`Health::register`].
    pub fn register_told<F, Fut>(&self, name: &'static str, check: F)
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.add(name, false, Arc::new(move || Box::pin(check())));
    }

    fn add(&self, name: &'static str, is_needed: bool, check: Check) {
        let mut checks = self.checks.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        checks.push(Registered { name, check, is_needed });
    }

    /// Runs all checks at once; metrics have the outcomes, too.
    pub async fn check(&self) -> Vec<Outcome> {
        let checks = self.checks.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let mut running = Vec::new();
        for Registered { name, check, is_needed } in checks {
            running.push((name, is_needed, tokio::spawn(tokio::time::timeout(CHECK_TIMEOUT, check()))));
        }
        let mut outcomes = Vec::new();
        for (name, is_needed, handle) in running {
            let outcome = match handle.await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => Err("did not answer in time".to_owned()),
                Err(_) => Err("the check itself failed".to_owned()),
            };
            let is_up = if outcome.is_ok() { 1.0 } else { 0.0 };
            metrics::gauge!("casewright_check_up", "check" => name).set(is_up);
            outcomes.push(Outcome { name, is_needed, outcome });
        }
        outcomes
    }

    /// Runs all checks, and says of them what is to be told.
    pub async fn readiness(&self, told: Told) -> Response {
        let outcomes = self.check().await;
        let is_ready = outcomes.iter().all(|found| !found.is_needed || found.outcome.is_ok());
        let (status, text) = if is_ready { (StatusCode::OK, "up") } else { (StatusCode::SERVICE_UNAVAILABLE, "down") };
        let mut body = json!({"status": text});
        if told == Told::Reasons {
            body["checks"] = outcomes.into_iter().map(|found| (found.name.to_owned(), state(found.outcome))).collect();
        }
        (status, axum::Json(body)).into_response()
    }

    /// `/health/live` and `/health/ready` with its reasons: for those who operate it.
    pub fn router(self) -> Router {
        let ready = async |State(health): State<Self>| health.readiness(Told::Reasons).await;
        Router::new().route("/health/live", get(live)).route("/health/ready", get(ready)).with_state(self)
    }
}

fn state(outcome: Result<(), String>) -> Value {
    match outcome {
        Ok(()) => json!({"status": "up"}),
        Err(reason) => json!({"status": "down", "reason": reason}),
    }
}

/// `/health/live`.
pub async fn live() -> Response {
    axum::Json(json!({"status": "up"})).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower::ServiceExt as _;

    async fn status(health: &Health, path: &str) -> StatusCode {
        let request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        health.clone().router().oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn a_failing_check_makes_it_unready_but_leaves_it_alive() {
        let health = Health::new();
        assert_eq!(status(&health, "/health/ready").await, StatusCode::OK);
        health.register("journal", || async { Ok(()) });
        health.register("bus", || async { Err("no broker".to_owned()) });
        assert_eq!(status(&health, "/health/ready").await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(&health, "/health/live").await, StatusCode::OK);
    }

    #[tokio::test]
    async fn what_it_can_do_without_is_told_and_leaves_it_ready() {
        let health = Health::new();
        health.register("journal", || async { Ok(()) });
        health.register_told("bus", || async { Err("no broker".to_owned()) });
        let answer = health.readiness(Told::Reasons).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let body = axum::body::to_bytes(answer.into_body(), 1 << 10).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&body["status"], &body["checks"]["bus"]["status"]), (&json!("up"), &json!("down")), "{body}");
        health.register("files", || async { Err("no bucket".to_owned()) });
        assert_eq!(status(&health, "/health/ready").await, StatusCode::SERVICE_UNAVAILABLE);
    }

    #[tokio::test]
    async fn why_it_is_not_ready_is_told_only_where_it_may_be() {
        let health = Health::new();
        health.register("bus", || async { Err("no broker".to_owned()) });
        for (told, is_told) in [(Told::Verdict, false), (Told::Reasons, true)] {
            let answer = health.readiness(told).await;
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            let body = axum::body::to_bytes(answer.into_body(), 1 << 10).await.unwrap();
            let body: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["status"], "down");
            assert_eq!(body["checks"]["bus"]["reason"] == "no broker", is_told, "{body}");
        }
    }
}
