//! Rows of deployments, definitions, their job definitions, start subscriptions and start jobs.

use super::row::{event_of, job_definition_id, ms, optional_ms, row};
use super::{
    DECISION_DEFINITION, DECISION_REQUIREMENTS, DEPLOYMENT, EVENT_SUBSCRIPTION, GROUP, HISTORY_IDENTITY_LINK,
    HISTORY_JOB_LOG, JOB, JOB_DEFINITION, PROCESS_DEFINITION, entity_id, specs,
};
use crate::aggregate::{
    DecisionDefinition, DecisionRequirements, Deployment, JobDefinition, Latest, ProcessDefinition, RegistryEvent,
    RegistryState, StartJob, StartJobKind, StartJobOutcome,
};
use casewright_journal::{Aggregate, Cell, Entry, Projector, Row, TenantId, ViewSpec, ViewWrites};

/// Views of the registry.
pub(crate) struct DefinitionsProjector;

impl Projector for DefinitionsProjector {
    fn group(&self) -> &'static str {
        GROUP
    }

    fn views(&self) -> Vec<ViewSpec> {
        specs::of_definitions()
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
                for view in [DECISION_DEFINITION, DECISION_REQUIREMENTS] {
                    out.patch(tenant, view, id, row! { "latest": is_latest });
                }
            }
        }
        RegistryEvent::ProcessDefinitionChanged { definition } => {
            let fields = row! {
                "suspended": definition.suspended,
                "historyTimeToLive": definition.history_time_to_live,
            };
            out.patch(tenant, PROCESS_DEFINITION, &definition.id, fields);
        }
        RegistryEvent::DecisionDefinitionChanged { definition } => {
            let fields = row! { "historyTimeToLive": definition.history_time_to_live };
            out.patch(tenant, DECISION_DEFINITION, &definition.id, fields);
        }
        RegistryEvent::JobDefinitionChanged { job_definition, .. } => {
            let fields = row! {
                "suspended": job_definition.suspended,
                "overridingJobPriority": job_definition.overriding_priority,
            };
            out.patch(tenant, JOB_DEFINITION, &job_definition.id, fields);
        }
        RegistryEvent::StartJobCreated { job } => {
            out.put(tenant, JOB, &job.id, job_row(&job));
            log(tenant, entry, &job, "creationLog", out);
        }
        RegistryEvent::StartJobChanged { job } => {
            out.put(tenant, JOB, &job.id, job_row(&job));
            if job.exception.is_some() {
                log(tenant, entry, &job, "failureLog", out);
            }
        }
        RegistryEvent::StartJobEnded { job, outcome } => {
            out.remove(tenant, JOB, &job.id);
            let kind = match outcome {
                StartJobOutcome::Executed => "successLog",
                StartJobOutcome::Removed => "deletionLog",
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
            "id": id.as_str(),
            "time": entry.meta.at.as_millisecond(),
            "type": "candidate",
            "userId": user,
            "groupId": group,
            "processDefinitionId": process.id.as_str(),
            "processDefinitionKey": process.key.as_str(),
            "operationType": "add",
            "tenantId": process.tenant_id.as_deref(),
        };
        out.put(tenant, HISTORY_IDENTITY_LINK, &id, document);
    }
}

fn latest(tenant: &TenantId, change: &Latest, out: &mut ViewWrites) {
    let process = &change.definition;
    out.patch(tenant, PROCESS_DEFINITION, &process.id, row! { "latest": change.is_latest });
    for subscription in &process.subscriptions {
        if !change.is_latest {
            out.remove(tenant, EVENT_SUBSCRIPTION, &subscription.id);
            continue;
        }
        let document = row! {
            "id": subscription.id.as_str(),
            "eventType": subscription.kind.as_str(),
            "eventName": subscription.name.as_deref(),
            "executionId": Cell::Null,
            "processInstanceId": Cell::Null,
            "processDefinitionId": process.id.as_str(),
            "activityId": subscription.activity_id.as_str(),
            "createdDate": ms(process.deployed),
            "tenantId": process.tenant_id.as_deref(),
        };
        out.put(tenant, EVENT_SUBSCRIPTION, &subscription.id, document);
    }
}

fn deployment_row(deployment: &Deployment) -> Row {
    row! {
        "id": deployment.id.as_str(),
        "name": deployment.name.as_deref(),
        "source": deployment.source.as_deref(),
        "deploymentTime": ms(deployment.deployed),
        "tenantId": deployment.tenant_id.as_deref(),
        "deployedBy": deployment.actor.as_deref(),
    }
}

