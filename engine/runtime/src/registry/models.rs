//! Reads the files of a deployment: processes, decisions, and what is wrong with them. Pure; nothing is stored here.

use crate::config::EngineConfig;
use casewright_engine_expr::{DecisionResource, Expressions};
use casewright_engine_model::diagnostic::{Diagnostic, Severity};
use casewright_engine_model::model::{
    Definitions, Dialect, EventTrigger, Node, NodeIndex, NodeKind, Process, SubProcessKind, Timer,
};
use casewright_engine_model::{
    ExpressionUse, Limits, Rejected, Text, connector_findings, decode_xml, expressions, java_as_external as turn_java,
    java_findings, parse,
};
use casewright_engine_value::{EvaluationError, Evaluator, Language};
use casewright_engine_views::aggregate::{JobDefinition, Resource, StartTimer};
use casewright_engine_views::job_definition_id;
use smol_str::SmolStr;

/// A process as it was found in a file.
#[derive(Clone, Debug)]
pub struct ProcessModel {
    pub process: Process,
    pub category: SmolStr,
    pub resource: String,
}

/// The decisions of one DMN file.
#[derive(Clone, Debug)]
pub struct DecisionModel {
    pub resource: String,
    pub requirements_key: SmolStr,
    pub requirements_name: Option<String>,
    /// Its namespace.
    pub category: SmolStr,
    /// Namespaces of the models that it imports.
    pub imports: Vec<String>,
    pub decisions: Vec<DecisionHeader>,
}

#[derive(Clone, Debug)]
pub struct DecisionHeader {
    pub key: SmolStr,
    pub name: Option<String>,
    pub version_tag: Option<String>,
    pub history_time_to_live: Option<i64>,
}

/// What the files of a deployment define.
#[derive(Clone, Debug, Default)]
pub struct Models {
    pub processes: Vec<ProcessModel>,
    pub decisions: Vec<DecisionModel>,
    /// With the resource they are in.
    pub warnings: Vec<(String, Diagnostic)>,
}

/// A file that cannot be deployed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ModelError {
    #[error("{0}")]
    Bpmn(Rejected),
    #[error("the DMN file '{resource}' cannot be read: {reason}")]
    Dmn {
        resource: String,
        reason: String,
        /// Camunda takes the file and fails when it evaluates it.
        is_early: bool,
    },
    /// The configuration wants every process to say how long its history is kept.
    #[error("the process '{process}' of '{resource}' does not say how long its history is kept")]
    TimeToLive { resource: String, process: SmolStr },
}

pub(crate) fn is_bpmn(name: &str) -> bool {
    name.ends_with(".bpmn") || name.ends_with(".bpmn20.xml")
}

pub(crate) fn is_dmn(name: &str) -> bool {
    name.ends_with(".dmn") || name.ends_with(".dmn11.xml")
}

/// Reads all files, by the limits and rules of the configuration.
///
/// # Errors
/// The first file that is refused; nothing of the deployment is used then.
pub fn read<'a>(
    resources: impl Iterator<Item = &'a Resource> + Clone,
    evaluator: &dyn Evaluator,
    config: &EngineConfig,
    java_as_external: bool,
) -> Result<Models, ModelError> {
    let limits = &config.model_limits;
    let mut models = Models::default();
    for resource in resources.clone() {
        if is_bpmn(&resource.name) {
            read_bpmn(resource, evaluator, limits, java_as_external, &mut models)?;
        } else if is_dmn(&resource.name) {
            models.decisions.push(read_dmn(resource, resources.clone())?);
        }
    }
    let is_kept_forever = |model: &&ProcessModel| model.process.history_time_to_live.is_none();
    if config.enforce_history_time_to_live
        && let Some(model) = models.processes.iter().find(is_kept_forever)
    {
        return Err(ModelError::TimeToLive { resource: model.resource.clone(), process: model.process.id.clone() });
    }
    Ok(models)
}

