//! Milestones of a definition: what is worth knowing of a case once it is so.

use crate::domain::sentry::Sentry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something worth knowing that a case reaches once: `All papers are there`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Milestone {
    pub id: String,
    pub name: String,
    /// It is reached as soon as one of these holds.
    pub criteria: Vec<Sentry>,
}

/// A milestone as cases and their events name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MilestoneRef {
    pub id: String,
    pub name: String,
}

impl From<&Milestone> for MilestoneRef {
    fn from(milestone: &Milestone) -> Self {
        Self { id: milestone.id.clone(), name: milestone.name.clone() }
    }
}
