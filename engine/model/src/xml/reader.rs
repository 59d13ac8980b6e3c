//! quick-xml events to a [`Tree`], under limits. Findings use the words of the Java parser that Camunda's clients know.

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::{BytesRef, BytesStart, Event};
use smol_str::SmolStr;

use super::namespace::{Bindings, MAX_BINDINGS, Namespace};
use super::position::{Position, Tracker};
use super::source;
use super::tree::{Attribute, Data, Tree};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits::Limits;

/// # Errors
/// The first reason why this is not a well-formed document within `limits`.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Tree, Diagnostic> {
    if bytes.len() > limits.bytes {
        let message = format!("The file has {} bytes, more than the {} that are allowed.", bytes.len(), limits.bytes);
        return Err(Diagnostic::error(Code::LimitExceeded, message).at(1, 1));
    }
    let text = source::decode_xml(bytes)?;
    refuse_control_characters(&text)?;
    Building {
        limits,
        tracker: Tracker::new(&text),
        bindings: Bindings::default(),
        elements: Vec::new(),
        open: Vec::new(),
        ended: false,
    }
    .run(&text)
}

/// XML 1.0 section 2.2.
fn refuse_control_characters(text: &str) -> Result<(), Diagnostic> {
    let forbidden = |b: &u8| *b < 0x20 && !matches!(*b, b'\t' | b'\n' | b'\r');
    let Some(offset) = text.as_bytes().iter().position(forbidden) else {
        return Ok(());
    };
    let at = Tracker::new(text).advance(offset);
    let message =
        format!("An invalid XML character (Unicode: 0x{:x}) was found in the document.", text.as_bytes()[offset]);
    Err(malformed(message, at))
}

struct Building<'a> {
    limits: &'a Limits,
    tracker: Tracker<'a>,
    bindings: Bindings,
    elements: Vec<Data>,
    open: Vec<u32>,
    /// The root element is complete.
    ended: bool,
}

