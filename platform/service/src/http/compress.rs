//! Which answers are compressed: texts of some length that hold no secret beside somebody else's words.
//!
//! A secret and a stranger's text in one compressed answer tell the one by the length of the other (BREACH). Answers of the
//! interfaces are made for a token that no page of a stranger can send, so they are safe; the pages of the sign-in, which
//! hold a form's token and repeat what the address says, are left as they are.

use super::door::is_below;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::response::Response;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, Predicate as _, SizeAbove};

/// Bytes below which it is not worth it.
const WORTHWHILE: u64 = 1024;

/// In the extensions of an answer that goes out as it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct AsItIs;

/// Whether answers of this path go out as they are: files are bytes of their own, mostly compressed already, and have ranges.
pub(super) fn is_left_alone(path: &str) -> bool {
    is_below(path, "/auth") || is_below(path, "/files")
}

type Rule = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

pub(super) fn layer() -> CompressionLayer<And<SizeAbove, Rule>> {
    let rule: Rule = |_, _, headers, extensions| extensions.get::<AsItIs>().is_none() && is_text(headers);
    CompressionLayer::new().compress_when(SizeAbove::new(WORTHWHILE).and(rule))
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    // Events are to arrive one by one.
    if kind == "text/event-stream" {
        return false;
    }
    let is_known =
        ["application/json", "application/javascript", "application/xml", "application/wasm", "image/svg+xml"];
    kind.starts_with("text/") || is_known.contains(&kind) || kind.ends_with("+json") || kind.ends_with("+xml")
}

/// A compressed answer is not byte for byte the other: its tag is a weak one (RFC 9110, section 8.8.1).
pub(super) async fn weaken(mut response: Response) -> Response {
    if !response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let strong = response.headers().get(header::ETAG).filter(|tag| tag.as_bytes().starts_with(b"\""));
    let weak = strong.and_then(|tag| HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()).ok());
    if let Some(weak) = weak {
        response.headers_mut().insert(header::ETAG, weak);
    }
    response
}
