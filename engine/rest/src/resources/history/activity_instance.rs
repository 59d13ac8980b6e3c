//! `GET|POST /history/activity-instance`: criteria, sort keys and fields.

use crate::error::{RestError, RestResult};
use crate::query::{Criterion, Field, Input, Resource, Rule, c};
use casewright_engine_views::{self as views, ActivityInstanceRow, PlaceRowColumns as _, RemovalRow};

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(ActivityInstanceRow::ID),
    Field::Plain(ActivityInstanceRow::PARENT_ACTIVITY_INSTANCE_ID),
    Field::Plain(ActivityInstanceRow::ACTIVITY_ID),
    Field::Plain(ActivityInstanceRow::ACTIVITY_NAME),
    Field::Plain(ActivityInstanceRow::ACTIVITY_TYPE),
    Field::Plain(ActivityInstanceRow::PROCESS_DEFINITION_KEY),
    Field::Plain(ActivityInstanceRow::PROCESS_DEFINITION_ID),
    Field::Plain(ActivityInstanceRow::PROCESS_INSTANCE_ID),
    Field::Plain(ActivityInstanceRow::EXECUTION_ID),
    Field::Plain(ActivityInstanceRow::TASK_ID),
    Field::Plain(ActivityInstanceRow::CALLED_PROCESS_INSTANCE_ID),
    Field::Null("calledCaseInstanceId"),
    Field::Plain(ActivityInstanceRow::ASSIGNEE),
    Field::Date(ActivityInstanceRow::START_TIME),
    Field::Date(ActivityInstanceRow::END_TIME),
    Field::Plain(ActivityInstanceRow::DURATION_IN_MILLIS),
    Field::Flag(ActivityInstanceRow::CANCELED),
    Field::Flag(ActivityInstanceRow::COMPLETE_SCOPE),
    Field::Plain(ActivityInstanceRow::TENANT_ID),
    Field::Date(RemovalRow::REMOVAL_TIME),
    Field::Plain(ActivityInstanceRow::ROOT_PROCESS_INSTANCE_ID),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::HISTORY_ACTIVITY_INSTANCE,
    criteria: CRITERIA,
    sorts: &[
        ("activityInstanceId", ActivityInstanceRow::ID),
        ("activityInstanceID", ActivityInstanceRow::ID),
        ("instanceId", ActivityInstanceRow::PROCESS_INSTANCE_ID),
        ("executionId", ActivityInstanceRow::EXECUTION_ID),
        ("activityId", ActivityInstanceRow::ACTIVITY_ID),
        ("activityName", ActivityInstanceRow::ACTIVITY_NAME),
        ("activityType", ActivityInstanceRow::ACTIVITY_TYPE),
        ("startTime", ActivityInstanceRow::START_TIME),
        ("endTime", ActivityInstanceRow::END_TIME),
        ("duration", ActivityInstanceRow::DURATION_IN_MILLIS),
        ("definitionId", ActivityInstanceRow::PROCESS_DEFINITION_ID),
        ("occurrence", ActivityInstanceRow::SEQUENCE),
        ("tenantId", ActivityInstanceRow::TENANT_ID),
    ],
    fields: FIELDS,
    check: complete_or_canceled,
};

const CRITERIA: &[Criterion] = &[
    c("activityInstanceId", Rule::Text(ActivityInstanceRow::ID)),
    c("activityInstanceIdIn", Rule::TextIn(ActivityInstanceRow::ID)),
    c("processInstanceId", Rule::Text(ActivityInstanceRow::PROCESS_INSTANCE_ID)),
    c("processDefinitionId", Rule::Text(ActivityInstanceRow::PROCESS_DEFINITION_ID)),
    c("executionId", Rule::Text(ActivityInstanceRow::EXECUTION_ID)),
    c("activityId", Rule::Text(ActivityInstanceRow::ACTIVITY_ID)),
    c("activityName", Rule::Text(ActivityInstanceRow::ACTIVITY_NAME)),
    c("activityNameLike", Rule::Like(ActivityInstanceRow::ACTIVITY_NAME)),
    c("activityType", Rule::Text(ActivityInstanceRow::ACTIVITY_TYPE)),
    c("taskAssignee", Rule::Text(ActivityInstanceRow::ASSIGNEE)),
    c("finished", Rule::NotNull(ActivityInstanceRow::END_TIME)),
    c("unfinished", Rule::Null(ActivityInstanceRow::END_TIME)),
    c("completeScope", Rule::WhenSet(ActivityInstanceRow::COMPLETE_SCOPE)),
    c("canceled", Rule::WhenSet(ActivityInstanceRow::CANCELED)),
    c("startedBefore", Rule::NotAfter(ActivityInstanceRow::START_TIME)),
    c("startedAfter", Rule::NotBefore(ActivityInstanceRow::START_TIME)),
    c("finishedBefore", Rule::NotAfter(ActivityInstanceRow::END_TIME)),
    c("finishedAfter", Rule::NotBefore(ActivityInstanceRow::END_TIME)),
    c("tenantIdIn", Rule::TextIn(ActivityInstanceRow::TENANT_ID)),
    c("withoutTenantId", Rule::Null(ActivityInstanceRow::TENANT_ID)),
];

/// An activity that was canceled did not complete its scope.
fn complete_or_canceled(input: &Input) -> RestResult<()> {
    if input.boolean("completeScope")? == Some(true) && input.boolean("canceled")? == Some(true) {
        return Err(RestError::engine("Query parameters 'completeScope' and 'canceled' exclude each other"));
    }
    Ok(())
}
