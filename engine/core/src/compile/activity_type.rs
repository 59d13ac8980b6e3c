//! `activityType` as the contract spells it, for the activity tree and history.

use casewright_engine_model::model::{EndEvent, EventTrigger, Node, NodeKind, Process, SubProcessKind, ThrowEvent};

pub(super) fn activity_type(process: &Process, node: &Node) -> &'static str {
    match &node.kind {
        NodeKind::StartEvent(start) => start_event(process, node, &start.trigger),
        NodeKind::EndEvent(end) => end_event(end),
        NodeKind::IntermediateCatchEvent(trigger) => intermediate_catch(trigger),
        NodeKind::IntermediateThrowEvent(event) => intermediate_throw(event),
        NodeKind::BoundaryEvent(event) => boundary(&event.trigger),
        NodeKind::Task { manual: false } => "task",
        NodeKind::Task { manual: true } => "manualTask",
        NodeKind::UserTask(_) => "userTask",
        NodeKind::ServiceTask(_) => "serviceTask",
        NodeKind::SendTask(_) => "sendTask",
        NodeKind::BusinessRuleTask(_) => "businessRuleTask",
        NodeKind::ScriptTask(_) => "scriptTask",
        NodeKind::ReceiveTask(_) => "receiveTask",
        NodeKind::ExclusiveGateway => "exclusiveGateway",
        NodeKind::ParallelGateway => "parallelGateway",
        NodeKind::InclusiveGateway => "inclusiveGateway",
        NodeKind::EventBasedGateway => "eventBasedGateway",
        NodeKind::ComplexGateway { .. } => "complexGateway",
        NodeKind::SubProcess(sub) => match sub.kind {
            SubProcessKind::Embedded | SubProcessKind::Event => "subProcess",
            SubProcessKind::Transaction => "transaction",
            SubProcessKind::AdHoc(_) => "adHocSubProcess",
        },
        NodeKind::CallActivity(_) => "callActivity",
    }
}

fn start_event(process: &Process, node: &Node, trigger: &EventTrigger) -> &'static str {
    let in_event_subprocess = node.parent.is_some_and(|parent| {
        matches!(
            &process.nodes[parent.0 as usize].kind,
            NodeKind::SubProcess(sub) if sub.kind == SubProcessKind::Event
        )
    });
    match trigger {
        EventTrigger::Timer(_) => "startTimerEvent",
        EventTrigger::Message(_) => "messageStartEvent",
        EventTrigger::Signal(_) => "signalStartEvent",
        EventTrigger::Conditional(_) => "conditionalStartEvent",
        EventTrigger::Error(_) => "errorStartEvent",
        EventTrigger::Escalation(_) => "escalationStartEvent",
        EventTrigger::Compensation if in_event_subprocess => "compensationStartEvent",
        EventTrigger::None | EventTrigger::Compensation | EventTrigger::Cancel | EventTrigger::Link(_) => "startEvent",
    }
}

fn end_event(end: &EndEvent) -> &'static str {
    match end {
        EndEvent::None => "noneEndEvent",
        EndEvent::Terminate => "terminateEndEvent",
        EndEvent::Error(_) => "errorEndEvent",
        EndEvent::Escalation(_) => "escalationEndEvent",
        EndEvent::Message(..) => "messageEndEvent",
        EndEvent::Signal(_) => "signalEndEvent",
        EndEvent::Compensation { .. } => "compensationEndEvent",
        EndEvent::Cancel => "cancelEndEvent",
    }
}

fn intermediate_catch(trigger: &EventTrigger) -> &'static str {
    match trigger {
        EventTrigger::Timer(_) => "intermediateTimer",
        EventTrigger::Message(_) => "intermediateMessageCatch",
        EventTrigger::Signal(_) => "intermediateSignalCatch",
        EventTrigger::Conditional(_) => "intermediateConditional",
        EventTrigger::Link(_) => "intermediateLinkCatch",
        EventTrigger::None
        | EventTrigger::Error(_)
        | EventTrigger::Escalation(_)
        | EventTrigger::Compensation
        | EventTrigger::Cancel => "intermediateCatchEvent",
    }
}

fn intermediate_throw(event: &ThrowEvent) -> &'static str {
    match event {
        ThrowEvent::None => "intermediateNoneThrowEvent",
        ThrowEvent::Message(..) => "intermediateMessageThrowEvent",
        ThrowEvent::Signal(_) => "intermediateSignalThrow",
        ThrowEvent::Escalation(_) => "intermediateEscalationThrowEvent",
        ThrowEvent::Compensation { .. } => "intermediateCompensationThrowEvent",
        ThrowEvent::Link(_) => "intermediateLinkThrow",
    }
}

fn boundary(trigger: &EventTrigger) -> &'static str {
    match trigger {
        EventTrigger::Timer(_) => "boundaryTimer",
        EventTrigger::Message(_) => "boundaryMessage",
        EventTrigger::Signal(_) => "boundarySignal",
        EventTrigger::Error(_) => "boundaryError",
        EventTrigger::Escalation(_) => "boundaryEscalation",
        EventTrigger::Conditional(_) => "boundaryConditional",
        EventTrigger::Compensation => "compensationBoundaryCatch",
        EventTrigger::Cancel => "cancelBoundaryCatch",
        EventTrigger::None | EventTrigger::Link(_) => "boundaryEvent",
    }
}
