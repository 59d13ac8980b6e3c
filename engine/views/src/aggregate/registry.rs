//! The registry as a fold: which deployments, definitions and start jobs there are.

use super::definition::{
    DecisionDefinition, DecisionRequirements, Deployment, JobDefinition, ProcessDefinition, Resource, StartJob,
};
use casewright_engine_core::NotCalled;
use casewright_engine_model::model::Binding;
use casewright_journal::{Aggregate, AggregateKey, EntryMeta};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The only registry of an organisation.
pub const REGISTRY_ID: &str = "registry";

/// What an organisation has deployed, with the jobs of its definitions, by id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryState {
    pub deployments: BTreeMap<SmolStr, Arc<Deployment>>,
    pub processes: BTreeMap<SmolStr, Arc<ProcessDefinition>>,
    pub decisions: BTreeMap<SmolStr, Arc<DecisionDefinition>>,
    pub requirements: BTreeMap<SmolStr, Arc<DecisionRequirements>>,
    pub jobs: BTreeMap<SmolStr, Arc<StartJob>>,
}

/// Which version of a key is the latest now: the one whose start events live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Latest {
    pub definition: Arc<ProcessDefinition>,
    pub is_latest: bool,
}

/// What happens to the registry.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum RegistryEvent {
    Deployed {
        deployment: Arc<Deployment>,
        processes: Vec<Arc<ProcessDefinition>>,
        decisions: Vec<Arc<DecisionDefinition>>,
        requirements: Vec<Arc<DecisionRequirements>>,
    },
    /// Takes its decisions along; its processes went before.
    DeploymentDeleted {
        deployment: SmolStr,
        decisions: Vec<SmolStr>,
        requirements: Vec<SmolStr>,
    },
    ProcessDefinitionDeleted {
        definition: SmolStr,
        job_definitions: Vec<SmolStr>,
    },
    LatestChanged {
        changes: Vec<Latest>,
    },
    /// Decisions and their requirements that became, or are no longer, the latest of their key: id and whether it is the latest now.
    LatestDecisionChanged {
        changes: Vec<(SmolStr, bool)>,
    },
    /// Suspension, time to live.
    ProcessDefinitionChanged {
        definition: Arc<ProcessDefinition>,
    },
    DecisionDefinitionChanged {
        definition: Arc<DecisionDefinition>,
    },
    JobDefinitionChanged {
        definition: SmolStr,
        job_definition: JobDefinition,
    },
    StartJobCreated {
        job: Arc<StartJob>,
    },
    StartJobChanged {
        job: Arc<StartJob>,
    },
    StartJobEnded {
        job: Arc<StartJob>,
        outcome: StartJobOutcome,
    },
}

/// How a job of a definition ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StartJobOutcome {
    Executed,
    Removed,
}

impl Aggregate for RegistryState {
    type Event = RegistryEvent;

    const KIND: &'static str = "engine-registry";

    fn empty(_: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &RegistryEvent, _: &EntryMeta) {
        match event {
            RegistryEvent::Deployed { deployment, processes, decisions, requirements } => {
                self.deployments.insert(deployment.id.clone(), Arc::clone(deployment));
                for process in processes {
                    self.processes.insert(process.id.clone(), Arc::clone(process));
                }
                for decision in decisions {
                    self.decisions.insert(decision.id.clone(), Arc::clone(decision));
                }
                for graph in requirements {
                    self.requirements.insert(graph.id.clone(), Arc::clone(graph));
                }
            }
            RegistryEvent::DeploymentDeleted { deployment, decisions, requirements } => {
                self.deployments.remove(deployment);
                for id in decisions {
                    self.decisions.remove(id);
                }
                for id in requirements {
                    self.requirements.remove(id);
                }
            }
            RegistryEvent::ProcessDefinitionDeleted { definition, .. } => {
                self.processes.remove(definition);
            }
            RegistryEvent::LatestChanged { .. } | RegistryEvent::LatestDecisionChanged { .. } => {}
            RegistryEvent::ProcessDefinitionChanged { definition } => {
                self.processes.insert(definition.id.clone(), Arc::clone(definition));
            }
            RegistryEvent::DecisionDefinitionChanged { definition } => {
                self.decisions.insert(definition.id.clone(), Arc::clone(definition));
            }
            RegistryEvent::JobDefinitionChanged { definition, job_definition } => {
                self.set_job_definition(definition, job_definition)
            }
            RegistryEvent::StartJobCreated { job } | RegistryEvent::StartJobChanged { job } => {
                self.jobs.insert(job.id.clone(), Arc::clone(job));
            }
            RegistryEvent::StartJobEnded { job, .. } => {
                self.jobs.remove(&job.id);
            }
        }
    }

