//! What a value of a component has to be.

use super::{Asks, Judge};
use crate::begin::of_number;
use crate::decimal;
use crate::fault::FieldFault;
use crate::option::{self, Options};
use crate::place::{below, get, pointer};
use crate::reference;
use crate::schema::{Component, Days, Kind, NumberKind};
use crate::scope::Scope;
use crate::truth::is_truthy;
use jiff::tz::TimeZone;
use serde_json::Value;

impl Judge<'_> {
    /// The value to store; none when it was refused.
    pub(super) fn value(
        &mut self,
        component: &Component,
        value: Value,
        place: &[String],
        scope: &Scope,
    ) -> Result<Option<Value>, FieldFault> {
        let before = self.faults.len();
        let value = match &component.kind {
            Kind::Number(kind) if is_number(&value) => of_number(kind, &value),
            _ => value,
        };
        self.kind(component, &value, place, scope)?;
        if self.faults.len() > before {
            return Ok(None);
        }
        let broken = component
            .rules
            .broken_by(&value, &component.label, scope, self.viewer.purse())
            .map_err(|fault| fault.under(&pointer(place)))?;
        for (code, detail) in broken {
            self.fault(place, code, detail);
        }
        if let Kind::Number(kind) = &component.kind {
            self.digits(kind, &value, place);
        }
        Ok((self.faults.len() == before).then_some(value))
    }

    fn kind(
        &mut self,
        component: &Component,
        value: &Value,
        place: &[String],
        scope: &Scope,
    ) -> Result<(), FieldFault> {
        let expected = match &component.kind {
            Kind::Text { .. } if !value.is_string() => "a text is expected",
            Kind::Number(_) if !is_number(value) => "a number is expected",
            Kind::Checkbox if !value.is_boolean() => "true or false is expected",
            Kind::Choice(options) => {
                return self.choice(options, std::slice::from_ref(value), place, scope, Chosen::One);
            }
            Kind::Choices(options) => match value.as_array() {
                Some(chosen) => return self.choice(options, chosen, place, scope, Chosen::Several),
                None => "a list of options is expected",
            },
            Kind::Date(_) if !is_written::<jiff::civil::Date>(value) => "a date is expected: 2026-11-21",
            Kind::Time if !is_time(value) => "a time is expected: 12:30",
            Kind::DateTime(_) if !is_date_time(value) => "a date and a time are expected: 2026-11-21T12:30Z",
            Kind::Files { .. } if !reference::is_list(value) => reference::EXPECTED,
            Kind::Files { multiple: false } if value.as_array().is_some_and(|files| files.len() > 1) => {
                self.fault(place, "too-many", "one file is expected");
                return Ok(());
            }
            Kind::Date(Days::NotPassed) | Kind::DateTime(Days::NotPassed) => {
                self.day(value, place);
                return Ok(());
            }
            _ => return Ok(()),
        };
        self.fault(place, "type", expected);
        Ok(())
    }

    fn choice(
        &mut self,
        options: &Options,
        chosen: &[Value],
        place: &[String],
        scope: &Scope,
        how: Chosen,
    ) -> Result<(), FieldFault> {
        // A list by its key may come with what is judged, where nothing is known before.
        let shown = match options {
            Options::Key(key) if !self.viewer.initial().contains_key(key) => self.viewer.state(),
            _ => self.viewer.initial(),
        };
        let known = options.values(shown, scope, self.viewer.purse());
        let Some(known) = known.map_err(|fault| fault.under(&pointer(place)))? else {
            return Ok(());
        };
        for (index, value) in chosen.iter().enumerate() {
            if !option::is_among(value, &known) {
                let place = if how == Chosen::One { place.to_vec() } else { below(place, &[index.to_string()]) };
                self.fault(&place, "option", "one of the options is expected");
            }
        }
        Ok(())
    }

    /// form-js takes a day that has passed out of the field. What stood there before is left, and where the day has just begun or
    /// is just over anywhere on earth, it is taken.
    fn day(&mut self, value: &Value, place: &[String]) {
        if self.asks == Asks::Again || get(self.known, place).is_some_and(|known| known == value) {
            return;
        }
        let day =
            value.as_str().and_then(|text| text.get(..10)).and_then(|text| text.parse::<jiff::civil::Date>().ok());
        let yesterday = self.now.to_zoned(TimeZone::UTC).date().yesterday();
        if let (Some(day), Ok(yesterday)) = (day, yesterday)
            && day < yesterday
        {
            self.fault(place, "passed", "a day that has not passed is expected");
        }
    }

    fn digits(&mut self, kind: &NumberKind, value: &Value, place: &[String]) {
        let Some(number) = decimal::of_json(value).filter(|_| is_truthy(value)) else {
            return;
        };
        let digits = decimal::fraction_digits(&number);
        if let Some(allowed) = kind.decimal_digits.filter(|allowed| *allowed >= 0 && digits > *allowed) {
            self.fault(place, "decimalDigits", format!("at most {allowed} decimal digits are allowed"));
        }
        if let Some(step) = kind.increment.as_ref().filter(|step| !decimal::is_multiple(&number, step)) {
            self.fault(place, "increment", format!("a multiple of {} is expected", step.normalized()));
        }
    }
}

/// How many options there may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chosen {
    One,
    Several,
}

/// A number, or the text of one, which `serializeToString` makes.
fn is_number(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::String(text) => text.trim().parse().is_ok_and(f64::is_finite),
        _ => false,
    }
}

fn is_written<T: std::str::FromStr>(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.parse::<T>().is_ok())
}

/// form-js may write a time with its offset: `12:30+01:00`.
fn is_time(value: &Value) -> bool {
    let text = value.as_str().map(|text| text.split(['+', '-', 'Z']).next().unwrap_or(text));
    text.is_some_and(|text| text.parse::<jiff::civil::Time>().is_ok())
}

fn is_date_time(value: &Value) -> bool {
    is_written::<jiff::Timestamp>(value) || is_written::<jiff::civil::DateTime>(value)
}
