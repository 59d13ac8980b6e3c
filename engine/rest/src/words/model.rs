//! Files that cannot be deployed.

use super::evaluation::evaluator;
use crate::error::RestError;
use casewright_engine_model::Rejected;
use casewright_engine_model::diagnostic::Diagnostic;
use casewright_engine_runtime::registry::{DeployError, ModelError};
use http::StatusCode;
use serde_json::{Value as Json, json};
use std::fmt::Write as _;

/// The parse error of the contract, with details that the Modeler shows.
pub(crate) fn not_deployed(error: &ModelError) -> RestError {
    match error {
        ModelError::Bpmn(rejected) => {
            let message = parse_error(rejected);
            if rejected.is_malformed() {
                return RestError::engine(message);
            }
            let mut refused = RestError::new(StatusCode::BAD_REQUEST, "ParseException", message, Some(0));
            let list = |found: &[Diagnostic]| found.iter().map(diagnostic).collect::<Vec<_>>();
            refused.extra.push((
                "details",
                json!({
                    rejected.resource.as_str(): {
                        "errors": list(&rejected.errors),
                        "warnings": list(&rejected.warnings),
                    }
                }),
            ));
            refused
        }
        ModelError::Dmn { resource, reason, is_early } => {
            let message = format!("ENGINE-09005 Could not parse DMN file '{resource}': {reason}");
            match is_early {
                // No answer of Camunda's to keep to: as with an expression of a process that cannot be read.
                true => RestError::new(StatusCode::BAD_REQUEST, "ParseException", message, Some(0)),
                false => RestError::engine(message),
            }
        }
        ModelError::TimeToLive { process, .. } => RestError::engine(format!(
            "ENGINE-09005 Could not parse BPMN process. Errors: \n* ENGINE-12018 History Time To Live (TTL) cannot be null. TTL is necessary for the History Cleanup to work. Process definition: {process}"
        )),
    }
}

/// The text of the error: the exact prefix is what Camunda Modeler looks for; then a line for each finding.
fn parse_error(rejected: &Rejected) -> String {
    let mut text = if rejected.is_malformed() {
        "ENGINE-01009 Error while parsing process: ".to_owned()
    } else {
        "ENGINE-09005 Could not parse BPMN process. Errors: ".to_owned()
    };
    for error in &rejected.errors {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n* {} | resource {}", error.message, rejected.resource);
        if error.line > 0 {
            let _ = write!(text, " | line {} | column {}", error.line, error.column);
        }
    }
    text
}

/// Why definitions cannot live beside what is deployed.
pub(super) fn not_beside(error: &DeployError) -> String {
    match error {
        DeployError::DuplicateMessage { key, message } => format!(
            "Cannot deploy process definition '{key}': there already is a message event subscription for the message with name '{message}'."
        ),
        DeployError::Timer(error) | DeployError::EventName(error) => evaluator(error),
        DeployError::NoEventName { .. } => error.to_string(),
        DeployError::DuplicateKey(key) => {
            format!("Deployment contains definitions with the same key '{key}' (id attribute), this is not allowed")
        }
    }
}

/// A finding as the Modeler reads it. The last key is spelled with a Cyrillic letter in Camunda 7; both spellings are given.
pub(crate) fn diagnostic(diagnostic: &Diagnostic) -> Json {
    let mut ids: Vec<&String> = diagnostic.element_id.iter().collect();
    ids.extend(&diagnostic.related_ids);
    json!({
        "message": diagnostic.message,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "mainElementId": diagnostic.element_id,
        "\u{435}lementIds": ids,
        "elementIds": ids,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_engine_model::{Limits, parse};
    use casewright_engine_value::EvaluationError;

    #[test]
    fn a_model_that_is_refused_is_told_as_the_modeler_expects() {
        let xml = b"<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\">\n<process id=\"p\" isExecutable=\"true\">\n<userTask/></process></definitions>";
        let rejected = parse(xml, "a.bpmn", &Limits::default()).expect_err("an activity without an id");
        let error = not_deployed(&ModelError::Bpmn(rejected.clone()));
        assert_eq!((error.status, error.kind), (StatusCode::BAD_REQUEST, "ParseException"));
        let first = &rejected.errors[0];
        let expected = format!(
            "ENGINE-09005 Could not parse BPMN process. Errors: \n* {} | resource a.bpmn | line {} | column {}",
            first.message, first.line, first.column
        );
        assert!(error.message.starts_with(&expected), "{}", error.message);
    }

    #[test]
    fn definitions_that_cannot_live_beside_what_is_deployed() {
        let cases = [
            (
                DeployError::DuplicateMessage { key: "p".into(), message: "m".into() },
                "Cannot deploy process definition 'p': there already is a message event subscription for the message with name 'm'.",
            ),
            (
                DeployError::Timer(EvaluationError::DueDate { text: "soon".to_owned() }),
                "ENGINE-09026 Exception while resolving duedate 'soon'",
            ),
            (DeployError::EventName(EvaluationError::Failed("why".to_owned())), "why"),
            (DeployError::NoEventName { name: "${n}".into(), found: "Integer" }, "the event name '${n}' is a Integer"),
            (
                DeployError::DuplicateKey("p".into()),
                "Deployment contains definitions with the same key 'p' (id attribute), this is not allowed",
            ),
        ];
        for (error, expected) in cases {
            assert_eq!(not_beside(&error), expected, "{error:?}");
        }
    }

    #[test]
    fn a_file_that_is_no_xml_is_an_error_of_the_server() {
        let rejected = parse(b"<definitions>", "a.bpmn", &Limits::default()).expect_err("it ends in the middle");
        let error = not_deployed(&ModelError::Bpmn(rejected));
        assert_eq!((error.status, error.kind), (StatusCode::INTERNAL_SERVER_ERROR, "ProcessEngineException"));
        assert!(error.message.starts_with("ENGINE-01009 Error while parsing process: \n* "), "{}", error.message);
    }
}
