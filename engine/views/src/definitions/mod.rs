//! Rows of deployments, definitions, their job definitions, start subscriptions and start jobs.

mod rows;

pub use rows::{
    DecisionDefinitionRow, DecisionRequirementsRow, DeploymentRow, JobDefinitionRow, ProcessDefinitionRow,
    decision_row, deployment_row, process_row, requirements_row,
};

use self::rows::{SPECS, job_definition_row};
use super::history::{JobLogRow, JobLogWithoutInstanceRow, LinkLogRow, LogRow};
use super::place::PlaceRowColumns as _;
use super::row::{event_of, job_definition_id, row};
use super::runtime::{EventSubscriptionRow, JobRow, JobWithoutInstanceRow};
use super::{
    DECISION_DEFINITION, DECISION_REQUIREMENTS, DEPLOYMENT, EVENT_SUBSCRIPTION, GROUP, HISTORY_IDENTITY_LINK,
    HISTORY_JOB_LOG, JOB, JOB_DEFINITION, PROCESS_DEFINITION, entity_id,
};
use crate::aggregate::{
    Latest, ProcessDefinition, RegistryEvent, RegistryState, StartJob, StartJobKind, StartJobOutcome,
};
use casewright_journal::{Aggregate, Cell, Column, Entry, Projector, Row, TenantId, ViewSpec, ViewWrites};

/// Views of the registry.
pub(crate) struct DefinitionsProjector;

impl Projector for DefinitionsProjector {
    fn group(&self) -> &'static str {
        GROUP
    }

    fn views(&self) -> Vec<ViewSpec> {
        SPECS.to_vec()
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[RegistryState::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        if let Some(event) = event_of::<RegistryEvent>(entry) {
            project(&entry.meta.key.tenant, entry, event.into_owned(), out);
        }
    }
}

fn project(tenant: &TenantId, entry: &Entry, event: RegistryEvent, out: &mut ViewWrites) {
    match event {
        RegistryEvent::Deployed { deployment, processes, decisions, requirements } => {
            out.put(tenant, DEPLOYMENT, &deployment.id, deployment_row(&deployment));
            let mut lines = 0;
            for process in &processes {
                starters(tenant, entry, process, &mut lines, out);
                out.put(tenant, PROCESS_DEFINITION, &process.id, process_row(process));
                for job in &process.job_definitions {
                    out.put(tenant, JOB_DEFINITION, &job.id, job_definition_row(process, job));
                }
            }
            for decision in &decisions {
                out.put(tenant, DECISION_DEFINITION, &decision.id, decision_row(decision));
            }
            for graph in &requirements {
                out.put(tenant, DECISION_REQUIREMENTS, &graph.id, requirements_row(graph));
            }
        }
        RegistryEvent::DeploymentDeleted { deployment, decisions, requirements } => {
            out.remove(tenant, DEPLOYMENT, &deployment);
            for id in &decisions {
                out.remove(tenant, DECISION_DEFINITION, id);
            }
            for id in &requirements {
                out.remove(tenant, DECISION_REQUIREMENTS, id);
            }
        }
        RegistryEvent::ProcessDefinitionDeleted { definition, job_definitions } => {
            out.remove(tenant, PROCESS_DEFINITION, &definition);
            for id in &job_definitions {
                out.remove(tenant, JOB_DEFINITION, id);
            }
        }
        RegistryEvent::LatestChanged { changes } => {
            for change in &changes {
                latest(tenant, change, out);
            }
        }
        RegistryEvent::LatestDecisionChanged { changes } => {
            for (id, is_latest) in &changes {
                out.patch(tenant, DECISION_DEFINITION, id, row! { DecisionDefinitionRow::LATEST => is_latest });
                out.patch(tenant, DECISION_REQUIREMENTS, id, row! { DecisionRequirementsRow::LATEST => is_latest });
            }
        }
        RegistryEvent::ProcessDefinitionChanged { definition } => {
            let fields = row! {
                ProcessDefinitionRow::SUSPENDED => definition.suspended,
                ProcessDefinitionRow::HISTORY_TIME_TO_LIVE => definition.history_time_to_live,
            };
            out.patch(tenant, PROCESS_DEFINITION, &definition.id, fields);
        }
        RegistryEvent::DecisionDefinitionChanged { definition } => {
            let fields = row! { DecisionDefinitionRow::HISTORY_TIME_TO_LIVE => definition.history_time_to_live };
            out.patch(tenant, DECISION_DEFINITION, &definition.id, fields);
        }
        RegistryEvent::JobDefinitionChanged { job_definition, .. } => {
            let fields = row! {
                JobDefinitionRow::SUSPENDED => job_definition.suspended,
                JobDefinitionRow::OVERRIDING_JOB_PRIORITY => job_definition.overriding_priority,
            };
            out.patch(tenant, JOB_DEFINITION, &job_definition.id, fields);
        }
        RegistryEvent::StartJobCreated { job } => {
            out.put(tenant, JOB, &job.id, job_row(&job));
            log(tenant, entry, &job, LogRow::CREATION_LOG, out);
        }
        RegistryEvent::StartJobChanged { job } => {
            out.put(tenant, JOB, &job.id, job_row(&job));
            if job.exception.is_some() {
                log(tenant, entry, &job, LogRow::FAILURE_LOG, out);
            }
        }
        RegistryEvent::StartJobEnded { job, outcome } => {
            out.remove(tenant, JOB, &job.id);
            let kind = match outcome {
                StartJobOutcome::Executed => LogRow::SUCCESS_LOG,
                StartJobOutcome::Removed => LogRow::DELETION_LOG,
            };
            log(tenant, entry, &job, kind, out);
        }
    }
}

