//! Deployments and definitions: one aggregate per organisation, so that versions, duplicates and start subscriptions
//! are decided in one place, and a catalog of what is compiled.

mod catalog;
mod change;
pub mod deploy;
pub mod models;
mod topics;

pub use catalog::{Catalog, read_decisions};
pub use change::Registry;
pub use deploy::DeployError;
pub use deploy::{Deployed, Filtering, NewDeployment};
pub use models::ModelError;
pub use topics::BuiltInUse;
