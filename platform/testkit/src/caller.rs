//! Calls of a router as its clients make them: machine clients with a token, people with their password. Both are real.

use crate::{Answer, PASSWORD, until};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use casewright_access::{Access, is_machine};
use serde_json::Value;
use tower::ServiceExt as _;

/// Calls one router.
#[derive(Clone)]
pub struct Caller {
    router: Router,
    access: Access,
}

impl Caller {
    #[must_use]
    pub fn new(router: Router, access: Access) -> Self {
        Self { router, access }
    }

    fn authorization(&self, user: &str) -> String {
        if is_machine(user) {
            return format!("Bearer {}", self.access.service_token(user));
        }
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{PASSWORD}")))
    }

    pub async fn send(
        &self,
        user: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("authorization", self.authorization(user));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        Answer::read(self.router.clone().oneshot(request.unwrap()).await.unwrap()).await
    }

    pub async fn get(&self, user: &str, path: &str) -> Answer {
        self.send(user, "GET", path, &[], None).await
    }

    pub async fn post(&self, user: &str, path: &str, body: Value) -> Answer {
        self.send(user, "POST", path, &[], Some(body)).await
    }

    pub async fn put(&self, user: &str, path: &str, body: Value) -> Answer {
        self.send(user, "PUT", path, &[], Some(body)).await
    }

    pub async fn patch(&self, user: &str, path: &str, body: Value) -> Answer {
        self.send(user, "PATCH", path, &[], Some(body)).await
    }

    /// Asks again until the answer is as wanted; fails when that takes too long.
    pub async fn until(&self, user: &str, path: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        until(&format!("{path} is what was wanted"), || async {
            let answer = self.get(user, path).await;
            (answer.status == 200 && is_wanted(&answer.body)).then_some(answer.body)
        })
        .await
    }
}
