//! Tasks, call activities and the loops around activities (BPMN 2.0.2, section 10.3).

use super::{ElementType, Reader};
use crate::model::NodeKind;
use crate::parse::task;

pub(super) const TASKS: &[ElementType] = &[
    ElementType::activity("task").node(Reader::Node(|_, _| NodeKind::Task { manual: false })),
    ElementType::activity("manualTask").node(Reader::Node(|_, _| NodeKind::Task { manual: true })),
    ElementType::activity("userTask").escalates().allows(&["implementation"]).node(Reader::Node(task::user::parse)),
    ElementType::activity("serviceTask")
        .allows(&["implementation", "operationRef"])
        .node(Reader::Node(task::service::parse_service)),
    ElementType::activity("sendTask")
        .allows(&["implementation", "messageRef", "operationRef"])
        .node(Reader::Node(task::service::parse_send)),
    ElementType::activity("businessRuleTask")
        .allows(&["implementation"])
        .node(Reader::Node(task::business_rule::parse)),
    ElementType::activity("receiveTask")
        .allows(&["implementation", "messageRef", "operationRef", "instantiate"])
        .reads(&["messageRef"])
        .node(Reader::Node(task::receive::parse)),
    ElementType::activity("scriptTask")
        .allows(&["scriptFormat"])
        .reads(&["scriptFormat"])
        .node(Reader::Node(task::script::parse)),
    ElementType::activity("callActivity")
        .escalates()
        .allows(&["calledElement"])
        .reads(&["calledElement"])
        .node(Reader::Node(task::call_activity::parse)),
    ElementType::unchecked("script"),
    ElementType::unchecked("humanPerformer").reads(&["id", "name"]),
    ElementType::unchecked("potentialOwner").reads(&["id", "name"]),
    ElementType::unchecked("resourceAssignmentExpression").reads(&["id"]),
    ElementType::unchecked("formalExpression").reads(&["id", "type"]),
    ElementType::base("multiInstanceLoopCharacteristics")
        .allows(&["isSequential", "behavior", "oneBehaviorEventRef", "noneBehaviorEventRef"])
        .reads(&["isSequential"]),
    ElementType::unchecked("loopCardinality").reads(&["id", "type"]),
    ElementType::unchecked("completionCondition").reads(&["id", "type"]),
    ElementType::unchecked("loopDataInputRef"),
    ElementType::unchecked("inputDataItem").reads(&["id", "name"]),
    // Warned of.
    ElementType::base("standardLoopCharacteristics")
        .allows(&["testBefore", "loopMaximum"])
        .reads(&["testBefore", "loopMaximum"]),
    ElementType::unchecked("loopCondition").reads(&["id", "type"]),
];
