//! The version of an aggregate as `ETag` and `If-Match` (RFC 9110, sections 8.8.3 and 13.1.1).

use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};

/// The `ETag` of a version: `"7"`.
#[must_use]
pub fn etag(version: u64) -> HeaderValue {
    let text = format!("\"{version}\"");
    HeaderValue::from_str(&text).expect("a quoted number is a header value")
}

/// The version a writer has seen; none when it did not say (or said `*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct IfMatch(pub Option<u64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Ok(Self(None));
        };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        // Proxies that compress weaken the tag; the version is still the version.
        text.strip_prefix("W/")
            .unwrap_or(text)
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .and_then(|text| text.parse().ok())
            .map(|version| Self(Some(version)))
            .ok_or_else(|| {
                Problem::bad_request("invalid-if-match", "If-Match is a version in quotes, as the ETag was: \"7\".")
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(value: &str) -> Result<IfMatch, Problem> {
        let (mut parts, ()) = axum::http::Request::get("/").header("If-Match", value).body(()).unwrap().into_parts();
        IfMatch::from_request_parts(&mut parts, &()).await
    }

    #[tokio::test]
    async fn if_match_reads_what_etag_writes() {
        let tag = etag(7);
        assert_eq!(read(tag.to_str().unwrap()).await.unwrap(), IfMatch(Some(7)));
        assert_eq!(read("W/\"7\"").await.unwrap(), IfMatch(Some(7)));
        assert_eq!(read("*").await.unwrap(), IfMatch(None));
    }

    #[tokio::test]
    async fn another_tag_is_refused() {
        assert_eq!(read("7").await.unwrap_err().code, "invalid-if-match");
        assert_eq!(read("\"a\"").await.unwrap_err().code, "invalid-if-match");
    }
}
