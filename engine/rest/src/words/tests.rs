//! Each rejection once, in Camunda's words: clients and stored failures depend on the letters.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use super::migration::{class_name, instance_fault, plan_fault};
use super::rejected;
use super::sentence;
use casewright_engine_core::Rejection;
use casewright_engine_core::entity::SubscriptionKind;
use casewright_engine_core::env::NotCalled;
use casewright_engine_core::migration::{InstanceFault, InstanceReport, MappedActivity, PlanFault, StuckInstance};
use casewright_engine_core::rejection::{
    Called, Deed, Delegate, Duration, Failure, Impasse, InstanceKind, Lacking, Mapper, Misplaced, Sought, Subject,
    WrongRequest,
};
use casewright_engine_model::MigrationType;
use casewright_engine_model::model::Binding;
use casewright_engine_runtime::EngineError;
use casewright_engine_value::{EvaluationError, Value};

fn told(rejection: impl Into<Rejection>) -> (u16, &'static str, String) {
    let error = rejected(&rejection.into());
    assert_eq!(error.code, Some(0), "an error of the engine");
    (error.status.as_u16(), error.kind, error.message)
}

fn assert_told(cases: Vec<(Rejection, &str)>, status: u16, exception: &str) {
    for (rejection, expected) in cases {
        assert_eq!(told(rejection.clone()), (status, exception, expected.to_owned()), "{rejection:?}");
    }
}

fn not_found(kind: Subject, sought: Sought) -> Rejection {
    Rejection::NotFound { kind, id: "x".into(), sought }
}

#[test]
fn what_is_not_there() {
    let cases = vec![
        (not_found(Subject::ProcessInstance, Sought::Itself), "No process instance found for id 'x'"),
        (not_found(Subject::Execution, Sought::Itself), "Cannot find execution with id x: execution is null"),
        (not_found(Subject::Execution, Sought::Variables), "execution x doesn't exist: execution is null"),
        (not_found(Subject::Task, Sought::Itself), "Cannot find task with id x: task is null"),
        (not_found(Subject::Task, Sought::Variables), "task x doesn't exist: task is null"),
        (not_found(Subject::Job, Sought::Itself), "No job found with id 'x': job is null"),
        (
            not_found(Subject::Subscription, Sought::Itself),
            "Cannot find event subscription with id x: event subscription is null",
        ),
        (not_found(Subject::Incident, Sought::Itself), "Cannot find incident with id x: incident is null"),
    ];
    assert_told(cases, 404, "NullValueException");
    let task = not_found(Subject::ExternalTask, Sought::Itself);
    assert_told(vec![(task, "Cannot find external task with id x: externalTask is null")], 404, "NotFoundException");
}

#[test]
fn requests_that_nobody_could_meet() {
    let cases = [
        (WrongRequest::StartedAlready("x".into()), "process instance x has started already"),
        (
            WrongRequest::JobRetries(-1),
            "ENGINE-13054 The number of job retries must be a non-negative Integer, but '-1' has been provided.",
        ),
        (
            WrongRequest::ExternalTaskRetries,
            "The number of retries cannot be negative: retries is not greater than or equal to 0",
        ),
        (WrongRequest::NotPositive(Duration::Lock), "lockDuration is not greater than 0"),
        (WrongRequest::NotPositive(Duration::LockExtension), "lockTime is not greater than 0"),
        (WrongRequest::RetryTimeout, "retryDuration is not greater than or equal to 0"),
        (WrongRequest::LockExpired, "Cannot extend a lock that expired: lockExpirationTime is in the past"),
        (WrongRequest::NoErrorCode, "errorCode is empty"),
        (WrongRequest::NoEscalationCode, "escalationCode is empty"),
        (WrongRequest::IncidentOfWork("failedJob".into()), "Cannot resolve an incident of type failedJob"),
        (WrongRequest::CalledLeftOut, "skipSubprocesses is not supported: a called instance belongs to its root"),
        (WrongRequest::NotOfTasksAlone, "a task without a process does not know this"),
    ];
    let cases = cases.into_iter().map(|(wrong, expected)| (wrong.into(), expected)).collect();
    assert_told(cases, 400, "BadUserRequestException");
}

