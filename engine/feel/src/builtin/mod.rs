//! The built-in functions (DMN 1.5, 10.3.4), and those that Camunda's FEEL has besides.
//!
//! One row a signature; a function may have several. Names of parameters are those of the specification, for calls by name.
//! A null or a value of the wrong kind gives null, unless the function says otherwise.

mod boolean;
mod context;
mod convert;
mod list;
mod numeric;
mod pattern;
mod range;
mod temporal;
mod text;

use crate::ast::{Arguments, BuiltIn, Expr, NamedCall};
use crate::budget::Failure;
use crate::env::Env;
use crate::evaluate::{Evaluator, Outcome};
use crate::value::Value;
use bigdecimal::RoundingMode;
use smallvec::SmallVec;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A call under way: arguments in the order of the parameters, null where one that may be left out was.
pub(crate) struct Call<'a, 'b> {
    pub(crate) evaluator: &'a Evaluator<'b>,
    pub(crate) arguments: SmallVec<[Value; 3]>,
    /// Arguments that the caller gave, a bit each.
    given: u64,
    is_named: bool,
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

static ALL: LazyLock<Vec<&'static Signature>> = LazyLock::new(|| TABLES.into_iter().flatten().collect());

static BY_NAME: LazyLock<HashMap<&'static str, Vec<BuiltIn>>> = LazyLock::new(|| {
    let mut map: HashMap<&'static str, Vec<BuiltIn>> = HashMap::new();
    for (place, signature) in ALL.iter().enumerate() {
        map.entry(signature.name).or_default().push(BuiltIn(place));
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
    if signatures.iter().any(|place| fits(place.signature(), arguments)) {
        return Ok(());
    }
    let shapes: Vec<String> = signatures.iter().map(|place| shape(place.signature())).collect();
    Err(format!("the function '{name}' is called {}", shapes.join(" or ")))
}

fn shape(signature: &Signature) -> String {
    let dots = if signature.is_variadic { ", ..." } else { "" };
    format!("{}({}{dots})", signature.name, signature.parameters.join(", "))
}

fn fits(signature: &Signature, arguments: &Arguments) -> bool {
    match arguments {
        Arguments::Positional(all) => takes(signature, all.len()),
        Arguments::Named(all) => {
            all.iter().all(|(name, _)| signature.parameters.contains(&name.as_str()))
                && signature.parameters[..signature.required]
                    .iter()
                    .all(|parameter| all.iter().any(|(name, _)| name == parameter))
        }
    }
}

fn takes(signature: &Signature, count: usize) -> bool {
    count >= signature.required && (signature.is_variadic || count <= signature.parameters.len())
}

impl BuiltIn {
    fn signature(self) -> &'static Signature {
        ALL[self.0]
    }
}

/// A call by name, which knows the built-in function that it means unless the text has one of that name.
pub(crate) fn named_call(name: SmolStr, arguments: Arguments) -> Expr {
    let built_in = taking(&name, &arguments);
    Expr::Call(Box::new(NamedCall { name, arguments, built_in }))
}

/// The function of that name that takes these arguments.
pub(crate) fn taking(name: &str, arguments: &Arguments) -> Option<BuiltIn> {
    place_of(name, |signature| fits(signature, arguments))
}

/// Calls the function of that name which takes the arguments; null where none does.
pub(crate) fn call(
    evaluator: &Evaluator<'_>,
    name: &str,
    function: Option<BuiltIn>,
    arguments: &Arguments,
    env: &Env,
) -> Outcome {
    let Some(function) = function else {
        return Ok(evaluator.null(|| check(name, arguments).err().unwrap_or_default()));
    };
    let signature = function.signature();
    let mut values = SmallVec::new();
    let mut given = 0;
    match arguments {
        Arguments::Positional(all) => {
            for argument in all {
                match argument {
                    Expr::Const(value) => {
                        evaluator.meter.step()?;
                        values.push(value.clone());
                    }
                    other => values.push(evaluator.eval(other, env)?),
                }
            }
            given = first(values.len());
        }
        Arguments::Named(all) => {
            for (position, parameter) in signature.parameters.iter().enumerate() {
                let argument = all.iter().find(|(name, _)| name == parameter);
                given |= u64::from(argument.is_some()) << position;
                values.push(argument.map_or(Ok(Value::Null), |(_, argument)| evaluator.eval(argument, env))?);
            }
        }
    }
    let is_named = matches!(arguments, Arguments::Named(_));
    run(signature, &mut Call { evaluator, arguments: values, given, is_named })
}

