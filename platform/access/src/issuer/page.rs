//! The few pages of the issuer: plain HTML without scripts, readable by everybody, light and dark.

use super::authorize::AuthorizationRequest;
use super::client::PublicClient;
use super::cookie;
use crate::access::Access;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use url::Url;

const STYLE: &str = include_str!("page.css");
const LOGO: &str = include_str!("logo.svg");

/// The sign-in page. `failure` is shown and announced.
pub(crate) fn sign_in(
    access: &Access,
    headers: &HeaderMap,
    request: &AuthorizationRequest,
    failure: Option<&str>,
) -> Response {
    let (value, set) = cookie::form_cookie(access, headers);
    let fields = serde_urlencoded::to_string(request).unwrap_or_default();
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(&fields).unwrap_or_default();
    let (described, invalid) = (failure.map(|_| "failure"), failure.map(|_| "true"));
    let body = html! {
        h1 { "Sign in" }
        @if request.client(access) == Some(PublicClient::CommandLine) {
            p {
                "A command line on this computer asks to act in your name. Go on only if you have just started "
                code { "casewright login" } "."
            }
        }
        @if let Some(text) = failure {
            p.alert role="alert" id="failure" { (text) }
        }
        form method="post" action={ (access.config().issuer) "/sign-in" } {
            @for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
                (hidden(name, value))
            }
            (hidden("form_token", &cookie::form_token(access, &value)))
            label for="username" { "User name" }
            input id="username" name="username" data-testid="username" autocomplete="username" autocapitalize="none"
                spellcheck="false" required autofocus value=(request.login_hint) aria-describedby=[described]
                aria-invalid=[invalid];
            label for="password" { "Password" }
            input id="password" name="password" data-testid="password" type="password"
                autocomplete="current-password" required aria-describedby=[described] aria-invalid=[invalid];
            button type="submit" data-testid="sign-in" { "Sign in" }
        }
    };
    let status = if failure.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    // The answer to the form is a redirect to the client, which the policy must name.
    respond(status, "Sign in", &body, &origin_of(&request.redirect_uri), set)
}

/// Asks whether to sign out.
pub(crate) fn sign_out(access: &Access, headers: &HeaderMap, redirect_uri: &str, state: &str) -> Response {
    let (value, set) = cookie::form_cookie(access, headers);
    let body = html! {
        h1 { "Sign out" }
        p { "Do you want to sign out?" }
        form method="post" action={ (access.config().issuer) "/end-session" } {
            (hidden("form_token", &cookie::form_token(access, &value)))
            (hidden("post_logout_redirect_uri", redirect_uri))
            (hidden("state", state))
            button type="submit" data-testid="sign-out" { "Sign out" }
        }
    };
    respond(StatusCode::OK, "Sign out", &body, &origin_of(redirect_uri), set)
}

/// Tells a person something.
pub(crate) fn notice(text: &str) -> Response {
    let body = html! {
        h1 { "Casewright" }
        p role="status" { (text) }
    };
    respond(StatusCode::BAD_REQUEST, "Casewright", &body, "", None)
}

pub(super) fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// Empty when it is no URL.
pub(super) fn origin_of(uri: &str) -> String {
    Url::parse(uri).map_or_else(|_| String::new(), |url| url.origin().ascii_serialization())
}

pub(super) fn respond(
    status: StatusCode,
    title: &str,
    body: &Markup,
    redirect_origin: &str,
    set_cookie: Option<HeaderValue>,
) -> Response {
    let nonce = crate::vault::random_token();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Casewright" }
                style nonce=(nonce) { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    div.brand { (PreEscaped(LOGO)) span { "Casewright" } }
                    (body)
                }
            }
        }
    };
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self' {redirect_origin}; base-uri 'none'; frame-ancestors 'none'"
    );
    let mut response = (status, Html(page.into_string())).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'")),
    );
    if let Some(value) = set_cookie {
        headers.append(header::SET_COOKIE, value);
    }
    response
}
