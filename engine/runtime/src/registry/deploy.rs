//! Decides a deployment: which files are new, which versions they get, which start events live from now on.

use super::models::{self, DecisionModel, Models, ProcessModel};
use casewright_engine_model::model::Timer;
use casewright_engine_value::{
    Detached, EvaluationError, Evaluator, Instant, Language, TimerKind, TimerSchedule, Value,
};
use casewright_engine_views::aggregate::{
    DecisionDefinition, DecisionRequirements, Deployment, Latest, ProcessDefinition, RegistryEvent, RegistryState,
    Resource, StartJob, StartJobKind, StartJobOutcome, StartSubscription, StartTimer,
};
use casewright_engine_views::entity_id;
use smol_str::SmolStr;
use std::collections::HashSet;
use std::sync::Arc;

/// Which files of a deployment are left out because they are deployed already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filtering {
    None,
    /// All or nothing.
    Duplicates,
    /// Only what changed.
    ChangedOnly,
}

/// A deployment as it was asked for, with its files read.
#[derive(Clone, Debug)]
pub struct NewDeployment {
    pub id: SmolStr,
    pub name: Option<String>,
    pub source: Option<String>,
    pub tenant_id: Option<SmolStr>,
    pub activation: Option<Instant>,
    pub filtering: Filtering,
    pub actor: Option<SmolStr>,
    pub resources: Vec<Arc<Resource>>,
    pub models: Arc<Models>,
    /// Tasks that name Java run as external tasks.
    pub java_as_external: bool,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Deployed {
    New(SmolStr),
    /// Nothing was new: the deployment that has it all.
    Existing(SmolStr),
}

/// Why definitions cannot live beside what is deployed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DeployError {
    #[error("the process '{key}' would start by the message '{message}', and another one does")]
    DuplicateMessage { key: SmolStr, message: SmolStr },
    /// Of a start event.
    #[error("a timer cannot be told: {0}")]
    Timer(EvaluationError),
    #[error("the name of an event cannot be told: {0}")]
    EventName(EvaluationError),
    #[error("the event name '{name}' is a {found}")]
    NoEventName { name: SmolStr, found: &'static str },
    #[error("two definitions have the key '{0}'")]
    DuplicateKey(SmolStr),
}

/// Events and answer of a deployment.
pub(crate) fn decide(
    state: &RegistryState,
    new: &NewDeployment,
    evaluator: &dyn Evaluator,
    now: Instant,
) -> Result<(Vec<RegistryEvent>, Deployed), DeployError> {
    let resources = changed(state, new);
    if resources.is_empty()
        && let Some(existing) = same_name(state, new).max_by_key(|d| d.deployed)
    {
        return Ok((Vec::new(), Deployed::Existing(existing.id.clone())));
    }
    let deployment = Arc::new(Deployment {
        id: new.id.clone(),
        name: new.name.clone(),
        source: new.source.clone(),
        tenant_id: new.tenant_id.clone(),
        deployed: now,
        actor: new.actor.clone(),
        resources,
        java_as_external: new.java_as_external,
    });
    let is_deployed = |name: &str| deployment.resource(name).is_some();
    let mut processes: Vec<Arc<ProcessDefinition>> = Vec::new();
    for model in &new.models.processes {
        if is_deployed(&model.resource) {
            let key = &model.process.id;
            if processes.iter().any(|p| p.key == *key) {
                return Err(DeployError::DuplicateKey(key.clone()));
            }
            processes.push(Arc::new(process(state, new, &deployment, model, evaluator, now)?));
        }
    }
    let mut decisions = Vec::new();
    let mut requirements = Vec::new();
    for model in &new.models.decisions {
        if is_deployed(&model.resource) {
            let graph = decision_requirements(state, new, model);
            decisions.extend(decision_definitions(state, new, model, graph.as_ref(), now));
            requirements.extend(graph.map(Arc::new));
        }
    }
    if let Some(twice) = repeated(decisions.iter().map(|decision| &decision.key)) {
        return Err(DeployError::DuplicateKey(twice.clone()));
    }
    check_messages(state, &processes)?;
    let mut events = vec![RegistryEvent::Deployed {
        deployment,
        processes: processes.clone(),
        decisions: decisions.clone(),
        requirements: requirements.clone(),
    }];
    take_over(state, new, &processes, evaluator, now, &mut events)?;
    take_over_decisions(state, &decisions, &requirements, &mut events);
    Ok((events, Deployed::New(new.id.clone())))
}

/// The first key that comes again.
fn repeated<'a>(mut keys: impl Iterator<Item = &'a SmolStr>) -> Option<&'a SmolStr> {
    let mut seen = HashSet::new();
    keys.find(|key| !seen.insert(*key))
}

