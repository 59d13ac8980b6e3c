//! What can be called, and functions as values.

use super::{Evaluator, Outcome};
use crate::ast::{Definition, Parameter};
use crate::env::Env;
use crate::value::{Callable, Function, Value};
use smol_str::SmolStr;
use std::any::Any;
use std::fmt::{Display, Formatter};
use std::sync::Arc;

/// What a call of a function leads to.
pub(crate) enum Callee {
    /// Defined by a text or a model, with the names it saw there.
    Defined {
        definition: Arc<Definition>,
        env: Env,
    },
    /// One of the language, by its name.
    BuiltIn(SmolStr),
    Service(Box<dyn DecisionService>),
}

/// A decision service of a model, which the model knows how to call.
pub(crate) trait DecisionService: Send + Sync {
    fn parameters(&self) -> Vec<Parameter>;
    fn call(&self, evaluator: &Evaluator<'_>, arguments: Vec<Value>) -> Outcome;
}

impl Callee {
    /// Those of built-in functions are not told: they have several forms.
    fn parameters(&self) -> Vec<Parameter> {
        match self {
            Self::Defined { definition, .. } => definition.parameters.clone(),
            Self::BuiltIn(_) => Vec::new(),
            Self::Service(service) => service.parameters(),
        }
    }
}

impl Callable for Callee {}

impl Display for Callee {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        if let Self::BuiltIn(name) = self {
            return write!(f, "function {name}");
        }
        let names: Vec<SmolStr> = self.parameters().into_iter().map(|parameter| parameter.name).collect();
        write!(f, "function({})", names.join(", "))
    }
}

impl From<Callee> for Value {
    fn from(callee: Callee) -> Self {
        Self::Function(Arc::new(Function(Box::new(callee))))
    }
}

impl Function {
    /// None only for a function that was not made by an evaluation.
    pub(crate) fn callee(&self) -> Option<&Callee> {
        let callable: &dyn Any = &*self.0;
        callable.downcast_ref()
    }

    /// See [`Callee::parameters`].
    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        self.callee().map(Callee::parameters).unwrap_or_default()
    }
}
