//! Which values are of a type, and what becomes of those that are not (DMN 1.5, 10.3.2.9).

use super::{Callee, Evaluator};
use crate::budget::Failure;
use crate::builtin;
use crate::temporal::{DateTime, Zone};
use crate::types::{FunctionType, Type};
use crate::value::{Function, Value};
use std::sync::Arc;

/// Longest text of a value in a reason.
const SHOWN: usize = 80;

impl Evaluator<'_> {
    /// `instance of`: null itself is of no type but its own, and whether a value is allowed is not asked.
    pub(super) fn is_instance(&self, value: &Value, kind: &Type) -> Result<bool, Failure> {
        match kind.base() {
            Type::Null => Ok(value.is_null()),
            _ if value.is_null() => Ok(false),
            _ => self.conforms(value, kind, &Self::fits_base),
        }
    }

    /// Null may stand for a value of any type.
    pub(crate) fn fits(&self, value: &Value, kind: &Type) -> Result<bool, Failure> {
        if value.is_null() {
            return Ok(true);
        }
        let Type::Constrained(constrained) = kind else {
            return self.conforms(value, kind, &Self::fits);
        };
        Ok(self.fits(value, &constrained.base)?
            && match &constrained.allowed.tests {
                None => true,
                Some(tests) => self.accepts(tests, value)?,
            })
    }

    /// [`Evaluator::fits`], whatever values are allowed.
    fn fits_base(&self, value: &Value, kind: &Type) -> Result<bool, Failure> {
        if value.is_null() { Ok(true) } else { self.conforms(value, kind, &Self::fits_base) }
    }

    /// A value that is not null; `part` judges what it consists of.
    fn conforms(
        &self,
        value: &Value,
        kind: &Type,
        part: &dyn Fn(&Self, &Value, &Type) -> Result<bool, Failure>,
    ) -> Result<bool, Failure> {
        self.meter.step()?;
        Ok(match (kind.base(), value) {
            (Type::Any, _) => true,
            (Type::Boolean, Value::Boolean(_))
            | (Type::Number, Value::Number(_))
            | (Type::String, Value::String(_))
            | (Type::Date, Value::Date(_))
            | (Type::Time, Value::Time(_))
            | (Type::DateTime, Value::DateTime(_))
            | (Type::YearMonthDuration, Value::YearMonthDuration(_))
            | (Type::DayTimeDuration, Value::DayTimeDuration(_))
            | (Type::Function(None), Value::Function(_)) => true,
            (Type::List(item), Value::List(items)) => {
                for value in items.iter() {
                    if !part(self, value, item)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Type::Context(members), Value::Context(entries)) => {
                for (name, kind) in members.iter() {
                    let Some(value) = entries.get(name) else {
                        return Ok(false);
                    };
                    if !part(self, value, kind)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Type::Range(end), Value::Range(range)) => {
                for value in range.low.iter().chain(&range.high) {
                    if !part(self, value, end)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Type::Function(Some(wanted)), Value::Function(function)) => function_conforms(function, wanted),
            _ => false,
        })
    }

    /// The value as one of the type, by the implicit conversions of 10.3.2.9.4; null, with a reason, when there is none.
    pub(crate) fn coerce(&self, value: Value, kind: &Type, what: &str) -> Result<Value, Failure> {
        if matches!(kind, Type::Any) || self.fits(&value, kind)? {
            return Ok(value);
        }
        match (&value, kind.base()) {
            (Value::List(items), base) if !matches!(base, Type::List(_)) => {
                if let [single] = items.as_slice()
                    && self.fits(single, kind)?
                {
                    return Ok(single.clone());
                }
            }
            (Value::Date(date), Type::DateTime) => {
                let midnight = Value::DateTime(DateTime::midnight(*date, Zone::Offset(0)));
                if self.fits(&midnight, kind)? {
                    return Ok(midnight);
                }
            }
            (single, Type::List(_)) => {
                let list = self.make_list(vec![single.clone()])?;
                if self.fits(&list, kind)? {
                    return Ok(list);
                }
            }
            _ => {}
        }
        Ok(self.null(|| format!("{what} is {}, which is no {kind}", shown(&value))))
    }
}

/// A value for people, cut where it is long.
pub(super) fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => format!("{text:?}"),
        other => crate::text::Bounded::start_of(other, SHOWN),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// It takes at least what is wanted to be taken, and gives nothing else than what is wanted to be given. What is declared
/// nowhere fits.
fn function_conforms(function: &Function, wanted: &Arc<FunctionType>) -> bool {
    match function.callee() {
        None => false,
        Some(Callee::BuiltIn(name)) => builtin::takes_arguments(name, wanted.parameters.len()),
        Some(Callee::Defined { definition, .. }) => {
            definition.parameters.len() == wanted.parameters.len()
                && definition.parameters.iter().zip(&wanted.parameters).all(|(own, wanted)| includes(&own.kind, wanted))
                && includes(&wanted.result, &definition.result)
        }
        Some(Callee::Service(service)) => {
            let parameters = service.parameters();
            parameters.len() == wanted.parameters.len()
                && parameters.iter().zip(&wanted.parameters).all(|(own, wanted)| includes(&own.kind, wanted))
        }
    }
}

/// Whether all values of one type are of the other, as far as the types tell; `Any` tells nothing.
fn includes(wide: &Type, narrow: &Type) -> bool {
    match (wide.base(), narrow.base()) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::List(wide), Type::List(narrow)) | (Type::Range(wide), Type::Range(narrow)) => includes(wide, narrow),
        (Type::Context(wide), Type::Context(narrow)) => {
            wide.iter().all(|(name, kind)| narrow.iter().any(|(other, narrow)| other == name && includes(kind, narrow)))
        }
        (Type::Function(_), Type::Function(_)) => true,
        (wide, narrow) => std::mem::discriminant(wide) == std::mem::discriminant(narrow),
    }
}
