//! The indexes of the views: what the contract's common criteria and the engine's own look-ups ask for.

use super::*;
use casewright_journal::{Column, Echo, ViewSpec};

const fn view(name: &'static str, indexes: &'static [&'static [Column]]) -> ViewSpec {
    ViewSpec { name, indexes, full_text: &[], echo: None }
}

pub(super) fn of_instances() -> Vec<ViewSpec> {
    vec![
        view(
            PROCESS_INSTANCE,
            const {
                &[
                    &[Column::named("id")],
                    &[Column::named("processDefinitionId")],
                    &[Column::named("processDefinitionKey")],
                    &[Column::named("businessKey")],
                    &[Column::named("superProcessInstanceId")],
                    &[Column::named("rootProcessInstanceId")],
                    &[Column::named("suspended")],
                ]
            },
        ),
        view(
            EXECUTION,
            const { &[&[Column::named("id")], &[Column::named("processInstanceId")], &[Column::named("activityId")]] },
        ),
        view(
            VARIABLE,
            const {
                &[
                    &[Column::named("processInstanceId")],
                    &[Column::named("name"), Column::named("text")],
                    &[Column::named("executionId")],
                    &[Column::named("taskId")],
                ]
            },
        ),
        view(
            TASK,
            const {
                &[
                    &[Column::named("id")],
                    &[Column::named("processInstanceId")],
                    &[Column::named("assignee")],
                    &[Column::named("taskDefinitionKey")],
                    &[Column::named("processDefinitionKey")],
                    &[Column::named("created")],
                ]
            },
        ),
        ViewSpec {
            // A clerk's list: what their group may take, oldest first.
            echo: Some(Echo {
                of: TASK,
                by: Column::named("taskId"),
                fields: const {
                    &[
                        (Column::named("created"), Column::named("taskCreated")),
                        (Column::named("assignee"), Column::named("taskAssignee")),
                    ]
                },
                unique: const {
                    &[
                        &[Column::named("type"), Column::named("groupId")],
                        &[Column::named("type"), Column::named("userId")],
                    ]
                },
            }),
            ..view(
                IDENTITY_LINK,
                const {
                    &[
                        &[Column::named("taskId")],
                        &[
                            Column::named("groupId"),
                            Column::named("type"),
                            Column::named("taskAssignee"),
                            Column::named("taskCreated"),
                            Column::named("taskId"),
                        ],
                        &[
                            Column::named("userId"),
                            Column::named("type"),
                            Column::named("taskAssignee"),
                            Column::named("taskCreated"),
                            Column::named("taskId"),
                        ],
                    ]
                },
            )
        },
        view(
            EXTERNAL_TASK,
            const { &[&[Column::named("id")], &[Column::named("processInstanceId")], &[Column::named("topicName")]] },
        ),
        view(
            JOB,
            const {
                &[
                    &[Column::named("id")],
                    &[Column::named("processInstanceId")],
                    &[Column::named("dueDate")],
                    &[Column::named("processDefinitionId")],
                    &[Column::named("jobDefinitionId")],
                ]
            },
        ),
        view(
            INCIDENT,
            const {
                &[
                    &[Column::named("id")],
                    &[Column::named("processInstanceId")],
                    &[Column::named("processDefinitionId")],
                    &[Column::named("configuration")],
                ]
            },
        ),
        view(
            EVENT_SUBSCRIPTION,
            const {
                &[
                    &[Column::named("eventType"), Column::named("eventName")],
                    &[Column::named("processInstanceId")],
                    &[Column::named("executionId")],
                ]
            },
        ),
        view(
            HISTORY_PROCESS_INSTANCE,
            const {
                &[
                    &[Column::named("id")],
                    &[Column::named("processDefinitionKey")],
                    &[Column::named("processDefinitionId")],
                    &[Column::named("businessKey")],
                    &[Column::named("startTime")],
                    &[Column::named("state")],
                    &[Column::named("superProcessInstanceId")],
                    &[Column::named("rootProcessInstanceId")],
                    &[Column::named("removalTime")],
                ]
            },
        ),
        view(
            HISTORY_ACTIVITY_INSTANCE,
            const {
                &[
                    &[Column::named("processInstanceId")],
                    &[Column::named("activityId")],
                    &[Column::named("processDefinitionId")],
                ]
            },
        ),
        view(
            HISTORY_VARIABLE,
            const {
                &[
                    &[Column::named("processInstanceId")],
                    &[Column::named("name"), Column::named("text")],
                    &[Column::named("taskId")],
                ]
            },
        ),
        view(
            HISTORY_DETAIL,
            const { &[&[Column::named("processInstanceId")], &[Column::named("variableInstanceId")]] },
        ),
        view(
            HISTORY_TASK,
            const { &[&[Column::named("id")], &[Column::named("processInstanceId")], &[Column::named("assignee")]] },
        ),
        view(
            HISTORY_INCIDENT,
            const { &[&[Column::named("processInstanceId")], &[Column::named("processDefinitionId")]] },
        ),
        view(HISTORY_JOB_LOG, const { &[&[Column::named("processInstanceId")], &[Column::named("jobId")]] }),
        view(
            HISTORY_EXTERNAL_TASK_LOG,
            const { &[&[Column::named("processInstanceId")], &[Column::named("externalTaskId")]] },
        ),
        view(HISTORY_IDENTITY_LINK, const { &[&[Column::named("taskId")], &[Column::named("processInstanceId")]] }),
        view(
            HISTORY_DECISION,
            const {
                &[
                    &[Column::named("processInstanceId")],
                    &[Column::named("decisionDefinitionId")],
                    &[Column::named("rootDecisionInstanceId")],
                    &[Column::named("removalTime")],
                ]
            },
        ),
        view(HISTORY_FLOW, const { &[&[Column::named("processInstanceId")]] }),
        view(
            HISTORY_USER_OPERATION,
            const {
                &[
                    &[Column::named("processInstanceId")],
                    &[Column::named("taskId")],
                    &[Column::named("userId")],
                    &[Column::named("timestamp")],
                ]
            },
        ),
    ]
}

pub(super) fn of_definitions() -> Vec<ViewSpec> {
    vec![
        view(DEPLOYMENT, const { &[&[Column::named("id")], &[Column::named("name")]] }),
        view(
            PROCESS_DEFINITION,
            const { &[&[Column::named("id")], &[Column::named("key")], &[Column::named("deploymentId")]] },
        ),
        view(
            DECISION_DEFINITION,
            const { &[&[Column::named("id")], &[Column::named("key")], &[Column::named("deploymentId")]] },
        ),
        view(
            DECISION_REQUIREMENTS,
            const { &[&[Column::named("id")], &[Column::named("key")], &[Column::named("deploymentId")]] },
        ),
        view(
            JOB_DEFINITION,
            const {
                &[
                    &[Column::named("id")],
                    &[Column::named("processDefinitionId")],
                    &[Column::named("processDefinitionKey")],
                ]
            },
        ),
    ]
}

pub(super) fn of_records() -> Vec<ViewSpec> {
    vec![
        view(USER, const { &[&[Column::named("id")]] }),
        view(CREDENTIAL, &[]),
        view(USER_GROUP, const { &[&[Column::named("id")]] }),
        view(TENANT, const { &[&[Column::named("id")]] }),
        view(
            MEMBERSHIP,
            const { &[&[Column::named("userId")], &[Column::named("groupId")], &[Column::named("tenant")]] },
        ),
        view(AUTHORIZATION, const { &[&[Column::named("id")], &[Column::named("userId")]] }),
        view(FILTER, const { &[&[Column::named("id")]] }),
        view(METRIC, const { &[&[Column::named("name"), Column::named("time")]] }),
        view(COMMENT, const { &[&[Column::named("taskId")], &[Column::named("processInstanceId")]] }),
        view(ATTACHMENT, const { &[&[Column::named("taskId")], &[Column::named("processInstanceId")]] }),
    ]
}

pub(super) fn of_batches() -> Vec<ViewSpec> {
    vec![
        view(BATCH, const { &[&[Column::named("id")], &[Column::named("type")], &[Column::named("startTime")]] }),
        view(
            HISTORY_BATCH,
            const {
                &[
                    &[Column::named("id")],
                    &[Column::named("type")],
                    &[Column::named("startTime")],
                    &[Column::named("removalTime")],
                ]
            },
        ),
    ]
}
