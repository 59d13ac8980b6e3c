//! Why somebody may do something, over the real router: by the default policy, by one's own beside it, and by one in its place.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::body::Body;
use axum::http::Request;
use casewright_access::explain::{actions, router};
use casewright_access::{Gate, Resource, Subject, Whose};
use casewright_journal::TenantId;
use casewright_service::Problem;
use casewright_testkit::{Browser, PASSWORD};
use serde_json::{Value, json};
use std::path::Path;
use support::{Platform, access_token};

/// A platform with anna and an administrator, and files that are their uploader's.
struct Explained {
    _dir: tempfile::TempDir,
    browser: Browser,
    token: String,
}

impl Explained {
    async fn open(policy: Option<&str>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = support::config(dir.path());
        if let Some(policy) = policy {
            config.policies = Some(policies(dir.path(), policy));
        }
        let platform = Platform::open_with(dir.path(), config).await.with_anna().await;
        platform.register("root", "admin").await;
        let token = access_token(&platform.tokens_of("root", PASSWORD).await);
        let access = platform.access.clone();
        let files = Gate::new("file", move |subject, action, id| {
            let access = access.clone();
            async move {
                let resource = Resource::new("file", &id).with(json!({"state": "ready", "createdBy": "ben"}));
                let missing = || Problem::not_found("There is no such file.");
                access.authorize_within(&subject, &action, resource, Whose::Nobody, missing).await
            }
        });
        let (routes, _) = router(platform.access.clone(), [files]);
        Self { _dir: dir, browser: Browser::new(routes), token }
    }

    async fn ask(&self, question: Value) -> Value {
        let request = Request::post("/api/v1/access/explain")
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Body::from(question.to_string()));
        self.browser.send(request.unwrap()).await.expect(200).json()
    }
}

fn policies(dir: &Path, policy: &str) -> std::path::PathBuf {
    let folder = dir.join("policies");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("own.rego"), policy).unwrap();
    folder
}

#[tokio::test]
async fn the_default_policy_says_what_grants_and_what_withholds() {
    let explained = Explained::open(None).await;
    let told = explained.ask(json!({"user": "anna", "action": "case:update"})).await;
    assert_eq!((&told["allowed"], &told["about"], &told["refusal"]), (&json!(true), &json!("kind"), &Value::Null));
    assert_eq!(told["reasons"], json!([{"code": "granted", "role": "case-worker", "kind": "case", "action": "*"}]));
    assert_eq!(told["rolesThatWould"], json!([]));
    let told = explained.ask(json!({"user": "anna", "action": "file:read", "resource": {"id": "f-1"}})).await;
    assert_eq!((&told["allowed"], &told["about"]), (&json!(false), &json!("thing")));
    assert_eq!(told["reasons"][1], json!({"code": "unattached-file"}));
    assert_eq!(told["rolesThatWould"], json!(["supervisor", "admin"]));
    let told = explained.ask(json!({"roles": ["operator"], "action": "access:explain"})).await;
    assert_eq!(told["reasons"], json!([{"code": "not-granted"}]));
    assert_eq!(told["rolesThatWould"], json!(["admin"]));
    // What is asked with attributes is asked about these.
    let own = json!({"user": "anna", "action": "notification:read", "resource": {"attributes": {"user": "anna"}}});
    assert_eq!(explained.ask(own).await["allowed"], true);
    let other = json!({"user": "anna", "action": "notification:read", "resource": {"attributes": {"user": "ben"}}});
    assert_eq!(explained.ask(other).await["reasons"][1], json!({"code": "not-the-receiver"}));
}

#[tokio::test]
async fn own_policies_say_their_word_as_well() {
    let own = r#"
        package casewright.local
        import rego.v1
        deny if { input.subject.id == "anna"; input.resource.kind == "form" }
        allow if { input.subject.id == "anna"; input.resource.kind == "routing" }
        reasons contains {"code": "no-forms-for-anna"} if { input.subject.id == "anna"; input.resource.kind == "form" }
    "#;
    let explained = Explained::open(Some(own)).await;
    let told = explained.ask(json!({"user": "anna", "action": "form:read"})).await;
    let codes: Vec<&str> =
        told["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["denied-by-own-policy", "granted", "no-forms-for-anna"]);
    assert_eq!((&told["allowed"], &told["rolesThatWould"]), (&json!(false), &json!([])));
    let told = explained.ask(json!({"user": "anna", "action": "routing:update"})).await;
    assert_eq!((&told["allowed"], &told["reasons"][0]["code"]), (&json!(true), &json!("allowed-by-own-policy")));
}

#[tokio::test]
async fn a_policy_without_reasons_gives_the_decision_alone() {
    let replaced = r#"
        package casewright.access
        import rego.v1
        default allow := false
        allow if { "admin" in input.subject.roles }
        allow if { input.resource.kind == "case" }
    "#;
    let explained = Explained::open(Some(replaced)).await;
    for (action, is_allowed) in [("case:read", true), ("form:read", false)] {
        let told = explained.ask(json!({"user": "anna", "action": action})).await;
        assert_eq!((&told["allowed"], &told["decidedBy"]), (&json!(is_allowed), &json!("policy")));
        assert_eq!((&told["hasReasons"], &told["reasons"]), (&json!(false), &json!([])));
    }
    assert_eq!(explained.ask(json!({"user": "anna", "action": "form:read"})).await["rolesThatWould"], json!(["admin"]));
}

/// What is granted by name can be asked about by that name.
#[tokio::test]
async fn every_action_that_the_default_policy_names_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let platform = Platform::open(dir.path()).await;
    let mut unknown = Vec::new();
    for role in
        ["case-worker", "supervisor", "privacy-officer", "process-developer", "automation-developer", "operator"]
    {
        let who = Subject { roles: vec![role.to_owned()], ..Subject::person(&TenantId::default(), "u") };
        for permission in platform.access.permissions(&who).await {
            let (kind, action) = permission.split_once(':').unwrap();
            let of = actions().iter().find(|of| of.kind == kind);
            if !of.is_some_and(|of| action == "*" || of.actions.contains(&action)) {
                unknown.push(permission);
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:?}");
}