fn same_name<'a>(state: &'a RegistryState, new: &'a NewDeployment) -> impl Iterator<Item = &'a Arc<Deployment>> {
    state
        .deployments
        .values()
        .filter(|known| known.name == new.name && known.source == new.source && known.tenant_id == new.tenant_id)
}

fn changed(state: &RegistryState, new: &NewDeployment) -> Vec<Arc<Resource>> {
    if new.filtering == Filtering::None {
        return new.resources.clone();
    }
    let is_new = |resource: &&Arc<Resource>| {
        let latest = same_name(state, new)
            .filter(|known| known.resource(&resource.name).is_some())
            .max_by_key(|known| known.deployed)
            .and_then(|known| known.resource(&resource.name).map(|found| (known, found)));
        latest.is_none_or(|(known, found)| {
            found.content != resource.content || known.java_as_external != new.java_as_external
        })
    };
    let changed: HashSet<&str> = new.resources.iter().filter(is_new).map(|resource| resource.name.as_str()).collect();
    let deployed = match new.filtering {
        Filtering::Duplicates if !changed.is_empty() => return new.resources.clone(),
        _ => with_imported(&new.models.decisions, changed),
    };
    new.resources.iter().filter(|resource| deployed.contains(resource.name.as_str())).map(Arc::clone).collect()
}

/// A model is read with those of its deployment that it imports: they come along, though they did not change.
fn with_imported<'a>(models: &'a [DecisionModel], mut names: HashSet<&'a str>) -> HashSet<&'a str> {
    loop {
        let importing = models.iter().filter(|model| names.contains(model.resource.as_str()));
        let wanted: HashSet<&str> = importing.flat_map(|model| &model.imports).map(String::as_str).collect();
        let imported = models.iter().filter(|model| wanted.contains(model.category.as_str()));
        let before = names.len();
        names.extend(imported.map(|model| model.resource.as_str()).collect::<Vec<_>>());
        if names.len() == before {
            return names;
        }
    }
}

/// `key:version:uuid`, the bare uuid when that would be longer than 64.
fn definition_id(deployment: &str, key: &str, version: i32, kind: &str) -> SmolStr {
    let uuid = entity_id(&["definition", deployment, kind, key]);
    let full = format!("{key}:{version}:{uuid}");
    if full.len() > 64 { uuid.into() } else { full.into() }
}

fn process(
    state: &RegistryState,
    new: &NewDeployment,
    deployment: &Deployment,
    model: &ProcessModel,
    evaluator: &dyn Evaluator,
    now: Instant,
) -> Result<ProcessDefinition, DeployError> {
    let process = &model.process;
    let version = state.latest(&process.id, new.tenant_id.as_deref()).map_or(0, |latest| latest.version) + 1;
    let id = definition_id(&new.id, &process.id, version, "process");
    let subscriptions = models::start_subscriptions(process)
        .into_iter()
        .map(|(kind, name, activity_id)| {
            let name = name.map(|name| event_name(name, evaluator, now)).transpose()?;
            let id = entity_id(&["start-subscription", &id, &activity_id]).into();
            Ok(StartSubscription { id, kind, name, activity_id })
        })
        .collect::<Result<_, DeployError>>()?;
    let suspended = new.activation.is_some_and(|at| at > now);
    let mut job_definitions = models::job_definitions(&id, process);
    for job in &mut job_definitions {
        job.suspended = suspended;
    }
    Ok(ProcessDefinition {
        key: process.id.clone(),
        version,
        name: process.name.clone(),
        description: process.documentation.clone(),
        category: model.category.clone(),
        resource: model.resource.clone(),
        diagram: diagram(deployment, &model.resource, &process.id),
        deployment_id: new.id.clone(),
        deployed: now,
        tenant_id: new.tenant_id.clone(),
        version_tag: process.version_tag.clone(),
        history_time_to_live: process.history_time_to_live,
        startable_in_tasklist: process.startable_in_tasklist,
        candidate_starter_users: words(process.candidate_starter_users.as_deref()),
        candidate_starter_groups: words(process.candidate_starter_groups.as_deref()),
        suspended,
        subscriptions,
        timers: models::start_timers(process),
        job_definitions,
        id,
    })
}

