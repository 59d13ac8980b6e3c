//! Our answers, in the form that peers have theirs: a kind beside a text where JSON has no type for a value.

use super::case::{Case, Question, value};
use super::table::Table;
use casewright_engine_expr::{DecisionDeployment, DecisionResource, Expressions};
use casewright_engine_feel::{
    Budget, Context, DateTime, Dialect, Expression, Failure, Host, Names, Number, SyntaxError, UnaryTests,
    Value as Feel, Zone,
};
use casewright_engine_value::{Instant, Value};
use indexmap::IndexMap;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;

/// What `now()` says: peers look at their clocks, so nothing that is asked says it aloud.
const NOW: Instant = Instant(1_796_169_600_000);

pub(crate) struct Variables(pub(crate) IndexMap<SmolStr, Value>);

impl Host for Variables {
    fn variable(&self, name: &str) -> Option<Feel> {
        self.0.get(name).map(feel)
    }

    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(NOW.0).unwrap_or_default()
    }

    fn random(&self) -> u128 {
        4
    }
}

/// As the engine hands them to FEEL.
fn feel(value: &Value) -> Feel {
    match value {
        Value::Boolean(value) => Feel::Boolean(*value),
        Value::Short(n) => Feel::Number(Number::from(i64::from(*n))),
        Value::Integer(n) => Feel::Number(Number::from(i64::from(*n))),
        Value::Long(n) => Feel::Number(Number::from(*n)),
        Value::Double(n) => Number::from_f64(*n).map(Feel::Number).unwrap_or_default(),
        Value::String(text) => Feel::String(Arc::clone(text)),
        Value::Date(Instant(millis)) => {
            let civil = jiff::Timestamp::from_millisecond(*millis).map(|at| jiff::tz::TimeZone::UTC.to_datetime(at));
            civil.map(|at| Feel::DateTime(DateTime::new(at, Zone::Local))).unwrap_or_default()
        }
        Value::List(items) => Feel::list(items.iter().map(feel).collect()),
        Value::Map(entries) => {
            let entries: Context = entries.iter().map(|(name, value)| (name.clone(), feel(value))).collect();
            Feel::Context(Arc::new(entries))
        }
        _ => Feel::Null,
    }
}

pub(crate) fn answer(case: &Case, dialect: Dialect) -> Json {
    let variables = Variables(case.values());
    let answered = match &case.question {
        Question::Expression { text } => expression(text, &variables, dialect),
        Question::Tests { text, input } => tests(text, &value(input), &variables, dialect),
        Question::Table { table } => return decided(table, variables.0),
    };
    answered.unwrap_or_else(|error| json!({ "error": error }))
}

/// Names in contexts count as well, as those of a scope do.
pub(crate) fn names(variables: &Variables, dialect: Dialect) -> Names {
    fn inside<'a>(value: &'a Value, all: &mut Vec<&'a str>) {
        match value {
            Value::Map(entries) => entries.iter().for_each(|(name, value)| {
                all.push(name);
                inside(value, all);
            }),
            Value::List(items) => items.iter().for_each(|item| inside(item, all)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    for (name, value) in &variables.0 {
        all.push(name.as_str());
        inside(value, &mut all);
    }
    Names::new(all).reading(dialect)
}

fn expression(text: &str, variables: &Variables, dialect: Dialect) -> Result<Json, String> {
    let expression = Expression::parse(text, &names(variables, dialect)).map_err(|error| unreadable(&error))?;
    expression.evaluate(variables, Budget::default()).map(|value| told(&value)).map_err(failed)
}

fn tests(text: &str, input: &Value, variables: &Variables, dialect: Dialect) -> Result<Json, String> {
    let tests = UnaryTests::parse(text, &names(variables, dialect)).map_err(|error| unreadable(&error))?;
    tests.accept(&feel(input), variables, Budget::default()).map(Json::Bool).map_err(failed)
}

fn unreadable(error: &SyntaxError) -> String {
    format!("cannot be read: {error}")
}

fn failed(failure: Failure) -> String {
    match failure {
        Failure::Limit(bound) => format!("limit: {} {bound}", bound.what()),
        Failure::Assertion(message) | Failure::NoFunction(message) => message.into(),
    }
}

fn told(value: &Feel) -> Json {
    let text = || Json::String(value.to_string());
    match value {
        Feel::Null => Json::Null,
        Feel::Boolean(value) => Json::Bool(*value),
        Feel::String(text) => Json::String(text.to_string()),
        Feel::Number(_) => json!({ "number": text() }),
        Feel::List(items) => items.iter().map(told).collect(),
        Feel::Context(entries) => {
            let entries: serde_json::Map<_, _> = entries
                .iter()
                .filter(|(_, value)| !is_function(value))
                .map(|(name, value)| (name.to_string(), told(value)))
                .collect();
            json!({ "context": entries })
        }
        Feel::Date(_) => json!({ "date": text() }),
        Feel::Time(_) => json!({ "time": text() }),
        Feel::DateTime(_) => json!({ "date and time": text() }),
        Feel::YearMonthDuration(_) => json!({ "years and months": text() }),
        Feel::DayTimeDuration(_) => json!({ "days and time": text() }),
        Feel::Range(_) => json!({ "range": text() }),
        Feel::Function(_) => json!({ "function": "" }),
    }
}

/// Contexts of peers do not tell of them.
fn is_function(value: &Feel) -> bool {
    matches!(value, Feel::Function(_))
}

fn decided(table: &Table, variables: IndexMap<SmolStr, Value>) -> Json {
    let resource = match DecisionResource::parse(&table.dmn()) {
        Ok(resource) => Arc::new(resource),
        Err(found) => {
            let words: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
            return json!({ "error": format!("cannot be read: {}", words.join("; ")) });
        }
    };
    let expressions = Expressions::new();
    let about = DecisionDeployment {
        definition_id: "d:1".into(),
        key: "d".into(),
        version: 1,
        version_tag: None,
        tenant: None,
        deployment: "1".into(),
    };
    expressions.decisions().deploy_parsed(about, resource);
    match expressions.decisions().evaluate("d:1", variables, NOW) {
        Err(error) => json!({ "error": error.to_string() }),
        Ok(outcome) => outcome
            .rules
            .iter()
            .map(|rule| rule.iter().map(|(name, value)| (name.to_string(), plain(value))).collect::<Json>())
            .collect(),
    }
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Boolean(value) => Json::Bool(*value),
        Value::Short(n) => json!({ "Short": n.to_string() }),
        Value::Integer(n) => json!({ "Integer": n.to_string() }),
        Value::Long(n) => json!({ "Long": n.to_string() }),
        Value::Double(n) => json!({ "Double": format!("{n:e}") }),
        Value::String(text) => Json::String(text.to_string()),
        Value::Date(Instant(millis)) => json!({ "Date": millis.to_string() }),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Map(entries) => {
            let entries: serde_json::Map<_, _> =
                entries.iter().map(|(name, value)| (name.to_string(), plain(value))).collect();
            json!({ "Map": entries })
        }
        _ => Json::Null,
    }
}

/// Milliseconds since 1970 of a date or a date and time, in UTC where no zone is said.
pub(crate) fn date_of(value: &Feel) -> Option<i64> {
    match value {
        Feel::Date(date) => DateTime::new(date.civil()?.at(0, 0, 0, 0), Zone::Local).timestamp(),
        Feel::DateTime(moment) => moment.timestamp(),
        _ => None,
    }
    .map(jiff::Timestamp::as_millisecond)
}
