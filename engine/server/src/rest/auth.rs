//! Who may call `/engine-rest`: nobody is asked, or Basic and Bearer through the platform's access.

use crate::engine::Caller;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use casewright_access::{Access, Resource};
use http::{HeaderValue, StatusCode, header};
use smol_str::SmolStr;

/// How `/engine-rest` is protected.
#[derive(Clone)]
pub enum EngineRestAuth {
    /// Open to everybody who reaches it; what conformance runs use.
    Open,
    Required(Access),
}

/// Camunda's 401: the challenge, and an empty body.
fn challenge() -> Response {
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"default\""));
    response
}

pub(crate) async fn authenticate(auth: EngineRestAuth, mut request: Request, next: Next) -> Response {
    let EngineRestAuth::Required(access) = auth else {
        return next.run(request).await;
    };
    let Ok(subject) = access.authenticate(request.headers()).await else {
        return challenge();
    };
    let resource = Resource {
        kind: "engine-rest".into(),
        id: request.uri().path().to_owned(),
        attributes: serde_json::Value::Null,
    };
    let action = if request.method().is_safe() { "read" } else { "write" };
    if access.authorize(&subject, action, &resource).await.is_err() {
        return crate::rest::error::RestError::new(
            StatusCode::FORBIDDEN,
            "AuthorizationException",
            "The user is not authorized to use the engine's REST API",
            Some(0),
        )
        .into_response();
    }
    request.extensions_mut().insert(Caller {
        user: Some(SmolStr::new(&subject.id)),
        groups: subject.groups.iter().map(SmolStr::new).collect(),
        is_job: false,
    });
    next.run(request).await
}
