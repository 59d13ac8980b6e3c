//! A password that somebody else chose: its owner changes it before anything else, and soon.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use casewright_access::AccessConfig;
use casewright_journal::TenantId;
use casewright_testkit::{PASSWORD, VERIFIER, claims};
use jiff::SignedDuration;
use serde_json::json;
use support::{Platform, access_token, call};

const NEW_PASSWORD: &str = "seven grey geese go gliding";
const PAGE: &str = "/auth/sign-in/password";

/// Root, who administers, with a token.
async fn platform(change: impl FnOnce(&mut AccessConfig)) -> (tempfile::TempDir, Platform, String) {
    let dir = tempfile::tempdir().unwrap();
    let mut config = support::config(dir.path());
    change(&mut config);
    let platform = Platform::open_with(dir.path(), config).await.with_anna().await;
    platform.register("root", "admin").await;
    let root = access_token(&platform.tokens_of("root", PASSWORD).await);
    (dir, platform, root)
}

/// Root makes an account for Ben.
async fn made(platform: &Platform, root: &str, more: serde_json::Value) {
    let mut body = json!({"name": "Ben Okafor", "email": "", "roles": ["supervisor"], "password": PASSWORD});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    call(platform, root, "PUT", "/api/v1/accounts/ben", Some(body)).await.expect(204);
}

async fn basic(platform: &Platform, user: &str, password: &str) -> (u16, String) {
    let text = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&format!("Basic {text}")).unwrap());
    match platform.access.authenticate(&headers, None).await {
        Ok(_) => (200, String::new()),
        Err(problem) => (problem.status, problem.code),
    }
}

#[tokio::test]
async fn whoever_makes_an_account_does_not_know_its_password_for_long() {
    let (_dir, platform, root) = platform(|_| {}).await;
    made(&platform, &root, json!({})).await;
    let (page, cookie) = platform.begin_sign_in("ben", PASSWORD).await;
    assert_eq!((page.status, page.header("location")), (200, ""));
    assert!(!page.cookie().contains("casewright_session"));
    assert!(page.text.contains("Somebody else chose your password"), "{}", page.text);
    let change = |password: &'static str, again: &'static str| [("password", password), ("again", again)];
    for (fields, told) in [
        (change(NEW_PASSWORD, "another"), "not the same"),
        (change("benokafor1", "benokafor1"), "among the first that are guessed"),
        (change(PASSWORD, PASSWORD), "that somebody else chose"),
    ] {
        let refused = platform.fill_in(&page, &cookie, PAGE, &fields).await.expect(401);
        assert!(refused.text.contains(told), "{told}: {}", refused.text);
    }
    let done = platform.fill_in(&page, &cookie, PAGE, &change(NEW_PASSWORD, NEW_PASSWORD)).await.expect(303);
    let code = done.location_parameter("code").unwrap();
    let tokens = platform.redeem(&code, VERIFIER).await.expect(200).json();
    assert_eq!(claims(&access_token(&tokens))["sub"], "ben");
    assert_eq!(platform.submit_sign_in("ben", PASSWORD).await.status, 401);
    assert_eq!(platform.submit_sign_in("ben", NEW_PASSWORD).await.status, 303);
}

#[tokio::test]
async fn a_reset_password_is_an_initial_one_and_ends_what_is_open() {
    let (_dir, platform, root) = platform(|_| {}).await;
    let token = access_token(&platform.tokens().await);
    let body = Some(json!({"password": "correct donkey battery staple"}));
    call(&platform, &root, "PUT", "/api/v1/accounts/anna/password", body).await.expect(204);
    assert_eq!(call(&platform, &token, "GET", "/api/v1/me", None).await.status, 401);
    let (page, _) = platform.begin_sign_in("anna", "correct donkey battery staple").await;
    assert!(page.text.contains("Somebody else chose your password"), "{}", page.text);
}

#[tokio::test]
async fn it_opens_nothing_over_http_basic() {
    let (_dir, platform, root) = platform(|_| {}).await;
    made(&platform, &root, json!({})).await;
    assert_eq!(basic(&platform, "ben", PASSWORD).await, (401, "password-change-required".to_owned()));
    assert!(!platform.access.is_password(&TenantId::default(), "ben", PASSWORD).await.unwrap());
    platform.clock.advance(SignedDuration::from_hours(24 * 14));
    assert_eq!(basic(&platform, "ben", PASSWORD).await, (401, "password-expired".to_owned()));
    assert_eq!(basic(&platform, "ben", "wrong").await, (401, "unauthorized".to_owned()));
}

#[tokio::test]
async fn it_ends_after_two_weeks_and_a_new_one_is_given() {
    let (_dir, platform, _) = platform(|_| {}).await;
    let root = access_token(&platform.tokens_of("root", PASSWORD).await);
    made(&platform, &root, json!({})).await;
    platform.clock.advance(SignedDuration::from_hours(24 * 14 - 1));
    assert!(platform.begin_sign_in("ben", PASSWORD).await.0.text.contains("Choose a password"));
    platform.clock.advance(SignedDuration::from_hours(1));
    let refused = platform.submit_sign_in("ben", PASSWORD).await.expect(401);
    assert!(refused.text.contains("Ask an administrator"), "{}", refused.text);
    let root = access_token(&platform.tokens_of("root", PASSWORD).await);
    let body = Some(json!({"password": "correct donkey battery staple"}));
    call(&platform, &root, "PUT", "/api/v1/accounts/ben/password", body).await.expect(204);
    let (page, _) = platform.begin_sign_in("ben", "correct donkey battery staple").await;
    assert!(page.text.contains("Choose a password"), "{}", page.text);
}

#[tokio::test]
async fn who_makes_an_account_may_say_that_the_password_stays() {
    let (_dir, platform, root) = platform(|config| config.initial_password_days = 0).await;
    made(&platform, &root, json!({"mustChange": false})).await;
    assert_eq!(platform.submit_sign_in("ben", PASSWORD).await.status, 303);
    assert_eq!(basic(&platform, "ben", PASSWORD).await.0, 200);
    // Where days are not counted it waits as long as it takes.
    made(&platform, &root, json!({})).await;
    platform.clock.advance(SignedDuration::from_hours(24 * 365));
    assert!(platform.begin_sign_in("ben", PASSWORD).await.0.text.contains("Choose a password"));
}

#[tokio::test]
async fn with_a_second_factor_the_code_is_asked_before_the_new_password() {
    let (_dir, platform, root) = platform(|_| {}).await;
    let token = access_token(&platform.tokens().await);
    let (secret, _) = platform.enrol(&token).await;
    let body = Some(json!({"password": "correct donkey battery staple"}));
    call(&platform, &root, "PUT", "/api/v1/accounts/anna/password", body).await.expect(204);
    let (page, cookie) = platform.begin_sign_in("anna", "correct donkey battery staple").await;
    assert!(page.text.contains("authenticator app"), "{}", page.text);
    let code = platform.next_code(&secret);
    let page = platform.fill_in(&page, &cookie, "/auth/sign-in/code", &[("code", &code)]).await.expect(200);
    assert!(page.text.contains("Choose a password"), "{}", page.text);
    let fields = [("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
    let done = platform.fill_in(&page, &cookie, PAGE, &fields).await.expect(303);
    let code = done.location_parameter("code").unwrap();
    let tokens = platform.redeem(&code, VERIFIER).await.expect(200).json();
    assert_eq!(claims(&access_token(&tokens))["acr"], "2");
}
