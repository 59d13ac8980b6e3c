//! What the core refuses: status, exception and sentence of each rejection.

use super::evaluation::failure;
use super::migration::{instance_report, not_migrated};
use crate::error::RestError;
use casewright_engine_core::Rejection;
use casewright_engine_core::entity::SubscriptionKind;
use casewright_engine_core::env::NotCalled;
use casewright_engine_core::rejection::{
    Called, Deed, Duration, Impasse, InstanceKind, Lacking, Misplaced, Sought, Subject, WrongRequest,
};
use casewright_engine_model::model::Binding;
use http::StatusCode;

/// The rejection as an operation tells it that wraps nothing.
pub(crate) fn rejected(rejection: &Rejection) -> RestError {
    let (status, exception) = kind(rejection);
    let mut error = RestError::new(status, exception, sentence(rejection), Some(0));
    if let Rejection::Migration(report) = rejection {
        error.extra.push(("validationReport", instance_report(report)));
    }
    error
}

/// Status, and the simple name of the exception.
fn kind(rejection: &Rejection) -> (StatusCode, &'static str) {
    match rejection {
        Rejection::NotFound { kind: Subject::ExternalTask, .. } => (StatusCode::NOT_FOUND, "NotFoundException"),
        Rejection::NotFound { .. } => (StatusCode::NOT_FOUND, "NullValueException"),
        Rejection::BadRequest(_) | Rejection::WrongWorker { .. } => {
            (StatusCode::BAD_REQUEST, "BadUserRequestException")
        }
        Rejection::NotValid(_) => (StatusCode::BAD_REQUEST, "NotValidException"),
        Rejection::Suspended { .. } => (StatusCode::BAD_REQUEST, "SuspendedEntityInteractionException"),
        Rejection::Migration(_) => (StatusCode::BAD_REQUEST, "MigratingProcessInstanceValidationException"),
        Rejection::AlreadyClaimed { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "TaskAlreadyClaimedException"),
        Rejection::NullValue(_) | Rejection::Ended(_) => (StatusCode::INTERNAL_SERVER_ERROR, "NullValueException"),
        Rejection::NoOutgoingFlow { .. }
        | Rejection::UnhandledEscalation { .. }
        | Rejection::UnhandledError { .. }
        | Rejection::Evaluation(_)
        | Rejection::Limit { .. }
        | Rejection::Panicked(_)
        | Rejection::Engine(_) => (StatusCode::INTERNAL_SERVER_ERROR, "ProcessEngineException"),
    }
}

/// What Camunda has no sentence for is told in ours.
fn sentence(rejection: &Rejection) -> String {
    match rejection {
        Rejection::NotFound { kind, id, sought } => not_found(*kind, id, *sought),
        Rejection::BadRequest(wrong) => bad_request(wrong),
        Rejection::NullValue(lacking) => null_value(lacking),
        Rejection::NotValid(misplaced) => not_valid(misplaced),
        Rejection::Suspended { kind, id } => {
            let kind = if *kind == Subject::ExternalTask { "ExternalTask" } else { name(*kind) };
            format!("ENGINE-03043 {kind} with id '{id}' is suspended.")
        }
        Rejection::AlreadyClaimed { task, .. } => format!("Task '{task}' is already claimed by someone else."),
        Rejection::WrongWorker { task, worker, owner, deed } => {
            let owner = owner.as_deref().unwrap_or("null");
            format!("{} It is locked by worker '{owner}'.", not_theirs(*deed, task, worker))
        }
        Rejection::NoOutgoingFlow { element } => format!(
            "ENGINE-02004 No outgoing sequence flow for the element with id '{element}' could be selected for continuing the process."
        ),
        Rejection::UnhandledEscalation { execution, code } => format!(
            "ENGINE-02043 Execution with id '{execution}' throws an escalation event with escalationCode '{code}', but no escalation handler was defined. "
        ),
        Rejection::UnhandledError { activity: Some(activity), code, message } => format!(
            "ENGINE-02042 Execution with id '{activity}' throws an error event with errorCode '{code}' and errorMessage '{}', but no error handler was defined. ",
            message.as_deref().unwrap_or("null")
        ),
        Rejection::UnhandledError { activity: None, code, message } => format!(
            "ENGINE-02042 Execution with id threw a BPMN error with errorCode '{code}'{}, but no error handler was defined.",
            message.as_ref().map(|message| format!(" and message '{message}'")).unwrap_or_default()
        ),
        Rejection::Evaluation(failed) => failure(failed),
        Rejection::Engine(impasse) => stuck(impasse),
        Rejection::Migration(report) => not_migrated(report),
        Rejection::Limit { .. } | Rejection::Panicked(_) | Rejection::Ended(_) => rejection.to_string(),
    }
}

