//! Deployments and definitions: one aggregate per organisation, so that versions, duplicates and start subscriptions
//! are decided in one place, and a catalog of what is compiled.

pub(crate) mod aggregate;
pub(crate) mod catalog;
pub(crate) mod deploy;
pub(crate) mod entity;
pub(crate) mod models;

pub(crate) use aggregate::{RegistryEvent, RegistryState};
pub(crate) use catalog::Catalog;
pub(crate) use entity::{
    DecisionDefinition, DecisionRequirements, Deployment, JobDefinition, ProcessDefinition, Resource, StartJob,
    StartJobKind,
};
