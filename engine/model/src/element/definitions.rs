//! What a file defines around and between flow nodes: processes, messages, signals, errors, flows.

use super::ElementType;

pub(super) const DEFINITIONS: &[ElementType] = &[
    ElementType::named("definitions")
        .allows(&["targetNamespace", "expressionLanguage", "typeLanguage", "exporter", "exporterVersion"])
        .requires(&["targetNamespace"])
        .reads(&["targetNamespace", "exporter", "exporterVersion", "expressionLanguage", "typeLanguage"]),
    // Refused imports are warned of.
    ElementType::bare("import").allows(&["namespace", "location", "importType"]).reads(&[
        "importType",
        "location",
        "namespace",
    ]),
    ElementType::named("message").allows(&["itemRef"]),
    ElementType::named("signal").allows(&["structureRef"]),
    ElementType::named("error").allows(&["errorCode", "structureRef"]).reads(&["errorCode"]),
    ElementType::named("escalation").allows(&["escalationCode", "structureRef"]).reads(&["escalationCode"]),
    ElementType::named("process")
        .allows(&["processType", "isClosed", "isExecutable", "definitionalCollaborationRef"])
        .reads(&["isExecutable"]),
    ElementType::unchecked("documentation").reads(&["id", "textFormat"]),
    ElementType::bare("extensionElements"),
    ElementType::named("sequenceFlow")
        .allows(&["sourceRef", "targetRef", "isImmediate"])
        .requires(&["sourceRef", "targetRef"])
        .reads(&["sourceRef", "targetRef"]),
    // The ends of flows once more.
    ElementType::unchecked("incoming"),
    ElementType::unchecked("outgoing"),
    ElementType::unchecked("conditionExpression").reads(&["id", "type", "language"]),
    ElementType::base("association")
        .allows(&["sourceRef", "targetRef", "associationDirection"])
        .requires(&["sourceRef", "targetRef"])
        .reads(&["sourceRef", "targetRef", "associationDirection"]),
];
