//! `Json<T>`: a request body whose rejections are problems that name the place.

use crate::problem::Problem;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

/// A JSON body in, or out. Request types deny unknown fields with `#[serde(deny_unknown_fields)]`; the rejection is
/// then 400 `unknown-field` with a pointer to it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The body must be application/json.",
            ));
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body-too-large",
                "The body is larger than this resource accepts.",
            ),
            _ => Problem::bad_request("unreadable-body", "The body could not be read."),
        })?;
        parse(&body).map(Json)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Reads a body as [`Json`] does, with a limit of its own: for the few handlers that take large ones, and look first at who
/// sends them.
///
/// # Errors
/// As [`Json`]'s rejections.
pub async fn read<T: DeserializeOwned>(mut request: Request, limit: usize) -> Result<T, Problem> {
    // What the router allows is for those who did not ask for more.
    DefaultBodyLimit::max(limit).apply(&mut request);
    Json::from_request(request, &()).await.map(|Json(value)| value)
}

/// Parses a body as [`Json`] does, for handlers that have the bytes.
///
/// # Errors
/// 400 `malformed-json`, `unknown-field`, `missing-field` or `invalid-value`, with the place.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(explain)?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn is_json(request: &Request) -> bool {
    let Some(value) = request.headers().get(header::CONTENT_TYPE) else {
        return false;
    };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::bad_request(
        "malformed-json",
        format!("The body is not JSON (line {}, column {}).", error.line(), error.column()),
    )
}

fn explain(error: serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let mut pointer = pointer(error.path());
    let inner = error.into_inner();
    if !inner.is_data() {
        return malformed(&inner);
    }
    // serde_json ends its text with the position; the pointer says it better.
    let text = inner.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text).to_owned();
    let quoted = text.split('`').nth(1).unwrap_or_default();
    let code = if text.starts_with("unknown field") {
        // The path already ends at the unknown field.
        if !pointer.ends_with(&format!("/{}", escape(quoted))) {
            pointer = format!("{pointer}/{}", escape(quoted));
        }
        "unknown-field"
    } else if text.starts_with("missing field") {
        pointer = format!("{pointer}/{}", escape(quoted));
        "missing-field"
    } else {
        "invalid-value"
    };
    Problem::bad_request(code, format!("The body is not acceptable: {text}.")).with_error(pointer, code, text)
}

fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut out = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => out.push_str(&format!("/{index}")),
            Segment::Map { key } => out.push_str(&format!("/{}", escape(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        #[allow(dead_code)]
        name: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[allow(dead_code)]
        items: Vec<Item>,
    }

    fn refusal(body: &str) -> (String, String) {
        let problem = parse::<Body>(body.as_bytes()).unwrap_err();
        let pointer = problem.errors.first().map(|e| e.pointer.clone()).unwrap_or_default();
        (problem.code, pointer)
    }

    #[test]
    fn an_unknown_field_is_refused_with_its_place() {
        assert_eq!(
            refusal(r#"{"items":[{"name":"a"},{"name":"b","a/b":1}]}"#),
            ("unknown-field".into(), "/items/1/a~1b".into())
        );
        assert_eq!(refusal(r#"{"items":[],"x":1}"#), ("unknown-field".into(), "/x".into()));
    }

    #[test]
    fn a_missing_field_is_refused_with_the_place_it_should_have() {
        assert_eq!(refusal(r#"{"items":[{}]}"#), ("missing-field".into(), "/items/0/name".into()));
    }

    #[test]
    fn a_wrong_type_is_refused_with_its_place() {
        assert_eq!(refusal(r#"{"items":[{"name":1}]}"#), ("invalid-value".into(), "/items/0/name".into()));
    }

    #[test]
    fn broken_json_and_trailing_text_are_malformed() {
        assert_eq!(refusal(r#"{"items":["#).0, "malformed-json");
        assert_eq!(refusal(r#"{"items":[]} x"#).0, "malformed-json");
    }
}
