//! What answers where no route is: the portal's page for addresses of the portal, and an error for addresses of an
//! interface. A program that misspells a path must not take a page for success.

use crate::portal;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use casewright_service::Problem;
use serde_json::json;
use std::sync::Arc;

/// Where programs talk; no page of the portal is below these.
const INTERFACES: [&str; 6] = ["api", "auth", "files", "engine-rest", "health", "metrics"];
const PAGES: &str = "GET, HEAD";

/// What the pages of the portal are told.
#[derive(Clone)]
pub(super) struct Pages {
    /// The path below which the platform is reached; empty, or without a slash at its end.
    pub(super) prefix: Arc<str>,
}

/// Of a process that shows the portal.
pub(super) async fn with_portal(State(pages): State<Pages>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if is_of_an_interface(&uri) {
        return not_there(&uri);
    }
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, PAGES)]).into_response();
    }
    portal::page_or_file(&uri, &headers, &pages.prefix)
}

/// Of a process that does not.
pub(super) async fn without_portal(uri: Uri) -> Response {
    not_there(&uri)
}

fn root(uri: &Uri) -> &str {
    uri.path().trim_start_matches('/').split('/').next().unwrap_or_default()
}

fn is_of_an_interface(uri: &Uri) -> bool {
    INTERFACES.contains(&root(uri))
}

fn not_there(uri: &Uri) -> Response {
    if root(uri) == "engine-rest" {
        let body = json!({"type": "NotFoundException", "message": "HTTP 404 Not Found", "code": null});
        return (StatusCode::NOT_FOUND, axum::Json(body)).into_response();
    }
    Problem::not_found("There is nothing at this address.").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt as _;

    async fn ask(method: &str, path: &str) -> (u16, String, String) {
        let router = Router::new().fallback(with_portal).with_state(Pages { prefix: "".into() });
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let kind = response.headers().get("content-type").map_or("", |value| value.to_str().unwrap()).to_owned();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, kind, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn an_address_of_an_interface_that_is_none_is_an_error_and_no_page() {
        for path in ["/api/v1/nope", "/api", "/api/v2/x", "/auth/nope", "/files/nope", "/health/nope", "//api/v1/me"] {
            for method in ["GET", "POST", "DELETE"] {
                let (status, kind, body) = ask(method, path).await;
                assert_eq!((status, kind.as_str()), (404, "application/problem+json"), "{method} {path}");
                assert!(body.contains(r#""code":"not-found""#), "{body}");
            }
        }
        let (status, kind, body) = ask("GET", "/engine-rest/nope").await;
        assert_eq!((status, kind.as_str()), (404, "application/json"));
        assert!(body.contains("NotFoundException"), "{body}");
    }

    #[tokio::test]
    async fn pages_are_only_looked_at() {
        assert_eq!(ask("POST", "/cases/1").await.0, 405);
        // Whether there is a page depends on what was built.
        assert_ne!(ask("GET", "/apical").await.1, "application/problem+json");
    }
}
