//! Model to graph, once per deployed version, in passes: index, scopes, events, reachability, phases.
//!
//! A graph answers in constant time what a step asks again and again. It must never hold anything of a running instance.

mod phase;
mod reach;

use crate::entity::{DefinitionRef, Position};
use casewright_engine_model::Join;
use casewright_engine_model::model::{
    AdHoc, CallActivity, Dialect, EventTrigger, Flow, FlowIndex, Node, NodeIndex, NodeKind, Process, SubProcess,
    SubProcessKind, TaskListener,
};
use casewright_engine_value::{Evaluator, Language};
pub(crate) use phase::WAITING_FOR_START;
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What deployment knows about a process definition besides its model.
#[derive(Clone, Debug, PartialEq)]
pub struct DefinitionInfo {
    /// `key:version:uuid`.
    pub id: SmolStr,
    pub key: SmolStr,
    pub version: i32,
    pub tenant_id: Option<SmolStr>,
    pub deployment_id: SmolStr,
}

/// A deployed, executable process.
#[derive(Debug)]
pub struct Graph {
    pub info: DefinitionInfo,
    /// What entities carry of it.
    pub definition: Arc<DefinitionRef>,
    pub process: Process,
    pub language: Language,
    nodes: Vec<Compiled>,
    process_scope: ScopeInfo,
    by_id: HashMap<SmolStr, NodeIndex>,
    flow_by_id: HashMap<SmolStr, FlowIndex>,
    reach: reach::Reach,
    has_complex_gateways: bool,
    asking_for_phase: HashSet<FlowIndex>,
}

#[derive(Debug)]
struct Compiled {
    activity_type: SmolStr,
    name: Option<Arc<str>>,
    body_id: SmolStr,
    is_scope: bool,
    ends_token: bool,
    scope: ScopeInfo,
}

/// What a scope (process, subprocess) has inside.
#[derive(Clone, Debug, Default)]
pub struct ScopeInfo {
    /// None start event, or the only one.
    pub start: Option<NodeIndex>,
    pub starts: Vec<NodeIndex>,
    pub event_subprocesses: Vec<EventSubProcess>,
    pub complex_gateways: Vec<NodeIndex>,
}

/// An event subprocess and the start event that triggers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventSubProcess {
    pub node: NodeIndex,
    pub start: NodeIndex,
    pub is_interrupting: bool,
}

/// Makes the graph of one process; the evaluator is asked what its texts say, and evaluates none. The model has passed the parser's checks; what is inconsistent all the same (an index
/// out of range) panics here, at deployment, and never in a step.
#[must_use]
pub fn compile(process: Process, dialect: Dialect, info: DefinitionInfo, evaluator: &dyn Evaluator) -> Graph {
    let language = match dialect {
        Dialect::Camunda => Language::Juel,
        Dialect::Zeebe => Language::Feel,
    };
    let by_id = (0_u32..).zip(&process.nodes).map(|(index, node)| (node.id.clone(), NodeIndex(index))).collect();
    let flow_by_id = (0_u32..).zip(&process.flows).map(|(index, flow)| (flow.id.clone(), FlowIndex(index))).collect();
    let nodes = process.nodes.iter().map(|node| compile_node(&process, node)).collect();
    let process_scope = scope_info(&process, &process.children);
    let reach = reach::Reach::of(&process);
    let has_complex_gateways = process.nodes.iter().any(|node| node.kind.facts().join == Join::Conditional);
    let asking_for_phase = phase::Reader { evaluator, language, deployment: &info.deployment_id }.asking(&process);
    let definition =
        Arc::new(DefinitionRef { id: info.id.clone(), key: info.key.clone(), tenant_id: info.tenant_id.clone() });
    Graph {
        definition,
        info,
        language,
        nodes,
        process_scope,
        by_id,
        flow_by_id,
        reach,
        has_complex_gateways,
        asking_for_phase,
        process,
    }
}

impl Graph {
    #[must_use]
    pub fn node(&self, index: NodeIndex) -> &Node {
        &self.process.nodes[index.0 as usize]
    }

