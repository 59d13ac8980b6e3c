//! Rows of what is deployed.

use crate::aggregate::{DecisionDefinition, DecisionRequirements, Deployment, JobDefinition, ProcessDefinition};
use crate::row::row;
use crate::specs::view;
use crate::{DECISION_DEFINITION, DECISION_REQUIREMENTS, DEPLOYMENT, JOB_DEFINITION, PROCESS_DEFINITION};
use casewright_engine_value::Instant;
use casewright_journal::{Cell, ViewSpec};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A deployment: a row of [`DEPLOYMENT`].
#[derive(Clone, Debug, Row)]
#[row(view = DEPLOYMENT)]
pub struct DeploymentRow {
    pub id: SmolStr,
    pub name: Option<SmolStr>,
    pub source: Option<SmolStr>,
    pub deployment_time: Instant,
    pub tenant_id: Option<SmolStr>,
    pub deployed_by: Option<SmolStr>,
}

/// A version of a process: a row of [`PROCESS_DEFINITION`].
#[derive(Clone, Debug, Row)]
#[row(view = PROCESS_DEFINITION)]
pub struct ProcessDefinitionRow {
    pub id: SmolStr,
    pub key: SmolStr,
    pub category: SmolStr,
    pub description: Option<SmolStr>,
    pub name: Option<SmolStr>,
    pub version: i32,
    pub resource: SmolStr,
    pub deployment_id: SmolStr,
    pub deployment_time: Instant,
    pub diagram: Option<SmolStr>,
    pub suspended: bool,
    pub tenant_id: Option<SmolStr>,
    pub version_tag: Option<SmolStr>,
    pub history_time_to_live: Option<i64>,
    pub startable_in_tasklist: bool,
    pub candidate_starter_users: Vec<String>,
    pub latest: bool,
}

/// A version of a decision: a row of [`DECISION_DEFINITION`].
#[derive(Clone, Debug, Row)]
#[row(view = DECISION_DEFINITION)]
pub struct DecisionDefinitionRow {
    pub id: SmolStr,
    pub key: SmolStr,
    pub category: SmolStr,
    pub name: Option<SmolStr>,
    pub version: i32,
    pub resource: SmolStr,
    pub deployment_id: SmolStr,
    pub deployment_time: Instant,
    pub tenant_id: Option<SmolStr>,
    pub decision_requirements_definition_id: Option<SmolStr>,
    pub decision_requirements_definition_key: Option<SmolStr>,
    pub history_time_to_live: Option<i64>,
    pub version_tag: Option<SmolStr>,
    pub latest: bool,
}

/// A version of a graph of decisions: a row of [`DECISION_REQUIREMENTS`].
#[derive(Clone, Debug, Row)]
#[row(view = DECISION_REQUIREMENTS)]
pub struct DecisionRequirementsRow {
    pub id: SmolStr,
    pub key: SmolStr,
    pub category: SmolStr,
    pub name: Option<SmolStr>,
    pub version: i32,
    pub resource: SmolStr,
    pub deployment_id: SmolStr,
    pub tenant_id: Option<SmolStr>,
    pub latest: bool,
}

/// What jobs of one kind at one activity have in common; those of batches stand at no activity: a row of [`JOB_DEFINITION`].
#[derive(Clone, Debug, Row)]
#[row(view = JOB_DEFINITION)]
pub struct JobDefinitionRow {
    pub id: SmolStr,
    pub process_definition_id: Option<SmolStr>,
    pub process_definition_key: Option<SmolStr>,
    pub job_type: SmolStr,
    pub job_configuration: SmolStr,
    pub activity_id: Option<SmolStr>,
    pub suspended: bool,
    pub overriding_job_priority: Option<i64>,
    pub tenant_id: Option<SmolStr>,
    pub deployment_id: Option<SmolStr>,
}

pub(crate) const SPECS: [ViewSpec; 5] = [
    view(DEPLOYMENT, &[&[DeploymentRow::ID], &[DeploymentRow::NAME]]),
    view(
        PROCESS_DEFINITION,
        &[&[ProcessDefinitionRow::ID], &[ProcessDefinitionRow::KEY], &[ProcessDefinitionRow::DEPLOYMENT_ID]],
    ),
    view(
        DECISION_DEFINITION,
        &[&[DecisionDefinitionRow::ID], &[DecisionDefinitionRow::KEY], &[DecisionDefinitionRow::DEPLOYMENT_ID]],
    ),
    view(
        DECISION_REQUIREMENTS,
        &[&[DecisionRequirementsRow::ID], &[DecisionRequirementsRow::KEY], &[DecisionRequirementsRow::DEPLOYMENT_ID]],
    ),
    view(
        JOB_DEFINITION,
        &[
            &[JobDefinitionRow::ID],
            &[JobDefinitionRow::PROCESS_DEFINITION_ID],
            &[JobDefinitionRow::PROCESS_DEFINITION_KEY],
        ],
    ),
];

