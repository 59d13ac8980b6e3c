//! What ends a sign-in, and that everything which came of it ends with it at once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::body::Body;
use axum::http::Request;
use casewright_access::accounts::{NewUser, UserChange};
use casewright_journal::TenantId;
use casewright_service::Shutdown;
use casewright_testkit::{Answer, PASSWORD, VERIFIER};
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::Platform;

const NEW_PASSWORD: &str = "seven grey geese go gliding";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/// Anna, and root, who administers. Where ends are remembered in memory and where the log is asked, the answers are the same.
async fn platform(is_followed: bool) -> (tempfile::TempDir, Platform, Shutdown) {
    let dir = tempfile::tempdir().unwrap();
    let platform = Platform::open(dir.path()).await.with_anna().await;
    register(&platform, "root", "admin").await;
    let shutdown = Shutdown::new();
    if is_followed {
        let (access, stop) = (platform.access.clone(), shutdown.clone());
        tokio::spawn(async move { access.run(stop).await });
    }
    (dir, platform, shutdown)
}

async fn register(platform: &Platform, id: &str, role: &str) {
    let tenant = TenantId::default();
    let user = NewUser {
        id: id.to_owned(),
        name: id.to_owned(),
        email: String::new(),
        roles: vec![role.to_owned()],
        groups: Vec::new(),
    };
    let accounts = platform.access.accounts();
    accounts.create_user(&tenant, "system:test", user).await.unwrap();
    accounts.set_password(&tenant, "system:test", id, PASSWORD).await.unwrap();
}

fn access_token(tokens: &Value) -> String {
    tokens["access_token"].as_str().unwrap().to_owned()
}

async fn call(platform: &Platform, token: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
    let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    };
    platform.send(request.unwrap()).await
}

