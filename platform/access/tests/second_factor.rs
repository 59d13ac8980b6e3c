//! A second factor, over the pages of the issuer and the API.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use casewright_access::config::SecondFactorUse;
use casewright_access::{AccessConfig, AccessError};
use casewright_journal::TenantId;
use casewright_testkit::{PASSWORD, VERIFIER, claims};
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Platform, access_token, call};

const CODE: &str = "/auth/sign-in/code";

async fn platform(change: impl FnOnce(&mut AccessConfig)) -> (tempfile::TempDir, Platform) {
    let dir = tempfile::tempdir().unwrap();
    let mut config = support::config(dir.path());
    change(&mut config);
    let platform = Platform::open_with(dir.path(), config).await.with_anna().await;
    platform.register("root", "admin").await;
    (dir, platform)
}

/// Anna with a second factor: the token of the sign-in in which she set it up, its secret, her recovery codes.
async fn enrolled(platform: &Platform) -> (String, String, Vec<String>) {
    let token = access_token(&platform.tokens().await);
    let (secret, codes) = platform.enrol(&token).await;
    (token, secret, codes)
}

/// Gives the password and a code; what comes after that.
async fn sign_in(platform: &Platform, code: &str) -> casewright_testkit::Answer {
    let (page, cookie) = platform.begin_sign_in("anna", PASSWORD).await;
    platform.fill_in(&page, &cookie, CODE, &[("code", code)]).await
}

async fn basic(platform: &Platform, user: &str) -> (u16, String) {
    let text = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{PASSWORD}"));
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&format!("Basic {text}")).unwrap());
    match platform.access.authenticate(&headers, None).await {
        Ok(_) => (200, String::new()),
        Err(problem) => (problem.status, problem.code),
    }
}

#[tokio::test]
async fn after_the_password_a_code_is_asked_and_before_it_there_is_nothing() {
    let (_dir, platform) = platform(|_| {}).await;
    let (token, secret, _) = enrolled(&platform).await;
    let (page, cookie) = platform.begin_sign_in("anna", PASSWORD).await;
    assert_eq!((page.status, page.header("location")), (200, ""));
    assert!(page.text.contains("authenticator app"), "{}", page.text);
    assert!(!page.cookie().contains("casewright_session"), "{}", page.cookie());
    let sessions = call(&platform, &token, "GET", "/api/v1/me/sessions", None).await.json();
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1);

    let wrong = platform.fill_in(&page, &cookie, CODE, &[("code", "000000")]).await.expect(401);
    let spaced = platform.next_code(&secret);
    let spaced = format!("{} {}", &spaced[..3], &spaced[3..]);
    let done = platform.fill_in(&wrong, &cookie, CODE, &[("code", &spaced)]).await.expect(303);
    assert!(done.cookie().contains("casewright_session="));
    let tokens = platform.redeem(&done.location_parameter("code").unwrap(), VERIFIER).await.expect(200).json();
    for kind in ["access_token", "id_token"] {
        let claims = claims(tokens[kind].as_str().unwrap());
        assert_eq!((&claims["acr"], &claims["amr"]), (&json!("2"), &json!(["pwd", "otp", "mfa"])), "{kind}");
        assert_eq!(claims["auth_time"].as_i64().unwrap(), platform.clock_seconds(), "{kind}");
    }
}

#[tokio::test]
async fn without_a_second_factor_a_token_says_that_it_was_a_password() {
    let (_dir, platform) = platform(|_| {}).await;
    let token = access_token(&platform.tokens().await);
    let claims = claims(&token);
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!("1"), &json!(["pwd"])));
    let subject = platform.access.authenticate_token(&token).await.unwrap();
    let authentication = subject.authentication.unwrap();
    assert_eq!((authentication.acr.as_deref(), authentication.auth_time), (Some("1"), claims["auth_time"].as_i64()));
}

