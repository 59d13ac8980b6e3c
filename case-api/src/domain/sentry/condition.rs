//! Conditions in FEEL over what is known of a case.

use super::Occurrence;
use casewright_engine_feel::{Budget, Context, Expression, Host, Names, Number, SyntaxError, Value as Feel};
use jiff::Timestamp;
use serde_json::{Map, Value};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// A condition is asked within a decision, and others wait behind it: it gets a small part of what a process may spend.
const BUDGET: Budget = Budget { steps: 10_000, bytes: 4 << 20, depth: 100, time: Duration::from_secs(1) };

/// What sentries are held against.
pub(crate) struct Ground<'a> {
    pub(crate) happened: &'a BTreeSet<Occurrence>,
    /// What the expressions may name.
    pub(crate) variables: Map<String, Value>,
    /// Keys of fields: those that no identifier could be are names all the same.
    pub(crate) names: Vec<&'a str>,
    pub(crate) at: Timestamp,
}

impl Ground<'_> {
    /// What cannot be read or computed is not true: a criterion that is misspelt must not act.
    pub(crate) fn is_true(&self, condition: &str) -> bool {
        self.value_of(condition).is_ok_and(|value| value.is_true())
    }

    /// What a condition comes to, as JSON where it is true, false or nothing, else as text.
    ///
    /// # Errors
    /// Why it cannot be read or computed.
    pub(crate) fn find(&self, condition: &str) -> Result<Value, String> {
        Ok(match self.value_of(condition)? {
            Feel::Null => Value::Null,
            Feel::Boolean(value) => Value::Bool(value),
            other => Value::from(other.to_string()),
        })
    }

    fn value_of(&self, condition: &str) -> Result<Feel, String> {
        let expression = parse(condition, &self.names).map_err(|error| error.to_string())?;
        expression.evaluate(self, BUDGET).map_err(|failure| failure.to_string())
    }
}

impl Host for Ground<'_> {
    fn variable(&self, name: &str) -> Option<Feel> {
        self.variables.get(name).map(to_feel)
    }

    fn now(&self) -> Timestamp {
        self.at
    }

    /// A decision that is made twice comes to the same.
    fn random(&self) -> u128 {
        0
    }
}

pub(super) fn parse(condition: &str, names: &[&str]) -> Result<Expression, SyntaxError> {
    Expression::parse(condition, &Names::new(names))
}

fn to_feel(value: &Value) -> Feel {
    match value {
        Value::Null => Feel::Null,
        Value::Bool(value) => Feel::Boolean(*value),
        Value::Number(number) => Number::parse(&number.to_string())
            .or_else(|| number.as_f64().and_then(Number::from_f64))
            .map(Feel::Number)
            .unwrap_or_default(),
        Value::String(text) => Feel::string(text),
        Value::Array(items) => Feel::list(items.iter().map(to_feel).collect()),
        Value::Object(members) => {
            let entries: Context = members.iter().map(|(key, value)| (SmolStr::new(key), to_feel(value))).collect();
            Feel::Context(Arc::new(entries))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Sentry, any_holds, fault_of};
    use super::*;
    use serde_json::json;

    fn ground(happened: &BTreeSet<Occurrence>) -> Ground<'_> {
        let variables =
            json!({"fields": {"amount": 900, "policy-number": "HB-1"}, "milestones": ["papers"], "status": "open"});
        Ground {
            happened,
            variables: variables.as_object().cloned().unwrap(),
            names: vec!["policy-number"],
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn sentry(sentry: Value) -> Sentry {
        serde_json::from_value(sentry).unwrap()
    }

    #[test]
    fn a_sentry_holds_when_all_has_happened_and_its_condition_is_true() {
        let happened = BTreeSet::from([Occurrence::TaskCompleted("check".to_owned())]);
        let holds = |value: Value| sentry(value).holds(&ground(&happened));
        assert!(holds(json!({"on": [{"taskCompleted": "check"}]})));
        assert!(!holds(json!({"on": [{"taskCompleted": "check"}, {"processCompleted": "check"}]})));
        assert!(holds(json!({"on": [{"taskCompleted": "check"}], "if": "fields.amount > 500"})));
        assert!(!holds(json!({"on": [{"taskCompleted": "check"}], "if": "fields.amount > 900"})));
        assert!(holds(json!({"if": "list contains(milestones, \"papers\") and fields.policy-number = \"HB-1\""})));
    }

    #[test]
    fn what_is_missing_or_cannot_be_computed_does_not_hold() {
        let happened = BTreeSet::new();
        for condition in ["fields.missing > 1", "fields.amount", "nothing", "1 +", "fields.amount > \"a\""] {
            assert!(!sentry(json!({"if": condition})).holds(&ground(&happened)), "{condition}");
        }
        let endless = "count(for a in 1..1000, b in 1..1000 return a) > 0";
        assert!(!sentry(json!({"if": endless})).holds(&ground(&happened)), "a budget ends it");
        assert!(fault_of("1 +", &[]).is_some());
        assert_eq!(fault_of("fields.policy-number != null", &["policy-number"]), None);
    }

    #[test]
    fn several_criteria_are_alternatives() {
        let happened = BTreeSet::new();
        let sentries = [sentry(json!({"if": "false"})), sentry(json!({"if": "status = \"open\""}))];
        assert!(any_holds(&sentries, &ground(&happened)));
        assert!(!any_holds(&[], &ground(&happened)));
    }
}
