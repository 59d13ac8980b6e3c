//! One executable process.

use std::collections::{HashMap, HashSet};

use smol_str::SmolStr;

use super::event::Handlers;
use super::extension::{listener, priority, properties};
use super::{Context, documentation, is_not_false, node, scope, validate, zeebe};
use crate::diagnostic::Code;
use crate::element::Reader;
use crate::model::{Dialect, Flow, Node, NodeIndex, Process};
use crate::xml::Element;

/// A process while it is read: nodes are laid out first, in document order, and filled in Camunda's order.
pub(crate) struct Draft<'c, 't> {
    pub(crate) cx: &'c mut Context<'t>,
    /// The process element.
    pub(crate) element: Element<'t>,
    pub(crate) nodes: Vec<Node>,
    /// The element of each node.
    pub(crate) elements: Vec<Element<'t>>,
    /// How each node is read.
    pub(crate) readers: Vec<Reader>,
    pub(crate) by_id: HashMap<&'t str, NodeIndex>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) flow_elements: Vec<Element<'t>>,
    /// Sequence flow elements of all levels by `sourceRef`.
    pub(crate) flows_from: HashMap<&'t str, Vec<Element<'t>>>,
    /// Sequence flow elements of all levels by `targetRef`.
    pub(crate) flows_to: HashMap<&'t str, Vec<Element<'t>>>,
    /// What the scopes wait for, to find two of the same.
    pub(crate) handlers: Handlers,
    /// Link catch events by link name.
    pub(crate) link_targets: HashMap<&'t str, NodeIndex>,
    /// Link throw events: link name.
    pub(crate) link_sources: HashMap<NodeIndex, &'t str>,
    /// Catch events that an event-based gateway leads to.
    pub(crate) behind_gateway: HashSet<NodeIndex>,
    /// Throwing compensation events that name an activity, by their scope.
    pub(crate) compensated: HashMap<Option<NodeIndex>, Vec<CompensatedActivity<'t>>>,
}

/// `activityRef` of a throwing compensation event, checked when the whole scope is known.
pub(crate) struct CompensatedActivity<'t> {
    pub(crate) definition: Element<'t>,
    pub(crate) event: NodeIndex,
    pub(crate) activity: &'t str,
}

impl<'t> Draft<'_, 't> {
    pub(crate) fn node(&self, index: NodeIndex) -> &Node {
        &self.nodes[index.0 as usize]
    }

    pub(crate) fn node_mut(&mut self, index: NodeIndex) -> &mut Node {
        &mut self.nodes[index.0 as usize]
    }

    pub(crate) fn element_of(&self, index: NodeIndex) -> Element<'t> {
        self.elements[index.0 as usize]
    }

    pub(crate) fn reader_of(&self, index: NodeIndex) -> Reader {
        self.readers[index.0 as usize]
    }

    /// Id of a scope: a subprocess, or the process itself.
    pub(crate) fn scope_id(&self, scope: Option<NodeIndex>) -> SmolStr {
        match scope {
            Some(index) => self.node(index).id.clone(),
            None => SmolStr::new(self.element.id().unwrap_or("")),
        }
    }

    /// The node of that id somewhere in the scope.
    pub(crate) fn inside(&self, id: &str, scope: Option<NodeIndex>) -> Option<NodeIndex> {
        let index = *self.by_id.get(id)?;
        let mut around = self.node(index).parent;
        while around != scope {
            around = self.node(around?).parent;
        }
        Some(index)
    }

    /// The node of that id directly in the scope.
    pub(crate) fn in_scope(&self, id: &str, scope: Option<NodeIndex>) -> Option<NodeIndex> {
        let index = *self.by_id.get(id)?;
        (self.node(index).parent == scope).then_some(index)
    }
}

pub(super) fn parse<'t>(element: Element<'t>, cx: &mut Context<'t>) -> Process {
    if element.id().is_none() {
        cx.findings.error(Code::MissingId, element, "Attribute \"id\" is required!");
    }
    let zeebe = cx.dialect == Dialect::Zeebe;
    let job_priority = priority::parse(element, "jobPriority", &mut cx.findings);
    let task_priority = priority::parse(element, "taskPriority", &mut cx.findings);
    let history_time_to_live = history_time_to_live(element, cx);
    let mut draft = Draft {
        cx,
        element,
        nodes: Vec::new(),
        elements: Vec::new(),
        readers: Vec::new(),
        by_id: HashMap::new(),
        flows: Vec::new(),
        flow_elements: Vec::new(),
        flows_from: HashMap::new(),
        flows_to: HashMap::new(),
        handlers: Handlers::default(),
        link_targets: HashMap::new(),
        link_sources: HashMap::new(),
        behind_gateway: HashSet::new(),
        compensated: HashMap::new(),
    };
    let children = node::lay_out(&mut draft, element, None);
    scope::parse(&mut draft, element, None, &children);
    let listeners = listener::of_scope(element, &mut draft.cx.findings);
    validate::check(&mut draft);
    let (users, groups) = starters(element);
    let text = |name: &str| element.camunda(name).map(str::to_owned);
    Process {
        id: SmolStr::new(element.id().unwrap_or("")),
        name: element.attribute("name").map(str::to_owned),
        documentation: documentation(element),
        version_tag: if zeebe { zeebe::version_tag(element) } else { text("versionTag") },
        history_time_to_live,
        startable_in_tasklist: is_not_false(element.camunda("isStartableInTasklist")),
        candidate_starter_users: users,
        candidate_starter_groups: groups,
        job_priority,
        task_priority,
        listeners,
        properties: if zeebe { zeebe::properties(element) } else { properties::parse(element).unwrap_or_default() },
        nodes: draft.nodes,
        flows: draft.flows,
        children,
        line: element.line(),
    }
}

/// `P5D` or `5`; none and empty mean that history is kept.
fn history_time_to_live(element: Element<'_>, cx: &mut Context<'_>) -> Option<i64> {
    let text = element.camunda("historyTimeToLive").filter(|text| !text.is_empty())?;
    let iso = text
        .strip_prefix('P')
        .and_then(|days| days.strip_suffix('D'))
        .filter(|days| !days.is_empty() && days.bytes().all(|b| b.is_ascii_digit()));
    let days = iso.unwrap_or(text);
    let message = match days.parse::<i32>() {
        Ok(days) if days >= 0 => return Some(i64::from(days)),
        Ok(_) => "Cannot parse historyTimeToLive: negative value is not allowed".to_owned(),
        Err(_) => format!("Cannot parse historyTimeToLive: For input string: \"{days}\""),
    };
    cx.findings.error(Code::InvalidHistoryTimeToLive, element, message);
    None
}

/// Who may start it: attributes and `potentialStarter` elements together, comma separated.
fn starters(element: Element<'_>) -> (Option<String>, Option<String>) {
    let mut users = list(element.camunda("candidateStarterUsers"));
    let mut groups = list(element.camunda("candidateStarterGroups"));
    for starter in element.extensions("potentialStarter") {
        super::task::user::assignments(starter, &mut users, &mut groups);
    }
    let join = |list: Vec<String>| (!list.is_empty()).then(|| list.join(","));
    (join(users), join(groups))
}

fn list(text: Option<&str>) -> Vec<String> {
    text.map(str::to_owned).into_iter().collect()
}
