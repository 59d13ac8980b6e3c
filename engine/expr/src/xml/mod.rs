//! The tree of a small XML document: of a DMN file, of a Spin value. Only what both read is kept.
//!
//! [`parse`] limits bytes, depth and elements before anything is built, and refuses a document type declaration.

mod lines;
mod parse;

pub(crate) use lines::Lines;
pub(crate) use parse::{Limits, ParseError, parse};

use quick_xml::escape;
use std::fmt::Write as _;
use std::sync::Arc;

#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    /// With its prefix, as written.
    pub(crate) name: String,
    /// Names with their prefix, as written.
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Arc<Element>>,
    pub(crate) text: String,
    /// Where its tag begins, in bytes.
    pub(crate) position: usize,
}

impl Element {
    pub(crate) fn local_name(&self) -> &str {
        local(&self.name)
    }

    /// An attribute by its local name: `camunda:versionTag` and `versionTag` alike.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let is_wanted = |given: &str| local(given) == name && !given.starts_with("xmlns:");
        self.attributes.iter().find(|(given, _)| is_wanted(given)).map(|(_, value)| value.as_str())
    }

    /// An attribute by its name as written.
    pub(crate) fn written_attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The first child of this local name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.shared_child(name).map(Arc::as_ref)
    }

    /// As [`Element::child`], to be kept.
    pub(crate) fn shared_child(&self, name: &str) -> Option<&Arc<Self>> {
        self.children.iter().find(|child| child.local_name() == name)
    }

    /// The children of this local name.
    pub(crate) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().map(Arc::as_ref).filter(move |child| child.local_name() == name)
    }

    /// Does it or anything below it satisfy the test?
    pub(crate) fn any(&self, test: &dyn Fn(&Self) -> bool) -> bool {
        test(self) || self.children.iter().any(|child| child.any(test))
    }

    /// All text in it, also below its children.
    pub(crate) fn text_content(&self) -> String {
        let mut text = self.text.clone();
        for child in &self.children {
            text.push_str(&child.text_content());
        }
        text
    }

    pub(crate) fn to_xml(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        let Self { name, attributes, children, text, .. } = self;
        out.push('<');
        out.push_str(name);
        for (name, value) in attributes {
            // Writing into a text does not fail.
            let _ = write!(out, " {name}=\"{}\"", escape::escape(value.as_str()));
        }
        if children.is_empty() && text.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        out.push_str(&escape::escape(text.as_str()));
        for child in children {
            child.write(out);
        }
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or_default()
}
