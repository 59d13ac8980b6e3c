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
    let lines = Lines::of(text);
    let at = |position: usize, message: &str| lines.error(position, message);
    if text.len() > MAX_BYTES {
        return Err(at(0, "the file is too large"));
    }
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut count = 0;
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or_default();
        let event = reader.read_event().map_err(|error| at(start, &error.to_string()))?;
        let mut closed = None;
        match event {
            Event::Start(tag) => {
                count += 1;
                if open.len() >= MAX_DEPTH || count > MAX_ELEMENTS {
                    return Err(at(start, "too many or too deeply nested elements"));
                }
                open.push(element(&tag, &lines, start)?);
            }
            Event::Empty(tag) => closed = Some(element(&tag, &lines, start)?),
            Event::End(_) => closed = open.pop(),
            Event::Text(content) => append(&mut open, &content),
            Event::CData(content) => append(&mut open, &content),
            Event::GeneralRef(name) => {
                let resolved = escape::unescape(&format!("&{};", &*name))
                    .map_err(|error| at(start, &error.to_string()))?
                    .into_owned();
                append(&mut open, &resolved);
            }
            Event::DocType(_) => {
                return Err(at(start, "a document type declaration is not allowed"));
            }
            Event::Eof => return Err(at(start, "the document ends too early")),
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

fn element(tag: &BytesStart<'_>, lines: &Lines<'_>, start: usize) -> Result<Element, NotXml> {
    let at = |position: usize, message: &str| lines.error(position, message);
    let (line, column) = lines.place(start);
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| at(start, &error.to_string()))?;
        let value = escape::unescape(&attribute.value).map_err(|error| at(start, &error.to_string()))?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name: tag.local_name().as_ref().to_owned(), attributes, line, column, ..Element::default() })
}

/// Where in a text what is: a table of where its lines begin, and of every so many letters within a long one, so that finding a
/// place takes the same time wherever it is.
struct Lines<'a> {
    text: &'a str,
    /// Position, line and column, both from 1.
    marks: Vec<(usize, u32, u32)>,
}

/// Letters between two marks of one line.
const STRIDE: u32 = 256;

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let mut marks = vec![(0, 1, 1)];
        let (mut line, mut column, mut since) = (1_u32, 1_u32, 0);
        for (position, letter) in text.char_indices() {
            if letter == '\n' {
                (line, column, since) = (line.saturating_add(1), 1, 0);
                marks.push((position + 1, line, column));
                continue;
            }
            (column, since) = (column.saturating_add(1), since + 1);
            if since == STRIDE {
                since = 0;
                marks.push((position + letter.len_utf8(), line, column));
            }
        }
        Self { text, marks }
    }

    /// Line and column, both from 1; columns count letters.
    fn place(&self, position: usize) -> (u32, u32) {
        let after = self.marks.partition_point(|(start, _, _)| *start <= position);
        let (start, line, column) = self.marks.get(after.saturating_sub(1)).copied().unwrap_or((0, 1, 1));
        let letters = self.text.get(start..position).map_or(0, |between| between.chars().count());
        (line, column.saturating_add(u32::try_from(letters).unwrap_or(u32::MAX)))
    }

    fn error(&self, position: usize, message: &str) -> NotXml {
        let (line, column) = self.place(position);
        NotXml { message: message.to_owned(), line, column }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, STRIDE};

    #[test]
    fn a_place_is_found_in_long_lines_and_among_many() {
        let long = "ä".repeat(3 * STRIDE as usize + 7);
        let text = format!("first\n{long}\nthird ö x");
        let lines = Lines::of(&text);
        for (position, letter) in text.char_indices() {
            let before = &text[..position];
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            let expected = (u32::try_from(line).unwrap(), u32::try_from(column).unwrap());
            assert_eq!(lines.place(position), expected, "{letter:?} at {position}");
        }
    }

    /// Looking up a place counts at most one stride of letters: reading a file is linear, however its lines are.
    #[test]
    fn marks_are_never_far_apart() {
        let text = format!("{}\n{}", "x".repeat(100_000), "y\n".repeat(1_000));
        let lines = Lines::of(&text);
        let starts: Vec<usize> = lines.marks.iter().map(|(start, _, _)| *start).chain([text.len()]).collect();
        assert!(starts.windows(2).all(|pair| pair[1] - pair[0] <= STRIDE as usize + 1));
        assert!(lines.marks.len() < 2_000);
    }
}
