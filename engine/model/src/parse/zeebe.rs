//! The `zeebe:` dialect: what Camunda 8 writes into `extensionElements`, onto the same model.
//!
//! Attribute texts stay as written: a leading `=` marks FEEL, anything else is literal.

use indexmap::IndexMap;
use smol_str::SmolStr;

use super::extension::input_output::Mappings;
use crate::diagnostic::Code;
use crate::findings::Findings;
use crate::model::{
    Binding, BusinessRuleTask, CallActivity, Form, Implementation, Mapping, MappingValue, MultiInstance, NodeKind,
    Script, ScriptSource, ScriptTask, ServiceTask, UserTask,
};
use crate::xml::{Element, Namespace};

fn text(element: Option<Element<'_>>, name: &str) -> Option<String> {
    element?.attribute(name).filter(|v| !v.is_empty()).map(str::to_owned)
}

/// `zeebe:versionTag` of a process.
pub(super) fn version_tag(process: Element<'_>) -> Option<String> {
    text(process.zeebe_extension("versionTag"), "value")
}

/// `zeebe:properties`, and `zeebe:taskHeaders`, which workers read the same way.
pub(super) fn properties(element: Element<'_>) -> IndexMap<SmolStr, String> {
    let of = |list: &'static str, item: &'static str, key: &'static str| {
        element.zeebe_extensions(list).flat_map(move |e| e.children_in(Namespace::Zeebe, item)).filter_map(move |e| {
            let name = e.attribute(key)?;
            Some((SmolStr::new(name), e.attribute("value").unwrap_or("").to_owned()))
        })
    };
    of("properties", "property", "name").chain(of("taskHeaders", "header", "key")).collect()
}

/// `zeebe:ioMapping`.
pub(super) fn input_output(element: Element<'_>) -> Mappings {
    let Some(mapping) = element.zeebe_extension("ioMapping") else {
        return Mappings::default();
    };
    let parameters = |name: &'static str| -> Vec<Mapping> {
        mapping
            .children_in(Namespace::Zeebe, name)
            .filter_map(|parameter| {
                let target = parameter.attribute("target")?;
                let value = match parameter.attribute("source") {
                    Some(source) => MappingValue::Text(source.to_owned()),
                    None => MappingValue::Null,
                };
                Some(Mapping { name: target.into(), value })
            })
            .collect()
    };
    Mappings { inputs: parameters("input"), outputs: parameters("output") }
}

/// `zeebe:taskDefinition` of a task or, for message events, of the event or its definition.
pub(super) fn service_task(element: Element<'_>, definition: Element<'_>, findings: &mut Findings) -> ServiceTask {
    let task = element.zeebe_extension("taskDefinition").or_else(|| definition.zeebe_extension("taskDefinition"));
    let topic = text(task, "type");
    if topic.is_none() {
        let message = "Must have exactly one 'zeebe:taskDefinition' extension element with a type";
        findings.error(Code::MissingImplementation, element, message);
    }
    if let Some(retries) = text(task, "retries").filter(|r| r != "3") {
        let message = format!("Ignoring retries '{retries}' of zeebe:taskDefinition: workers state how many are left");
        findings.warning(Code::IgnoredAttribute, element, message);
    }
    let priority = text(element.zeebe_extension("priorityDefinition"), "priority");
    ServiceTask {
        implementation: Implementation::External {
            topic: topic.unwrap_or_default(),
            priority,
            error_events: Vec::new(),
        },
        result_variable: None,
        fields: IndexMap::new(),
    }
}

/// `zeebe:script`, or a job like any other.
pub(super) fn script_task(element: Element<'_>, findings: &mut Findings) -> NodeKind {
    let Some(script) = element.zeebe_extension("script") else {
        return NodeKind::ServiceTask(service_task(element, element, findings));
    };
    let expression = text(Some(script), "expression");
    if expression.is_none() {
        let message = "Attribute 'expression' of zeebe:script must be present and not empty";
        findings.error(Code::InvalidScript, element, message);
    }
    let source = expression.unwrap_or_default();
    NodeKind::ScriptTask(ScriptTask {
        script: Script { format: "feel".to_owned(), source: ScriptSource::Inline(source) },
        result_variable: script.attribute("resultVariable").map(Into::into),
    })
}

