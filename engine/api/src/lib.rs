//! The engine's part of `/api/v1`: definitions, deployments, instances as pictures of them are drawn, incidents.
//!
//! It reads the same views and gives the same commands as `/engine-rest`; what differs is the shape (cursor pages,
//! RFC 9457 problems, RFC 3339 instants) and that policy decides about every request and every list.

mod ad_hoc;
mod definitions;
mod deployments;
mod incidents;
mod instances;
mod past;
mod submissions;
mod support;
mod tenant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware::from_fn_with_state;
use casewright_access::Access;
use casewright_engine_runtime::Engine;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(info(title = "Casewright: processes", version = "1"), tags(
    (name = "process-definitions"), (name = "deployments"), (name = "process-instances"), (name = "user-tasks"), (name = "incidents")
))]
struct Api;

/// What the handlers stand on.
#[derive(Clone)]
pub(crate) struct ApiState {
    engine: Engine,
    access: Access,
}

impl FromRef<ApiState> for Access {
    fn from_ref(state: &ApiState) -> Self {
        state.access.clone()
    }
}

/// The routes of the engine under `/api/v1`, and their description.
pub fn api_router(engine: Engine, access: Access) -> (Router, utoipa::openapi::OpenApi) {
    let limit = engine.config().deployment_bytes;
    let state = ApiState { engine, access };
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(definitions::list))
        .routes(routes!(definitions::xml))
        .routes(routes!(deployments::list, deployments::create))
        .routes(routes!(instances::list))
        .routes(routes!(instances::read))
        .routes(routes!(instances::xml))
        .routes(routes!(past::read))
        .routes(routes!(ad_hoc::list))
        .routes(routes!(ad_hoc::start))
        .routes(routes!(submissions::create))
        .routes(routes!(incidents::list))
        .routes(routes!(incidents::retry))
        .layer(DefaultBodyLimit::max(limit))
        .route_layer(from_fn_with_state(state.clone(), tenant::of_this_engine))
        .with_state(state)
        .split_for_parts()
}
