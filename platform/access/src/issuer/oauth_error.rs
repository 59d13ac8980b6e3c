//! Errors as OAuth 2.0 tells them (RFC 6749, section 5.2): not problems, because clients of every language parse these.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use casewright_service::Problem;
use serde_json::json;

#[derive(Debug)]
pub(crate) struct OauthError {
    status: StatusCode,
    code: &'static str,
    description: String,
    /// Seconds to come again after.
    retry_after: Option<u64>,
}

impl OauthError {
    fn new(status: StatusCode, code: &'static str, description: impl Into<String>) -> Self {
        Self { status, code, description: description.into(), retry_after: None }
    }

    pub(crate) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    pub(crate) fn invalid_grant() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "invalid_grant",
            "The code or the token is not valid, not any more, or not for this client.",
        )
    }

    pub(crate) fn invalid_client() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", "The client is unknown, or its secret is wrong.")
    }

    pub(crate) fn unsupported_grant_type() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "authorization_code, refresh_token and client_credentials are supported.",
        )
    }
}

/// The journal does not answer, or too many attempts: in OAuth's words.
impl From<Problem> for OauthError {
    fn from(problem: Problem) -> Self {
        let code = if problem.status == 429 { "slow_down" } else { "temporarily_unavailable" };
        let retry_after = problem.retry_after;
        Self { retry_after, ..Self::new(problem.status(), code, problem.detail) }
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let body = Json(json!({"error": self.code, "error_description": self.description}));
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"casewright\""));
        }
        response
    }
}
