//! `/engine-rest`: the Camunda 7 contract over HTTP.
//!
//! [`router`] is the table of operations, [`operations`] says by which action each is allowed. What every operation has in common (bodies, dates, typed values, queries,
//! errors) is in the modules beside it; what a resource can be asked is a table in `resources`, what it does is a
//! function in `handlers`.

pub(crate) mod auth;
pub(crate) mod authorization;
pub(crate) mod error;
pub(crate) mod finish;
pub(crate) mod forms;
pub(crate) mod given;
pub(crate) mod handlers;
pub(crate) mod list;
pub(crate) mod multipart;
pub(crate) mod negotiation;
pub mod operations;
pub(crate) mod query;
pub(crate) mod request;
pub(crate) mod resources;
pub(crate) mod router;
pub(crate) mod signed_in;
pub(crate) mod slash;
pub(crate) mod state;
pub(crate) mod streaming;
pub(crate) mod typed;
pub(crate) mod visit;
mod words;

pub use auth::EngineRestAuth;
pub use handlers::adoption::adopt_people;
pub use router::{engine_rest_router, engine_rest_router_with_clock};
pub use slash::without_trailing_slash;
pub use words::sentence;