#[test]
fn what_is_lacking() {
    let subscription = |kind| Lacking::Subscription { execution: "x".into(), kind, name: Some("n".into()) };
    let unnamed = Lacking::Subscription { execution: "x".into(), kind: SubscriptionKind::Message, name: None };
    let cases = vec![
        (Lacking::Activities.into(), "activities is empty"),
        (
            subscription(SubscriptionKind::Signal).into(),
            "Execution 'x' has not subscribed to a signal event with name 'n'. is empty",
        ),
        (
            subscription(SubscriptionKind::Message).into(),
            "Execution with id 'x' does not have a subscription to a message event with name 'n': eventSubscriptions is empty",
        ),
        (
            unnamed.into(),
            "Execution with id 'x' does not have a subscription to a message event with name 'null': eventSubscriptions is empty",
        ),
        (Rejection::Ended("x".into()), "process instance x has ended"),
    ];
    assert_told(cases, 500, "NullValueException");
}

#[test]
fn instructions_for_places_that_are_not_there() {
    let (activity, definition) = ("a".into(), "p:1".into());
    let cases = [
        (
            Misplaced::StartEvent { event: "e".into(), definition: "p:1".into() },
            "no start event 'e' in process definition 'p:1'",
        ),
        (
            Misplaced::StartBefore { activity, definition },
            "Cannot perform instruction: Start before activity 'a'; Element 'a' does not exist in process 'p:1': element is null",
        ),
        (
            Misplaced::StartAfter { activity: "a".into() },
            "Cannot perform instruction: Start after activity 'a'; Activity 'a' does not exist: activity is null",
        ),
        (
            Misplaced::StartTransition { transition: "f".into(), definition: "p:1".into() },
            "Cannot perform instruction: Start transition 'f'; Element 'f' does not exist in process 'p:1': element is null",
        ),
        (
            Misplaced::CancelAll { activity: "a".into() },
            "Cannot perform instruction: Cancel all instances of activity 'a'; Activity 'a' does not exist: activity is null",
        ),
        (
            Misplaced::Cancel { kind: InstanceKind::Activity, id: "x".into() },
            "Cannot perform instruction: Cancel activity instance 'x'; Activity instance 'x' does not exist: activityInstance is null",
        ),
        (
            Misplaced::Cancel { kind: InstanceKind::Transition, id: "x".into() },
            "Cannot perform instruction: Cancel transition instance 'x'; Transition instance 'x' does not exist: transitionInstance is null",
        ),
        (
            Misplaced::Ancestor("x".into()),
            "Cannot perform instruction: Ancestor activity instance 'x' does not exist: ancestorInstance is null",
        ),
        (
            Misplaced::NotAround { ancestor: "x".into(), target: "a".into() },
            "Cannot perform instruction: Scope execution for 'x' cannot be found in parent hierarchy of flow element 'a'",
        ),
        (Misplaced::NotAdHoc("x".into()), "'x' is not an active ad-hoc subprocess"),
        (Misplaced::AdHocDone("s".into()), "Ad-hoc subprocess 's' starts nothing more"),
        (Misplaced::AdHocSequential("s".into()), "Ad-hoc subprocess 's' is sequential: one activity at a time"),
        (
            Misplaced::NotStartable { sub_process: "s".into(), activity: "a".into() },
            "Ad-hoc subprocess 's' cannot start 'a': it has no such activity without an incoming flow",
        ),
    ];
    let cases = cases.into_iter().map(|(misplaced, expected)| (misplaced.into(), expected)).collect();
    assert_told(cases, 400, "NotValidException");
}

