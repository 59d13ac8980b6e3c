//! Serving: the layers every router gets, and a listener with limits that drains before it stops.

mod body;
mod compress;
mod door;
mod layers;
mod limits;
mod pace;
mod places;
mod prefix;
mod security;
mod serve;
mod stream;
mod watch;

pub use door::{Door, is_guarded, refusal};
pub use layers::{Layers, RequestId, common_layers};
pub use limits::Limits;
pub use pace::Pace;
pub use prefix::{below, with_path};
pub use security::{StyleNonce, content_security_policy};
pub use serve::{GRACE, PROTOCOLS, serve, serve_within};
