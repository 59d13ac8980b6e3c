//! Tokens of an external OpenID provider: another installation of ours, over HTTP, which is one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use base64::Engine as _;
use casewright_access::AccessConfig;
use casewright_access::accounts::{NewUser, UserChange};
use casewright_access::config::ExternalIssuer;
use casewright_journal::TenantId;
use casewright_service::Shutdown;
use casewright_testkit::{PASSWORD, VERIFIER};
use jiff::{SignedDuration, Timestamp};
use support::Platform;
use tokio::net::TcpListener;

/// A provider with Anna, on the real time, and what trusts it.
struct Both {
    _dirs: [tempfile::TempDir; 2],
    provider: Platform,
    platform: Platform,
}

async fn both(change: impl FnOnce(&mut ExternalIssuer)) -> Both {
    both_with(true, change).await
}

async fn both_with(built_in_passwords: bool, change: impl FnOnce(&mut ExternalIssuer)) -> Both {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}/auth", listener.local_addr().unwrap());
    let own = AccessConfig { issuer: issuer.clone(), ..support::config(dirs[0].path()) };
    let provider = Platform::open_with(dirs[0].path(), own).await.with_anna().await;
    provider.clock.set(Timestamp::now());
    provider.serve_on(listener);
    let mut trusted = ExternalIssuer {
        issuer,
        subject_claim: "sub".to_owned(),
        roles_claim: "roles".to_owned(),
        groups_claim: "groups".to_owned(),
        ..ExternalIssuer::default()
    };
    change(&mut trusted);
    let config = AccessConfig { oidc: Some(trusted), built_in_passwords, ..support::config(dirs[1].path()) };
    let platform = Platform::open_with(dirs[1].path(), config).await;
    Both { _dirs: dirs, provider, platform }
}

impl Both {
    async fn token(&self, kind: &str) -> String {
        self.provider.tokens().await[kind].as_str().unwrap().to_owned()
    }

    /// The status that the platform answers the token with; 200 when it knows who it is of.
    async fn status_of(&self, token: &str) -> u16 {
        self.platform.access.authenticate_token(token).await.map_or_else(|problem| problem.status, |_| 200)
    }
}

#[tokio::test]
async fn an_access_token_of_the_provider_says_who_it_is_of() {
    let both = both(|_| {}).await;
    let subject = both.platform.access.authenticate_token(&both.token("access_token").await).await.unwrap();
    assert_eq!((subject.id.as_str(), subject.name.as_str()), ("anna", "Anna Meyer"));
    assert_eq!((subject.actor().issuer, subject.issuer.as_deref()), (Some("127.0.0.1"), Some("127.0.0.1")));
    assert_eq!((subject.roles, subject.groups), (vec!["case-worker".to_owned()], vec!["claims".to_owned()]));
}

#[tokio::test]
async fn what_is_for_others_or_not_as_it_was_signed_is_refused() {
    let both = both(|_| {}).await;
    assert_eq!(both.status_of(&both.token("id_token").await).await, 401, "an ID token is for its client");
    let token = both.token("access_token").await;
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let other = both.token("access_token").await;
    let other_payload = other.split('.').nth(1).unwrap();
    assert_ne!(payload, other_payload);
    assert_eq!(both.status_of(&format!("{header}.{other_payload}.{signature}")).await, 401, "another's signature");
    assert_eq!(both.status_of(&format!("{signed}.")).await, 401, "no signature");
}

#[tokio::test]
async fn a_token_for_another_api_is_refused() {
    let both = both(|trusted| trusted.audience = "another-api".to_owned()).await;
    assert_eq!(both.status_of(&both.token("access_token").await).await, 401);
}

