//! What `validate` of a component says, held against a value as form-js does it.

use crate::decimal;
use crate::fault::FieldFault;
use crate::formula::{Formula, Purse};
use crate::pattern::{Pattern, TooCostly};
use crate::scope::Scope;
use crate::{email, phone, truth};
use serde_json::Value;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The rules of one component.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) required: bool,
    pub(crate) min: Limit,
    pub(crate) max: Limit,
    pub(crate) min_length: Limit,
    pub(crate) max_length: Limit,
    pub(crate) pattern: Option<Pattern>,
    /// What the form says when the pattern does not fit.
    pub(crate) pattern_message: Option<String>,
    pub(crate) preset: Option<Preset>,
}

/// A bound.
#[derive(Debug, Default)]
pub(crate) enum Limit {
    #[default]
    None,
    Fixed(Value),
    Computed(Formula),
}

/// Rules that form-js has ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preset {
    Email,
    Phone,
}

impl Limit {
    /// None where there is no bound: an expression may come to null.
    fn value(&self, scope: &Scope, purse: &Purse) -> Result<Option<Cow<'_, Value>>, FieldFault> {
        Ok(match self {
            Self::None => None,
            Self::Fixed(value) => Some(Cow::Borrowed(value)),
            Self::Computed(formula) => {
                Some(formula.value(scope, purse)?).filter(|value| !value.is_null()).map(Cow::Owned)
            }
        })
    }
}

/// What is wrong with a value: a code and a text for people.
pub(crate) type Broken = (&'static str, String);

impl Rules {
    /// What a value breaks of the rules; `label` is how people call its field.
    ///
    /// # Errors
    /// An expression, or a pattern, takes more than it may.
    pub(crate) fn broken_by(
        &self,
        value: &Value,
        label: &str,
        scope: &Scope,
        purse: &Purse,
    ) -> Result<Vec<Broken>, FieldFault> {
        let mut broken = Vec::new();
        let is_there = truth::is_truthy(value);
        if is_there || value.is_number() {
            if let Some(min) = self.min.value(scope, purse)?
                && compare(value, &min).is_none_or(|order| order == Ordering::Less)
            {
                broken.push(("min", format!("at least {} is needed", truth::as_text(&min))));
            }
            if let Some(max) = self.max.value(scope, purse)?
                && compare(value, &max).is_none_or(|order| order == Ordering::Greater)
            {
                broken.push(("max", format!("at most {} is allowed", truth::as_text(&max))));
            }
        }
        if !is_there {
            return Ok(broken);
        }
        if let Value::String(text) = value {
            self.lengths(text, scope, purse, &mut broken)?;
        }
        let text = truth::as_text(value);
        if let Some(pattern) = &self.pattern {
            purse.budget()?;
            match pattern.is_found_in(&text) {
                Ok(true) => {}
                Ok(false) => broken.push(("pattern", self.misfit(label))),
                Err(TooCostly) => {
                    return Err(FieldFault::new("", "pattern", "the pattern takes too long for this text"));
                }
            }
        }
        match self.preset {
            Some(Preset::Email) if !email::is_address(&text) => {
                broken.push(("email", "an e-mail address is expected".to_owned()));
            }
            Some(Preset::Phone) if !phone::is_phone(&text) => {
                let detail = "a telephone number with country code is expected: +4930664040900";
                broken.push(("phone", detail.to_owned()));
            }
            _ => {}
        }
        Ok(broken)
    }

    fn lengths(&self, text: &str, scope: &Scope, purse: &Purse, broken: &mut Vec<Broken>) -> Result<(), FieldFault> {
        #[expect(clippy::cast_precision_loss, reason = "no text is that long")]
        let length = truth::trimmed_length(text) as f64;
        if let Some(min) = self.min_length.value(scope, purse)?
            && truth::as_number(&min).is_some_and(|min| length < min)
        {
            broken.push(("minLength", format!("at least {} characters are needed", truth::as_text(&min))));
        }
        if let Some(max) = self.max_length.value(scope, purse)?
            && truth::as_number(&max).is_some_and(|max| length > max)
        {
            broken.push(("maxLength", format!("at most {} characters are allowed", truth::as_text(&max))));
        }
        Ok(())
    }

    fn misfit(&self, label: &str) -> String {
        self.pattern_message.clone().unwrap_or_else(|| format!("{label} does not have the expected form"))
    }
}

/// None when one of them is no number: form-js takes that for a mistake.
fn compare(value: &Value, limit: &Value) -> Option<Ordering> {
    Some(decimal::of_json(value)?.cmp(&decimal::of_json(limit)?))
}
