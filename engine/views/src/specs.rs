//! The indexes of the views: what the contract's common criteria and the engine's own look-ups ask for.

use super::*;
use casewright_journal::{Echo, ViewSpec};

const fn view(name: &'static str, indexes: &'static [&'static [&'static str]]) -> ViewSpec {
    ViewSpec { name, indexes, full_text: &[], echo: None }
}

pub(super) fn of_instances() -> Vec<ViewSpec> {
    vec![
        view(
            PROCESS_INSTANCE,
            &[
                &["id"],
                &["processDefinitionId"],
                &["processDefinitionKey"],
                &["businessKey"],
                &["superProcessInstanceId"],
                &["rootProcessInstanceId"],
                &["suspended"],
            ],
        ),
        view(EXECUTION, &[&["id"], &["processInstanceId"], &["activityId"]]),
        view(VARIABLE, &[&["processInstanceId"], &["name", "text"], &["executionId"], &["taskId"]]),
        view(
            TASK,
            &[
                &["id"],
                &["processInstanceId"],
                &["assignee"],
                &["taskDefinitionKey"],
                &["processDefinitionKey"],
                &["created"],
            ],
        ),
        ViewSpec {
            // A clerk's list: what their group may take, oldest first.
            echo: Some(Echo {
                of: TASK,
                by: "taskId",
                fields: &[("created", "taskCreated"), ("assignee", "taskAssignee")],
                unique: &[&["type", "groupId"], &["type", "userId"]],
            }),
            ..view(
                IDENTITY_LINK,
                &[
                    &["taskId"],
                    &["groupId", "type", "taskAssignee", "taskCreated", "taskId"],
                    &["userId", "type", "taskAssignee", "taskCreated", "taskId"],
                ],
            )
        },
        view(EXTERNAL_TASK, &[&["id"], &["processInstanceId"], &["topicName"]]),
        view(JOB, &[&["id"], &["processInstanceId"], &["dueDate"], &["processDefinitionId"], &["jobDefinitionId"]]),
        view(INCIDENT, &[&["id"], &["processInstanceId"], &["processDefinitionId"], &["configuration"]]),
        view(EVENT_SUBSCRIPTION, &[&["eventType", "eventName"], &["processInstanceId"], &["executionId"]]),
        view(
            HISTORY_PROCESS_INSTANCE,
            &[
                &["id"],
                &["processDefinitionKey"],
                &["processDefinitionId"],
                &["businessKey"],
                &["startTime"],
                &["state"],
                &["superProcessInstanceId"],
                &["rootProcessInstanceId"],
                &["removalTime"],
            ],
        ),
        view(HISTORY_ACTIVITY_INSTANCE, &[&["processInstanceId"], &["activityId"], &["processDefinitionId"]]),
        view(HISTORY_VARIABLE, &[&["processInstanceId"], &["name", "text"], &["taskId"]]),
        view(HISTORY_DETAIL, &[&["processInstanceId"], &["variableInstanceId"]]),
        view(HISTORY_TASK, &[&["id"], &["processInstanceId"], &["assignee"]]),
        view(HISTORY_INCIDENT, &[&["processInstanceId"], &["processDefinitionId"]]),
        view(HISTORY_JOB_LOG, &[&["processInstanceId"], &["jobId"]]),
        view(HISTORY_EXTERNAL_TASK_LOG, &[&["processInstanceId"], &["externalTaskId"]]),
        view(HISTORY_IDENTITY_LINK, &[&["taskId"], &["processInstanceId"]]),
        view(
            HISTORY_DECISION,
            &[&["processInstanceId"], &["decisionDefinitionId"], &["rootDecisionInstanceId"], &["removalTime"]],
        ),
        view(HISTORY_FLOW, &[&["processInstanceId"]]),
        view(HISTORY_USER_OPERATION, &[&["processInstanceId"], &["taskId"], &["userId"], &["timestamp"]]),
    ]
}

pub(super) fn of_definitions() -> Vec<ViewSpec> {
    vec![
        view(DEPLOYMENT, &[&["id"], &["name"]]),
        view(PROCESS_DEFINITION, &[&["id"], &["key"], &["deploymentId"]]),
        view(DECISION_DEFINITION, &[&["id"], &["key"], &["deploymentId"]]),
        view(DECISION_REQUIREMENTS, &[&["id"], &["key"], &["deploymentId"]]),
        view(JOB_DEFINITION, &[&["id"], &["processDefinitionId"], &["processDefinitionKey"]]),
    ]
}

pub(super) fn of_records() -> Vec<ViewSpec> {
    vec![
        view(USER, &[&["id"]]),
        view(CREDENTIAL, &[]),
        view(USER_GROUP, &[&["id"]]),
        view(TENANT, &[&["id"]]),
        view(MEMBERSHIP, &[&["userId"], &["groupId"], &["tenant"]]),
        view(AUTHORIZATION, &[&["id"], &["userId"]]),
        view(FILTER, &[&["id"]]),
        view(METRIC, &[&["name", "time"]]),
        view(COMMENT, &[&["taskId"], &["processInstanceId"]]),
        view(ATTACHMENT, &[&["taskId"], &["processInstanceId"]]),
    ]
}

pub(super) fn of_batches() -> Vec<ViewSpec> {
    vec![
        view(BATCH, &[&["id"], &["type"], &["startTime"]]),
        view(HISTORY_BATCH, &[&["id"], &["type"], &["startTime"], &["removalTime"]]),
    ]
}
