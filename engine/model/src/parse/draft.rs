//! A process while it is read.

use std::collections::{HashMap, HashSet};

use smol_str::SmolStr;

use super::context::Context;
use super::handlers::Handlers;
use crate::element::Reader;
use crate::model::{Flow, Node, NodeIndex};
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
