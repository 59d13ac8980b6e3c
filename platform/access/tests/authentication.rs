//! Whose calls are taken, and whose are not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use casewright_access::accounts::UserChange;
use casewright_access::{OnBehalfOf, Subject};
use casewright_journal::TenantId;
use casewright_service::Problem;
use casewright_testkit::PASSWORD;
use jiff::SignedDuration;
use std::net::IpAddr;
use support::Platform;

async fn platform() -> (tempfile::TempDir, Platform) {
    let dir = tempfile::tempdir().unwrap();
    let platform = Platform::open(dir.path()).await.with_anna().await;
    (dir, platform)
}

fn address(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

/// The status of a call with HTTP Basic from an address.
async fn status_from(platform: &Platform, host: &str, user: &str, password: &str) -> u16 {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&basic(user, password)).unwrap());
    platform.access.authenticate(&headers, address(host)).await.map_or_else(|problem| problem.status, |_| 200)
}

async fn with_header(platform: &Platform, value: &str) -> Result<Subject, Problem> {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
    platform.access.authenticate(&headers, None).await
}

fn basic(user: &str, password: &str) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    format!("Basic {text}")
}

#[tokio::test]
async fn without_a_header_nobody_is_asking() {
    let (_dir, platform) = platform().await;
    let refused = platform.access.authenticate(&HeaderMap::new(), None).await.unwrap_err();
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
    let mut claims = casewright_testkit::claims(&token);
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_guesses_at_once_ten_are_tried_and_the_right_one_is_not_among_them() {
    let (_dir, platform) = platform().await;
    let guesses: Vec<String> = (0..99).map(|n| format!("wrong {n}")).chain([PASSWORD.to_owned()]).collect();
    let tried = guesses.iter().map(|guess| status_from(&platform, "192.0.2.1", "anna", guess));
    let answers = futures::future::join_all(tried).await;
    assert_eq!(answers.iter().filter(|status| **status == 401).count(), 10, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 90, "{answers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_was_right_a_moment_ago_is_not_found_by_many_guesses_at_once() {
    let (_dir, platform) = platform().await;
    assert_eq!(status_from(&platform, "192.0.2.1", "anna", PASSWORD).await, 200);
    let guesses: Vec<String> = (0..99).map(|n| format!("wrong {n}")).chain([PASSWORD.to_owned()]).collect();
    let tried = guesses.iter().map(|guess| status_from(&platform, "192.0.2.1", "anna", guess));
    let answers = futures::future::join_all(tried).await;
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 90, "{answers:?}");
    assert_eq!(answers[99], 429);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_starts_with_many_connections_at_once_is_let_in() {
    let (_dir, platform) = platform().await;
    let calls = (0..50).map(|_| status_from(&platform, "192.0.2.1", "anna", PASSWORD));
    assert_eq!(futures::future::join_all(calls).await, [200; 50]);
}

#[tokio::test]
async fn strangers_who_know_a_name_do_not_shut_its_owner_out() {
    let (_dir, platform) = platform().await;
    assert_eq!(status_from(&platform, "192.0.2.1", "anna", PASSWORD).await, 200);
    for _ in 0..12 {
        status_from(&platform, "198.51.100.9", "anna", "wrong").await;
    }
    assert_eq!(status_from(&platform, "198.51.100.9", "anna", PASSWORD).await, 429, "where the guesses came from");
    assert_eq!(status_from(&platform, "192.0.2.1", "anna", PASSWORD).await, 200);
    assert_eq!(status_from(&platform, "192.0.2.200", "anna", PASSWORD).await, 200, "a new place");
}

#[tokio::test]
async fn an_address_that_tries_many_names_by_basic_is_closed_and_those_known_there_go_on() {
    let (_dir, platform) = platform().await;
    assert_eq!(status_from(&platform, "192.0.2.1", "anna", PASSWORD).await, 200);
    let names: Vec<String> = (0..80).map(|n| format!("name-{n}")).collect();
    let tried = names.iter().map(|name| status_from(&platform, "192.0.2.1", name, "Password1"));
    let answers = futures::future::join_all(tried).await;
    assert_eq!(answers.iter().filter(|status| **status == 401).count(), 60, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 20, "{answers:?}");
    assert_eq!(status_from(&platform, "192.0.2.1", "anna", PASSWORD).await, 200);
}

#[tokio::test]
async fn a_browser_of_an_earlier_sign_in_is_not_shut_out_by_guesses_from_its_address() {
    let (_dir, platform) = platform().await;
    let (cookies, _) = platform.sign_in().await;
    assert!(cookies.contains("casewright_device="), "{cookies}");
    for _ in 0..10 {
        platform.submit_sign_in("anna", "wrong").await;
    }
    let refused = platform.submit_sign_in("anna", PASSWORD).await;
    assert_eq!(refused.status, 429);
    assert!(!refused.header("retry-after").is_empty());
    let device = cookies.split("; ").find(|cookie| cookie.starts_with("casewright_device=")).unwrap();
    assert_eq!(platform.submit_sign_in_with(device, "anna", PASSWORD).await.status, 303);
    // It is of one person: others are counted as everywhere.
    assert_eq!(platform.submit_sign_in_with(device, "ben", "wrong").await.status, 401);
}

#[tokio::test]
async fn a_client_s_secret_cannot_be_guessed_for_long() {
    let (_dir, platform) = platform().await;
    let with = |secret: &'static str| {
        [("grant_type", "client_credentials"), ("client_id", "system:worker"), ("client_secret", secret)]
    };
    for _ in 0..10 {
        assert_eq!(platform.post("/auth/token", &with("x"), &[]).await.status, 401);
    }
    let refused = platform.post("/auth/token", &with("worker-secret"), &[]).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.json()["error"], "slow_down");
    assert!(!refused.header("retry-after").is_empty());
}

