//! A platform in a temporary folder: a real journal, real keys, the real router.

#![allow(dead_code, unreachable_pub)]

pub mod app;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use casewright_access::accounts::NewUser;
use casewright_access::config::MachineClient;
use casewright_access::{Access, AccessConfig};
use casewright_journal::{Clock as _, Journal, ManualClock, TenantId};
use casewright_service::config::Secret;
use casewright_testkit::{Answer, Browser, CALLBACK, Node, NodeSetup, PASSWORD};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

pub struct Platform {
    pub access: Access,
    pub clock: Arc<ManualClock>,
    pub journal: Journal,
    router: Router,
    browser: Browser,
}

/// Everything is asked of it as a browser asks.
impl Deref for Platform {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

pub fn config(dir: &Path) -> AccessConfig {
    AccessConfig {
        issuer: "http://portal.test/auth".to_owned(),
        redirect_uris: vec![CALLBACK.to_owned()],
        key_file: dir.join("access.key"),
        clients: vec![MachineClient {
            id: "system:worker".to_owned(),
            secret: Secret::new("worker-secret"),
            roles: Vec::new(),
            tenant: String::new(),
            topics: None,
        }],
        ..AccessConfig::default()
    }
}

impl Platform {
    /// Opens what is in the folder; call it again for a restart.
    pub async fn open(dir: &Path) -> Self {
        Self::open_with(dir, config(dir)).await
    }

    pub async fn open_with(dir: &Path, config: AccessConfig) -> Self {
        let setup = NodeSetup { now: "2026-11-21T12:00:00Z", access: config, ..NodeSetup::default() };
        let Node { journal, access, clock } = Node::open(dir, setup).await;
        let (api, _) = casewright_access::api::router(access.clone());
        let router = casewright_access::issuer::router(access.clone()).merge(api);
        let browser = Browser::new(router.clone());
        Self { access, clock, journal, router, browser }
    }

    /// Serves what is here until the test ends.
    pub fn serve_on(&self, listener: tokio::net::TcpListener) {
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
    }

    pub async fn close(self) {
        self.journal.shutdown().await;
    }

    /// Anna Meyer, case worker of the group claims.
    pub async fn with_anna(self) -> Self {
        let tenant = TenantId::default();
        let anna = NewUser {
            id: "anna".to_owned(),
            name: "Anna Meyer".to_owned(),
            email: "anna@example.test".to_owned(),
            roles: vec!["case-worker".to_owned()],
            groups: vec!["claims".to_owned()],
        };
        let accounts = self.access.accounts();
        accounts.create_user(&tenant, "system:test", anna).await.unwrap();
        accounts.set_password(&tenant, "system:test", "anna", PASSWORD).await.unwrap();
        self
    }

    /// Signs in: the session cookie and the code.
    pub async fn sign_in(&self) -> (String, String) {
        let answer = self.submit_sign_in("anna", PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        (answer.cookie(), answer.location_parameter("code").unwrap())
    }

    /// Signs in all the way to tokens.
    pub async fn tokens(&self) -> Value {
        self.tokens_of("anna", PASSWORD).await
    }
}

/// A call of the API by whose token it is.
pub async fn call(platform: &Platform, token: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
    let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    };
    platform.send(request.unwrap()).await
}

pub fn access_token(tokens: &Value) -> String {
    tokens["access_token"].as_str().unwrap().to_owned()
}

impl Platform {
    /// Somebody with the usual password and one role, or none.
    pub async fn register(&self, id: &str, role: &str) {
        let tenant = TenantId::default();
        let roles = Some(role.to_owned()).filter(|role| !role.is_empty()).into_iter().collect();
        let (name, email) = (id.to_owned(), String::new());
        let user = NewUser { id: id.to_owned(), name, email, roles, groups: Vec::new() };
        let accounts = self.access.accounts();
        accounts.create_user(&tenant, "system:test", user).await.unwrap();
        accounts.set_password(&tenant, "system:test", id, PASSWORD).await.unwrap();
    }

    /// Sends the form on a page of the sign-in with what a person fills in.
    pub async fn fill_in(&self, page: &Answer, cookie: &str, path: &str, filled: &[(&str, &str)]) -> Answer {
        let hidden = page.hidden_fields();
        let form: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(filled.iter().copied()).collect();
        self.post(path, &form, &[("cookie", cookie)]).await
    }

    /// Gives the name and the password: the page that follows, and the cookies of the browser.
    pub async fn begin_sign_in(&self, user: &str, password: &str) -> (Answer, String) {
        let page = self.sign_in_page().await;
        let cookie = page.cookie();
        let filled = [("username", user), ("password", password)];
        (self.fill_in(&page, &cookie, "/auth/sign-in", &filled).await, cookie)
    }

    pub fn clock_seconds(&self) -> i64 {
        self.clock.now().as_second()
    }

    /// The code that an app shows now.
    pub fn code(&self, secret: &str) -> String {
        app::code(secret, self.clock.now())
    }

    /// The code of the next half minute, in which it is from now on.
    pub fn next_code(&self, secret: &str) -> String {
        self.clock.advance(SignedDuration::from_secs(30));
        self.code(secret)
    }

    /// Sets a second factor up for who the token is of: its secret and the recovery codes.
    pub async fn enrol(&self, token: &str) -> (String, Vec<String>) {
        let proof = Some(json!({"password": PASSWORD}));
        let begun = call(self, token, "POST", "/api/v1/me/second-factor/enrolment", proof).await.expect(200).json();
        let secret = begun["secret"].as_str().unwrap().to_owned();
        let body = Some(json!({"enrolment": begun["enrolment"], "code": self.code(&secret)}));
        let enrolled = call(self, token, "POST", "/api/v1/me/second-factor", body).await.expect(200).json();
        let codes = enrolled["recoveryCodes"].as_array().unwrap();
        (secret, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
    }
}
