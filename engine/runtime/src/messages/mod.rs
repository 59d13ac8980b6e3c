//! Messages and signals, from outside and from instance to instance.

mod correlation;
mod effects;

pub use correlation::{Correlated, Correlation, SignalTarget};
pub use effects::TenantScope;

use crate::instances::Instances;

/// Delivers messages and signals to instances.
#[derive(Clone, Copy)]
pub struct Messages<'a> {
    instances: &'a Instances,
}

impl<'a> Messages<'a> {
    pub(crate) fn of(instances: &'a Instances) -> Self {
        Self { instances }
    }
}
