//! What a file says that the engine does not act on: pools, lanes, data, drawings, attributes without a meaning here, and
//! processes that are not marked executable. Each is named, so that nothing of a model is lost without a word; the text of
//! the file is kept as it came, so that a modeler gets all of it back. What is read of an element is told by the tables of
//! [`crate::element`].

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::element::{ElementType, table};
use crate::parse::text::is_executable;
use crate::xml::{Element, Namespace, Tree};
use indexmap::IndexMap;

/// One line for each kind of thing, in the order of the file: where it is first, and the ids of all of them.
pub(crate) fn of(tree: &Tree) -> Vec<Diagnostic> {
    let mut found = Found { boundaries: boundaries(tree), by_kind: IndexMap::new() };
    found.inside(tree.root());
    found.by_kind.into_values().map(Kind::into_diagnostic).collect()
}

/// Ids of boundary events: an association that begins at one leads to what undoes its activity.
fn boundaries(tree: &Tree) -> Vec<&str> {
    tree.bpmn().filter(|element| element.name() == "boundaryEvent").filter_map(Element::id).collect()
}

struct Found<'t> {
    boundaries: Vec<&'t str>,
    /// By what is said of them.
    by_kind: IndexMap<String, Kind<'t>>,
}

struct Kind<'t> {
    first: Element<'t>,
    what: String,
    ids: Vec<String>,
    count: usize,
}

impl<'t> Found<'t> {
    fn inside(&mut self, element: Element<'t>) {
        if element.name() == "extensionElements" {
            return;
        }
        for child in element.children().filter(|child| child.namespace() == Namespace::Bpmn) {
            match table::find(child.name()).filter(|known| known.is_executed() && self.is_executed(element, child)) {
                None => self.note(child, subject(child)),
                Some(known) => {
                    for attribute in child.attributes() {
                        if attribute.namespace == Namespace::None && !known.reads_attribute(&attribute.local) {
                            self.note(child, format!("attribute '{}' of {}", attribute.local, child.name()));
                        }
                    }
                    self.inside(child);
                }
            }
        }
    }

    /// Is an element executed that is so in some places only? Else it is not, with all that is in it.
    fn is_executed(&self, parent: Element<'t>, child: Element<'t>) -> bool {
        match child.name() {
            "process" => is_executable(child),
            "documentation" => {
                parent.name() == "process" || table::find(parent.name()).is_some_and(ElementType::is_flow_node)
            }
            "association" => child.attribute("sourceRef").is_some_and(|id| self.boundaries.contains(&id)),
            "humanPerformer" | "potentialOwner" => parent.name() == "userTask",
            _ => true,
        }
    }

    fn note(&mut self, element: Element<'t>, what: String) {
        let kind = self.by_kind.entry(what.clone()).or_insert_with(|| Kind {
            first: element,
            what,
            ids: Vec::new(),
            count: 0,
        });
        kind.count += 1;
        kind.ids.extend(element.id().map(str::to_owned));
    }
}

fn subject(element: Element<'_>) -> String {
    if element.name() == "process" { "process that is not executable".to_owned() } else { element.name().to_owned() }
}

impl Kind<'_> {
    fn into_diagnostic(self) -> Diagnostic {
        let times = if self.count == 1 { String::new() } else { format!(" ({} times)", self.count) };
        let message = format!("Kept, but not executed: {}{times}", self.what);
        let mut note = Diagnostic::error(Code::NotExecuted, message).at(self.first.line(), self.first.column());
        note.severity = Severity::Warning;
        note.element_id = self.first.id().map(str::to_owned);
        note.related_ids = self.ids;
        note
    }
}
