//! The reference models of the BPMN Model Interchange Working Group (`miwg/`, CC BY 3.0): read without loss. What of a file
//! is not in the model is named by a note; this looks at the XML with another reader than the parser's.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use casewright_engine_model::model::{Node, Process};
use casewright_engine_model::{Limits, Parsed, parse};
use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use std::collections::HashMap;
use std::path::PathBuf;

const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";

/// What a flow node, a flow or a definition consists of: read into it, so without a place of its own in the model.
const PARTS: &[&str] = &[
    "activationCondition",
    "association",
    "cancelEventDefinition",
    "compensateEventDefinition",
    "completionCondition",
    "condition",
    "conditionExpression",
    "conditionalEventDefinition",
    "documentation",
    "error",
    "errorEventDefinition",
    "escalation",
    "escalationEventDefinition",
    "extensionElements",
    "formalExpression",
    "humanPerformer",
    "import",
    "incoming",
    "inputDataItem",
    "linkEventDefinition",
    "loopCardinality",
    "loopCondition",
    "loopDataInputRef",
    "message",
    "messageEventDefinition",
    "multiInstanceLoopCharacteristics",
    "outgoing",
    "potentialOwner",
    "process",
    "resourceAssignmentExpression",
    "script",
    "signal",
    "signalEventDefinition",
    "standardLoopCharacteristics",
    "terminateEventDefinition",
    "timeCycle",
    "timeDate",
    "timeDuration",
    "timerEventDefinition",
];

#[derive(Default)]
struct Element {
    name: String,
    attributes: HashMap<String, String>,
    children: Vec<Element>,
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The BPMN elements of a file and their unprefixed attributes.
fn read(text: &str) -> Element {
    let mut reader = NsReader::from_str(text);
    let mut open = vec![Element::default()];
    let mut foreign = 0;
    loop {
        let (namespace, event) = reader.read_resolved_event().unwrap();
        let is_bpmn = matches!(namespace, ResolveResult::Bound(bound) if bound.as_ref() == BPMN);
        match event {
            Event::Eof => return open.remove(0).children.remove(0),
            Event::Start(_) if foreign > 0 || !is_bpmn => foreign += 1,
            Event::Empty(_) if foreign > 0 || !is_bpmn => {}
            Event::End(_) if foreign > 0 => foreign -= 1,
            Event::Start(tag) => open.push(element(&tag)),
            Event::Empty(tag) => {
                let element = element(&tag);
                open.last_mut().unwrap().children.push(element);
            }
            Event::End(_) => {
                let closed = open.pop().unwrap();
                open.last_mut().unwrap().children.push(closed);
            }
            _ => {}
        }
    }
}

fn element(tag: &quick_xml::events::BytesStart<'_>) -> Element {
    let attributes = tag.attributes().map(Result::unwrap).filter(|attribute| !attribute.key.as_ref().contains(':'));
    Element {
        name: tag.local_name().as_ref().to_owned(),
        attributes: attributes
            .filter(|attribute| attribute.key.as_ref() != "xmlns")
            .map(|attribute| {
                let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
                (attribute.key.as_ref().to_owned(), value)
            })
            .collect(),
        ..Element::default()
    }
}

/// Without line breaks, which attributes have in more than one spelling.
fn words(text: Option<&str>) -> Option<String> {
    text.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

struct File {
    name: String,
    xml: Element,
    parsed: Parsed,
}

impl File {
    fn says(&self, what: &str) -> bool {
        let exactly = format!("Kept, but not executed: {what}");
        self.parsed
            .notes
            .iter()
            .any(|note| note.message == exactly || note.message.starts_with(&format!("{exactly} (")))
    }

    fn is_noted(&self, element: &Element) -> bool {
        match element.attribute("id") {
            Some(id) => {
                self.parsed.notes.iter().any(|note| {
                    note.related_ids.iter().any(|noted| noted == id) && !note.message.contains("attribute '")
                })
            }
            None => self.says(&element.name),
        }
    }

    fn check(&self, element: &Element, process: Option<&Process>) {
        for child in &element.children {
            if self.is_noted(child) {
                continue;
            }
            let place = format!("{}: <{} id={:?}>", self.name, child.name, child.attribute("id"));
            let id = child.attribute("id").unwrap_or_default();
            let inside = self.parsed.definitions.processes.iter().find(|process| process.id == id).or(process);
            let node = process.and_then(|process| process.nodes.iter().find(|node| node.id == id));
            let flow = process.and_then(|process| process.flows.iter().find(|flow| flow.id == id));
            match (node, flow, process) {
                (Some(node), ..) => self.check_node(child, node, &place),
                (_, Some(flow), Some(process)) => {
                    let end = |index: u32| process.nodes[index as usize].id.as_str();
                    assert_eq!(child.attribute("sourceRef"), Some(end(flow.source.0)), "{place}");
                    assert_eq!(child.attribute("targetRef"), Some(end(flow.target.0)), "{place}");
                    assert_eq!(words(child.attribute("name")), words(flow.name.as_deref()), "{place}");
                }
                _ => assert!(PARTS.contains(&child.name.as_str()), "{place} is neither in the model nor named"),
            }
            self.check(child, inside);
        }
    }

    fn check_node(&self, element: &Element, node: &Node, place: &str) {
        assert_eq!(words(element.attribute("name")), words(node.name.as_deref()), "{place}");
        for attribute in element.attributes.keys() {
            let is_read = match attribute.as_str() {
                "id" | "name" => true,
                "default" => node.default_flow.is_some(),
                "isForCompensation" => {
                    element.attribute(attribute) == Some(if node.is_for_compensation { "true" } else { "false" })
                }
                "attachedToRef" | "cancelActivity" | "isInterrupting" | "calledElement" | "messageRef"
                | "scriptFormat" | "triggeredByEvent" => true,
                _ => self.says(&format!("attribute '{attribute}' of {}", element.name)),
            };
            assert!(is_read, "{place}: attribute '{attribute}' is neither in the model nor named");
        }
    }
}

fn files() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/miwg");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "bpmn"));
    paths.sort();
    paths
        .iter()
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect()
}

#[test]
fn everything_in_the_reference_models_is_in_the_model_or_named_as_not_executed() {
    let mut notes = String::new();
    let files = files();
    assert_eq!(files.len(), 21);
    for (name, bytes) in files {
        let parsed = match parse(&bytes, &name, &Limits::default()) {
            Ok(parsed) => parsed,
            Err(rejected) => {
                notes.push_str(&format!("{name} is refused\n"));
                for error in rejected.errors {
                    assert!(error.line > 0 && error.help.is_some(), "{error:?}");
                    notes.push_str(&format!("  line {}, {:?}: {}\n", error.line, error.element_id, error.message));
                }
                continue;
            }
        };
        let text = String::from_utf8(bytes).unwrap();
        let file = File { xml: read(&text), name, parsed };
        file.check(&file.xml, None);
        notes.push_str(&format!("{}\n", file.name));
        for note in file.parsed.warnings.iter().chain(&file.parsed.notes) {
            notes.push_str(&format!("  line {}: {}\n", note.line, note.message));
        }
    }
    insta::assert_snapshot!(notes);
}
