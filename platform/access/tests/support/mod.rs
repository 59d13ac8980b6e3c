//! A platform in a temporary folder: a real journal, real keys, the real router.

#![allow(dead_code, unreachable_pub)]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casewright_access::accounts::NewUser;
use casewright_access::config::MachineClient;
use casewright_access::{Access, AccessConfig};
use casewright_journal::{Clock, Journal, JournalConfig, ManualClock, StoreConfig, TenantId};
use casewright_service::config::Secret;
use http_body_util::BodyExt as _;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use tower::ServiceExt as _;

pub const CALLBACK: &str = "http://portal.test/callback";
pub const VERIFIER: &str = "a-code-verifier-of-at-least-forty-three-characters";
pub const PASSWORD: &str = "correct horse battery";

pub struct Platform {
    pub access: Access,
    pub clock: Arc<ManualClock>,
    pub journal: Journal,
    router: Router,
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
        let clock = Arc::new(ManualClock::at("2026-11-21T12:00:00Z".parse().unwrap()));
        let mut journal_config = JournalConfig::new(StoreConfig::Sqlite { dir: dir.join("journal") });
        let as_clock: Arc<dyn Clock> = clock.clone();
        journal_config.clock = as_clock;
        journal_config.shards = 4;
        let journal = Journal::open(journal_config, casewright_access::projectors()).await.unwrap();
        let access = Access::open(journal.clone(), config).await.unwrap();
        let (api, _) = casewright_access::api::router(access.clone());
        let router = casewright_access::issuer::router(access.clone()).merge(api);
        Self { access, clock, journal, router }
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

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// The sign-in page for the usual request.
    pub async fn sign_in_page(&self) -> Answer {
        self.get(&authorize_path(&[]), &[]).await
    }

    /// Fills in the sign-in form as a browser does.
    pub async fn submit_sign_in(&self, user: &str, password: &str) -> Answer {
        self.submit_sign_in_with("", user, password).await
    }

    /// Signs in from a browser that has this cookie already.
    pub async fn submit_sign_in_with(&self, own: &str, user: &str, password: &str) -> Answer {
        let page = self.sign_in_page().await;
        let cookie = format!("{}; {own}", page.cookie());
        let mut form = page.hidden_fields();
        form.push(("username".to_owned(), user.to_owned()));
        form.push(("password".to_owned(), password.to_owned()));
        let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        self.post("/auth/sign-in", &form, &[("cookie", &cookie)]).await
    }

    /// Signs in: the session cookie and the code.
    pub async fn sign_in(&self) -> (String, String) {
        let answer = self.submit_sign_in("anna", PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        (answer.cookie(), answer.location_parameter("code").unwrap())
    }

    pub async fn redeem(&self, code: &str, verifier: &str) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", "casewright-portal"),
            ("redirect_uri", CALLBACK),
            ("code", code),
            ("code_verifier", verifier),
        ];
        self.post("/auth/token", &form, &[]).await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        let form = [("grant_type", "refresh_token"), ("client_id", "casewright-portal"), ("refresh_token", token)];
        self.post("/auth/token", &form, &[]).await
    }

    /// Signs in all the way to tokens.
    pub async fn tokens(&self) -> Value {
        let (_, code) = self.sign_in().await;
        let answer = self.redeem(&code, VERIFIER).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }
}

pub struct Answer {
    pub status: u16,
    pub headers: axum::http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// All cookies it sets, as a browser would send them back.
    pub fn cookie(&self) -> String {
        let pairs: Vec<&str> = self
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|value| value.to_str().unwrap().split(';').next().unwrap())
            .collect();
        pairs.join("; ")
    }

    pub fn location_parameter(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(self.header("location")).ok()?;
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    pub fn hidden_fields(&self) -> Vec<(String, String)> {
        let unescape = |text: &str| {
            text.replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#39;", "'")
                .replace("&amp;", "&")
        };
        self.text
            .split("<input type=\"hidden\" name=\"")
            .skip(1)
            .map(|rest| {
                let (name, rest) = rest.split_once("\" value=\"").unwrap();
                let (value, _) = rest.split_once('"').unwrap();
                (unescape(name), unescape(value))
            })
            .collect()
    }
}

pub fn challenge(verifier: &str) -> String {
    use sha2::Digest as _;
    URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(verifier.as_bytes()))
}

/// The usual authorisation request; `change` replaces or adds parameters, an empty value removes one.
pub fn authorize_path(change: &[(&str, &str)]) -> String {
    let challenge = challenge(VERIFIER);
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", "casewright-portal"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid profile"),
        ("state", "st&te"),
        ("nonce", "n-1"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in change {
        parameters.retain(|(known, _)| known != name);
        if !value.is_empty() {
            parameters.push((name, value));
        }
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("/auth/authorize?{query}")
}

/// The claims of a token, unverified.
pub fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