#[tokio::test]
async fn a_token_ends_and_clocks_may_differ_a_little() {
    let both = both(|_| {}).await;
    let lives = {
        let answer = both.provider.tokens().await;
        SignedDuration::from_secs(answer["expires_in"].as_i64().unwrap())
    };
    for (ago, status) in [(lives + SignedDuration::from_secs(10), 200), (lives + SignedDuration::from_secs(60), 401)] {
        both.provider.clock.set(Timestamp::now() - ago);
        assert_eq!(both.status_of(&both.token("access_token").await).await, status, "signed {ago} ago");
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_or_says_it_is_another_opens_nothing() {
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}/auth", listener.local_addr().unwrap())
    };
    let dir = tempfile::tempdir().unwrap();
    let own = AccessConfig { issuer: gone.clone(), ..support::config(dir.path()) };
    let nobody = Platform::open_with(dir.path(), own).await.with_anna().await;
    let unreachable = both(|trusted| trusted.issuer.clone_from(&gone)).await;
    let token = nobody.tokens().await["access_token"].as_str().unwrap().to_owned();
    assert_eq!(unreachable.status_of(&token).await, 503);

    // The document is found at an address that is not the name in it.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/auth", listener.local_addr().unwrap());
    nobody.serve_on(listener);
    let misled = both(|trusted| trusted.issuer.clone_from(&address)).await;
    let dir = tempfile::tempdir().unwrap();
    let forged = AccessConfig { issuer: address, ..support::config(dir.path()) };
    let forger = Platform::open_with(dir.path(), forged).await.with_anna().await;
    forger.clock.set(Timestamp::now());
    let token = forger.tokens().await["access_token"].as_str().unwrap().to_owned();
    assert_eq!(misled.status_of(&token).await, 503, "its keys are nobody's");
}

/// An `anna` of the platform's own, beside the provider's.
async fn built_in_anna(both: &Both) -> (u16, String) {
    use axum::http::{HeaderMap, HeaderValue, header};
    let (tenant, accounts) = (TenantId::default(), both.platform.access.accounts());
    let anna = NewUser {
        id: "anna".to_owned(),
        name: "Anna Other".to_owned(),
        email: String::new(),
        roles: Vec::new(),
        groups: Vec::new(),
    };
    accounts.ensure_user(&tenant, "system:test", anna).await.unwrap();
    assert_eq!(both.status_of(&both.token("access_token").await).await, 200, "nobody signs in with an account alone");
    accounts.set_password(&tenant, "system:test", "anna", PASSWORD).await.unwrap();
    let mut headers = HeaderMap::new();
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("anna:{PASSWORD}"));
    headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&format!("Basic {basic}")).unwrap());
    let by_basic = both.platform.access.authenticate(&headers, None).await;
    (by_basic.map_or_else(|problem| problem.status, |_| 200), both.token("access_token").await)
}

#[tokio::test]
async fn two_people_of_one_name_are_told_apart_until_somebody_says_that_they_are_one() {
    let apart = both(|_| {}).await;
    let (basic, token) = built_in_anna(&apart).await;
    assert_eq!((basic, apart.status_of(&token).await), (200, 401));
    let refused = apart.platform.access.authenticate_token(&token).await.unwrap_err();
    assert_eq!(refused.code, "two-accounts");

    let linked = both(|trusted| trusted.link_accounts = true).await;
    let (basic, token) = built_in_anna(&linked).await;
    assert_eq!((basic, linked.status_of(&token).await), (200, 200));
    let disabled = UserChange { enabled: Some(false), ..UserChange::default() };
    linked.platform.access.accounts().change_user(&TenantId::default(), "root", "anna", disabled).await.unwrap();
    assert_eq!(linked.status_of(&token).await, 401, "a disabled account is out by every way");
}

