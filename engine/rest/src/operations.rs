//! What each operation of the contract is to those who decide who may do it: an action of two parts, `deployment:create`.
//!
//! One row per route and method. A route without a row is nobody's but of those who may do everything, and fails a test. The
//! forms of one operation (a definition by id or by key, with or without the engine's name in front) are one row.

use axum::extract::{MatchedPath, NestedPath};
use http::Method;
use http::request::Parts;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What is asked where no row says anything: only `engine-rest:*` holds it.
const UNLISTED: &str = "operation:unlisted";
/// Deploys files, which may be larger than what other operations take.
pub(crate) const DEPLOY: &str = "deployment:create";
/// Reads variables of an instance, an execution or a task.
pub(crate) const READ_VARIABLES: &str = "variable:read";
/// [`READ_VARIABLES`] where the caller has an external task locked.
pub(crate) const READ_VARIABLES_OF_HELD: &str = "external-task:variables";

/// An operation, or several that are alike.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Methods, with spaces between them; `*`: all.
    pub methods: &'static str,
    /// As the router spells it, below the mount and the name of an engine.
    pub path: &'static str,
    /// What policies are asked about `engine-rest`.
    pub action: &'static str,
}

const fn of(methods: &'static str, path: &'static str, action: &'static str) -> Operation {
    Operation { methods, path, action }
}

