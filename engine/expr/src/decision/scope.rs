//! The scope decisions are evaluated in: a layer of names over another scope.

use crate::feel::Seen;
use casewright_engine_feel::{Context, Value as FeelValue};
use casewright_engine_value::{EvaluationError, Facade, Instant, Scope, Value};
use indexmap::IndexMap;
use smol_str::SmolStr;

/// Names that hide those of the scope below: results of required decisions, the input of a cell.
pub(super) struct Layer<'a> {
    pub(super) below: &'a mut dyn Scope,
    pub(super) values: IndexMap<SmolStr, Value>,
    /// Of these and of those below what FEEL knows and no variable can hold: dates, durations.
    pub(super) plain: Context,
}

impl<'a> Layer<'a> {
    pub(super) fn over(below: &'a mut dyn Scope) -> Self {
        Self { below, values: IndexMap::new(), plain: Context::new() }
    }

    pub(super) fn within<'b>(outer: &'b mut Layer<'_>) -> Layer<'b> {
        let plain = outer.plain.clone();
        Layer { below: outer, values: IndexMap::new(), plain }
    }

    /// What FEEL knows beyond the value of this name, which hides what is known of one below.
    pub(super) fn know(&mut self, name: SmolStr, plain: Option<FeelValue>) {
        match plain {
            Some(plain) => drop(self.plain.insert(name, plain)),
            None => drop(self.plain.shift_remove(&name)),
        }
    }

    /// As FEEL sees it.
    pub(super) fn seen(&self) -> Seen<'_> {
        Seen { scope: self, plain: Some(&self.plain) }
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
