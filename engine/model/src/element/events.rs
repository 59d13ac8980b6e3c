//! Events and their definitions (BPMN 2.0.2, section 10.5).

use super::{ElementType, Reader};
use crate::parse::event;

pub(super) const EVENTS: &[ElementType] = &[
    ElementType::named("startEvent")
        .allows(&["isInterrupting", "parallelMultiple"])
        .reads(&["isInterrupting"])
        .node(Reader::StartEvent),
    ElementType::named("intermediateCatchEvent").allows(&["parallelMultiple"]).node(Reader::CatchEvent),
    ElementType::named("intermediateThrowEvent").node(Reader::Node(event::throw::parse)),
    ElementType::named("boundaryEvent")
        .allows(&["cancelActivity", "attachedToRef", "parallelMultiple"])
        .requires(&["attachedToRef"])
        .reads(&["attachedToRef", "cancelActivity"])
        .node(Reader::BoundaryEvent),
    ElementType::named("endEvent").node(Reader::EndEvent),
    ElementType::base("timerEventDefinition"),
    ElementType::unchecked("timeDate").reads(&["id", "type"]),
    ElementType::unchecked("timeDuration").reads(&["id", "type"]),
    ElementType::unchecked("timeCycle").reads(&["id", "type"]),
    ElementType::base("messageEventDefinition").allows(&["messageRef"]).reads(&["messageRef"]),
    ElementType::base("signalEventDefinition").allows(&["signalRef"]).reads(&["signalRef"]),
    ElementType::base("errorEventDefinition").allows(&["errorRef"]).reads(&["errorRef"]),
    ElementType::base("escalationEventDefinition").allows(&["escalationRef"]).reads(&["escalationRef"]),
    ElementType::base("compensateEventDefinition")
        .allows(&["waitForCompletion", "activityRef"])
        .reads(&["activityRef", "waitForCompletion"]),
    ElementType::base("conditionalEventDefinition"),
    ElementType::unchecked("condition").reads(&["id", "type", "language"]),
    ElementType::named("linkEventDefinition").requires(&["name"]),
    ElementType::base("terminateEventDefinition"),
    ElementType::base("cancelEventDefinition"),
];