fn read_bpmn(
    resource: &Resource,
    evaluator: &dyn Evaluator,
    limits: &Limits,
    java_as_external: bool,
    models: &mut Models,
) -> Result<(), ModelError> {
    let mut parsed = parse(&resource.content.0, &resource.name, limits).map_err(ModelError::Bpmn)?;
    parsed.warnings.extend(java_findings(&parsed.definitions, java_as_external));
    parsed.warnings.extend(connector_findings(&parsed.definitions));
    if java_as_external {
        turn_java(&mut parsed.definitions);
    }
    let errors = check(&parsed.definitions, evaluator);
    if !errors.is_empty() {
        return Err(ModelError::Bpmn(Rejected { resource: resource.name.clone(), errors, warnings: parsed.warnings }));
    }
    for warning in parsed.warnings.into_iter().chain(parsed.notes) {
        models.warnings.push((resource.name.clone(), warning));
    }
    for process in parsed.definitions.processes {
        models.processes.push(ProcessModel {
            process,
            category: parsed.definitions.target_namespace.clone(),
            resource: resource.name.clone(),
        });
    }
    Ok(())
}

/// Expressions and scripts that cannot be evaluated.
fn check(definitions: &Definitions, evaluator: &dyn Evaluator) -> Vec<Diagnostic> {
    let language = match definitions.dialect {
        Dialect::Camunda => Language::Juel,
        Dialect::Zeebe => Language::Feel,
    };
    let finding = |found: ExpressionUse<'_>| match found.text {
        Text::Expression(text) => {
            let error = evaluator.check(language, text).err()?;
            Some(diagnostic("invalid-expression", &found, &error))
        }
        Text::Script(script) => {
            let error = Expressions::check_script_format(&script.format).err()?;
            Some(diagnostic("unsupported-script", &found, &error))
        }
    };
    expressions(definitions).into_iter().filter_map(finding).collect()
}

fn diagnostic(code: &'static str, place: &ExpressionUse<'_>, error: &EvaluationError) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        code,
        message: error.to_string(),
        help: None,
        element_id: Some(place.element.to_string()),
        related_ids: Vec::new(),
        line: place.line,
        column: place.column,
    }
}

/// Message, signal and conditional start events of the process itself.
pub(crate) fn start_subscriptions(process: &Process) -> Vec<(SmolStr, Option<SmolStr>, SmolStr)> {
    starts(process)
        .filter_map(|(node, trigger)| {
            let (kind, name) = match trigger {
                EventTrigger::Message(message) => ("message", message.name.as_deref().map(SmolStr::new)),
                EventTrigger::Signal(signal) => ("signal", Some(SmolStr::new(&signal.name))),
                EventTrigger::Conditional(_) => ("conditional", None),
                _ => return None,
            };
            Some((SmolStr::new_static(kind), name, node.id.clone()))
        })
        .collect()
}

pub(crate) fn start_timers(process: &Process) -> Vec<StartTimer> {
    starts(process)
        .filter_map(|(node, trigger)| match trigger {
            EventTrigger::Timer(timer) => Some(StartTimer {
                activity_id: node.id.clone(),
                timer: timer.clone(),
                priority: node.job_priority.clone().or_else(|| process.job_priority.clone()),
            }),
            _ => None,
        })
        .collect()
}

fn starts(process: &Process) -> impl Iterator<Item = (&Node, &EventTrigger)> {
    process.children.iter().filter_map(|index| {
        let node = &process.nodes[index.0 as usize];
        match &node.kind {
            NodeKind::StartEvent(start) => Some((node, &start.trigger)),
            _ => None,
        }
    })
}

/// What kinds of jobs a process can have, as the contract lists them.
pub(crate) fn job_definitions(definition: &str, process: &Process) -> Vec<JobDefinition> {
    let mut out = Vec::new();
    for (index, node) in (0_u32..).zip(&process.nodes) {
        let mut add = |activity: &str, job_type: &'static str, configuration: &'static str| {
            let shown = timer_of(node).filter(|_| configuration == "timer");
            out.push(JobDefinition {
                id: job_definition_id(definition, activity, configuration).into(),
                activity_id: activity.into(),
                job_type: job_type.into(),
                configuration: shown.map_or_else(|| configuration.into(), |timer| timer.into()),
                suspended: false,
                overriding_priority: None,
            });
        };
        let body = format!("{}#multiInstanceBody", node.id);
        let outer: &str = if node.loop_characteristics.is_some() { &body } else { &node.id };
        if node.async_before {
            add(outer, "async-continuation", "async-before");
        }
        if node.async_after {
            add(outer, "async-continuation", "async-after");
        }
        if let Some(multi) = &node.loop_characteristics {
            if multi.async_before {
                add(&node.id, "async-continuation", "async-before");
            }
            if multi.async_after {
                add(&node.id, "async-continuation", "async-after");
            }
        }
        if let Some(job_type) = timer_type(process, NodeIndex(index), node) {
            add(&node.id, job_type, "timer");
        }
    }
    out
}

