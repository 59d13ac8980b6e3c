//! Which requests of a browser come in: a page of somebody else must not act with what the browser or the machine lends it.
//!
//! A browser sends a request of any page to any address, with the password it remembers for it, and an address of this
//! machine is as good as another. What gives such a request away are `Origin` and `Sec-Fetch-Site` (Fetch, sections 3.2 and
//! Fetch Metadata, 2.4), the `Host` it was made for, and that it needs a content type to be asked about first (CORS).

use crate::problem::Problem;
use crate::seldom::{MINUTE, Seldom};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Body as _;
use serde_json::json;
use std::net::IpAddr;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// Where the platform's own interfaces are.
const GUARDED: [&str; 2] = ["/api", CONTRACT];
/// Where errors have the shape of the Camunda 7 contract.
const CONTRACT: &str = "/engine-rest";
/// How long a browser need not ask again, as with Camunda Run.
const PREFLIGHT: Duration = Duration::from_secs(1800);
/// Every origin, as the setting says it.
const ANY: &str = "*";

/// What is believed of a request, and of whom it may be.
#[derive(Clone, Debug, Default)]
pub struct Door {
    /// Origins whose pages may call the interfaces, as a browser writes them (`https://app.example`); `*`: all, with a token.
    pub cors_origins: Vec<String>,
    /// Origins of our own pages, beside that of the address a request was made for.
    pub own_origins: Vec<String>,
    /// `X-Forwarded-*` is set by a proxy of ours. Else it is anybody's word and taken off.
    pub trusts_forwarded: bool,
    /// Paths below which nobody is asked who they are: only for addresses of this machine, so that no page can have its own
    /// name resolved to it.
    pub loopback_only: Vec<&'static str>,
}

impl Door {
    /// Takes off what is not to be believed, and lets in or says why not.
    pub(super) fn check(&self, request: &mut Request) -> Result<(), Problem> {
        if !self.trusts_forwarded {
            for name in ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"] {
                request.headers_mut().remove(name);
            }
        }
        let path = request.uri().path();
        if self.loopback_only.iter().any(|root| is_below(path, root)) && !is_for_this_machine(request) {
            tell_foreign(request);
            return Err(Problem::new(
                StatusCode::MISDIRECTED_REQUEST,
                "foreign-host",
                "Nobody is asked who they are here, so this is only for requests to an address of this machine.",
            ));
        }
        // A websocket is asked for by GET, and is written to from then on.
        let only_reads = request.method().is_safe() && !is_websocket(request);
        if !is_guarded(path) || only_reads {
            return Ok(());
        }
        if !self.is_of_our_pages(request) {
            tell_foreign(request);
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "foreign-origin",
                "A page of another origin sent this. Origins that may are named by server.cors_origins.",
            ));
        }
        if !request.body().is_end_stream() && !request.headers().contains_key(header::CONTENT_TYPE) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "A body needs a Content-Type, such as application/json.",
            ));
        }
        Ok(())
    }

    /// Whether no page sent it, or one of ours, or one that may.
    fn is_of_our_pages(&self, request: &Request) -> bool {
        let Some(origin) = request.headers().get(header::ORIGIN) else {
            // Requests of programs have neither; browsers old enough to have neither send Origin with every write.
            return request.headers().get("sec-fetch-site").is_none_or(|site| site.as_bytes() != b"cross-site");
        };
        let Ok(origin) = origin.to_str() else { return false };
        let is_listed = |list: &[String]| list.iter().any(|known| known.eq_ignore_ascii_case(origin));
        is_application(origin)
            || is_same_host(origin, request)
            || is_listed(&self.own_origins)
            || is_listed(&self.cors_origins)
            || (self.allows_all() && !shows_password(request))
    }

    fn allows_all(&self) -> bool {
        self.cors_origins.iter().any(|origin| origin == ANY)
    }

    /// What tells browsers which pages may call; none unless the settings name some.
    ///
    /// Methods and times are those of Camunda Run. No credentials of the browser: callers show a token or a password of
    /// their own.
    pub(super) fn cors(&self) -> Option<CorsLayer> {
        if self.cors_origins.is_empty() {
            return None;
        }
        let listed = self.cors_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
        let origins = if self.allows_all() { AllowOrigin::any() } else { AllowOrigin::list(listed) };
        let layer = CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([
                Method::GET,
                Method::HEAD,
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
                Method::OPTIONS,
            ])
            .allow_headers([
                header::ACCEPT,
                header::ACCEPT_LANGUAGE,
                header::AUTHORIZATION,
                header::CONTENT_LANGUAGE,
                header::CONTENT_TYPE,
                header::IF_MATCH,
                header::IF_NONE_MATCH,
                HeaderName::from_static("idempotency-key"),
                HeaderName::from_static("x-request-id"),
                HeaderName::from_static("x-requested-with"),
            ])
            .expose_headers([
                header::CONTENT_DISPOSITION,
                header::ETAG,
                header::LOCATION,
                header::RETRY_AFTER,
                HeaderName::from_static("ratelimit"),
                HeaderName::from_static("ratelimit-policy"),
                HeaderName::from_static("x-request-id"),
            ])
            .max_age(PREFLIGHT);
        Some(layer)
    }
}

