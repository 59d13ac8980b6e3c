//! Requirement graphs (DMN 1.5, 6.2 and 10.4): decisions with the inputs, decisions, business knowledge and decision services
//! that they require.

use crate::ast::{Expression, Parameter};
use crate::budget::{Budget, Failure};
use crate::dialect::Dialect;
use crate::env::{Env, Host, context};
use crate::evaluate::{Callee, DecisionService, Evaluator, Outcome};
use crate::trace::TableTrace;
use crate::types::Type;
use crate::value::Value;
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// The elements of a model and of those it imports; ids are places in it.
#[derive(Debug, Default)]
pub struct Graph {
    pub nodes: Vec<Node>,
}

pub type NodeId = usize;

/// An element that others may require.
#[derive(Debug)]
pub struct Node {
    /// Of its variable.
    pub name: SmolStr,
    pub kind: Type,
    pub requires: Vec<Requirement>,
    pub content: Content,
}

#[derive(Debug)]
pub enum Content {
    /// Given from outside.
    Input,
    /// None: its logic is not told, its value is null.
    Decision(Option<Expression>),
    /// A business knowledge model: a function.
    Knowledge(Option<Expression>),
    Service(ServiceDefinition),
}

/// What an element requires, under the name that it has there.
#[derive(Debug)]
pub struct Requirement {
    /// Name of the import that it comes by; none for the model's own, and for imports without a name.
    pub import: Option<SmolStr>,
    pub node: NodeId,
}

#[derive(Debug, Default)]
pub struct ServiceDefinition {
    /// Input data, then input decisions: in this order they are parameters (10.4).
    pub inputs: Vec<NodeId>,
    pub outputs: Vec<NodeId>,
}

/// What an evaluation came to.
#[derive(Debug)]
pub struct Evaluated {
    pub value: Value,
    /// Why something in it is null that was meant to be more.
    pub reasons: Vec<String>,
    /// Of the tables that were evaluated; only where it was asked for.
    pub tables: Vec<TableTrace>,
}

/// A decision service as a value.
struct Service {
    graph: Arc<Graph>,
    node: NodeId,
}

impl Graph {
    /// The value of a decision, or the function that a business knowledge model or a decision service is. Input data are the
    /// host's variables of their names.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn evaluate(self: &Arc<Self>, node: NodeId, host: &dyn Host, budget: Budget) -> Result<Evaluated, Failure> {
        self.within(Evaluator::new(host, budget, Dialect::Standard), |run| run.value(node))
    }

    /// The value of a decision, or of a decision service that is called, with what became of each rule of its tables.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn explain(self: &Arc<Self>, node: NodeId, host: &dyn Host, budget: Budget) -> Result<Evaluated, Failure> {
        let evaluator = Evaluator::new(host, budget, Dialect::Standard).tracing();
        self.within(evaluator, |run| match &run.graph.nodes[node].content {
            Content::Service(_) | Content::Knowledge(_) => run.invoked(node),
            Content::Input | Content::Decision(_) => run.value(node),
        })
    }

    /// Calls a business knowledge model or a decision service with the host's variables of its parameters' names; one that
    /// is not there is null.
    ///
    /// # Errors
    /// See [`Failure`].
    pub fn invoke(self: &Arc<Self>, node: NodeId, host: &dyn Host, budget: Budget) -> Result<Evaluated, Failure> {
        self.within(Evaluator::new(host, budget, Dialect::Standard), |run| run.invoked(node))
    }

    fn within(
        self: &Arc<Self>,
        evaluator: Evaluator<'_>,
        evaluate: impl FnOnce(&Run<'_, '_>) -> Outcome,
    ) -> Result<Evaluated, Failure> {
        let value = evaluate(&Run { graph: self, evaluator: &evaluator, values: RefCell::default() })?;
        let (reasons, tables) = evaluator.into_findings();
        Ok(Evaluated { value, reasons, tables })
    }
}

/// One evaluation of a graph, or of the part of it that a decision service is: every element has one value in it.
struct Run<'g, 'e> {
    graph: &'g Arc<Graph>,
    evaluator: &'g Evaluator<'e>,
    values: RefCell<HashMap<NodeId, Value>>,
}