/// Whether the token still opens the API.
async fn opens(platform: &Platform, token: &str) -> bool {
    match call(platform, token, "GET", "/api/v1/me", None).await.status {
        200 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

async fn sessions(platform: &Platform, token: &str) -> Vec<Value> {
    let answer = call(platform, token, "GET", "/api/v1/me/sessions", None).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn signing_out_ends_the_access_token() {
    for is_followed in [false, true] {
        let (_dir, platform, _shutdown) = platform(is_followed).await;
        let (tokens, others) = (platform.tokens().await, platform.tokens().await);
        let hint = tokens["id_token"].as_str().unwrap();
        assert!(opens(&platform, &access_token(&tokens)).await);
        platform.get(&format!("/auth/end-session?id_token_hint={hint}"), &[]).await;
        assert!(!opens(&platform, &access_token(&tokens)).await);
        assert!(opens(&platform, &access_token(&others)).await, "another browser");
    }
}

#[tokio::test]
async fn a_revoked_grant_and_a_code_that_is_used_twice_end_their_access_tokens() {
    for is_followed in [false, true] {
        let (_dir, platform, _shutdown) = platform(is_followed).await;
        let tokens = platform.tokens().await;
        platform.post("/auth/revoke", &[("token", tokens["refresh_token"].as_str().unwrap())], &[]).await;
        assert!(!opens(&platform, &access_token(&tokens)).await);

        let (_, code) = platform.sign_in().await;
        let tokens = platform.redeem(&code, VERIFIER).await.json();
        assert!(opens(&platform, &access_token(&tokens)).await);
        assert_eq!(platform.redeem(&code, VERIFIER).await.status, 400);
        assert!(!opens(&platform, &access_token(&tokens)).await);
    }
}

#[tokio::test]
async fn a_disabled_account_is_out_everywhere_and_nothing_opens_again_with_it() {
    for is_followed in [false, true] {
        let (_dir, platform, _shutdown) = platform(is_followed).await;
        let tokens = platform.tokens().await;
        let (cookies, _) = platform.sign_in().await;
        let root = access_token(&platform.tokens_of("root", PASSWORD).await);
        let path = "/api/v1/accounts/anna/enabled";
        assert_eq!(call(&platform, &root, "PUT", path, Some(json!({"enabled": false}))).await.status, 204);
        assert!(!opens(&platform, &access_token(&tokens)).await);
        assert_eq!(platform.refresh(tokens["refresh_token"].as_str().unwrap()).await.status, 400);
        let refused = platform.submit_sign_in("anna", PASSWORD).await;
        assert_eq!(refused.status, 401);
        assert!(refused.text.contains("User name or password is wrong."), "{}", refused.text);

        assert_eq!(call(&platform, &root, "PUT", path, Some(json!({"enabled": true}))).await.status, 204);
        assert!(!opens(&platform, &access_token(&tokens)).await);
        assert_eq!(platform.refresh(tokens["refresh_token"].as_str().unwrap()).await.status, 400);
        let silent = casewright_testkit::authorize_path(&[("prompt", "none")]);
        let known = platform.get(&silent, &[("cookie", &cookies)]).await;
        assert_eq!(known.location_parameter("error").as_deref(), Some("login_required"));
        let fresh = platform.tokens().await;
        assert!(opens(&platform, &access_token(&fresh)).await);
    }
}

#[tokio::test]
async fn users_are_listed_page_by_page_the_disabled_ones_too() {
    let (_dir, platform, _shutdown) = platform(false).await;
    let root = access_token(&platform.tokens_of("root", PASSWORD).await);
    call(&platform, &root, "PUT", "/api/v1/accounts/anna/enabled", Some(json!({"enabled": false}))).await;
    let first = call(&platform, &root, "GET", "/api/v1/accounts?limit=1&total=true", None).await.json();
    assert_eq!((&first["items"][0]["id"], &first["items"][0]["enabled"]), (&json!("anna"), &json!(false)));
    assert_eq!(first["total"], 2);
    let path = format!("/api/v1/accounts?limit=1&cursor={}", first["nextCursor"].as_str().unwrap());
    let second = call(&platform, &root, "GET", &path, None).await.json();
    assert_eq!((&second["items"][0]["id"], &second["nextCursor"]), (&json!("root"), &Value::Null));
    let found = call(&platform, &root, "GET", "/api/v1/accounts?search=mey", None).await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let broken = call(&platform, &root, "GET", "/api/v1/accounts?cursor=x", None).await;
    assert_eq!((broken.status, broken.json()["code"].clone()), (400, json!("invalid-cursor")));
}

#[tokio::test]
async fn who_disabled_whom_is_in_the_journal() {
    let (_dir, platform, _shutdown) = platform(false).await;
    let root = access_token(&platform.tokens_of("root", PASSWORD).await);
    call(&platform, &root, "PUT", "/api/v1/accounts/anna/enabled", Some(json!({"enabled": false}))).await;
    let entries = platform.journal.tenant(&TenantId::default()).entries("user", "anna", 1, 10).await.unwrap();
    let last = entries.last().unwrap();
    assert_eq!((last.event.as_str(), last.meta.actor.as_str()), ("user-changed", "root"));
}

#[tokio::test]
async fn nobody_disables_themselves_or_the_last_administrator() {
    let (_dir, platform, _shutdown) = platform(false).await;
    let root = access_token(&platform.tokens_of("root", PASSWORD).await);
    let disabled = Some(json!({"enabled": false}));
    let own = call(&platform, &root, "PUT", "/api/v1/accounts/root/enabled", disabled.clone()).await;
    assert_eq!((own.status, own.json()["code"].clone()), (409, json!("own-account")));

    let (tenant, accounts) = (TenantId::default(), platform.access.accounts());
    let disable = || UserChange { enabled: Some(false), ..UserChange::default() };
    let demote = || UserChange { roles: Some(vec!["supervisor".to_owned()]), ..UserChange::default() };
    for change in [disable(), demote()] {
        let refused = accounts.change_user(&tenant, "system:command-line", "root", change).await.unwrap_err();
        assert_eq!(refused.into_problem().code, "last-administrator");
    }
    assert_eq!(accounts.remove_user(&tenant, "x", "root").await.unwrap_err().into_problem().code, "last-administrator");

    register(&platform, "rita", "admin").await;
    accounts.change_user(&tenant, "rita", "root", disable()).await.unwrap();
    let refused = accounts.change_user(&tenant, "x", "rita", demote()).await.unwrap_err();
    assert_eq!(refused.into_problem().code, "last-administrator", "one who is disabled does not count");
}

#[tokio::test]
async fn people_see_where_they_are_signed_in_and_end_what_they_do_not_know() {
    let (_dir, platform, _shutdown) = platform(false).await;
    let tokens = platform.tokens().await;
    platform.clock.advance(SignedDuration::from_secs(60));
    let elsewhere = {
        let page = platform.sign_in_page().await;
        let mut form = page.hidden_fields();
        form.push(("username".to_owned(), "anna".to_owned()));
        form.push(("password".to_owned(), PASSWORD.to_owned()));
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let headers = [("cookie", page.cookie()), ("user-agent", FIREFOX.to_owned())];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let code = platform.post("/auth/sign-in", &form, &headers).await.location_parameter("code").unwrap();
        platform.redeem(&code, VERIFIER).await.json()
    };
    let token = access_token(&tokens);
    let listed = sessions(&platform, &token).await;
    assert_eq!(listed.len(), 2);
    assert_eq!((&listed[0]["browser"], &listed[0]["isCurrent"]), (&json!("Firefox on Linux"), &json!(false)));
    assert_eq!((&listed[1]["browser"], &listed[1]["isCurrent"]), (&Value::Null, &json!(true)));
    assert_eq!(listed[0]["startedAt"], "2026-11-21T12:01:00.000Z");

    let path = format!("/api/v1/me/sessions/{}", listed[0]["id"].as_str().unwrap());
    // Not by somebody else, and no more than there is.
    let root = access_token(&platform.tokens_of("root", PASSWORD).await);
    assert_eq!(call(&platform, &root, "DELETE", &path, None).await.status, 404);
    assert_eq!(call(&platform, &token, "DELETE", &path, None).await.status, 204);
    assert!(!opens(&platform, &access_token(&elsewhere)).await);
    assert_eq!(sessions(&platform, &token).await.len(), 1);
    assert!(opens(&platform, &token).await);

    // What is not used for long enough is none.
    platform.clock.advance(SignedDuration::from_hours(12));
    let fresh = access_token(&platform.tokens().await);
    assert_eq!(sessions(&platform, &fresh).await.len(), 1);
}

#[tokio::test]
async fn all_other_sign_ins_end_and_the_one_that_asks_goes_on() {
    for is_followed in [false, true] {
        let (_dir, platform, _shutdown) = platform(is_followed).await;
        let (tokens, others) = (platform.tokens().await, platform.tokens().await);
        let token = access_token(&tokens);
        assert_eq!(call(&platform, &token, "DELETE", "/api/v1/me/sessions", None).await.status, 204);
        assert!(!opens(&platform, &access_token(&others)).await);
        assert_eq!(platform.refresh(others["refresh_token"].as_str().unwrap()).await.status, 400);
        assert!(opens(&platform, &token).await);
        let refreshed = platform.refresh(tokens["refresh_token"].as_str().unwrap()).await.json();
        assert!(opens(&platform, &access_token(&refreshed)).await);
        assert_eq!(sessions(&platform, &token).await.len(), 1);
    }
}

#[tokio::test]
async fn an_administrator_sees_and_ends_the_sign_ins_of_a_user_and_nobody_else_does() {
    let (_dir, platform, _shutdown) = platform(true).await;
    let (anna, second) = (access_token(&platform.tokens().await), access_token(&platform.tokens().await));
    let root = access_token(&platform.tokens_of("root", PASSWORD).await);
    let path = "/api/v1/accounts/anna/sessions";
    assert_eq!(call(&platform, &anna, "GET", "/api/v1/accounts/root/sessions", None).await.status, 403);
    assert_eq!(call(&platform, &anna, "DELETE", "/api/v1/accounts/root/sessions", None).await.status, 403);
    let listed = call(&platform, &root, "GET", path, None).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    let first = listed["items"][0]["id"].as_str().unwrap();
    assert_eq!(call(&platform, &anna, "DELETE", &format!("{path}/{first}"), None).await.status, 403);
    assert_eq!(call(&platform, &root, "DELETE", &format!("{path}/{first}"), None).await.status, 204);
    assert_eq!(
        [opens(&platform, &anna).await, opens(&platform, &second).await].iter().filter(|open| **open).count(),
        1
    );
    assert_eq!(call(&platform, &root, "DELETE", path, None).await.status, 204);
    assert!(!opens(&platform, &anna).await && !opens(&platform, &second).await);
    assert_eq!(call(&platform, &root, "DELETE", "/api/v1/accounts/nobody/sessions", None).await.status, 404);
    assert!(opens(&platform, &root).await);
}

#[tokio::test]
async fn an_own_password_is_changed_by_the_present_one_and_ends_the_other_sign_ins() {
    let (_dir, platform, _shutdown) = platform(true).await;
    let (tokens, others) = (platform.tokens().await, platform.tokens().await);
    let token = access_token(&tokens);
    let change = |current: &str, password: &str| Some(json!({"current": current, "password": password}));
    let path = "/api/v1/me/password";
    let wrong = call(&platform, &token, "POST", path, change("not this", NEW_PASSWORD)).await;
    assert_eq!((wrong.status, wrong.json()["code"].clone()), (422, json!("wrong-password")));
    for weak in ["anna", "Password1!", "annameyer1", "casewright1"] {
        let refused = call(&platform, &token, "POST", path, change(PASSWORD, weak)).await;
        assert_eq!((refused.status, refused.json()["code"].clone()), (422, json!("weak-password")), "{weak}");
    }
    assert_eq!(call(&platform, &token, "POST", path, change(PASSWORD, NEW_PASSWORD)).await.status, 204);
    assert!(opens(&platform, &token).await);
    assert!(!opens(&platform, &access_token(&others)).await);
    assert_eq!(platform.submit_sign_in("anna", PASSWORD).await.status, 401);
    assert_eq!(platform.submit_sign_in("anna", NEW_PASSWORD).await.status, 303);
}

#[tokio::test]
async fn the_present_password_is_not_guessed_at_an_open_screen() {
    let (_dir, platform, _shutdown) = platform(false).await;
    let token = access_token(&platform.tokens().await);
    let change = |current: &str| Some(json!({"current": current, "password": NEW_PASSWORD}));
    for n in 0..10 {
        let guess = change(&format!("guess {n}"));
        assert_eq!(call(&platform, &token, "POST", "/api/v1/me/password", guess).await.status, 422);
    }
    assert_eq!(call(&platform, &token, "POST", "/api/v1/me/password", change(PASSWORD)).await.status, 429);
}

#[tokio::test]
async fn a_token_that_ended_stays_ended_after_a_restart() {
    let (dir, platform, _shutdown) = platform(false).await;
    let (tokens, others) = (platform.tokens().await, platform.tokens().await);
    let root = access_token(&platform.tokens_of("root", PASSWORD).await);
    let hint = tokens["id_token"].as_str().unwrap();
    platform.get(&format!("/auth/end-session?id_token_hint={hint}"), &[]).await;
    platform.close().await;

    let platform = Platform::open(dir.path()).await;
    assert!(!opens(&platform, &access_token(&tokens)).await, "by the log");
    let (access, shutdown) = (platform.access.clone(), Shutdown::new());
    tokio::spawn({
        let shutdown = shutdown.clone();
        async move { access.run(shutdown).await }
    });
    let endings = platform.access.endings();
    casewright_testkit::until("what ended is read", || async { endings.has_changed().unwrap().then_some(()) }).await;
    assert!(!opens(&platform, &access_token(&tokens)).await, "by memory");
    assert!(opens(&platform, &access_token(&others)).await && opens(&platform, &root).await);
    shutdown.trigger();
}

#[tokio::test]
async fn what_is_long_over_leaves_the_journal_and_what_is_not_stays() {
    let (_dir, platform, _shutdown) = platform(false).await;
    let old = casewright_testkit::claims(&access_token(&platform.tokens().await))["sid"].as_str().unwrap().to_owned();
    platform.clock.advance(SignedDuration::from_hours(24 * 38));
    let fresh = access_token(&platform.tokens().await);
    let handle = platform.journal.tenant(&TenantId::default());
    assert!(!handle.entries("session", &old, 0, 10).await.unwrap().is_empty());
    let (access, shutdown) = (platform.access.clone(), Shutdown::new());
    tokio::spawn({
        let shutdown = shutdown.clone();
        async move { access.run(shutdown).await }
    });
    casewright_testkit::until("it is forgotten", || async {
        platform.journal.forget_now().await.unwrap();
        handle.entries("session", &old, 0, 10).await.unwrap().is_empty().then_some(())
    })
    .await;
    assert!(opens(&platform, &fresh).await);
    shutdown.trigger();
}

#[tokio::test]
async fn whoever_has_no_role_looks_after_their_account_all_the_same() {
    let (_dir, platform, _shutdown) = platform(false).await;
    let (tenant, accounts) = (TenantId::default(), platform.access.accounts());
    let user = NewUser {
        id: "gast".to_owned(),
        name: "gast".to_owned(),
        email: String::new(),
        roles: Vec::new(),
        groups: Vec::new(),
    };
    accounts.create_user(&tenant, "system:test", user).await.unwrap();
    // As short as Camunda's may be.
    accounts.set_any_password(&tenant, "system:test", "gast", "demo").await.unwrap();
    let token = access_token(&platform.tokens_of("gast", "demo").await);
    assert_eq!(sessions(&platform, &token).await.len(), 1);
    let change = |password: &str| Some(json!({"current": "demo", "password": password}));
    assert_eq!(call(&platform, &token, "POST", "/api/v1/me/password", change("gast")).await.status, 422);
    assert_eq!(call(&platform, &token, "POST", "/api/v1/me/password", change(NEW_PASSWORD)).await.status, 204);
}
