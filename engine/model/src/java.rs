//! Models that name Java classes or beans: what they name, and how to run them anyway.
//!
//! The engine runs no Java. A task that names a class or a bean can be handed to an external worker instead, under the
//! class or bean name as topic. A listener cannot: it has nobody to wait for. It is left out then, and the report says so.

use serde::Serialize;
use smol_str::SmolStr;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::model::{Definitions, ExecutionListener, Implementation, ListenerAction, NodeKind, ServiceTask};

/// Where Java is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum JavaKind {
    /// `camunda:class` of a task or message event.
    Class,
    /// `camunda:delegateExpression` of a task or message event.
    DelegateExpression,
    /// `camunda:expression` of a task or message event that hands the execution to a bean: `${bean.work(execution)}`.
    BeanCall,
    ExecutionListener,
    TaskListener,
}

impl JavaKind {
    /// A listener, which no external worker can stand in for.
    pub fn is_listener(self) -> bool {
        matches!(self, Self::ExecutionListener | Self::TaskListener)
    }
}

/// One place that names Java.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JavaReference {
    /// Id of the process, activity, event or sequence flow.
    pub element: SmolStr,
    pub kind: JavaKind,
    /// Class name, or the expression as written.
    pub class: String,
    /// 1-based; 0 when unknown.
    pub line: u32,
    pub column: u32,
}

/// An element, where it stands, and what was found so far.
struct Place<'a> {
    element: &'a SmolStr,
    line: u32,
    column: u32,
    found: &'a mut Vec<JavaReference>,
}

/// Everything in the file that only a Java engine could run, in document order.
pub fn java_references(definitions: &Definitions) -> Vec<JavaReference> {
    let mut found = Vec::new();
    for process in &definitions.processes {
        Place { element: &process.id, line: process.line, column: 0, found: &mut found }.listeners(&process.listeners);
        for node in &process.nodes {
            let mut place = Place { element: &node.id, line: node.line, column: node.column, found: &mut found };
            if let Some(task) = node.kind.facts().service {
                place.implementation(&task.implementation);
            }
            place.listeners(&node.listeners);
            if let NodeKind::UserTask(task) = &node.kind {
                for listener in &task.listeners {
                    place.action(JavaKind::TaskListener, &listener.action);
                }
            }
        }
        for flow in &process.flows {
            Place { element: &flow.id, line: flow.line, column: 0, found: &mut found }.listeners(&flow.listeners);
        }
    }
    found
}

/// Turns each implementation that names Java into an external task whose topic is the class name, the bean of a delegate
/// expression, or `bean.method` of a call; leaves listeners that name Java out. Answers how many tasks were turned.
pub fn java_as_external(definitions: &mut Definitions) -> usize {
    let mut turned = 0;
    for process in &mut definitions.processes {
        process.listeners.retain(|listener| !is_java(&listener.action));
        for flow in &mut process.flows {
            flow.listeners.retain(|listener| !is_java(&listener.action));
        }
        for node in &mut process.nodes {
            node.listeners.retain(|listener| !is_java(&listener.action));
            if let NodeKind::UserTask(task) = &mut node.kind {
                task.listeners.retain(|listener| !is_java(&listener.action));
            }
            turned += usize::from(node.kind.service_mut().and_then(turn).is_some());
        }
    }
    turned
}

/// The references to Java as findings of a deployment report: what names Java, and what becomes of it.
pub fn java_findings(definitions: &Definitions, as_external: bool) -> Vec<Diagnostic> {
    java_references(definitions).iter().map(|reference| reference.finding(as_external)).collect()
}

impl JavaReference {
    /// The topic that a worker fetches the task by; none of a listener.
    pub fn topic(&self) -> Option<&str> {
        match self.kind {
            JavaKind::Class => Some(&self.class),
            JavaKind::DelegateExpression => Some(bean_name(&self.class)),
            JavaKind::BeanCall => bean_call(&self.class),
            JavaKind::ExecutionListener | JavaKind::TaskListener => None,
        }
    }

