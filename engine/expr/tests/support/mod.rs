//! A scope over two maps, for tests of the public seam.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use casewright_engine_value::{EvaluationError, Facade, Instant, Scope, Value};
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::sync::Arc;

#[derive(Default)]
pub(crate) struct MapScope {
    pub(crate) variables: IndexMap<SmolStr, Value>,
    pub(crate) properties: IndexMap<SmolStr, Value>,
    /// Methods that were called on facades, with their arguments.
    pub(crate) calls: Vec<(String, Vec<Value>)>,
    pub(crate) now: i64,
    pub(crate) user: Option<SmolStr>,
}

impl MapScope {
    pub(crate) fn with(variables: &[(&str, Value)]) -> Self {
        Self {
            variables: variables.iter().map(|(name, value)| (SmolStr::new(name), value.clone())).collect(),
            ..Self::default()
        }
    }
}

impl Scope for MapScope {
    fn get(&self, name: &str) -> Option<Value> {
        self.variables.get(name).cloned()
    }

    fn names(&self) -> Vec<SmolStr> {
        self.variables.keys().cloned().collect()
    }

    fn set(&mut self, name: &str, value: Value) {
        self.variables.insert(SmolStr::new(name), value);
    }

    fn has(&self, facade: Facade) -> bool {
        facade == Facade::Execution
    }

    fn property(&self, _: Facade, name: &str) -> Option<Value> {
        self.properties.get(name).cloned()
    }

    fn invoke(&mut self, _: Facade, method: &str, arguments: &[Value]) -> Result<Value, EvaluationError> {
        self.calls.push((method.to_owned(), arguments.to_vec()));
        match (method, arguments) {
            ("getVariable", [Value::String(name)]) => Ok(self.get(name).unwrap_or_default()),
            ("setVariable", [Value::String(name), value]) => {
                self.set(name, value.clone());
                Ok(Value::Null)
            }
            ("setBusinessKey", [key]) => {
                self.properties.insert("businessKey".into(), key.clone());
                Ok(Value::Null)
            }
            ("correlateMessage", [_]) => Ok(Value::Null),
            ("fail", []) => Err(EvaluationError::BpmnError { code: "from-scope".to_owned(), message: None }),
            _ => Err(EvaluationError::Failed(format!("Method not found: {method}"))),
        }
    }

    fn now(&self) -> Instant {
        Instant(self.now)
    }

    fn current_user(&self) -> Option<SmolStr> {
        self.user.clone()
    }

    fn current_user_groups(&self) -> Vec<SmolStr> {
        vec!["sales".into()]
    }
}

pub(crate) fn string(text: &str) -> Value {
    Value::string(text)
}

pub(crate) fn list(items: &[Value]) -> Value {
    Value::List(Arc::new(items.to_vec()))
}

pub(crate) fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(Arc::new(entries.iter().map(|(name, value)| (SmolStr::new(name), value.clone())).collect()))
}
