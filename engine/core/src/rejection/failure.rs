//! Expressions, scripts, decisions and listeners that failed, and values that are not what their place needs.

use casewright_engine_value::{EvaluationError, Value};
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::fmt;

/// Why an evaluation did not give what its place needs.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Evaluator(EvaluationError),
    #[error("a condition is null")]
    NullCondition,
    #[error("a condition is {value} ({type_name}), neither true nor false")]
    Condition { value: SmolStr, type_name: &'static str },
    /// Of a multi-instance activity.
    #[error("there cannot be {0} instances")]
    InstanceCount(i32),
    #[error("the number of instances '{0}' is no number")]
    Cardinality(String),
    #[error("there is no variable '{0}' to take instances from")]
    CollectionMissing(String),
    #[error("the variable '{0}' is no collection")]
    VariableNoCollection(String),
    #[error("'{0}' gives no collection")]
    NoCollection(String),
    #[error("the active elements of an ad-hoc subprocess are a list of ids, not a {0}")]
    ActiveElements(&'static str),
    #[error("the priority of a job is no whole number, but {0}")]
    JobPriority(SmolStr),
    #[error("the priority of a task is no number: {0}")]
    TaskPriority(String),
    #[error("the priority of an external task is no whole number")]
    ExternalTaskPriority,
    /// Of the decision that a task binds.
    #[error("the version '{0}' of the decision is no number")]
    DecisionVersion(SmolStr),
    #[error("what the decision gave is no {mapper}")]
    DecisionResult { mapper: Mapper, rules: Vec<IndexMap<SmolStr, Value>> },
    /// There is no Java here; deployment says so, and a model may run all the same.
    #[error("the delegate expression {text} gives no {wanted}")]
    Delegate { text: String, wanted: Delegate },
    #[error("the class '{0}' cannot be loaded")]
    JavaClass(String),
    #[error("there is no connector '{0}'")]
    Connector(String),
    /// Something on the way of a BPMN error to its handler failed: an output mapping, a listener.
    #[error("the error '{code}' was not propagated: {cause}")]
    Propagation { code: SmolStr, cause: Box<Failure> },
}

/// How a decision's result becomes a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapper {
    SingleEntry,
    SingleResult,
    CollectEntries,
}

impl fmt::Display for Mapper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SingleEntry => "single entry",
            Self::SingleResult => "single result",
            Self::CollectEntries => "list of entries of one output",
        })
    }
}

/// What a delegate expression is to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delegate {
    Activity,
    Listener,
}

impl fmt::Display for Delegate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Activity => "behaviour of an activity",
            Self::Listener => "listener",
        })
    }
}
