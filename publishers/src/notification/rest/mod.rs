//! `/api/v1/notifications` and `/api/v1/notification-preferences`. Everybody reads their own, machine clients send.

mod channels;
mod inbox;
mod preferences;
mod send;

use crate::state::PublishersState;
use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(info(title = "Casewright: notifications", version = "1"), tags((name = "notifications")))]
struct Api;

pub(crate) fn router(state: PublishersState) -> (Router, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(inbox::list, send::create))
        .routes(routes!(inbox::count))
        .routes(routes!(inbox::read_all))
        .routes(routes!(inbox::read))
        .routes(routes!(preferences::read, preferences::write))
        .routes(routes!(channels::list))
        .with_state(state)
        .split_for_parts()
}
