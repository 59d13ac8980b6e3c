//! The tree: an arena of elements, walked through [`Element`] handles.
//!
//! It knows names and positions, not BPMN; nothing here decides what is allowed.

use smol_str::SmolStr;

use super::namespace::Namespace;
use super::position::Position;

pub(crate) struct Tree {
    pub(super) elements: Vec<Data>,
}

pub(super) struct Data {
    pub(super) namespace: Namespace,
    /// As written, with its prefix, for messages.
    pub(super) qualified: SmolStr,
    pub(super) local: SmolStr,
    pub(super) attributes: Vec<Attribute>,
    pub(super) children: Vec<u32>,
    pub(super) text: String,
    /// Just behind the start tag, where Java's parsers report an element to be.
    pub(super) position: Position,
}

#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) namespace: Namespace,
    pub(crate) local: SmolStr,
    pub(crate) value: String,
}

impl Tree {
    pub(crate) fn root(&self) -> Element<'_> {
        Element { tree: self, index: 0 }
    }

    /// BPMN elements in document order, without what stands inside `extensionElements`: authors' tools put anything there.
    pub(crate) fn bpmn(&self) -> impl Iterator<Item = Element<'_>> {
        let mut pending = vec![self.root()];
        std::iter::from_fn(move || {
            loop {
                let element = pending.pop()?;
                if !element.is(Namespace::Bpmn, "extensionElements") {
                    let first = pending.len();
                    pending.extend(element.children());
                    pending[first..].reverse();
                }
                if element.namespace() == Namespace::Bpmn {
                    return Some(element);
                }
            }
        })
    }

    /// Every element in document order.
    pub(crate) fn all(&self) -> impl Iterator<Item = Element<'_>> {
        (0..self.elements.len()).map(|index| Element { tree: self, index })
    }
}

/// One element of a [`Tree`].
#[derive(Clone, Copy)]
pub(crate) struct Element<'t> {
    tree: &'t Tree,
    index: usize,
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

impl<'t> Element<'t> {
    fn data(self) -> &'t Data {
        &self.tree.elements[self.index]
    }

    pub(crate) fn namespace(self) -> Namespace {
        self.data().namespace
    }

    /// Local name.
    pub(crate) fn name(self) -> &'t str {
        self.data().local.as_str()
    }

    /// Name as written, with its prefix.
    pub(crate) fn qualified_name(self) -> &'t str {
        self.data().qualified.as_str()
    }

    pub(crate) fn line(self) -> u32 {
        self.data().position.line
    }

    pub(crate) fn column(self) -> u32 {
        self.data().position.column
    }

    /// Own character data, not that of children.
    pub(crate) fn text(self) -> &'t str {
        &self.data().text
    }

    /// [`Self::text`] without the white space around it; none when nothing is left.
    pub(crate) fn trimmed_text(self) -> Option<&'t str> {
        Some(self.text().trim()).filter(|text| !text.is_empty())
    }

    pub(crate) fn attributes(self) -> &'t [Attribute] {
        &self.data().attributes
    }

    pub(crate) fn attribute_in(self, namespace: Namespace, name: &str) -> Option<&'t str> {
        self.attributes().iter().find(|a| a.namespace == namespace && a.local == name).map(|a| a.value.as_str())
    }

    /// An attribute without namespace.
    pub(crate) fn attribute(self, name: &str) -> Option<&'t str> {
        self.attribute_in(Namespace::None, name)
    }

    /// A `camunda:` attribute.
    pub(crate) fn camunda(self, name: &str) -> Option<&'t str> {
        self.attribute_in(Namespace::Camunda, name)
    }

    pub(crate) fn id(self) -> Option<&'t str> {
        self.attribute("id").filter(|id| !id.is_empty())
    }

    pub(crate) fn is(self, namespace: Namespace, name: &str) -> bool {
        self.namespace() == namespace && self.name() == name
    }

    pub(crate) fn children(self) -> impl Iterator<Item = Element<'t>> {
        let tree = self.tree;
        self.data().children.iter().map(move |index| Element { tree, index: *index as usize })
    }

    pub(crate) fn children_in(self, namespace: Namespace, name: &'t str) -> impl Iterator<Item = Element<'t>> {
        self.children().filter(move |e| e.is(namespace, name))
    }

    pub(crate) fn child_in(self, namespace: Namespace, name: &str) -> Option<Element<'t>> {
        self.children().find(|e| e.is(namespace, name))
    }

    /// First BPMN child of that name.
    pub(crate) fn child(self, name: &str) -> Option<Element<'t>> {
        self.child_in(Namespace::Bpmn, name)
    }

    /// BPMN children of that name.
    pub(crate) fn children_named(self, name: &'t str) -> impl Iterator<Item = Element<'t>> {
        self.children_in(Namespace::Bpmn, name)
    }

    /// `camunda:` elements of that name in the `extensionElements`.
    pub(crate) fn extensions(self, name: &'t str) -> impl Iterator<Item = Element<'t>> {
        self.child("extensionElements").into_iter().flat_map(move |e| e.children_in(Namespace::Camunda, name))
    }

    pub(crate) fn extension(self, name: &'t str) -> Option<Element<'t>> {
        self.extensions(name).next()
    }

    /// `zeebe:` elements of that name in the `extensionElements`.
    pub(crate) fn zeebe_extensions(self, name: &'t str) -> impl Iterator<Item = Element<'t>> {
        self.child("extensionElements").into_iter().flat_map(move |e| e.children_in(Namespace::Zeebe, name))
    }

    pub(crate) fn zeebe_extension(self, name: &'t str) -> Option<Element<'t>> {
        self.zeebe_extensions(name).next()
    }
}
