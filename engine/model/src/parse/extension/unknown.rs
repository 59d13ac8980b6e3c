//! Warns of `camunda:` attributes and elements that nothing reads: a misspelt `camunda:asynBefore` would otherwise
//! change how a process runs without a word.

use crate::diagnostic::Code;
use crate::findings::Findings;
use crate::xml::{Namespace, Tree};

const ATTRIBUTES: &[&str] = &[
    "assignee",
    "async",
    "asyncAfter",
    "asyncBefore",
    "calledElementBinding",
    "calledElementTenantId",
    "calledElementVersion",
    "calledElementVersionTag",
    "candidateGroups",
    "candidateStarterGroups",
    "candidateStarterUsers",
    "candidateUsers",
    "caseBinding",
    "caseRef",
    "caseTenantId",
    "caseVersion",
    "class",
    "collection",
    "decisionRef",
    "decisionRefBinding",
    "decisionRefTenantId",
    "decisionRefVersion",
    "decisionRefVersionTag",
    "delegateExpression",
    "dueDate",
    "elementVariable",
    "errorCodeVariable",
    "errorMessage",
    "errorMessageVariable",
    "escalationCodeVariable",
    "exclusive",
    "expression",
    "followUpDate",
    "formHandlerClass",
    "formKey",
    "formRef",
    "formRefBinding",
    "formRefVersion",
    "historyTimeToLive",
    "initiator",
    "isStartableInTasklist",
    "jobPriority",
    "mapDecisionResult",
    "priority",
    "resource",
    "resultVariable",
    "resultVariableName",
    "taskPriority",
    "topic",
    "type",
    "variableEvents",
    "variableMappingClass",
    "variableMappingDelegateExpression",
    "variableName",
    "versionTag",
];

/// What modelers note for themselves.
const MODELER_ATTRIBUTES: &[&str] =
    &["diagramRelationId", "modelerTemplate", "modelerTemplateIcon", "modelerTemplateVersion"];

const ELEMENTS: &[&str] = &[
    "connector",
    "errorEventDefinition",
    "executionListener",
    "failedJobRetryTimeCycle",
    "field",
    "formData",
    "formProperty",
    "in",
    "inputOutput",
    "out",
    "potentialStarter",
    "properties",
    "taskListener",
];

pub(crate) fn warn(tree: &Tree, findings: &mut Findings) {
    for element in tree.bpmn() {
        let unknown = element
            .attributes()
            .iter()
            .filter(|a| a.namespace == Namespace::Camunda)
            .map(|a| a.local.as_str())
            .filter(|name| !ATTRIBUTES.contains(name) && !MODELER_ATTRIBUTES.contains(name));
        for name in unknown {
            let message = format!("Unknown attribute 'camunda:{name}' of {}", element.name());
            findings.warning(Code::UnknownExtension, element, message);
        }
        if element.name() != "extensionElements" {
            continue;
        }
        let unknown =
            element.children().filter(|e| e.namespace() == Namespace::Camunda && !ELEMENTS.contains(&e.name()));
        for extension in unknown {
            let message = format!("Unknown element 'camunda:{}'", extension.name());
            findings.warning(Code::UnknownExtension, extension, message);
        }
    }
}
