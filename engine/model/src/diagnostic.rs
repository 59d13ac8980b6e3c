//! What is wrong with a model, and where.
//!
//! Every kind of finding is a [`Code`]: stable, with one help text, and a row in `docs/errors.md`. The message carries
//! the particulars, in Camunda 7's words where it has them, because clients and tests compare those.

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Warning,
    Error,
}

/// One finding. `code` is stable and has a page in `docs/errors.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    pub severity: Severity,
    /// Stable, kebab case: `unsupported-element`, `unknown-flow-target`.
    pub code: &'static str,
    /// In Camunda 7's words where it has them, since clients compare them.
    pub message: String,
    /// What the modeler can do about it.
    pub help: Option<String>,
    /// Id of the element it is about.
    pub element_id: Option<String>,
    /// Further elements that take part (both ends of a flow).
    pub related_ids: Vec<String>,
    /// 1-based; 0 when unknown.
    pub line: u32,
    pub column: u32,
}

impl Diagnostic {
    /// An error without a place; see [`Self::at`].
    pub fn error(code: Code, message: String) -> Self {
        Self {
            severity: Severity::Error,
            code: code.id(),
            message,
            help: Some(code.help().to_owned()),
            element_id: None,
            related_ids: Vec::new(),
            line: 0,
            column: 0,
        }
    }

    #[must_use]
    pub fn at(mut self, line: u32, column: u32) -> Self {
        self.line = line;
        self.column = column;
        self
    }
}

macro_rules! codes {
    ($($variant:ident = $id:literal: $help:literal,)+) => {
        /// Kinds of findings.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = $help] $variant,)+
        }

        impl Code {
            /// Every code, in the order of `docs/errors.md`.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Stable name, kebab case.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            /// What the modeler can do about it.
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)+ }
            }
        }
    };
}