/// Bits of so many arguments; of variadic ones beyond 64 nobody asks.
fn first(count: usize) -> u64 {
    1_u64.checked_shl(u32::try_from(count).unwrap_or(u32::MAX)).map_or(u64::MAX, |bit| bit - 1)
}

/// A call with values at hand, as of a function that was handed on.
pub(crate) fn call_with(evaluator: &Evaluator<'_>, name: &str, values: Vec<Value>) -> Outcome {
    match place_of(name, |signature| takes(signature, values.len())) {
        Some(function) => {
            let given = first(values.len());
            run(function.signature(), &mut Call { evaluator, arguments: values.into(), given, is_named: false })
        }
        None => Ok(evaluator.null(|| format!("the function '{name}' takes no {} arguments", values.len()))),
    }
}

/// Whether a built-in function can be called with so many arguments.
pub(crate) fn takes_arguments(name: &str, count: usize) -> bool {
    place_of(name, |signature| takes(signature, count)).is_some()
}

fn place_of(name: &str, test: impl Fn(&Signature) -> bool) -> Option<BuiltIn> {
    BY_NAME.get(name).into_iter().flatten().copied().find(|place| test(place.signature()))
}

fn run(signature: &Signature, call: &mut Call<'_, '_>) -> Outcome {
    if !signature.is_variadic && call.arguments.len() != signature.parameters.len() {
        call.arguments.resize(signature.parameters.len(), Value::Null);
    }
    (signature.body)(call)
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
        self.single(position).as_str()
    }

    pub(crate) fn number(&self, position: usize) -> Option<&crate::number::Number> {
        self.single(position).as_number()
    }

    /// The argument; in standard models a list of one is its item where no list is asked for (10.3.2.9.4).
    pub(crate) fn single(&self, position: usize) -> &Value {
        match self.argument(position) {
            Value::List(items) if self.evaluator.is_standard() => match items.as_slice() {
                [single] => single,
                _ => self.argument(position),
            },
            other => other,
        }
    }

    /// A whole number; in standard models the whole part of any.
    pub(crate) fn whole(&self, position: usize) -> Option<i64> {
        let number = self.number(position)?;
        match number.to_i64() {
            None if !self.evaluator.is_lenient() => number.round(0, RoundingMode::Down)?.to_i64(),
            whole => whole,
        }
    }

    /// Whether the caller wrote the names of the parameters.
    pub(crate) fn is_named(&self) -> bool {
        self.is_named
    }

    /// Whether the caller gave this argument, be it null.
    pub(crate) fn is_given(&self, position: usize) -> bool {
        self.given >> position & 1 == 1
    }

    /// A list; what is none is a list of itself, null is none (10.3.2.9.4).
    pub(crate) fn list(&self, position: usize) -> Option<Vec<Value>> {
        match self.argument(position) {
            Value::Null => None,
            Value::List(items) => Some(items.as_ref().clone()),
            _ if self.evaluator.is_scala() => None,
            single => Some(vec![single.clone()]),
        }
    }

    /// One list, or several values as one.
    pub(crate) fn values(&self) -> Option<Vec<Value>> {
        match self.arguments.as_slice() {
            [] if self.evaluator.is_standard() => None,
            [single] if self.evaluator.is_scala() && !matches!(single, Value::List(_)) => Some(vec![single.clone()]),
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
