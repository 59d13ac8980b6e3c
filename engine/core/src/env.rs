//! What a step is told from outside: time, who asks, evaluators and definitions. A step reads nothing else.

use crate::compile::Graph;
use crate::rejection::Rejection;
use casewright_engine_model::model::Binding;
use casewright_engine_value::{Evaluator, Instant};
use smol_str::SmolStr;
use std::sync::Arc;

pub struct Env<'a> {
    pub now: Instant,
    pub evaluator: &'a dyn Evaluator,
    pub definitions: &'a dyn Definitions,
    /// Who made the call.
    pub user: Option<SmolStr>,
    pub groups: Vec<SmolStr>,
    pub options: Options,
    /// Tells a rejection that becomes part of the process: the message of a job that failed, what a script can catch.
    pub words: &'a dyn Fn(&Rejection) -> String,
}

/// Switches of the engine that the contract knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Retries of a new job.
    pub default_retries: i32,
    /// `enableExceptionsAfterUnhandledBpmnError`.
    pub unhandled_error: UnhandledError,
    /// Elements entered within one command before it is refused: a loop without a wait state must not hang a shard.
    pub max_steps: u32,
    /// Instances of one multi-instance activity that run side by side.
    pub max_instances: i32,
    /// Of them, those that one step creates.
    pub portion: i32,
    /// Events of one command.
    pub max_events: usize,
    /// Bytes that the events of one command come to, at least; what is appended is limited more exactly by the journal.
    pub max_bytes: usize,
}

/// What becomes of a BPMN error that nobody catches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnhandledError {
    /// The token ends silently.
    EndsToken,
    Rejects,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            default_retries: 3,
            unhandled_error: UnhandledError::EndsToken,
            max_steps: 200_000,
            max_instances: 100_000,
            portion: 1_000,
            max_events: 200_000,
            max_bytes: 12 << 20,
        }
    }
}

/// Which process a call activity wants, with expressions evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct CalledProcess<'a> {
    pub key: &'a str,
    /// `Version` holds a number here.
    pub binding: &'a Binding,
    /// Tenant to look in: the caller's unless the activity names one.
    pub tenant: Option<&'a str>,
    /// Deployment of the caller, for `deployment` binding.
    pub deployment: &'a str,
}

/// Why a call activity has nothing to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCalled {
    Missing,
    /// So many versions have the tag that the activity names.
    Ambiguous(usize),
}

/// Deployed definitions, compiled.
pub trait Definitions: Send + Sync {
    fn graph(&self, definition_id: &str) -> Option<Arc<Graph>>;
    /// The definition a call activity calls.
    ///
    /// # Errors
    /// Nothing matches, or more than one version does.
    fn called(&self, called: &CalledProcess<'_>) -> Result<Arc<Graph>, NotCalled>;
    /// What is imposed on new jobs of an activity; `configuration` is [`crate::entity::JobKind::definition_configuration`].
    fn job_policy(&self, _definition_id: &str, _activity_id: &str, _configuration: &str) -> JobPolicy {
        JobPolicy::default()
    }
}

/// What a job definition imposes on the jobs that are created by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobPolicy {
    pub suspended: bool,
    /// Instead of the priority that the model gives.
    pub priority: Option<i64>,
}
