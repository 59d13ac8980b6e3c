//! Whether the condition of a rule holds: a FEEL expression over what is known of a case.

use casewright_engine_feel::{Budget, Expression, Host, Names, Number, Value as Feel};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// What one condition may take. It looks at one case; a person waits for it.
const TIME: Duration = Duration::from_millis(50);

/// Why a condition cannot be decided, as a sentence for its author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undecided(pub(crate) String);

/// What conditions are asked of.
pub(crate) struct Facts {
    case: Feel,
    moment: Feel,
    mail: Feel,
    now: Timestamp,
}

impl Facts {
    /// `case` and `mail` are JSON objects; texts in them stay texts.
    #[must_use]
    pub(crate) fn new(case: Value, moment: &str, mail: Option<Value>, now: Timestamp) -> Self {
        Self { case: feel(&case), moment: Feel::string(moment), mail: feel(&mail.unwrap_or(Value::Null)), now }
    }
}

impl Host for Facts {
    fn variable(&self, name: &str) -> Option<Feel> {
        match name {
            "case" => Some(self.case.clone()),
            "moment" => Some(self.moment.clone()),
            "mail" => Some(self.mail.clone()),
            _ => None,
        }
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    /// Where a case goes is no matter of chance: a dry run says what will be.
    fn random(&self) -> u128 {
        0
    }
}

/// # Errors
/// A sentence for the author: the text is no expression of FEEL.
pub(crate) fn check(when: &str) -> Result<(), String> {
    Expression::parse(when, &Names::default()).map(drop).map_err(|error| error.to_string())
}

/// Whether the condition is true. What cannot be computed is null in FEEL, and does not hold.
pub(crate) fn holds(when: &str, facts: &Facts) -> Result<bool, Undecided> {
    let expression = Expression::parse(when, &Names::default()).map_err(|error| Undecided(error.to_string()))?;
    let budget = Budget { time: TIME, ..Budget::default() };
    let value = expression.evaluate(facts, budget).map_err(|failure| Undecided(failure.to_string()))?;
    Ok(value.is_true())
}

fn feel(json: &Value) -> Feel {
    match json {
        Value::Null => Feel::Null,
        Value::Bool(truth) => Feel::Boolean(*truth),
        Value::Number(number) => Number::parse(&number.to_string()).map_or(Feel::Null, Feel::Number),
        Value::String(text) => Feel::string(text),
        Value::Array(items) => Feel::list(items.iter().map(feel).collect()),
        Value::Object(members) => {
            Feel::Context(Arc::new(members.iter().map(|(key, value)| (key.as_str().into(), feel(value))).collect()))
        }
    }
}

/// A case, as conditions see it.
pub(crate) struct Seen<'a> {
    pub(crate) definition: &'a str,
    pub(crate) title: &'a str,
    pub(crate) stage: &'a str,
    pub(crate) status: &'a str,
    pub(crate) queue: Option<&'a str>,
    pub(crate) priority: i32,
    pub(crate) labels: Vec<&'a str>,
    /// `portal`, `mail` or `api`.
    pub(crate) origin: Value,
    pub(crate) requester: Value,
    pub(crate) fields: Value,
}

impl Seen<'_> {
    pub(crate) fn json(self) -> Value {
        json!({
            "definition": self.definition, "title": self.title, "stage": self.stage, "status": self.status,
            "queue": self.queue, "priority": self.priority, "labels": self.labels, "origin": self.origin,
            "requester": self.requester, "fields": self.fields,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(when: &str) -> Result<bool, Undecided> {
        let case = json!({"definition": "claim", "priority": 80, "labels": ["vip"], "fields": {"amount": 12.5, "country": "BR"},
            "requester": {"email": "a@bank.example"}});
        holds(when, &Facts::new(case, "created", None, "2026-12-01T00:00:00Z".parse().unwrap()))
    }

    #[test]
    fn conditions_are_feel_over_the_case() {
        for when in [
            "case.fields.amount > 12 and case.fields.country in (\"BR\", \"PT\")",
            "list contains(case.labels, \"vip\")",
            "ends with(case.requester.email, \"@bank.example\")",
            "moment = \"created\" and mail = null",
            "date(now()) = date(\"2026-12-01\")",
        ] {
            assert_eq!(decided(when), Ok(true), "{when}");
        }
        assert_eq!(decided("case.fields.amount > 13"), Ok(false));
        assert_eq!(decided("case.fields.missing > 13"), Ok(false), "null is not true");
    }

    #[test]
    fn what_takes_too_long_is_undecided() {
        assert!(decided("count(for a in 1..100000, b in 1..100000 return a * b) > 0").is_err());
        assert!(check("case.fields.amount >").is_err());
    }
}
