//! The scope decisions are evaluated in: a layer of names over another scope.

use casewright_engine_value::{EvaluationError, Facade, Instant, Scope, Value};
use indexmap::IndexMap;
use smol_str::SmolStr;

/// Names that hide those of the scope below: results of required decisions, the input of a cell.
pub(super) struct Layer<'a> {
    pub(super) below: &'a mut dyn Scope,
    pub(super) values: IndexMap<SmolStr, Value>,
}

impl<'a> Layer<'a> {
    pub(super) fn over(below: &'a mut dyn Scope) -> Self {
        Self { below, values: IndexMap::new() }
    }
}

impl Scope for Layer<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        match self.values.get(name) {
            Some(value) => Some(value.clone()),
            None => self.below.get(name),
        }
    }

    fn names(&self) -> Vec<SmolStr> {
        let mut names = self.below.names();
        names.extend(self.values.keys().cloned());
        names
    }

    fn set(&mut self, name: &str, value: Value) {
        self.below.set(name, value);
    }

    fn has(&self, facade: Facade) -> bool {
        self.below.has(facade)
    }

    fn property(&self, facade: Facade, name: &str) -> Option<Value> {
        self.below.property(facade, name)
    }

    fn invoke(&mut self, facade: Facade, method: &str, arguments: &[Value]) -> Result<Value, EvaluationError> {
        self.below.invoke(facade, method, arguments)
    }

    fn now(&self) -> Instant {
        self.below.now()
    }

    fn current_user(&self) -> Option<SmolStr> {
        self.below.current_user()
    }

    fn current_user_groups(&self) -> Vec<SmolStr> {
        self.below.current_user_groups()
    }
}
