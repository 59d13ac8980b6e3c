//! Where Camunda Modeler looks for web applications after a deployment, and where its links lead.
//!
//! Its well-known document has a URL for each of Camunda's applications; what the Modeler appends to the cockpit's
//! (`process-definition/{id}`, `process-instance/{id}`) leads to the page of the portal that shows the same.

use axum::Router;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::json;

/// What the links of the cockpit begin with.
const COCKPIT: &str = "/open";

pub(crate) fn router() -> Router {
    Router::new()
        .route("/.well-known/camunda-automation-platform/webapps", get(webapps))
        .route(COCKPIT, get(|| async { Redirect::temporary("/processes") }))
        .route(&format!("{COCKPIT}/"), get(|| async { Redirect::temporary("/processes") }))
        .route(&format!("{COCKPIT}/process-definition/{{id}}"), get(|uri: Uri| page("processes", uri)))
        .route(&format!("{COCKPIT}/process-instance/{{id}}"), get(|uri: Uri| page("instances", uri)))
}

/// The last segment is the id, as it was encoded.
async fn page(of: &'static str, uri: Uri) -> Redirect {
    Redirect::temporary(&format!("/{of}/{}", uri.path().rsplit('/').next().unwrap_or_default()))
}

/// URLs as the caller can reach them: the host it asked, with the scheme a proxy in front of us tells.
async fn webapps(uri: Uri, headers: HeaderMap) -> Response {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).or_else(|| uri.host()).unwrap_or("localhost");
    let scheme = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    let base = format!("{}://{host}", scheme.filter(|scheme| *scheme == "https").unwrap_or("http"));
    axum::Json(json!({
        "adminUrl": format!("{base}/about"),
        "cockpitUrl": format!("{base}{COCKPIT}/"),
        "tasklistUrl": format!("{base}/tasks"),
    }))
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt as _;

    async fn ask(path: &str) -> Response {
        let request =
            Request::get(path).header(header::HOST, "cases.example:8080").body(Body::empty()).expect("a request");
        router().oneshot(request).await.expect("an answer")
    }

    #[tokio::test]
    async fn the_modeler_is_led_to_the_portal() {
        let answer = ask("/.well-known/camunda-automation-platform/webapps").await;
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
        let body = axum::body::to_bytes(answer.into_body(), 1000).await.expect("a body");
        let urls: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(urls["cockpitUrl"], "http://cases.example:8080/open/");
        for (path, page) in [
            ("/open/process-instance/a-1", "/instances/a-1"),
            ("/open/process-definition/order:1:x", "/processes/order:1:x"),
            ("/open/", "/processes"),
        ] {
            let answer = ask(path).await;
            assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT, "{path}");
            assert_eq!(answer.headers()[header::LOCATION], page, "{path}");
        }
    }
}
