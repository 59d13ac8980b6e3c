//! BPMN's elements, each told once: what the schema lets a tag carry, what of it is read, how it becomes a node, and what
//! a kind of node is ([`Facts`]).
//!
//! The schema check, the parser and the notes on what is not executed all read these tables; none of them may keep a list
//! of tags of its own. One file per family.

mod definitions;
mod events;
mod facts;
mod gateways;
mod kept;
mod subprocesses;
pub(crate) mod table;
mod tasks;

use crate::model::{NodeIndex, NodeKind, SubProcessKind};
use crate::parse::draft::Draft;
use crate::xml;

pub use facts::{Facts, Family, Join, MigrationType};
pub use table::flow_node_tags;

/// What is known of a tag.
#[derive(Clone, Copy)]
pub(crate) struct ElementType {
    pub(crate) tag: &'static str,
    base: Base,
    own: &'static [&'static str],
    /// Attributes without which the schema refuses it.
    pub(crate) required: &'static [&'static str],
    reads: Option<&'static [&'static str]>,
    escalates: bool,
    role: Role,
}

/// The type of the schema that an element extends, and with it the attributes that it inherits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    /// `tBaseElement`: an id.
    Element,
    /// With a name.
    Named,
    /// `tActivity`.
    Activity,
    /// No attributes at all.
    Bare,
    /// Its attributes are not checked.
    Unchecked,
}

#[derive(Clone, Copy)]
enum Role {
    FlowNode(Reader),
    /// A flow node that no engine of this family runs.
    Refused,
    /// Something about nodes, or beside them.
    Part,
}

/// How a flow node is read. The order in which the parser reads the nodes of a scope is Camunda's, so four events have
/// passes of their own.
#[derive(Clone, Copy)]
pub(crate) enum Reader {
    StartEvent,
    CatchEvent,
    EndEvent,
    BoundaryEvent,
    /// Any other node without nodes inside.
    Node(fn(&mut Draft<'_, '_>, NodeIndex) -> NodeKind),
    /// A node with nodes inside, which say more of it.
    SubProcess(fn(xml::Element<'_>) -> SubProcessKind),
}

impl ElementType {
    const fn new(tag: &'static str, base: Base) -> Self {
        Self { tag, base, own: &[], required: &[], reads: Some(&[]), escalates: false, role: Role::Part }
    }

    const fn base(tag: &'static str) -> Self {
        Self::new(tag, Base::Element)
    }

    const fn named(tag: &'static str) -> Self {
        Self::new(tag, Base::Named)
    }

    const fn activity(tag: &'static str) -> Self {
        Self::new(tag, Base::Activity)
    }

    const fn bare(tag: &'static str) -> Self {
        Self::new(tag, Base::Bare)
    }

    const fn unchecked(tag: &'static str) -> Self {
        Self::new(tag, Base::Unchecked)
    }

    /// Attributes of its own that the schema allows.
    const fn allows(self, own: &'static [&'static str]) -> Self {
        Self { own, ..self }
    }

    const fn requires(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    /// Attributes that are read besides those that are read of every element with this base.
    const fn reads(self, reads: &'static [&'static str]) -> Self {
        Self { reads: Some(reads), ..self }
    }

    /// It stays in the file, and nothing is made of it.
    const fn not_executed(self) -> Self {
        Self { reads: None, ..self }
    }

    /// A person or a process in it may raise an escalation, which a boundary event catches.
    const fn escalates(self) -> Self {
        Self { escalates: true, ..self }
    }

    const fn node(self, reader: Reader) -> Self {
        Self { role: Role::FlowNode(reader), ..self }
    }

    const fn refused(self) -> Self {
        Self { role: Role::Refused, ..self }
    }
}

impl ElementType {
    /// How it becomes a node; none: it is no flow node.
    pub(crate) fn reader(&self) -> Option<Reader> {
        match self.role {
            Role::FlowNode(reader) => Some(reader),
            Role::Refused | Role::Part => None,
        }
    }

    pub(crate) fn is_flow_node(&self) -> bool {
        self.reader().is_some()
    }

    pub(crate) fn is_refused(&self) -> bool {
        matches!(self.role, Role::Refused)
    }

    pub(crate) fn is_activity(&self) -> bool {
        self.base == Base::Activity
    }

    /// May an escalation boundary event be attached to it?
    pub(crate) fn can_escalate(&self) -> bool {
        self.escalates
    }

    /// Does the schema let it carry this attribute? Where attributes are not checked it does.
    pub(crate) fn allows_attribute(&self, name: &str) -> bool {
        self.own.contains(&name)
            || match self.base {
                Base::Element => name == "id",
                Base::Named => matches!(name, "id" | "name"),
                Base::Activity => matches!(
                    name,
                    "id" | "name" | "isForCompensation" | "startQuantity" | "completionQuantity" | "default"
                ),
                Base::Bare => false,
                Base::Unchecked => true,
            }
    }

    pub(crate) fn is_executed(&self) -> bool {
        self.reads.is_some()
    }

    /// Is something made of this attribute?
    pub(crate) fn reads_attribute(&self, name: &str) -> bool {
        let Some(own) = self.reads else {
            return false;
        };
        own.contains(&name)
            || match self.base {
                Base::Element => name == "id",
                Base::Named => matches!(name, "id" | "name"),
                Base::Activity => matches!(name, "id" | "name" | "default" | "isForCompensation"),
                Base::Bare | Base::Unchecked => false,
            }
    }
}
