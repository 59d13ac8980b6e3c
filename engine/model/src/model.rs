//! The typed model of one BPMN file: what was written, resolved and checked, before it is compiled to a graph.
//!
//! Expressions stay text here; whoever compiles decides their language by [`Dialect`].

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// Index of a flow node in [`Process::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeIndex(pub u32);

/// Index of a sequence flow in [`Process::flows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FlowIndex(pub u32);

/// Whose extension attributes the file carries, and so which expression language it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// `camunda:`, `operaton:`, `activiti:` attributes, JUEL `${...}`.
    Camunda,
    /// `zeebe:` attributes, FEEL `= ...`.
    Zeebe,
}

/// One BPMN file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Definitions {
    pub target_namespace: SmolStr,
    pub dialect: Dialect,
    /// Only processes with `isExecutable="true"`.
    pub processes: Vec<Process>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Process {
    pub id: SmolStr,
    pub name: Option<String>,
    pub documentation: Option<String>,
    pub version_tag: Option<String>,
    /// Days, from `P5D` or `5`.
    pub history_time_to_live: Option<i64>,
    pub startable_in_tasklist: bool,
    pub candidate_starter_users: Option<String>,
    pub candidate_starter_groups: Option<String>,
    /// Default priority of jobs and of external tasks: number or expression.
    pub job_priority: Option<String>,
    pub task_priority: Option<String>,
    pub listeners: Vec<ExecutionListener>,
    pub properties: IndexMap<SmolStr, String>,
    /// All flow nodes of all levels; a scope lists its own.
    pub nodes: Vec<Node>,
    /// All sequence flows of all levels, in document order per source.
    pub flows: Vec<Flow>,
    /// Nodes directly in the process, in document order (boundary events and event subprocesses included).
    pub children: Vec<NodeIndex>,
    pub line: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow {
    /// As written, or `flow#<index>` where nothing is written; `#` cannot occur in a written one.
    pub id: SmolStr,
    pub name: Option<String>,
    pub source: NodeIndex,
    pub target: NodeIndex,
    pub condition: Option<Condition>,
    /// `take` listeners.
    pub listeners: Vec<ExecutionListener>,
    pub line: u32,
}

/// A condition: an expression, or a script when `language` is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    Expression(String),
    Script(Script),
}