/// Every operation.
#[rustfmt::skip]
pub const OPERATIONS: &[Operation] = &[
    // What the engine is.
    of("GET", "/version", "engine:read"),
    of("PUT", "/conformance/clock", "engine:update"),
    of("*", "/{*rest}", "engine:read"),
    of("GET", "/metrics", "metrics:read"),
    of("GET", "/metrics/{name}/sum", "metrics:read"),
    of("DELETE", "/metrics/task-worker", "metrics:delete"),
    of("GET", "/telemetry/data", "telemetry:read"),
    of("GET", "/telemetry/configuration", "telemetry:read"),
    of("POST", "/telemetry/configuration", "telemetry:update"),

    // Deployments and definitions.
    of("GET", "/deployment", "deployment:read"),
    of("GET", "/deployment/count", "deployment:read"),
    of("POST", "/deployment/create", DEPLOY),
    of("GET", "/deployment/registered", "deployment:read"),
    of("GET", "/deployment/{id}", "deployment:read"),
    of("DELETE", "/deployment/{id}", "deployment:delete"),
    of("POST", "/deployment/{id}/redeploy", DEPLOY),
    of("GET", "/deployment/{id}/resources", "deployment:read"),
    of("GET", "/deployment/{id}/resources/{resourceId}", "deployment:read"),
    of("GET", "/deployment/{id}/resources/{resourceId}/data", "deployment:read"),
    of("GET", "/process-definition", "process-definition:read"),
    of("GET", "/process-definition/count", "process-definition:read"),
    of("GET", "/process-definition/statistics", "process-definition:read"),
    of("PUT", "/process-definition/suspended", "process-definition:update"),
    of("GET", "/process-definition/{id}", "process-definition:read"),
    of("DELETE", "/process-definition/{id}", "process-definition:delete"),
    of("DELETE", "/process-definition/{id}/delete", "process-definition:delete"),
    of("GET", "/process-definition/{id}/xml", "process-definition:read"),
    of("GET", "/process-definition/{id}/diagram", "process-definition:read"),
    of("POST", "/process-definition/{id}/start", "process-instance:create"),
    of("GET", "/process-definition/{id}/startForm", "process-definition:read"),
    of("GET", "/process-definition/{id}/rendered-form", "process-definition:read"),
    of("GET", "/process-definition/{id}/deployed-start-form", "process-definition:read"),
    of("GET", "/process-definition/{id}/form-variables", "process-definition:read"),
    of("POST", "/process-definition/{id}/submit-form", "process-instance:create"),
    of("PUT", "/process-definition/{id}/suspended", "process-definition:update"),
    of("GET", "/process-definition/{id}/statistics", "process-definition:read"),
    of("PUT", "/process-definition/{id}/history-time-to-live", "process-definition:update"),
    of("GET", "/process-definition/{id}/static-called-process-definitions", "process-definition:read"),
    of("POST", "/process-definition/{id}/restart", "process-instance:create"),
    of("POST", "/process-definition/{id}/restart-async", "batch:create"),
    of("GET", "/decision-definition", "decision-definition:read"),
    of("GET", "/decision-definition/count", "decision-definition:read"),
    of("GET", "/decision-definition/{id}", "decision-definition:read"),
    of("GET", "/decision-definition/{id}/xml", "decision-definition:read"),
    of("GET", "/decision-definition/{id}/diagram", "decision-definition:read"),
    of("POST", "/decision-definition/{id}/evaluate", "decision-definition:evaluate"),
    of("PUT", "/decision-definition/{id}/history-time-to-live", "decision-definition:update"),
    of("GET", "/decision-requirements-definition", "decision-requirements-definition:read"),
    of("GET", "/decision-requirements-definition/count", "decision-requirements-definition:read"),
    of("GET", "/decision-requirements-definition/{id}", "decision-requirements-definition:read"),
    of("GET", "/decision-requirements-definition/{id}/xml", "decision-requirements-definition:read"),
    of("GET", "/decision-requirements-definition/{id}/diagram", "decision-requirements-definition:read"),

    // Instances, and what moves them.
    of("GET POST", "/process-instance", "process-instance:read"),
    of("GET POST", "/process-instance/count", "process-instance:read"),
    of("PUT", "/process-instance/suspended", "process-instance:update"),
    of("GET", "/process-instance/{id}", "process-instance:read"),
    of("DELETE", "/process-instance/{id}", "process-instance:delete"),
    of("PUT", "/process-instance/{id}/suspended", "process-instance:update"),
    of("GET", "/process-instance/{id}/activity-instances", "process-instance:read"),
    of("POST", "/process-instance/{id}/modification", "process-instance:update"),
    of("GET", "/process-instance/{id}/comment", "process-instance:read"),
    of("PUT DELETE", "/process-instance/{id}/comment", "process-instance:update"),
    of("DELETE", "/process-instance/{id}/comment/{commentId}", "process-instance:update"),
    of("GET", "/process-instance/{id}/variables", READ_VARIABLES),
    of("POST", "/process-instance/{id}/variables", "variable:update"),
    of("GET", "/process-instance/{id}/variables/{varId}", READ_VARIABLES),
    of("PUT DELETE", "/process-instance/{id}/variables/{varId}", "variable:update"),
    of("GET", "/process-instance/{id}/variables/{varId}/data", READ_VARIABLES),
    of("POST", "/process-instance/{id}/variables/{varId}/data", "variable:update"),
    of("POST", "/modification/execute", "process-instance:update"),
    of("POST", "/migration/generate", "process-definition:read"),
    of("POST", "/migration/validate", "process-definition:read"),
    of("POST", "/migration/execute", "process-instance:update"),
    of("GET POST", "/execution", "execution:read"),
    of("GET POST", "/execution/count", "execution:read"),
    of("GET", "/execution/{id}", "execution:read"),
    of("POST", "/execution/{id}/signal", "execution:signal"),
    of("POST", "/execution/{id}/create-incident", "incident:create"),
    of("GET", "/execution/{id}/messageSubscriptions/{messageName}", "event-subscription:read"),
    of("POST", "/execution/{id}/messageSubscriptions/{messageName}/trigger", "message:correlate"),
    of("GET", "/execution/{id}/localVariables", READ_VARIABLES),
    of("POST", "/execution/{id}/localVariables", "variable:update"),
    of("GET", "/execution/{id}/localVariables/{varId}", READ_VARIABLES),
    of("PUT DELETE", "/execution/{id}/localVariables/{varId}", "variable:update"),
    of("GET", "/execution/{id}/localVariables/{varId}/data", READ_VARIABLES),
    of("POST", "/execution/{id}/localVariables/{varId}/data", "variable:update"),
    of("GET POST", "/variable-instance", READ_VARIABLES),
    of("GET POST", "/variable-instance/count", READ_VARIABLES),
    of("GET", "/variable-instance/{id}", READ_VARIABLES),
    of("GET", "/variable-instance/{id}/data", READ_VARIABLES),
    of("GET", "/event-subscription", "event-subscription:read"),
    of("GET", "/event-subscription/count", "event-subscription:read"),
    of("POST", "/message", "message:correlate"),
    of("POST", "/signal", "signal:send"),
    of("POST", "/condition", "condition:evaluate"),

    // User tasks.
    of("GET POST", "/task", "task:read"),
    of("GET POST", "/task/count", "task:read"),
    of("POST", "/task/create", "task:create"),
    of("GET", "/task/report/candidate-group-count", "task:read"),
    of("GET", "/task/{id}", "task:read"),
    of("PUT", "/task/{id}", "task:update"),
    of("DELETE", "/task/{id}", "task:delete"),
    of("POST", "/task/{id}/assignee", "task:assign"),
    of("POST", "/task/{id}/claim", "task:claim"),
    of("POST", "/task/{id}/unclaim", "task:unclaim"),
    of("POST", "/task/{id}/delegate", "task:delegate"),
    of("POST", "/task/{id}/resolve", "task:resolve"),
    of("POST", "/task/{id}/complete", "task:complete"),
    of("POST", "/task/{id}/submit-form", "task:complete"),
    of("POST", "/task/{id}/bpmnError", "task:complete"),
    of("POST", "/task/{id}/bpmnEscalation", "task:escalate"),
    of("GET", "/task/{id}/form", "task:read"),
    of("GET", "/task/{id}/rendered-form", "task:read"),
    of("GET", "/task/{id}/deployed-form", "task:read"),
    of("GET", "/task/{id}/form-variables", READ_VARIABLES),
    of("GET", "/task/{id}/comment", "task:read"),
    of("PUT DELETE", "/task/{id}/comment", "task:update"),
    of("POST", "/task/{id}/comment/create", "task:update"),
    of("GET", "/task/{id}/comment/{commentId}", "task:read"),
    of("DELETE", "/task/{id}/comment/{commentId}", "task:update"),
    of("GET", "/task/{id}/attachment", "task:read"),
    of("POST", "/task/{id}/attachment/create", "task:update"),
    of("GET", "/task/{id}/attachment/{attachmentId}", "task:read"),
    of("DELETE", "/task/{id}/attachment/{attachmentId}", "task:update"),
    of("GET", "/task/{id}/attachment/{attachmentId}/data", "task:read"),
    of("GET", "/task/{id}/identity-links", "task:read"),
    of("POST", "/task/{id}/identity-links", "task:assign"),
    of("POST", "/task/{id}/identity-links/delete", "task:assign"),
    of("GET", "/task/{id}/variables", READ_VARIABLES),
    of("POST", "/task/{id}/variables", "variable:update"),
    of("GET", "/task/{id}/variables/{varId}", READ_VARIABLES),
    of("PUT DELETE", "/task/{id}/variables/{varId}", "variable:update"),
    of("GET", "/task/{id}/variables/{varId}/data", READ_VARIABLES),
    of("POST", "/task/{id}/variables/{varId}/data", "variable:update"),
    of("GET", "/task/{id}/localVariables", READ_VARIABLES),
    of("POST", "/task/{id}/localVariables", "variable:update"),
    of("GET", "/task/{id}/localVariables/{varId}", READ_VARIABLES),
    of("PUT DELETE", "/task/{id}/localVariables/{varId}", "variable:update"),
    of("GET", "/task/{id}/localVariables/{varId}/data", READ_VARIABLES),
    of("POST", "/task/{id}/localVariables/{varId}/data", "variable:update"),
    of("GET OPTIONS", "/filter", "filter:read"),
    of("GET", "/filter/count", "filter:read"),
    of("POST", "/filter/create", "filter:create"),
    of("GET OPTIONS", "/filter/{id}", "filter:read"),
    of("PUT", "/filter/{id}", "filter:update"),
    of("DELETE", "/filter/{id}", "filter:delete"),
    of("GET POST", "/filter/{id}/count", "task:read"),
    of("GET POST", "/filter/{id}/list", "task:read"),
    of("GET POST", "/filter/{id}/singleResult", "task:read"),

    // External tasks.
    of("GET POST", "/external-task", "external-task:read"),
    of("GET POST", "/external-task/count", "external-task:read"),
    of("POST", "/external-task/fetchAndLock", "external-task:fetch"),
    of("PUT", "/external-task/retries", "external-task:update"),
    of("GET", "/external-task/topic-names", "external-task:read"),
    of("GET", "/external-task/{id}", "external-task:read"),
    of("POST", "/external-task/{id}/bpmnError", "external-task:bpmn-error"),
    of("POST", "/external-task/{id}/complete", "external-task:complete"),
    of("GET", "/external-task/{id}/errorDetails", "external-task:read"),
    of("POST", "/external-task/{id}/extendLock", "external-task:extend"),
    of("POST", "/external-task/{id}/failure", "external-task:fail"),
    of("POST", "/external-task/{id}/lock", "external-task:lock"),
    of("PUT", "/external-task/{id}/priority", "external-task:update"),
    of("PUT", "/external-task/{id}/retries", "external-task:update"),
    of("POST", "/external-task/{id}/unlock", "external-task:unlock"),

    // Jobs, incidents, batches.
    of("GET POST", "/job", "job:read"),
    of("GET POST", "/job/count", "job:read"),
    of("PUT", "/job/suspended", "job:update"),
    of("GET", "/job/{id}", "job:read"),
    of("DELETE", "/job/{id}", "job:delete"),
    of("PUT", "/job/{id}/duedate", "job:update"),
    of("POST", "/job/{id}/duedate/recalculate", "job:update"),
    of("POST", "/job/{id}/execute", "job:execute"),
    of("PUT", "/job/{id}/priority", "job:update"),
    of("PUT", "/job/{id}/retries", "job:update"),
    of("GET", "/job/{id}/stacktrace", "job:read"),
    of("PUT", "/job/{id}/suspended", "job:update"),
    of("GET POST", "/job-definition", "job-definition:read"),
    of("GET POST", "/job-definition/count", "job-definition:read"),
    of("PUT", "/job-definition/suspended", "job-definition:update"),
    of("GET", "/job-definition/{id}", "job-definition:read"),
    of("PUT", "/job-definition/{id}/jobPriority", "job-definition:update"),
    of("PUT", "/job-definition/{id}/retries", "job-definition:update"),
    of("PUT", "/job-definition/{id}/suspended", "job-definition:update"),
    of("GET", "/incident", "incident:read"),
    of("GET", "/incident/count", "incident:read"),
    of("GET", "/incident/{id}", "incident:read"),
    of("DELETE", "/incident/{id}", "incident:resolve"),
    of("PUT DELETE", "/incident/{id}/annotation", "incident:update"),
    of("GET", "/batch", "batch:read"),
    of("GET", "/batch/count", "batch:read"),
    of("GET", "/batch/statistics", "batch:read"),
    of("GET", "/batch/statistics/count", "batch:read"),
    of("GET", "/batch/{id}", "batch:read"),
    of("DELETE", "/batch/{id}", "batch:delete"),
    of("PUT", "/batch/{id}/suspended", "batch:update"),
    of("POST", "/process-instance/delete", "batch:create"),
    of("POST", "/process-instance/delete-historic-query-based", "batch:create"),
    of("POST", "/process-instance/suspended-async", "batch:create"),
    of("POST", "/process-instance/variables-async", "batch:create"),
    of("POST", "/process-instance/message-async", "batch:create"),
    of("POST", "/process-instance/job-retries", "batch:create"),
    of("POST", "/process-instance/job-retries-historic-query-based", "batch:create"),
    of("POST", "/process-instance/{id}/modification-async", "batch:create"),
    of("POST", "/migration/executeAsync", "batch:create"),
    of("POST", "/modification/executeAsync", "batch:create"),
    of("POST", "/job/retries", "batch:create"),
    of("POST", "/external-task/retries-async", "batch:create"),
    of("POST", "/history/batch/set-removal-time", "batch:create"),
    of("POST", "/history/process-instance/delete", "batch:create"),
    of("POST", "/history/process-instance/set-removal-time", "batch:create"),
    of("POST", "/history/decision-instance/delete", "batch:create"),
    of("POST", "/history/decision-instance/set-removal-time", "batch:create"),

    // History.
    of("GET POST", "/history/process-instance", "history:read"),
    of("GET POST", "/history/process-instance/count", "history:read"),
    of("*", "/history/process-instance/report", "history:read"),
    of("GET", "/history/process-instance/{id}", "history:read"),
    of("DELETE", "/history/process-instance/{id}", "history:delete"),
    of("DELETE", "/history/process-instance/{id}/variable-instances", "history:delete"),
    of("GET POST", "/history/activity-instance", "history:read"),
    of("GET POST", "/history/activity-instance/count", "history:read"),
    of("GET", "/history/activity-instance/{id}", "history:read"),
    of("GET POST", "/history/task", "history:read"),
    of("GET POST", "/history/task/count", "history:read"),
    of("*", "/history/task/report", "history:read"),
    of("GET POST", "/history/variable-instance", "history:read"),
    of("GET POST", "/history/variable-instance/count", "history:read"),
    of("GET", "/history/variable-instance/{id}", "history:read"),
    of("DELETE", "/history/variable-instance/{id}", "history:delete"),
    of("GET", "/history/variable-instance/{id}/data", "history:read"),
    of("GET POST", "/history/detail", "history:read"),
    of("GET POST", "/history/detail/count", "history:read"),
    of("GET", "/history/detail/{id}", "history:read"),
    of("GET", "/history/detail/{id}/data", "history:read"),
    of("GET", "/history/incident", "history:read"),
    of("GET", "/history/incident/count", "history:read"),
    of("GET POST", "/history/job-log", "history:read"),
    of("GET POST", "/history/job-log/count", "history:read"),
    of("GET", "/history/job-log/{id}", "history:read"),
    of("GET", "/history/job-log/{id}/stacktrace", "history:read"),
    of("GET POST", "/history/external-task-log", "history:read"),
    of("GET POST", "/history/external-task-log/count", "history:read"),
    of("GET", "/history/external-task-log/{id}", "history:read"),
    of("GET", "/history/external-task-log/{id}/error-details", "history:read"),
    of("GET", "/history/identity-link-log", "history:read"),
    of("GET", "/history/identity-link-log/count", "history:read"),
    of("GET", "/history/user-operation", "history:read"),
    of("GET", "/history/user-operation/count", "history:read"),
    of("PUT", "/history/user-operation/{operationId}/set-annotation", "history:update"),
    of("PUT", "/history/user-operation/{operationId}/clear-annotation", "history:update"),
    of("GET", "/history/decision-instance", "history:read"),
    of("GET", "/history/decision-instance/count", "history:read"),
    of("GET", "/history/decision-instance/{id}", "history:read"),
    of("*", "/history/decision-definition/cleanable-decision-instance-report", "history:read"),
    of("*", "/history/decision-definition/cleanable-decision-instance-report/count", "history:read"),
    of("*", "/history/decision-requirements-definition/{id}/statistics", "history:read"),
    of("*", "/history/process-definition/cleanable-process-instance-report", "history:read"),
    of("*", "/history/process-definition/cleanable-process-instance-report/count", "history:read"),
    of("GET", "/history/process-definition/{id}/statistics", "history:read"),
    of("GET", "/history/batch", "history:read"),
    of("GET", "/history/batch/count", "history:read"),
    of("GET", "/history/batch/{id}", "history:read"),
    of("DELETE", "/history/batch/{id}", "history:delete"),
    of("GET", "/history/batch/cleanable-batch-report", "history:read"),
    of("GET", "/history/batch/cleanable-batch-report/count", "history:read"),
    of("POST", "/history/cleanup", "history:clean-up"),
    of("GET", "/history/cleanup/configuration", "history:read"),
    of("GET", "/history/cleanup/job", "history:read"),
    of("GET", "/history/cleanup/jobs", "history:read"),

    // People, and what Camunda lets them do.
    of("GET OPTIONS", "/user", "user:read"),
    of("GET", "/user/count", "user:read"),
    of("POST", "/user/create", "user:create"),
    of("DELETE", "/user/{id}", "user:delete"),
    of("OPTIONS", "/user/{id}", "user:read"),
    of("GET", "/user/{id}/profile", "user:read"),
    of("PUT", "/user/{id}/profile", "user:update"),
    of("PUT", "/user/{id}/credentials", "user:update"),
    of("POST", "/user/{id}/unlock", "user:update"),
    of("GET POST OPTIONS", "/group", "group:read"),
    of("GET POST", "/group/count", "group:read"),
    of("POST", "/group/create", "group:create"),
    of("GET OPTIONS", "/group/{id}", "group:read"),
    of("PUT", "/group/{id}", "group:update"),
    of("DELETE", "/group/{id}", "group:delete"),
    of("OPTIONS", "/group/{id}/members", "group:read"),
    of("PUT DELETE", "/group/{id}/members/{userId}", "group:update"),
    of("GET OPTIONS", "/tenant", "tenant:read"),
    of("GET", "/tenant/count", "tenant:read"),
    of("POST", "/tenant/create", "tenant:create"),
    of("GET OPTIONS", "/tenant/{id}", "tenant:read"),
    of("PUT", "/tenant/{id}", "tenant:update"),
    of("DELETE", "/tenant/{id}", "tenant:delete"),
    of("OPTIONS", "/tenant/{id}/user-members", "tenant:read"),
    of("OPTIONS", "/tenant/{id}/group-members", "tenant:read"),
    of("PUT DELETE", "/tenant/{id}/user-members/{userId}", "tenant:update"),
    of("PUT DELETE", "/tenant/{id}/group-members/{groupId}", "tenant:update"),
    of("GET", "/identity/groups", "group:read"),
    of("GET POST", "/identity/password-policy", "user:read"),
    of("POST", "/identity/verify", "user:verify"),
    of("GET OPTIONS", "/authorization", "authorization:read"),
    of("GET", "/authorization/count", "authorization:read"),
    of("POST", "/authorization/create", "authorization:create"),
    of("GET", "/authorization/check", "authorization:read"),
    of("GET OPTIONS", "/authorization/{id}", "authorization:read"),
    of("PUT", "/authorization/{id}", "authorization:update"),
    of("DELETE", "/authorization/{id}", "authorization:delete"),
];

