//! The part of the BPMN 2.0 XML schema that catches authors' mistakes: unknown names, required attributes, ids.
//!
//! Element order is not checked: modelers disagree about it and nothing depends on it. Foreign namespaces are
//! not looked into. As with a schema validator, findings carry a place but no element id.

use std::collections::HashSet;

use crate::diagnostic::Code;
use crate::findings::Findings;
use crate::xml::{Element, Namespace, Tree};

/// False when the root is not BPMN, and nothing further makes sense.
pub(crate) fn check(tree: &Tree, findings: &mut Findings) -> bool {
    let root = tree.root();
    if !root.is(Namespace::Bpmn, "definitions") {
        let message = format!("cvc-elt.1.a: Cannot find the declaration of element '{}'.", root.qualified_name());
        findings.error(Code::WrongRoot, root, message).about_none();
        return false;
    }
    let mut ids = HashSet::new();
    for element in tree.bpmn() {
        check_names(element, findings);
        check_required(element, findings);
        check_id(element, &mut ids, findings);
    }
    check_references(tree, &ids, findings);
    true
}

fn check_names(element: Element<'_>, findings: &mut Findings) {
    let Some((allowed, kind)) = attributes_of(element.name()) else {
        if !OTHER_ELEMENTS.contains(&element.name()) {
            let message = format!(
                "cvc-complex-type.2.4.a: Invalid content was found starting with element '{}'.",
                element.qualified_name()
            );
            findings.error(Code::UnknownElement, element, message).about_none();
        }
        return;
    };
    for attribute in element.attributes() {
        let name = attribute.local.as_str();
        if attribute.namespace != Namespace::None
            || allowed.contains(&name)
            || kind.attributes().iter().any(|group| group.contains(&name))
        {
            continue;
        }
        let message = format!(
            "cvc-complex-type.3.2.2: Attribute '{name}' is not allowed to appear in element '{}'.",
            element.qualified_name()
        );
        findings.error(Code::UnknownAttribute, element, message).about_none();
    }
}

fn check_required(element: Element<'_>, findings: &mut Findings) {
    let required: &[&str] = match element.name() {
        "definitions" => &["targetNamespace"],
        "sequenceFlow" | "association" => &["sourceRef", "targetRef"],
        "boundaryEvent" => &["attachedToRef"],
        "linkEventDefinition" => &["name"],
        _ => &[],
    };
    for name in required {
        if element.attribute(name).is_none() {
            let message = format!(
                "cvc-complex-type.4: Attribute '{name}' must appear on element '{}'.",
                element.qualified_name()
            );
            findings.error(Code::MissingAttribute, element, message).about_none();
        }
    }
    if element.name() == "conditionalEventDefinition" && element.child("condition").is_none() {
        let message = format!(
            "cvc-complex-type.2.4.b: The content of element '{}' is not complete. One of '{{condition}}' is expected.",
            element.qualified_name()
        );
        findings.error(Code::IncompleteContent, element, message).about_none();
    }
}

fn check_id<'t>(element: Element<'t>, ids: &mut HashSet<&'t str>, findings: &mut Findings) {
    let Some(id) = element.attribute("id") else {
        return;
    };
    let start = |c: char| c.is_alphabetic() || c == '_';
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{b7}');
    if !id.starts_with(start) || !id.chars().all(part) {
        let message = format!("cvc-datatype-valid.1.2.1: '{id}' is not a valid value for 'NCName'.");
        findings.error(Code::InvalidId, element, message).about_none();
    } else if !ids.insert(id) {
        let message = format!("cvc-id.2: There are multiple occurrences of ID value '{id}'.");
        findings.error(Code::DuplicateId, element, message).about_none();
    }
}