impl Run<'_, '_> {
    /// What an element that is a function gives for the host's inputs of its parameters' names.
    fn invoked(&self, id: NodeId) -> Outcome {
        let Value::Function(function) = self.value(id)? else {
            return Ok(self.evaluator.null(|| "this is nothing that can be called".to_owned()));
        };
        let host = self.evaluator.host;
        let argument = |parameter: Parameter| host.input(&parameter.name, &parameter.kind).unwrap_or_default();
        let arguments = function.parameters().into_iter().map(argument).collect();
        self.evaluator.invoke(&function, arguments)
    }

    fn value(&self, id: NodeId) -> Outcome {
        if let Some(value) = self.values.borrow().get(&id) {
            return Ok(value.clone());
        }
        self.evaluator.meter.step()?;
        self.evaluator.meter.enter()?;
        let value = stacker::maybe_grow(64 << 10, 512 << 10, || self.made(id))?;
        self.evaluator.meter.leave();
        self.values.borrow_mut().insert(id, value.clone());
        Ok(value)
    }

    fn made(&self, id: NodeId) -> Outcome {
        let node = &self.graph.nodes[id];
        match &node.content {
            Content::Input => {
                let value = self.evaluator.host.input(&node.name, &node.kind).unwrap_or_default();
                self.evaluator.coerce(value, &node.kind, &node.name)
            }
            Content::Decision(None) => Ok(self.evaluator.null(|| format!("the decision '{}' has no logic", node.name))),
            Content::Decision(Some(logic)) => {
                let value = self.evaluator.eval(&logic.root, &self.names(node)?)?;
                self.evaluator.coerce(value, &node.kind, &node.name)
            }
            Content::Knowledge(None) => Ok(Value::Null),
            Content::Knowledge(Some(logic)) => self.evaluator.eval(&logic.root, &self.names(node)?),
            Content::Service(_) => {
                let service = Service { graph: Arc::clone(self.graph), node: id };
                Ok(Callee::Service(Box::new(service)).into())
            }
        }
    }

    /// What an element requires, by name; what comes by an import are entries of a context of the import's name.
    fn names(&self, node: &Node) -> Result<Env, Failure> {
        let mut env = Env::default();
        let mut imports: IndexMap<&SmolStr, Vec<(SmolStr, Value)>> = IndexMap::new();
        for requirement in &node.requires {
            let value = self.value(requirement.node)?;
            let name = self.graph.nodes[requirement.node].name.clone();
            match &requirement.import {
                None => env = env.with(name, value),
                Some(import) => imports.entry(import).or_default().push((name, value)),
            }
        }
        for (import, entries) in imports {
            env = env.with(import.clone(), context(entries));
        }
        Ok(env)
    }
}

impl Service {
    fn definition(&self) -> Option<&ServiceDefinition> {
        match &self.graph.nodes[self.node].content {
            Content::Service(definition) => Some(definition),
            _ => None,
        }
    }
}

impl DecisionService for Service {
    fn parameters(&self) -> Vec<Parameter> {
        let inputs = self.definition().map_or(&[][..], |definition| definition.inputs.as_slice());
        let parameter = |id: &NodeId| {
            let node = &self.graph.nodes[*id];
            Parameter { name: node.name.clone(), kind: node.kind.clone() }
        };
        inputs.iter().map(parameter).collect()
    }

    /// Evaluates the output decisions, where the inputs are what the caller says, whatever they are elsewhere. One output
    /// decision gives its value, several a context of theirs.
    fn call(&self, evaluator: &Evaluator<'_>, arguments: Vec<Value>) -> Outcome {
        let Some(definition) = self.definition() else {
            return Ok(Value::Null);
        };
        let values = definition.inputs.iter().copied().zip(arguments).collect();
        let run = Run { graph: &self.graph, evaluator, values: RefCell::new(values) };
        let value = match definition.outputs.as_slice() {
            [single] => run.value(*single)?,
            several => {
                let mut entries = Vec::with_capacity(several.len());
                for output in several {
                    entries.push((self.graph.nodes[*output].name.clone(), run.value(*output)?));
                }
                context(entries)
            }
        };
        let node = &self.graph.nodes[self.node];
        evaluator.coerce(value, &node.kind.result(), &node.name)
    }
}