#[tokio::test]
async fn a_code_is_good_once_also_after_a_restart() {
    let (dir, platform) = platform(|_| {}).await;
    let (_, secret, _) = enrolled(&platform).await;
    assert_eq!(sign_in(&platform, &platform.code(&secret)).await.status, 401, "it confirmed the enrolment");
    let code = platform.next_code(&secret);
    assert_eq!(sign_in(&platform, &code).await.status, 303);
    assert_eq!(sign_in(&platform, &code).await.status, 401);
    let now = platform.clock.clone();
    platform.close().await;

    let platform = Platform::open(dir.path()).await;
    platform.clock.set(casewright_journal::Clock::now(&*now));
    assert_eq!(sign_in(&platform, &code).await.status, 401);
    assert_eq!(sign_in(&platform, &platform.next_code(&secret)).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_sign_ins_at_once_with_one_code_one_succeeds() {
    let (_dir, platform) = platform(|_| {}).await;
    let (_, secret, _) = enrolled(&platform).await;
    let code = platform.next_code(&secret);
    let tried = (0..5).map(|_| sign_in(&platform, &code));
    let statuses: Vec<u16> = futures::future::join_all(tried).await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
}

#[tokio::test]
async fn each_recovery_code_lets_in_once() {
    let (_dir, platform) = platform(|_| {}).await;
    let (token, _, codes) = enrolled(&platform).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(sign_in(&platform, &codes[4].to_lowercase()).await.status, 303);
    assert_eq!(sign_in(&platform, &codes[4]).await.status, 401);
    let state = call(&platform, &token, "GET", "/api/v1/me/second-factor", None).await.json();
    assert_eq!(state["enrolled"]["recoveryCodesLeft"], 9);
}

#[tokio::test]
async fn codes_are_not_guessed_and_a_right_password_forgives_no_guess() {
    let (_dir, platform) = platform(|_| {}).await;
    let (_, secret, _) = enrolled(&platform).await;
    for _ in 0..10 {
        assert_eq!(sign_in(&platform, "123456").await.status, 401);
    }
    let refused = sign_in(&platform, &platform.next_code(&secret)).await;
    assert_eq!(refused.status, 429);
    assert!(!refused.header("retry-after").is_empty());
    assert!(refused.text.contains("Too many failed attempts"), "{}", refused.text);
}

#[tokio::test]
async fn a_page_is_of_its_browser_its_step_and_five_minutes() {
    let (_dir, platform) = platform(|_| {}).await;
    let (_, secret, _) = enrolled(&platform).await;
    let (page, cookie) = platform.begin_sign_in("anna", PASSWORD).await;
    let code = platform.next_code(&secret);

    let (elsewhere, other) = platform.begin_sign_in("anna", PASSWORD).await;
    let stolen = page.hidden_fields().into_iter().find(|(name, _)| name == "pending").unwrap().1;
    let own = elsewhere.hidden_fields().into_iter().find(|(name, _)| name == "form_token").unwrap().1;
    let form = [("pending", stolen.as_str()), ("form_token", own.as_str()), ("code", code.as_str())];
    let refused = platform.post(CODE, &form, &[("cookie", &other)]).await.expect(400);
    assert!(refused.text.contains("no sign-in"), "{}", refused.text);
    assert_eq!(platform.fill_in(&page, "", CODE, &[("code", &code)]).await.status, 400, "without the cookie");
    for path in ["/auth/sign-in/end", "/auth/sign-in/password", "/auth/sign-in/enrolment"] {
        assert_eq!(platform.fill_in(&page, &cookie, path, &[("code", &code)]).await.status, 400, "{path}");
    }
    // Nor is it anything else of the issuer.
    for (name, path) in [("refresh_token", "/auth/token"), ("code", "/auth/token")] {
        let grant = if name == "code" { "authorization_code" } else { "refresh_token" };
        let form = [("grant_type", grant), ("client_id", "casewright-portal"), (name, stolen.as_str())];
        assert_eq!(platform.post(path, &form, &[]).await.status, 400, "{name}");
    }

    platform.clock.advance(SignedDuration::from_secs(301));
    let late = platform.code(&secret);
    let refused = platform.fill_in(&page, &cookie, CODE, &[("code", &late)]).await.expect(401);
    assert!(refused.text.contains("took too long"), "{}", refused.text);
}

#[tokio::test]
async fn what_happens_to_the_account_between_two_pages_counts() {
    let (_dir, platform) = platform(|_| {}).await;
    let (_, secret, _) = enrolled(&platform).await;
    let (page, cookie) = platform.begin_sign_in("anna", PASSWORD).await;
    let (tenant, accounts) = (TenantId::default(), platform.access.accounts());
    accounts.set_password(&tenant, "root", "anna", "seven grey geese go gliding").await.unwrap();
    let refused = platform.fill_in(&page, &cookie, CODE, &[("code", &platform.next_code(&secret))]).await.expect(401);
    assert!(refused.text.contains("changed meanwhile"), "{}", refused.text);
}

#[tokio::test]
async fn setting_it_up_takes_the_password_and_a_first_code_and_ends_the_other_sign_ins() {
    let (_dir, platform) = platform(|_| {}).await;
    let (token, other) = (access_token(&platform.tokens().await), access_token(&platform.tokens().await));
    let root = access_token(&platform.tokens_of("root", PASSWORD).await);
    let begin = |password: &str| Some(json!({"password": password}));
    let path = "/api/v1/me/second-factor/enrolment";
    let wrong = call(&platform, &token, "POST", path, begin("not this")).await.expect(422);
    assert_eq!((wrong.code(), wrong.pointers()), ("wrong-password", vec!["/password"]));
    let begun = call(&platform, &token, "POST", path, begin(PASSWORD)).await.expect(200).json();
    assert!(begun["uri"].as_str().unwrap().starts_with("otpauth://totp/Casewright:anna?secret="));
    assert!(begun["picture"].as_str().unwrap().starts_with("data:image/svg+xml;base64,"));
    let secret = begun["secret"].as_str().unwrap();
    let confirm = |code: &str| Some(json!({"enrolment": begun["enrolment"], "code": code}));
    let path = "/api/v1/me/second-factor";
    assert_eq!(call(&platform, &token, "POST", path, confirm("000000")).await.code(), "wrong-code");
    assert_eq!(platform.submit_sign_in("anna", PASSWORD).await.status, 303, "nothing has changed");
    let code = platform.code(secret);
    assert_eq!(call(&platform, &root, "POST", path, confirm(&code)).await.code(), "enrolment-over", "somebody else's");
    call(&platform, &token, "POST", path, confirm(&code)).await.expect(200);
    assert_eq!(call(&platform, &token, "GET", "/api/v1/me", None).await.status, 200);
    assert_eq!(call(&platform, &other, "GET", "/api/v1/me", None).await.status, 401);
    let again = call(&platform, &token, "POST", path, confirm(&platform.next_code(secret))).await.expect(409);
    assert_eq!(again.code(), "account-changed");

    // Another one in its place takes both.
    let path = "/api/v1/me/second-factor/enrolment";
    assert_eq!(call(&platform, &token, "POST", path, begin(PASSWORD)).await.code(), "wrong-code");
    let both = Some(json!({"password": PASSWORD, "code": platform.next_code(secret)}));
    call(&platform, &token, "POST", path, both).await.expect(200);
}

#[tokio::test]
async fn it_is_taken_away_by_password_and_code_and_by_nothing_less() {
    let (_dir, platform) = platform(|_| {}).await;
    let (token, secret, _) = enrolled(&platform).await;
    let path = "/api/v1/me/second-factor/removal";
    let proof = |password: &str, code: &str| Some(json!({"password": password, "code": code}));
    let code = platform.next_code(&secret);
    assert_eq!(call(&platform, &token, "POST", path, proof("not this", &code)).await.code(), "wrong-password");
    assert_eq!(call(&platform, &token, "POST", path, proof(PASSWORD, "000000")).await.code(), "wrong-code");
    assert_eq!(call(&platform, &token, "POST", path, proof(PASSWORD, &code)).await.status, 204);
    assert_eq!(call(&platform, &token, "POST", path, proof(PASSWORD, "")).await.status, 404);
    assert_eq!(platform.submit_sign_in("anna", PASSWORD).await.status, 303);
}

#[tokio::test]
async fn an_administrator_resets_it_which_ends_all_sign_ins_and_is_written_down() {
    let (_dir, platform) = platform(|_| {}).await;
    let (token, _, _) = enrolled(&platform).await;
    let root = access_token(&platform.tokens_of("root", PASSWORD).await);
    let path = "/api/v1/accounts/anna/second-factor";
    assert_eq!(call(&platform, &token, "DELETE", "/api/v1/accounts/root/second-factor", None).await.status, 403);
    let state = call(&platform, &root, "GET", path, None).await.expect(200).json();
    assert_eq!(state["enrolled"]["recoveryCodesLeft"], 10);
    assert_eq!(call(&platform, &root, "DELETE", path, None).await.status, 204);
    assert_eq!(call(&platform, &token, "GET", "/api/v1/me", None).await.status, 401);
    assert_eq!(platform.submit_sign_in("anna", PASSWORD).await.status, 303);
    assert_eq!(call(&platform, &root, "DELETE", path, None).await.status, 404);
    let entries = platform.journal.tenant(&TenantId::default()).entries("credential", "anna", 1, 10).await.unwrap();
    let last = entries.last().unwrap();
    assert_eq!((last.event.as_str(), last.meta.actor.as_str()), ("second-factor-removed", "root"));
}

#[tokio::test]
async fn a_password_alone_opens_no_account_with_a_second_factor() {
    let (_dir, platform) = platform(|_| {}).await;
    assert_eq!(basic(&platform, "anna").await.0, 200);
    enrolled(&platform).await;
    for _ in 0..2 {
        assert_eq!(basic(&platform, "anna").await, (401, "second-factor-required".to_owned()));
    }
    assert!(!platform.access.is_password(&TenantId::default(), "anna", PASSWORD).await.unwrap());
    assert_eq!(basic(&platform, "root").await.0, 200);
}

#[tokio::test]
async fn who_needs_one_sets_it_up_before_anything_else() {
    let (_dir, platform) = platform(|config| {
        config.second_factor = SecondFactorUse::RequiredFor;
        config.second_factor_roles = vec!["admin".to_owned()];
    })
    .await;
    assert_eq!(platform.submit_sign_in("anna", PASSWORD).await.status, 303, "no administrator");
    assert_eq!(basic(&platform, "root").await, (401, "second-factor-required".to_owned()));

    let (page, cookie) = platform.begin_sign_in("root", PASSWORD).await;
    assert!(!page.cookie().contains("casewright_session"));
    let secret = secret_on(&page.text);
    let path = "/auth/sign-in/enrolment";
    let wrong = platform.fill_in(&page, &cookie, path, &[("code", "000000")]).await.expect(401);
    assert_eq!(secret_on(&wrong.text), secret);
    let kept = platform.fill_in(&wrong, &cookie, path, &[("code", &platform.code(&secret))]).await.expect(200);
    assert_eq!(kept.text.matches("<li>").count(), 10, "{}", kept.text);
    assert!(!kept.cookie().contains("casewright_session"));
    let done = platform.fill_in(&kept, &cookie, "/auth/sign-in/end", &[]).await.expect(303);
    let again = platform.fill_in(&kept, &cookie, "/auth/sign-in/end", &[]).await.expect(409);
    assert_eq!(again.code(), "sign-in-over");
    let tokens = platform.redeem(&done.location_parameter("code").unwrap(), VERIFIER).await.expect(200).json();
    let token = access_token(&tokens);
    assert_eq!(claims(&token)["acr"], "2");

    let proof = json!({"password": PASSWORD, "code": platform.next_code(&secret)});
    let kept = call(&platform, &token, "POST", "/api/v1/me/second-factor/removal", Some(proof)).await.expect(409);
    assert_eq!(kept.code(), "second-factor-needed");
    let state = call(&platform, &token, "GET", "/api/v1/me/second-factor", None).await.json();
    assert_eq!((&state["rule"], &state["isRequired"]), (&json!("required-for"), &json!(true)));
}

fn secret_on(page: &str) -> String {
    let (_, rest) = page.split_once("data-testid=\"secret\">").unwrap();
    rest.split_once('<').unwrap().0.to_owned()
}

#[tokio::test]
async fn what_was_open_before_one_was_needed_is_not_prolonged() {
    let (dir, platform) = platform(|_| {}).await;
    let (tokens, (cookie, _)) = (platform.tokens().await, platform.sign_in().await);
    platform.close().await;
    let config = AccessConfig { second_factor: SecondFactorUse::Required, ..support::config(dir.path()) };
    let platform = Platform::open_with(dir.path(), config).await;
    assert_eq!(platform.refresh(tokens["refresh_token"].as_str().unwrap()).await.status, 400);
    let page = platform.get(&casewright_testkit::authorize_path(&[]), &[("cookie", &cookie)]).await;
    assert_eq!(page.status, 200, "the browser is asked again");
}

#[tokio::test]
async fn where_second_factors_are_off_nobody_is_asked_and_none_is_set_up() {
    let (dir, platform) = platform(|_| {}).await;
    enrolled(&platform).await;
    platform.close().await;
    let config = AccessConfig { second_factor: SecondFactorUse::Off, ..support::config(dir.path()) };
    let platform = Platform::open_with(dir.path(), config).await;
    let token = access_token(&platform.tokens().await);
    let proof = Some(json!({"password": PASSWORD}));
    let refused = call(&platform, &token, "POST", "/api/v1/me/second-factor/enrolment", proof).await.expect(409);
    assert_eq!(refused.code(), "second-factor-off");
}

#[tokio::test]
async fn a_rule_for_nobody_does_not_start() {
    let dir = tempfile::tempdir().unwrap();
    let platform = Platform::open(dir.path()).await;
    for roles in [Vec::new(), vec!["administrator".to_owned()]] {
        let rule = SecondFactorUse::RequiredFor;
        let config = AccessConfig { second_factor: rule, second_factor_roles: roles, ..support::config(dir.path()) };
        let opened = casewright_access::Access::open(platform.journal.clone(), config).await;
        assert!(matches!(opened, Err(AccessError::NoRolesForSecondFactor)));
    }
}

#[tokio::test]
async fn nothing_of_a_second_factor_is_readable_in_the_journal() {
    let (_dir, platform) = platform(|_| {}).await;
    let (_, secret, codes) = enrolled(&platform).await;
    let entries = platform.journal.tenant(&TenantId::default()).entries("credential", "anna", 1, 10).await.unwrap();
    let enrolment = entries.iter().find(|entry| entry.event == "second-factor-enrolled").unwrap();
    let text = String::from_utf8_lossy(&enrolment.payload).into_owned();
    assert!(!text.contains(&secret));
    let plain: Vec<String> = codes.iter().map(|code| code.replace('-', "")).collect();
    assert!(!codes.iter().chain(&plain).any(|code| text.contains(code.as_str())), "{text}");
    let payload: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(payload["factor-enrolled"]["recovery"].as_array().map(Vec::len), Some(10));
    assert!(casewright_access::PRIVATE_KINDS.contains(&"credential"));
    assert!(casewright_access::PRIVATE_KINDS.contains(&"second-factor-use"));
}
