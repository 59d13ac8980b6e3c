//! What every request goes through: an id, a trace line with ids only, limits, a panic that becomes a problem, and
//! security headers.

use super::body::TooSlow;
use super::compress::{self, AsItIs};
use super::door::{self, Door};
use super::security;
use crate::problem::Problem;
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Instant;
use tower::{Layer as _, ServiceExt as _};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;
use tracing::Instrument as _;

/// What the common layers are told.
#[derive(Clone, Debug)]
pub struct Layers {
    /// Bytes a request body may have, for every extractor; a route that streams a raw body has a limit of its own.
    pub body_limit: usize,
    /// `Content-Security-Policy` of responses that have none.
    pub content_security_policy: String,
    /// People reach it by TLS, here or at a proxy: browsers are told to use nothing else.
    pub is_https: bool,
    /// Whose requests come in.
    pub door: Door,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            body_limit: 1024 * 1024,
            content_security_policy: security::content_security_policy(&[]),
            is_https: false,
            door: Door::default(),
        }
    }
}

/// The id of a request: in its extensions, its span, its response (`x-request-id`) and its problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

const HEADER: &str = "x-request-id";

/// Puts the common layers around a router. Call it last, on the whole router.
pub fn common_layers(router: Router, layers: &Layers) -> Router {
    let policy = HeaderValue::from_str(&layers.content_security_policy)
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    let frame =
        Frame { policy, is_https: layers.is_https, cors: layers.door.cors(), door: Arc::new(layers.door.clone()) };
    router
        .layer(axum::extract::DefaultBodyLimit::max(layers.body_limit))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(frame, around))
        // Outside of what writes bodies anew.
        .layer(compress::layer())
        .layer(map_response(compress::weaken))
}

/// What [`around`] needs to know.
#[derive(Clone)]
struct Frame {
    policy: HeaderValue,
    is_https: bool,
    cors: Option<CorsLayer>,
    door: Arc<Door>,
}

impl Frame {
    /// Past the door, or what is told there.
    async fn answer(&self, mut request: Request, next: Next) -> Response {
        let path = request.uri().path().to_owned();
        if let Err(problem) = self.door.check(&mut request) {
            return door::refusal(&path, problem);
        }
        // An OPTIONS that is no question of a browser is an operation like others.
        let is_plain_options = request.method() == Method::OPTIONS
            && !request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        match &self.cors {
            Some(cors) if door::is_guarded(&path) && !is_plain_options => match cors.layer(next).oneshot(request).await
            {
                Ok(response) => response,
                Err(never) => match never {},
            },
            _ => next.run(request).await,
        }
    }
}

fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    tracing::error!(panic = text, "a handler panicked");
    Problem::internal().into_response()
}

