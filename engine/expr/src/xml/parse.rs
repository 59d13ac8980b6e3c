//! A text to a tree.

use super::Element;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, escape};
use std::sync::Arc;

/// What a document may have at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) bytes: usize,
    pub(crate) depth: usize,
    pub(crate) elements: usize,
}

/// Why a text is no tree; places are in bytes.
#[derive(Debug)]
pub(crate) enum ParseError {
    TooLarge,
    TooDeep { position: usize },
    TooMany { position: usize },
    NotXml { position: usize, message: String },
}

pub(crate) fn parse(text: &str, limits: Limits) -> Result<Element, ParseError> {
    if text.len() > limits.bytes {
        return Err(ParseError::TooLarge);
    }
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut count = 0;
    loop {
        let position = usize::try_from(reader.buffer_position()).unwrap_or_default();
        let not_xml = |message: String| ParseError::NotXml { position, message };
        let mut closed = None;
        match reader.read_event().map_err(|error| not_xml(error.to_string()))? {
            Event::Start(tag) => {
                count += 1;
                if open.len() >= limits.depth {
                    return Err(ParseError::TooDeep { position });
                }
                if count > limits.elements {
                    return Err(ParseError::TooMany { position });
                }
                open.push(element(&tag, position)?);
            }
            Event::Empty(tag) => closed = Some(element(&tag, position)?),
            Event::End(_) => closed = open.pop(),
            Event::Text(content) => append(&mut open, &content),
            Event::CData(content) => append(&mut open, &content),
            Event::GeneralRef(name) => {
                let resolved = escape::unescape(&format!("&{};", &*name))
                    .map_err(|error| not_xml(error.to_string()))?
                    .into_owned();
                append(&mut open, &resolved);
            }
            Event::DocType(_) => return Err(not_xml("a document type declaration is not allowed".to_owned())),
            Event::Eof => return Err(not_xml("the document ends too early".to_owned())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        if let Some(element) = closed {
            match open.last_mut() {
                Some(parent) => parent.children.push(Arc::new(element)),
                None => return Ok(element),
            }
        }
    }
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(tag: &BytesStart<'_>, position: usize) -> Result<Element, ParseError> {
    let not_xml = |message: String| ParseError::NotXml { position, message };
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| not_xml(error.to_string()))?;
        let value = escape::unescape(&attribute.value).map_err(|error| not_xml(error.to_string()))?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name: tag.name().as_ref().to_owned(), attributes, position, ..Element::default() })
}
