//! The platform said no: with its code, its words, and every place that it named.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::fmt;

/// An answer of the error kind, of `/engine-rest` (`type`, `message`) or `/api/v1` (`code`, `detail`).
#[derive(Debug)]
pub(crate) struct Refusal {
    /// `code` of a problem, `type` of the Camunda contract.
    code: String,
    message: String,
    /// `POST /engine-rest/...: 400 Bad Request`.
    call: String,
    /// What is wrong where: instructions of a plan, parameters.
    places: Vec<String>,
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.code, self.message, self.call)?;
        self.places.iter().try_for_each(|place| write!(f, "\n  {place}"))
    }
}

impl Refusal {
    pub(super) fn read(method: &Method, path: &str, status: StatusCode, body: &Value) -> Self {
        let first = |names: [&str; 2]| names.iter().find_map(|name| body[*name].as_str()).map(|text| text.trim_end());
        Self {
            code: first(["code", "type"]).unwrap_or("unknown").to_owned(),
            message: first(["detail", "message"])
                .filter(|text| !text.is_empty())
                .unwrap_or("no reason given")
                .to_owned(),
            call: format!("{method} {path}: {status}"),
            places: places(body),
        }
    }
}

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
    use serde_json::json;

    #[test]
    fn a_refused_plan_names_each_instruction() {
        let body = json!({"type": "MigrationPlanValidationException", "message": "not valid:\n", "code": 0,
            "validationReport": {"instructionReports": [
                {"instruction": {"sourceActivityIds": ["a"], "targetActivityIds": ["b"]}, "failures": ["Target activity missing"]}]}});
        let refusal = Refusal::read(&Method::POST, "/x", StatusCode::BAD_REQUEST, &body);
        assert_eq!(
            refusal.to_string(),
            "MigrationPlanValidationException: not valid: (POST /x: 400 Bad Request)\n  a -> b: Target activity missing"
        );
    }

    #[test]
    fn a_problem_is_told_by_its_code() {
        let body = json!({"code": "not-found", "detail": "There is no such process instance.", "status": 404});
        let refusal = Refusal::read(&Method::GET, "/y", StatusCode::NOT_FOUND, &body);
        assert_eq!(refusal.to_string(), "not-found: There is no such process instance. (GET /y: 404 Not Found)");
    }
}