/// Actions of a path by method; `*` is every other method.
type Actions = HashMap<&'static str, &'static str>;

static BY_PATH: LazyLock<HashMap<&'static str, Actions>> = LazyLock::new(|| {
    let mut by_path: HashMap<&str, Actions> = HashMap::new();
    for operation in OPERATIONS {
        let actions = by_path.entry(operation.path).or_default();
        actions.extend(operation.methods.split(' ').map(|method| (method, operation.action)));
    }
    by_path
});

/// The action of an operation, whose path is spelled as the router spells it; none where the table has no row for it.
#[must_use]
pub fn action_of(method: &Method, route: &str) -> Option<&'static str> {
    let route = by_id(route);
    let actions = BY_PATH.get(route.as_str())?;
    // Whoever may read may ask whether there is something.
    let method = if method == Method::HEAD { Method::GET.as_str() } else { method.as_str() };
    actions.get(method).or_else(|| actions.get("*")).copied()
}

/// The action of a request that was routed.
pub(crate) fn action(parts: &Parts) -> &'static str {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let mount = parts.extensions.get::<NestedPath>().map_or("", NestedPath::as_str);
    let route = route.strip_prefix(mount).unwrap_or(route);
    action_of(&parts.method, without_engine(route)).unwrap_or(UNLISTED)
}