    fn event_name(event: &RegistryEvent) -> &'static str {
        match event {
            RegistryEvent::Deployed { .. } => "deployed",
            RegistryEvent::DeploymentDeleted { .. } => "deployment-deleted",
            RegistryEvent::ProcessDefinitionDeleted { .. } => "process-definition-deleted",
            RegistryEvent::LatestChanged { .. } => "latest-changed",
            RegistryEvent::LatestDecisionChanged { .. } => "latest-decision-changed",
            RegistryEvent::ProcessDefinitionChanged { .. } => "process-definition-changed",
            RegistryEvent::DecisionDefinitionChanged { .. } => "decision-definition-changed",
            RegistryEvent::JobDefinitionChanged { .. } => "job-definition-changed",
            RegistryEvent::StartJobCreated { .. } => "start-job-created",
            RegistryEvent::StartJobChanged { .. } => "start-job-changed",
            RegistryEvent::StartJobEnded { .. } => "start-job-ended",
        }
    }
}

impl RegistryState {
    fn set_job_definition(&mut self, definition: &str, changed: &JobDefinition) {
        let Some(process) = self.processes.get_mut(definition) else {
            return;
        };
        let process = Arc::make_mut(process);
        for known in &mut process.job_definitions {
            if known.id == changed.id {
                *known = changed.clone();
            }
        }
    }

    /// Latest version of a key for a tenant (none: without tenant).
    pub fn latest<'a>(&'a self, key: &'a str, tenant: Option<&'a str>) -> Option<&'a Arc<ProcessDefinition>> {
        self.versions(key, tenant).max_by_key(|d| d.version)
    }

    /// Versions of a key for a tenant (none: without tenant).
    pub fn versions<'a>(
        &'a self,
        key: &'a str,
        tenant: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Arc<ProcessDefinition>> {
        self.processes.values().filter(move |d| d.key == key && d.tenant_id.as_deref() == tenant)
    }

    /// Is this the latest version of its key?
    pub fn is_latest(&self, definition: &ProcessDefinition) -> bool {
        self.latest(&definition.key, definition.tenant_id.as_deref()).is_some_and(|latest| latest.id == definition.id)
    }

    /// The definition a call activity means.
    ///
    /// # Errors
    /// None, or several: a tag that more than one version has names none of them.
    pub fn bound<'a>(
        &'a self,
        key: &'a str,
        binding: &Binding,
        tenant: Option<&'a str>,
        deployment: &str,
    ) -> Result<&'a Arc<ProcessDefinition>, NotCalled> {
        let found = match binding {
            Binding::Latest => self.latest(key, tenant),
            Binding::Deployment => self.processes.values().find(|d| d.key == key && d.deployment_id == deployment),
            Binding::Version(version) => {
                let version: Option<i32> = version.parse().ok();
                self.versions(key, tenant).find(|d| Some(d.version) == version)
            }
            Binding::VersionTag(tag) => {
                let mut tagged = self.versions(key, tenant).filter(|d| d.version_tag.as_deref() == Some(tag));
                let first = tagged.next();
                match tagged.count() {
                    0 => first,
                    others => return Err(NotCalled::Ambiguous(others + 1)),
                }
            }
        };
        found.ok_or(NotCalled::Missing)
    }

    /// Deployed forms of a key (the `id` inside the file) for a tenant, in order of deployment, with their deployments.
    pub fn forms<'a>(&'a self, key: &str, tenant: Option<&str>) -> Vec<(&'a SmolStr, &'a Resource)> {
        let mut deployments: Vec<_> =
            self.deployments.values().filter(|deployment| deployment.tenant_id.as_deref() == tenant).collect();
        deployments.sort_by_key(|deployment| deployment.deployed);
        let is_form = |resource: &Resource| {
            let parsed: Option<serde_json::Value> = serde_json::from_slice(&resource.content.0).ok();
            resource.name.ends_with(".form") && parsed.is_some_and(|form| form["id"] == key)
        };
        deployments
            .into_iter()
            .flat_map(|deployment| deployment.resources.iter().map(move |resource| (&deployment.id, resource.as_ref())))
            .filter(|(_, resource)| is_form(resource))
            .collect()
    }

    /// Latest version of a decision for a tenant (none: without tenant).
    pub fn latest_decision(&self, key: &str, tenant: Option<&str>) -> Option<&Arc<DecisionDefinition>> {
        self.decisions.values().filter(|d| d.key == key && d.tenant_id.as_deref() == tenant).max_by_key(|d| d.version)
    }

    /// Latest version of a graph of decisions for a tenant (none: without tenant).
    pub fn latest_requirements(&self, key: &str, tenant: Option<&str>) -> Option<&Arc<DecisionRequirements>> {
        self.requirements
            .values()
            .filter(|d| d.key == key && d.tenant_id.as_deref() == tenant)
            .max_by_key(|d| d.version)
    }
}