#[test]
fn what_is_suspended_or_somebody_elses() {
    let suspended = |kind| Rejection::Suspended { kind, id: "x".into() };
    let cases = vec![
        (suspended(Subject::ProcessInstance), "ENGINE-03043 process instance with id 'x' is suspended."),
        (suspended(Subject::Task), "ENGINE-03043 task with id 'x' is suspended."),
        (suspended(Subject::ExternalTask), "ENGINE-03043 ExternalTask with id 'x' is suspended."),
    ];
    assert_told(cases, 400, "SuspendedEntityInteractionException");
    let claimed = Rejection::AlreadyClaimed { task: "x".into(), assignee: "anna".into() };
    let cases = vec![(claimed, "Task 'x' is already claimed by someone else.")];
    assert_told(cases, 500, "TaskAlreadyClaimedException");
    let of = |deed, owner: Option<&str>| Rejection::WrongWorker {
        task: "x".into(),
        worker: "w".into(),
        owner: owner.map(Into::into),
        deed,
    };
    let cases = vec![
        (of(Deed::Lock, Some("v")), "External Task x cannot be locked by worker 'w'. It is locked by worker 'v'."),
        (
            of(Deed::ExtendLock, Some("v")),
            "The lock of the External Task x cannot be extended by worker 'w''. It is locked by worker 'v'.",
        ),
        (of(Deed::Complete, None), "External Task x cannot be completed by worker 'w'. It is locked by worker 'null'."),
        (
            of(Deed::ReportFailure, Some("v")),
            "Failure of External Task x cannot be reported by worker 'w'. It is locked by worker 'v'.",
        ),
        (
            of(Deed::ReportError, Some("v")),
            "Bpmn error of External Task x cannot be reported by worker 'w'. It is locked by worker 'v'.",
        ),
    ];
    assert_told(cases, 400, "BadUserRequestException");
}

#[test]
fn tokens_that_cannot_go_on() {
    let error = |activity: Option<&str>, message: Option<&str>| Rejection::UnhandledError {
        activity: activity.map(Into::into),
        code: "E".to_owned(),
        message: message.map(str::to_owned),
    };
    let cases = vec![
        (
            Rejection::NoOutgoingFlow { element: "g".into() },
            "ENGINE-02004 No outgoing sequence flow for the element with id 'g' could be selected for continuing the process.",
        ),
        (
            Rejection::UnhandledEscalation { execution: "x".into(), code: "E".into() },
            "ENGINE-02043 Execution with id 'x' throws an escalation event with escalationCode 'E', but no escalation handler was defined. ",
        ),
        (
            error(Some("a"), Some("m")),
            "ENGINE-02042 Execution with id 'a' throws an error event with errorCode 'E' and errorMessage 'm', but no error handler was defined. ",
        ),
        (
            error(Some("a"), None),
            "ENGINE-02042 Execution with id 'a' throws an error event with errorCode 'E' and errorMessage 'null', but no error handler was defined. ",
        ),
        (
            error(None, Some("m")),
            "ENGINE-02042 Execution with id threw a BPMN error with errorCode 'E' and message 'm', but no error handler was defined.",
        ),
        (
            error(None, None),
            "ENGINE-02042 Execution with id threw a BPMN error with errorCode 'E', but no error handler was defined.",
        ),
        (
            Rejection::Limit { element: "a".into(), what: "the number of events", limit: 7 },
            "the number of events at 'a' exceeds the limit of 7 for one command",
        ),
        (Rejection::Panicked("its log says where".to_owned()), "its log says where"),
    ];
    assert_told(cases, 500, "ProcessEngineException");
}

