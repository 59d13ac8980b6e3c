//! The few pages of the issuer: plain HTML without scripts, readable by everybody, light and dark.

use super::authorize::AuthorizationRequest;
use super::client::PublicClient;
use super::cookie;
use crate::access::Access;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use casewright_service::html::escape;
use url::Url;

const STYLE: &str = include_str!("page.css");
const LOGO: &str = include_str!("logo.svg");

/// Above the form when it is not the portal that asks.
const COMMAND_LINE_ASKS: &str = r#"<p>A command line on this computer asks to act in your name. Go on only if you have just started <code>casewright login</code>.</p>"#;

/// The sign-in page. `failure` is shown and announced.
pub(crate) fn sign_in(
    access: &Access,
    headers: &HeaderMap,
    request: &AuthorizationRequest,
    failure: Option<&str>,
) -> Response {
    let (value, set) = cookie::form_cookie(access, headers);
    let fields = serde_urlencoded::to_string(request).unwrap_or_default();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&fields).unwrap_or_default();
    let hidden: String = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| hidden(name, value))
        .chain([hidden("form_token", &cookie::form_token(access, &value))])
        .collect();
    let alert = failure
        .map_or_else(String::new, |text| format!(r#"<p class="alert" role="alert" id="failure">{}</p>"#, escape(text)));
    let asker = match request.client(access) {
        Some(PublicClient::CommandLine) => COMMAND_LINE_ASKS,
        Some(PublicClient::Portal) | None => "",
    };
    let described = if failure.is_some() { r#" aria-describedby="failure" aria-invalid="true""# } else { "" };
    let user = escape(&request.login_hint);
    let body = format!(
        r#"<h1>Sign in</h1>{asker}{alert}
<form method="post" action="{action}">{hidden}
<label for="username">User name</label>
<input id="username" name="username" data-testid="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus value="{user}"{described}>
<label for="password">Password</label>
<input id="password" name="password" data-testid="password" type="password" autocomplete="current-password" required{described}>
<button type="submit" data-testid="sign-in">Sign in</button>
</form>"#,
        action = escape(&format!("{}/sign-in", access.config().issuer)),
    );
    let status = if failure.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    // The answer to the form is a redirect to the client, which the policy must name.
    let origin =
        Url::parse(&request.redirect_uri).map_or_else(|_| String::new(), |url| url.origin().ascii_serialization());
    respond(status, "Sign in", &body, &origin, set)
}

/// Asks whether to sign out.
pub(crate) fn sign_out(access: &Access, headers: &HeaderMap, redirect_uri: &str, state: &str) -> Response {
    let (value, set) = cookie::form_cookie(access, headers);
    let body = format!(
        r#"<h1>Sign out</h1><p>Do you want to sign out?</p>
<form method="post" action="{action}">{token}{uri}{state}
<button type="submit" data-testid="sign-out">Sign out</button>
</form>"#,
        action = escape(&format!("{}/end-session", access.config().issuer)),
        token = hidden("form_token", &cookie::form_token(access, &value)),
        uri = hidden("post_logout_redirect_uri", redirect_uri),
        state = hidden("state", state),
    );
    let origin = Url::parse(redirect_uri).map_or_else(|_| String::new(), |url| url.origin().ascii_serialization());
    respond(StatusCode::OK, "Sign out", &body, &origin, set)
}

/// Tells a person something.
pub(crate) fn notice(text: &str) -> Response {
    let body = format!("<h1>Casewright</h1><p role=\"status\">{}</p>", escape(text));
    respond(StatusCode::BAD_REQUEST, "Casewright", &body, "", None)
}

fn hidden(name: &str, value: &str) -> String {
    format!(r#"<input type="hidden" name="{}" value="{}">"#, escape(name), escape(value))
}

fn respond(
    status: StatusCode,
    title: &str,
    body: &str,
    redirect_origin: &str,
    set_cookie: Option<HeaderValue>,
) -> Response {
    let nonce = crate::vault::random_token();
    let html = format!(
        r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title} · Casewright</title><style nonce="{nonce}">{STYLE}</style></head>
<body><main><div class="brand">{LOGO}<span>Casewright</span></div>{body}</main></body></html>"#,
        title = escape(title),
    );
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self' {redirect_origin}; base-uri 'none'; frame-ancestors 'none'"
    );
    let mut response = (status, Html(html)).into_response();
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
