//! The built-in functions (DMN 1.5, 10.3.4), and those that Camunda's FEEL has besides.
//!
//! One row a signature; a function may have several. Names of parameters are those of the specification, for calls by name.
//! A null or a value of the wrong kind gives null, unless the function says otherwise.

mod boolean;
mod context;
mod convert;
mod list;
mod numeric;
mod range;
mod temporal;
mod text;

use crate::ast::Arguments;
use crate::budget::Failure;
use crate::env::Env;
use crate::evaluate::{Evaluator, Outcome};
use crate::value::Value;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A call under way: arguments in the order of the parameters, null where one that may be left out was.
pub(crate) struct Call<'a, 'b> {
    pub(crate) evaluator: &'a Evaluator<'b>,
    pub(crate) arguments: Vec<Value>,
}

pub(crate) type Body = fn(&Call<'_, '_>) -> Outcome;

pub(crate) struct Signature {
    pub(crate) name: &'static str,
    pub(crate) parameters: &'static [&'static str],
    /// How many of them must be given.
    pub(crate) required: usize,
    /// The last parameter takes all that follows.
    pub(crate) is_variadic: bool,
    pub(crate) body: Body,
}

/// All parameters are needed.
pub(crate) const fn fixed(name: &'static str, parameters: &'static [&'static str], body: Body) -> Signature {
    Signature { name, parameters, required: parameters.len(), is_variadic: false, body }
}

/// The last ones may be left out.
pub(crate) const fn optional(
    name: &'static str,
    parameters: &'static [&'static str],
    required: usize,
    body: Body,
) -> Signature {
    Signature { name, parameters, required, is_variadic: false, body }
}

/// The last parameter may be given any number of times.
pub(crate) const fn variadic(name: &'static str, parameters: &'static [&'static str], body: Body) -> Signature {
    Signature { name, parameters, required: parameters.len() - 1, is_variadic: true, body }
}

const TABLES: [&[Signature]; 8] = [
    boolean::SIGNATURES,
    context::SIGNATURES,
    convert::SIGNATURES,
    list::SIGNATURES,
    numeric::SIGNATURES,
    range::SIGNATURES,
    temporal::SIGNATURES,
    text::SIGNATURES,
];

static BY_NAME: LazyLock<HashMap<&'static str, Vec<&'static Signature>>> = LazyLock::new(|| {
    let mut map: HashMap<&'static str, Vec<&'static Signature>> = HashMap::new();
    for signature in TABLES.into_iter().flatten() {
        map.entry(signature.name).or_default().push(signature);
    }
    map
});

static WORDY: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut names: Vec<&'static str> = BY_NAME.keys().copied().filter(|name| name.contains(' ')).collect();
    names.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    names
});

/// Names of several words, the longest first.
pub(crate) fn wordy_names() -> &'static [&'static str] {
    &WORDY
}

pub(crate) fn exists(name: &str) -> bool {
    BY_NAME.contains_key(name)
}

/// Whether such a call can be made at all.
///
/// # Errors
/// What is wrong with it, for people.
pub(crate) fn check(name: &str, arguments: &Arguments) -> Result<(), String> {
    let Some(signatures) = BY_NAME.get(name) else {
        return Err(format!("there is no function '{name}'"));
    };
    if signatures.iter().any(|signature| fits(signature, arguments)) {
        return Ok(());
    }
    let shapes: Vec<String> = signatures.iter().map(|signature| shape(signature)).collect();
    Err(format!("the function '{name}' is called {}", shapes.join(" or ")))
}

fn shape(signature: &Signature) -> String {
    let dots = if signature.is_variadic { ", ..." } else { "" };
    format!("{}({}{dots})", signature.name, signature.parameters.join(", "))
}

fn fits(signature: &Signature, arguments: &Arguments) -> bool {
    match arguments {
        Arguments::Positional(all) => {
            all.len() >= signature.required && (signature.is_variadic || all.len() <= signature.parameters.len())
        }
        Arguments::Named(all) => {
            all.iter().all(|(name, _)| signature.parameters.contains(&name.as_str()))
                && signature.parameters[..signature.required]
                    .iter()
                    .all(|parameter| all.iter().any(|(name, _)| name == parameter))
        }
    }
}

pub(crate) fn call(evaluator: &Evaluator<'_>, name: &str, arguments: &Arguments, env: &Env) -> Outcome {
    let signatures = BY_NAME.get(name).into_iter().flatten();
    let Some(signature) = signatures.copied().find(|signature| fits(signature, arguments)) else {
        return Ok(Value::Null);
    };
    let mut values = Vec::with_capacity(signature.parameters.len());
    match arguments {
        Arguments::Positional(all) => {
            for argument in all {
                values.push(evaluator.eval(argument, env)?);
            }
        }
        Arguments::Named(all) => {
            for parameter in signature.parameters {
                let argument = all.iter().find(|(name, _)| name == parameter);
                values.push(argument.map_or(Ok(Value::Null), |(_, argument)| evaluator.eval(argument, env))?);
            }
        }
    }
    while values.len() < signature.parameters.len() && !signature.is_variadic {
        values.push(Value::Null);
    }
    (signature.body)(&Call { evaluator, arguments: values })
}

/// Leaves the function with null where an argument is not of its kind.
macro_rules! or_null {
    ($value:expr) => {
        match $value {
            Some(value) => value,
            None => return Ok($crate::value::Value::Null),
        }
    };
}
pub(crate) use or_null;

impl Call<'_, '_> {
    pub(crate) fn argument(&self, position: usize) -> &Value {
        self.arguments.get(position).unwrap_or(&Value::Null)
    }

    pub(crate) fn text(&self, position: usize) -> Option<&str> {
        self.argument(position).as_str()
    }

    pub(crate) fn number(&self, position: usize) -> Option<&crate::number::Number> {
        self.argument(position).as_number()
    }

    pub(crate) fn whole(&self, position: usize) -> Option<i64> {
        self.number(position)?.to_i64()
    }

    /// A list; what is none is a list of itself, null is none (10.3.2.9.4).
    pub(crate) fn list(&self, position: usize) -> Option<Vec<Value>> {
        match self.argument(position) {
            Value::Null => None,
            Value::List(items) => Some(items.as_ref().clone()),
            single => Some(vec![single.clone()]),
        }
    }

    /// One list, or several values as one.
    pub(crate) fn values(&self) -> Option<Vec<Value>> {
        match self.arguments.as_slice() {
            [_] => self.list(0),
            many => Some(many.to_vec()),
        }
    }

    pub(crate) fn string(&self, text: &str) -> Outcome {
        self.evaluator.make_string(text)
    }

    pub(crate) fn make_list(&self, items: Vec<Value>) -> Outcome {
        self.evaluator.make_list(items)
    }

    pub(crate) fn is_same(&self, left: &Value, right: &Value) -> Result<bool, Failure> {
        Ok(self.evaluator.equal(left, right)? == Some(true))
    }

    pub(crate) fn steps(&self, count: usize) -> Result<(), Failure> {
        self.evaluator.meter.steps(count as u64)
    }
}
