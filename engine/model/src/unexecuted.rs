//! What a file says that the engine does not act on: pools, lanes, data, drawings, attributes without a meaning here, and
//! processes that are not marked executable. Each is named, so that nothing of a model is lost without a word; the text of
//! the file is kept as it came, so that a modeler gets all of it back.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::parse::{is_executable, is_flow_node};
use crate::xml::{Element, Namespace, Tree};
use indexmap::IndexMap;

/// Attributes that are read of every flow node.
const OF_NODES: &[&str] = &["id", "name"];

/// Elements that are read wherever the engine meets them in what it executes, with the attributes that are read.
const READ: &[(&str, &[&str])] = &[
    (
        "definitions",
        &["id", "name", "targetNamespace", "exporter", "exporterVersion", "expressionLanguage", "typeLanguage"],
    ),
    // Refused imports are warned of.
    ("import", &["importType", "location", "namespace"]),
    ("message", OF_NODES),
    ("signal", OF_NODES),
    ("error", &["id", "name", "errorCode"]),
    ("escalation", &["id", "name", "escalationCode"]),
    ("process", &["id", "name", "isExecutable"]),
    ("documentation", &["id", "textFormat"]),
    ("extensionElements", &[]),
    ("sequenceFlow", &["id", "name", "sourceRef", "targetRef"]),
    // The ends of flows once more.
    ("incoming", &[]),
    ("outgoing", &[]),
    ("conditionExpression", &["id", "type", "language"]),
    ("association", &["id", "sourceRef", "targetRef", "associationDirection"]),
    ("startEvent", &["id", "name", "isInterrupting"]),
    ("endEvent", OF_NODES),
    ("intermediateCatchEvent", OF_NODES),
    ("intermediateThrowEvent", OF_NODES),
    ("boundaryEvent", &["id", "name", "attachedToRef", "cancelActivity"]),
    ("timerEventDefinition", &["id"]),
    ("timeDate", &["id", "type"]),
    ("timeDuration", &["id", "type"]),
    ("timeCycle", &["id", "type"]),
    ("messageEventDefinition", &["id", "messageRef"]),
    ("signalEventDefinition", &["id", "signalRef"]),
    ("errorEventDefinition", &["id", "errorRef"]),
    ("escalationEventDefinition", &["id", "escalationRef"]),
    ("compensateEventDefinition", &["id", "activityRef", "waitForCompletion"]),
    ("conditionalEventDefinition", &["id"]),
    ("condition", &["id", "type", "language"]),
    ("linkEventDefinition", &["id", "name"]),
    ("terminateEventDefinition", &["id"]),
    ("cancelEventDefinition", &["id"]),
    ("task", ACTIVITY),
    ("manualTask", ACTIVITY),
    ("userTask", ACTIVITY),
    ("serviceTask", ACTIVITY),
    ("sendTask", ACTIVITY),
    ("businessRuleTask", ACTIVITY),
    ("receiveTask", &["id", "name", "default", "isForCompensation", "messageRef"]),
    ("scriptTask", &["id", "name", "default", "isForCompensation", "scriptFormat"]),
    ("script", &[]),
    ("callActivity", &["id", "name", "default", "isForCompensation", "calledElement"]),
    ("subProcess", &["id", "name", "default", "isForCompensation", "triggeredByEvent"]),
    ("transaction", ACTIVITY),
    ("adHocSubProcess", &["id", "name", "default", "isForCompensation", "ordering", "cancelRemainingInstances"]),
    ("exclusiveGateway", &["id", "name", "default"]),
    ("inclusiveGateway", &["id", "name", "default"]),
    ("complexGateway", &["id", "name", "default"]),
    ("activationCondition", &["id", "type"]),
    ("parallelGateway", OF_NODES),
    ("eventBasedGateway", OF_NODES),
    ("multiInstanceLoopCharacteristics", &["id", "isSequential"]),
    ("loopCardinality", &["id", "type"]),
    ("completionCondition", &["id", "type"]),
    ("loopDataInputRef", &[]),
    ("inputDataItem", &["id", "name"]),
    // Warned of.
    ("standardLoopCharacteristics", &["id", "testBefore", "loopMaximum"]),
    ("loopCondition", &["id", "type"]),
    ("humanPerformer", &["id", "name"]),
    ("potentialOwner", &["id", "name"]),
    ("resourceAssignmentExpression", &["id"]),
    ("formalExpression", &["id", "type"]),
];

const ACTIVITY: &[&str] = &["id", "name", "default", "isForCompensation"];

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
            match self.attributes_read(element, child) {
                None => self.note(child, subject(child)),
                Some(read) => {
                    for attribute in child.attributes() {
                        if attribute.namespace == Namespace::None && !read.contains(&attribute.local.as_str()) {
                            self.note(child, format!("attribute '{}' of {}", attribute.local, child.name()));
                        }
                    }
                    self.inside(child);
                }
            }
        }
    }

    /// None: the element and what is in it is not executed.
    fn attributes_read(&self, parent: Element<'t>, child: Element<'t>) -> Option<&'static [&'static str]> {
        let is_executed = match child.name() {
            "process" => is_executable(child),
            "documentation" => parent.name() == "process" || is_flow_node(parent.name()),
            "association" => child.attribute("sourceRef").is_some_and(|id| self.boundaries.contains(&id)),
            "humanPerformer" | "potentialOwner" => parent.name() == "userTask",
            _ => true,
        };
        READ.iter().find(|(name, _)| is_executed && *name == child.name()).map(|(_, attributes)| *attributes)
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