/// Attributes and texts of type IDREF. A schema validator finds them at the end of the document; their place is more
/// useful.
fn check_references(tree: &Tree, ids: &HashSet<&str>, findings: &mut Findings) {
    let mut reported = HashSet::new();
    for element in tree.bpmn() {
        let references: [Option<&str>; 2] = match element.name() {
            "sequenceFlow" => [element.attribute("sourceRef"), element.attribute("targetRef")],
            "flowNodeRef" => [element.trimmed_text(), None],
            "dataObjectReference" => [element.attribute("dataObjectRef"), None],
            _ => [element.attribute("default"), None],
        };
        for id in references.into_iter().flatten() {
            if !ids.contains(id) && reported.insert(id) {
                let message = format!("cvc-id.1: There is no ID/IDREF binding for IDREF '{id}'.");
                findings.error(Code::DanglingReference, element, message).about_none();
            }
        }
    }
}

/// What an element inherits in the schema.
#[derive(Clone, Copy)]
enum Kind {
    /// `tBaseElement`: an id.
    Base,
    /// With a name.
    Named,
    /// `tActivity`.
    Activity,
    /// No attributes at all.
    Bare,
}

impl Kind {
    fn attributes(self) -> &'static [&'static [&'static str]] {
        const ID: &[&str] = &["id"];
        const NAME: &[&str] = &["name"];
        const ACTIVITY: &[&str] = &["isForCompensation", "startQuantity", "completionQuantity", "default"];
        match self {
            Self::Base => &[ID],
            Self::Named => &[ID, NAME],
            Self::Activity => &[ID, NAME, ACTIVITY],
            Self::Bare => &[],
        }
    }
}

/// Own attributes of an element, and what it inherits. None: not in this table.
fn attributes_of(element: &str) -> Option<(&'static [&'static str], Kind)> {
    use Kind::{Activity, Bare, Base, Named};
    Some(match element {
        "definitions" => {
            (&["targetNamespace", "expressionLanguage", "typeLanguage", "exporter", "exporterVersion"], Named)
        }
        "import" => (&["namespace", "location", "importType"], Bare),
        "process" => (&["processType", "isClosed", "isExecutable", "definitionalCollaborationRef"], Named),
        "task" | "manualTask" => (&[], Activity),
        "userTask" | "businessRuleTask" => (&["implementation"], Activity),
        "serviceTask" => (&["implementation", "operationRef"], Activity),
        "sendTask" => (&["implementation", "messageRef", "operationRef"], Activity),
        "receiveTask" => (&["implementation", "messageRef", "operationRef", "instantiate"], Activity),
        "scriptTask" => (&["scriptFormat"], Activity),
        "callActivity" => (&["calledElement"], Activity),
        "subProcess" => (&["triggeredByEvent"], Activity),
        "transaction" => (&["triggeredByEvent", "method"], Activity),
        "adHocSubProcess" => (&["triggeredByEvent", "cancelRemainingInstances", "ordering"], Activity),
        "parallelGateway" => (&["gatewayDirection"], Named),
        "exclusiveGateway" | "inclusiveGateway" | "complexGateway" => (&["gatewayDirection", "default"], Named),
        "eventBasedGateway" => (&["gatewayDirection", "instantiate", "eventGatewayType"], Named),
        "startEvent" => (&["isInterrupting", "parallelMultiple"], Named),
        "boundaryEvent" => (&["cancelActivity", "attachedToRef", "parallelMultiple"], Named),
        "intermediateCatchEvent" => (&["parallelMultiple"], Named),
        "intermediateThrowEvent" | "endEvent" => (&[], Named),
        "sequenceFlow" => (&["sourceRef", "targetRef", "isImmediate"], Named),
        "messageEventDefinition" => (&["messageRef"], Base),
        "signalEventDefinition" => (&["signalRef"], Base),
        "errorEventDefinition" => (&["errorRef"], Base),
        "escalationEventDefinition" => (&["escalationRef"], Base),
        "compensateEventDefinition" => (&["waitForCompletion", "activityRef"], Base),
        "linkEventDefinition" => (&[], Named),
        "timerEventDefinition"
        | "conditionalEventDefinition"
        | "terminateEventDefinition"
        | "cancelEventDefinition" => (&[], Base),
        "message" => (&["itemRef"], Named),
        "signal" => (&["structureRef"], Named),
        "error" => (&["errorCode", "structureRef"], Named),
        "escalation" => (&["escalationCode", "structureRef"], Named),
        "association" => (&["sourceRef", "targetRef", "associationDirection"], Base),
        "textAnnotation" => (&["textFormat"], Base),
        "multiInstanceLoopCharacteristics" => {
            (&["isSequential", "behavior", "oneBehaviorEventRef", "noneBehaviorEventRef"], Base)
        }
        "standardLoopCharacteristics" => (&["testBefore", "loopMaximum"], Base),
        "lane" => (&["partitionElementRef"], Named),
        "laneSet" => (&[], Named),
        "extensionElements" => (&[], Bare),
        _ => return None,
    })
}

