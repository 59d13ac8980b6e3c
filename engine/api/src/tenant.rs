//! A request is about the engine of its caller's organisation: a layer over all operations, so that a new one cannot forget it.

use super::support::problem;
use super::{ApiState, Doors};
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use casewright_access::Authenticated;
use casewright_service::Problem;
use http::StatusCode;
use http::request::Parts;

/// 401 for nobody, 403 `other-tenant` for somebody whose organisation has no engine here.
pub(super) async fn with_its_engine(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // The handler's own extractor finds the subject there and does not ask again.
    let Authenticated(subject) = match Authenticated::from_request_parts(&mut parts, &doors).await {
        Ok(authenticated) => authenticated,
        Err(problem) => return problem.into_response(),
    };
    let engine = match doors.engines.of(&subject.tenant).await {
        Ok(Some(engine)) => engine,
        Ok(None) => {
            tracing::info!(
                subject = subject.id,
                tenant = subject.tenant.as_str(),
                "the engine is another organisation's"
            );
            let detail = "The engine belongs to another organisation.";
            return Problem::new(StatusCode::FORBIDDEN, "other-tenant", detail).into_response();
        }
        Err(error) => return problem(&error).into_response(),
    };
    parts.extensions.insert(ApiState { engine, access: doors.access });
    next.run(Request::from_parts(parts, body)).await
}

impl FromRequestParts<Doors> for ApiState {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Doors) -> Result<Self, Problem> {
        // Whoever came through the layer has one.
        let state = parts.extensions.get::<Self>().cloned();
        state.ok_or_else(|| Problem::unavailable("No engine was found for the request."))
    }
}
