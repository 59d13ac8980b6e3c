//! Whose calls are taken, and whose are not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use casewright_access::Subject;
use casewright_access::accounts::UserChange;
use casewright_journal::TenantId;
use casewright_service::Problem;
use jiff::SignedDuration;
use support::{PASSWORD, Platform};

async fn platform() -> (tempfile::TempDir, Platform) {
    let dir = tempfile::tempdir().unwrap();
    let platform = Platform::open(dir.path()).await.with_anna().await;
    (dir, platform)
}

async fn with_header(platform: &Platform, value: &str) -> Result<Subject, Problem> {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
    platform.access.authenticate(&headers).await
}

fn basic(user: &str, password: &str) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    format!("Basic {text}")
}

#[tokio::test]
async fn without_a_header_nobody_is_asking() {
    let (_dir, platform) = platform().await;
    let refused = platform.access.authenticate(&HeaderMap::new()).await.unwrap_err();
    assert_eq!(refused.status, 401);
    let answer = platform.get("/api/v1/me", &[]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["code"], "unauthorized");
}

#[tokio::test]
async fn a_built_in_user_may_use_basic() {
    let (_dir, platform) = platform().await;
    for _ in 0..2 {
        let subject = with_header(&platform, &basic("anna", PASSWORD)).await.unwrap();
        assert_eq!(subject.id, "anna");
        assert_eq!(subject.roles, ["case-worker"]);
    }
    assert_eq!(with_header(&platform, &basic("anna", "wrong")).await.unwrap_err().status, 401);
}

#[tokio::test]
async fn a_changed_password_and_a_disabled_account_take_effect_at_once() {
    let (_dir, platform) = platform().await;
    let tenant = TenantId::default();
    with_header(&platform, &basic("anna", PASSWORD)).await.unwrap();
    let accounts = platform.access.accounts();
    accounts.set_password(&tenant, "admin", "anna", "another password").await.unwrap();
    assert!(with_header(&platform, &basic("anna", PASSWORD)).await.is_err());
    with_header(&platform, &basic("anna", "another password")).await.unwrap();
    let change = UserChange { enabled: Some(false), ..UserChange::default() };
    accounts.change_user(&tenant, "admin", "anna", change).await.unwrap();
    assert!(with_header(&platform, &basic("anna", "another password")).await.is_err());
}

#[tokio::test]
async fn a_service_token_is_of_its_machine_client_and_tenant() {
    let (_dir, platform) = platform().await;
    let tenant = TenantId::new("acme");
    let token = platform.access.service_token_of(&tenant, "system:case-api");
    let subject = platform.access.authenticate_token(&token).await.unwrap();
    assert_eq!(subject.id, "system:case-api");
    assert_eq!(subject.tenant, tenant);
}

#[tokio::test]
async fn a_token_ends() {
    let (_dir, platform) = platform().await;
    let token = platform.access.service_token("system:case-api");
    platform.clock.advance(SignedDuration::from_secs(299));
    platform.access.authenticate_token(&token).await.unwrap();
    platform.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(platform.access.authenticate_token(&token).await.unwrap_err().status, 401);
}

#[tokio::test]
async fn an_id_token_opens_nothing() {
    let (_dir, platform) = platform().await;
    let tokens = platform.tokens().await;
    let id_token = tokens["id_token"].as_str().unwrap();
    assert_eq!(platform.access.authenticate_token(id_token).await.unwrap_err().status, 401);
}

#[tokio::test]
async fn a_token_that_was_changed_or_signed_by_nobody_is_refused() {
    let (_dir, platform) = platform().await;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let token = platform.access.service_token("system:worker");
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims = support::claims(&token);
    claims["sub"] = "system:case-api".into();
    let forged = engine.encode(claims.to_string());
    let none = engine.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    let hmac = engine.encode(r#"{"alg":"HS256","typ":"at+jwt","kid":"x"}"#);
    for bad in [
        format!("{}.{forged}.{}", parts[0], parts[2]),
        format!("{none}.{forged}."),
        format!("{hmac}.{forged}.{}", parts[2]),
        "nonsense".to_owned(),
        String::new(),
    ] {
        assert_eq!(platform.access.authenticate_token(&bad).await.unwrap_err().status, 401, "{bad}");
    }
}

#[tokio::test]
async fn a_token_of_another_installation_is_refused() {
    let (_dir, platform) = platform().await;
    let other_dir = tempfile::tempdir().unwrap();
    let other = Platform::open(other_dir.path()).await;
    let token = other.access.service_token("system:case-api");
    assert_eq!(platform.access.authenticate_token(&token).await.unwrap_err().status, 401);
}

#[tokio::test]
async fn signing_keys_are_the_same_after_a_restart_and_useless_with_another_key_file() {
    let (dir, platform) = platform().await;
    let token = platform.access.service_token("system:case-api");
    platform.close().await;
    let platform = Platform::open(dir.path()).await;
    platform.access.authenticate_token(&token).await.unwrap();
    let mut config = support::config(dir.path());
    config.key_file = dir.path().join("other.key");
    let opened = casewright_access::Access::open(platform.journal.clone(), config).await;
    assert!(matches!(opened, Err(casewright_access::AccessError::WrongKeyFile)));
}

#[tokio::test]
async fn users_are_listed_without_anything_to_sign_in_with() {
    let (_dir, platform) = platform().await;
    let bearer = format!("Bearer {}", platform.tokens().await["access_token"].as_str().unwrap());
    let answer = platform.get("/api/v1/users?search=mey", &[("authorization", &bearer)]).await;
    assert_eq!(
        answer.json()["items"],
        serde_json::json!([{"id": "anna", "name": "Anna Meyer", "email": "anna@example.test"}])
    );
    let answer = platform.get("/api/v1/users?search=zzz", &[("authorization", &bearer)]).await;
    assert_eq!(answer.json()["items"], serde_json::json!([]));
}

#[tokio::test]
async fn a_user_exists_once_and_must_be_acceptable() {
    use casewright_access::accounts::NewUser;
    let (_dir, platform) = platform().await;
    let tenant = TenantId::default();
    let accounts = platform.access.accounts();
    let mut user =
        NewUser { id: "anna".into(), name: "Anna".into(), email: String::new(), roles: vec![], groups: vec![] };
    let refused = accounts.create_user(&tenant, "a", user.clone()).await.unwrap_err().into_problem();
    assert_eq!(refused.code, "user-exists");
    user.id = "Not OK".into();
    user.roles = vec!["system:case-api".into()];
    let refused = accounts.create_user(&tenant, "a", user).await.unwrap_err().into_problem();
    let places: Vec<&str> = refused.errors.iter().map(|e| e.pointer.as_str()).collect();
    assert_eq!(places, ["/id", "/roles/0"]);
    let refused = accounts.set_password(&tenant, "a", "anna", "short").await.unwrap_err().into_problem();
    assert_eq!(refused.code, "weak-password");
}
