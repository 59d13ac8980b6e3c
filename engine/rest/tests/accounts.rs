//! Whoever signs in is a user of the contract, and the other way round.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use casewright_access::accounts::{NewUser, PasswordLife};
use casewright_access::config::ExternalIssuer;
use casewright_access::{Access, AccessConfig};
use casewright_engine_rest::EngineRestAuth;
use casewright_journal::TenantId;
use serde_json::{Value as Json, json};
use support::{Answer, PASSWORD, Server};

struct Platform {
    server: Server,
    access: Access,
    _dir: tempfile::TempDir,
}

impl Platform {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (journal, clock) = support::journal(dir.path()).await;
        let access = support::access(&journal, dir.path()).await;
        let server = Server::over(journal, clock, EngineRestAuth::Required(access.clone())).await;
        Self { server, access, _dir: dir }
    }

    /// An account with a role, made as the command line does.
    async fn account(&self, id: &str, role: &str) {
        let (tenant, accounts) = (TenantId::default(), self.access.accounts());
        let (name, email) = (format!("Mister {id}"), format!("{id}@example.test"));
        let user = NewUser { id: id.to_owned(), name, email, roles: vec![role.to_owned()], groups: Vec::new() };
        accounts.create_user(&tenant, "test", user).await.unwrap();
        accounts.set_password(&tenant, "test", id, PASSWORD).await.unwrap();
    }

    async fn call_as(&self, user: &str, password: &str, method: &str, path: &str, body: Json) -> Answer {
        let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        let request = Request::builder()
            .method(method)
            .uri(format!("/engine-rest{path}"))
            .header(header::AUTHORIZATION, format!("Basic {credentials}"))
            .header(header::CONTENT_TYPE, "application/json");
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.server.send(request.body(body).unwrap()).await
    }

    /// As anna, who administers.
    async fn call(&self, method: &str, path: &str, body: Json) -> Answer {
        self.call_as("anna", PASSWORD, method, path, body).await
    }
}

#[tokio::test]
async fn who_signs_in_is_a_user() {
    let platform = Platform::start().await;
    let users = platform.call("GET", "/user", Json::Null).await.expect(200).json();
    assert_eq!(users, json!([{"id": "anna", "firstName": "Anna", "lastName": "Meyer", "email": "anna@example.test"}]));
    let profile = platform.call("GET", "/user/anna/profile", Json::Null).await.expect(200).json();
    assert_eq!(profile["lastName"], json!("Meyer"));
    let verify = json!({"username": "anna", "password": PASSWORD});
    assert_eq!(
        platform.call("POST", "/identity/verify", verify).await.expect(200).json()["authenticated"],
        json!(true)
    );
    let found = platform.call("GET", "/user?lastName=Meyer", Json::Null).await.expect(200).json();
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    let again = json!({"profile": {"id": "anna"}});
    assert_eq!(
        platform.call("POST", "/user/create", again).await.expect(400).json()["message"],
        "The user already exists"
    );
}

#[tokio::test]
async fn a_password_is_changed_for_signing_in() {
    let platform = Platform::start().await;
    platform.account("dev", "process-developer").await;
    let new = "another horse battery";
    let change = |own: &str| json!({"password": new, "authenticatedUserPassword": own});
    let at = "/user/dev/credentials";
    let refused = platform.call_as("dev", PASSWORD, "PUT", at, change("wrong")).await.expect(400).json();
    assert_eq!(refused["message"], "The given authenticated user password is not valid.");
    let weak = json!({"password": "short", "authenticatedUserPassword": PASSWORD});
    platform.call_as("dev", PASSWORD, "PUT", at, weak).await.expect(400);
    platform.call_as("dev", PASSWORD, "PUT", at, change(PASSWORD)).await.expect(204);
    platform.call_as("dev", PASSWORD, "GET", "/task", Json::Null).await.expect(401);
    platform.call_as("dev", new, "GET", "/task", Json::Null).await.expect(200);
    // Who administers needs no password of theirs.
    platform.call("PUT", at, json!({"password": PASSWORD})).await.expect(204);
    platform.call_as("dev", PASSWORD, "GET", "/task", Json::Null).await.expect(200);
}

