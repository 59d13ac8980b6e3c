//! Spin's XML elements, as far as expressions use them: names, text, attributes and children.
//!
//! No DTD, no entities beyond the five of XML; size and depth are limited before anything is built.

use super::model::{Object, text_argument};
use crate::juel::Failure;
use casewright_engine_value::{EvaluationError, Value};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, escape};
use std::sync::Arc;

const MAX_BYTES: usize = 4 << 20;
const MAX_DEPTH: usize = 128;

#[derive(Debug, Clone, Default)]
pub(crate) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Arc<Element>>,
    text: String,
}

pub(crate) fn parse(text: &str) -> Result<Element, Failure> {
    if text.len() > MAX_BYTES {
        return Err(too_large("size of an XML value", MAX_BYTES));
    }
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    loop {
        match reader.read_event().map_err(|_| unparsable())? {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH {
                    return Err(too_large("depth of an XML value", MAX_DEPTH));
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                let closed = element(&start)?;
                if let Some(root) = close(&mut open, closed) {
                    return Ok(root);
                }
            }
            Event::End(_) => {
                let closed = open.pop().ok_or_else(unparsable)?;
                if let Some(root) = close(&mut open, closed) {
                    return Ok(root);
                }
            }
            Event::Text(text) => append(&mut open, &text),
            Event::CData(text) => append(&mut open, &text),
            Event::GeneralRef(name) => {
                let resolved = escape::unescape(&format!("&{};", &*name)).map_err(|_| unparsable())?.into_owned();
                append(&mut open, &resolved);
            }
            Event::DocType(_) | Event::Eof => return Err(unparsable()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn close(open: &mut [Element], closed: Element) -> Option<Element> {
    match open.last_mut() {
        Some(parent) => {
            parent.children.push(Arc::new(closed));
            None
        }
        None => Some(closed),
    }
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, Failure> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| unparsable())?;
        let value = escape::unescape(&attribute.value).map_err(|_| unparsable())?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name: start.name().as_ref().to_owned(), attributes, ..Element::default() })
}

fn unparsable() -> Failure {
    Failure::evaluation("SPIN/DOM-XML-01009 Unable to parse input into DOM document".to_owned())
}

fn too_large(what: &'static str, limit: usize) -> Failure {
    Failure::Raised(EvaluationError::Limit { what, limit: limit.to_string() })
}

impl Element {
    pub(crate) fn to_xml(&self) -> String {
        let mut out = format!("<{}", self.name);
        for (name, value) in &self.attributes {
            out.push_str(&format!(" {name}=\"{}\"", escape::escape(value.as_str())));
        }
        if self.children.is_empty() && self.text.is_empty() {
            out.push_str("/>");
            return out;
        }
        out.push('>');
        out.push_str(&escape::escape(self.text.as_str()));
        for child in &self.children {
            out.push_str(&child.to_xml());
        }
        out.push_str(&format!("</{}>", self.name));
        out
    }

    fn local_name(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or_default()
    }

    fn text_content(&self) -> String {
        let mut text = self.text.clone();
        for child in &self.children {
            text.push_str(&child.text_content());
        }
        text
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// `attr(name)` answers the attribute's text at once; its `.value()` and `.toString()` are the same text.
pub(super) fn invoke(element: &Arc<Element>, method: &str, arguments: &[Object]) -> Result<Option<Object>, Failure> {
    let value = match (method, arguments) {
        ("name", []) => Value::string(element.local_name()),
        ("textContent", []) => Value::string(&element.text_content()),
        ("hasAttr", [name]) => Value::Boolean(element.attribute(&text_argument(name)?).is_some()),
        ("attr", [name]) => {
            let name = text_argument(name)?;
            let text = element.attribute(&name).ok_or_else(|| not_found(&name))?;
            return Ok(Some(Object::Node(Arc::new(serde_json::Value::from(text)))));
        }
        ("childElement", [name]) => {
            let name = text_argument(name)?;
            let child = children(element, &name).next();
            let child = child.ok_or_else(|| not_found(&name))?;
            return Ok(Some(Object::Element(Arc::clone(child))));
        }
        ("childElements", [name]) => {
            let name = text_argument(name)?;
            xml_list(children(element, &name))
        }
        ("childElements", []) => xml_list(element.children.iter()),
        ("toString", []) => Value::string(&element.to_xml()),
        _ => return Ok(None),
    };
    Ok(Some(Object::Plain(value)))
}

fn children<'a>(element: &'a Element, name: &'a str) -> impl Iterator<Item = &'a Arc<Element>> + 'a {
    element.children.iter().filter(move |child| child.local_name() == name)
}

fn xml_list<'a>(elements: impl Iterator<Item = &'a Arc<Element>>) -> Value {
    Value::List(Arc::new(elements.map(|element| Value::Xml(Arc::from(element.to_xml()))).collect()))
}

fn not_found(name: &str) -> Failure {
    Failure::evaluation(format!("SPIN/DOM-XML-01013 Unable to find '{name}'"))
}
