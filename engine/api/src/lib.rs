//! The engine's part of `/api/v1`: definitions, deployments, instances as pictures of them are drawn, incidents.
//!
//! It reads the same views and gives the same commands as `/engine-rest`; what differs is the shape (cursor pages,
//! RFC 9457 problems, RFC 3339 instants) and that policy decides about every request and every list.

mod activities;
mod ad_hoc;
mod decisions;
mod definitions;
mod deployments;
mod engines;
mod erasures;
mod external_tasks;
mod failures;
mod incidents;
mod instances;
mod jobs;
mod life;
mod migration;
mod modification;
mod past;
mod submissions;
mod subscriptions;
mod support;
mod tenant;
mod user_tasks;
mod values;
mod variables;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware::from_fn_with_state;
use casewright_access::{Access, Gate};
use casewright_engine_runtime::{Engine, Engines};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(info(title = "Casewright: processes", version = "1"), tags(
    (name = "engines"), (name = "process-definitions"), (name = "deployments"), (name = "process-instances"), (name = "user-tasks"), (name = "incidents")
))]
struct Api;

/// What the router stands on.
#[derive(Clone)]
pub(crate) struct Doors {
    engines: Engines,
    access: Access,
}

impl FromRef<Doors> for Access {
    fn from_ref(state: &Doors) -> Self {
        state.access.clone()
    }
}

/// What a handler stands on: the engine is that of the caller's organisation.
#[derive(Clone)]
pub(crate) struct ApiState {
    engine: Engine,
    access: Access,
}

/// The ways of requests to process instances, for those who ask who may come through.
#[must_use]
pub fn gates(access: &Access) -> Vec<Gate> {
    vec![support::gate(access.clone())]
}

/// The routes of the engine under `/api/v1`, and their description.
pub fn api_router(engines: impl Into<Engines>, access: Access) -> (Router, utoipa::openapi::OpenApi) {
    let engines = engines.into();
    let limit = engines.config().deployment_bytes;
    let state = Doors { engines, access };
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(engines::list))
        .routes(routes!(definitions::list))
        .routes(routes!(definitions::xml))
        .routes(routes!(deployments::list, deployments::create))
        .routes(routes!(instances::list))
        .routes(routes!(instances::read))
        .routes(routes!(instances::xml))
        .routes(routes!(past::read))
        .routes(routes!(decisions::list))
        .routes(routes!(activities::list))
        .routes(routes!(activities::tasks))
        .routes(routes!(variables::list))
        .routes(routes!(variables::read, variables::set, variables::remove))
        .routes(routes!(variables::history))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::change))
        .routes(routes!(jobs::execute))
        .routes(routes!(external_tasks::list))
        .routes(routes!(external_tasks::change))
        .routes(routes!(external_tasks::unlock))
        .routes(routes!(subscriptions::list))
        .routes(routes!(subscriptions::correlate))
        .routes(routes!(life::suspend))
        .routes(routes!(life::cancel))
        .routes(routes!(life::restart))
        .routes(routes!(modification::modify))
        .routes(routes!(migration::propose, migration::migrate))
        .routes(routes!(erasures::erase))
        .routes(routes!(ad_hoc::list))
        .routes(routes!(ad_hoc::start))
        .routes(routes!(submissions::create))
        .routes(routes!(submissions::claim))
        .routes(routes!(user_tasks::read, user_tasks::change))
        .routes(routes!(incidents::list))
        .routes(routes!(incidents::read))
        .routes(routes!(incidents::retry))
        .layer(DefaultBodyLimit::max(limit))
        .route_layer(from_fn_with_state(state.clone(), tenant::with_its_engine))
        .with_state(state)
        .split_for_parts()
}
