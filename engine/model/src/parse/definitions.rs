//! `definitions`: the messages, signals, errors and escalations that events refer to, and the executable processes.

use std::collections::HashSet;

use smol_str::SmolStr;

use super::context::{Context, ErrorElement};
use super::process;
use super::text::is_executable;
use crate::diagnostic::Code;
use crate::model::{Definitions, MessageRef};
use crate::xml::Element;

pub(super) fn parse<'t>(root: Element<'t>, cx: &mut Context<'t>) -> Definitions {
    for import in root.children_named("import") {
        let kind = import.attribute("importType").unwrap_or("null");
        let message = format!("Could not import item of type {kind}");
        cx.findings.warning(Code::IgnoredImport, import, message).about_none();
    }
    messages(root, cx);
    signals(root, cx);
    errors(root, cx);
    escalations(root, cx);
    let executable = root.children_named("process").filter(|process| is_executable(*process));
    let processes = executable.map(|element| process::parse(element, cx)).collect();
    Definitions {
        target_namespace: SmolStr::new(root.attribute("targetNamespace").unwrap_or("")),
        dialect: cx.dialect,
        processes,
    }
}

fn messages<'t>(root: Element<'t>, cx: &mut Context<'t>) {
    for element in root.children_named("message") {
        let Some(id) = element.id() else { continue };
        let subscription = element.zeebe_extension("subscription");
        let message = MessageRef {
            name: element.attribute("name").map(str::to_owned),
            correlation_key: subscription.and_then(|s| s.attribute("correlationKey")).map(str::to_owned),
        };
        cx.roots.messages.insert(id, message);
    }
}

fn signals<'t>(root: Element<'t>, cx: &mut Context<'t>) {
    let mut names = HashSet::new();
    for element in root.children_named("signal") {
        let name = element.attribute("name");
        if let Some(name) = name
            && !names.insert(name)
        {
            let message = format!("duplicate signal name '{name}'.");
            cx.findings.error(Code::InvalidDefinition, element, message);
        }
        match (element.id(), name) {
            (None, _) => {
                cx.findings.error(Code::InvalidDefinition, element, "signal must have an id");
            }
            (Some(id), None) => {
                let message = format!("signal with id '{id}' has no name");
                cx.findings.error(Code::InvalidDefinition, element, message);
            }
            (Some(id), Some(name)) => {
                cx.roots.signals.insert(id, name);
            }
        }
    }
}

fn errors<'t>(root: Element<'t>, cx: &mut Context<'t>) {
    for element in root.children_named("error") {
        let Some(id) = element.id() else {
            let message = "'id' is mandatory on error definition";
            cx.findings.error(Code::InvalidDefinition, element, message);
            continue;
        };
        let error = ErrorElement {
            code: element.attribute("errorCode").filter(|code| !code.is_empty()),
            message: element.camunda("errorMessage"),
        };
        cx.roots.errors.insert(id, error);
    }
}

fn escalations<'t>(root: Element<'t>, cx: &mut Context<'t>) {
    for element in root.children_named("escalation") {
        let Some(id) = element.id() else {
            let message = "escalation must have an id";
            cx.findings.error(Code::InvalidDefinition, element, message);
            continue;
        };
        let code = element.attribute("escalationCode").filter(|code| !code.is_empty());
        cx.roots.escalations.insert(id, code);
    }
}