/// None: no `zeebe:calledDecision`.
pub(super) fn called_decision(element: Element<'_>, findings: &mut Findings) -> Option<BusinessRuleTask> {
    let called = element.zeebe_extension("calledDecision")?;
    let decision = text(Some(called), "decisionId");
    if decision.is_none() {
        let message = "Attribute 'decisionId' must be present and not empty";
        findings.error(Code::InvalidDecision, element, message);
    }
    Some(BusinessRuleTask::Decision {
        decision: decision.unwrap_or_default(),
        binding: binding(called, element, findings),
        tenant_id: None,
        map_decision_result: None,
        result_variable: called.attribute("resultVariable").map(Into::into),
    })
}

/// `zeebe:calledElement`.
pub(super) fn called_element(element: Element<'_>, findings: &mut Findings) -> CallActivity {
    let called = element.zeebe_extension("calledElement");
    let process = text(called, "processId");
    if process.is_none() {
        let message = "Attribute 'processId' must be present and not empty";
        findings.error(Code::MissingCalledElement, element, message);
    }
    let flag = |name: &str| called.and_then(|c| c.attribute(name)) != Some("false");
    CallActivity {
        called_element: process.unwrap_or_default(),
        binding: called.map_or(Binding::Latest, |c| binding(c, element, findings)),
        tenant_id: None,
        business_key: None,
        ins: Vec::new(),
        outs: Vec::new(),
        propagate_all_child: flag("propagateAllChildVariables"),
        propagate_all_parent: flag("propagateAllParentVariables"),
    }
}

/// `bindingType` and `versionTag`.
fn binding(of: Element<'_>, element: Element<'_>, findings: &mut Findings) -> Binding {
    match of.attribute("bindingType") {
        None | Some("latest") => Binding::Latest,
        Some("deployment") => Binding::Deployment,
        Some("versionTag") => {
            let tag = text(Some(of), "versionTag");
            if tag.is_none() {
                let message = "Attribute 'versionTag' must be present and not empty if 'bindingType=versionTag'";
                findings.error(Code::InvalidBinding, element, message);
            }
            Binding::VersionTag(tag.unwrap_or_default())
        }
        Some(other) => {
            let message = format!("Unknown value '{other}' of 'bindingType'");
            findings.error(Code::InvalidBinding, element, message);
            Binding::Latest
        }
    }
}

/// `zeebe:formDefinition`.
pub(super) fn form(element: Element<'_>) -> Option<Form> {
    let form = element.zeebe_extension("formDefinition")?;
    if let Some(id) = text(Some(form), "formId") {
        let binding = match form.attribute("bindingType") {
            Some("deployment") => Binding::Deployment,
            Some("versionTag") => Binding::VersionTag(form.attribute("versionTag").unwrap_or("").to_owned()),
            _ => Binding::Latest,
        };
        return Some(Form::Reference { key: id, binding });
    }
    text(Some(form), "externalReference").or_else(|| text(Some(form), "formKey")).map(Form::Key)
}

pub(super) fn user_task(element: Element<'_>, findings: &mut Findings) -> UserTask {
    if let Some(form) = element.zeebe_extension("formDefinition")
        && form.attribute("formId").is_some()
        && (form.attribute("formKey").is_some() || form.attribute("externalReference").is_some())
    {
        let message = "Exactly one of the attributes 'formId', 'formKey' and 'externalReference' must be present";
        findings.error(Code::InvalidForm, element, message);
    }
    let assignment = element.zeebe_extension("assignmentDefinition");
    let schedule = element.zeebe_extension("taskSchedule");
    UserTask {
        assignee: text(assignment, "assignee"),
        candidate_users: text(assignment, "candidateUsers"),
        candidate_groups: text(assignment, "candidateGroups"),
        due_date: text(schedule, "dueDate"),
        follow_up_date: text(schedule, "followUpDate"),
        priority: text(element.zeebe_extension("priorityDefinition"), "priority"),
        form: form(element),
        listeners: Vec::new(),
    }
}

/// `zeebe:loopCharacteristics` inside the marker.
pub(super) fn multi_instance(marker: Element<'_>) -> MultiInstance {
    let zeebe = marker.zeebe_extension("loopCharacteristics");
    let completion = marker.child("completionCondition").and_then(Element::trimmed_text);
    MultiInstance {
        is_sequential: super::text::is_true(marker.attribute("isSequential")),
        cardinality: None,
        collection: text(zeebe, "inputCollection"),
        element_variable: text(zeebe, "inputElement").map(Into::into),
        completion_condition: completion.map(str::to_owned),
        async_before: false,
        async_after: false,
        exclusive: true,
        retry_time_cycle: None,
        output_collection: text(zeebe, "outputCollection").map(Into::into),
        output_element: text(zeebe, "outputElement"),
    }
}
