//! Calls: of what a text or a model defines, of built-in functions, of decision services.

use super::{Callee, Evaluator, Outcome};
use crate::ast::{Arguments, Definition, NamedCall, Parameter};
use crate::budget::Failure;
use crate::builtin;
use crate::env::Env;
use crate::value::{Function, Value};
use smol_str::SmolStr;
use std::sync::Arc;

impl Evaluator<'_> {
    /// A function by its name: one in scope, else a built-in one, else a variable of the host.
    pub(super) fn call(&self, call: &NamedCall, env: &Env) -> Outcome {
        let NamedCall { name, arguments, built_in } = call;
        let found = env.get(name);
        if let Some(function @ Value::Function(_)) = found {
            let function = own_name(name, function);
            return self.invoke_with(&function, arguments, env, true);
        }
        if built_in.is_none() && found.is_none() && !builtin::exists(name) {
            let function = self.name(name, env)?;
            return self.invoke_with(&function, arguments, env, true);
        }
        builtin::call(self, name, *built_in, arguments, env)
    }

    /// What cannot be called is null; feel-scala fails where it is not called by its own name.
    pub(super) fn invoke_with(&self, function: &Value, arguments: &Arguments, env: &Env, by_name: bool) -> Outcome {
        let uncallable = |reason: String| match self.is_scala() && !by_name {
            true => Err(Failure::NoFunction(reason.into())),
            false => Ok(self.null(|| reason)),
        };
        let Value::Function(function) = function else {
            return uncallable("what is called is no function".to_owned());
        };
        if let Some(Callee::BuiltIn(name)) = function.callee() {
            return builtin::call(self, name, builtin::taking(name, arguments), arguments, env);
        }
        let parameters = function.parameters();
        let Some(values) = self.bound_values(&parameters, arguments, env)? else {
            let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            return uncallable(format!("a function is called with other arguments than ({})", names.join(", ")));
        };
        self.invoke(function, values)
    }

    /// Null where what has no value can be left out, as feel-scala does in what it reckons with, loops over or hands to a function.
    #[inline]
    pub(super) fn or_null(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Err(Failure::NoFunction(reason)) => Ok(self.null(|| reason.into())),
            other => other,
        }
    }

    /// One value a parameter; none when they do not fit.
    fn bound_values(
        &self,
        parameters: &[Parameter],
        arguments: &Arguments,
        env: &Env,
    ) -> Result<Option<Vec<Value>>, Failure> {
        let mut values = Vec::with_capacity(parameters.len());
        match arguments {
            Arguments::Positional(all) => {
                if all.len() != parameters.len() {
                    return Ok(None);
                }
                for argument in all {
                    values.push(self.eval(argument, env)?);
                }
            }
            Arguments::Named(all) => {
                if all.len() > parameters.len() {
                    return Ok(None);
                }
                for parameter in parameters {
                    let Some((_, argument)) = all.iter().find(|(name, _)| *name == parameter.name) else {
                        return Ok(None);
                    };
                    values.push(self.eval(argument, env)?);
                }
            }
        }
        Ok(Some(values))
    }

    /// Calls a function with one value a parameter. An argument that is not of its parameter's type makes null
    /// (DMN 1.5, 10.3.2.9.4).
    pub(crate) fn invoke(&self, function: &Function, mut arguments: Vec<Value>) -> Outcome {
        match function.callee() {
            None => Ok(Value::Null),
            Some(Callee::BuiltIn(name)) => builtin::call_with(self, name, arguments),
            Some(Callee::Defined { definition, env }) => {
                if arguments.len() != definition.parameters.len() {
                    return Ok(Value::Null);
                }
                if !self.coerce_arguments(&definition.parameters, &mut arguments)? {
                    return Ok(Value::Null);
                }
                self.enter_defined(definition, env, arguments)
            }
            Some(Callee::Service(service)) => {
                if !self.coerce_arguments(&service.parameters(), &mut arguments)? {
                    return Ok(Value::Null);
                }
                service.call(self, arguments)
            }
        }
    }

    fn enter_defined(&self, definition: &Definition, env: &Env, arguments: Vec<Value>) -> Outcome {
        let mut env = env.clone();
        for (parameter, value) in definition.parameters.iter().zip(arguments) {
            env = env.with(parameter.name.clone(), value);
        }
        let value = self.eval(&definition.body, &env)?;
        self.coerce(value, &definition.result, "the result of a function")
    }

    /// False when one is not of its type.
    pub(crate) fn coerce_arguments(&self, parameters: &[Parameter], arguments: &mut [Value]) -> Result<bool, Failure> {
        for (parameter, argument) in parameters.iter().zip(arguments) {
            let was_null = argument.is_null();
            *argument = self.coerce(std::mem::take(argument), &parameter.kind, &parameter.name)?;
            if argument.is_null() && !was_null {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A function that is called by a name knows itself by it, as one that is an entry of a context has to, to call itself.
fn own_name(name: &SmolStr, function: &Value) -> Value {
    let Value::Function(inner) = function else {
        return function.clone();
    };
    match inner.callee() {
        Some(Callee::Defined { definition, env }) if env.get(name).is_none() => {
            let env = env.with(name.clone(), function.clone());
            Callee::Defined { definition: Arc::clone(definition), env }.into()
        }
        _ => function.clone(),
    }
}
