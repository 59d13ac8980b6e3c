//! `GET|POST /history/activity-instance`: criteria, sort keys and fields.

use crate::error::{RestError, RestResult};
use crate::query::{Criterion, Field, Input, Resource, Rule, c};
use casewright_engine_views as views;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("parentActivityInstanceId"),
    Field::Plain("activityId"),
    Field::Plain("activityName"),
    Field::Plain("activityType"),
    Field::Plain("processDefinitionKey"),
    Field::Plain("processDefinitionId"),
    Field::Plain("processInstanceId"),
    Field::Plain("executionId"),
    Field::Plain("taskId"),
    Field::Plain("calledProcessInstanceId"),
    Field::Null("calledCaseInstanceId"),
    Field::Plain("assignee"),
    Field::Date("startTime"),
    Field::Date("endTime"),
    Field::Plain("durationInMillis"),
    Field::Flag("canceled"),
    Field::Flag("completeScope"),
    Field::Plain("tenantId"),
    Field::Date("removalTime"),
    Field::Plain("rootProcessInstanceId"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::HISTORY_ACTIVITY_INSTANCE,
    criteria: CRITERIA,
    sorts: &[
        ("activityInstanceId", "id"),
        ("activityInstanceID", "id"),
        ("instanceId", "processInstanceId"),
        ("executionId", "executionId"),
        ("activityId", "activityId"),
        ("activityName", "activityName"),
        ("activityType", "activityType"),
        ("startTime", "startTime"),
        ("endTime", "endTime"),
        ("duration", "durationInMillis"),
        ("definitionId", "processDefinitionId"),
        ("occurrence", "sequence"),
        ("tenantId", "tenantId"),
    ],
    fields: FIELDS,
    check: complete_or_canceled,
};

const CRITERIA: &[Criterion] = &[
    c("activityInstanceId", Rule::Text("id")),
    c("activityInstanceIdIn", Rule::TextIn("id")),
    c("processInstanceId", Rule::Text("processInstanceId")),
    c("processDefinitionId", Rule::Text("processDefinitionId")),
    c("executionId", Rule::Text("executionId")),
    c("activityId", Rule::Text("activityId")),
    c("activityName", Rule::Text("activityName")),
    c("activityNameLike", Rule::Like("activityName")),
    c("activityType", Rule::Text("activityType")),
    c("taskAssignee", Rule::Text("assignee")),
    c("finished", Rule::NotNull("endTime")),
    c("unfinished", Rule::Null("endTime")),
    c("completeScope", Rule::WhenSet("completeScope")),
    c("canceled", Rule::WhenSet("canceled")),
    c("startedBefore", Rule::NotAfter("startTime")),
    c("startedAfter", Rule::NotBefore("startTime")),
    c("finishedBefore", Rule::NotAfter("endTime")),
    c("finishedAfter", Rule::NotBefore("endTime")),
    c("tenantIdIn", Rule::TextIn("tenantId")),
    c("withoutTenantId", Rule::Null("tenantId")),
];

/// An activity that was canceled did not complete its scope.
fn complete_or_canceled(input: &Input) -> RestResult<()> {
    if input.boolean("completeScope")? == Some(true) && input.boolean("canceled")? == Some(true) {
        return Err(RestError::engine("Query parameters 'completeScope' and 'canceled' exclude each other"));
    }
    Ok(())
}