#[tokio::test]
async fn a_user_of_the_contract_can_sign_in_and_has_no_role() {
    let platform = Platform::start().await;
    let demo =
        json!({"profile": {"id": "demo", "firstName": "Demo", "lastName": null}, "credentials": {"password": "demo"}});
    platform.call("POST", "/user/create", demo).await.expect(204);
    platform.call_as("demo", "wrong", "GET", "/task", Json::Null).await.expect(401);
    platform.call_as("demo", "demo", "GET", "/task", Json::Null).await.expect(403);
    let tenant = TenantId::default();
    let accounts = platform.access.accounts();
    platform
        .call("POST", "/group/create", json!({"id": "clerks", "name": "Clerks", "type": "WORKFLOW"}))
        .await
        .expect(204);
    platform.call("PUT", "/group/clerks/members/demo", Json::Null).await.expect(204);
    let again = platform.call("PUT", "/group/clerks/members/demo", Json::Null).await.expect(500).json();
    assert_eq!(again["type"], "ProcessEnginePersistenceException");
    assert_eq!(accounts.user(&tenant, "demo").await.unwrap().unwrap().groups, ["clerks"]);
    let members = platform.call("GET", "/user?memberOfGroup=clerks", Json::Null).await.expect(200).json();
    assert_eq!(members[0], json!({"id": "demo", "firstName": "Demo", "lastName": null, "email": null}));
    let groups = platform.call("GET", "/identity/groups?userId=demo", Json::Null).await.expect(200).json();
    assert_eq!(groups["groups"], json!([{"id": "clerks", "name": "Clerks"}]));
    assert_eq!(groups["groupUsers"], json!([]));
    // A role is given by who administers the platform; then the password must be worth one.
    let wanted = NewUser {
        id: "demo".to_owned(),
        name: "Demo".to_owned(),
        email: String::new(),
        roles: vec!["process-developer".to_owned()],
        groups: vec!["clerks".to_owned()],
    };
    accounts.ensure_user(&tenant, "test", wanted).await.unwrap();
    platform.call_as("demo", "demo", "GET", "/task", Json::Null).await.expect(401);
    platform.call("DELETE", "/group/clerks", Json::Null).await.expect(204);
    assert!(accounts.user(&tenant, "demo").await.unwrap().unwrap().groups.is_empty());
    platform.call("DELETE", "/user/demo", Json::Null).await.expect(204);
    assert!(accounts.user(&tenant, "demo").await.unwrap().is_none());
    assert_eq!(platform.call("GET", "/user/demo/profile", Json::Null).await.status, 404);
    // The name is free, and nothing of before comes back with it.
    platform.call("POST", "/user/create", json!({"profile": {"id": "demo"}})).await.expect(204);
    let user = accounts.user(&tenant, "demo").await.unwrap().unwrap();
    assert!(user.roles.is_empty() && user.groups.is_empty());
    platform.call_as("demo", "demo", "GET", "/task", Json::Null).await.expect(401);
}

#[tokio::test]
async fn accounts_with_roles_are_changed_by_who_may_change_users_only() {
    let platform = Platform::start().await;
    platform.account("dev", "process-developer").await;
    platform.call("POST", "/group/create", json!({"id": "bosses"})).await.expect(204);
    let own = json!({"password": "taken over by dev", "authenticatedUserPassword": PASSWORD});
    for (method, path, body) in [
        ("PUT", "/user/anna/credentials", own),
        ("PUT", "/user/anna/profile", json!({"id": "anna", "email": "dev@example.test"})),
        ("DELETE", "/user/anna", Json::Null),
        ("PUT", "/group/bosses/members/anna", Json::Null),
        ("PUT", "/group/bosses/members/dev", Json::Null),
    ] {
        let answer = platform.call_as("dev", PASSWORD, method, path, body).await.expect(403).json();
        assert_eq!(answer["type"], "AuthorizationException", "{method} {path}");
    }
    platform.call("GET", "/task", Json::Null).await.expect(200);
    let profile = json!({"id": "dev", "firstName": "Dee", "lastName": "Vee", "email": "d@example.test"});
    platform.call_as("dev", PASSWORD, "PUT", "/user/dev/profile", profile).await.expect(204);
    let told = platform.call("GET", "/user/dev/profile", Json::Null).await.expect(200).json();
    assert_eq!(told["firstName"], "Dee");
    assert_eq!(platform.access.accounts().user(&TenantId::default(), "dev").await.unwrap().unwrap().name, "Dee Vee");
}