/// BPMN elements whose attributes are not checked.
const OTHER_ELEMENTS: &[&str] = &[
    "activationCondition",
    "artifact",
    "assignment",
    "auditing",
    "callChoreography",
    "callConversation",
    "callableElement",
    "category",
    "categoryValue",
    "categoryValueRef",
    "childLaneSet",
    "choreography",
    "choreographyTask",
    "collaboration",
    "completionCondition",
    "complexBehaviorDefinition",
    "condition",
    "conditionExpression",
    "conversation",
    "conversationAssociation",
    "conversationLink",
    "conversationNode",
    "correlationKey",
    "correlationKeyRef",
    "correlationProperty",
    "correlationPropertyBinding",
    "correlationPropertyRef",
    "correlationPropertyRetrievalExpression",
    "correlationSubscription",
    "dataInput",
    "dataInputAssociation",
    "dataInputRefs",
    "dataObject",
    "dataObjectReference",
    "dataOutput",
    "dataOutputAssociation",
    "dataOutputRefs",
    "dataPath",
    "dataState",
    "dataStore",
    "dataStoreReference",
    "documentation",
    "endPoint",
    "endPointRef",
    "errorRef",
    "event",
    "eventDefinition",
    "eventDefinitionRef",
    "expression",
    "extension",
    "flowElement",
    "flowNode",
    "flowNodeRef",
    "formalExpression",
    "from",
    "globalBusinessRuleTask",
    "globalChoreographyTask",
    "globalConversation",
    "globalManualTask",
    "globalScriptTask",
    "globalTask",
    "globalUserTask",
    "group",
    "humanPerformer",
    "implicitThrowEvent",
    "inMessageRef",
    "incoming",
    "innerConversationNodeRef",
    "innerParticipantRef",
    "inputDataItem",
    "inputSet",
    "inputSetRefs",
    "inputSetWithOptional",
    "inputOutputBinding",
    "inputOutputSpecification",
    "interface",
    "interfaceRef",
    "ioBinding",
    "ioSpecification",
    "itemDefinition",
    "loopCardinality",
    "loopCharacteristics",
    "loopCondition",
    "loopDataInputRef",
    "loopDataOutputRef",
    "messageFlow",
    "messageFlowAssociation",
    "messageFlowRef",
    "messagePath",
    "monitoring",
    "operation",
    "operationRef",
    "optionalInputRefs",
    "optionalOutputRefs",
    "outMessageRef",
    "outgoing",
    "outerConversationNodeRef",
    "outerParticipantRef",
    "outputDataItem",
    "outputSet",
    "outputSetRefs",
    "outputSetWithOptional",
    "participant",
    "participantAssociation",
    "participantMultiplicity",
    "participantRef",
    "partitionElement",
    "partnerEntity",
    "partnerEntityRef",
    "partnerRole",
    "partnerRoleRef",
    "performer",
    "potentialOwner",
    "property",
    "relationship",
    "rendering",
    "resource",
    "resourceAssignmentExpression",
    "resourceParameter",
    "resourceParameterBinding",
    "resourceRef",
    "resourceRole",
    "rootElement",
    "script",
    "source",
    "sourceRef",
    "subChoreography",
    "subConversation",
    "supportedInterfaceRef",
    "supports",
    "target",
    "targetRef",
    "text",
    "timeCycle",
    "timeDate",
    "timeDuration",
    "to",
    "transformation",
    "value",
    "whileExecutingInputRefs",
    "whileExecutingOutputRefs",
];