impl<'a> Building<'a> {
    fn run(mut self, text: &'a str) -> Result<Tree, Diagnostic> {
        let mut reader = Reader::from_str(text);
        loop {
            let event = reader.read_event();
            let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = match event {
                Ok(event) => event,
                Err(error) => {
                    let at = usize::try_from(reader.error_position()).unwrap_or(offset);
                    let at = self.tracker.advance(at);
                    return Err(malformed(self.describe(&error), at));
                }
            };
            let at = self.tracker.advance(offset);
            match event {
                Event::Start(tag) => self.start(&tag, at)?,
                Event::Empty(tag) => {
                    self.start(&tag, at)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.text(&text.xml10_content(), at)?,
                Event::CData(text) => self.text(&text.xml10_content(), at)?,
                Event::GeneralRef(reference) => self.reference(&reference, at)?,
                Event::DocType(_) => return Err(doctype(at)),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => return self.finish(at),
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, at: Position) -> Result<(), Diagnostic> {
        if self.ended {
            let message = "The markup in the document following the root element must be well-formed.";
            return Err(malformed(message.to_owned(), at));
        }
        let depth = self.open.len() + 1;
        self.within("depth", depth, self.limits.depth, at)?;
        self.within("number of elements", self.elements.len() + 1, self.limits.elements, at)?;
        let name = tag.name();
        let qualified = SmolStr::new(name.as_ref());
        let (prefix, local) = split(&qualified);
        if !is_name(prefix.unwrap_or("x")) || !is_name(local) {
            let message = "The content of elements must consist of well-formed character data or markup.";
            return Err(malformed(message.to_owned(), at));
        }
        let raw = self.raw_attributes(tag, &qualified, at)?;
        for (key, value) in &raw {
            match split(key) {
                (None, "xmlns") => self.bindings.declare("", value, depth),
                (Some("xmlns"), prefix) => self.bindings.declare(prefix, value, depth),
                _ => {}
            }
        }
        self.within("number of namespace declarations", self.bindings.len(), MAX_BINDINGS, at)?;
        let namespace = self.bindings.resolve(prefix.unwrap_or("")).ok_or_else(|| {
            let prefix = prefix.unwrap_or("");
            malformed(format!("The prefix \"{prefix}\" for element \"{qualified}\" is not bound."), at)
        })?;
        let attributes = self.resolve_attributes(raw, &qualified, at)?;
        let index = u32::try_from(self.elements.len()).unwrap_or(u32::MAX);
        if let Some(parent) = self.open.last() {
            self.elements[*parent as usize].children.push(index);
        }
        let local = SmolStr::new(local);
        self.elements.push(Data {
            namespace,
            local,
            qualified,
            attributes,
            children: Vec::new(),
            text: String::new(),
            position: at,
        });
        self.open.push(index);
        Ok(())
    }

    fn raw_attributes(
        &self,
        tag: &BytesStart<'_>,
        element: &str,
        at: Position,
    ) -> Result<Vec<(SmolStr, String)>, Diagnostic> {
        let mut raw: Vec<(SmolStr, String)> = Vec::new();
        // Duplicates are found here, over a bounded list, instead of by the library over an unbounded one.
        let mut attributes = tag.attributes();
        for attribute in attributes.with_checks(false) {
            let attribute = attribute.map_err(|_| {
                let message = format!(
                    "Element type \"{element}\" must be followed by either attribute specifications, \">\" or \"/>\"."
                );
                malformed(message, at)
            })?;
            self.within("number of attributes of one element", raw.len() + 1, self.limits.attributes, at)?;
            let key = SmolStr::new(attribute.key.as_ref());
            let (prefix, local) = split(&key);
            if !is_name(prefix.unwrap_or("x")) || !is_name(local) {
                let message = format!(
                    "Element type \"{element}\" must be followed by either attribute specifications, \">\" or \"/>\"."
                );
                return Err(malformed(message, at));
            }
            if attribute.value.contains('<') {
                let message = format!(
                    "The value of attribute \"{key}\" associated with an element type \"{element}\" must not contain the '<' character."
                );
                return Err(malformed(message, at));
            }
            if raw.iter().any(|(known, _)| *known == key) {
                let message = format!("Attribute \"{key}\" was already specified for element \"{element}\".");
                return Err(malformed(message, at));
            }
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                .map_err(|error| match &error {
                    Error::Escape(quick_xml::escape::EscapeError::UnrecognizedEntity(_, name)) => undeclared(name, at),
                    _ => malformed(format!("The value of attribute \"{key}\" has an invalid reference."), at),
                })?
                .into_owned();
            raw.push((key, value));
        }
        Ok(raw)
    }

    fn resolve_attributes(
        &self,
        raw: Vec<(SmolStr, String)>,
        element: &str,
        at: Position,
    ) -> Result<Vec<Attribute>, Diagnostic> {
        let mut attributes = Vec::with_capacity(raw.len());
        for (key, value) in raw {
            let (namespace, local) = match split(&key) {
                (None, "xmlns") | (Some("xmlns"), _) => continue,
                (None, local) => (Namespace::None, local),
                (Some(prefix), local) => {
                    let namespace = self.bindings.resolve(prefix).ok_or_else(|| {
                        malformed(
                            format!(
                                "The prefix \"{prefix}\" for attribute \"{key}\" associated with an element type \"{element}\" is not bound."
                            ),
                            at,
                        )
                    })?;
                    (namespace, local)
                }
            };
            let value =
                if namespace == Namespace::None && is_identifier(local) { value.trim().to_owned() } else { value };
            attributes.push(Attribute { namespace, local: SmolStr::new(local), value });
        }
        Ok(attributes)
    }

    fn end(&mut self) {
        self.bindings.leave(self.open.len());
        self.open.pop();
        self.ended = self.open.is_empty();
    }

    fn text(&mut self, text: &str, at: Position) -> Result<(), Diagnostic> {
        match self.open.last() {
            Some(index) => {
                self.elements[*index as usize].text.push_str(text);
                Ok(())
            }
            None if text.trim().is_empty() => Ok(()),
            None if self.ended => Err(malformed("Content is not allowed in trailing section.".to_owned(), at)),
            None => Err(malformed("Content is not allowed in prolog.".to_owned(), at)),
        }
    }

    /// A character reference or one of XML's five entities; there are no others without a DTD.
    fn reference(&mut self, reference: &BytesRef<'_>, at: Position) -> Result<(), Diagnostic> {
        let character = match reference.resolve_char_ref() {
            Ok(Some(character)) => character,
            Ok(None) => match reference.as_ref() {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "apos" => '\'',
                "quot" => '"',
                name => return Err(undeclared(name, at)),
            },
            Err(_) => {
                let message = format!("Character reference \"&{};\" is an invalid XML character.", reference.as_ref());
                return Err(malformed(message, at));
            }
        };
        self.text(character.encode_utf8(&mut [0; 4]), at)
    }

    fn finish(self, at: Position) -> Result<Tree, Diagnostic> {
        if self.elements.is_empty() {
            return Err(malformed("Premature end of file.".to_owned(), at));
        }
        if !self.open.is_empty() {
            let message = "XML document structures must start and end within the same entity.";
            return Err(malformed(message.to_owned(), at));
        }
        Ok(Tree { elements: self.elements })
    }

    fn within(&self, what: &str, value: usize, limit: usize, at: Position) -> Result<(), Diagnostic> {
        if value <= limit {
            return Ok(());
        }
        let message = format!("The {what} exceeds the {limit} that are allowed.");
        Err(Diagnostic::error(Code::LimitExceeded, message).at(at.line, at.column))
    }

    fn describe(&self, error: &Error) -> String {
        match error {
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                let unfinished = found
                    .strip_prefix(expected.as_str())
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_whitespace() || c == '<'));
                if unfinished {
                    format!("The end-tag for element type \"{expected}\" must end with a '>' delimiter.")
                } else {
                    format!(
                        "The element type \"{expected}\" must be terminated by the matching end-tag \"</{expected}>\"."
                    )
                }
            }
            Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => {
                "The markup in the document preceding the root element must be well-formed.".to_owned()
            }
            Error::Syntax(SyntaxError::UnclosedDoctype) => doctype_message().to_owned(),
            Error::Syntax(_) | Error::IllFormed(IllFormedError::MissingEndTag(_)) => {
                "XML document structures must start and end within the same entity.".to_owned()
            }
            other => other.to_string(),
        }
    }
}

