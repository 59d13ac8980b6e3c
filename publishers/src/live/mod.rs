//! Live updates: one websocket per browser tab.
//!
//! Events carry ids, never contents: the client fetches what it shows, and is authorised there once more. Filtered on the
//! server by the policy of the resources, at the time of delivery.
//!
//! - [`message`] is what travels, [`publication`] is what an entry means to whom, [`session`] is one connection, [`places`] is
//!   how many there may be, [`presence`] who is at which case.

mod message;
pub(crate) mod places;
pub(crate) mod presence;
mod publication;
mod session;
mod times;

pub use times::LiveTimes;

use crate::state::PublishersState;
use axum::Router;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use casewright_access::extract::ClientAddress;
use casewright_service::Problem;

/// Longest message of a client, in bytes.
const MAX_MESSAGE: usize = 64 * 1024;

pub(crate) fn router(state: PublishersState) -> Router {
    Router::new().route("/api/v1/live", get(connect)).with_state(state)
}

/// Who connects is not known yet: the token comes in the first message, where no log and no history keeps it.
async fn connect(
    State(state): State<PublishersState>,
    ClientAddress(address): ClientAddress,
    upgrade: WebSocketUpgrade,
) -> Response {
    if state.live_places().is_full() {
        return Problem::unavailable("Too many live connections; try again in a moment.").into_response();
    }
    if state.shutdown().is_draining() {
        return Problem::unavailable("This process is about to stop; try again in a moment.").into_response();
    }
    upgrade.max_message_size(MAX_MESSAGE).on_upgrade(move |socket| async move {
        let waiting = state.live_places().wait(address);
        session::run(state, socket, waiting).await;
    })
}
