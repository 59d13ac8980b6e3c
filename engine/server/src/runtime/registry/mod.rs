//! Deployments and definitions: one aggregate per organisation, so that versions, duplicates and start subscriptions
//! are decided in one place, and a catalog of what is compiled.

mod catalog;
pub(crate) mod deploy;
pub(crate) mod models;

pub(crate) use catalog::Catalog;
pub use deploy::DeployError;
pub(crate) use deploy::{Deployed, Filtering, NewDeployment};
pub use models::ModelError;
