//! What is deployed, ready to run: the registry's state and the compiled graphs.
//!
//! A graph is compiled when it is first asked for, where that holds up nobody, and kept; the registry's state is swapped as
//! a whole after each change, so a reader never sees half a deployment.

use super::models::{is_bpmn, others};
use casewright_engine_core::compile::{DefinitionInfo, Graph, compile};
use casewright_engine_core::env::{CalledProcess, Definitions, JobPolicy, NotCalled};
use casewright_engine_expr::{DecisionDeployment, DecisionDiagnostic, DecisionResource, Expressions, may_take_long};
use casewright_engine_model::{Limits, java_as_external, parse};
use casewright_engine_views::aggregate::{DecisionDefinition, JobDefinition, ProcessDefinition, RegistryState};
use casewright_engine_views::job_definition_id;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Definitions of one organisation.
pub struct Catalog {
    state: RwLock<Arc<RegistryState>>,
    graphs: RwLock<HashMap<SmolStr, Arc<Graph>>>,
    expressions: Arc<Expressions>,
    limits: Limits,
}

impl Catalog {
    pub(crate) fn new(expressions: Arc<Expressions>, limits: Limits) -> Self {
        Self { state: RwLock::default(), graphs: RwLock::default(), expressions, limits }
    }

    /// What is deployed now.
    pub fn state(&self) -> Arc<RegistryState> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes over a later state: new decisions and resources become known, what was deleted is forgotten.
    pub(crate) fn refresh(&self, next: Arc<RegistryState>) {
        let before = self.state();
        for deployment in next.deployments.values() {
            if before.deployments.contains_key(&deployment.id) {
                continue;
            }
            for resource in &deployment.resources {
                if !is_bpmn(&resource.name)
                    && let Ok(text) = std::str::from_utf8(&resource.content.0)
                {
                    self.expressions.add_resource(&deployment.id, &resource.name, text);
                }
            }
        }
        let mut parsed = HashMap::new();
        for decision in next.decisions.values() {
            if !before.decisions.contains_key(&decision.id) {
                self.deploy_decision(&next, decision, &mut parsed);
            }
        }
        for decision in before.decisions.values() {
            if !next.decisions.contains_key(&decision.id) {
                self.expressions.decisions().remove(&decision.id);
            }
        }
        for id in before.deployments.keys() {
            if !next.deployments.contains_key(id) {
                self.expressions.remove_resources(id);
            }
        }
        self.graphs.write().unwrap_or_else(PoisonError::into_inner).retain(|id, _| next.processes.contains_key(id));
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// Decisions of one file share it; `parsed` holds the files of this refresh.
    fn deploy_decision<'a>(
        &self,
        state: &'a RegistryState,
        decision: &'a DecisionDefinition,
        parsed: &mut HashMap<(&'a str, &'a str), Option<Arc<DecisionResource>>>,
    ) {
        let file = parsed
            .entry((decision.deployment_id.as_str(), decision.resource.as_str()))
            .or_insert_with(|| parse_decisions(state, decision));
        let Some(file) = file else {
            return;
        };
        self.expressions.decisions().deploy_parsed(
            DecisionDeployment {
                definition_id: decision.id.clone(),
                key: decision.key.clone(),
                version: decision.version,
                version_tag: decision.version_tag.clone(),
                tenant: decision.tenant_id.clone(),
                deployment: decision.deployment_id.clone(),
            },
            Arc::clone(file),
        );
    }

    /// The definition with this id.
    pub fn process(&self, id: &str) -> Option<Arc<ProcessDefinition>> {
        self.state().processes.get(id).map(Arc::clone)
    }

    /// A definition that was read before; none says nothing.
    pub(crate) fn known_graph(&self, id: &str) -> Option<Arc<Graph>> {
        self.graphs.read().unwrap_or_else(PoisonError::into_inner).get(id).map(Arc::clone)
    }

    fn compiled(&self, id: &str) -> Option<Arc<Graph>> {
        let known = self.known_graph(id);
        // A step that would read it on a thread that others wait for is begun again where it may.
        if known.is_some() || !may_take_long() {
            return known;
        }
        let state = self.state();
        let definition = state.processes.get(id)?;
        let deployment = state.deployments.get(&definition.deployment_id)?;
        let resource = deployment.resource(&definition.resource)?;
        let mut parsed = match parse(&resource.content.0, &resource.name, &self.limits) {
            Ok(parsed) => parsed,
            Err(error) => {
                tracing::error!(definition = id, %error, "a stored process cannot be read");
                return None;
            }
        };
        if deployment.java_as_external {
            java_as_external(&mut parsed.definitions);
        }
        let dialect = parsed.definitions.dialect;
        let process = parsed.definitions.processes.into_iter().find(|process| process.id == definition.key)?;
        let info = DefinitionInfo {
            id: definition.id.clone(),
            key: definition.key.clone(),
            version: definition.version,
            tenant_id: definition.tenant_id.clone(),
            deployment_id: definition.deployment_id.clone(),
        };
        let graph = Arc::new(compile(process, dialect, info, &*self.expressions));
        self.graphs.write().unwrap_or_else(PoisonError::into_inner).insert(SmolStr::new(id), Arc::clone(&graph));
        Some(graph)
    }
}

/// The file of a deployed decision, with those of its deployment that it imports; none when it is no longer there.
pub fn read_decisions(
    state: &RegistryState,
    decision: &DecisionDefinition,
) -> Option<Result<DecisionResource, Vec<DecisionDiagnostic>>> {
    let deployment = state.deployments.get(&decision.deployment_id)?;
    let resource = deployment.resource(&decision.resource)?;
    let others = || others(resource, deployment.resources.iter().map(Arc::as_ref));
    Some(DecisionResource::parse_among(&resource.text(), others))
}

fn parse_decisions(state: &RegistryState, decision: &DecisionDefinition) -> Option<Arc<DecisionResource>> {
    match read_decisions(state, decision)? {
        Ok(parsed) => Some(Arc::new(parsed)),
        Err(findings) => {
            tracing::error!(decision = %decision.id, ?findings, "a stored decision cannot be read");
            None
        }
    }
}

impl Definitions for Catalog {
    fn job_policy(&self, definition: &str, activity: &str, configuration: &str) -> JobPolicy {
        let state = self.state();
        let imposes = |job: &&JobDefinition| job.suspended || job.overriding_priority.is_some();
        let mut imposing = state.processes.get(definition).into_iter().flat_map(|d| &d.job_definitions).filter(imposes);
        imposing
            .find(|job| job.id == job_definition_id(definition, activity, configuration))
            .map(|job| JobPolicy { suspended: job.suspended, priority: job.overriding_priority })
            .unwrap_or_default()
    }

    fn graph(&self, definition_id: &str) -> Option<Arc<Graph>> {
        self.compiled(definition_id)
    }

    fn called(&self, called: &CalledProcess<'_>) -> Result<Arc<Graph>, NotCalled> {
        let state = self.state();
        let definition = state.bound(called.key, called.binding, called.tenant, called.deployment)?;
        self.compiled(&definition.id).ok_or(NotCalled::Missing)
    }
}
