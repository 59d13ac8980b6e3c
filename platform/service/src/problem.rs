//! The one error body of `/api/v1`: problem details for HTTP APIs (RFC 9457).
//!
//! `code` is the stable contract, `detail` is for people. A problem never carries an internal cause: that goes to the
//! log, at the boundary, once.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The media type of RFC 9457, section 3.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The page that explains it: `/errors/<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the status means, in words.
    pub title: String,
    /// The HTTP status, 400 to 599.
    pub status: u16,
    /// Stable, kebab case: what a program looks at.
    pub code: String,
    /// What happened this time, for a person.
    pub detail: String,
    /// The request it happened to, as `urn:casewright:request:<id>`; the same id is in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The places that are wrong, when places can be named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Violation>,
    /// With `version-mismatch`: the version the aggregate has now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_version: Option<u64>,
    /// What a program needs to know besides, as the page of the code says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub details: Option<serde_json::Value>,
    /// With 429 and 503: seconds until another attempt makes sense.
    #[serde(skip)]
    pub retry_after: Option<u64>,
    /// With 401: what a caller has to show, as `WWW-Authenticate` says it.
    #[serde(skip)]
    pub challenge: Option<String>,
}

/// One place that is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Violation {
    /// JSON pointer (RFC 6901) into the request body, or `?name` for a query parameter.
    pub pointer: String,
    /// Stable, kebab case.
    pub code: String,
    pub detail: String,
}

impl Problem {
    #[must_use]
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/errors/{code}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail: detail.into(),
            instance: None,
            errors: Vec::new(),
            current_version: None,
            details: None,
            retry_after: None,
            challenge: None,
        }
    }

    /// Names one more place that is wrong.
    #[must_use]
    pub fn with_error(mut self, pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        self.errors.push(Violation { pointer: pointer.into(), code: code.to_owned(), detail: detail.into() });
        self
    }

    /// What a program needs to know besides: an object.
    #[must_use]
    pub fn with_details(mut self, details: serde_json::Value) -> Self {
        self.details = Some(details);
        self
    }

    /// Sent as `Retry-After`, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Sent as `WWW-Authenticate` (RFC 9110, section 11.6.1).
    #[must_use]
    pub fn challenge(mut self, challenge: impl Into<String>) -> Self {
        self.challenge = Some(challenge.into());
        self
    }

    /// 400: the request cannot be understood.
    /// The cursor of a page is none that the list has given.
    #[must_use]
    pub fn invalid_cursor() -> Self {
        Self::bad_request("invalid-cursor", "The cursor is not one of this list.").with_error(
            "?cursor",
            "invalid-cursor",
            "unknown",
        )
    }

    #[must_use]
    pub fn bad_request(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401 `unauthorized`: nobody is signed in, or the token is not (or no longer) valid.
    #[must_use]
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }

    /// 403 `forbidden`: somebody is signed in, and policy says no.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 404 `not-found`.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", detail)
    }

    /// 409: the aggregate's state does not allow it.
    #[must_use]
    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 412 `version-mismatch`: `If-Match` named another version than the present one.
    #[must_use]
    pub fn precondition_failed(current_version: u64) -> Self {
        let mut problem = Self::new(
            StatusCode::PRECONDITION_FAILED,
            "version-mismatch",
            format!("It was changed by somebody else; it is at version {current_version} now."),
        );
        problem.current_version = Some(current_version);
        problem
    }

    /// 422: understood, and not acceptable.
    #[must_use]
    pub fn unprocessable(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// 429 `too-many-requests`.
    #[must_use]
    pub fn too_many_requests(detail: impl Into<String>, retry_after: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail).retry_after(retry_after)
    }

    /// 500 `internal`: the machine's fault. Log the cause before; the caller only learns that it happened.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side. The request id finds it in the log.",
        )
    }

    /// 503 `unavailable`: the machine's fault, and trying again makes sense.
    #[must_use]
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail).retry_after(1)
    }

    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = self.challenge.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        // The outer layer knows the request id and writes it into `instance`.
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_the_members_of_rfc_9457_and_ours() {
        let problem = Problem::unprocessable("invalid-submission", "Two fields are wrong.").with_error(
            "/data/amount",
            "required",
            "An amount is needed.",
        );
        assert_eq!(
            serde_json::to_value(problem).unwrap(),
            serde_json::json!({
                "type": "/errors/invalid-submission",
                "title": "Unprocessable Entity",
                "status": 422,
                "code": "invalid-submission",
                "detail": "Two fields are wrong.",
                "errors": [{"pointer": "/data/amount", "code": "required", "detail": "An amount is needed."}],
            })
        );
    }

    #[test]
    fn a_stale_version_tells_the_present_one() {
        let response = Problem::precondition_failed(7).into_response();
        assert_eq!(response.status(), StatusCode::PRECONDITION_FAILED);
        assert_eq!(response.headers()["content-type"], MEDIA_TYPE);
        let problem = response.extensions().get::<Problem>().unwrap();
        assert_eq!(problem.current_version, Some(7));
    }
}