fn name(kind: Subject) -> &'static str {
    match kind {
        Subject::ProcessInstance => "process instance",
        Subject::Execution => "execution",
        Subject::Task => "task",
        Subject::ExternalTask => "external task",
        Subject::Job => "job",
        Subject::Subscription => "event subscription",
        Subject::Incident => "incident",
    }
}

fn not_found(kind: Subject, id: &str, sought: Sought) -> String {
    let name = name(kind);
    match (kind, sought) {
        (_, Sought::Variables) => format!("{name} {id} doesn't exist: {name} is null"),
        (Subject::ProcessInstance, _) => format!("No process instance found for id '{id}'"),
        (Subject::Job, _) => format!("No job found with id '{id}': job is null"),
        (Subject::ExternalTask, _) => format!("Cannot find external task with id {id}: externalTask is null"),
        _ => format!("Cannot find {name} with id {id}: {name} is null"),
    }
}

/// The quotes are Camunda's.
fn not_theirs(deed: Deed, task: &str, worker: &str) -> String {
    match deed {
        Deed::Lock => format!("External Task {task} cannot be locked by worker '{worker}'."),
        Deed::ExtendLock => format!("The lock of the External Task {task} cannot be extended by worker '{worker}''."),
        Deed::Complete => format!("External Task {task} cannot be completed by worker '{worker}'."),
        Deed::ReportFailure => format!("Failure of External Task {task} cannot be reported by worker '{worker}'."),
        Deed::ReportError => format!("Bpmn error of External Task {task} cannot be reported by worker '{worker}'."),
    }
}

fn bad_request(wrong: &WrongRequest) -> String {
    match wrong {
        WrongRequest::StartedAlready(id) => format!("process instance {id} has started already"),
        WrongRequest::JobRetries(retries) => format!(
            "ENGINE-13054 The number of job retries must be a non-negative Integer, but '{retries}' has been provided."
        ),
        WrongRequest::ExternalTaskRetries => {
            "The number of retries cannot be negative: retries is not greater than or equal to 0".to_owned()
        }
        WrongRequest::NotPositive(Duration::Lock) => "lockDuration is not greater than 0".to_owned(),
        WrongRequest::NotPositive(Duration::LockExtension) => "lockTime is not greater than 0".to_owned(),
        WrongRequest::RetryTimeout => "retryDuration is not greater than or equal to 0".to_owned(),
        WrongRequest::LockExpired => "Cannot extend a lock that expired: lockExpirationTime is in the past".to_owned(),
        WrongRequest::NoErrorCode => "errorCode is empty".to_owned(),
        WrongRequest::NoEscalationCode => "escalationCode is empty".to_owned(),
        WrongRequest::IncidentOfWork(kind) => format!("Cannot resolve an incident of type {kind}"),
        WrongRequest::CalledLeftOut => {
            "skipSubprocesses is not supported: a called instance belongs to its root".to_owned()
        }
        WrongRequest::NotOfTasksAlone => wrong.to_string(),
    }
}

fn null_value(lacking: &Lacking) -> String {
    match lacking {
        Lacking::Activities => "activities is empty".to_owned(),
        Lacking::Subscription { execution, kind, name } => {
            let name = name.as_deref().unwrap_or("null");
            match kind {
                SubscriptionKind::Signal => {
                    format!("Execution '{execution}' has not subscribed to a signal event with name '{name}'. is empty")
                }
                _ => format!(
                    "Execution with id '{execution}' does not have a subscription to a {} event with name '{name}': eventSubscriptions is empty",
                    kind.name()
                ),
            }
        }
    }
}

