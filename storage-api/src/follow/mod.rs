//! What runs beside the requests.

pub mod expire;
mod pages;
pub mod scan;

use crate::state::StorageState;
use casewright_service::Shutdown;

/// Cleans up, and has files scanned, until a stop is requested.
pub async fn run(state: StorageState, shutdown: Shutdown) {
    tokio::join!(expire::run(state.clone(), shutdown.clone()), scan::run(state, shutdown));
}