/// Who may start a process is logged like the candidates of tasks.
fn starters(tenant: &TenantId, entry: &Entry, process: &ProcessDefinition, lines: &mut usize, out: &mut ViewWrites) {
    let users = process.candidate_starter_users.iter().map(|user| (Some(user), None));
    let groups = process.candidate_starter_groups.iter().map(|group| (None, Some(group)));
    for (user, group) in users.chain(groups) {
        let id = entity_id(&["registry-link", tenant.as_str(), &entry.meta.seq.to_string(), &lines.to_string()]);
        *lines += 1;
        let document = row! {
            LinkLogRow::ID => id.as_str(),
            LinkLogRow::TIME => entry.meta.at.as_millisecond(),
            LinkLogRow::TYPE => "candidate",
            LinkLogRow::USER_ID => user,
            LinkLogRow::GROUP_ID => group,
            LinkLogRow::PROCESS_DEFINITION_ID => process.id.as_str(),
            LinkLogRow::PROCESS_DEFINITION_KEY => process.key.as_str(),
            LinkLogRow::OPERATION_TYPE => "add",
            LinkLogRow::TENANT_ID => process.tenant_id.as_deref(),
        };
        out.put(tenant, HISTORY_IDENTITY_LINK, &id, document);
    }
}

fn latest(tenant: &TenantId, change: &Latest, out: &mut ViewWrites) {
    let process = &change.definition;
    out.patch(tenant, PROCESS_DEFINITION, &process.id, row! { ProcessDefinitionRow::LATEST => change.is_latest });
    for subscription in &process.subscriptions {
        if !change.is_latest {
            out.remove(tenant, EVENT_SUBSCRIPTION, &subscription.id);
            continue;
        }
        let document = row! {
            EventSubscriptionRow::ID => subscription.id.as_str(),
            EventSubscriptionRow::EVENT_TYPE => subscription.kind.as_str(),
            EventSubscriptionRow::EVENT_NAME => subscription.name.as_deref(),
            EventSubscriptionRow::EXECUTION_ID => Cell::Null,
            EventSubscriptionRow::PROCESS_INSTANCE_ID => Cell::Null,
            EventSubscriptionRow::PROCESS_DEFINITION_ID => process.id.as_str(),
            EventSubscriptionRow::ACTIVITY_ID => subscription.activity_id.as_str(),
            EventSubscriptionRow::CREATED_DATE => process.deployed,
            EventSubscriptionRow::TENANT_ID => process.tenant_id.as_deref(),
        };
        out.put(tenant, EVENT_SUBSCRIPTION, &subscription.id, document);
    }
}

fn definition_of(job: &StartJob) -> Cell {
    job.kind
        .activity_id()
        .map_or(Cell::Null, |activity| job_definition_id(&job.definition_id, activity, "timer").into())
}

fn job_row(job: &StartJob) -> Row {
    row! {
        JobRow::ID => job.id.as_str(),
        JobRow::JOB_DEFINITION_ID => definition_of(job),
        JobRow::PROCESS_INSTANCE_ID => Cell::Null,
        JobRow::PROCESS_DEFINITION_ID => job.kind.activity_id().map(|_| job.definition_id.as_str()),
        JobRow::PROCESS_DEFINITION_KEY => job.kind.activity_id().map(|_| job.definition_key.as_str()),
        JobRow::ACTIVITY_ID => job.kind.activity_id().map(|a| a.as_str()),
        JobRow::IS_TIMER => true,
        JobWithoutInstanceRow::IS_START => job.kind != StartJobKind::HistoryCleanup,
        JobRow::DUE_DATE => job.due,
        JobRow::RETRIES => job.retries,
        JobRow::PRIORITY => job.priority,
        JobRow::SUSPENDED => job.suspended,
        JobRow::CREATE_TIME => job.created,
        JobRow::EXCEPTION_MESSAGE => job.exception.as_deref(),
        JobRow::TENANT_ID => job.tenant_id.as_deref(),
    }
}

fn log(tenant: &TenantId, entry: &Entry, job: &StartJob, kind: Column, out: &mut ViewWrites) {
    let id = entity_id(&["registry", tenant.as_str(), &entry.meta.seq.to_string()]);
    let mut document = row! {
        JobLogRow::ID => id.as_str(),
        JobLogRow::TIMESTAMP => entry.meta.at.as_millisecond(),
        JobLogRow::JOB_ID => job.id.as_str(),
        JobLogRow::JOB_DUE_DATE => job.due,
        JobLogRow::JOB_RETRIES => job.retries,
        JobLogRow::JOB_PRIORITY => job.priority,
        JobLogRow::JOB_EXCEPTION_MESSAGE => job.exception.as_deref(),
        JobLogRow::JOB_DEFINITION_ID => definition_of(job),
        JobLogRow::JOB_DEFINITION_TYPE => job.kind.name(),
        JobLogRow::JOB_DEFINITION_CONFIGURATION => "timer",
        JobLogRow::ACTIVITY_ID => job.kind.activity_id().map(|a| a.as_str()),
        JobLogRow::PROCESS_DEFINITION_ID => job.kind.activity_id().map(|_| job.definition_id.as_str()),
        JobLogRow::PROCESS_DEFINITION_KEY => job.kind.activity_id().map(|_| job.definition_key.as_str()),
        JobLogWithoutInstanceRow::DEPLOYMENT_ID => Some(job.deployment_id.as_str()).filter(|id| !id.is_empty()),
        JobLogRow::TENANT_ID => job.tenant_id.as_deref(),
        JobLogRow::SEQUENCE => entry.meta.seq,
    };
    document.push(kind, true);
    out.put(tenant, HISTORY_JOB_LOG, &id, document);
}
