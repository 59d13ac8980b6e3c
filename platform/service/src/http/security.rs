//! Response headers that keep a browser from doing what the platform never asks for.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// The policy of the portal: scripts only from us, no framing, no plug-ins. `connect` adds origins a page may talk to
/// (the object store that takes presigned uploads).
#[must_use]
pub fn content_security_policy(connect: &[String]) -> String {
    let mut origins = String::new();
    for origin in connect {
        origins.push(' ');
        origins.push_str(origin);
    }
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:{origins}; \
         font-src 'self' data:; connect-src 'self'{origins}; frame-src 'self' blob:{origins}; worker-src 'self' blob:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )
}

/// Sets what is not set: a file or the sign-in page may have a stricter policy of its own.
pub(crate) fn apply(headers: &mut HeaderMap, policy: &HeaderValue, is_https: bool) {
    if is_https {
        // A year, and not for the names below ours, which may be somebody else's (RFC 6797).
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    let fixed: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_SECURITY_POLICY, policy.clone()),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
        ),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(value);
    }
}
