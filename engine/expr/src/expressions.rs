//! [`Expressions`]: all evaluation behind one object that every shard shares.

use crate::decision::Decisions;
use crate::feel::Reading;
use crate::languages::{Languages, unsupported_format};
use crate::{script, timer};
use casewright_engine_feel::Dialect;
use casewright_engine_value::{
    DecisionBinding, DecisionOutcome, EvaluationError, Evaluator, Instant, Language, Scope, TimerKind, TimerSchedule,
    Value, zone,
};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Evaluates expressions, scripts, decisions and timers. Cheap to share (`Arc<Expressions>`), never reads a clock for a
/// result: time comes from the scope or as an argument. Local times are those of the process's time zone ([`zone`]).
pub struct Expressions {
    languages: Arc<Languages>,
    decisions: Decisions,
    /// Deployment -> resource name -> text.
    resources: RwLock<HashMap<String, HashMap<String, Arc<str>>>>,
}

impl Default for Expressions {
    fn default() -> Self {
        Self::new()
    }
}

impl Expressions {
    /// With nothing deployed.
    #[must_use]
    pub fn new() -> Self {
        Self::metered(Arc::new(script::Unmetered))
    }

    /// [`Expressions::new`], with somebody who keeps account of how long scripts run.
    #[must_use]
    pub fn metered(meter: Arc<dyn script::ScriptMeter>) -> Self {
        let languages = Arc::new(Languages::new(meter));
        Self { decisions: Decisions::new(Arc::clone(&languages)), languages, resources: RwLock::default() }
    }

    /// The deployed decisions.
    #[must_use]
    pub fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    /// Makes the text of a deployed resource known, for `deployment://name` references.
    pub fn add_resource(&self, deployment: &str, name: &str, text: &str) {
        self.resources
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(deployment.to_owned())
            .or_default()
            .insert(name.to_owned(), Arc::from(text));
    }

    /// Forgets the resources of a deployment; its decisions are removed by [`Decisions::remove`].
    pub fn remove_resources(&self, deployment: &str) {
        self.resources.write().unwrap_or_else(PoisonError::into_inner).remove(deployment);
    }

    /// Does `input` pass the FEEL unary tests? Names in the tests are those of the scope.
    ///
    /// # Errors
    /// `Syntax` when the tests do not parse, `Limit` when they cost too much.
    pub fn unary_test(&self, tests: &str, input: &Value, scope: &dyn Scope) -> Result<bool, EvaluationError> {
        self.languages.unary_test(tests, input, scope)
    }

    /// Is there an engine for this script format? The error names those there are.
    ///
    /// # Errors
    /// `Unsupported` for Groovy, Python, Ruby and what nobody knows.
    pub fn check_script_format(format: &str) -> Result<(), EvaluationError> {
        match script::Format::named(format) {
            Some(_) => Ok(()),
            None => Err(unsupported_format(format)),
        }
    }
}

impl Evaluator for Expressions {
    fn evaluate(&self, language: Language, text: &str, scope: &mut dyn Scope) -> Result<Value, EvaluationError> {
        match language {
            Language::Juel => self.languages.juel(text, scope),
            Language::Feel => match feel_expression(text) {
                Some(expression) => self.languages.model_feel().evaluate(expression, scope),
                None => Ok(Value::string(text)),
            },
        }
    }

    fn run_script(&self, format: &str, source: &str, scope: &mut dyn Scope) -> Result<Value, EvaluationError> {
        self.languages.script(format, source, scope)
    }

    fn decide(
        &self,
        key: &str,
        binding: &DecisionBinding,
        tenant: Option<&str>,
        scope: &mut dyn Scope,
    ) -> Result<DecisionOutcome, EvaluationError> {
        self.decisions.decide(key, binding, tenant, scope)
    }

    fn resource(&self, deployment: &str, name: &str) -> Result<Arc<str>, EvaluationError> {
        self.resources
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(deployment)
            .and_then(|resources| resources.get(name))
            .map(Arc::clone)
            .ok_or_else(|| {
                EvaluationError::Failed(format!("Cannot find resource '{name}' in deployment '{deployment}'"))
            })
    }

    fn schedule(&self, kind: TimerKind, value: &Value, now: Instant) -> Result<TimerSchedule, EvaluationError> {
        timer::schedule(kind, value, now, zone::local())
    }

    fn next_due(&self, repeat: &str, fired: Instant, now: Instant) -> Result<Option<TimerSchedule>, EvaluationError> {
        timer::next_due(repeat, fired, now, zone::local())
    }

    fn date(&self, value: &Value, now: Instant) -> Result<Instant, EvaluationError> {
        timer::date(value, now, zone::local())
    }

    fn check(&self, language: Language, text: &str) -> Result<(), EvaluationError> {
        match language {
            Language::Juel => self.languages.template(text).map(drop),
            Language::Feel => feel_expression(text).map_or(Ok(()), |expression| MODELS.check(expression)),
        }
    }

    fn mentions(&self, language: Language, text: &str, name: &str) -> Result<bool, EvaluationError> {
        match language {
            Language::Juel => Ok(self.languages.template(text)?.mentions(name)),
            Language::Feel => feel_expression(text).map_or(Ok(false), |expression| MODELS.mentions(expression, name)),
        }
    }

    fn script_mentions(&self, format: &str, source: &str, name: &str) -> Result<bool, EvaluationError> {
        self.languages.script_mentions(format, source, name)
    }
}

/// How FEEL in models is read: they are Camunda 8's.
const MODELS: Reading = Reading(Dialect::Camunda8);

/// What follows the `=` that makes text an expression.
fn feel_expression(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix('=').map(str::trim)
}
