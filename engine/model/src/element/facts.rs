//! What is to be said of a kind of node, whatever a process does with it.
//!
//! [`NodeKind::facts`] is the one match that describes kinds: whoever asks "is it an activity?" or "can it wait?" reads it
//! there. What an element *does* is no fact, and stands in the engine, in the file of that element.

use crate::model::{
    BusinessRuleTask, EndEvent, EventTrigger, Implementation, NodeKind, ServiceTask, StartEvent, SubProcess,
    SubProcessKind, ThrowEvent,
};

/// What is known of a node by its kind and what the file says of it.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'k> {
    pub family: Family,
    /// `userTask`, `intermediateTimer`, ...: the type by which history and the activity tree know it.
    pub activity_type: &'static str,
    /// May a token rest at it, so that a migration has to say where that goes?
    pub can_wait: bool,
    /// May somebody who knows its execution tell it that its work is done?
    pub is_signalled: bool,
    /// Has an instance of it an execution of its own, for variables or for what listens beside it, even where nothing is
    /// attached to it?
    pub owns_execution: bool,
    /// Can an instance of it be moved to another version of the process? An event subprocess's start event can, though
    /// this says nothing of it: that depends on where it stands.
    pub is_migratable: bool,
    pub migration_type: MigrationType,
    pub join: Join,
    /// Does a token end with it?
    pub ends_token: bool,
    /// What does its work, where that is told as for a service task.
    pub service: Option<&'k ServiceTask>,
    /// What it catches.
    pub trigger: Option<&'k EventTrigger>,
    /// Does the event that it catches end what it is attached to, or the rest of its scope?
    pub is_interrupting: bool,
}

/// BPMN 2.0.2 section 10.2: the three families of flow nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Activity,
    Event,
    Gateway,
}

/// What a gateway with several incoming flows waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// Nothing: each token passes.
    None,
    /// One token for each incoming flow.
    Counted,
    /// All tokens that can still arrive.
    Awaited,
    /// Its activation condition.
    Conditional,
}

/// Activities between which an instance can be migrated have the same one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationType {
    /// That of activities of this type, and of no others.
    Of(&'static str),
    EventSubProcessStart,
    ConditionalEventSubProcessStart,
    ThrowEscalation,
    ThrowSignal,
    ThrowCompensation,
    ThrowNothing,
    ConditionalCatch,
    LinkCatch,
    ConditionalBoundary,
    CancelBoundary,
    ExternalTask,
    Expression,
    JavaClass,
    DelegateExpression,
    Connector,
    Decision,
    CallActivity,
    ParallelBody,
    SequentialBody,
    Process,
}

impl Facts<'static> {
    const fn of(family: Family, activity_type: &'static str) -> Self {
        Self {
            family,
            activity_type,
            can_wait: false,
            is_signalled: false,
            owns_execution: false,
            is_migratable: false,
            migration_type: MigrationType::Of(activity_type),
            join: Join::None,
            ends_token: false,
            service: None,
            trigger: None,
            is_interrupting: false,
        }
    }

    const fn activity(activity_type: &'static str) -> Self {
        Self { can_wait: true, ..Self::of(Family::Activity, activity_type) }
    }

    const fn event(activity_type: &'static str) -> Self {
        Self::of(Family::Event, activity_type)
    }

    const fn gateway(activity_type: &'static str, join: Join) -> Self {
        Self { join, ..Self::of(Family::Gateway, activity_type) }
    }
}

impl<'k> Facts<'k> {
    /// Something that is implemented like a service task.
    fn worked_by(self, task: &'k ServiceTask) -> Self {
        let is_external = matches!(task.implementation, Implementation::External { .. });
        Self {
            owns_execution: is_external,
            is_migratable: is_external,
            migration_type: match task.implementation {
                Implementation::External { .. } => MigrationType::ExternalTask,
                Implementation::Expression(_) => MigrationType::Expression,
                Implementation::JavaClass(_) => MigrationType::JavaClass,
                Implementation::DelegateExpression(_) => MigrationType::DelegateExpression,
                Implementation::Connector { .. } => MigrationType::Connector,
                Implementation::None => MigrationType::Of("task"),
            },
            service: Some(task),
            ..self
        }
    }
}

