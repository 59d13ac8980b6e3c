//! Whether who is signed in may do what they ask for.
//!
//! Every operation has an action ([`operations`]) that policy is asked about. Beside it a machine client may be bound to
//! topics, and a worker reads variables only where it has a task.

use crate::error::{RestError, RestResult};
use crate::operations::{self, READ_VARIABLES, READ_VARIABLES_OF_HELD};
use crate::signed_in::SignedIn;
use casewright_access::{Access, Resource, Subject};
use casewright_engine_runtime::Engine;
use casewright_engine_runtime::registry::BuiltInUse;
use http::StatusCode;
use http::request::Parts;
use serde_json::{Value as Json, json};

/// The kind that policies know the contract's operations by.
const KIND: &str = "engine-rest";
/// Lets models, and who starts them, have the platform's own workers act.
const ALLOW_TOPICS: &str = "allow-topics";

/// # Errors
/// 403, in Camunda's words: which permission is missing.
pub(crate) async fn check(engine: &Engine, access: &Access, subject: &Subject, parts: &Parts) -> RestResult<()> {
    let action = operations::action(parts);
    let path = operations::without_engine(parts.uri.path());
    let resource = Resource::new(KIND, path).with(json!({"method": parts.method.as_str()}));
    if access.allows_operation(subject, action, &resource).await {
        return Ok(());
    }
    if action == READ_VARIABLES
        && access.allows_operation(subject, READ_VARIABLES_OF_HELD, &resource).await
        && holds_task_at(engine, subject, path).await?
    {
        return Ok(());
    }
    tracing::info!(subject = subject.id, action, path, "forbidden");
    let (kind, permission) = action.split_once(':').unwrap_or((action, action));
    Err(missing(subject, permission, kind, None))
}

/// Refuses work on a topic that the client is not bound to.
///
/// # Errors
/// 403.
pub(crate) fn check_topic(subject: &Subject, topic: &str) -> RestResult<()> {
    if subject.works_for(topic) {
        return Ok(());
    }
    tracing::info!(subject = subject.id, topic, "the client is bound to other topics");
    Err(missing(subject, "work", "topic", Some(topic)))
}

/// Whether the subject may set variables that the platform's own workers act on: who may let a model use these workers.
pub(crate) async fn may_set_reserved(SignedIn { access, subject }: &SignedIn) -> bool {
    access.allows(subject, ALLOW_TOPICS, &Resource::kind("deployment")).await
}

/// 403: these variables are set by the platform itself.
pub(crate) fn reserved(SignedIn { subject, .. }: &SignedIn, names: &[&str]) -> RestError {
    tracing::info!(subject = subject.id, variables = names.join(" "), "reserved variables are the platform's own");
    let refusal = missing(subject, ALLOW_TOPICS, "deployment", None);
    RestError { message: format!("Only the platform itself sets {}. {}", names.join(", "), refusal.message), ..refusal }
}

/// Refuses a model that makes the platform's own workers act, unless whoever deploys it may let models do that.
///
/// # Errors
/// 403.
pub(crate) async fn check_built_in_topics(signed_in: &SignedIn, found: Option<BuiltInUse>) -> RestResult<()> {
    let SignedIn { access, subject } = signed_in;
    let Some(found) = found else {
        return Ok(());
    };
    if access.allows(subject, ALLOW_TOPICS, &Resource::kind("deployment")).await {
        return Ok(());
    }
    tracing::info!(subject = subject.id, topic = found.topic, "the platform's own topics are not for this deployer");
    let refusal = missing(subject, ALLOW_TOPICS, "deployment", None);
    Err(RestError { message: found.refusal(), ..refusal })
}

/// Camunda's `AuthorizationExceptionDto`.
fn missing(subject: &Subject, permission: &str, resource: &str, id: Option<&str>) -> RestError {
    let on = id.map(|id| format!(" '{id}'")).unwrap_or_default();
    let message = format!(
        "The user with id '{}' does not have '{permission}' permission on resource '{resource}'{on}.",
        subject.id
    );
    let absent = json!([{"permissionName": permission, "resourceName": resource, "resourceId": id}]);
    RestError {
        extra: vec![("userId", Json::from(subject.id.as_str())), ("missingAuthorizations", absent)],
        ..RestError::new(StatusCode::FORBIDDEN, "AuthorizationException", message, Some(0))
    }
}

/// Whether the path is of an execution or a process instance in which an external task is locked that the subject may work
/// for. The name that a worker locks under is its own choice and says nothing about who it is.
async fn holds_task_at(engine: &Engine, subject: &Subject, path: &str) -> RestResult<bool> {
    let mut segments = path.split('/').skip(1);
    let (Some("execution" | "process-instance"), Some(id)) = (segments.next(), segments.next()) else {
        return Ok(false);
    };
    let Some(state) = engine.instances().state_of(id).await? else {
        return Ok(false);
    };
    let Some(id) = state.local(id) else {
        return Ok(false);
    };
    let now = engine.now();
    Ok(state.external_tasks().any(|task| {
        let is_there = task.place.execution == id || task.place.instance == id;
        is_there && task.locked_until.is_some_and(|until| until > now) && subject.works_for(&task.topic)
    }))
}
