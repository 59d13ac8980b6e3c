//! Serving: the layers every router gets, and a listener that drains before it stops.

mod layers;
mod security;
mod serve;

pub use layers::{Layers, RequestId, common_layers};
pub use security::content_security_policy;
pub use serve::{GRACE, serve};