impl NodeKind {
    #[must_use]
    pub fn facts(&self) -> Facts<'_> {
        match self {
            Self::StartEvent(start) => start_event(start),
            Self::EndEvent(end) => end_event(end),
            Self::IntermediateCatchEvent(trigger) => catch_event(trigger),
            Self::IntermediateThrowEvent(event) => throw_event(event),
            Self::BoundaryEvent(event) => {
                Facts { is_interrupting: event.cancel_activity, ..boundary_event(&event.trigger) }
            }
            Self::Task { manual: false } => Facts::activity("task"),
            Self::Task { manual: true } => Facts::activity("manualTask"),
            Self::UserTask(task) => Facts {
                is_signalled: true,
                owns_execution: task.listeners.iter().any(|listener| listener.timer.is_some()),
                is_migratable: true,
                ..Facts::activity("userTask")
            },
            Self::ServiceTask(task) => Facts { is_signalled: true, ..Facts::activity("serviceTask") }.worked_by(task),
            Self::SendTask(task) => Facts { is_signalled: true, ..Facts::activity("sendTask") }.worked_by(task),
            Self::BusinessRuleTask(BusinessRuleTask::Service(task)) => {
                Facts { is_signalled: true, ..Facts::activity("businessRuleTask") }.worked_by(task)
            }
            Self::BusinessRuleTask(BusinessRuleTask::Decision { .. }) => Facts {
                is_signalled: true,
                owns_execution: true,
                migration_type: MigrationType::Decision,
                ..Facts::activity("businessRuleTask")
            },
            Self::ScriptTask(_) => Facts::activity("scriptTask"),
            Self::ReceiveTask(task) => Facts {
                is_signalled: true,
                owns_execution: task.message.is_some(),
                is_migratable: true,
                ..Facts::activity("receiveTask")
            },
            Self::ExclusiveGateway => Facts::gateway("exclusiveGateway", Join::None),
            Self::ParallelGateway => Facts { is_migratable: true, ..Facts::gateway("parallelGateway", Join::Counted) },
            Self::InclusiveGateway => {
                Facts { is_migratable: true, ..Facts::gateway("inclusiveGateway", Join::Awaited) }
            }
            Self::EventBasedGateway => Facts {
                can_wait: true,
                owns_execution: true,
                is_migratable: true,
                ..Facts::gateway("eventBasedGateway", Join::None)
            },
            Self::ComplexGateway { .. } => Facts::gateway("complexGateway", Join::Conditional),
            Self::SubProcess(sub_process) => Facts {
                owns_execution: true,
                is_migratable: true,
                ..match sub_process.kind {
                    SubProcessKind::Embedded => Facts::activity("subProcess"),
                    SubProcessKind::Event => {
                        Facts { migration_type: MigrationType::Of("eventSubProcess"), ..Facts::activity("subProcess") }
                    }
                    SubProcessKind::Transaction => {
                        Facts { migration_type: MigrationType::Of("subProcess"), ..Facts::activity("transaction") }
                    }
                    SubProcessKind::AdHoc(_) => Facts::activity("adHocSubProcess"),
                }
            },
            Self::CallActivity(_) => Facts {
                owns_execution: true,
                is_migratable: true,
                migration_type: MigrationType::CallActivity,
                ..Facts::activity("callActivity")
            },
        }
    }

    /// What [`Facts::service`] gives, to change it.
    pub(crate) fn service_mut(&mut self) -> Option<&mut ServiceTask> {
        match self {
            Self::ServiceTask(task)
            | Self::SendTask(task)
            | Self::BusinessRuleTask(BusinessRuleTask::Service(task)) => Some(task),
            Self::IntermediateThrowEvent(ThrowEvent::Message(_, task)) | Self::EndEvent(EndEvent::Message(_, task)) => {
                Some(task)
            }
            _ => None,
        }
    }

    /// Which kind of subprocess it is; none: it is none.
    #[must_use]
    pub fn sub_process_kind(&self) -> Option<&SubProcessKind> {
        match self {
            Self::SubProcess(SubProcess { kind, .. }) => Some(kind),
            _ => None,
        }
    }

    #[must_use]
    pub fn is_event_subprocess(&self) -> bool {
        self.sub_process_kind() == Some(&SubProcessKind::Event)
    }
}

fn start_event(start: &StartEvent) -> Facts<'_> {
    let activity_type = match &start.trigger {
        EventTrigger::Timer(_) => "startTimerEvent",
        EventTrigger::Message(_) => "messageStartEvent",
        EventTrigger::Signal(_) => "signalStartEvent",
        EventTrigger::Conditional(_) => "conditionalStartEvent",
        EventTrigger::Error(_) => "errorStartEvent",
        EventTrigger::Escalation(_) => "escalationStartEvent",
        EventTrigger::Compensation => "compensationStartEvent",
        EventTrigger::None | EventTrigger::Cancel | EventTrigger::Link(_) => "startEvent",
    };
    Facts {
        migration_type: MigrationType::Of("noneStartEvent"),
        trigger: Some(&start.trigger),
        is_interrupting: start.is_interrupting,
        ..Facts::event(activity_type)
    }
}