#[test]
fn evaluations_that_failed() {
    let rules = || vec![[("out".into(), Value::Integer(1))].into_iter().collect()];
    let delegate = |wanted| Failure::Delegate { text: "${d}".to_owned(), wanted };
    let cases = [
        (Failure::Evaluator(EvaluationError::Failed("why".to_owned())), "why"),
        (Failure::Evaluator(EvaluationError::UnknownProperty("what".to_owned())), "what"),
        (
            Failure::Evaluator(EvaluationError::DueDate { text: "soon".to_owned() }),
            "ENGINE-09026 Exception while resolving duedate 'soon'",
        ),
        (Failure::NullCondition, "condition expression returns null"),
        (
            Failure::Condition { value: "1".into(), type_name: "Integer" },
            "condition expression returns non-Boolean: 1 (Integer)",
        ),
        (Failure::InstanceCount(-1), "Invalid number of instances: must be a non-negative integer value, but was -1"),
        (
            Failure::Cardinality("${n}".to_owned()),
            "Could not resolve loopCardinality expression '${n}': not a number nor number String",
        ),
        (Failure::CollectionMissing("v".to_owned()), "Variable v is not found"),
        (Failure::VariableNoCollection("v".to_owned()), "Variable v' is not a Collection"),
        (Failure::NoCollection("${v}".to_owned()), "${v}' didn't resolve to a Collection"),
        (
            Failure::ActiveElements("String"),
            "the active elements of an ad-hoc subprocess are a list of ids, not a String",
        ),
        (
            Failure::JobPriority("high".into()),
            "Could not determine priority: Priority value is not an Integer, but high",
        ),
        (Failure::TaskPriority("${p}".to_owned()), "Priority does not resolve to a number: ${p}"),
        (Failure::ExternalTaskPriority, "Priority value is not an Integer"),
        (Failure::DecisionVersion("one".into()), "ENGINE-22010 Could not parse version 'one' of the decision"),
        (
            Failure::DecisionResult { mapper: Mapper::SingleEntry, rules: rules() },
            r#"ENGINE-22001 The decision result mapper failed to process '[{"out": Integer(1)}]': a single entry was expected"#,
        ),
        (
            Failure::DecisionResult { mapper: Mapper::SingleResult, rules: Vec::new() },
            "ENGINE-22001 The decision result mapper failed to process '[]': a single result was expected",
        ),
        (
            Failure::DecisionResult { mapper: Mapper::CollectEntries, rules: Vec::new() },
            "ENGINE-22002 The decision result mapper failed to collect the entries of a single output from '[]'",
        ),
        (
            delegate(Delegate::Activity),
            "ENGINE-02008 Delegate expression ${d} did neither resolve to an implementation of interface org.camunda.bpm.engine.impl.pvm.delegate.ActivityBehavior nor interface org.camunda.bpm.engine.delegate.JavaDelegate",
        ),
        (
            delegate(Delegate::Listener),
            "ENGINE-02008 Delegate expression ${d} did neither resolve to an implementation of interface org.camunda.bpm.engine.delegate.ExecutionListener nor interface org.camunda.bpm.engine.delegate.JavaDelegate",
        ),
        (
            Failure::JavaClass("org.acme.Do".to_owned()),
            "ENGINE-09008 Exception while instantiating class 'org.acme.Do': Java classes cannot be loaded",
        ),
        (Failure::Connector("http".to_owned()), "No connector found for connector id 'http'"),
        (
            Failure::Propagation { code: "E".into(), cause: Box::new(Failure::Connector("http".to_owned())) },
            "ENGINE-02042 Propagation of bpmn error E failed. Cause: No connector found for connector id 'http'",
        ),
    ];
    let cases = cases.into_iter().map(|(failure, expected)| (failure.into(), expected)).collect();
    assert_told(cases, 500, "ProcessEngineException");
    let due = EvaluationError::DueDate { text: "soon".to_owned() };
    assert_eq!(sentence(&EngineError::Evaluation(due)), "ENGINE-09026 Exception while resolving duedate 'soon'");
}

fn not_called(binding: Binding, why: NotCalled) -> Impasse {
    let called = Called { key: "p".into(), binding, tenant: None, deployment: "d".into() };
    Impasse::NotCalled { called: Box::new(called), why }
}

