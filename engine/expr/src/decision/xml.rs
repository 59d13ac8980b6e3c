//! A small tree of a DMN file, with the place of every element.
//!
//! Limited in bytes, depth and elements before anything is built; a document type declaration is refused.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, escape};

const MAX_BYTES: usize = 16 << 20;
const MAX_DEPTH: usize = 64;
const MAX_ELEMENTS: usize = 500_000;

#[derive(Debug, Default)]
pub(super) struct Element {
    /// Without prefix.
    pub(super) name: String,
    /// Names with their prefix, as written.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct NotXml {
    pub(super) message: String,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Element {
    /// An attribute by its local name: `camunda:versionTag` and `versionTag` alike.
    pub(super) fn attribute(&self, local: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(name, _)| name.rsplit(':').next() == Some(local) && !name.starts_with("xmlns:"))
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(super) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The trimmed content of `<text>`; none when it is empty.
    pub(super) fn text_child(&self) -> Option<&str> {
        let text = self.child("text")?.text.trim();
        (!text.is_empty()).then_some(text)
    }

    /// Does it or anything below it satisfy the test?
    pub(super) fn any(&self, test: &dyn Fn(&Self) -> bool) -> bool {
        test(self) || self.children.iter().any(|child| child.any(test))
    }
}

pub(super) fn parse(text: &str) -> Result<Element, NotXml> {
    if text.len() > MAX_BYTES {
        return Err(at(text, 0, "the file is too large"));
    }
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut count = 0;
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or_default();
        let event = reader.read_event().map_err(|error| at(text, start, &error.to_string()))?;
        let mut closed = None;
        match event {
            Event::Start(tag) => {
                count += 1;
                if open.len() >= MAX_DEPTH || count > MAX_ELEMENTS {
                    return Err(at(text, start, "too many or too deeply nested elements"));
                }
                open.push(element(&tag, text, start)?);
            }
            Event::Empty(tag) => closed = Some(element(&tag, text, start)?),
            Event::End(_) => closed = open.pop(),
            Event::Text(content) => append(&mut open, &content),
            Event::CData(content) => append(&mut open, &content),
            Event::GeneralRef(name) => {
                let resolved = escape::unescape(&format!("&{};", &*name))
                    .map_err(|error| at(text, start, &error.to_string()))?
                    .into_owned();
                append(&mut open, &resolved);
            }
            Event::DocType(_) => {
                return Err(at(text, start, "a document type declaration is not allowed"));
            }
            Event::Eof => return Err(at(text, start, "the document ends too early")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        if let Some(element) = closed {
            match open.last_mut() {
                Some(parent) => parent.children.push(element),
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

fn element(tag: &BytesStart<'_>, text: &str, start: usize) -> Result<Element, NotXml> {
    let (line, column) = place(text, start);
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| at(text, start, &error.to_string()))?;
        let value = escape::unescape(&attribute.value).map_err(|error| at(text, start, &error.to_string()))?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name: tag.local_name().as_ref().to_owned(), attributes, line, column, ..Element::default() })
}

fn at(text: &str, position: usize, message: &str) -> NotXml {
    let (line, column) = place(text, position);
    NotXml { message: message.to_owned(), line, column }
}

/// Line and column, both from 1.
fn place(text: &str, position: usize) -> (u32, u32) {
    let before = text.get(..position).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