/// A page or a name of somebody else that wanted in, for those who read logs: each once a minute. Not the path, which may hold
/// what is nobody's business.
fn tell_foreign(request: &Request) {
    static TOLD: LazyLock<Seldom<String>> = LazyLock::new(|| Seldom::every(MINUTE));
    let shown = |name| request.headers().get(name).map(|value| shortened(value.as_bytes())).unwrap_or_default();
    let (origin, host) =
        (shown(header::ORIGIN), host(request).map(|host| shortened(host.as_bytes())).unwrap_or_default());
    if TOLD.is_due(format!("{origin} {host}"), Instant::now()) {
        tracing::warn!(origin, host, "a request of a foreign page or for a foreign host was refused");
    }
}

/// What strangers send, in a length and with characters that a log may have.
fn shortened(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().take(100).map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect()
}

/// Whether a page of a listed origin may ask for this at all. `/files` answers every origin by itself, and the sign-in none.
#[must_use]
pub fn is_guarded(path: &str) -> bool {
    GUARDED.iter().any(|root| is_below(path, root))
}

/// Whether errors there have the shape of the Camunda 7 contract.
pub(super) fn is_contract(path: &str) -> bool {
    is_below(path, CONTRACT)
}

/// The root or below it.
pub(super) fn is_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What is told to who is not let in, in the words of the interface.
pub fn refusal(path: &str, problem: Problem) -> Response {
    if !is_contract(path) {
        return problem.into_response();
    }
    let kind = match problem.status() {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "NotSupportedException",
        StatusCode::TOO_MANY_REQUESTS => "TooManyRequestsException",
        _ => "InvalidRequestException",
    };
    let body = json!({"type": kind, "message": problem.detail, "code": null});
    let mut response = (problem.status(), axum::Json(body)).into_response();
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// RFC 6455, section 4.1.
fn is_websocket(request: &Request) -> bool {
    let upgrade = request.headers().get(header::UPGRADE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    upgrade.split(',').any(|protocol| protocol.trim().eq_ignore_ascii_case("websocket"))
}

/// Whether it comes with a password of HTTP Basic, which browsers remember and send for any page. A token they do not.
fn shows_password(request: &Request) -> bool {
    let shown = request.headers().get(header::AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
    shown.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic"))
}

/// Pages have an origin of the web, or none to speak of (`null`). Everything else is a program with a window.
fn is_application(origin: &str) -> bool {
    let is_web = |scheme: &str| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    origin.split_once("://").is_some_and(|(scheme, _)| !is_web(scheme))
}

/// Whether the page came from where the request goes. Only the host is compared: a proxy may have taken off TLS.
fn is_same_host(origin: &str, request: &Request) -> bool {
    let Some((_, from)) = origin.split_once("://") else { return false };
    host(request).is_some_and(|host| host.eq_ignore_ascii_case(from))
}

/// `host` or `host:port` that a request was made for.
fn host(request: &Request) -> Option<&str> {
    let named = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    // HTTP/2 has it in the address.
    request.uri().authority().map(axum::http::uri::Authority::as_str).or(named)
}

fn is_for_this_machine(request: &Request) -> bool {
    let Some(host) = host(request) else { return false };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    if let Ok(address) = name.parse::<IpAddr>() {
        return address.to_canonical().is_loopback();
    }
    // RFC 6761, section 6.3: these names are nobody else's.
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn door() -> Door {
        Door {
            cors_origins: vec!["https://app.example".to_owned()],
            own_origins: vec!["https://cases.example".to_owned()],
            trusts_forwarded: false,
            loopback_only: vec!["/engine-rest"],
        }
    }

    fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &'static str) -> Request {
        let mut request = axum::http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::from(body)).unwrap()
    }

    /// The code of the refusal of a write to `/api/v1/cases`.
    fn write(headers: &[(&str, &str)]) -> Option<String> {
        let mut headers = headers.to_vec();
        headers.extend([("host", "cases.local:8080"), ("content-type", "application/json")]);
        let mut request = request("POST", "/api/v1/cases", &headers, "{}");
        door().check(&mut request).err().map(|problem| problem.code)
    }

    #[test]
    fn programs_own_pages_and_listed_ones_may_write() {
        for headers in [
            &[] as &[(&str, &str)],
            &[("origin", "http://cases.local:8080"), ("sec-fetch-site", "same-origin")],
            &[("origin", "https://cases.example"), ("sec-fetch-site", "same-origin")],
            &[("origin", "https://app.example"), ("sec-fetch-site", "cross-site")],
            // Camunda Modeler, and an editor's web view.
            &[("origin", "file://"), ("sec-fetch-site", "cross-site")],
            &[("origin", "vscode-webview://abc")],
            &[("sec-fetch-site", "none")],
        ] {
            assert_eq!(write(headers), None, "{headers:?}");
        }
    }

    #[test]
    fn a_page_of_anybody_may_write_with_a_token_but_not_with_a_password_that_the_browser_remembers() {
        let door = Door { cors_origins: vec!["*".to_owned()], ..door() };
        let answer = |origin: &str, shown: &str| {
            let headers = [
                ("host", "127.0.0.1:8080"),
                ("origin", origin),
                ("content-type", "multipart/form-data; boundary=x"),
                ("authorization", shown),
            ];
            let mut request = request("POST", "/engine-rest/deployment/create", &headers, "--x--");
            door.check(&mut request).err().map(|problem| problem.code)
        };
        assert_eq!(answer("https://evil.example", "Basic ZGVtbzpkZW1v").as_deref(), Some("foreign-origin"));
        assert_eq!(answer("https://evil.example", "basic ZGVtbzpkZW1v").as_deref(), Some("foreign-origin"));
        assert_eq!(answer("https://evil.example", "Bearer abc"), None);
        assert_eq!(answer("https://cases.example", "Basic ZGVtbzpkZW1v"), None);
    }

    #[test]
    fn a_websocket_is_opened_by_our_pages_and_by_programs() {
        let open = |headers: &[(&str, &str)]| {
            let mut headers = headers.to_vec();
            headers.extend([("host", "cases.local:8080"), ("connection", "Upgrade"), ("upgrade", "websocket")]);
            let mut request = request("GET", "/api/v1/live", &headers, "");
            door().check(&mut request).err().map(|problem| problem.code)
        };
        assert_eq!(open(&[("origin", "https://evil.example")]).as_deref(), Some("foreign-origin"));
        assert_eq!(open(&[("origin", "http://cases.local:8080")]), None);
        assert_eq!(open(&[]), None);
    }

    #[test]
    fn pages_of_others_may_not() {
        for headers in [
            &[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] as &[(&str, &str)],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site")],
            &[("origin", "http://cases.local:8081"), ("sec-fetch-site", "same-site")],
            &[("origin", "http://cases.local")],
        ] {
            assert_eq!(write(headers).as_deref(), Some("foreign-origin"), "{headers:?}");
        }
    }

    #[test]
    fn reading_is_left_to_the_browser_s_own_rule() {
        let mut read = request("GET", "/api/v1/cases", &[("origin", "https://evil.example")], "");
        assert!(door().check(&mut read).is_ok());
    }

    #[test]
    fn a_body_says_what_it_is() {
        let local = ("host", "127.0.0.1:8080");
        let mut blob = request("POST", "/engine-rest/process-definition/key/a/start", &[local], "{}");
        let refused = door().check(&mut blob).unwrap_err();
        assert_eq!((refused.status, refused.code.as_str()), (415, "unsupported-media-type"));
        let mut empty = request("POST", "/engine-rest/task/1/claim", &[local], "");
        assert!(door().check(&mut empty).is_ok());
    }

    #[test]
    fn without_authentication_only_addresses_of_this_machine_are_answered() {
        let is_in = |host: &str| {
            let mut request = request("GET", "/engine-rest/version", &[("host", host)], "");
            door().check(&mut request).is_ok()
        };
        for host in
            ["127.0.0.1:18502", "127.9.9.9", "localhost", "LOCALHOST.:8080", "[::1]:8080", "[::1]", "a.localhost:1"]
        {
            assert!(is_in(host), "{host}");
        }
        for host in [
            "rebind.evil.example",
            "192.0.2.1:8080",
            "localhost.evil.example",
            "[2001:db8::1]:80",
            "",
            "127.0.0.1.evil.example",
        ] {
            assert!(!is_in(host), "{host}");
        }
        let mut elsewhere = request("GET", "/api/v1/me", &[("host", "cases.example")], "");
        assert!(door().check(&mut elsewhere).is_ok());
    }

    #[test]
    fn what_a_proxy_says_is_believed_only_of_ours() {
        let forwarded = [("x-forwarded-proto", "javascript"), ("x-forwarded-for", "8.8.8.8"), ("host", "a")];
        let mut request_of_anybody = request("GET", "/", &forwarded, "");
        door().check(&mut request_of_anybody).unwrap();
        assert!(!request_of_anybody.headers().contains_key("x-forwarded-proto"));
        assert!(!request_of_anybody.headers().contains_key("x-forwarded-for"));
        let mut by_proxy = request("GET", "/", &forwarded, "");
        Door { trusts_forwarded: true, ..door() }.check(&mut by_proxy).unwrap();
        assert!(by_proxy.headers().contains_key("x-forwarded-proto"));
    }
}