/// A timer as job definitions show it.
fn timer_of(node: &Node) -> Option<String> {
    let trigger = match &node.kind {
        NodeKind::StartEvent(start) => &start.trigger,
        NodeKind::IntermediateCatchEvent(trigger) => trigger,
        NodeKind::BoundaryEvent(boundary) => &boundary.trigger,
        _ => return None,
    };
    match trigger {
        EventTrigger::Timer(Timer::Date(text)) => Some(format!("DATE: {text}")),
        EventTrigger::Timer(Timer::Duration(text)) => Some(format!("DURATION: {text}")),
        EventTrigger::Timer(Timer::Cycle(text)) => Some(format!("CYCLE: {text}")),
        _ => None,
    }
}

fn timer_type(process: &Process, index: NodeIndex, node: &Node) -> Option<&'static str> {
    let is_timer = |trigger: &EventTrigger| matches!(trigger, EventTrigger::Timer(_));
    match &node.kind {
        NodeKind::StartEvent(start) if is_timer(&start.trigger) => {
            let in_event_subprocess = node.parent.is_some_and(|parent| {
                matches!(
                    &process.nodes[parent.0 as usize].kind,
                    NodeKind::SubProcess(sub) if sub.kind == SubProcessKind::Event
                )
            });
            if in_event_subprocess {
                Some("timer-start-event-subprocess")
            } else if process.children.contains(&index) {
                Some("timer-start-event")
            } else {
                None
            }
        }
        NodeKind::IntermediateCatchEvent(trigger) if is_timer(trigger) => Some("timer-intermediate-transition"),
        NodeKind::BoundaryEvent(boundary) if is_timer(&boundary.trigger) => Some("timer-transition"),
        _ => None,
    }
}

/// What is wrong with expressions of a decision, by the codes of the findings.
const FOUND_EARLY: [&str; 3] = ["expression-syntax", "unsupported-language", "external-function"];

/// The other DMN files beside one, which it may import.
pub(crate) fn others<'a>(resource: &Resource, deployed: impl Iterator<Item = &'a Resource>) -> Vec<String> {
    deployed.filter(|other| is_dmn(&other.name) && other.name != resource.name).map(Resource::text).collect()
}

/// The decisions of a DMN file, as the evaluator reads it: what it cannot evaluate is refused here.
fn read_dmn<'a>(
    resource: &Resource,
    deployed: impl Iterator<Item = &'a Resource> + Clone,
) -> Result<DecisionModel, ModelError> {
    let fail = |reason: String| ModelError::Dmn { resource: resource.name.clone(), reason, is_early: false };
    let text = decode_xml(&resource.content.0).map_err(|error| fail(error.message))?;
    let parsed = DecisionResource::parse_among(&text, || others(resource, deployed.clone())).map_err(|findings| {
        let errors: Vec<_> = findings.iter().filter(|finding| finding.is_error).collect();
        let reason = errors.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("; ");
        let is_early = errors.iter().all(|finding| FOUND_EARLY.contains(&finding.code));
        ModelError::Dmn { resource: resource.name.clone(), reason, is_early }
    })?;
    Ok(DecisionModel {
        resource: resource.name.clone(),
        requirements_key: parsed.id.into(),
        requirements_name: parsed.name,
        category: parsed.namespace.unwrap_or_default().into(),
        imports: parsed.imports,
        decisions: parsed
            .decisions
            .into_iter()
            .map(|decision| DecisionHeader {
                key: decision.key.into(),
                name: decision.name,
                version_tag: decision.version_tag,
                history_time_to_live: decision
                    .history_time_to_live
                    .and_then(|text| text.trim_start_matches('P').trim_end_matches('D').parse().ok()),
            })
            .collect(),
    })
}
