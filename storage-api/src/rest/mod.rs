//! `/api/v1/files`: this file is the table of routes.

mod announce;
mod body;
mod complete;
mod delete;
mod download;
mod erase;
mod read;

use crate::content;
use crate::state::StorageState;
use axum::Router;
use casewright_access::Gate;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Routes and their description. `/files/{id}/content` takes bodies as large as a file may be: a limit around it must
/// allow [`crate::StorageConfig::max_file_bytes`].
pub fn router(state: StorageState) -> (Router, OpenApi) {
    OpenApiRouter::new()
        .routes(routes!(announce::announce))
        .routes(routes!(read::read, delete::delete))
        .routes(routes!(erase::erase))
        .routes(routes!(complete::complete))
        .routes(routes!(download::download))
        .merge(content::routes())
        .with_state(state)
        .split_for_parts()
}

/// The ways of this room's requests to its things, for those who ask who may come through.
#[must_use]
pub fn gates(state: &StorageState) -> Vec<Gate> {
    vec![read::gate(state.clone())]
}
