//! Messages and signals, from outside and from instance to instance.

mod correlation;
mod effects;

pub(crate) use correlation::{Correlated, Correlation, SignalTarget};
pub(crate) use effects::TenantScope;