fn split(name: &str) -> (Option<&str>, &str) {
    match name.split_once(':') {
        Some((prefix, local)) => (Some(prefix), local),
        None => (None, name),
    }
}

/// Attributes of the schema types ID, IDREF and QName, whose surrounding white space does not count.
fn is_identifier(attribute: &str) -> bool {
    attribute == "id" || attribute == "default" || attribute.ends_with("Ref")
}

/// XML 1.0 `Name` without colons, near enough: what cannot be confused with markup.
fn is_name(name: &str) -> bool {
    let start = |c: char| c.is_alphabetic() || c == '_';
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{b7}');
    name.starts_with(start) && name.chars().all(part)
}

fn malformed(message: String, at: Position) -> Diagnostic {
    Diagnostic::error(Code::MalformedXml, message).at(at.line, at.column)
}

fn undeclared(name: &str, at: Position) -> Diagnostic {
    let message = format!("The entity \"{name}\" was referenced, but not declared.");
    Diagnostic::error(Code::UndeclaredEntity, message).at(at.line, at.column)
}

fn doctype_message() -> &'static str {
    "DOCTYPE is disallowed when the feature \"http://apache.org/xml/features/disallow-doctype-decl\" set to true."
}

fn doctype(at: Position) -> Diagnostic {
    Diagnostic::error(Code::DoctypeForbidden, doctype_message().to_owned()).at(at.line, at.column)
}
