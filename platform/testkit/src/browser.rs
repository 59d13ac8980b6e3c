//! Signs in at the built-in issuer as a browser does: authorization code with PKCE.

use crate::Answer;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::Digest as _;
use tower::ServiceExt as _;

pub const CALLBACK: &str = "http://portal.test/callback";
pub const VERIFIER: &str = "a-code-verifier-of-at-least-forty-three-characters";
const CLIENT: &str = "casewright-portal";

/// A browser on the pages of a router.
#[derive(Clone)]
pub struct Browser {
    router: Router,
}

impl Browser {
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self { router }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(encoded(form))).unwrap()).await
    }

    /// The sign-in page for the usual request.
    pub async fn sign_in_page(&self) -> Answer {
        self.get(&authorize_path(&[]), &[]).await
    }

    /// Fills in the sign-in form.
    pub async fn submit_sign_in(&self, user: &str, password: &str) -> Answer {
        self.submit_sign_in_with("", user, password).await
    }

    /// Fills in the sign-in form where this cookie is set already.
    pub async fn submit_sign_in_with(&self, own: &str, user: &str, password: &str) -> Answer {
        let page = self.sign_in_page().await;
        let cookie = format!("{}; {own}", page.cookie());
        let mut form = page.hidden_fields();
        form.push(("username".to_owned(), user.to_owned()));
        form.push(("password".to_owned(), password.to_owned()));
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post("/auth/sign-in", &form, &[("cookie", &cookie)]).await
    }

    pub async fn redeem(&self, code: &str, verifier: &str) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("redirect_uri", CALLBACK),
            ("code", code),
            ("code_verifier", verifier),
        ];
        self.post("/auth/token", &form, &[]).await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        let form = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token)];
        self.post("/auth/token", &form, &[]).await
    }

    /// Signs in all the way to tokens.
    pub async fn tokens_of(&self, user: &str, password: &str) -> Value {
        let answer = self.submit_sign_in(user, password).await.expect(303);
        let code = answer.location_parameter("code").unwrap();
        self.redeem(&code, VERIFIER).await.expect(200).json()
    }
}

/// The challenge of a verifier (RFC 7636, `S256`).
#[must_use]
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(verifier.as_bytes()))
}

/// The usual authorisation request; `change` replaces or adds parameters, an empty value removes one.
#[must_use]
pub fn authorize_path(change: &[(&str, &str)]) -> String {
    let challenge = challenge(VERIFIER);
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", CLIENT),
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
    format!("/auth/authorize?{}", encoded(&parameters))
}

/// The claims of a token, unverified.
#[must_use]
pub fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
