//! `/api/v1/live`, `/api/v1/notifications` and `/api/v1/notification-preferences`: this file is the table of routes. Everybody reads
//! their own notifications, machine clients send.

mod channels;
mod erase;
mod inbox;
mod mutes;
mod preferences;
mod send;

use crate::live;
use crate::state::PublishersState;
use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(info(title = "Casewright: notifications", version = "1"), tags((name = "notifications")))]
struct Api;

/// Routes and their description; a websocket has none.
pub fn router(state: PublishersState) -> (Router, utoipa::openapi::OpenApi) {
    let (router, api) = OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(inbox::list, inbox::change, send::create))
        .routes(routes!(erase::erase))
        .routes(routes!(inbox::count))
        .routes(routes!(inbox::read_all))
        .routes(routes!(inbox::read))
        .routes(routes!(mutes::list))
        .routes(routes!(mutes::mute, mutes::unmute))
        .routes(routes!(preferences::read, preferences::write))
        .routes(routes!(channels::list))
        .with_state(state.clone())
        .split_for_parts();
    (router.merge(live::router(state)), api)
}
