//! The part of the BPMN 2.0 XML schema that catches authors' mistakes: unknown names, required attributes, ids.
//!
//! Element order is not checked: modelers disagree about it and nothing depends on it. Foreign namespaces are
//! not looked into. As with a schema validator, findings carry a place but no element id. What an element may carry is told
//! by the tables of [`crate::element`].

use std::collections::HashSet;

use crate::diagnostic::Code;
use crate::element::table;
use crate::findings::Findings;
use crate::xml::{Element, Namespace, Tree};

/// False when the root is not BPMN, and nothing further makes sense.
pub(crate) fn check(tree: &Tree, findings: &mut Findings) -> bool {
    let root = tree.root();
    if !root.is(Namespace::Bpmn, "definitions") {
        let message = format!("cvc-elt.1.a: Cannot find the declaration of element '{}'.", root.qualified_name());
        findings.error(Code::WrongRoot, root, message).about_none();
        return false;
    }
    let mut ids = HashSet::new();
    for element in tree.bpmn() {
        check_names(element, findings);
        check_required(element, findings);
        check_id(element, &mut ids, findings);
    }
    check_references(tree, &ids, findings);
    true
}

fn check_names(element: Element<'_>, findings: &mut Findings) {
    let Some(known) = table::find(element.name()) else {
        let message = format!(
            "cvc-complex-type.2.4.a: Invalid content was found starting with element '{}'.",
            element.qualified_name()
        );
        findings.error(Code::UnknownElement, element, message).about_none();
        return;
    };
    for attribute in element.attributes() {
        let name = attribute.local.as_str();
        if attribute.namespace != Namespace::None || known.allows_attribute(name) {
            continue;
        }
        let message = format!(
            "cvc-complex-type.3.2.2: Attribute '{name}' is not allowed to appear in element '{}'.",
            element.qualified_name()
        );
        findings.error(Code::UnknownAttribute, element, message).about_none();
    }
}

fn check_required(element: Element<'_>, findings: &mut Findings) {
    let required = table::find(element.name()).map_or(&[][..], |known| known.required);
    for name in required {
        if element.attribute(name).is_none() {
            let message = format!(
                "cvc-complex-type.4: Attribute '{name}' must appear on element '{}'.",
                element.qualified_name()
            );
            findings.error(Code::MissingAttribute, element, message).about_none();
        }
    }
    if element.name() == "conditionalEventDefinition" && element.child("condition").is_none() {
        let message = format!(
            "cvc-complex-type.2.4.b: The content of element '{}' is not complete. One of '{{condition}}' is expected.",
            element.qualified_name()
        );
        findings.error(Code::IncompleteContent, element, message).about_none();
    }
}

fn check_id<'t>(element: Element<'t>, ids: &mut HashSet<&'t str>, findings: &mut Findings) {
    let Some(id) = element.attribute("id") else {
        return;
    };
    let start = |c: char| c.is_alphabetic() || c == '_';
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{b7}');
    if !id.starts_with(start) || !id.chars().all(part) {
        let message = format!("cvc-datatype-valid.1.2.1: '{id}' is not a valid value for 'NCName'.");
        findings.error(Code::InvalidId, element, message).about_none();
    } else if !ids.insert(id) {
        let message = format!("cvc-id.2: There are multiple occurrences of ID value '{id}'.");
        findings.error(Code::DuplicateId, element, message).about_none();
    }
}

/// Attributes and texts of type IDREF. A schema validator finds them at the end of the document; their place is more
/// useful.
fn check_references(tree: &Tree, ids: &HashSet<&str>, findings: &mut Findings) {
    let mut reported = HashSet::new();
    for element in tree.bpmn() {
        let references: [Option<&str>; 2] = match element.name() {
            "sequenceFlow" => [element.attribute("sourceRef"), element.attribute("targetRef")],
            "flowNodeRef" => [element.trimmed_text(), None],
            "dataObjectReference" => [element.attribute("dataObjectRef"), None],
            _ => [element.attribute("default"), None],
        };
        for id in references.into_iter().flatten() {
            if !ids.contains(id) && reported.insert(id) {
                let message = format!("cvc-id.1: There is no ID/IDREF binding for IDREF '{id}'.");
                findings.error(Code::DanglingReference, element, message).about_none();
            }
        }
    }
}
