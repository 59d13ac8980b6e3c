//! Signs in at the built-in issuer as a browser does: authorization code with PKCE.

use super::{PASSWORD, Platform};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::Digest as _;
use tower::ServiceExt as _;

pub const CALLBACK: &str = "http://portal.test/callback";
const VERIFIER: &str = "a-code-verifier-of-at-least-forty-three-characters";

impl Platform {
    /// A real access token of a person; lives five minutes of the journal's clock.
    pub async fn token(&self, user: &str) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(VERIFIER.as_bytes()));
        let query = encoded(&[
            ("response_type", "code"),
            ("client_id", "casewright-portal"),
            ("redirect_uri", CALLBACK),
            ("scope", "openid"),
            ("state", "s"),
            ("nonce", "n"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let page = Request::get(format!("/auth/authorize?{query}")).body(Body::empty()).unwrap();
        let (headers, html) = self.browse(page).await;
        let mut form: Vec<(String, String)> = hidden_fields(&html);
        form.push(("username".to_owned(), user.to_owned()));
        form.push(("password".to_owned(), PASSWORD.to_owned()));
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (headers, html) = self.browse(posted("/auth/sign-in", &form, &cookies(&headers))).await;
        let location = headers.get("location").unwrap_or_else(|| panic!("not signed in: {html}"));
        let location = url::Url::parse(location.to_str().unwrap()).unwrap();
        let code = location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let redeem = [
            ("grant_type", "authorization_code"),
            ("client_id", "casewright-portal"),
            ("redirect_uri", CALLBACK),
            ("code", &code),
            ("code_verifier", VERIFIER),
        ];
        let (_, answer) = self.browse(posted("/auth/token", &redeem, "")).await;
        let tokens: Value = serde_json::from_str(&answer).unwrap();
        super::text(&tokens["access_token"])
    }

    async fn browse(&self, request: Request<Body>) -> (HeaderMap, String) {
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        (parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
    }
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn posted(path: &str, form: &[(&str, &str)], cookies: &str) -> Request<Body> {
    Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookies)
        .body(Body::from(encoded(form)))
        .unwrap()
}

fn cookies(headers: &HeaderMap) -> String {
    let all = headers.get_all("set-cookie").iter();
    all.map(|value| value.to_str().unwrap().split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
}

fn hidden_fields(html: &str) -> Vec<(String, String)> {
    let fields = html.split("<input type=\"hidden\" name=\"").skip(1);
    fields
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            let value = rest.split_once('"').unwrap().0;
            (name.to_owned(), value.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&"))
        })
        .collect()
}
