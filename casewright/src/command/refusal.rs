//! The platform said no: with its code, its words, and every place that it named.

use casewright_client::Refused;
use serde_json::Value;
use std::fmt;

/// An answer of the error kind, of `/engine-rest` or `/api/v1`.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) Refused);

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(Refused { call, status, code, text, body }) = self;
        write!(f, "{code}: {text} ({call}: {status})")?;
        places(body).iter().try_for_each(|place| write!(f, "\n  {place}"))
    }
}

/// What is wrong where: instructions of a plan, parameters.
fn places(body: &Value) -> Vec<String> {
    let mut out = Vec::new();
    for error in list(&body["errors"]) {
        out.push(format!("{}: {}", text(&error["pointer"]), text(&error["detail"])));
    }
    let report = &body["validationReport"];
    for report in list(&report["instructionReports"]) {
        let at = instruction(&report["instruction"]);
        out.extend(list(&report["failures"]).map(|failure| format!("{at}: {}", text(failure))));
    }
    out.extend(list(&report["failures"]).map(|failure| text(failure).to_owned()));
    for key in ["activityInstanceValidationReports", "transitionInstanceValidationReports"] {
        for stuck in list(&report[key]) {
            let at = text(&stuck["sourceScopeId"]);
            out.extend(list(&stuck["failures"]).map(|failure| format!("{at}: {}", text(failure))));
        }
    }
    out
}

/// `a -> b` of a migration instruction.
pub(crate) fn instruction(instruction: &Value) -> String {
    format!("{} -> {}", text(&instruction["sourceActivityIds"][0]), text(&instruction["targetActivityIds"][0]))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::StatusCode;
    use serde_json::json;

    fn refusal(call: &str, status: StatusCode, code: &str, text: &str, body: Value) -> Refusal {
        Refusal(Refused { call: call.to_owned(), status, code: code.to_owned(), text: text.to_owned(), body })
    }

    #[test]
    fn a_refused_plan_names_each_instruction() {
        let body = json!({"validationReport": {"instructionReports": [
            {"instruction": {"sourceActivityIds": ["a"], "targetActivityIds": ["b"]}, "failures": ["Target activity missing"]}]}});
        let code = "MigrationPlanValidationException";
        let refusal = refusal("POST /x", StatusCode::BAD_REQUEST, code, "not valid:", body);
        assert_eq!(
            refusal.to_string(),
            "MigrationPlanValidationException: not valid: (POST /x: 400 Bad Request)\n  a -> b: Target activity missing"
        );
    }

    #[test]
    fn a_problem_is_told_by_its_code() {
        let text = "There is no such process instance.";
        let refusal = refusal("GET /y", StatusCode::NOT_FOUND, "not-found", text, json!({"status": 404}));
        assert_eq!(refusal.to_string(), "not-found: There is no such process instance. (GET /y: 404 Not Found)");
    }
}
