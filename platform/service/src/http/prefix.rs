//! A platform that is not alone under its name: everything is reached below a path (`https://example.org/cases/...`).

use axum::Router;
use axum::extract::{OriginalUri, Request};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use std::sync::Arc;

/// Serves `router` below `prefix`, a path without a slash at its end; empty: as it is.
///
/// Goes around the whole router, so that routes know nothing of it. A request that does not come below the prefix is served as
/// well: a proxy may have taken the prefix off, and who asks for the health of a process asks it by its own address. Where an
/// answer to a request below the prefix leads on (`Location`), it leads below the prefix.
pub fn below(router: Router, prefix: &str) -> Router {
    if prefix.is_empty() {
        return router;
    }
    let prefix: Arc<str> = prefix.into();
    let within = move |mut request: Request, next: Next| {
        let prefix = Arc::clone(&prefix);
        async move {
            let Some(uri) = without(request.uri(), &prefix) else {
                return next.run(request).await;
            };
            *request.uri_mut() = uri;
            // The router inside notes it anew.
            request.extensions_mut().remove::<OriginalUri>();
            let mut response = next.run(request).await;
            lead_below(&mut response, &prefix);
            response
        }
    };
    Router::new().fallback_service(router).layer(from_fn(within))
}

/// The address without the prefix; none when it is not below it.
fn without(uri: &Uri, prefix: &str) -> Option<Uri> {
    match uri.path().strip_prefix(prefix)? {
        "" => with_path(uri, "/"),
        path if path.starts_with('/') => with_path(uri, path),
        _ => None,
    }
}

/// The address with another path, and the query it has; none when that is no path.
#[must_use]
pub fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let whole = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(whole).ok()?);
    Uri::from_parts(parts).ok()
}

/// A path of this host; an address with a host, or one that begins with two slashes, says itself where it leads.
fn lead_below(response: &mut Response, prefix: &str) {
    let headers = response.headers_mut();
    let Some(path) = headers.get(header::LOCATION).and_then(|location| location.to_str().ok()) else {
        return;
    };
    if !path.starts_with('/') || path.starts_with("//") {
        return;
    }
    if let Ok(below) = HeaderValue::from_str(&format!("{prefix}{path}")) {
        headers.insert(header::LOCATION, below);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::response::Redirect;
    use axum::routing::get;
    use tower::ServiceExt as _;

    async fn ask(path: &str) -> (u16, String, String) {
        let routes = Router::new()
            .route("/", get(|| async { "home" }))
            .route("/cases/{id}", get(|uri: Uri| async move { uri.to_string() }))
            .route("/on", get(|| async { Redirect::temporary("/cases/1") }))
            .route("/away", get(|| async { Redirect::temporary("https://else.example/x") }));
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let response = below(routes, "/desk").oneshot(request).await.unwrap();
        let location = response.headers().get("location").map_or("", |value| value.to_str().unwrap()).to_owned();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1 << 16).await.unwrap();
        (status, location, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn what_is_below_the_prefix_is_found_with_its_query() {
        assert_eq!(ask("/desk/cases/1?a=%2Fb&c=d").await.2, "/cases/1?a=%2Fb&c=d");
        for home in ["/desk", "/desk/"] {
            assert_eq!(ask(home).await.2, "home", "{home}");
        }
    }

    #[tokio::test]
    async fn a_proxy_may_take_the_prefix_off_and_a_name_that_only_begins_so_is_another() {
        assert_eq!(ask("/cases/1").await.2, "/cases/1");
        assert_eq!(ask("/desktop/cases/1").await.0, 404);
        assert_eq!(ask("/desk/desk/cases/1").await.0, 404);
    }

    #[tokio::test]
    async fn answers_lead_below_the_prefix_who_came_there_and_nobody_else() {
        assert_eq!(ask("/desk/on").await.1, "/desk/cases/1");
        assert_eq!(ask("/on").await.1, "/cases/1");
        assert_eq!(ask("/desk/away").await.1, "https://else.example/x");
    }
}