fn end_event(end: &EndEvent) -> Facts<'_> {
    let facts = match end {
        EndEvent::None => Facts::event("noneEndEvent"),
        EndEvent::Terminate => Facts::event("terminateEndEvent"),
        EndEvent::Error(_) => Facts::event("errorEndEvent"),
        EndEvent::Escalation(_) => {
            Facts { migration_type: MigrationType::ThrowEscalation, ..Facts::event("escalationEndEvent") }
        }
        EndEvent::Message(_, task) => Facts::event("messageEndEvent").worked_by(task),
        EndEvent::Signal(_) => Facts { migration_type: MigrationType::ThrowSignal, ..Facts::event("signalEndEvent") },
        EndEvent::Compensation { .. } => Facts {
            owns_execution: true,
            migration_type: MigrationType::ThrowCompensation,
            ..Facts::event("compensationEndEvent")
        },
        EndEvent::Cancel => Facts::event("cancelEndEvent"),
    };
    Facts { ends_token: true, ..facts }
}

fn catch_event(trigger: &EventTrigger) -> Facts<'_> {
    let waiting = Facts {
        can_wait: true,
        is_signalled: true,
        owns_execution: true,
        is_migratable: true,
        trigger: Some(trigger),
        ..Facts::event("intermediateCatchEvent")
    };
    match trigger {
        EventTrigger::Timer(_) => Facts { activity_type: "intermediateTimer", ..waiting },
        EventTrigger::Message(_) => Facts { activity_type: "intermediateMessageCatch", ..waiting },
        EventTrigger::Signal(_) => Facts { activity_type: "intermediateSignalCatch", ..waiting },
        EventTrigger::Conditional(_) => Facts {
            activity_type: "intermediateConditional",
            migration_type: MigrationType::ConditionalCatch,
            ..waiting
        },
        EventTrigger::Link(_) => Facts {
            activity_type: "intermediateLinkCatch",
            is_migratable: false,
            migration_type: MigrationType::LinkCatch,
            ..waiting
        },
        EventTrigger::None
        | EventTrigger::Error(_)
        | EventTrigger::Escalation(_)
        | EventTrigger::Compensation
        | EventTrigger::Cancel => waiting,
    }
}

fn throw_event(event: &ThrowEvent) -> Facts<'_> {
    match event {
        ThrowEvent::None => {
            Facts { migration_type: MigrationType::ThrowNothing, ..Facts::event("intermediateNoneThrowEvent") }
        }
        ThrowEvent::Message(_, task) => Facts::event("intermediateMessageThrowEvent").worked_by(task),
        ThrowEvent::Signal(_) => {
            Facts { migration_type: MigrationType::ThrowSignal, ..Facts::event("intermediateSignalThrow") }
        }
        ThrowEvent::Escalation(_) => {
            Facts { migration_type: MigrationType::ThrowEscalation, ..Facts::event("intermediateEscalationThrowEvent") }
        }
        ThrowEvent::Compensation { .. } => Facts {
            owns_execution: true,
            migration_type: MigrationType::ThrowCompensation,
            ..Facts::event("intermediateCompensationThrowEvent")
        },
        ThrowEvent::Link(_) => {
            Facts { migration_type: MigrationType::ThrowNothing, ..Facts::event("intermediateLinkThrow") }
        }
    }
}

fn boundary_event(trigger: &EventTrigger) -> Facts<'_> {
    let attached = Facts {
        can_wait: true,
        is_migratable: true,
        migration_type: MigrationType::Of("boundaryEvent"),
        trigger: Some(trigger),
        ..Facts::event("boundaryEvent")
    };
    match trigger {
        EventTrigger::Timer(_) => Facts { activity_type: "boundaryTimer", ..attached },
        EventTrigger::Message(_) => Facts { activity_type: "boundaryMessage", ..attached },
        EventTrigger::Signal(_) => Facts { activity_type: "boundarySignal", ..attached },
        EventTrigger::Error(_) => Facts { activity_type: "boundaryError", ..attached },
        EventTrigger::Escalation(_) => Facts { activity_type: "boundaryEscalation", ..attached },
        EventTrigger::Conditional(_) => Facts {
            activity_type: "boundaryConditional",
            migration_type: MigrationType::ConditionalBoundary,
            ..attached
        },
        EventTrigger::Compensation => Facts { activity_type: "compensationBoundaryCatch", ..attached },
        EventTrigger::Cancel => Facts {
            activity_type: "cancelBoundaryCatch",
            is_migratable: false,
            migration_type: MigrationType::CancelBoundary,
            ..attached
        },
        EventTrigger::None | EventTrigger::Link(_) => attached,
    }
}
