//! `Accept`: who cannot read JSON is told so before anything happens.

use super::error::RestError;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

/// Ends of paths whose answers are no JSON.
const OTHER_MEDIA: [&str; 8] = [
    "/data",
    "/diagram",
    "/rendered-form",
    "/deployed-form",
    "/deployed-start-form",
    "/stacktrace",
    "/errorDetails",
    "/error-details",
];

pub(crate) async fn accept_json(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_other = OTHER_MEDIA.iter().any(|end| path.ends_with(end));
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if !is_other && accepted.is_some_and(|accepted| !takes_json(accepted)) {
        return RestError::new(StatusCode::NOT_ACCEPTABLE, "NotAcceptableException", "HTTP 406 Not Acceptable", None)
            .into_response();
    }
    next.run(request).await
}

/// An empty header accepts everything.
fn takes_json(accepted: &str) -> bool {
    accepted.trim().is_empty()
        || accepted.split(',').any(|range| {
            let media = range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            let is_refused = range
                .split(';')
                .skip(1)
                .any(|parameter| parameter.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0));
            !is_refused
                && matches!(media.as_str(), "*/*" | "*" | "application/*" | "application/json" | "application/hal+json")
        })
}

#[cfg(test)]
mod tests {
    use super::takes_json;

    #[test]
    fn wildcards_and_json_are_json_and_pictures_are_not() {
        for accepted in ["*/*", "application/json", "text/html, application/*;q=0.8", ""] {
            assert!(takes_json(accepted), "{accepted}");
        }
        for accepted in ["image/png", "text/html", "application/json;q=0"] {
            assert!(!takes_json(accepted), "{accepted}");
        }
    }
}