#[tokio::test]
async fn a_body_for_the_issuer_is_small() {
    let (_dir, platform) = platform().await;
    let large = "a".repeat(17 * 1024);
    for path in ["/auth/token", "/auth/sign-in", "/auth/revoke", "/auth/end-session"] {
        assert_eq!(platform.post(path, &[("grant_type", &large)], &[]).await.status, 413, "{path}");
    }
}

#[tokio::test]
async fn a_room_that_passes_a_call_on_says_whose_it_is() {
    let (_dir, platform) = platform().await;
    let tenant = TenantId::default();
    let anna = with_header(&platform, &basic("anna", PASSWORD)).await.unwrap();
    assert_eq!((anna.actor().id, anna.actor().name, anna.actor().via), ("anna", "Anna Meyer", None));
    let caller = anna.actor().passed_on();
    let token = platform.access.service_token_for(&tenant, "system:case-api", Some(&caller));
    let room = platform.access.authenticate_token(&token).await.unwrap();
    assert_eq!((room.id.as_str(), room.roles.as_slice()), ("system:case-api", &["system:case-api".to_owned()][..]));
    assert_eq!((room.actor().id, room.actor().name, room.actor().via), ("anna", "Anna Meyer", Some("system:case-api")));
    // The next room is told the same.
    assert_eq!(room.actor().passed_on(), caller);

    // A machine that does something by itself for a person stays who did it, for the next room as well.
    let behalf = OnBehalfOf::machine_for("system:external-tasks", caller.clone());
    let token = platform.access.service_token_for(&tenant, "system:external-tasks", Some(&behalf));
    let worker = platform.access.authenticate_token(&token).await.unwrap();
    let passed_on = worker.actor().passed_on();
    let token = platform.access.service_token_for(&tenant, "system:case-api", Some(&passed_on));
    let room = platform.access.authenticate_token(&token).await.unwrap();
    for (subject, via) in [(&worker, None), (&room, Some("system:case-api"))] {
        let actor = subject.actor();
        assert_eq!((actor.id, actor.via, actor.on_behalf_of), ("system:external-tasks", via, Some(&caller)));
        assert!(actor.is_machine() && subject.is_system());
    }
}
