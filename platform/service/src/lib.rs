//! What every service stands on, so that all of them answer, log, start and stop alike.
//!
//! What this crate must never do: know a service, or decide who may do what (that is `casewright-access`).
//!
//! - [`problem`] is the one error body (RFC 9457); [`json`] and [`query`] are extractors that answer with it.
//! - [`path`] makes paths of requests to other rooms, in which no value leaves its place.
//! - [`network`] is what is counted where addresses are counted.
//! - [`seldom`] is for what is told once in a while.
//! - [`reserved`] names the process variables that users do not set.
//! - [`page`], [`etag`] and [`idempotency`] are the conventions of `/api/v1` for lists, versions and creation.
//! - [`instant`] and [`html`] are how points in time and foreign text are written.
//! - [`config`] reads defaults, one TOML file and the environment, and explains what is wrong.
//! - [`telemetry`] and [`health`] are what an operator looks at; [`http`] serves with the common layers.
//! - [`shutdown`] is how everything that runs learns that it is time to stop.

pub mod config;
pub mod etag;
pub mod health;
pub mod html;
pub mod http;
pub mod idempotency;
pub mod instant;
pub mod json;
pub mod network;
pub mod page;
pub mod path;
pub mod problem;
pub mod query;
pub mod reserved;
pub mod seldom;
pub mod shutdown;
pub mod telemetry;
pub mod tls;

pub use etag::{IfMatch, etag};
pub use health::Health;
pub use idempotency::IdempotencyKey;
pub use json::Json;
pub use network::Network;
pub use page::{MOST_COUNTED, PageBody, PageParams};
pub use path::RequestPath;
pub use problem::Problem;
pub use query::Query;
pub use shutdown::Shutdown;