    fn finding(&self, as_external: bool) -> Diagnostic {
        let (class, what) = (&self.class, self.kind.named());
        let (code, message) = match (as_external, self.topic()) {
            (false, None) => (Code::JavaListener, format!("{what} names Java: {class}. It fails when it is reached.")),
            (false, Some(_)) => (Code::JavaCode, format!("{what} names Java: {class}. It fails when it is reached.")),
            (true, None) => (Code::JavaListenerLeftOut, format!("{what} names Java: {class}. It is left out.")),
            (true, Some(topic)) => (
                Code::JavaAsExternal,
                format!("{what} names Java: {class}. It runs as an external task of the topic '{topic}'."),
            ),
        };
        Diagnostic {
            severity: Severity::Warning,
            element_id: Some(self.element.to_string()),
            ..Diagnostic::error(code, message).at(self.line, self.column)
        }
    }
}

impl JavaKind {
    fn named(self) -> &'static str {
        match self {
            Self::Class => "The class of the activity",
            Self::DelegateExpression => "The delegate expression of the activity",
            Self::BeanCall => "The expression of the activity",
            Self::ExecutionListener => "An execution listener",
            Self::TaskListener => "A task listener",
        }
    }
}

fn turn(task: &mut ServiceTask) -> Option<()> {
    let topic = match &task.implementation {
        Implementation::JavaClass(class) => class.clone(),
        Implementation::DelegateExpression(text) => bean_name(text).to_owned(),
        Implementation::Expression(text) => bean_call(text)?.to_owned(),
        _ => return None,
    };
    task.implementation = Implementation::External { topic, priority: None, error_events: Vec::new() };
    Some(())
}

/// The text inside `${...}`.
fn inside(expression: &str) -> Option<&str> {
    let text = expression.trim();
    let inner = text.strip_prefix("${").or_else(|| text.strip_prefix("#{"))?;
    inner.strip_suffix('}').map(str::trim)
}

fn bean_name(expression: &str) -> &str {
    inside(expression).unwrap_or_else(|| expression.trim())
}

/// `bean.method` of `${bean.method(..., execution)}`: only a bean is handed the execution or the task.
fn bean_call(expression: &str) -> Option<&str> {
    let (callee, rest) = inside(expression)?.split_once('(')?;
    let arguments = rest.strip_suffix(')')?;
    let (root, method) = callee.split_once('.')?;
    let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_ours = matches!(root, "execution" | "task");
    let hands_over = arguments.split(',').any(|argument| matches!(argument.trim(), "execution" | "task"));
    (is_name(root) && is_name(method) && !is_ours && hands_over).then_some(callee)
}

fn is_java(action: &ListenerAction) -> bool {
    match action {
        ListenerAction::JavaClass(_) | ListenerAction::DelegateExpression(_) => true,
        ListenerAction::Expression(text) => bean_call(text).is_some(),
        ListenerAction::Script(_) => false,
    }
}

impl Place<'_> {
    fn add(&mut self, kind: JavaKind, class: &str) {
        let (element, line, column) = (self.element.clone(), self.line, self.column);
        self.found.push(JavaReference { element, kind, class: class.to_owned(), line, column });
    }

    fn implementation(&mut self, implementation: &Implementation) {
        match implementation {
            Implementation::JavaClass(class) => self.add(JavaKind::Class, class),
            Implementation::DelegateExpression(text) => self.add(JavaKind::DelegateExpression, text),
            Implementation::Expression(text) if bean_call(text).is_some() => self.add(JavaKind::BeanCall, text),
            _ => {}
        }
    }

    fn listeners(&mut self, listeners: &[ExecutionListener]) {
        for listener in listeners {
            self.action(JavaKind::ExecutionListener, &listener.action);
        }
    }

    fn action(&mut self, kind: JavaKind, action: &ListenerAction) {
        match action {
            ListenerAction::JavaClass(text)
            | ListenerAction::DelegateExpression(text)
            | ListenerAction::Expression(text)
                if is_java(action) =>
            {
                self.add(kind, text);
            }
            _ => {}
        }
    }
}