fn not_valid(misplaced: &Misplaced) -> String {
    let reason = match misplaced {
        Misplaced::StartEvent { event, definition } => {
            return format!("no start event '{event}' in process definition '{definition}'");
        }
        Misplaced::NotAdHoc(_)
        | Misplaced::AdHocDone(_)
        | Misplaced::AdHocSequential(_)
        | Misplaced::NotStartable { .. } => return misplaced.to_string(),
        Misplaced::StartBefore { activity, definition } => format!(
            "Start before activity '{activity}'; Element '{activity}' does not exist in process '{definition}': element is null"
        ),
        Misplaced::StartAfter { activity } => {
            format!("Start after activity '{activity}'; Activity '{activity}' does not exist: activity is null")
        }
        Misplaced::StartTransition { transition, definition } => format!(
            "Start transition '{transition}'; Element '{transition}' does not exist in process '{definition}': element is null"
        ),
        Misplaced::CancelAll { activity } => format!(
            "Cancel all instances of activity '{activity}'; Activity '{activity}' does not exist: activity is null"
        ),
        Misplaced::Cancel { kind: InstanceKind::Activity, id } => format!(
            "Cancel activity instance '{id}'; Activity instance '{id}' does not exist: activityInstance is null"
        ),
        Misplaced::Cancel { kind: InstanceKind::Transition, id } => format!(
            "Cancel transition instance '{id}'; Transition instance '{id}' does not exist: transitionInstance is null"
        ),
        Misplaced::Ancestor(id) => {
            format!("Ancestor activity instance '{id}' does not exist: ancestorInstance is null")
        }
        Misplaced::NotAround { ancestor, target } => {
            format!("Scope execution for '{ancestor}' cannot be found in parent hierarchy of flow element '{target}'")
        }
    };
    format!("Cannot perform instruction: {reason}")
}

fn stuck(impasse: &Impasse) -> String {
    match impasse {
        Impasse::Definition(id) => format!("no deployed process definition found with id '{id}'"),
        Impasse::NoneStart { definition } => format!("{}.", no_none_start(definition)),
        Impasse::CalledNoneStart { definition } => no_none_start(definition),
        Impasse::NotCalled { called, why } => not_called(called, *why),
        Impasse::NoOpenFlow { element } => format!(
            "ENGINE-02003 No conditional sequence flow leaving the Flow Node '{element}' could be selected for continuing the process"
        ),
        Impasse::NotATimer { job, kind } => {
            format!("Only timer jobs can be recalculated, but the job with id '{job}' is of type '{kind}'.")
        }
        Impasse::NotSignalled(execution) => format!("cannot signal execution {execution}: it has no current activity"),
        Impasse::CompensationBoundary(activity) => {
            format!("Cannot start before activity {activity}; activity is a compensation boundary event.")
        }
        Impasse::NoWayOut(activity) => {
            format!("Cannot start after activity {activity}; activity has no outgoing sequence flow to take")
        }
        Impasse::ManyWaysOut(activity) => {
            format!("Cannot start after activity {activity}; activity has more than one outgoing sequence flow")
        }
        Impasse::Busy(scope) => format!("Concurrent instantiation not possible for activities in scope {scope}"),
        Impasse::AmbiguousAncestor(activity) => {
            format!("Ancestor activity execution is ambiguous for activity {activity}")
        }
        Impasse::OtherDefinition { instance, own, planned } => format!(
            "ENGINE-23002 Process instance '{instance}' cannot be migrated. Its process definition '{own}' does not match the source process definition of the migration plan '{planned}'"
        ),
        Impasse::Steps(_) | Impasse::Depth(_) | Impasse::Link(_) | Impasse::SubProcessStart(_) | Impasse::Elsewhere => {
            impasse.to_string()
        }
    }
}

fn no_none_start(definition: &str) -> String {
    format!(
        "Process definition '{definition}' has no default start activity (e.g. none start event), hence you cannot use startProcessInstanceBy... but have to start it using one of the modeled start events (e.g. message start events)"
    )
}

/// Camunda prints braces instead of the tenant.
fn not_called(called: &Called, why: NotCalled) -> String {
    let key = &called.key;
    let tenant = called.tenant.as_deref().unwrap_or("null");
    match (why, &called.binding) {
        (NotCalled::Ambiguous(count), Binding::VersionTag(tag)) => format!(
            "There are '{count}' results for a process definition with key '{key}', versionTag '{tag}' and tenant-id '{{}}'."
        ),
        (_, Binding::VersionTag(tag)) => format!(
            "no processes deployed with key = '{key}', versionTag = '{tag}' and tenant-id = '{tenant}': processDefinition is null"
        ),
        (_, Binding::Version(version)) => format!(
            "no processes deployed with key = '{key}', version = '{version}' and tenant-id = '{tenant}': processDefinition is null"
        ),
        (_, Binding::Deployment) => format!(
            "no processes deployed with key = '{key}' in deployment = '{}': processDefinition is null",
            called.deployment
        ),
        (_, Binding::Latest) => {
            format!("no processes deployed with key '{key}' and tenant-id '{tenant}': processDefinition is null")
        }
    }
}
