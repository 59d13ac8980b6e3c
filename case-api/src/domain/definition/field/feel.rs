//! Conditions and formulas (FEEL) over the fields of a case.
//!
//! What an expression sees is what the kind of a field says: a `date` is a date, the amount of `money` a decimal number, a
//! `person` a context with `id` and `name`. A field that has no value is null, as is what FEEL cannot compute.

use super::model::{FieldDefinition, FieldSet, FieldType};
use super::money::{self, Money};
use bigdecimal::BigDecimal;
use casewright_engine_feel::{
    Budget, Context, DateTime, Expression, Host, Names, Number, SyntaxError, Type, Value as Feel, Zone,
};
use jiff::{Timestamp, Zoned};
use serde_json::{Map, Value};
use smol_str::SmolStr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// Longest text of an expression, in bytes.
pub(crate) const LONGEST_EXPRESSION: usize = 2_000;
/// What one expression may cost. A decision on a case evaluates all that its definition has.
const BUDGET: Budget = Budget { steps: 20_000, bytes: 1 << 20, depth: 100, time: Duration::from_millis(50) };
/// Lists and objects within one another that an expression is shown of JSON.
const DEEPEST: usize = 32;

/// The fields of a case or a record, as expressions see them.
pub(crate) struct Scope<'a> {
    pub(crate) set: FieldSet<'a>,
    pub(crate) fields: &'a Map<String, Value>,
    /// What `now()` and `today()` say: when it is decided.
    pub(crate) at: Timestamp,
}

impl Host for Scope<'_> {
    fn variable(&self, name: &str) -> Option<Feel> {
        let value = self.fields.get(name)?;
        Some(self.set.field(name).map_or_else(|| plain(value, 0), |field| to_feel(field, value)))
    }

    fn now(&self) -> Timestamp {
        self.at
    }

    /// A decision may run twice, and comes to the same.
    fn random(&self) -> u128 {
        self.at.as_nanosecond().unsigned_abs()
    }
}

/// Reads an expression over the fields of a definition.
///
/// # Errors
/// What is wrong with the text, and where.
pub(crate) fn parse(set: FieldSet<'_>, text: &str) -> Result<Expression, SyntaxError> {
    Expression::parse(text, &Names::new(set.fields.iter().map(|field| field.key.as_str())))
}

/// Whether a condition is true. One that cannot be read, which none that was published is, or that takes too long, is not.
#[must_use]
pub(crate) fn holds(scope: &Scope<'_>, condition: &str) -> bool {
    evaluate(scope, condition).is_true()
}

/// What a formula gives, as a field of kind `result` holds it; null where it gives something else, or takes too long.
#[must_use]
pub(crate) fn computed(scope: &Scope<'_>, formula: &str, result: FieldType) -> Value {
    from_feel(result, &evaluate(scope, formula)).unwrap_or(Value::Null)
}

fn evaluate(scope: &Scope<'_>, text: &str) -> Feel {
    let parsed = parse(scope.set, text).ok();
    parsed.and_then(|expression| expression.evaluate(scope, BUDGET).ok()).unwrap_or_default()
}

fn to_feel(field: &FieldDefinition, value: &Value) -> Feel {
    let kind = if field.kind == FieldType::Computed { field.result.unwrap_or_default() } else { field.kind };
    of_kind(kind, field, value).unwrap_or_else(|| plain(value, 0))
}

fn of_kind(kind: FieldType, field: &FieldDefinition, value: &Value) -> Option<Feel> {
    match kind {
        FieldType::Date => Type::Date.read(value.as_str()?),
        FieldType::Datetime => moment(value.as_str()?),
        FieldType::Duration => Type::DayTimeDuration.read(value.as_str()?),
        FieldType::Money => {
            let amount = value.get("amount")?.as_str().and_then(Number::parse)?;
            let currency = Feel::string(value.get("currency")?.as_str()?);
            Some(context([("amount", Feel::Number(amount)), ("currency", currency)]))
        }
        FieldType::Table => {
            let rows = value.as_array()?.iter().map(|row| {
                let cells = field.columns.iter().map(|column| {
                    let cell = row.get(&column.key).map_or(Feel::Null, |cell| to_feel(&column.as_field(), cell));
                    (column.key.as_str(), cell)
                });
                context(cells)
            });
            Some(Feel::list(rows.collect()))
        }
        _ => None,
    }
}

fn moment(text: &str) -> Option<Feel> {
    if !text.contains('[') {
        return Type::DateTime.read(text);
    }
    let zoned: Zoned = text.parse().ok()?;
    Some(Feel::DateTime(DateTime::new(zoned.datetime(), Zone::Named(zoned.time_zone().clone()))))
}

fn context<'a>(entries: impl IntoIterator<Item = (&'a str, Feel)>) -> Feel {
    let entries: Context = entries.into_iter().map(|(key, value)| (SmolStr::new(key), value)).collect();
    Feel::Context(Arc::new(entries))
}