/// Anything a token can be at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Node {
    pub id: SmolStr,
    pub name: Option<String>,
    pub documentation: Option<String>,
    /// The subprocess that contains it; none: the process itself.
    pub parent: Option<NodeIndex>,
    pub kind: NodeKind,
    /// Document order.
    pub incoming: Vec<FlowIndex>,
    pub outgoing: Vec<FlowIndex>,
    /// The `default` attribute.
    pub default_flow: Option<FlowIndex>,
    /// Boundary events attached to it, in document order.
    pub boundary_events: Vec<NodeIndex>,
    /// The compensation handler an association leads to from its compensation boundary event, on the activity itself.
    pub compensation_handler: Option<NodeIndex>,
    pub is_for_compensation: bool,
    pub async_before: bool,
    pub async_after: bool,
    pub exclusive: bool,
    pub job_priority: Option<String>,
    /// `R5/PT5M`, `PT1M,PT5M`, or an expression.
    pub retry_time_cycle: Option<String>,
    pub loop_characteristics: Option<MultiInstance>,
    pub inputs: Vec<Mapping>,
    pub outputs: Vec<Mapping>,
    pub listeners: Vec<ExecutionListener>,
    /// `camunda:properties`.
    pub properties: IndexMap<SmolStr, String>,
    pub line: u32,
    pub column: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum NodeKind {
    StartEvent(StartEvent),
    EndEvent(EndEvent),
    IntermediateCatchEvent(EventTrigger),
    IntermediateThrowEvent(ThrowEvent),
    BoundaryEvent(BoundaryEvent),
    /// `task` and `manualTask`: passed through.
    Task {
        manual: bool,
    },
    UserTask(UserTask),
    ServiceTask(ServiceTask),
    SendTask(ServiceTask),
    BusinessRuleTask(BusinessRuleTask),
    ScriptTask(ScriptTask),
    ReceiveTask(ReceiveTask),
    ExclusiveGateway,
    ParallelGateway,
    InclusiveGateway,
    EventBasedGateway,
    /// BPMN 2.0.2 section 10.6.5. Without a condition it joins like an inclusive gateway.
    ComplexGateway {
        activation_condition: Option<String>,
    },
    SubProcess(SubProcess),
    CallActivity(CallActivity),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SubProcess {
    pub children: Vec<NodeIndex>,
    pub kind: SubProcessKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubProcessKind {
    Embedded,
    /// `triggeredByEvent="true"`; its start event carries the trigger and `is_interrupting`.
    Event,
    Transaction,
    AdHoc(AdHoc),
}

/// An ad-hoc subprocess: what is in it and has no incoming flow is started by hand (BPMN 2.0.2 section 10.3.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdHoc {
    /// `ordering="Sequential"`: one at a time.
    pub is_sequential: bool,
    /// Expression, looked at whenever an activity inside completes. None: it completes when nothing is left inside.
    pub completion_condition: Option<String>,
    /// What still runs is cancelled when the condition is true; else it is waited for.
    pub cancels_remaining: bool,
    /// `zeebe:adHoc activeElementsCollection`: expression for the ids of what starts at once.
    pub active_elements: Option<String>,
}

/// What a catching event waits for. Names and codes may be expressions, evaluated when the wait begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum EventTrigger {
    None,
    Timer(Timer),
    Message(MessageRef),
    Signal(SignalRef),
    Conditional(Conditional),
    /// No reference: catches every error.
    Error(ErrorCatch),
    Escalation(EscalationCatch),
    Compensation,
    Cancel,
    Link(SmolStr),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartEvent {
    pub trigger: EventTrigger,
    /// Of an event subprocess; true elsewhere.
    pub is_interrupting: bool,
    /// Variable that gets the id of the user who started the instance.
    pub initiator: Option<SmolStr>,
    pub form: Option<Form>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BoundaryEvent {
    pub attached_to: NodeIndex,
    pub cancel_activity: bool,
    pub trigger: EventTrigger,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ThrowEvent {
    None,
    /// Implemented like a service task.
    Message(MessageRef, Box<ServiceTask>),
    Signal(SignalThrow),
    Escalation(EscalationThrow),
    /// With the activity to compensate, or all of the scope.
    Compensation {
        activity: Option<SmolStr>,
        wait_for_completion: bool,
    },
    Link(SmolStr),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum EndEvent {
    None,
    Terminate,
    Error(ErrorThrow),
    Escalation(EscalationThrow),
    Message(MessageRef, Box<ServiceTask>),
    Signal(SignalThrow),
    Compensation { activity: Option<SmolStr>, wait_for_completion: bool },
    Cancel,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Timer {
    /// ISO 8601 date and time, or an expression.
    Date(String),
    Duration(String),
    /// `R3/PT10M`, Quartz cron, or an expression.
    Cycle(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageRef {
    /// `message@name`, may be an expression.
    pub name: Option<String>,
    /// `zeebe:subscription correlationKey`.
    pub correlation_key: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalRef {
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalThrow {
    pub name: String,
    pub is_async: bool,
    pub payload: Vec<VariableMapping>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conditional {
    pub condition: Condition,
    pub variable_name: Option<SmolStr>,
    /// `create`, `update`, `delete`; empty: all.
    pub variable_events: Vec<SmolStr>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorCatch {
    /// The code to match; none: every error.
    pub code: Option<String>,
    pub code_variable: Option<SmolStr>,
    pub message_variable: Option<SmolStr>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorThrow {
    /// `error@errorCode`, or the reference itself where there is no such error.
    pub code: String,
    pub message: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EscalationCatch {
    pub code: Option<String>,
    pub code_variable: Option<SmolStr>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EscalationThrow {
    pub code: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UserTask {
    pub assignee: Option<String>,
    /// Comma separated or an expression; also from `potentialOwner`.
    pub candidate_users: Option<String>,
    pub candidate_groups: Option<String>,
    pub due_date: Option<String>,
    pub follow_up_date: Option<String>,
    pub priority: Option<String>,
    pub form: Option<Form>,
    pub listeners: Vec<TaskListener>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Form {
    /// `camunda:formKey`, opaque.
    Key(String),
    /// `camunda:formRef`: a `.form` deployed on its own.
    Reference { key: String, binding: Binding },
    /// `camunda:formData`.
    Generated { business_key_field: Option<String>, fields: Vec<FormField> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormField {
    pub id: SmolStr,
    pub label: Option<String>,
    /// `string`, `long`, `date`, `boolean`, `enum`.
    pub type_name: String,
    pub date_pattern: Option<String>,
    pub default_value: Option<String>,
    pub values: IndexMap<SmolStr, String>,
    /// `required` -> none, `min` -> `3`.
    pub constraints: Vec<(SmolStr, Option<String>)>,
    pub properties: IndexMap<SmolStr, String>,
    /// `camunda:formProperty variable`: where the value goes, instead of a variable named like the field.
    pub variable: Option<SmolStr>,
}

/// Which version of a referenced definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Binding {
    Latest,
    Deployment,
    /// Number or expression.
    Version(String),
    VersionTag(String),
}

/// What does the work of service, send and business rule tasks and of message throw events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Implementation {
    /// `camunda:type="external"`, `zeebe:taskDefinition`.
    External {
        topic: String,
        priority: Option<String>,
        error_events: Vec<ExternalErrorEvent>,
    },
    /// `camunda:expression`.
    Expression(String),
    /// `camunda:class`: named in the deployment report; runs only as an external task (`--java-as-external`).
    JavaClass(String),
    DelegateExpression(String),
    /// `camunda:connector`, and `camunda:type="mail"` as connector `mail` with its fields as inputs.
    Connector {
        id: String,
        inputs: Vec<Mapping>,
        outputs: Vec<Mapping>,
    },
    /// Nothing given. A service task without one is a diagnostic; a message throw event passes.
    None,
}

/// `camunda:errorEventDefinition` of an external task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExternalErrorEvent {
    pub error: ErrorThrow,
    pub expression: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceTask {
    pub implementation: Implementation,
    pub result_variable: Option<SmolStr>,
    /// `camunda:field` injections, for classes and mail.
    pub fields: IndexMap<SmolStr, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BusinessRuleTask {
    Decision {
        /// Key, may be an expression.
        decision: String,
        binding: Binding,
        tenant_id: Option<String>,
        map_decision_result: Option<MapDecisionResult>,
        result_variable: Option<SmolStr>,
    },
    Service(ServiceTask),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MapDecisionResult {
    SingleEntry,
    SingleResult,
    CollectEntries,
    ResultList,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// `javascript`, `ecmascript`, `feel`, `juel`, ... lower case.
    pub format: String,
    pub source: ScriptSource,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ScriptSource {
    Inline(String),
    /// `deployment://name` or an expression that yields such.
    Resource(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScriptTask {
    pub script: Script,
    pub result_variable: Option<SmolStr>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiveTask {
    pub message: Option<MessageRef>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallActivity {
    /// Process key, may be an expression.
    pub called_element: String,
    pub binding: Binding,
    pub tenant_id: Option<String>,
    /// `camunda:in businessKey`.
    pub business_key: Option<String>,
    pub ins: Vec<VariableMapping>,
    pub outs: Vec<VariableMapping>,
    /// `zeebe:calledElement propagateAllChildVariables` / `...ParentVariables`.
    pub propagate_all_child: bool,
    pub propagate_all_parent: bool,
}

/// `camunda:in` / `camunda:out`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariableMapping {
    pub source: MappingSource,
    pub target: Option<SmolStr>,
    pub local: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum MappingSource {
    Variable(SmolStr),
    Expression(String),
    All,
}

/// `camunda:inputParameter` / `outputParameter`, `zeebe:input` / `output`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    /// Target name; `zeebe:` targets may have dots.
    pub name: SmolStr,
    pub value: MappingValue,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum MappingValue {
    /// Text that may hold `${...}`.
    Text(String),
    Script(Script),
    List(Vec<MappingValue>),
    Map(IndexMap<SmolStr, MappingValue>),
    Null,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MultiInstance {
    pub is_sequential: bool,
    pub cardinality: Option<String>,
    /// A variable name, or an expression with braces.
    pub collection: Option<String>,
    pub element_variable: Option<SmolStr>,
    pub completion_condition: Option<String>,
    /// Async around each inner instance (the loop element's attributes).
    pub async_before: bool,
    pub async_after: bool,
    pub exclusive: bool,
    pub retry_time_cycle: Option<String>,
    /// `zeebe:loopCharacteristics`.
    pub output_collection: Option<SmolStr>,
    pub output_element: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExecutionListener {
    pub event: ListenerEvent,
    pub action: ListenerAction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListenerEvent {
    Start,
    End,
    Take,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ListenerAction {
    Expression(String),
    Script(Script),
    JavaClass(String),
    DelegateExpression(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskListener {
    pub id: Option<SmolStr>,
    pub event: TaskEvent,
    pub action: ListenerAction,
    /// Of `timeout` listeners.
    pub timer: Option<Timer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskEvent {
    Create,
    Assignment,
    Update,
    Complete,
    Delete,
    Timeout,
}
