//! All kinds that policies are asked about, and what is done with each.

use serde::Serialize;
use utoipa::ToSchema;

/// A kind, and its actions.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionsOfKind {
    pub kind: &'static str,
    pub actions: &'static [&'static str],
}

const fn of(kind: &'static str, actions: &'static [&'static str]) -> ActionsOfKind {
    ActionsOfKind { kind, actions }
}

/// Every action of every kind, by name. `engine-rest` are the operations of the Camunda 7 contract.
#[must_use]
pub fn actions() -> &'static [ActionsOfKind] {
    ACTIONS
}

#[rustfmt::skip]
const ACTIONS: &[ActionsOfKind] = &[
    of("access", &["explain"]),
    of("availability", &["qualify", "read", "update"]),
    of("calendar", &["delete", "read", "update"]),
    of("case", &["comment", "create", "delete", "export", "hold", "merge", "migrate", "read", "update"]),
    of("case-batch", &["create", "read", "update"]),
    of("case-definition", &["read", "update"]),
    of("dead-letter", &["discard", "read", "retry"]),
    of("deployment", &["allow-topics", "create", "read"]),
    of("diagnostics", &["read"]),
    of("engine", &["operate", "read"]),
    of("engine-rest", &[
        "authorization:create", "authorization:delete", "authorization:read", "authorization:update", "batch:create",
        "batch:delete", "batch:read", "batch:update", "condition:evaluate", "decision-definition:evaluate",
        "decision-definition:read", "decision-definition:update", "decision-requirements-definition:read",
        "deployment:create", "deployment:delete", "deployment:read", "engine:read", "engine:update",
        "event-subscription:read", "execution:read", "execution:signal", "external-task:bpmn-error",
        "external-task:complete", "external-task:extend", "external-task:fail", "external-task:fetch",
        "external-task:lock", "external-task:read", "external-task:unlock", "external-task:update",
        "external-task:variables", "filter:create", "filter:delete", "filter:read", "filter:update", "group:create",
        "group:delete", "group:read", "group:update", "history:clean-up", "history:delete", "history:read",
        "history:update", "incident:create", "incident:read", "incident:resolve", "incident:update",
        "job-definition:read", "job-definition:update", "job:delete", "job:execute", "job:read", "job:update",
        "message:correlate", "metrics:delete", "metrics:read", "process-definition:delete", "process-definition:read",
        "process-definition:update", "process-instance:create", "process-instance:delete", "process-instance:read",
        "process-instance:update", "signal:send", "task:assign", "task:claim", "task:complete", "task:create",
        "task:delegate", "task:delete", "task:escalate", "task:read", "task:resolve", "task:unclaim", "task:update",
        "telemetry:read", "telemetry:update", "tenant:create", "tenant:delete", "tenant:read", "tenant:update",
        "user:create", "user:delete", "user:read", "user:update", "user:verify", "variable:read", "variable:update",
    ]),
    of("erasure", &["approve", "create", "read", "search"]),
    of("file", &["create", "delete", "erase", "inspect", "read"]),
    of("form", &["read", "update", "validate"]),
    of("group", &["read"]),
    of("incident", &["read", "update"]),
    of("mail", &["create", "erase", "link", "read", "receive", "reprocess", "send"]),
    of("mail-template", &["create", "delete", "read", "share", "update"]),
    of("mailbox", &["check", "read"]),
    of("notification", &["create", "erase", "read", "update"]),
    of("process-definition", &["read"]),
    of("process-instance", &["activate", "cancel", "erase", "migrate", "modify", "read", "restart", "start", "update"]),
    of("queue", &["next", "read", "update"]),
    of("record", &["create", "delete", "read", "update"]),
    of("record-type", &["read", "update"]),
    of("routing", &["read", "update"]),
    of("saved-view", &["create", "delete", "read", "share", "update"]),
    of("task", &["assign", "claim", "complete", "create", "delegate", "delete", "escalate", "read", "resolve", "schedule", "unclaim", "update"]),
    of("user", &["read", "update"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_actions_are_sorted_and_named_once() {
        assert!(ACTIONS.is_sorted_by(|a, b| a.kind < b.kind));
        for of in ACTIONS {
            assert!(of.actions.is_sorted_by(|a, b| a < b), "{}", of.kind);
        }
    }
}