/// Also what a deployment answers with.
pub fn process_row(process: &ProcessDefinition) -> Row {
    row! {
        "id": process.id.as_str(),
        "key": process.key.as_str(),
        "category": process.category.as_str(),
        "description": process.description.as_deref(),
        "name": process.name.as_deref(),
        "version": process.version,
        "resource": &process.resource,
        "deploymentId": process.deployment_id.as_str(),
        "deploymentTime": ms(process.deployed),
        "diagram": process.diagram.as_deref(),
        "suspended": process.suspended,
        "tenantId": process.tenant_id.as_deref(),
        "versionTag": process.version_tag.as_deref(),
        "historyTimeToLive": process.history_time_to_live,
        "startableInTasklist": process.startable_in_tasklist,
        "candidateStarterUsers": process.candidate_starter_users.clone(),
        "latest": true,
    }
}

/// The row of a decision, without what its deployment decides.
pub fn decision_row(decision: &DecisionDefinition) -> Row {
    row! {
        "id": decision.id.as_str(),
        "key": decision.key.as_str(),
        "category": decision.category.as_str(),
        "name": decision.name.as_deref(),
        "version": decision.version,
        "resource": &decision.resource,
        "deploymentId": decision.deployment_id.as_str(),
        "deploymentTime": ms(decision.deployed),
        "tenantId": decision.tenant_id.as_deref(),
        "decisionRequirementsDefinitionId": decision.requirements_id.as_deref(),
        "decisionRequirementsDefinitionKey": decision.requirements_key.as_deref(),
        "historyTimeToLive": decision.history_time_to_live,
        "versionTag": decision.version_tag.as_deref(),
        "latest": true,
    }
}

/// The row of a graph of decisions.
pub fn requirements_row(graph: &DecisionRequirements) -> Row {
    row! {
        "id": graph.id.as_str(),
        "key": graph.key.as_str(),
        "category": graph.category.as_str(),
        "name": graph.name.as_deref(),
        "version": graph.version,
        "resource": &graph.resource,
        "deploymentId": graph.deployment_id.as_str(),
        "tenantId": graph.tenant_id.as_deref(),
        "latest": true,
    }
}

fn job_definition_row(process: &ProcessDefinition, job: &JobDefinition) -> Row {
    row! {
        "id": job.id.as_str(),
        "processDefinitionId": process.id.as_str(),
        "processDefinitionKey": process.key.as_str(),
        "jobType": job.job_type.as_str(),
        "jobConfiguration": job.configuration.as_str(),
        "activityId": job.activity_id.as_str(),
        "suspended": job.suspended,
        "overridingJobPriority": job.overriding_priority,
        "tenantId": process.tenant_id.as_deref(),
        // Only those of batches name their deployment.
        "deploymentId": Cell::Null,
    }
}

fn definition_of(job: &StartJob) -> Cell {
    job.kind
        .activity_id()
        .map_or(Cell::Null, |activity| job_definition_id(&job.definition_id, activity, "timer").into())
}

fn job_row(job: &StartJob) -> Row {
    row! {
        "id": job.id.as_str(),
        "jobDefinitionId": definition_of(job),
        "processInstanceId": Cell::Null,
        "processDefinitionId": job.kind.activity_id().map(|_| job.definition_id.as_str()),
        "processDefinitionKey": job.kind.activity_id().map(|_| job.definition_key.as_str()),
        "activityId": job.kind.activity_id().map(|a| a.as_str()),
        "isTimer": true,
        "isStart": job.kind != StartJobKind::HistoryCleanup,
        "dueDate": optional_ms(job.due),
        "retries": job.retries,
        "priority": job.priority,
        "suspended": job.suspended,
        "createTime": ms(job.created),
        "exceptionMessage": job.exception.as_deref(),
        "tenantId": job.tenant_id.as_deref(),
    }
}

fn log(tenant: &TenantId, entry: &Entry, job: &StartJob, kind: &'static str, out: &mut ViewWrites) {
    let id = entity_id(&["registry", tenant.as_str(), &entry.meta.seq.to_string()]);
    let mut document = row! {
        "id": id.as_str(),
        "timestamp": entry.meta.at.as_millisecond(),
        "jobId": job.id.as_str(),
        "jobDueDate": optional_ms(job.due),
        "jobRetries": job.retries,
        "jobPriority": job.priority,
        "jobExceptionMessage": job.exception.as_deref(),
        "jobDefinitionId": definition_of(job),
        "jobDefinitionType": job.kind.name(),
        "jobDefinitionConfiguration": "timer",
        "activityId": job.kind.activity_id().map(|a| a.as_str()),
        "processDefinitionId": job.kind.activity_id().map(|_| job.definition_id.as_str()),
        "processDefinitionKey": job.kind.activity_id().map(|_| job.definition_key.as_str()),
        "deploymentId": Some(job.deployment_id.as_str()).filter(|id| !id.is_empty()),
        "tenantId": job.tenant_id.as_deref(),
        "sequence": entry.meta.seq,
    };
    document.set(kind, true);
    out.put(tenant, HISTORY_JOB_LOG, &id, document);
}
