//! What expressions and scripts see of the step under way: variables, `execution`, `task`, `externalTask`.
//!
//! Changes go through the same behaviours as commands, so a variable that a script sets is there for its next line, is in
//! history and is seen by conditional events.

mod context;
mod execution;
mod task;

use super::behavior::variables;
use super::context::Step;
use super::fault::{Done, Fault};
use crate::ids::Id;
use crate::rejection::Failure;
use casewright_engine_model::model::{Condition, Script, ScriptSource};
use casewright_engine_value::{EvaluationError, Facade, Instant, Language, Scope, Value};
pub(crate) use context::{Context, as_integer, as_text};
use smol_str::SmolStr;

pub(super) struct EvaluationScope<'s, 'a> {
    pub(super) step: &'s mut Step<'a>,
    pub(super) context: Context<'s>,
}

impl Scope for EvaluationScope<'_, '_> {
    fn get(&self, name: &str) -> Option<Value> {
        if let Some(task) = self.context.task
            && let Some(value) = variables::get_local(self.step, task, name)
        {
            return Some(value);
        }
        variables::get(self.step, self.context.element, name)
    }

    fn names(&self) -> Vec<SmolStr> {
        let mut names = self.context.task.map(|task| variables::local_names(self.step, task)).unwrap_or_default();
        for name in variables::names(self.step, self.context.element) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn set(&mut self, name: &str, value: Value) {
        // The element is alive while something is evaluated in its name, so this cannot fail.
        let _alive = variables::set(self.step, self.context.element, name, value);
    }

    fn has(&self, facade: Facade) -> bool {
        match facade {
            Facade::Execution => true,
            Facade::Task => self.context.task.is_some(),
            Facade::ExternalTask => self.context.external_task.is_some(),
        }
    }

    fn property(&self, facade: Facade, name: &str) -> Option<Value> {
        match facade {
            Facade::Execution => execution::property(self, name),
            Facade::Task => task::property(self, name),
            Facade::ExternalTask => task::external_property(self, name),
        }
    }

    fn invoke(&mut self, facade: Facade, method: &str, arguments: &[Value]) -> Result<Value, EvaluationError> {
        match facade {
            Facade::Execution => execution::invoke(self, method, arguments),
            Facade::Task => task::invoke(self, method, arguments),
            Facade::ExternalTask => {
                task::external_property(self, method).ok_or_else(|| no_method("externalTask", method))
            }
        }
    }

    fn now(&self) -> Instant {
        self.step.env.now
    }

    fn current_user(&self) -> Option<SmolStr> {
        self.step.env.user.clone()
    }

    fn current_user_groups(&self) -> Vec<SmolStr> {
        self.step.env.groups.clone()
    }
}

/// What an expression or script is told of a fault in what it called.
pub(super) fn raised(step: &Step<'_>, fault: Fault) -> EvaluationError {
    EvaluationError::Failed((step.env.words)(&fault.into_rejection()))
}

pub(super) fn no_method(facade: &str, method: &str) -> EvaluationError {
    EvaluationError::Failed(format!("Cannot find method {method} of {facade}"))
}

/// First argument as text.
pub(super) fn text_argument(arguments: &[Value], at: usize, method: &str) -> Result<SmolStr, EvaluationError> {
    match arguments.get(at) {
        Some(Value::String(text)) => Ok(SmolStr::new(text)),
        _ => Err(EvaluationError::Failed(format!("{method} expects a text as argument {}", at + 1))),
    }
}

// Evaluating in the name of an element.
impl Step<'_> {
    pub(crate) fn evaluate(&mut self, context: Context<'_>, text: &str) -> Done<Value> {
        let element = self.element(context.element)?;
        let language = self.graph_of(&element)?.language;
        let evaluator = self.env.evaluator;
        let mut scope = EvaluationScope { step: self, context };
        Ok(evaluator.evaluate(language, text, &mut scope)?)
    }

    pub(crate) fn run_script(&mut self, context: Context<'_>, script: &Script) -> Done<Value> {
        let evaluator = self.env.evaluator;
        let source = match &script.source {
            ScriptSource::Inline(source) => std::sync::Arc::from(source.as_str()),
            ScriptSource::Resource(resource) => {
                let name = self.evaluate_text(context, resource)?.unwrap_or_default();
                let element = self.element(context.element)?;
                let deployment = self.graph_of(&element)?.info.deployment_id.clone();
                let name = name.strip_prefix("deployment://").unwrap_or(&name);
                evaluator.resource(&deployment, name)?
            }
        };
        let mut scope = EvaluationScope { step: self, context };
        Ok(evaluator.run_script(&script.format, &source, &mut scope)?)
    }

    /// A text attribute; none when it evaluates to null.
    pub(crate) fn evaluate_text(&mut self, context: Context<'_>, text: &str) -> Done<Option<SmolStr>> {
        Ok(as_text(&self.evaluate(context, text)?))
    }

    fn speaks_feel(&mut self, element: Id) -> Done<bool> {
        let element = self.element(element)?;
        Ok(self.graph_of(&element)?.language == Language::Feel)
    }

    /// A condition must yield a Boolean: null or another type is an error, not false.
    pub(crate) fn evaluate_condition(&mut self, context: Context<'_>, condition: &Condition) -> Done<bool> {
        let value = match condition {
            Condition::Expression(text) => self.evaluate(context, text)?,
            Condition::Script(script) => self.run_script(context, script)?,
        };
        let is_feel = match condition {
            Condition::Expression(_) => self.speaks_feel(context.element)?,
            Condition::Script(_) => false,
        };
        match value {
            Value::Boolean(value) => Ok(value),
            // In FEEL, null is what an undefined comparison gives, and it is not true.
            Value::Null if is_feel => Ok(false),
            Value::Null => Err(Failure::NullCondition.into()),
            other => {
                let (value, type_name) = (as_text(&other).unwrap_or_default(), other.type_name());
                Err(Failure::Condition { value, type_name }.into())
            }
        }
    }
}
