//! Namespaces by URI. Prefixes are the author's choice and mean nothing, so they must never be compared.

use smol_str::SmolStr;

/// The namespaces this crate knows. Everything else is [`Namespace::Other`] and is carried, never interpreted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespace {
    /// No namespace: unprefixed attributes.
    None,
    /// BPMN 2.0 model.
    Bpmn,
    /// BPMN diagram interchange.
    BpmnDi,
    /// OMG diagram commons: `Bounds`.
    Dc,
    /// OMG diagram interchange: `waypoint`.
    Di,
    /// The Camunda 7 extensions, under any of the names they have had.
    Camunda,
    /// Camunda 8.
    Zeebe,
    /// What Camunda Modeler notes about the target platform.
    Modeler,
    /// XML Schema instance: `xsi:type`.
    Xsi,
    Other,
}

impl Namespace {
    fn of(uri: &str) -> Self {
        match uri {
            "" => Self::None,
            "http://www.omg.org/spec/BPMN/20100524/MODEL" => Self::Bpmn,
            "http://www.omg.org/spec/BPMN/20100524/DI" => Self::BpmnDi,
            "http://www.omg.org/spec/DD/20100524/DC" => Self::Dc,
            "http://www.omg.org/spec/DD/20100524/DI" => Self::Di,
            "http://camunda.org/schema/1.0/bpmn"
            | "http://operaton.org/schema/1.0/bpmn"
            | "http://activiti.org/bpmn"
            | "http://www.camunda.com/fox" => Self::Camunda,
            "http://camunda.org/schema/zeebe/1.0" => Self::Zeebe,
            "http://camunda.org/schema/modeler/1.0" => Self::Modeler,
            "http://www.w3.org/2001/XMLSchema-instance" => Self::Xsi,
            _ => Self::Other,
        }
    }
}

/// Declarations that may be in force at once: resolving a name looks through them.
pub(super) const MAX_BINDINGS: usize = 256;

/// The declarations in force at the current element.
#[derive(Default)]
pub(super) struct Bindings {
    /// Prefix (empty: the default namespace), what it stands for, depth of the declaring element.
    stack: Vec<(SmolStr, Namespace, usize)>,
}

impl Bindings {
    pub(super) fn declare(&mut self, prefix: &str, uri: &str, depth: usize) {
        self.stack.push((SmolStr::new(prefix), Namespace::of(uri), depth));
    }

    pub(super) fn len(&self) -> usize {
        self.stack.len()
    }

    /// Forgets what elements at `depth` or deeper declared.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.stack.last().is_some_and(|(_, _, at)| *at >= depth) {
            self.stack.pop();
        }
    }

    /// None: the prefix is not bound.
    pub(super) fn resolve(&self, prefix: &str) -> Option<Namespace> {
        if prefix == "xml" {
            return Some(Namespace::Other);
        }
        let found = self.stack.iter().rev().find(|(p, _, _)| p == prefix);
        match found {
            Some((_, namespace, _)) => Some(*namespace),
            None if prefix.is_empty() => Some(Namespace::None),
            None => None,
        }
    }
}
