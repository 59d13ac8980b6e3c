//! Which permissions the contract knows for which kind of resource.

/// A kind of resource that authorizations are about.
pub(crate) struct Kind {
    /// As authorizations name it.
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) permissions: &'static [&'static str],
}

pub(crate) const NONE: &str = "NONE";
pub(crate) const ALL: &str = "ALL";

const MEMBERSHIP: &[&str] = &[NONE, ALL, "CREATE", "DELETE"];
const PLAIN: &[&str] = &[NONE, ALL, "READ", "UPDATE", "CREATE", "DELETE"];

/// The kind with this number.
pub(crate) fn resource(id: i64) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.id == id)
}

const fn kind(id: i64, name: &'static str, permissions: &'static [&'static str]) -> Kind {
    Kind { id, name, permissions }
}

const KINDS: &[Kind] = &[
    kind(0, "APPLICATION", &[NONE, ALL, "ACCESS"]),
    kind(1, "USER", PLAIN),
    kind(2, "GROUP", PLAIN),
    kind(3, "GROUP_MEMBERSHIP", MEMBERSHIP),
    kind(4, "AUTHORIZATION", PLAIN),
    kind(5, "FILTER", PLAIN),
    kind(6, "PROCESS_DEFINITION", PROCESS_DEFINITION),
    kind(7, "TASK", TASK),
    kind(
        8,
        "PROCESS_INSTANCE",
        &[NONE, ALL, "READ", "UPDATE", "CREATE", "DELETE", "RETRY_JOB", "SUSPEND", "UPDATE_VARIABLE"],
    ),
    kind(9, "DEPLOYMENT", &[NONE, ALL, "READ", "CREATE", "DELETE"]),
    kind(
        10,
        "DECISION_DEFINITION",
        &[NONE, ALL, "READ", "UPDATE", "CREATE_INSTANCE", "READ_HISTORY", "DELETE_HISTORY"],
    ),
    kind(11, "TENANT", PLAIN),
    kind(12, "TENANT_MEMBERSHIP", MEMBERSHIP),
    kind(13, "BATCH", BATCH),
    kind(14, "DECISION_REQUIREMENTS_DEFINITION", &[NONE, ALL, "READ"]),
    kind(15, "REPORT", PLAIN),
    kind(16, "DASHBOARD", PLAIN),
    kind(17, "OPERATION_LOG_CATEGORY", &[NONE, ALL, "READ", "DELETE", "UPDATE"]),
    kind(18, "OPTIMIZE", &[NONE, ALL, "EDIT", "SHARE"]),
    kind(19, "HISTORIC_TASK", &[NONE, ALL, "READ", "READ_VARIABLE"]),
    kind(20, "HISTORIC_PROCESS_INSTANCE", &[NONE, ALL, "READ"]),
    kind(21, "SYSTEM", &[NONE, ALL, "READ", "SET", "DELETE"]),
];

const TASK: &[&str] =
    &[NONE, ALL, "READ", "UPDATE", "CREATE", "DELETE", "TASK_ASSIGN", "TASK_WORK", "READ_VARIABLE", "UPDATE_VARIABLE"];

const PROCESS_DEFINITION: &[&str] = &[
    NONE,
    ALL,
    "READ",
    "UPDATE",
    "DELETE",
    "SUSPEND",
    "CREATE_INSTANCE",
    "READ_INSTANCE",
    "UPDATE_INSTANCE",
    "RETRY_JOB",
    "SUSPEND_INSTANCE",
    "DELETE_INSTANCE",
    "MIGRATE_INSTANCE",
    "READ_INSTANCE_VARIABLE",
    "UPDATE_INSTANCE_VARIABLE",
    "TASK_ASSIGN",
    "TASK_WORK",
    "READ_TASK",
    "UPDATE_TASK",
    "READ_TASK_VARIABLE",
    "UPDATE_TASK_VARIABLE",
    "READ_HISTORY",
    "READ_HISTORY_VARIABLE",
    "UPDATE_HISTORY",
    "DELETE_HISTORY",
];

const BATCH: &[&str] = &[
    NONE,
    ALL,
    "READ",
    "UPDATE",
    "CREATE",
    "DELETE",
    "READ_HISTORY",
    "DELETE_HISTORY",
    "CREATE_BATCH_MIGRATE_PROCESS_INSTANCES",
    "CREATE_BATCH_MODIFY_PROCESS_INSTANCES",
    "CREATE_BATCH_RESTART_PROCESS_INSTANCES",
    "CREATE_BATCH_DELETE_RUNNING_PROCESS_INSTANCES",
    "CREATE_BATCH_DELETE_FINISHED_PROCESS_INSTANCES",
    "CREATE_BATCH_DELETE_DECISION_INSTANCES",
    "CREATE_BATCH_SET_JOB_RETRIES",
    "CREATE_BATCH_SET_REMOVAL_TIME",
    "CREATE_BATCH_SET_EXTERNAL_TASK_RETRIES",
    "CREATE_BATCH_UPDATE_PROCESS_INSTANCES_SUSPEND",
    "CREATE_BATCH_SET_VARIABLES",
    "CREATE_BATCH_CORRELATE_MESSAGE",
];
