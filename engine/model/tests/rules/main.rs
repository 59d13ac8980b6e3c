//! One small model per rule of deployment: what is refused, with which code and words, about which element.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod activities;
mod events;
mod structure;

use casewright_engine_model::diagnostic::{Code, Diagnostic};
use casewright_engine_model::{Limits, Parsed, Rejected, parse};

const ROOTS: &str = r#"
  <message id="m" name="msg"/> <message id="m2" name="msg-${x}"/> <message id="nameless"/>
  <signal id="s" name="sig"/> <error id="coded" errorCode="E1"/> <error id="codeless"/>
  <escalation id="esc" escalationCode="C1"/> <escalation id="esc-codeless"/>"#;

pub(crate) fn read_process(attributes: &str, body: &str) -> Result<Parsed, Rejected> {
    let xml = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="t">{ROOTS}
  <process id="p" isExecutable="true" {attributes}>{body}</process></definitions>"#
    );
    parse(xml.as_bytes(), "rule.bpmn", &Limits::default())
}

/// `body` goes beside a none start event.
pub(crate) fn read(body: &str) -> Result<Parsed, Rejected> {
    read_process("", &format!("<startEvent id='start'/>{body}"))
}

#[track_caller]
pub(crate) fn refused(result: Result<Parsed, Rejected>, code: Code, message: &str, element: &str) {
    let errors = result.expect_err("the model is refused").errors;
    let found = errors.iter().any(|e| {
        e.code == code.id()
            && e.message.contains(message)
            && e.element_id.as_deref().unwrap_or("") == element
            && e.line > 0
    });
    assert!(found, "wants {} {message:?} about {element:?}, has {errors:#?}", code.id());
}

#[track_caller]
pub(crate) fn warned(body: &str, code: Code, message: &str) -> Vec<Diagnostic> {
    let warnings = read(body).map_err(|r| r.errors).expect("the model is accepted").warnings;
    assert!(
        warnings.iter().any(|w| w.code == code.id() && w.message.contains(message)),
        "wants {message:?}, has {warnings:#?}"
    );
    warnings
}