#[tokio::test]
async fn what_stands_beside_a_person_is_remembered_until_an_account_changes() {
    let both = both(|_| {}).await;
    let (access, shutdown) = (both.platform.access.clone(), Shutdown::new());
    let running = {
        let shutdown = shutdown.clone();
        tokio::spawn(async move { access.run(shutdown).await })
    };
    let token = both.token("access_token").await;
    let (tenant, accounts) = (TenantId::default(), both.platform.access.accounts());
    assert_eq!(both.status_of(&token).await, 200);
    both.platform.register("anna", "case-worker").await;
    assert_eq!(both.status_of(&token).await, 401, "an account that was made a moment ago");
    accounts.remove_user(&tenant, "root", "anna").await.unwrap();
    assert_eq!(both.status_of(&token).await, 200);
    shutdown.trigger();
    running.await.unwrap();
}

#[tokio::test]
async fn a_sign_in_that_is_not_strong_or_new_enough_is_refused_with_what_is_needed() {
    let strict = both(|trusted| {
        trusted.required_acr = vec!["2".to_owned()];
        trusted.required_amr = vec!["otp".to_owned()];
        trusted.max_age = 300;
    })
    .await;
    let asked = strict.platform.get("/api/v1/client-config", &[]).await.json();
    assert_eq!((&asked["acrValues"], &asked["maxAge"]), (&serde_json::json!(["2"]), &serde_json::json!(300)));
    let weak = strict.token("access_token").await;
    let bearer = format!("Bearer {weak}");
    let refused = strict.platform.get("/api/v1/me", &[("authorization", &bearer)]).await.expect(401);
    assert_eq!(refused.code(), "insufficient-user-authentication");
    let challenge = refused.header("www-authenticate");
    assert!(challenge.starts_with("Bearer error=\"insufficient_user_authentication\""), "{challenge}");
    assert!(challenge.ends_with("acr_values=\"2\", max_age=\"300\""), "{challenge}");

    let (secret, _) = strict.provider.enrol(&weak).await;
    let (page, cookie) = strict.provider.begin_sign_in("anna", PASSWORD).await;
    let code = strict.provider.next_code(&secret);
    let back = strict.provider.fill_in(&page, &cookie, "/auth/sign-in/code", &[("code", &code)]).await.expect(303);
    let tokens = strict.provider.redeem(&back.location_parameter("code").unwrap(), VERIFIER).await.expect(200).json();
    let strong = tokens["access_token"].as_str().unwrap();
    let subject = strict.platform.access.authenticate_token(strong).await.unwrap();
    assert_eq!(subject.authentication.unwrap().amr, ["pwd", "otp", "mfa"]);

    // A renewed token is of the same sign-in: here one of ten minutes ago.
    let recent = both(|trusted| trusted.max_age = 300).await;
    recent.provider.clock.set(Timestamp::now() - SignedDuration::from_mins(10));
    let old = recent.provider.tokens().await;
    recent.provider.clock.set(Timestamp::now());
    let renewed = recent.provider.refresh(old["refresh_token"].as_str().unwrap()).await.expect(200).json();
    assert_eq!(recent.status_of(renewed["access_token"].as_str().unwrap()).await, 401);
    assert_eq!(recent.status_of(&recent.token("access_token").await).await, 200);
}

#[tokio::test]
async fn where_passwords_are_off_only_the_provider_lets_people_in() {
    let both = both_with(false, |_| {}).await;
    let (basic, token) = built_in_anna(&both).await;
    assert_eq!((basic, both.status_of(&token).await), (401, 200));
    let page = both.platform.sign_in_page().await;
    assert!(page.text.contains("identity provider"), "{}", page.text);
    assert!(!both.platform.access.is_password(&TenantId::default(), "anna", PASSWORD).await.unwrap());
}

#[tokio::test]
async fn passwords_are_not_turned_off_where_nobody_could_sign_in_then() {
    let dir = tempfile::tempdir().unwrap();
    let platform = Platform::open(dir.path()).await;
    let config = AccessConfig { built_in_passwords: false, ..support::config(dir.path()) };
    let opened = casewright_access::Access::open(platform.journal.clone(), config).await;
    assert!(matches!(opened, Err(casewright_access::AccessError::NobodySignsIn)));
}