/// A name with an expression is that of its value when it is deployed.
fn event_name(name: SmolStr, evaluator: &dyn Evaluator, now: Instant) -> Result<SmolStr, DeployError> {
    match evaluator.evaluate(Language::Juel, &name, &mut Detached::at(now)) {
        Ok(Value::String(text)) => Ok(SmolStr::new(&*text)),
        Ok(other) => Err(DeployError::NoEventName { name, found: other.type_name() }),
        Err(error) => Err(DeployError::EventName(error)),
    }
}

fn words(list: Option<&str>) -> Vec<String> {
    list.into_iter().flat_map(|list| list.split(',')).map(|word| word.trim().to_owned()).collect()
}

/// A picture deployed beside the model: `x.png` or `x.<key>.png` for `x.bpmn`.
pub fn diagram(deployment: &Deployment, resource: &str, key: &str) -> Option<String> {
    let suffixes = [".bpmn20.xml", ".bpmn", ".dmn11.xml", ".dmn"];
    let stem = suffixes.iter().find_map(|suffix| resource.strip_suffix(suffix))?;
    ["svg", "png", "jpg", "gif"].iter().find_map(|suffix| {
        [format!("{stem}.{key}.{suffix}"), format!("{stem}.{suffix}")]
            .into_iter()
            .find(|name| deployment.resource(name).is_some())
    })
}

fn decision_requirements(
    state: &RegistryState,
    new: &NewDeployment,
    model: &DecisionModel,
) -> Option<DecisionRequirements> {
    if model.decisions.len() < 2 {
        return None;
    }
    let key = &model.requirements_key;
    let version = state.latest_requirements(key, new.tenant_id.as_deref()).map_or(0, |latest| latest.version) + 1;
    Some(DecisionRequirements {
        id: definition_id(&new.id, key, version, "requirements"),
        key: key.clone(),
        version,
        name: model.requirements_name.clone(),
        category: model.category.clone(),
        resource: model.resource.clone(),
        deployment_id: new.id.clone(),
        tenant_id: new.tenant_id.clone(),
    })
}

fn decision_definitions(
    state: &RegistryState,
    new: &NewDeployment,
    model: &DecisionModel,
    graph: Option<&DecisionRequirements>,
    now: Instant,
) -> Vec<Arc<DecisionDefinition>> {
    model
        .decisions
        .iter()
        .map(|header| {
            let version =
                state.latest_decision(&header.key, new.tenant_id.as_deref()).map_or(0, |latest| latest.version) + 1;
            Arc::new(DecisionDefinition {
                id: definition_id(&new.id, &header.key, version, "decision"),
                key: header.key.clone(),
                version,
                name: header.name.clone(),
                category: model.category.clone(),
                resource: model.resource.clone(),
                deployment_id: new.id.clone(),
                deployed: now,
                tenant_id: new.tenant_id.clone(),
                requirements_id: graph.map(|g| g.id.clone()),
                requirements_key: graph.map(|g| g.key.clone()),
                history_time_to_live: header.history_time_to_live,
                version_tag: header.version_tag.clone(),
            })
        })
        .collect()
}

/// A start message name belongs to one process key per tenant.
fn check_messages(state: &RegistryState, processes: &[Arc<ProcessDefinition>]) -> Result<(), DeployError> {
    for process in processes {
        for subscription in process.subscriptions.iter().filter(|s| s.kind == "message") {
            let taken = state
                .processes
                .values()
                .filter(|known| known.key != process.key && known.tenant_id == process.tenant_id)
                .filter(|known| state.is_latest(known))
                .chain(processes.iter().filter(|other| other.key != process.key))
                .any(|known| known.subscriptions.iter().any(|s| s.kind == "message" && s.name == subscription.name));
            if taken {
                return Err(DeployError::DuplicateMessage {
                    key: process.key.clone(),
                    message: subscription.name.clone().unwrap_or_default(),
                });
            }
        }
    }
    Ok(())
}