    #[must_use]
    pub fn flow(&self, index: FlowIndex) -> &Flow {
        &self.process.flows[index.0 as usize]
    }

    #[must_use]
    pub fn find(&self, id: &str) -> Option<NodeIndex> {
        self.by_id.get(id).copied()
    }

    #[must_use]
    pub fn find_flow(&self, id: &str) -> Option<FlowIndex> {
        self.flow_by_id.get(id).copied()
    }

    /// `userTask`, `intermediateTimer`, ...: the contract's list of activity types.
    #[must_use]
    pub fn activity_type(&self, index: NodeIndex) -> &SmolStr {
        &self.nodes[index.0 as usize].activity_type
    }

    /// What the node catches; none: it is no catching event.
    #[must_use]
    pub fn trigger(&self, index: NodeIndex) -> Option<&EventTrigger> {
        self.node(index).kind.facts().trigger
    }

    /// Who listens to the user tasks of the node.
    #[must_use]
    pub fn task_listeners(&self, index: NodeIndex) -> &[TaskListener] {
        match &self.node(index).kind {
            NodeKind::UserTask(task) => &task.listeners,
            _ => &[],
        }
    }

    /// What the node calls; none: it is no call activity.
    #[must_use]
    pub fn call(&self, index: NodeIndex) -> Option<&CallActivity> {
        match &self.node(index).kind {
            NodeKind::CallActivity(call) => Some(call),
            _ => None,
        }
    }

    #[must_use]
    pub fn name(&self, index: NodeIndex) -> Option<&Arc<str>> {
        self.nodes[index.0 as usize].name.as_ref()
    }

    /// `x#multiInstanceBody`.
    #[must_use]
    pub fn body_id(&self, index: NodeIndex) -> &SmolStr {
        &self.nodes[index.0 as usize].body_id
    }

    /// Does an instance of it have an execution and variables of its own?
    #[must_use]
    pub fn is_scope(&self, index: NodeIndex) -> bool {
        self.nodes[index.0 as usize].is_scope
    }

    /// Does an instance at this position have an execution of its own?
    #[must_use]
    pub fn owns_execution(&self, position: Position) -> bool {
        match position {
            Position::Node(node) => self.is_scope(node),
            Position::Process | Position::Body(_) => true,
        }
    }

    /// Does a token end with the node?
    #[must_use]
    pub fn ends_token(&self, index: NodeIndex) -> bool {
        self.nodes[index.0 as usize].ends_token
    }

    /// What is inside a subprocess, or inside the process (`None`).
    #[must_use]
    pub fn scope(&self, index: Option<NodeIndex>) -> &ScopeInfo {
        match index {
            None => &self.process_scope,
            Some(index) => &self.nodes[index.0 as usize].scope,
        }
    }

    /// Can a token at `from` still arrive at `to` over the sequence flows of their scope, event-based gateways and
    /// boundary events included?
    #[must_use]
    pub fn can_reach(&self, from: NodeIndex, to: NodeIndex) -> bool {
        self.reach.can_reach(from, to)
    }

    /// Whether a token at `from` can come to `to`, both of one scope, on ways that do not pass `around`.
    #[must_use]
    pub fn can_reach_around(&self, from: NodeIndex, to: NodeIndex, around: NodeIndex) -> bool {
        reach::can_reach_around(&self.process, from, to, around)
    }

    #[must_use]
    pub fn has_complex_gateways(&self) -> bool {
        self.has_complex_gateways
    }

    /// Does the condition of this flow tell the two phases of the complex gateway before it apart?
    #[must_use]
    pub fn asks_for_phase(&self, flow: FlowIndex) -> bool {
        self.asking_for_phase.contains(&flow)
    }

    /// What an ad-hoc subprocess at this position says of itself; none for anything else.
    #[must_use]
    pub fn ad_hoc(&self, position: Position) -> Option<&AdHoc> {
        match position {
            Position::Node(node) => match &self.node(node).kind {
                NodeKind::SubProcess(SubProcess { kind: SubProcessKind::AdHoc(ad_hoc), .. }) => Some(ad_hoc),
                _ => None,
            },
            Position::Process | Position::Body(_) => None,
        }
    }