/// A path below the mount without the name of an engine: `/engine/default/task` and `/task` are one thing.
pub(crate) fn without_engine(path: &str) -> &str {
    let Some(named) = path.strip_prefix("/engine/") else {
        return path;
    };
    named.find('/').map_or(path, |end| &named[end..])
}

/// A definition by its key is the same operation as by its id.
fn by_id(route: &str) -> String {
    route.replacen("/key/{key}/tenant-id/{tenantId}", "/{id}", 1).replacen("/key/{key}", "/{id}", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_an_operation_have_one_action() {
        for route in [
            "/process-definition/{id}/start",
            "/process-definition/key/{key}/start",
            "/process-definition/key/{key}/tenant-id/{tenantId}/start",
        ] {
            assert_eq!(action_of(&Method::POST, route), Some("process-instance:create"), "{route}");
        }
        assert_eq!(without_engine("/engine/default/task/{id}"), "/task/{id}");
        assert_eq!(without_engine("/task/{id}"), "/task/{id}");
        assert_eq!(action_of(&Method::HEAD, "/task/{id}"), Some("task:read"));
        assert_eq!(action_of(&Method::PATCH, "/task/{id}"), None);
        assert_eq!(action_of(&Method::GET, "/nothing"), None);
    }

    #[test]
    fn no_operation_has_two_rows() {
        let mut seen = std::collections::HashSet::new();
        for operation in OPERATIONS {
            for method in operation.methods.split(' ') {
                assert!(seen.insert((method, operation.path)), "{method} {}", operation.path);
            }
        }
    }
}