/// The new versions are the latest: their start events live, those of the versions before do not.
fn take_over(
    state: &RegistryState,
    new: &NewDeployment,
    processes: &[Arc<ProcessDefinition>],
    evaluator: &dyn Evaluator,
    now: Instant,
    events: &mut Vec<RegistryEvent>,
) -> Result<(), DeployError> {
    let mut changes = Vec::new();
    for process in processes {
        if let Some(before) = state.latest(&process.key, process.tenant_id.as_deref()) {
            changes.push(Latest { definition: Arc::clone(before), is_latest: false });
            events.extend(timer_jobs_removed(state, &before.id));
        }
        changes.push(Latest { definition: Arc::clone(process), is_latest: true });
        events.extend(timer_jobs(process, evaluator, now)?);
        if process.suspended {
            events.push(RegistryEvent::StartJobCreated { job: Arc::new(activation_job(process, new.activation, now)) });
        }
    }
    if !changes.is_empty() {
        events.push(RegistryEvent::LatestChanged { changes });
    }
    Ok(())
}

fn take_over_decisions(
    state: &RegistryState,
    decisions: &[Arc<DecisionDefinition>],
    requirements: &[Arc<DecisionRequirements>],
    events: &mut Vec<RegistryEvent>,
) {
    let mut changes = Vec::new();
    for decision in decisions {
        let before = state.latest_decision(&decision.key, decision.tenant_id.as_deref());
        changes.extend(before.map(|d| (d.id.clone(), false)));
        changes.push((decision.id.clone(), true));
    }
    for graph in requirements {
        let before = state.latest_requirements(&graph.key, graph.tenant_id.as_deref());
        changes.extend(before.map(|d| (d.id.clone(), false)));
        changes.push((graph.id.clone(), true));
    }
    if !changes.is_empty() {
        events.push(RegistryEvent::LatestDecisionChanged { changes });
    }
}

/// Removes the start timers of a definition.
pub(crate) fn timer_jobs_removed(state: &RegistryState, definition: &str) -> Vec<RegistryEvent> {
    state
        .jobs
        .values()
        .filter(|job| job.definition_id == definition && matches!(job.kind, StartJobKind::Timer { .. }))
        .map(|job| RegistryEvent::StartJobEnded { job: Arc::clone(job), outcome: StartJobOutcome::Removed })
        .collect()
}

/// Creates the start timers of a definition that is the latest now.
pub(crate) fn timer_jobs(
    process: &ProcessDefinition,
    evaluator: &dyn Evaluator,
    now: Instant,
) -> Result<Vec<RegistryEvent>, DeployError> {
    process
        .timers
        .iter()
        .map(|start| {
            let schedule = schedule(&start.timer, evaluator, now).map_err(DeployError::Timer)?;
            Ok(RegistryEvent::StartJobCreated {
                job: Arc::new(StartJob {
                    id: entity_id(&["start-timer", &process.id, &start.activity_id]).into(),
                    kind: StartJobKind::Timer { activity_id: start.activity_id.clone() },
                    due: Some(schedule.due),
                    repeat: schedule.repeat,
                    priority: priority(start, evaluator, now),
                    ..definition_job(process, now)
                }),
            })
        })
        .collect()
}

/// As in Camunda 7, a priority that cannot be told keeps nothing from running.
fn priority(start: &StartTimer, evaluator: &dyn Evaluator, now: Instant) -> i64 {
    let Some(text) = &start.priority else {
        return 0;
    };
    match evaluator.evaluate(Language::Juel, text, &mut Detached::at(now)) {
        Ok(Value::String(number)) => number.trim().parse().unwrap_or(0),
        Ok(Value::Short(number)) => number.into(),
        Ok(Value::Integer(number)) => number.into(),
        Ok(Value::Long(number)) => number,
        _ => 0,
    }
}

