//! The engine answers its own organisation only: a layer over all of its operations, so that a new one cannot forget it.

use super::ApiState;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use casewright_access::Authenticated;
use casewright_service::Problem;
use http::StatusCode;

/// 401 for nobody, 403 `other-tenant` for somebody of another organisation.
pub(super) async fn of_this_engine(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // The handler's own extractor finds the subject there and does not ask again.
    let Authenticated(subject) = match Authenticated::from_request_parts(&mut parts, &state).await {
        Ok(authenticated) => authenticated,
        Err(problem) => return problem.into_response(),
    };
    if !state.engine.is_of(&subject.tenant) {
        tracing::info!(subject = subject.id, tenant = subject.tenant.as_str(), "the engine is another organisation's");
        let detail = "The engine belongs to another organisation.";
        return Problem::new(StatusCode::FORBIDDEN, "other-tenant", detail).into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}
