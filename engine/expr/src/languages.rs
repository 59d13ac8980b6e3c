//! The expression languages with their caches; shared by model expressions, scripts and decision tables.

use crate::cache::Cache;
use crate::feel::{Feel, Reading, Seen, to_feel};
use crate::{juel, script};
use casewright_engine_feel::{Dialect, Value as FeelValue};
use casewright_engine_value::{EvaluationError, Scope, Value};
use std::num::NonZeroUsize;
use std::sync::Arc;

const CACHED_TEXTS: NonZeroUsize = NonZeroUsize::new(8_192).expect("8,192 is not zero");

pub(crate) struct Languages {
    meter: Arc<dyn script::ScriptMeter>,
    templates: Cache<String, juel::Template>,
    /// Of decision tables and scripts.
    feel: Feel,
    /// Of expressions in models of Camunda 8.
    model_feel: Feel,
}

impl Languages {
    pub(crate) fn new(meter: Arc<dyn script::ScriptMeter>) -> Self {
        Self {
            meter,
            templates: Cache::new(CACHED_TEXTS),
            feel: Feel::new(Dialect::Camunda),
            model_feel: Feel::new(Dialect::Camunda8),
        }
    }

    pub(crate) fn juel(&self, text: &str, scope: &mut dyn Scope) -> Result<Value, EvaluationError> {
        juel::evaluate(&*self.template(text)?, scope)
    }

    pub(crate) fn template(&self, text: &str) -> Result<Arc<juel::Template>, EvaluationError> {
        self.templates.get_or_make(text, || juel::parse(text))
    }

    pub(crate) fn feel(&self, text: &str, scope: &dyn Scope) -> Result<Value, EvaluationError> {
        self.feel.evaluate(text, scope)
    }

    /// FEEL of models.
    pub(crate) fn model_feel(&self) -> &Feel {
        &self.model_feel
    }

    /// [`Self::feel`], before it is made the value of a variable.
    pub(crate) fn feel_value(&self, text: &str, seen: Seen<'_>) -> Result<FeelValue, EvaluationError> {
        self.feel.value(text, seen)
    }

    /// Whether a script looks at the variable of this name.
    pub(crate) fn script_mentions(&self, format: &str, source: &str, name: &str) -> Result<bool, EvaluationError> {
        match script::Format::named(format) {
            Some(script::Format::JavaScript) => Ok(script::javascript_mentions(source, name)),
            Some(script::Format::Feel) => Reading(Dialect::Camunda).mentions(source, name),
            Some(script::Format::Juel) => Ok(self.template(source)?.mentions(name)),
            None => Err(unsupported_format(format)),
        }
    }

    pub(crate) fn unary_test(&self, tests: &str, input: &Value, scope: &dyn Scope) -> Result<bool, EvaluationError> {
        self.cell_accepts(tests, &to_feel(input), Seen { scope, plain: None })
    }

    /// Does the cell of a table accept `input`?
    pub(crate) fn cell_accepts(&self, tests: &str, input: &FeelValue, seen: Seen<'_>) -> Result<bool, EvaluationError> {
        self.feel.unary_test(tests, input, seen)
    }

    pub(crate) fn script(&self, format: &str, source: &str, scope: &mut dyn Scope) -> Result<Value, EvaluationError> {
        match script::Format::named(format) {
            Some(script::Format::JavaScript) => script::run_javascript(source, scope, self.meter.as_ref()),
            Some(script::Format::Feel) => self.feel(source, scope),
            Some(script::Format::Juel) => self.juel(source, scope),
            None => Err(unsupported_format(format)),
        }
    }
}

pub(crate) fn unsupported_format(format: &str) -> EvaluationError {
    EvaluationError::Unsupported(format!("script format '{format}' (use javascript, feel or juel)"))
}