codes! {
    MalformedXml = "malformed-xml": "The file is not well-formed XML. Open it in the modeler and save it again, or repair the place named.",
    DoctypeForbidden = "doctype-forbidden": "Remove the DOCTYPE declaration: document types and entities are never read.",
    UndeclaredEntity = "undeclared-entity": "Write the character itself or a numeric reference such as &#228; instead of a named entity.",
    UnsupportedEncoding = "unsupported-encoding": "Save the file as UTF-8.",
    LimitExceeded = "limit-exceeded": "Split the model, or raise the limit in the configuration of the engine.",
    WrongRoot = "wrong-root": "A BPMN file starts with <definitions> of the namespace http://www.omg.org/spec/BPMN/20100524/MODEL.",
    UnknownElement = "unknown-element": "BPMN 2.0 has no such element. Check its spelling, or put it into extensionElements under a namespace of your own.",
    UnknownAttribute = "unknown-attribute": "BPMN 2.0 has no such attribute here. Check its spelling, or whether it wants the camunda: prefix.",
    MissingAttribute = "missing-attribute": "Add the attribute that BPMN 2.0 requires.",
    InvalidId = "invalid-id": "An id starts with a letter or underscore and goes on with letters, digits, '-', '_' or '.'.",
    DuplicateId = "duplicate-id": "Give each element an id of its own.",
    DanglingReference = "dangling-reference": "The attribute names an element that is not in the file. Correct the id or draw the connection again.",
    IncompleteContent = "incomplete-content": "Add the child element that BPMN 2.0 requires.",
    MissingId = "missing-id": "Give the element an id.",
    InvalidHistoryTimeToLive = "invalid-history-time-to-live": "Give days, as 180 or P180D.",
    InvalidNumber = "invalid-number": "Give a whole number or an expression.",
    InvalidDefinition = "invalid-definition": "Give the message, signal, error or escalation an id and a name of its own.",
    MissingStartEvent = "missing-start-event": "Draw a start event into the process or subprocess.",
    MultipleStartEvents = "multiple-start-events": "Keep one none or timer start event; the others need a message, signal or condition.",
    StartTriggerNotAllowed = "start-trigger-not-allowed": "An embedded subprocess starts with a none start event; triggers belong to event subprocesses.",
    AdHocContent = "ad-hoc-content": "What is in an ad-hoc subprocess is started by hand: draw activities without start and end events, at least one of them without an incoming flow.",
    MissingStartTrigger = "missing-start-trigger": "Give the start event of the event subprocess a trigger.",
    NonInterruptingError = "non-interrupting-error": "Errors always interrupt: make the start event interrupting.",
    UnsupportedEvent = "unsupported-event": "Use one of the event types that BPMN allows at this place.",
    MissingReference = "missing-reference": "Choose the message, signal, error or escalation of the event.",
    UnknownReference = "unknown-reference": "The referenced definition is not in the file. Choose an existing one.",
    MissingErrorCode = "missing-error-code": "Give the error or escalation a code: what is thrown is matched by it.",
    MissingMessageName = "missing-message-name": "Give the message a name.",
    MessageNameExpression = "message-name-expression": "Start messages are matched before there are variables: use a literal name.",
    DuplicateSubscription = "duplicate-subscription": "Two events of one scope wait for the same; give one of them another name or condition.",
    DuplicateEscalationHandler = "duplicate-escalation-handler": "Keep one handler per escalation code and scope.",
    MissingTimer = "missing-timer": "Give the timer a date, a duration or a cycle.",
    MissingCondition = "missing-condition": "Give the event a condition.",
    LinkName = "link-name": "Link events come in pairs with the same name: one catch event per name.",
    InvalidBoundaryEvent = "invalid-boundary-event": "Attach the event to an activity of the same scope that supports this type.",
    CancelOutsideTransaction = "cancel-outside-transaction": "Cancel events exist only in and on transaction subprocesses.",
    Compensation = "compensation": "Connect one compensation boundary event per activity by an association to a handler marked 'for compensation' that has no sequence flows.",
    UnknownFlowSource = "unknown-flow-source": "A sequence flow starts at a flow node of the same process or subprocess.",
    UnknownFlowTarget = "unknown-flow-target": "A sequence flow ends at a flow node of the same process or subprocess.",
    FlowNotAllowed = "flow-not-allowed": "Remove the sequence flow: this element cannot have it.",
    MissingFlowId = "missing-flow-id": "Give the sequence flow an id: a job refers to it.",
    InvalidCondition = "invalid-condition": "A condition is a tFormalExpression, or a script with its language.",
    ExclusiveGateway = "exclusive-gateway": "Every outgoing flow but the default one needs a condition, and the default one has none.",
    EventBasedGateway = "event-based-gateway": "An event-based gateway leads only to intermediate catch events, which have no other incoming flow.",
    MissingImplementation = "missing-implementation": "Choose an implementation: an external task with a topic, or an expression.",
    InvalidImplementation = "invalid-implementation": "The attributes of the implementation contradict each other or are not supported.",
    MissingTopic = "missing-topic": "Give the external task a topic.",
    InvalidScript = "invalid-script": "Give the script a format and a source or resource.",
    InvalidForm = "invalid-form": "Use either a form key or a form reference with its binding, and give each field an id and a known type.",
    InvalidAssignment = "invalid-assignment": "Give the assignee once.",
    InvalidBinding = "invalid-binding": "Give the version or version tag that the binding asks for.",
    InvalidDecision = "invalid-decision": "Map the result by singleEntry, singleResult, collectEntries or resultList.",
    MissingCalledElement = "missing-called-element": "Give the key of the process to call.",
    InvalidVariableMapping = "invalid-variable-mapping": "Each mapping has one source and one target.",
    InvalidInputOutput = "invalid-input-output": "Input and output parameters have names, and outputs exist neither on multi-instance activities nor on end events.",
    InvalidListener = "invalid-listener": "A listener has a known event and one of class, expression, delegateExpression and script.",
    InvalidField = "invalid-field": "A field has a name and one string value or expression.",
    InvalidMultiInstance = "invalid-multi-instance": "Give a loop cardinality or a collection.",
    InvalidDiagram = "invalid-diagram": "The diagram refers to something that is not in the model. Open it in the modeler and save it again.",
    IgnoredImport = "ignored-import": "Imported definitions are not read: only what is in the file itself counts.",
    UnsupportedExtension = "unsupported-extension": "The engine runs no Java and no shell: use an external task or an expression instead.",
    IgnoredLoop = "ignored-loop": "Standard loops are not executed; use a multi-instance marker or a gateway.",
    UnknownExtension = "unknown-extension": "The engine knows no such extension. Check its spelling; it has no effect.",
    IgnoredAttribute = "ignored-attribute": "Remove the attribute; it has no effect.",
    TimeCycleOnce = "time-cycle-once": "An interrupting timer runs once: use a duration or a date.",
    UnsupportedElement = "unsupported-element": "The element is known to BPMN but not executed at this place.",
    NotExecuted = "not-executed": "It is kept in the file as it was drawn and has no effect on how the process runs.",
    Connector = "connector": "There are no connectors: use an external task, whose worker does what the connector would.",
    JavaCode = "java-code": "The engine runs no Java. Deploy with --java-as-external to hand the task to a worker whose topic is the class or bean name, or use an expression.",
    JavaListener = "java-listener": "The engine runs no Java. Use an expression or a script; with --java-as-external the listener is left out.",
    JavaAsExternal = "java-as-external": "Run a worker for this topic that does what the class did; it sets the variables that the class set, a result variable included.",
    JavaListenerLeftOut = "java-listener-left-out": "Nobody does what the listener did. Do it in a worker, an expression or a script where the process depends on it.",
}
