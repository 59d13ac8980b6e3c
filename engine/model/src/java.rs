//! Models that name Java classes: what they name, and how to run them anyway.
//!
//! The engine runs no Java. A service task that names a class can be handed to an external worker instead, under the
//! class name as topic; listeners cannot, and stay in the report.

use serde::Serialize;
use smol_str::SmolStr;

use crate::model::{
    BusinessRuleTask, Definitions, EndEvent, ExecutionListener, Implementation, ListenerAction, Node, NodeKind,
    ServiceTask, ThrowEvent,
};

/// Where Java is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum JavaKind {
    /// `camunda:class` of a task or message event.
    Class,
    /// `camunda:delegateExpression` of a task or message event.
    DelegateExpression,
    ExecutionListener,
    TaskListener,
}

/// One place that names Java.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JavaReference {
    /// Id of the process, activity, event or sequence flow.
    pub element: SmolStr,
    pub kind: JavaKind,
    /// Class name, or the delegate expression as written.
    pub class: String,
}

/// Everything in the file that only a Java engine could run, in document order.
pub fn java_references(definitions: &Definitions) -> Vec<JavaReference> {
    let mut found = Vec::new();
    for process in &definitions.processes {
        listeners(&process.id, &process.listeners, &mut found);
        for node in &process.nodes {
            if let Some(task) = service_of(&node.kind) {
                implementation(&node.id, &task.implementation, &mut found);
            }
            listeners(&node.id, &node.listeners, &mut found);
            if let NodeKind::UserTask(task) = &node.kind {
                for listener in &task.listeners {
                    action(&node.id, JavaKind::TaskListener, &listener.action, &mut found);
                }
            }
        }
        for flow in &process.flows {
            listeners(&flow.id, &flow.listeners, &mut found);
        }
    }
    found
}

/// Turns each `camunda:class` and `camunda:delegateExpression` implementation into an external task whose topic is the
/// class name (or the text inside `${...}`). Answers how many were turned.
pub fn java_as_external(definitions: &mut Definitions) -> usize {
    let nodes = definitions.processes.iter_mut().flat_map(|p| &mut p.nodes);
    nodes.filter_map(service_of_mut).filter_map(turn).count()
}

fn turn(task: &mut ServiceTask) -> Option<()> {
    let topic = match &task.implementation {
        Implementation::JavaClass(class) => class.clone(),
        Implementation::DelegateExpression(text) => bean_name(text).to_owned(),
        _ => return None,
    };
    task.implementation = Implementation::External { topic, priority: None, error_events: Vec::new() };
    Some(())
}

fn bean_name(expression: &str) -> &str {
    let text = expression.trim();
    text.strip_prefix("${")
        .or_else(|| text.strip_prefix("#{"))
        .and_then(|inner| inner.strip_suffix('}'))
        .map_or(text, str::trim)
}

fn service_of(kind: &NodeKind) -> Option<&ServiceTask> {
    match kind {
        NodeKind::ServiceTask(task)
        | NodeKind::SendTask(task)
        | NodeKind::BusinessRuleTask(BusinessRuleTask::Service(task)) => Some(task),
        NodeKind::IntermediateThrowEvent(ThrowEvent::Message(_, task))
        | NodeKind::EndEvent(EndEvent::Message(_, task)) => Some(task),
        _ => None,
    }
}

fn service_of_mut(node: &mut Node) -> Option<&mut ServiceTask> {
    match &mut node.kind {
        NodeKind::ServiceTask(task)
        | NodeKind::SendTask(task)
        | NodeKind::BusinessRuleTask(BusinessRuleTask::Service(task)) => Some(task),
        NodeKind::IntermediateThrowEvent(ThrowEvent::Message(_, task))
        | NodeKind::EndEvent(EndEvent::Message(_, task)) => Some(task),
        _ => None,
    }
}

fn implementation(element: &SmolStr, implementation: &Implementation, found: &mut Vec<JavaReference>) {
    let (kind, class) = match implementation {
        Implementation::JavaClass(class) => (JavaKind::Class, class),
        Implementation::DelegateExpression(text) => (JavaKind::DelegateExpression, text),
        _ => return,
    };
    found.push(JavaReference { element: element.clone(), kind, class: class.clone() });
}

fn listeners(element: &SmolStr, listeners: &[ExecutionListener], found: &mut Vec<JavaReference>) {
    for listener in listeners {
        action(element, JavaKind::ExecutionListener, &listener.action, found);
    }
}

fn action(element: &SmolStr, kind: JavaKind, action: &ListenerAction, found: &mut Vec<JavaReference>) {
    if let ListenerAction::JavaClass(class) | ListenerAction::DelegateExpression(class) = action {
        found.push(JavaReference { element: element.clone(), kind, class: class.clone() });
    }
}
