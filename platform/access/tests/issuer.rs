//! The built-in issuer, driven as a browser and the portal drive it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_testkit::{CALLBACK, PASSWORD, VERIFIER, authorize_path, claims};
use jiff::SignedDuration;
use support::Platform;

async fn platform() -> (tempfile::TempDir, Platform) {
    let dir = tempfile::tempdir().unwrap();
    let platform = Platform::open(dir.path()).await.with_anna().await;
    (dir, platform)
}

#[tokio::test]
async fn with_tls_cookies_are_of_this_host_alone() {
    let dir = tempfile::tempdir().unwrap();
    let plain = Platform::open(dir.path()).await.with_anna().await;
    let answer = plain.submit_sign_in("anna", casewright_testkit::PASSWORD).await.expect(303);
    assert!(
        answer.cookie().contains("casewright_session=") && !answer.cookie().contains("__Host-"),
        "{}",
        answer.cookie()
    );
    drop(plain);

    let dir = tempfile::tempdir().unwrap();
    let config = casewright_access::AccessConfig {
        issuer: "https://portal.test/auth".to_owned(),
        ..support::config(dir.path())
    };
    let secure = Platform::open_with(dir.path(), config).await.with_anna().await;
    let answer = secure.submit_sign_in("anna", casewright_testkit::PASSWORD).await.expect(303);
    let set: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(set.iter().any(|cookie| cookie.starts_with("__Host-casewright_session=")), "{set:?}");
    for cookie in &set {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
        assert!(["Path=/", "Secure", "HttpOnly"].iter().all(|wanted| attributes.contains(wanted)), "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn a_person_signs_in_and_the_token_says_who_they_are() {
    let (_dir, platform) = platform().await;
    let tokens = platform.tokens().await;
    let id = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(id["nonce"], "n-1");
    assert_eq!(id["aud"], "casewright-portal");
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let me = platform.get("/api/v1/me", &[("authorization", &bearer)]).await.json();
    assert_eq!(me["id"], "anna");
    assert_eq!(me["tenant"], "default");
    assert_eq!(me["groups"], serde_json::json!(["claims"]));
    let permissions = me["permissions"].as_array().unwrap();
    assert!(permissions.contains(&"case:*".into()), "{me}");
    assert!(!permissions.contains(&"deployment:*".into()), "{me}");
}

#[tokio::test]
async fn state_and_issuer_come_back_with_the_code() {
    let (_dir, platform) = platform().await;
    let answer = platform.submit_sign_in("anna", PASSWORD).await;
    assert!(answer.header("location").starts_with(CALLBACK));
    assert_eq!(answer.location_parameter("state").unwrap(), "st&te");
    assert_eq!(answer.location_parameter("iss").unwrap(), "http://portal.test/auth");
}

#[tokio::test]
async fn an_unregistered_place_is_never_redirected_to() {
    let (_dir, platform) = platform().await;
    for change in [
        ("redirect_uri", "http://evil.test/"),
        ("redirect_uri", "http://portal.test/callback/x"),
        ("client_id", "other"),
    ] {
        let answer = platform.get(&authorize_path(&[change]), &[]).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.header("location"), "");
    }
}

#[tokio::test]
async fn a_request_without_pkce_is_refused_to_the_client() {
    let (_dir, platform) = platform().await;
    for change in [("code_challenge", ""), ("code_challenge_method", "plain"), ("response_type", "token")] {
        let answer = platform.get(&authorize_path(&[change]), &[]).await;
        assert_eq!(answer.status, 303);
        assert!(answer.location_parameter("error").is_some());
        assert!(answer.location_parameter("code").is_none());
    }
}

#[tokio::test]
async fn a_code_is_worth_nothing_without_its_verifier_and_after_its_minute() {
    let (_dir, platform) = platform().await;
    let (_, code) = platform.sign_in().await;
    let wrong = "another-code-verifier-of-at-least-forty-three-chars";
    assert_eq!(platform.redeem(&code, wrong).await.json()["error"], "invalid_grant");
    platform.clock.advance(SignedDuration::from_secs(61));
    assert_eq!(platform.redeem(&code, VERIFIER).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_code_used_twice_ends_what_came_of_it() {
    let (_dir, platform) = platform().await;
    let (_, code) = platform.sign_in().await;
    let tokens = platform.redeem(&code, VERIFIER).await.json();
    assert_eq!(platform.redeem(&code, VERIFIER).await.status, 400);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(platform.refresh(refresh).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_refresh_token_survives_a_restart_and_is_used_once() {
    let (dir, platform) = platform().await;
    let first = platform.tokens().await["refresh_token"].as_str().unwrap().to_owned();
    platform.close().await;

    let platform = Platform::open(dir.path()).await;
    let answer = platform.refresh(&first).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let second = answer.json()["refresh_token"].as_str().unwrap().to_owned();
    platform.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(platform.refresh(&first).await.status, 400);
    // Somebody has a copy: the owner's token is worth nothing either.
    assert_eq!(platform.refresh(&second).await.status, 400);
}

#[tokio::test]
async fn a_refresh_token_is_of_its_client_alone() {
    let (_dir, platform) = platform().await;
    let tokens = platform.tokens().await;
    let token = tokens["refresh_token"].as_str().unwrap();
    let other = tokens["access_token"].as_str().unwrap();
    for (client, token) in [("casewright-cli", token), ("other", token), ("", token), ("casewright-portal", other)] {
        let form = [("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)];
        let answer = platform.post("/auth/token", &form, &[]).await;
        assert!((400..500).contains(&answer.status), "{client}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_browser_that_is_signed_in_is_not_asked_again() {
    let (_dir, platform) = platform().await;
    let (cookie, _) = platform.sign_in().await;
    let answer = platform.get(&authorize_path(&[]), &[("cookie", &cookie)]).await;
    assert!(answer.location_parameter("code").is_some());
    let answer = platform.get(&authorize_path(&[("prompt", "login")]), &[("cookie", &cookie)]).await;
    assert_eq!(answer.status, 200);
    let answer = platform.get(&authorize_path(&[("prompt", "none")]), &[]).await;
    assert_eq!(answer.location_parameter("error").unwrap(), "login_required");
}

#[tokio::test]
async fn a_browser_that_is_signed_in_for_longer_than_a_client_wants_is_asked_again() {
    let (_dir, platform) = platform().await;
    let (cookie, _) = platform.sign_in().await;
    platform.clock.advance(SignedDuration::from_secs(61));
    let asked = |max_age: &'static str| authorize_path(&[("max_age", max_age)]);
    let known = platform.get(&asked("120"), &[("cookie", &cookie)]).await;
    assert!(known.location_parameter("code").is_some());
    assert_eq!(platform.get(&asked("60"), &[("cookie", &cookie)]).await.status, 200);
    let refused = platform.get(&asked("soon"), &[("cookie", &cookie)]).await;
    assert_eq!(refused.location_parameter("error").as_deref(), Some("invalid_request"));
}

/// Another program of the machine may have opened the browser.
#[tokio::test]
async fn a_browser_that_is_signed_in_is_asked_again_for_the_command_line() {
    let (_dir, platform) = platform().await;
    let signed_in = platform.submit_sign_in("anna", PASSWORD).await;
    let cookie = signed_in.cookie();
    let asked = [("client_id", "casewright-cli"), ("redirect_uri", "http://127.0.0.1:49152/callback")];
    let page = platform.get(&authorize_path(&asked), &[("cookie", &cookie)]).await.expect(200);
    assert!(page.text.contains("A command line on this computer"), "{}", page.text);
    let silent = [asked[0], asked[1], ("prompt", "none")];
    let refused = platform.get(&authorize_path(&silent), &[("cookie", &cookie)]).await.expect(303);
    assert_eq!(refused.location_parameter("error").unwrap(), "login_required");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_its_tokens() {
    let (_dir, platform) = platform().await;
    let (cookie, code) = platform.sign_in().await;
    let tokens = platform.redeem(&code, VERIFIER).await.json();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("id_token_hint", tokens["id_token"].as_str().unwrap())
        .append_pair("post_logout_redirect_uri", CALLBACK)
        .append_pair("state", "s")
        .finish();
    let answer = platform.get(&format!("/auth/end-session?{query}"), &[]).await;
    assert_eq!(answer.header("location"), format!("{CALLBACK}?state=s"));
    assert_eq!(platform.refresh(tokens["refresh_token"].as_str().unwrap()).await.status, 400);
    let answer = platform.get(&authorize_path(&[]), &[("cookie", &cookie)]).await;
    assert_eq!(answer.status, 200, "the browser is asked again");
}

#[tokio::test]
async fn a_link_alone_does_not_sign_anybody_out() {
    let (_dir, platform) = platform().await;
    let (cookie, _) = platform.sign_in().await;
    let answer = platform.get("/auth/end-session", &[("cookie", &cookie)]).await;
    assert_eq!(answer.status, 200);
    let answer = platform.post("/auth/end-session", &[("form_token", "x")], &[("cookie", &cookie)]).await;
    assert_eq!(answer.status, 200, "asked, not done");
    let answer = platform.get(&authorize_path(&[]), &[("cookie", &cookie)]).await;
    assert!(answer.location_parameter("code").is_some(), "still signed in");
}

#[tokio::test]
async fn a_form_from_elsewhere_is_not_taken() {
    let (_dir, platform) = platform().await;
    let page = platform.sign_in_page().await;
    let mut form = page.hidden_fields();
    form.push(("username".into(), "anna".into()));
    form.push(("password".into(), PASSWORD.into()));
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    // Another site can send the form, but not our cookie with it.
    let answer = platform.post("/auth/sign-in", &form, &[]).await;
    assert_eq!(answer.status, 401);
    assert!(answer.text.contains("expired"));
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_look_alike() {
    let (_dir, platform) = platform().await;
    let wrong_password = platform.submit_sign_in("anna", "wrong").await;
    let wrong_name = platform.submit_sign_in("nobody", "wrong").await;
    assert_eq!(wrong_password.status, 401);
    assert_eq!(wrong_name.status, 401);
    let text = "User name or password is wrong.";
    assert!(wrong_password.text.contains(text) && wrong_name.text.contains(text));
}

#[tokio::test]
async fn guessing_a_password_closes_the_account_for_a_while() {
    let (_dir, platform) = platform().await;
    for _ in 0..10 {
        assert_eq!(platform.submit_sign_in("anna", "wrong").await.status, 401);
    }
    let answer = platform.submit_sign_in("anna", PASSWORD).await;
    assert!(answer.text.contains("Too many failed attempts"), "{}", answer.text);
}

#[tokio::test]
async fn the_sign_in_page_needs_no_scripts_and_cannot_be_framed() {
    let (_dir, platform) = platform().await;
    let page = platform.sign_in_page().await;
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"));
    assert!(policy.contains("form-action 'self' http://portal.test"));
    assert!(!page.text.contains("<script"));
    assert!(page.text.contains(r#"<label for="password">"#));
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn what_a_client_sends_is_never_markup() {
    let (_dir, platform) = platform().await;
    let path = authorize_path(&[("state", "\"><script>alert(1)</script>"), ("login_hint", "<img src=x>")]);
    let page = platform.get(&path, &[]).await;
    assert!(!page.text.contains("<script>alert"));
    assert!(!page.text.contains("<img"));
}

#[tokio::test]
async fn a_machine_client_gets_a_token_for_its_secret() {
    let (_dir, platform) = platform().await;
    let form =
        [("grant_type", "client_credentials"), ("client_id", "system:worker"), ("client_secret", "worker-secret")];
    let answer = platform.post("/auth/token", &form, &[]).await.json();
    let subject = platform.access.authenticate_token(answer["access_token"].as_str().unwrap()).await.unwrap();
    assert_eq!(subject.roles, ["system:worker"]);
    let wrong = [("grant_type", "client_credentials"), ("client_id", "system:worker"), ("client_secret", "x")];
    assert_eq!(platform.post("/auth/token", &wrong, &[]).await.status, 401);
}

#[tokio::test]
async fn a_disabled_user_is_not_prolonged() {
    let (_dir, platform) = platform().await;
    let tokens = platform.tokens().await;
    let change = casewright_access::accounts::UserChange { enabled: Some(false), ..Default::default() };
    let tenant = casewright_journal::TenantId::default();
    platform.access.accounts().change_user(&tenant, "admin", "anna", change).await.unwrap();
    assert_eq!(platform.refresh(tokens["refresh_token"].as_str().unwrap()).await.status, 400);
    assert_eq!(platform.submit_sign_in("anna", PASSWORD).await.status, 401);
}

#[tokio::test]
async fn who_somebody_is_is_told_for_their_token_and_stored_nowhere() {
    let (_dir, platform) = platform().await;
    let bearer = format!("Bearer {}", platform.tokens().await["access_token"].as_str().unwrap());
    let answer = platform.get("/auth/userinfo", &[("authorization", &bearer)]).await;
    assert_eq!(answer.json()["name"], "Anna Meyer");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(platform.get("/auth/userinfo", &[]).await.status, 401);
}

#[tokio::test]
async fn a_revoked_refresh_token_is_worth_nothing() {
    let (_dir, platform) = platform().await;
    let tokens = platform.tokens().await;
    let token = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(platform.post("/auth/revoke", &[("token", token)], &[]).await.status, 200);
    assert_eq!(platform.refresh(token).await.status, 400);
    assert_eq!(platform.post("/auth/revoke", &[("token", "nonsense")], &[]).await.status, 200);
}

#[tokio::test]
async fn discovery_names_endpoints_that_exist() {
    let (_dir, platform) = platform().await;
    let document = platform.get("/auth/.well-known/openid-configuration", &[]).await.json();
    assert_eq!(document["issuer"], "http://portal.test/auth");
    for name in ["authorization_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"] {
        let path = document[name].as_str().unwrap().trim_start_matches("http://portal.test").to_owned();
        assert_ne!(platform.get(&path, &[]).await.status, 404, "{name}");
    }
    for name in ["token_endpoint", "revocation_endpoint"] {
        let path = document[name].as_str().unwrap().trim_start_matches("http://portal.test").to_owned();
        assert_ne!(platform.post(&path, &[], &[]).await.status, 404, "{name}");
    }
}

#[tokio::test]
async fn who_is_spelled_with_capitals_signs_in_and_others_may_type_them() {
    let (_dir, platform) = platform().await;
    let accounts = platform.access.accounts();
    let tenant = casewright_journal::TenantId::default();
    let dana = casewright_access::accounts::NewUser {
        id: "Dana".to_owned(),
        name: "Dana Novak".to_owned(),
        email: "dana@example.test".to_owned(),
        roles: vec!["case-worker".to_owned()],
        groups: Vec::new(),
    };
    accounts.create_user(&tenant, "system:test", dana).await.unwrap();
    accounts.set_password(&tenant, "system:test", "Dana", PASSWORD).await.unwrap();
    for typed in ["Dana", "Anna", " anna "] {
        let answer = platform.submit_sign_in(typed, PASSWORD).await;
        assert!(answer.header("location").starts_with(CALLBACK), "{typed}");
    }
    let answer = platform.submit_sign_in("dana", PASSWORD).await;
    assert_eq!(answer.header("location"), "", "nobody is spelled like that");
}
