//! Messages and signals, from outside and from instance to instance.

mod correlation;
mod effects;

pub use correlation::{Correlated, Correlation, SignalTarget};
pub use effects::TenantScope;