    /// What can be started by hand in an ad-hoc subprocess: what no flow, event or association leads to.
    pub fn startable_in(&self, ad_hoc: NodeIndex) -> impl Iterator<Item = NodeIndex> {
        let children = match &self.node(ad_hoc).kind {
            NodeKind::SubProcess(sub) => sub.children.as_slice(),
            _ => &[],
        };
        children.iter().copied().filter(|child| {
            let node = self.node(*child);
            let begins_otherwise = match &node.kind {
                NodeKind::BoundaryEvent(_) | NodeKind::IntermediateCatchEvent(EventTrigger::Link(_)) => true,
                _ => node.is_for_compensation || self.is_event_subprocess(*child),
            };
            node.incoming.is_empty() && !begins_otherwise
        })
    }

    /// The none start event of the process, where `start` without instructions begins.
    #[must_use]
    pub fn none_start(&self) -> Option<NodeIndex> {
        self.process_scope.start
    }

    /// Is the event subprocess this one?
    #[must_use]
    pub fn event_subprocess_of(&self, start: NodeIndex) -> Option<EventSubProcess> {
        let parent = self.node(start).parent?;
        self.scope(self.node(parent).parent).event_subprocesses.iter().find(|event| event.node == parent).copied()
    }

    #[must_use]
    pub fn is_event_subprocess(&self, index: NodeIndex) -> bool {
        self.node(index).kind.is_event_subprocess()
    }
}

fn compile_node(process: &Process, node: &Node) -> Compiled {
    let scope = match &node.kind {
        NodeKind::SubProcess(sub) => scope_info(process, &sub.children),
        _ => ScopeInfo::default(),
    };
    Compiled {
        activity_type: SmolStr::new_static(node.kind.facts().activity_type),
        name: node.name.as_deref().map(Arc::from),
        body_id: smol_str::format_smolstr!("{}#multiInstanceBody", node.id),
        is_scope: is_scope(process, node),
        ends_token: node.kind.facts().ends_token,
        scope,
    }
}

/// Which activities have an execution of their own: those with variables (I/O mapping, external tasks), with something that
/// listens beside them (boundary events), with children, and those that wait for an event.
fn is_scope(process: &Process, node: &Node) -> bool {
    let has_boundary = node.boundary_events.iter().any(|boundary| {
        let trigger = process.nodes[boundary.0 as usize].kind.facts().trigger;
        !matches!(trigger, Some(EventTrigger::Compensation))
    });
    // Events at a multi-instance activity belong to the body around its instances.
    let has_boundary = has_boundary && node.loop_characteristics.is_none();
    node.kind.facts().owns_execution || has_boundary || !node.inputs.is_empty() || !node.outputs.is_empty()
}

fn scope_info(process: &Process, children: &[NodeIndex]) -> ScopeInfo {
    let mut info = ScopeInfo::default();
    for index in children {
        let node = &process.nodes[index.0 as usize];
        match &node.kind {
            NodeKind::StartEvent(start) => {
                info.starts.push(*index);
                if matches!(start.trigger, EventTrigger::None) {
                    info.start = Some(*index);
                }
            }
            NodeKind::SubProcess(sub) if sub.kind == SubProcessKind::Event => {
                info.event_subprocesses.extend(event_subprocess(process, *index, &sub.children));
            }
            kind if kind.facts().join == Join::Conditional => info.complex_gateways.push(*index),
            _ => {}
        }
    }
    if info.start.is_none() && info.starts.len() == 1 {
        info.start = info.starts.first().copied();
    }
    info
}

fn event_subprocess(process: &Process, node: NodeIndex, children: &[NodeIndex]) -> Option<EventSubProcess> {
    children.iter().find_map(|child| match &process.nodes[child.0 as usize].kind {
        NodeKind::StartEvent(start) => {
            Some(EventSubProcess { node, start: *child, is_interrupting: start.is_interrupting })
        }
        _ => None,
    })
}