/// JSON as it is; what is nested too deeply is null.
fn plain(value: &Value, depth: usize) -> Feel {
    if depth > DEEPEST {
        return Feel::Null;
    }
    match value {
        Value::Null => Feel::Null,
        Value::Bool(value) => Feel::Boolean(*value),
        Value::Number(number) => Number::parse(&number.to_string()).map(Feel::Number).unwrap_or_default(),
        Value::String(text) => Feel::string(text),
        Value::Array(items) => Feel::list(items.iter().map(|item| plain(item, depth + 1)).collect()),
        Value::Object(members) => context(members.iter().map(|(key, value)| (key.as_str(), plain(value, depth + 1)))),
    }
}

fn from_feel(kind: FieldType, value: &Feel) -> Option<Value> {
    match (kind, value) {
        (FieldType::Boolean, Feel::Boolean(value)) => Some(Value::Bool(*value)),
        (FieldType::Number, Feel::Number(number)) => match number.to_i64() {
            Some(whole) => Some(Value::from(whole)),
            None => serde_json::Number::from_f64(number.to_f64()).map(Value::Number),
        },
        (FieldType::String, Feel::String(text)) => Some(Value::from(&**text)),
        (FieldType::Date, Feel::Date(date)) => date.civil().map(|date| Value::from(date.to_string())),
        (FieldType::Datetime, Feel::DateTime(moment)) => {
            moment.timestamp().map(|moment| Value::from(moment.to_string()))
        }
        (FieldType::Duration, Feel::YearMonthDuration(_) | Feel::DayTimeDuration(_)) => {
            Some(Value::from(value.zero_duration().map_or_else(|| value.to_string(), str::to_owned)))
        }
        (FieldType::Money, Feel::Context(entries)) => {
            let Some(Feel::String(code)) = entries.get("currency") else {
                return None;
            };
            let amount = match entries.get("amount")? {
                Feel::Number(number) => BigDecimal::from_str(&number.to_string()).ok()?,
                _ => return None,
            };
            let rounded = Money { amount, currency: money::currency(code)? }.to_json();
            // What is larger than any amount may be is none.
            Money::read(&rounded).ok().map(|_| rounded)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::definition::model::CaseDefinition;
    use serde_json::json;

    fn definition() -> CaseDefinition {
        serde_json::from_value(json!({
            "key": "claim", "name": "Claim", "caseNumberPrefix": "CLM", "stages": [], "statuses": [], "fields": [
                {"key": "day", "label": "Day", "type": "date"}, {"key": "stay", "label": "Stay", "type": "duration"},
                {"key": "visit", "label": "Visit", "type": "datetime"}, {"key": "price", "label": "Price", "type": "money"},
                {"key": "policy-number", "label": "Policy number"}, {"key": "expert", "label": "Expert", "type": "person"}
            ]
        }))
        .unwrap()
    }

    fn gives(formula: &str, result: FieldType) -> Value {
        let fields = json!({
            "day": "2026-12-24", "stay": "P2D", "visit": "2026-12-24T10:00:00+01:00[Europe/Berlin]", "policy-number": "HB-1",
            "price": {"amount": "0.10", "currency": "EUR"}, "expert": {"id": "ben", "name": "Ben"}, "other": 7
        });
        let (definition, at) = (definition(), Timestamp::UNIX_EPOCH);
        let scope = Scope { set: definition.field_set(), fields: fields.as_object().unwrap(), at };
        computed(&scope, formula, result)
    }

    #[test]
    fn an_expression_sees_what_the_kind_of_a_field_says() {
        assert_eq!(gives("day + stay", FieldType::Date), json!("2026-12-26"));
        assert_eq!(gives("stay + duration(\"PT1H\")", FieldType::Duration), json!("P2DT1H"));
        assert_eq!(gives("visit", FieldType::Datetime), json!("2026-12-24T09:00:00Z"));
        assert_eq!(gives("price.amount + 0.2 = 0.3", FieldType::Boolean), json!(true));
        assert_eq!(gives("expert.name + \" \" + policy-number", FieldType::String), json!("Ben HB-1"));
        assert_eq!(gives("other / 2", FieldType::Number), json!(3.5));
        let doubled = "{amount: price.amount / 3, currency: price.currency}";
        assert_eq!(gives(doubled, FieldType::Money), json!({"amount": "0.03", "currency": "EUR"}));
        assert_eq!(gives("now()", FieldType::Datetime), json!("1970-01-01T00:00:00Z"));
    }

    #[test]
    fn what_is_nothing_of_the_kind_is_nothing() {
        for formula in ["missing", "\"text\"", "price", "1 +"] {
            assert_eq!(gives(formula, FieldType::Number), Value::Null, "{formula}");
        }
        assert_eq!(gives("{amount: 1, currency: \"eur\"}", FieldType::Money), Value::Null);
        assert_eq!(gives("{amount: 10 ** 30, currency: \"EUR\"}", FieldType::Money), Value::Null);
    }

    #[test]
    fn what_takes_too_long_is_nothing() {
        assert_eq!(gives("count(for a in 1..1000, b in 1..1000 return a * b)", FieldType::Number), Value::Null);
    }
}
