//! `/engine`, `/version`, and the clock of the conformance mode.

use crate::error::RestError;
use crate::request::{Reply, Req, no_content, ok};
use casewright_engine_runtime::clock::ConformanceClock;
use casewright_engine_views::date;
use jiff::Timestamp;
use serde_json::json;
use std::sync::Arc;

/// The version of the contract; the Modeler lints by it.
const VERSION: &str = "7.24.0";

/// `GET /version`.
pub(crate) async fn version(_: Req) -> Reply {
    ok(json!({ "version": VERSION }))
}

/// `GET /engine`, open to everybody: whoever asks, there is theirs.
pub(crate) async fn engines() -> Reply {
    ok(json!([{ "name": "default" }]))
}

/// `PUT /conformance/clock`: `{"time": date}` stops the time, null sets it free.
pub(crate) async fn set_clock(req: Req, clock: Arc<ConformanceClock>) -> Reply {
    let at = match req.json()?.text("time")? {
        None => None,
        Some(text) => {
            let refused = || RestError::misfit("time", "java.util.Date", &json!(text));
            let at = date::parse(&text).ok_or_else(refused)?;
            Some(Timestamp::from_millisecond(at.0).map_err(|_| refused())?)
        }
    };
    clock.set(at);
    no_content()
}