#[test]
fn where_the_engine_cannot_go_on() {
    let cases = [
        (Impasse::Steps(7), "more than 7 steps without a wait state"),
        (Impasse::Depth(7), "more than 7 call activities inside each other"),
        (Impasse::Definition("p:1".into()), "no deployed process definition found with id 'p:1'"),
        (
            Impasse::NoneStart { definition: "p:1".into() },
            "Process definition 'p:1' has no default start activity (e.g. none start event), hence you cannot use startProcessInstanceBy... but have to start it using one of the modeled start events (e.g. message start events).",
        ),
        (
            Impasse::CalledNoneStart { definition: "p:1".into() },
            "Process definition 'p:1' has no default start activity (e.g. none start event), hence you cannot use startProcessInstanceBy... but have to start it using one of the modeled start events (e.g. message start events)",
        ),
        (
            not_called(Binding::VersionTag("t".to_owned()), NotCalled::Ambiguous(2)),
            "There are '2' results for a process definition with key 'p', versionTag 't' and tenant-id '{}'.",
        ),
        (
            not_called(Binding::VersionTag("t".to_owned()), NotCalled::Missing),
            "no processes deployed with key = 'p', versionTag = 't' and tenant-id = 'null': processDefinition is null",
        ),
        (
            not_called(Binding::Version("3".to_owned()), NotCalled::Missing),
            "no processes deployed with key = 'p', version = '3' and tenant-id = 'null': processDefinition is null",
        ),
        (
            not_called(Binding::Deployment, NotCalled::Missing),
            "no processes deployed with key = 'p' in deployment = 'd': processDefinition is null",
        ),
        (
            not_called(Binding::Latest, NotCalled::Missing),
            "no processes deployed with key 'p' and tenant-id 'null': processDefinition is null",
        ),
        (Impasse::Link("l".into()), "no intermediate catch event for link 'l'"),
        (Impasse::SubProcessStart("s".into()), "subprocess 's' has no start event to begin at"),
        (
            Impasse::NoOpenFlow { element: "a".into() },
            "ENGINE-02003 No conditional sequence flow leaving the Flow Node 'a' could be selected for continuing the process",
        ),
        (
            Impasse::NotATimer { job: "x".into(), kind: "async-continuation" },
            "Only timer jobs can be recalculated, but the job with id 'x' is of type 'async-continuation'.",
        ),
        (Impasse::NotSignalled("x".into()), "cannot signal execution x: it has no current activity"),
        (
            Impasse::CompensationBoundary("a".into()),
            "Cannot start before activity a; activity is a compensation boundary event.",
        ),
        (
            Impasse::NoWayOut("a".into()),
            "Cannot start after activity a; activity has no outgoing sequence flow to take",
        ),
        (
            Impasse::ManyWaysOut("a".into()),
            "Cannot start after activity a; activity has more than one outgoing sequence flow",
        ),
        (Impasse::Busy("s".into()), "Concurrent instantiation not possible for activities in scope s"),
        (Impasse::AmbiguousAncestor("a".into()), "Ancestor activity execution is ambiguous for activity a"),
        (
            Impasse::OtherDefinition { instance: "x".into(), own: "p:1".into(), planned: "p:2".into() },
            "ENGINE-23002 Process instance 'x' cannot be migrated. Its process definition 'p:1' does not match the source process definition of the migration plan 'p:2'",
        ),
        (Impasse::Elsewhere, "what takes long is done elsewhere"),
    ];
    let cases = cases.into_iter().map(|(impasse, expected)| (impasse.into(), expected)).collect();
    assert_told(cases, 500, "ProcessEngineException");
}

fn mapped() -> MappedActivity {
    MappedActivity { source: "a".into(), target: "b".into(), update_event_trigger: false }
}

