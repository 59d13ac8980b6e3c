//! `camunda:field` injections.

use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::diagnostic::Code;
use crate::findings::Findings;
use crate::xml::{Element, Namespace};

/// Name to string value or expression text, as written.
pub(crate) fn parse(owner: Element<'_>, findings: &mut Findings) -> IndexMap<SmolStr, String> {
    let mut fields = IndexMap::new();
    for field in owner.extensions("field") {
        let name = field.attribute("name").unwrap_or("");
        let value = value(field, "stringValue", "string", owner, findings)
            .or_else(|| value(field, "expression", "expression", owner, findings));
        match value {
            Some(value) => {
                fields.insert(SmolStr::new(name), value);
            }
            None => {
                let message = "One of the following is mandatory on a field declaration: one of attributes stringValue|expression or one of child elements string|expression";
                findings.error(Code::InvalidField, owner, message);
            }
        }
    }
    fields
}

fn value(
    field: Element<'_>,
    attribute: &str,
    child: &str,
    owner: Element<'_>,
    findings: &mut Findings,
) -> Option<String> {
    let written = field.attribute(attribute);
    let element = field.child_in(Namespace::Camunda, child);
    let message = match (written, element) {
        (Some(_), Some(_)) => {
            format!("Can't use attribute '{attribute}' and element '{child}' together, only use one")
        }
        (None, Some(element)) if element.text().is_empty() => {
            format!("No valid value found in attribute '{attribute}' nor element '{child}'")
        }
        (None, Some(element)) => return Some(element.text().to_owned()),
        (written, None) => return written.filter(|v| !v.is_empty()).map(str::to_owned),
    };
    findings.error(Code::InvalidField, field, message).about(owner.id().unwrap_or(""));
    None
}
