//! `camunda:inputOutput`.

use crate::diagnostic::Code;
use crate::element::Family;
use crate::findings::Findings;
use crate::model::{Mapping, MappingValue, Node, NodeKind};
use crate::xml::{Element, Namespace};

use super::script;

/// Mappings of a node or a connector.
#[derive(Default)]
pub(crate) struct Mappings {
    pub(crate) inputs: Vec<Mapping>,
    pub(crate) outputs: Vec<Mapping>,
}

/// Mappings of a node, where its kind may have them.
pub(crate) fn of_node(element: Element<'_>, node: &Node, findings: &mut Findings) -> Mappings {
    let Some(written) = element.extension("inputOutput") else {
        return Mappings::default();
    };
    let mappings = read(written, element.id().unwrap_or(""), findings);
    let Some(message) = objection(element.name(), node, &mappings) else {
        return mappings;
    };
    findings.error(Code::InvalidInputOutput, element, message);
    Mappings::default()
}

fn objection(tag: &str, node: &Node, mappings: &Mappings) -> Option<String> {
    if node.kind.facts().family == Family::Gateway {
        return Some(format!("camunda:inputOutput mapping unsupported for element type '{tag}'."));
    }
    if node.kind.is_event_subprocess() {
        return Some(format!(
            "camunda:inputOutput mapping unsupported for element type '{tag}' with attribute 'triggeredByEvent = true'."
        ));
    }
    if mappings.outputs.is_empty() {
        return None;
    }
    if matches!(node.kind, NodeKind::EndEvent(_)) {
        return Some(format!("camunda:outputParameter not allowed for element type '{tag}'."));
    }
    let is_multi_instance = node.loop_characteristics.is_some();
    is_multi_instance.then(|| "camunda:outputParameter not allowed for multi-instance constructs".to_owned())
}

/// Start and boundary events have no scope of their own to map into.
pub(crate) fn refuse(event: Element<'_>, findings: &mut Findings) {
    if event.extension("inputOutput").is_some() {
        let message = format!("camunda:inputOutput mapping unsupported for element type '{}'.", event.name());
        findings.error(Code::InvalidInputOutput, event, message);
    }
}

/// The content of one `camunda:inputOutput`.
pub(crate) fn read(element: Element<'_>, owner: &str, findings: &mut Findings) -> Mappings {
    let mut parameters = |name: &'static str| -> Vec<Mapping> {
        let mut mappings = Vec::new();
        for parameter in element.children_in(Namespace::Camunda, name) {
            let target = parameter.attribute("name").unwrap_or("");
            let value = if target.is_empty() {
                Err((parameter, format!("Missing attribute 'name' for {name}")))
            } else {
                nested(parameter)
            };
            match value {
                Ok(value) => mappings.push(Mapping { name: target.into(), value }),
                Err((at, message)) => {
                    findings.error(Code::InvalidInputOutput, at, message).about(owner);
                }
            }
        }
        mappings
    };
    Mappings { inputs: parameters("inputParameter"), outputs: parameters("outputParameter") }
}

type Failure<'t> = (Element<'t>, String);

/// A parameter or map entry: text, or one element.
fn nested(element: Element<'_>) -> Result<MappingValue, Failure<'_>> {
    let children: Vec<Element<'_>> = element.children().collect();
    match children.as_slice() {
        [] => value(element),
        [child] => value(*child),
        _ => Err((element, "Nested paramter can at most have one child element".to_owned())),
    }
}

fn value(element: Element<'_>) -> Result<MappingValue, Failure<'_>> {
    match element.name() {
        "list" => element.children().map(value).collect::<Result<Vec<_>, _>>().map(MappingValue::List),
        "map" => element
            .children_in(Namespace::Camunda, "entry")
            .map(|entry| match entry.attribute("key") {
                None | Some("") => Err((entry, "Missing attribute 'key' for 'entry' element".to_owned())),
                Some(key) => nested(entry).map(|value| (key.into(), value)),
            })
            .collect::<Result<_, _>>()
            .map(MappingValue::Map),
        "script" => script::element(element).map(MappingValue::Script).map_err(|reason| (element, reason)),
        _ => Ok(element.trimmed_text().map_or(MappingValue::Null, |text| MappingValue::Text(text.to_owned()))),
    }
}
