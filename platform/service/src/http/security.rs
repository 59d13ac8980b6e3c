//! Response headers that keep a browser from doing what the platform never asks for.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use uuid::Uuid;

/// What style elements of a page must name, put into the extensions of the response that holds the page: its policy lets no others be
/// made. Never the same twice.
#[derive(Clone, Debug)]
pub struct StyleNonce(String);

impl StyleNonce {
    /// A nonce has 128 random bits at least (CSP 3, section 7.1); one such id has 122.
    #[must_use]
    pub fn random() -> Self {
        Self(format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where the nonce of a page goes in the policy.
const STYLES: &str = "style-src 'self'";

/// The policy of the portal: scripts and styles only from us, no framing, no plug-ins. `connect` adds origins a page may talk to
/// (the object store that takes presigned uploads).
#[must_use]
pub fn content_security_policy(connect: &[String]) -> String {
    let mut origins = String::new();
    for origin in connect {
        origins.push(' ');
        origins.push_str(origin);
    }
    format!(
        "default-src 'self'; script-src 'self'; {STYLES}; img-src 'self' data: blob:{origins}; \
         font-src 'self' data:; connect-src 'self'{origins}; frame-src 'self' blob:{origins}; worker-src 'self' blob:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )
}

/// Sets what is not set: a file or the sign-in page may have a stricter policy of its own.
pub(crate) fn apply(response: &mut Response, policy: &HeaderValue, is_https: bool) {
    let policy = match response.extensions().get::<StyleNonce>() {
        Some(nonce) => with_nonce(policy, nonce),
        None => policy.clone(),
    };
    let headers = response.headers_mut();
    if is_https {
        // A year, and not for the names below ours, which may be somebody else's (RFC 6797).
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    let fixed: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_SECURITY_POLICY, policy),
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

fn with_nonce(policy: &HeaderValue, nonce: &StyleNonce) -> HeaderValue {
    let told = policy.to_str().map(|policy| policy.replacen(STYLES, &format!("{STYLES} 'nonce-{}'", nonce.0), 1));
    told.ok().and_then(|told| HeaderValue::from_str(&told).ok()).unwrap_or_else(|| policy.clone())
}
