//! Standard models (DMN 1.5): boxed expressions, business knowledge, decision services, item definitions, imports. A file is
//! read once to a [`Graph`], which evaluates itself within a budget.

mod boxed;
mod elements;
mod imports;
mod items;
mod table;
mod values;

use super::explain::{MOST_KEPT, TableExplanation};
use super::findings::Findings;
use crate::feel::failed;
use crate::xml::Element;
use casewright_engine_feel::{Budget, Evaluated, Failure, Graph, Host, NodeId, TableTrace, Type, Value as Feel};
use casewright_engine_value::{EvaluationError, Scope, Value, zone};
pub(super) use imports::Imported;
use indexmap::IndexMap;
use jiff::tz::TimeZone;
use smol_str::SmolStr;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// A decision with all it requires is larger than one expression.
const BUDGET: Budget = Budget { steps: 5_000_000, bytes: 128 << 20, depth: 1_000, time: Duration::from_secs(2) };

pub(crate) struct Standard {
    graph: Arc<Graph>,
    /// Decisions and decision services by their ids.
    decisions: HashMap<String, Named>,
    /// What can be called, by name.
    functions: HashMap<String, NodeId>,
    /// Keys of elements with a table, with how many rules it has.
    tables: Vec<(String, usize)>,
}

struct Named {
    node: NodeId,
    name: String,
    variable: SmolStr,
    is_service: bool,
}

/// What a standard decision gave, with the inputs it was given.
pub(super) struct Answer {
    pub(super) name: String,
    pub(super) variable: SmolStr,
    pub(super) inputs: Vec<(SmolStr, Value)>,
    pub(super) value: Value,
    /// Why something in the value is null.
    pub(super) explanation: Option<String>,
    /// The tables that were evaluated on the way, where they were kept.
    pub(super) tables: Vec<TableExplanation>,
}

impl Standard {
    /// Findings have what is wrong; something of the model is then missing.
    pub(super) fn build(root: &Element, findings: &mut Findings<'_>, imported: &mut dyn Imported) -> Self {
        elements::read(root, findings, imported)
    }

    pub(super) fn decide(&self, key: &str, scope: &dyn Scope) -> Result<Answer, EvaluationError> {
        if self.tables.iter().all(|(_, rules)| *rules <= MOST_KEPT) {
            return self.explain(key, scope);
        }
        let named = self.named(key)?;
        let inputs = Inputs::of(scope);
        let evaluated = if named.is_service {
            self.graph.invoke(named.node, &inputs, BUDGET)
        } else {
            self.graph.evaluate(named.node, &inputs, BUDGET)
        };
        inputs.answer(named.name.clone(), named.variable.clone(), evaluated)
    }

    pub(super) fn tables(&self) -> &[(String, usize)] {
        &self.tables
    }

    /// [`Standard::decide`], with what became of each rule, however long the tables are.
    pub(super) fn explain(&self, key: &str, scope: &dyn Scope) -> Result<Answer, EvaluationError> {
        let named = self.named(key)?;
        let inputs = Inputs::of(scope);
        let evaluated = self.graph.explain(named.node, &inputs, BUDGET);
        inputs.answer(named.name.clone(), named.variable.clone(), evaluated)
    }

    fn named(&self, key: &str) -> Result<&Named, EvaluationError> {
        let missing = || EvaluationError::Failed(format!("DMN-01001 Unable to find decision '{key}' in its file"));
        self.decisions.get(key).ok_or_else(missing)
    }

    /// Calls a business knowledge model or a decision service with the variables of its parameters' names.
    pub(super) fn call(&self, name: &str, scope: &dyn Scope) -> Result<Answer, EvaluationError> {
        let node = *self
            .functions
            .get(name)
            .ok_or_else(|| EvaluationError::Failed(format!("The file has no function '{name}'")))?;
        let inputs = Inputs::of(scope);
        let evaluated = self.graph.invoke(node, &inputs, BUDGET);
        inputs.answer(name.to_owned(), SmolStr::new(name), evaluated)
    }
}

/// The variables of a scope as inputs of a model; keeps which were asked for.
struct Inputs<'a> {
    scope: &'a dyn Scope,
    given: RefCell<IndexMap<SmolStr, Value>>,
}

impl<'a> Inputs<'a> {
    fn of(scope: &'a dyn Scope) -> Self {
        Self { scope, given: RefCell::default() }
    }

    fn answer(
        self,
        name: String,
        variable: SmolStr,
        evaluated: Result<Evaluated, Failure>,
    ) -> Result<Answer, EvaluationError> {
        let Evaluated { value, reasons, tables } = evaluated.map_err(failed)?;
        // An input that is a function or a range has no value outside of FEEL.
        let input =
            |(label, value): (SmolStr, Feel)| (label.to_string(), values::from_feel(&value).unwrap_or_default());
        let table = |trace: TableTrace| TableExplanation {
            table: trace.table.to_string(),
            inputs: trace.inputs.into_iter().map(input).collect(),
            rules: trace.rules,
        };
        Ok(Answer {
            name,
            variable,
            inputs: self.given.into_inner().into_iter().collect(),
            value: values::from_feel(&value)?,
            explanation: (!reasons.is_empty()).then(|| reasons.join("; ")),
            tables: tables.into_iter().map(table).collect(),
        })
    }
}

impl Host for Inputs<'_> {
    fn variable(&self, name: &str) -> Option<Feel> {
        self.input(name, &Type::Any)
    }

    fn input(&self, name: &str, kind: &Type) -> Option<Feel> {
        let value = self.scope.get(name)?;
        let feel = values::to_feel(&value, kind);
        self.given.borrow_mut().insert(SmolStr::new(name), value);
        Some(feel)
    }

    fn now(&self) -> jiff::Timestamp {
        self.scope.now().timestamp()
    }

    fn zone(&self) -> TimeZone {
        zone::local().clone()
    }

    fn random(&self) -> u128 {
        rand::random()
    }
}
