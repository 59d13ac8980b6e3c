//! What several elements share. An element file decides; these carry out.

pub(crate) mod boundary;
pub(crate) mod branches;
pub(crate) mod calls;
pub(crate) mod cancellation;
pub(crate) mod compensation;
pub(crate) mod conditions;
pub(crate) mod errors;
pub(crate) mod escalations;
pub(crate) mod events;
pub(crate) mod external_tasks;
pub(crate) mod flows;
pub(crate) mod handlers;
pub(crate) mod incidents;
pub(crate) mod instances;
pub(crate) mod io_mapping;
pub(crate) mod jobs;
pub(crate) mod lifecycle;
pub(crate) mod listeners;
pub(crate) mod scopes;
pub(crate) mod signals;
pub(crate) mod subscriptions;
pub(crate) mod tasks;
pub(crate) mod tokens;
pub(crate) mod variables;
