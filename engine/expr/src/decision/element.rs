//! What all readers of DMN ask of an XML element.

use crate::xml::{self, Element, Limits, ParseError};
use std::sync::Arc;

const LIMITS: Limits = Limits { bytes: 16 << 20, depth: 64, elements: 500_000 };

/// The root element of a file.
pub(super) fn read_xml(text: &str) -> Result<Element, ParseError> {
    xml::parse(text, LIMITS)
}

pub(super) fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

/// The trimmed content of `<text>`; none when it is empty.
pub(super) fn text_child(element: &Element) -> Option<&str> {
    let text = element.child("text")?.text.trim();
    (!text.is_empty()).then_some(text)
}

/// The name of the element that holds a decision's logic.
pub(super) fn logic_of(decision: &Element) -> Option<&Element> {
    const OTHER: [&str; 12] = [
        "description",
        "extensionElements",
        "question",
        "allowedAnswers",
        "variable",
        "informationRequirement",
        "knowledgeRequirement",
        "authorityRequirement",
        "supportedObjective",
        "impactedPerformanceIndicator",
        "decisionMaker",
        "decisionOwner",
    ];
    let mut children = decision.children.iter().map(Arc::as_ref);
    children.find(|child| !OTHER.contains(&child.local_name()) && !child.local_name().starts_with("using"))
}

/// What decisions are called by: their ids, which standard models may leave to their names.
pub(super) fn key_of(element: &Element) -> Option<&str> {
    element.attribute("id").filter(|id| !id.is_empty()).or_else(|| element.attribute("name"))
}