/// The row of a deployment.
pub fn deployment_row(deployment: &Deployment) -> Row {
    row! {
        DeploymentRow::ID => deployment.id.as_str(),
        DeploymentRow::NAME => deployment.name.as_deref(),
        DeploymentRow::SOURCE => deployment.source.as_deref(),
        DeploymentRow::DEPLOYMENT_TIME => deployment.deployed,
        DeploymentRow::TENANT_ID => deployment.tenant_id.as_deref(),
        DeploymentRow::DEPLOYED_BY => deployment.actor.as_deref(),
    }
}

/// Also what a deployment answers with.
pub fn process_row(process: &ProcessDefinition) -> Row {
    row! {
        ProcessDefinitionRow::ID => process.id.as_str(),
        ProcessDefinitionRow::KEY => process.key.as_str(),
        ProcessDefinitionRow::CATEGORY => process.category.as_str(),
        ProcessDefinitionRow::DESCRIPTION => process.description.as_deref(),
        ProcessDefinitionRow::NAME => process.name.as_deref(),
        ProcessDefinitionRow::VERSION => process.version,
        ProcessDefinitionRow::RESOURCE => &process.resource,
        ProcessDefinitionRow::DEPLOYMENT_ID => process.deployment_id.as_str(),
        ProcessDefinitionRow::DEPLOYMENT_TIME => process.deployed,
        ProcessDefinitionRow::DIAGRAM => process.diagram.as_deref(),
        ProcessDefinitionRow::SUSPENDED => process.suspended,
        ProcessDefinitionRow::TENANT_ID => process.tenant_id.as_deref(),
        ProcessDefinitionRow::VERSION_TAG => process.version_tag.as_deref(),
        ProcessDefinitionRow::HISTORY_TIME_TO_LIVE => process.history_time_to_live,
        ProcessDefinitionRow::STARTABLE_IN_TASKLIST => process.startable_in_tasklist,
        ProcessDefinitionRow::CANDIDATE_STARTER_USERS => process.candidate_starter_users.clone(),
        ProcessDefinitionRow::LATEST => true,
    }
}

/// The row of a decision, without what its deployment decides.
pub fn decision_row(decision: &DecisionDefinition) -> Row {
    row! {
        DecisionDefinitionRow::ID => decision.id.as_str(),
        DecisionDefinitionRow::KEY => decision.key.as_str(),
        DecisionDefinitionRow::CATEGORY => decision.category.as_str(),
        DecisionDefinitionRow::NAME => decision.name.as_deref(),
        DecisionDefinitionRow::VERSION => decision.version,
        DecisionDefinitionRow::RESOURCE => &decision.resource,
        DecisionDefinitionRow::DEPLOYMENT_ID => decision.deployment_id.as_str(),
        DecisionDefinitionRow::DEPLOYMENT_TIME => decision.deployed,
        DecisionDefinitionRow::TENANT_ID => decision.tenant_id.as_deref(),
        DecisionDefinitionRow::DECISION_REQUIREMENTS_DEFINITION_ID => decision.requirements_id.as_deref(),
        DecisionDefinitionRow::DECISION_REQUIREMENTS_DEFINITION_KEY => decision.requirements_key.as_deref(),
        DecisionDefinitionRow::HISTORY_TIME_TO_LIVE => decision.history_time_to_live,
        DecisionDefinitionRow::VERSION_TAG => decision.version_tag.as_deref(),
        DecisionDefinitionRow::LATEST => true,
    }
}

/// The row of a graph of decisions.
pub fn requirements_row(graph: &DecisionRequirements) -> Row {
    row! {
        DecisionRequirementsRow::ID => graph.id.as_str(),
        DecisionRequirementsRow::KEY => graph.key.as_str(),
        DecisionRequirementsRow::CATEGORY => graph.category.as_str(),
        DecisionRequirementsRow::NAME => graph.name.as_deref(),
        DecisionRequirementsRow::VERSION => graph.version,
        DecisionRequirementsRow::RESOURCE => &graph.resource,
        DecisionRequirementsRow::DEPLOYMENT_ID => graph.deployment_id.as_str(),
        DecisionRequirementsRow::TENANT_ID => graph.tenant_id.as_deref(),
        DecisionRequirementsRow::LATEST => true,
    }
}

pub(super) fn job_definition_row(process: &ProcessDefinition, job: &JobDefinition) -> Row {
    row! {
        JobDefinitionRow::ID => job.id.as_str(),
        JobDefinitionRow::PROCESS_DEFINITION_ID => process.id.as_str(),
        JobDefinitionRow::PROCESS_DEFINITION_KEY => process.key.as_str(),
        JobDefinitionRow::JOB_TYPE => job.job_type.as_str(),
        JobDefinitionRow::JOB_CONFIGURATION => job.configuration.as_str(),
        JobDefinitionRow::ACTIVITY_ID => job.activity_id.as_str(),
        JobDefinitionRow::SUSPENDED => job.suspended,
        JobDefinitionRow::OVERRIDING_JOB_PRIORITY => job.overriding_priority,
        JobDefinitionRow::TENANT_ID => process.tenant_id.as_deref(),
        // Only those of batches name their deployment.
        JobDefinitionRow::DEPLOYMENT_ID => Cell::Null,
    }
}
