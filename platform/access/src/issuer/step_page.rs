//! The pages of a sign-in after the first one.

use super::cookie;
use super::page::{hidden, origin_of, respond};
use super::pending::{Pending, Step};
use crate::access::Access;
use crate::picture;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};

/// Asks for a code of the second factor.
pub(super) fn code(access: &Access, headers: &HeaderMap, pending: &Pending, failure: Option<&str>) -> Response {
    let ask = html! {
        p { "Enter the code that your authenticator app shows for Casewright, or one of your recovery codes." }
        (code_field("Code", failure))
        button type="submit" data-testid="send-code" { "Sign in" }
    };
    let page = Page { title: "Second step", path: "code", step: Step::Code, failure };
    page.show(access, headers, pending, &ask)
}

/// Asks for another password in place of one that somebody else chose.
pub(super) fn password(access: &Access, headers: &HeaderMap, pending: &Pending, failure: Option<&str>) -> Response {
    let ask = html! {
        p { "Somebody else chose your password. Choose one that only you know: at least 8 characters of any kind; a few words are good." }
        (password_field("password", "New password", failure))
        (password_field("again", "New password again", failure))
        button type="submit" data-testid="set-password" { "Change password" }
    };
    let page = Page { title: "Choose a password", path: "password", step: Step::Password, failure };
    page.show(access, headers, pending, &ask)
}

/// Sets a second factor up.
pub(super) fn enrolment(access: &Access, headers: &HeaderMap, mut pending: Pending, failure: Option<&str>) -> Response {
    let secret = pending.enrolment();
    let ask = html! {
        p { "Your account needs a second factor. Scan this with an authenticator app, then enter the code that it shows." }
        @if let Some(picture) = picture::of(&secret.uri(&pending.user)) {
            img.code src=(picture) alt="The picture that an authenticator app scans" width="200" height="200";
        }
        p { "Or type this into the app: " code data-testid="secret" { (secret.text()) } }
        (code_field("Code", failure))
        button type="submit" data-testid="send-code" { "Go on" }
    };
    let page = Page { title: "Set up a second factor", path: "enrolment", step: Step::Enrolment, failure };
    page.show(access, headers, &pending, &ask)
}

/// Shows recovery codes, once.
pub(super) fn recovery_codes(access: &Access, headers: &HeaderMap, pending: &Pending, codes: &[String]) -> Response {
    let ask = html! {
        p { "Your second factor is set up. Keep these recovery codes where only you find them: each lets you in once without your app. They are not shown again." }
        ul.codes data-testid="recovery-codes" {
            @for code in codes { li { code { (code) } } }
        }
        button type="submit" data-testid="go-on" { "I have kept them" }
    };
    let page = Page { title: "Recovery codes", path: "end", step: Step::End, failure: None };
    page.show(access, headers, pending, &ask)
}

struct Page<'a> {
    title: &'a str,
    /// Below `/auth/sign-in`.
    path: &'a str,
    step: Step,
    failure: Option<&'a str>,
}

impl Page<'_> {
    fn show(&self, access: &Access, headers: &HeaderMap, pending: &Pending, ask: &Markup) -> Response {
        let (value, set) = cookie::form_cookie(access, headers);
        let token = cookie::form_token(access, &value);
        let body = html! {
            h1 { (self.title) }
            @if let Some(text) = self.failure {
                p.alert role="alert" id="failure" { (text) }
            }
            form method="post" action={ (access.config().issuer) "/sign-in/" (self.path) } {
                (hidden("form_token", &token))
                (hidden("pending", &pending.seal(access, self.step, &token)))
                (ask)
            }
        };
        let status = if self.failure.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
        respond(status, self.title, &body, &origin_of(&pending.request.redirect_uri), set)
    }
}

fn code_field(label: &str, failure: Option<&str>) -> Markup {
    html! {
        label for="code" { (label) }
        input id="code" name="code" data-testid="code" autocomplete="one-time-code" autocapitalize="characters"
            spellcheck="false" required autofocus aria-describedby=[failure.map(|_| "failure")]
            aria-invalid=[failure.map(|_| "true")];
    }
}

fn password_field(name: &str, label: &str, failure: Option<&str>) -> Markup {
    html! {
        label for=(name) { (label) }
        input id=(name) name=(name) data-testid=(name) type="password" autocomplete="new-password" required
            aria-describedby=[failure.map(|_| "failure")] aria-invalid=[failure.map(|_| "true")];
    }
}
