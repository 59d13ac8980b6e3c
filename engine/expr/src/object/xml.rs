//! Spin's XML elements, as far as expressions use them: names, text, attributes and children.

use super::model::{Object, text_argument};
use crate::juel::Failure;
use crate::xml::{Element, Limits, ParseError};
use casewright_engine_value::{EvaluationError, Value};
use std::sync::Arc;

/// Elements are limited by the bytes.
const LIMITS: Limits = Limits { bytes: 4 << 20, depth: 128, elements: usize::MAX };

pub(crate) fn parse(text: &str) -> Result<Element, Failure> {
    crate::xml::parse(text, LIMITS).map_err(|error| match error {
        ParseError::TooLarge => too_large("size of an XML value", LIMITS.bytes),
        ParseError::TooDeep { .. } => too_large("depth of an XML value", LIMITS.depth),
        ParseError::TooMany { .. } | ParseError::NotXml { .. } => unparsable(),
    })
}

fn unparsable() -> Failure {
    Failure::evaluation("SPIN/DOM-XML-01009 Unable to parse input into DOM document".to_owned())
}

fn too_large(what: &'static str, limit: usize) -> Failure {
    Failure::Raised(EvaluationError::Limit { what, limit: limit.to_string() })
}

/// `attr(name)` answers the attribute's text at once; its `.value()` and `.toString()` are the same text.
pub(super) fn invoke(element: &Arc<Element>, method: &str, arguments: &[Object]) -> Result<Option<Object>, Failure> {
    let value = match (method, arguments) {
        ("name", []) => Value::string(element.local_name()),
        ("textContent", []) => Value::string(&element.text_content()),
        ("hasAttr", [name]) => Value::Boolean(element.written_attribute(&text_argument(name)?).is_some()),
        ("attr", [name]) => {
            let name = text_argument(name)?;
            let text = element.written_attribute(&name).ok_or_else(|| not_found(&name))?;
            return Ok(Some(Object::Node(Arc::new(serde_json::Value::from(text)))));
        }
        ("childElement", [name]) => {
            let name = text_argument(name)?;
            let child = element.shared_child(&name).ok_or_else(|| not_found(&name))?;
            return Ok(Some(Object::Element(Arc::clone(child))));
        }
        ("childElements", [name]) => {
            let name = text_argument(name)?;
            xml_list(element.children(&name))
        }
        ("childElements", []) => xml_list(element.children.iter().map(Arc::as_ref)),
        ("toString", []) => Value::string(&element.to_xml()),
        _ => return Ok(None),
    };
    Ok(Some(Object::Plain(value)))
}

fn xml_list<'a>(elements: impl Iterator<Item = &'a Element>) -> Value {
    Value::List(Arc::new(elements.map(|element| Value::Xml(Arc::from(element.to_xml()))).collect()))
}

fn not_found(name: &str) -> Failure {
    Failure::evaluation(format!("SPIN/DOM-XML-01013 Unable to find '{name}'"))
}
