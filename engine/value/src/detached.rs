//! A scope without an execution: variables that were handed in, and who asks.

use crate::evaluate::{EvaluationError, Facade, Scope};
use crate::value::Value;
use casewright_instant::Instant;
use indexmap::IndexMap;
use smol_str::SmolStr;

/// For what is evaluated outside of any process instance: timers of definitions, decisions by REST, start conditions,
/// forms and filters. There is no facade to call on.
#[derive(Clone, Debug)]
pub struct Detached {
    pub values: IndexMap<SmolStr, Value>,
    pub now: Instant,
    pub user: Option<SmolStr>,
    pub groups: Vec<SmolStr>,
}

impl Detached {
    /// Nobody's, without variables.
    #[must_use]
    pub fn at(now: Instant) -> Self {
        Self::with(IndexMap::new(), now)
    }

    /// Nobody's, with these variables.
    #[must_use]
    pub fn with(values: IndexMap<SmolStr, Value>, now: Instant) -> Self {
        Self { values, now, user: None, groups: Vec::new() }
    }
}

impl Scope for Detached {
    fn get(&self, name: &str) -> Option<Value> {
        self.values.get(name).cloned().map(Value::evaluable)
    }

    fn names(&self) -> Vec<SmolStr> {
        self.values.keys().cloned().collect()
    }

    fn set(&mut self, name: &str, value: Value) {
        self.values.insert(name.into(), value);
    }

    fn has(&self, _: Facade) -> bool {
        false
    }

    fn property(&self, _: Facade, _: &str) -> Option<Value> {
        None
    }

    fn invoke(&mut self, _: Facade, method: &str, _: &[Value]) -> Result<Value, EvaluationError> {
        Err(EvaluationError::Failed(format!("there is no execution to call {method} on")))
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn current_user(&self) -> Option<SmolStr> {
        self.user.clone()
    }

    fn current_user_groups(&self) -> Vec<SmolStr> {
        self.groups.clone()
    }
}
