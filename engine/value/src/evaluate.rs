//! The one trait behind which JUEL, FEEL, JavaScript, DMN and timer arithmetic live.

use crate::value::Value;
use casewright_instant::Instant;
use indexmap::IndexMap;
use smol_str::SmolStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// `camunda:` dialect: text with `${...}` or `#{...}`; text without braces is itself.
    Juel,
    /// `zeebe:` dialect: text beginning with `=`; other text is itself.
    Feel,
}

/// Objects that expressions and scripts can call into, besides variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Facade {
    /// `execution`
    Execution,
    /// `task`, in task listeners and user task expressions
    Task,
    /// `externalTask`, in `camunda:errorEventDefinition` expressions
    ExternalTask,
}

/// What an evaluation can see and change. Implemented by the core over the state of the step that is under way, so a
/// variable that a script sets is there for its next line.
pub trait Scope {
    /// A variable, searched outwards from the current scope.
    fn get(&self, name: &str) -> Option<Value>;
    /// Names of all visible variables.
    fn names(&self) -> Vec<SmolStr>;
    /// Sets where the name already exists, else at the process instance.
    fn set(&mut self, name: &str, value: Value);
    /// Is this facade there in the current context?
    fn has(&self, facade: Facade) -> bool;
    /// `execution.processInstanceId`; none when there is no such property.
    fn property(&self, facade: Facade, name: &str) -> Option<Value>;
    /// `execution.setVariable("a", 1)`.
    ///
    /// # Errors
    /// No such method, wrong arguments, or what the method itself refuses.
    fn invoke(&mut self, facade: Facade, method: &str, arguments: &[Value]) -> Result<Value, EvaluationError>;
    fn now(&self) -> Instant;
    /// User id of whoever made the call.
    fn current_user(&self) -> Option<SmolStr>;
    fn current_user_groups(&self) -> Vec<SmolStr>;
}

/// Why an evaluation gave no value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EvaluationError {
    /// In the words of the expression language.
    #[error("{0}")]
    Failed(String),
    /// A name in an expression means nothing: `Unknown property used in expression: ${x}. Cause: Cannot resolve identifier 'x'`.
    #[error("{0}")]
    UnknownProperty(String),
    /// The text of a timer, a due date or a retry interval is none.
    #[error("'{text}' is no due date")]
    DueDate { text: String },
    /// The text is not of the language.
    #[error("{0}")]
    Syntax(String),
    /// A script or expression threw `BpmnError` on purpose.
    #[error("bpmn error {code}")]
    BpmnError { code: String, message: Option<String> },
    /// Time, memory or size limit.
    #[error("{what} exceeded its limit of {limit}")]
    Limit { what: &'static str, limit: String },
    /// Groovy, Python, Ruby, or a Java class.
    #[error("{0} is not supported")]
    Unsupported(String),
}

/// Which version of a decision.
#[derive(Clone, Debug, PartialEq)]
pub enum DecisionBinding {
    Latest,
    Deployment(SmolStr),
    Version(i32),
    VersionTag(String),
}

/// Outcome of a decision: one map of outputs per matched rule, in rule order, and what is needed for its history.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionOutcome {
    /// Id of the decision definition that was evaluated.
    pub definition_id: SmolStr,
    pub rules: Vec<IndexMap<SmolStr, Value>>,
    /// For COLLECT with an aggregator.
    pub collected: Option<Value>,
    /// A literal expression has no rules; its value is the only entry of `rules`.
    pub is_literal: bool,
    /// Inputs and outputs of every decision evaluated on the way, as JSON, for the decision history.
    pub trace: Option<serde_json::Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimerKind {
    Date,
    Duration,
    Cycle,
}

/// When a timer fires, and what is left of a cycle after that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimerSchedule {
    pub due: Instant,
    /// What to pass to [`Evaluator::next_due`] after it fired; none: it fires once.
    pub repeat: Option<String>,
}

/// Implemented by `casewright-engine-expr`; a test may implement it by a table.
pub trait Evaluator: Send + Sync {
    /// Evaluates text of a model attribute. Text without an expression in it evaluates to itself as a string.
    ///
    /// # Errors
    /// See [`EvaluationError`].
    fn evaluate(&self, language: Language, text: &str, scope: &mut dyn Scope) -> Result<Value, EvaluationError>;

    /// Runs a script and gives its last value.
    ///
    /// # Errors
    /// See [`EvaluationError`].
    fn run_script(&self, format: &str, source: &str, scope: &mut dyn Scope) -> Result<Value, EvaluationError>;

    /// Evaluates a deployed decision. `tenant` is Camunda's tenant id.
    ///
    /// # Errors
    /// No such decision, or its evaluation failed.
    fn decide(
        &self,
        key: &str,
        binding: &DecisionBinding,
        tenant: Option<&str>,
        scope: &mut dyn Scope,
    ) -> Result<DecisionOutcome, EvaluationError>;

    /// Text of a deployed resource (`deployment://x.js`) of a deployment.
    ///
    /// # Errors
    /// No such resource.
    fn resource(&self, deployment: &str, name: &str) -> Result<std::sync::Arc<str>, EvaluationError>;

    /// First due date of a timer whose text was evaluated to `value` (string or date).
    ///
    /// # Errors
    /// The value is no timer: the message names the value as Camunda 7 does.
    fn schedule(&self, kind: TimerKind, value: &Value, now: Instant) -> Result<TimerSchedule, EvaluationError>;

    /// The schedule after a cycle fired.
    ///
    /// # Errors
    /// `repeat` did not come from [`TimerSchedule::repeat`].
    fn next_due(&self, repeat: &str, fired: Instant, now: Instant) -> Result<Option<TimerSchedule>, EvaluationError>;

    /// A due date, follow-up date or retry interval: ISO date, ISO period from now, or a date value.
    ///
    /// # Errors
    /// The value is no date.
    fn date(&self, value: &Value, now: Instant) -> Result<Instant, EvaluationError>;

    /// Checks at deployment that text parses; the error is a diagnostic.
    ///
    /// # Errors
    /// [`EvaluationError::Syntax`] or [`EvaluationError::Unsupported`].
    fn check(&self, language: Language, text: &str) -> Result<(), EvaluationError>;

    /// Whether text of a model attribute looks at the variable of this name. What stands in a text literal is no variable.
    ///
    /// # Errors
    /// See [`Evaluator::check`].
    fn mentions(&self, language: Language, text: &str, name: &str) -> Result<bool, EvaluationError>;

    /// [`Evaluator::mentions`] of a script.
    ///
    /// # Errors
    /// See [`Evaluator::check`].
    fn script_mentions(&self, format: &str, source: &str, name: &str) -> Result<bool, EvaluationError>;
}
