//! Why a call gave no answer that can be used.

use casewright_contracts::process::OVER_QUOTA;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;

/// Characters of an answer that is no JSON which are told.
const TOLD: usize = 200;

/// Why a call gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("{call} got no answer")]
    NoAnswer {
        /// `POST /api/v1/cases`.
        call: String,
        #[source]
        source: reqwest::Error,
    },
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("{call} was answered with something else than was agreed")]
    Shape {
        call: String,
        #[source]
        source: serde_json::Error,
    },
}

/// One of the `errors` of a problem.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Fault {
    /// JSON pointer into the request (RFC 6901).
    pub pointer: String,
    pub code: String,
    pub detail: String,
}

/// The platform said no.
#[derive(Debug, thiserror::Error)]
#[error("{call} was answered with {status}: {text}")]
pub struct Refused {
    /// `POST /api/v1/cases`.
    pub call: String,
    pub status: StatusCode,
    /// `code` of a problem, `type` of the Camunda 7 contract; `unknown` when neither was said.
    pub code: String,
    /// What a person can use: `detail` of a problem, `message` of the Camunda 7 contract.
    pub text: String,
    /// All that was said; null when it was no JSON.
    pub body: Value,
}

impl Refused {
    pub(crate) fn read(call: String, status: StatusCode, answer: &str) -> Self {
        let body: Value = serde_json::from_str(answer).unwrap_or_default();
        let said = |names: [&str; 2]| {
            let texts = names.iter().filter_map(|name| body.get(*name).and_then(Value::as_str)).map(str::trim_end);
            texts.into_iter().find(|text| !text.is_empty()).map(str::to_owned)
        };
        let text = said(["detail", "message"]).unwrap_or_else(|| match answer {
            "" => status.canonical_reason().unwrap_or("no reason given").to_owned(),
            other => other.chars().take(TOLD).collect(),
        });
        Self { call, status, code: said(["code", "type"]).unwrap_or_else(|| "unknown".to_owned()), text, body }
    }

    /// What is wrong with which value of the request, where the platform said so.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        Vec::<Fault>::deserialize(&self.body["errors"]).unwrap_or_default()
    }

    /// Whether the call may succeed later, as it is: who answered was busy, or on its way elsewhere.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(
            self.status,
            StatusCode::UNAUTHORIZED
                | StatusCode::REQUEST_TIMEOUT
                | StatusCode::MISDIRECTED_REQUEST
                | StatusCode::TOO_MANY_REQUESTS
        ) || self.status.is_server_error() && !self.is_failure()
    }

    /// Whether somebody else was faster, or it is not what the caller believes.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self.status, StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED)
    }

    /// Whether carrying it out failed (500). Of the engine that is most often something of the model: a listener, an expression.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.status == StatusCode::INTERNAL_SERVER_ERROR && !self.is_over_quota()
    }

    /// Whether the organisation takes as much as it may: later it may have room.
    #[must_use]
    pub fn is_over_quota(&self) -> bool {
        self.code == "quota-exceeded" || self.body.get("code").and_then(Value::as_i64) == Some(OVER_QUOTA.into())
    }
}

impl CallError {
    /// Whether the call may succeed later, as it is.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::NoAnswer { .. } => true,
            Self::Refused(refused) => refused.may_pass(),
            Self::Shape { .. } => false,
        }
    }

    /// What was refused, if the platform answered at all.
    #[must_use]
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            Self::NoAnswer { .. } | Self::Shape { .. } => None,
        }
    }

    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.refused().map(|refused| refused.status)
    }

    /// Whether the organisation takes as much as it may, see [`Refused::is_over_quota`].
    #[must_use]
    pub fn is_over_quota(&self) -> bool {
        self.refused().is_some_and(Refused::is_over_quota)
    }

    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// For people: what the platform said, without where and how it was asked.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Refused(refused) => refused.text.clone(),
            other => other.to_string(),
        }
    }
}

/// `POST /api/v1/cases`.
pub(crate) fn named(method: &Method, path: &str) -> String {
    format!("{method} {path}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(status: StatusCode, answer: &str) -> Refused {
        Refused::read("GET /x".to_owned(), status, answer)
    }

    #[test]
    fn problems_and_errors_of_the_camunda_contract_are_read_alike() {
        let problem = refused(StatusCode::NOT_FOUND, &json!({"code": "not-found", "detail": "No."}).to_string());
        assert_eq!((problem.code.as_str(), problem.text.as_str()), ("not-found", "No."));
        let camunda = json!({"type": "RestException", "message": "not valid:\n", "code": 0}).to_string();
        let camunda = refused(StatusCode::BAD_REQUEST, &camunda);
        assert_eq!((camunda.code.as_str(), camunda.text.as_str()), ("RestException", "not valid:"));
        assert_eq!(refused(StatusCode::BAD_GATEWAY, "").text, "Bad Gateway");
        assert_eq!(refused(StatusCode::BAD_GATEWAY, "<html>").text, "<html>");
    }

    #[test]
    fn what_was_not_carried_out_may_pass_and_what_failed_or_was_refused_will_not() {
        let over = json!({"type": "RestException", "message": "Too many.", "code": OVER_QUOTA}).to_string();
        assert!(refused(StatusCode::INTERNAL_SERVER_ERROR, &over).may_pass());
        for status in [401, 408, 421, 429, 502, 503, 504] {
            assert!(refused(StatusCode::from_u16(status).unwrap(), "").may_pass(), "{status}");
        }
        for status in [400, 403, 404, 409, 412, 422, 500] {
            assert!(!refused(StatusCode::from_u16(status).unwrap(), "").may_pass(), "{status}");
        }
    }
}