async fn around(State(frame): State<Frame>, mut request: Request, next: Next) -> Response {
    let id = incoming_id(&request);
    let method = request.method().clone();
    // The route with its placeholders, never the path: paths carry names, queries carry contents.
    let route: Arc<str> =
        request.extensions().get::<MatchedPath>().map_or_else(|| Arc::from("-"), |path| Arc::from(path.as_str()));
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::warn_span!("request", id = %id, method = %method, route = %route);
    let is_private = is_private(request.uri().path());
    // Refuses too much in words of its own.
    let is_contract = door::is_contract(request.uri().path());
    let is_as_it_is = compress::is_left_alone(request.uri().path());
    let too_slow = request.extensions().get::<TooSlow>().cloned().unwrap_or_default();
    let started = Instant::now();
    let mut response = frame.answer(request, next).instrument(span.clone()).await;
    if too_slow.is_so() {
        // Whatever the handler made of half a body.
        response = came_too_slowly();
    }
    let elapsed = started.elapsed();
    let status = response.status();
    span.in_scope(|| {
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        if status.is_server_error() {
            tracing::warn!(status = status.as_u16(), micros, "answered");
        } else {
            tracing::debug!(status = status.as_u16(), micros, "answered");
        }
    });
    let labels =
        [("method", method.as_str().to_owned()), ("route", route.to_string()), ("status", status.as_str().to_owned())];
    metrics::counter!("casewright_http_requests_total", &labels).increment(1);
    metrics::histogram!("casewright_http_request_duration_seconds", &labels[..2]).record(elapsed.as_secs_f64());
    if response.extensions().get::<Problem>().is_some() || (status == StatusCode::PAYLOAD_TOO_LARGE && !is_contract) {
        response = with_instance(response, &id);
    }
    security::apply(&mut response, &frame.policy, frame.is_https);
    if is_private {
        // Nothing of a case stays in a browser or a proxy.
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    if is_as_it_is {
        response.extensions_mut().insert(AsItIs);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// Whether answers are of somebody: what the interfaces and the sign-in say.
fn is_private(path: &str) -> bool {
    door::is_guarded(path) || door::is_below(path, "/auth")
}

/// RFC 9110, section 15.5.9.
fn came_too_slowly() -> Response {
    let detail = "The body came too slowly, and was not waited for any longer.";
    let mut response = Problem::new(StatusCode::REQUEST_TIMEOUT, "body-too-slow", detail).into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// An id from outside is kept when it is a UUID: logs are no place for what strangers have to say.
fn incoming_id(request: &Request) -> Arc<str> {
    let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok());
    let given =
        given.filter(|id| uuid::Uuid::try_parse(id).is_ok() && id.chars().all(|c| c.is_ascii_hexdigit() || c == '-'));
    given.map_or_else(|| Arc::from(uuid::Uuid::new_v4().to_string()), Arc::from)
}

/// Writes the request into the problem's `instance`; gives the body limit's bare 413 a problem.
fn with_instance(response: Response, id: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    let (mut problem, keep_headers) = match parts.extensions.remove::<Problem>() {
        Some(problem) => (problem, true),
        None => (
            Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body-too-large",
                "The body is larger than the server accepts.",
            ),
            false,
        ),
    };
    drop::<Body>(body);
    problem.instance = Some(format!("urn:casewright:request:{id}"));
    let mut fresh = problem.into_response();
    if keep_headers {
        for (name, value) in &parts.headers {
            if name != axum::http::header::CONTENT_LENGTH {
                fresh.headers_mut().insert(name.clone(), value.clone());
            }
        }
    }
    fresh
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::{get, post};

    fn app() -> Router {
        app_with(Layers::default())
    }

    fn app_with(layers: Layers) -> Router {
        let router = Router::new()
            .route("/ok", get(|| async { "ok" }))
            .route("/panic", get(|| async { explode() }))
            .route("/missing", get(|| async { Problem::not_found("No such thing.") }))
            .route("/api/v1/long", get(|| async { ([(header::ETAG, "\"7\"")], axum::Json("long ".repeat(1000))) }))
            .route("/api/v1/write", post(|| async { "written" }))
            .route("/engine-rest/write", post(|| async { "written" }))
            .route(
                "/engine-rest/large",
                post(|| async {
                    (StatusCode::PAYLOAD_TOO_LARGE, axum::Json(serde_json::json!({"type": "InvalidRequestException"})))
                }),
            )
            .route("/auth/page", get(|| async { "long ".repeat(1000) }))
            .route("/echo", post(|body: String| async { body }));
        let layers = Layers { body_limit: 10, ..layers };
        common_layers(router, &layers)
    }

    fn explode() -> &'static str {
        panic!("boom")
    }

    async fn send(request: axum::http::Request<Body>) -> (Response, serde_json::Value) {
        send_to(app(), request).await
    }

    async fn send_to(app: Router, request: axum::http::Request<Body>) -> (Response, serde_json::Value) {
        let response = app.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let value = serde_json::from_slice(&bytes).unwrap_or_default();
        (Response::from_parts(parts, Body::empty()), value)
    }

    fn get_request(path: &str) -> axum::http::Request<Body> {
        axum::http::Request::get(path).body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn a_panic_becomes_a_problem_and_does_not_tell_why() {
        let (response, body) = send(get_request("/panic")).await;
        assert_eq!(response.status(), 500);
        assert_eq!(body["code"], "internal");
        assert!(!body.to_string().contains("boom"));
    }

    #[tokio::test]
    async fn a_problem_names_the_request_it_happened_to() {
        let (response, body) = send(get_request("/missing")).await;
        let id = response.headers()["x-request-id"].to_str().unwrap();
        assert_eq!(body["instance"], format!("urn:casewright:request:{id}"));
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }

    #[tokio::test]
    async fn an_id_from_outside_is_kept_when_it_has_the_shape_of_one() {
        let with = |id: &str| axum::http::Request::get("/ok").header("x-request-id", id).body(Body::empty()).unwrap();
        for id in ["0198a3f2-7b1c-7def-8123-000000000001", "0198A3F27B1C7DEF8123000000000001"] {
            let (response, _) = send(with(id)).await;
            assert_eq!(response.headers()["x-request-id"], id);
        }
        let braced = "{0198a3f2-7b1c-7def-8123-000000000001}";
        for told in
            ["abc 12345;drop", "abc-12345", "anna.meyer", braced, "urn:uuid:0198a3f2-7b1c-7def-8123-000000000001"]
        {
            let (response, _) = send(with(told)).await;
            assert_ne!(response.headers()["x-request-id"], told);
        }
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_with_a_problem() {
        let request =
            axum::http::Request::post("/echo").header("content-length", "11").body(Body::from("12345678901")).unwrap();
        let (response, body) = send(request).await;
        assert_eq!(response.status(), 413);
        assert_eq!(body["code"], "body-too-large");
    }

    #[tokio::test]
    async fn the_contract_says_in_its_own_words_what_is_too_large() {
        let (response, body) = send(asked("POST", "/engine-rest/large", &[])).await;
        assert_eq!(response.status(), 413);
        assert_eq!(body["type"], "InvalidRequestException");
    }

    #[tokio::test]
    async fn every_response_has_the_security_headers() {
        let (response, _) = send(get_request("/ok")).await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self';") && policy.contains("style-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(policy.contains("frame-ancestors 'self'"));
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }

    fn asked(method: &str, path: &str, headers: &[(&str, &str)]) -> axum::http::Request<Body> {
        let mut request = axum::http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn long_texts_are_compressed_for_who_asks_for_it_but_not_the_sign_in() {
        let gzip = [("accept-encoding", "gzip, br")];
        let (response, _) = send(asked("GET", "/api/v1/long", &gzip)).await;
        assert_eq!(response.headers()["content-encoding"], "gzip");
        assert_eq!(response.headers()["etag"], "W/\"7\"");
        let (response, body) = send(asked("GET", "/api/v1/long", &[])).await;
        assert!(!response.headers().contains_key("content-encoding"));
        assert_eq!(response.headers()["etag"], "\"7\"");
        assert_eq!(body.as_str().unwrap().len(), 5000);
        for path in ["/ok", "/auth/page"] {
            let (response, _) = send(asked("GET", path, &gzip)).await;
            assert!(!response.headers().contains_key("content-encoding"), "{path}");
        }
        let (response, body) = send(asked("GET", "/missing", &gzip)).await;
        assert!(!response.headers().contains_key("content-encoding"));
        assert_eq!(body["code"], "not-found");
    }

    #[tokio::test]
    async fn what_the_interfaces_answer_is_stored_nowhere() {
        let (response, _) = send(get_request("/api/v1/long")).await;
        assert_eq!(response.headers()["cache-control"], "no-store");
        let (response, _) = send(get_request("/auth/page")).await;
        assert_eq!(response.headers()["cache-control"], "no-store");
        let (response, _) = send(get_request("/ok")).await;
        assert!(!response.headers().contains_key("cache-control"));
    }

    #[tokio::test]
    async fn browsers_stay_with_tls_where_there_is_tls() {
        let (response, _) = send(get_request("/ok")).await;
        assert!(!response.headers().contains_key("strict-transport-security"));
        let app = app_with(Layers { is_https: true, ..Layers::default() });
        let (response, _) = send_to(app, get_request("/ok")).await;
        assert_eq!(response.headers()["strict-transport-security"], "max-age=31536000");
    }

    #[tokio::test]
    async fn a_page_of_somebody_else_is_refused_in_the_words_of_the_interface() {
        let foreign = [("origin", "https://evil.example"), ("host", "cases.example")];
        let (response, body) = send(asked("POST", "/api/v1/write", &foreign)).await;
        assert_eq!(response.status(), 403);
        assert_eq!(body["code"], "foreign-origin");
        let (response, body) = send(asked("POST", "/engine-rest/write", &foreign)).await;
        assert_eq!(response.status(), 403);
        assert_eq!(body["type"], "InvalidRequestException");
    }

    #[tokio::test]
    async fn listed_pages_are_answered_as_browsers_want_it() {
        let door = Door { cors_origins: vec!["https://app.example".to_owned()], ..Door::default() };
        let app = app_with(Layers { door, ..Layers::default() });
        let ask = |origin: &'static str| {
            [("origin", origin), ("host", "cases.example"), ("access-control-request-method", "POST")]
        };
        let (response, _) =
            send_to(app.clone(), asked("OPTIONS", "/engine-rest/write", &ask("https://app.example"))).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["access-control-allow-origin"], "https://app.example");
        assert_eq!(response.headers()["access-control-max-age"], "1800");
        let (response, _) =
            send_to(app.clone(), asked("OPTIONS", "/engine-rest/write", &ask("https://evil.example"))).await;
        assert!(!response.headers().contains_key("access-control-allow-origin"));
        let (response, _) = send_to(app.clone(), asked("POST", "/api/v1/write", &ask("https://app.example"))).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["access-control-allow-origin"], "https://app.example");
        // Not what others do by themselves.
        let (response, _) = send_to(app, asked("GET", "/ok", &ask("https://app.example"))).await;
        assert!(!response.headers().contains_key("access-control-allow-origin"));
    }
}
