//! How attributes and texts are read: truth, references, expressions, documentation.

use crate::model::Dialect;
use crate::xml::Element;

/// `${...}` or `#{...}`.
pub(crate) fn is_expression(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("${") || text.starts_with("#{")
}

/// Whether the text must be evaluated: an expression anywhere in it (JUEL), or a leading `=` (FEEL).
pub(crate) fn has_expression(text: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Camunda => text.contains("${") || text.contains("#{"),
        Dialect::Zeebe => text.trim_start().starts_with('='),
    }
}

/// Reference without the namespace prefix that a QName may carry.
pub(crate) fn unprefixed(reference: &str) -> &str {
    reference.rsplit_once(':').map_or(reference, |(_, id)| id)
}

pub(crate) fn is_true(value: Option<&str>) -> bool {
    value.is_some_and(|v| v.eq_ignore_ascii_case("true") || v == "1")
}

/// For attributes that are true when absent.
pub(crate) fn is_not_false(value: Option<&str>) -> bool {
    value.is_none_or(|v| v.eq_ignore_ascii_case("true") || v == "1")
}

/// All `documentation` children, in Camunda's way of joining them.
pub(crate) fn documentation(element: Element<'_>) -> Option<String> {
    let texts: Vec<&str> = element.children_named("documentation").map(|d| d.text().trim()).collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// `isExecutable` of a process.
pub(crate) fn is_executable(process: Element<'_>) -> bool {
    process.attribute("isExecutable").is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1")
}
