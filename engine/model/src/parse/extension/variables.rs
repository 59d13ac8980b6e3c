//! `camunda:in` and `camunda:out`: variables between a call activity and the process it calls, or into a signal.

use crate::diagnostic::Code;
use crate::findings::Findings;
use crate::model::{MappingSource, VariableMapping};
use crate::xml::Element;

/// What goes in.
pub(crate) struct Ins {
    pub(crate) business_key: Option<String>,
    pub(crate) mappings: Vec<VariableMapping>,
}

pub(crate) fn ins(element: Element<'_>, owner: &str, findings: &mut Findings) -> Ins {
    let mut ins = Ins { business_key: None, mappings: Vec::new() };
    for mapping in element.extensions("in") {
        match mapping.attribute("businessKey").filter(|k| !k.is_empty()) {
            Some(key) => ins.business_key = Some(key.to_owned()),
            None => ins.mappings.extend(parse(mapping, owner, findings)),
        }
    }
    ins
}

pub(crate) fn outs(element: Element<'_>, owner: &str, findings: &mut Findings) -> Vec<VariableMapping> {
    element.extensions("out").filter_map(|mapping| parse(mapping, owner, findings)).collect()
}

fn parse(mapping: Element<'_>, owner: &str, findings: &mut Findings) -> Option<VariableMapping> {
    let local = mapping.attribute("local") == Some("true");
    if mapping.attribute("variables") == Some("all") {
        return Some(VariableMapping { source: MappingSource::All, target: None, local });
    }
    let mut error = |message: &str| {
        findings.error(Code::InvalidVariableMapping, mapping, message).about(owner);
    };
    let source = match (mapping.attribute("source"), mapping.attribute("sourceExpression")) {
        (Some(""), _) => {
            error("Empty attribute 'source' when passing variables");
            None
        }
        (Some(source), _) => Some(MappingSource::Variable(source.into())),
        (None, Some("")) => {
            error("Empty attribute 'sourceExpression' when passing variables");
            None
        }
        (None, Some(expression)) => Some(MappingSource::Expression(expression.to_owned())),
        (None, None) => {
            error("Missing parameter 'source' or 'sourceExpression' when passing variables");
            None
        }
    };
    let target = mapping.attribute("target");
    match target {
        None => error("Missing attribute 'target' when attribute 'source' or 'sourceExpression' is set"),
        Some("") => {
            error("Empty attribute 'target' when attribute 'source' or 'sourceExpression' is set");
        }
        Some(_) => {}
    }
    Some(VariableMapping { source: source?, target: Some(target?.into()), local })
}