#[tokio::test]
async fn beside_a_provider_only_who_may_change_users_makes_somebody_who_signs_in() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, clock) = support::journal(dir.path()).await;
    let config = AccessConfig {
        key_file: dir.path().join("access.key"),
        oidc: Some(ExternalIssuer { issuer: "http://provider.test".to_owned(), ..ExternalIssuer::default() }),
        ..AccessConfig::default()
    };
    let access = Access::open(journal.clone(), config).await.unwrap();
    support::account(&access, "anna", "admin").await;
    let server = Server::over(journal, clock, EngineRestAuth::Required(access.clone())).await;
    let platform = Platform { server, access, _dir: dir };
    platform.account("dana", "process-developer").await;
    let new = || json!({"profile": {"id": "petra"}, "credentials": {"password": "demo"}});
    let refused = platform.call_as("dana", PASSWORD, "POST", "/user/create", new()).await.expect(403).json();
    assert_eq!(refused["type"], "AuthorizationException");
    assert!(platform.access.accounts().user(&TenantId::default(), "petra").await.unwrap().is_none());
    let made = platform.call("POST", "/user/create", json!({"profile": {"id": "petra"}})).await;
    assert_eq!(made.status, 204);
    let password = json!({"password": "demo", "authenticatedUserPassword": PASSWORD});
    let refused = platform.call_as("dana", PASSWORD, "PUT", "/user/petra/credentials", password.clone()).await;
    assert_eq!(refused.status, 403);
    assert!(!platform.access.accounts().has_password(&TenantId::default(), "petra").await.unwrap());
    assert_eq!(platform.call("PUT", "/user/petra/credentials", password).await.status, 204);
    // Their own they change as before.
    let own = json!({"password": "seven grey geese go", "authenticatedUserPassword": PASSWORD});
    assert_eq!(platform.call_as("dana", PASSWORD, "PUT", "/user/dana/credentials", own).await.status, 204);
}

#[tokio::test]
async fn a_password_that_is_not_enough_is_told_so_and_asked_for_no_more() {
    let platform = Platform::start().await;
    platform.account("ben", "process-developer").await;
    let (tenant, accounts) = (TenantId::default(), platform.access.accounts());
    accounts.give_password(&tenant, "anna", "ben", PASSWORD, PasswordLife::Initial).await.unwrap();
    let refused = platform.call_as("ben", PASSWORD, "GET", "/user", Json::Null).await;
    let told = refused.json();
    assert_eq!((refused.status, &told["type"]), (401, &json!("AuthenticationException")));
    assert!(told["message"].as_str().unwrap().contains("change it"), "{told}");
    assert_eq!(refused.header("www-authenticate"), "Bearer realm=\"casewright\"");
}

#[tokio::test]
async fn where_nobody_is_asked_who_cannot_be_asked_about_now_is_not_taken_for_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, clock) = support::journal(dir.path()).await;
    // A closed port: the keys of the provider cannot be read.
    let issuer = "http://127.0.0.1:1/realms/harbor";
    let config = AccessConfig {
        issuer: "http://portal.test/auth".to_owned(),
        key_file: dir.path().join("access.key"),
        oidc: Some(ExternalIssuer { issuer: issuer.to_owned(), ..ExternalIssuer::default() }),
        ..AccessConfig::default()
    };
    let access = Access::open(journal.clone(), config).await.unwrap();
    let server = Server::over(journal, clock, EngineRestAuth::OpenUnlessNamed(access)).await;
    let of = |issuer: &str| {
        let part = |json: Json| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json.to_string());
        let (head, claims) = (json!({"alg": "RS256", "kid": "k"}), json!({"iss": issuer, "exp": 4_102_444_800_u64}));
        format!("Bearer {}.{}.c2lnbmF0dXJl", part(head), part(claims))
    };
    let ask = async |token: &str| {
        let request =
            Request::builder().uri("/engine-rest/process-definition/count").header(header::AUTHORIZATION, token);
        server.send(request.body(Body::empty()).unwrap()).await
    };
    let told = ask(&of(issuer)).await.expect(503).json();
    assert_eq!(told["type"], "ProcessEngineException", "a fault of ours, not the caller's: {told}");
    ask(&of("https://elsewhere.test")).await.expect(200);
}
