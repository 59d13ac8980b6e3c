//! Service tasks and what is implemented like one: send tasks, business rule tasks, message throw and end events.

use smol_str::SmolStr;

use crate::diagnostic::Code;
use crate::model::{
    Dialect, ErrorThrow, ExternalErrorEvent, Implementation, Mapping, MappingValue, NodeIndex, NodeKind, ServiceTask,
};
use crate::parse::draft::Draft;
use crate::parse::extension::{field, input_output, priority};
use crate::parse::zeebe;
use crate::xml::{Element, Namespace};

pub(crate) fn parse_service(draft: &mut Draft<'_, '_>, index: NodeIndex) -> NodeKind {
    let element = draft.element_of(index);
    NodeKind::ServiceTask(parse(draft, element, "serviceTask"))
}

pub(crate) fn parse_send(draft: &mut Draft<'_, '_>, index: NodeIndex) -> NodeKind {
    let element = draft.element_of(index);
    NodeKind::SendTask(send(draft, element))
}

/// A service or business rule task, which must have an implementation.
pub(super) fn parse(draft: &mut Draft<'_, '_>, element: Element<'_>, name: &str) -> ServiceTask {
    if draft.cx.dialect == Dialect::Zeebe {
        return zeebe::service_task(element, element, &mut draft.cx.findings);
    }
    let task = read(draft, element, name);
    require(draft, element, &task, name, element.id());
    task
}

fn send(draft: &mut Draft<'_, '_>, element: Element<'_>) -> ServiceTask {
    if draft.cx.dialect == Dialect::Zeebe {
        return zeebe::service_task(element, element, &mut draft.cx.findings);
    }
    if is_service_like(element) {
        return parse(draft, element, "sendTask");
    }
    let message =
        "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on sendTask.";
    draft.cx.findings.error(Code::MissingImplementation, element, message);
    nothing()
}

/// A message event may have an implementation; without one it passes.
pub(crate) fn of_message_event(
    draft: &mut Draft<'_, '_>,
    definition: Element<'_>,
    event: Element<'_>,
    name: &str,
) -> ServiceTask {
    if draft.cx.dialect == Dialect::Zeebe {
        return zeebe::service_task(event, definition, &mut draft.cx.findings);
    }
    if !is_service_like(definition) {
        return nothing();
    }
    let task = read(draft, definition, name);
    require(draft, definition, &task, name, event.id());
    task
}

fn nothing() -> ServiceTask {
    ServiceTask { implementation: Implementation::None, result_variable: None, fields: indexmap::IndexMap::new() }
}

fn is_service_like(element: Element<'_>) -> bool {
    ["class", "expression", "delegateExpression", "type"].iter().any(|name| element.camunda(name).is_some())
        || element.extension("connector").is_some()
}

pub(crate) fn result_variable(element: Element<'_>) -> Option<SmolStr> {
    element.camunda("resultVariable").or_else(|| element.camunda("resultVariableName")).map(Into::into)
}

fn require(draft: &mut Draft<'_, '_>, element: Element<'_>, task: &ServiceTask, name: &str, about: Option<&str>) {
    // A faulty `type` has been reported already.
    if task.implementation != Implementation::None || element.camunda("type").is_some() {
        return;
    }
    let message = format!(
        "One of the attributes 'class', 'delegateExpression', 'type', or 'expression' is mandatory on {name}. If you are using a connector, make sure the connect process engine plugin is registered with the process engine."
    );
    draft.cx.findings.error(Code::MissingImplementation, element, message).about(about.unwrap_or(""));
}

