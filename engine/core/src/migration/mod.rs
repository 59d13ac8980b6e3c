//! Moving running instances to another version of their definition, or to another definition.
//!
//! A [`Plan`] says which activity goes on as which. [`generate`] proposes one, [`check`] says what is wrong with one; both
//! look at the two graphs only. Whether an instance can follow a plan, and the move itself, is the command `Migrate`.

mod activity;
mod check;
mod generate;
mod plan;
mod report;

pub(crate) use activity::{find, flow_scope, id_of, is_supported};
pub use check::check;
pub use generate::generate;
pub use plan::{MappedActivity, Plan};
pub use report::{InstanceFault, InstanceReport, PlanFault, PlanReport, StuckInstance};