#[test]
fn plans_that_are_not_valid() {
    let cases = [
        (PlanFault::NoSource("a".into()), "Source activity 'a' does not exist"),
        (PlanFault::NoTarget("b".into()), "Target activity 'b' does not exist"),
        (
            PlanFault::Types { source: MigrationType::Of("userTask"), target: MigrationType::ExternalTask },
            "Activities have incompatible types (UserTaskActivityBehavior is not compatible with ExternalTaskActivityBehavior)",
        ),
        (
            PlanFault::EventTypes { source: "boundaryTimer".into(), target: "boundarySignal".into() },
            "Events are not of the same type (boundaryTimer != boundarySignal)",
        ),
        (
            PlanFault::MappedTwice { source: "a".into(), instructions: vec![mapped(), mapped()] },
            "There are multiple mappings for source activity id 'a': MigrationInstructionImpl{sourceActivityId='a', targetActivityId='b', updateEventTrigger='false'}, MigrationInstructionImpl{sourceActivityId='a', targetActivityId='b', updateEventTrigger='false'}",
        ),
        (
            PlanFault::NewBody { target: "b".into(), body: "b#multiInstanceBody".into() },
            "Target activity 'b' is a descendant of multi-instance body 'b#multiInstanceBody' that is not mapped from the source process definition.",
        ),
        (PlanFault::BodyWithoutInside, "Must map the inner activity of a multi-instance body when the body is mapped"),
        (PlanFault::InsideRemoved, "Cannot remove the inner activity of a multi-instance body when the body is mapped"),
        (
            PlanFault::FewerFlows,
            "The target gateway must have at least the same number of incoming sequence flows that the source gateway has",
        ),
        (PlanFault::GatewayScopeUnmapped { scope: "s".into() }, "The gateway's flow scope 's' must be mapped"),
        (PlanFault::GatewayMappedTwice { gateway: "g".into() }, "Only one gateway can be mapped to gateway 'g'"),
        (
            PlanFault::EventScope { source: "s".into(), target: None },
            "The source activity's event scope (s) must be mapped but the target activity has no event scope",
        ),
        (
            PlanFault::EventScope { source: "s".into(), target: Some("t".into()) },
            "The source activity's event scope (s) must be mapped to the target activity's event scope (t)",
        ),
        (
            PlanFault::NoTrigger,
            "Cannot update event trigger because the activity does not define a persistent event trigger",
        ),
        (
            PlanFault::OutsideAncestor { ancestor: "s".into(), scope: "t".into(), target: "b".into() },
            "The closest mapped ancestor 's' is mapped to scope 't' which is not an ancestor of target scope 'b'",
        ),
        (PlanFault::ConditionKept, "Conditional event has to set updateEventTrigger to true"),
    ];
    for (fault, expected) in cases {
        assert_eq!(plan_fault(&fault), expected, "{fault:?}");
    }
}

#[test]
fn a_class_is_named_like_its_activity_unless_camunda_names_it_otherwise() {
    let names = [MigrationType::Of("userTask"), MigrationType::Of("boundaryEvent"), MigrationType::CallActivity];
    let expected = ["UserTaskActivityBehavior", "BoundaryEventActivityBehavior", "CallActivityBehavior"];
    assert_eq!(names.map(class_name), expected);
}

#[test]
fn instances_that_cannot_follow_a_plan() {
    let cases = [
        (InstanceFault::Unmapped, "There is no migration instruction for this instance's activity"),
        (
            InstanceFault::Unsupported,
            "The type of the source activity is not supported for activity instance migration",
        ),
        (InstanceFault::NotAsyncBefore, "Target activity is not asyncBefore"),
        (InstanceFault::NotAsyncAfter, "Target activity is not asyncAfter"),
        (
            InstanceFault::NoWayOut,
            "Transition instance is assigned no sequence flow and target activity has more than one outgoing sequence flow",
        ),
        (
            InstanceFault::Compensation("a".into()),
            "Cannot migrate subscription for compensation handler of activity 'a'. There is no migration instruction for it",
        ),
    ];
    for (fault, expected) in cases {
        assert_eq!(instance_fault(&fault), expected, "{fault:?}");
    }
    let stuck = |id: &str, fault| StuckInstance {
        id: id.into(),
        scope: "a".into(),
        instruction: Some(mapped()),
        failures: vec![fault],
    };
    let report = InstanceReport {
        instance: "x".into(),
        failures: vec![InstanceFault::Compensation("c".into())],
        activities: vec![stuck("a:1", InstanceFault::Unmapped)],
        transitions: vec![stuck("2", InstanceFault::NotAsyncAfter)],
    };
    let error = rejected(&Rejection::Migration(Box::new(report)));
    assert_eq!((error.status.as_u16(), error.kind), (400, "MigratingProcessInstanceValidationException"));
    assert_eq!(
        error.message,
        "ENGINE-23004 Cannot migrate process instance 'x':\n\
         \tCannot migrate subscription for compensation handler of activity 'c'. There is no migration instruction for it\n\
         \tCannot migrate activity instance 'a:1':\n\
         \t\tThere is no migration instruction for this instance's activity\n\
         \tCannot migrate transition instance '2':\n\
         \t\tTarget activity is not asyncAfter\n"
    );
    let (key, reported) = error.extra.first().unwrap();
    assert_eq!(*key, "validationReport");
    assert_eq!(
        reported["activityInstanceValidationReports"][0]["failures"][0],
        "There is no migration instruction for this instance's activity"
    );
}
