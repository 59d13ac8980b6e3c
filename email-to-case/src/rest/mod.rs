//! `/api/v1/mails`: this file is the table of routes.

mod body;
mod erase;
mod ingress;
mod link;
mod list;
mod mailboxes;
mod outgoing;
mod raw;
mod read;
mod reprocess;

use crate::state::EmailState;
use axum::Router;
use casewright_access::Gate;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Routes and their description.
pub fn router(state: EmailState) -> (Router, OpenApi) {
    OpenApiRouter::new()
        .routes(routes!(list::list, ingress::receive))
        .routes(routes!(outgoing::queue))
        .routes(routes!(outgoing::rewrite, outgoing::cancel))
        .routes(routes!(read::read))
        .routes(routes!(erase::erase))
        .routes(routes!(raw::raw))
        .routes(routes!(reprocess::reprocess))
        .routes(routes!(link::link))
        .routes(routes!(mailboxes::list))
        .routes(routes!(mailboxes::check))
        .routes(routes!(link::unlink))
        .with_state(state)
        .split_for_parts()
}

/// The ways of this room's requests to its things, for those who ask who may come through.
#[must_use]
pub fn gates(state: &EmailState) -> Vec<Gate> {
    vec![read::gate(state.clone())]
}
