//! What several elements share. An element decides; these carry out. None of them may know an element, or the lifecycle.

pub(crate) mod activation;
pub(crate) mod boundary;
pub(crate) mod branches;
pub(crate) mod calls;
pub(crate) mod compensation;
pub(crate) mod external_tasks;
pub(crate) mod flows;
pub(crate) mod incidents;
pub(crate) mod instances;
pub(crate) mod io_mapping;
pub(crate) mod jobs;
pub(crate) mod listeners;
pub(crate) mod scopes;
pub(crate) mod subscriptions;
pub(crate) mod tasks;
pub(crate) mod tokens;
pub(crate) mod variables;