/// A job of a definition, to be filled in.
pub(crate) fn definition_job(process: &ProcessDefinition, now: Instant) -> StartJob {
    let kind = StartJobKind::SetSuspended { suspended: false, include_instances: true };
    StartJob {
        definition_id: process.id.clone(),
        definition_key: process.key.clone(),
        deployment_id: process.deployment_id.clone(),
        tenant_id: process.tenant_id.clone(),
        ..StartJob::new(SmolStr::default(), kind, now)
    }
}

fn activation_job(process: &ProcessDefinition, due: Option<Instant>, now: Instant) -> StartJob {
    StartJob { id: entity_id(&["activation", &process.id]).into(), due, ..definition_job(process, now) }
}

pub(crate) fn schedule(
    timer: &Timer,
    evaluator: &dyn Evaluator,
    now: Instant,
) -> Result<TimerSchedule, EvaluationError> {
    let (kind, text) = match timer {
        Timer::Date(text) => (TimerKind::Date, text),
        Timer::Duration(text) => (TimerKind::Duration, text),
        Timer::Cycle(text) => (TimerKind::Cycle, text),
    };
    let value = evaluator.evaluate(Language::Juel, text, &mut Detached::at(now))?;
    evaluator.schedule(kind, &value, now)
}

/// Events that delete definitions, and make the versions before them the latest again.
pub(crate) fn remove(
    state: &RegistryState,
    processes: &[SmolStr],
    evaluator: &dyn Evaluator,
    now: Instant,
) -> Result<Vec<RegistryEvent>, DeployError> {
    let mut events = Vec::new();
    let mut changes = Vec::new();
    for id in processes {
        let Some(process) = state.processes.get(id) else {
            continue;
        };
        events.extend(
            state
                .jobs
                .values()
                .filter(|job| job.definition_id == *id)
                .map(|job| RegistryEvent::StartJobEnded { job: Arc::clone(job), outcome: StartJobOutcome::Removed }),
        );
        if !state.is_latest(process) {
            continue;
        }
        changes.push(Latest { definition: Arc::clone(process), is_latest: false });
        let before = state
            .versions(&process.key, process.tenant_id.as_deref())
            .filter(|known| !processes.contains(&known.id))
            .max_by_key(|known| known.version);
        if let Some(before) = before {
            changes.push(Latest { definition: Arc::clone(before), is_latest: true });
            events.extend(timer_jobs(before, evaluator, now)?);
        }
    }
    if !changes.is_empty() {
        events.push(RegistryEvent::LatestChanged { changes });
    }
    for id in processes {
        if let Some(process) = state.processes.get(id) {
            events.push(RegistryEvent::ProcessDefinitionDeleted {
                definition: id.clone(),
                job_definitions: process.job_definitions.iter().map(|job| job.id.clone()).collect(),
            });
        }
    }
    Ok(events)
}

/// Events that delete a deployment with its definitions.
pub(crate) fn remove_deployment(
    state: &RegistryState,
    deployment: &str,
    evaluator: &dyn Evaluator,
    now: Instant,
) -> Result<Vec<RegistryEvent>, DeployError> {
    let processes: Vec<SmolStr> = state
        .processes
        .values()
        .filter(|process| process.deployment_id == deployment)
        .map(|process| process.id.clone())
        .collect();
    let mut events = remove(state, &processes, evaluator, now)?;
    let decisions: Vec<&Arc<DecisionDefinition>> =
        state.decisions.values().filter(|decision| decision.deployment_id == deployment).collect();
    let changes = decisions
        .iter()
        .filter_map(|decision| {
            state
                .decisions
                .values()
                .filter(|known| {
                    known.key == decision.key
                        && known.tenant_id == decision.tenant_id
                        && known.deployment_id != deployment
                })
                .max_by_key(|known| known.version)
                .map(|before| (before.id.clone(), true))
        })
        .collect::<Vec<_>>();
    if !changes.is_empty() {
        events.push(RegistryEvent::LatestDecisionChanged { changes });
    }
    events.push(RegistryEvent::DeploymentDeleted {
        deployment: deployment.into(),
        decisions: decisions.iter().map(|d| d.id.clone()).collect(),
        requirements: state
            .requirements
            .values()
            .filter(|graph| graph.deployment_id == deployment)
            .map(|graph| graph.id.clone())
            .collect(),
    });
    Ok(events)
}