fn read(draft: &mut Draft<'_, '_>, element: Element<'_>, name: &str) -> ServiceTask {
    let result_variable = result_variable(element);
    let fields = field::parse(element, &mut draft.cx.findings);
    let given = |name: &str| element.camunda(name).filter(|v| !v.trim().is_empty());
    let implementation = if let Some(kind) = element.camunda("type") {
        match kind.to_ascii_lowercase().as_str() {
            "external" => external(draft, element),
            "mail" => mail(draft, element, &fields),
            "shell" => {
                let message = format!("The shell is not run: type 'shell' on {name}");
                draft.cx.findings.error(Code::UnsupportedExtension, element, message);
                Implementation::None
            }
            _ => {
                let message = format!("Invalid usage of type attribute on {name}: '{kind}'");
                draft.cx.findings.error(Code::InvalidImplementation, element, message);
                Implementation::None
            }
        }
    } else if let Some(class) = given("class") {
        refuse_result(draft, element, name, "class", result_variable.is_some());
        Implementation::JavaClass(class.to_owned())
    } else if let Some(expression) = element.camunda("delegateExpression") {
        refuse_result(draft, element, name, "delegateExpression", result_variable.is_some());
        Implementation::DelegateExpression(expression.to_owned())
    } else if let Some(expression) = given("expression") {
        Implementation::Expression(expression.to_owned())
    } else if let Some(connector) = element.extension("connector") {
        connector_of(draft, element, connector)
    } else {
        Implementation::None
    };
    ServiceTask { implementation, result_variable, fields }
}

fn refuse_result(draft: &mut Draft<'_, '_>, element: Element<'_>, name: &str, attribute: &str, has_result: bool) {
    if has_result {
        let message = format!("'resultVariableName' not supported for {name} elements using '{attribute}'");
        draft.cx.findings.error(Code::InvalidImplementation, element, message);
    }
}

fn external(draft: &mut Draft<'_, '_>, element: Element<'_>) -> Implementation {
    let topic = element.camunda("topic");
    if topic.is_none() {
        let message = "External tasks must specify a 'topic' attribute in the camunda namespace";
        draft.cx.findings.error(Code::MissingTopic, element, message);
    }
    let priority = priority::parse(element, "taskPriority", &mut draft.cx.findings);
    let error_events = element
        .child("extensionElements")
        .into_iter()
        .flat_map(Element::children)
        .filter(|e| e.name() == "errorEventDefinition")
        .filter_map(|e| error_event(draft, e))
        .collect();
    Implementation::External { topic: topic.unwrap_or("").to_owned(), priority, error_events }
}

fn error_event(draft: &Draft<'_, '_>, element: Element<'_>) -> Option<ExternalErrorEvent> {
    let reference = element.attribute("errorRef")?;
    let error = match draft.cx.roots.errors.get(reference) {
        Some(error) => {
            ErrorThrow { code: error.code.unwrap_or("").to_owned(), message: error.message.map(str::to_owned) }
        }
        None => ErrorThrow { code: reference.to_owned(), message: None },
    };
    Some(ExternalErrorEvent { error, expression: element.attribute("expression").map(str::to_owned) })
}

/// `type="mail"` is the connector `mail`, its fields the connector's inputs.
fn mail(
    draft: &mut Draft<'_, '_>,
    element: Element<'_>,
    fields: &indexmap::IndexMap<SmolStr, String>,
) -> Implementation {
    let findings = &mut draft.cx.findings;
    if !fields.contains_key("to") {
        let message = "No recipient is defined on the mail activity";
        findings.error(Code::InvalidField, element, message);
    }
    if !fields.contains_key("text") && !fields.contains_key("html") {
        let message = "Text or html field should be provided";
        findings.error(Code::InvalidField, element, message);
    }
    let input =
        |(name, value): (&SmolStr, &String)| Mapping { name: name.clone(), value: MappingValue::Text(value.clone()) };
    Implementation::Connector { id: "mail".to_owned(), inputs: fields.iter().map(input).collect(), outputs: Vec::new() }
}

fn connector_of(draft: &mut Draft<'_, '_>, element: Element<'_>, connector: Element<'_>) -> Implementation {
    let owner = element.id().unwrap_or("");
    let id = connector.child_in(Namespace::Camunda, "connectorId").and_then(Element::trimmed_text);
    if id.is_none() {
        draft.cx.findings.error(Code::InvalidImplementation, connector, "No 'id' defined for connector.").about(owner);
    }
    let mappings = connector
        .child_in(Namespace::Camunda, "inputOutput")
        .map(|e| input_output::read(e, owner, &mut draft.cx.findings))
        .unwrap_or_default();
    Implementation::Connector { id: id.unwrap_or("").to_owned(), inputs: mappings.inputs, outputs: mappings.outputs }
}
