//! A platform in a temporary folder: a real journal, real keys, the real router.

#![allow(dead_code, unreachable_pub)]

use axum::Router;
use casewright_access::accounts::NewUser;
use casewright_access::config::MachineClient;
use casewright_access::{Access, AccessConfig};
use casewright_journal::{Journal, ManualClock, TenantId};
use casewright_service::config::Secret;
use casewright_testkit::{Browser, CALLBACK, Node, NodeSetup, PASSWORD};
use serde_json::Value;
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
