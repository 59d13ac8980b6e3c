//! `GET|POST /external-task`: criteria, sort keys and fields.

use super::{DEFINITION, INSTANCE_VARIABLES, in_suspended_instance, not_in_suspended_instance};
use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Join, Resource, Rule, c, no_check};
use casewright_engine_views as views;
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("activityId"),
    Field::Plain("activityInstanceId"),
    Field::Plain("errorMessage"),
    Field::Plain("executionId"),
    Field::Plain("id"),
    Field::Date("lockExpirationTime"),
    Field::Date("createTime"),
    Field::Plain("processDefinitionId"),
    Field::Plain("processDefinitionKey"),
    Field::Plain("processDefinitionVersionTag"),
    Field::Plain("processInstanceId"),
    Field::Plain("retries"),
    Field::Flag("suspended"),
    Field::Plain("workerId"),
    Field::Plain("topicName"),
    Field::Plain("tenantId"),
    Field::Zero("priority"),
    Field::Plain("businessKey"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::EXTERNAL_TASK,
    criteria: CRITERIA,
    sorts: &[
        ("id", "id"),
        ("lockExpirationTime", "lockExpirationTime"),
        ("processInstanceId", "processInstanceId"),
        ("processDefinitionId", "processDefinitionId"),
        ("processDefinitionKey", "processDefinitionKey"),
        ("tenantId", "tenantId"),
        ("taskPriority", "priority"),
        ("createTime", "createTime"),
    ],
    fields: FIELDS,
    check: no_check,
};

const CRITERIA: &[Criterion] = &[
    c("externalTaskId", Rule::Text("id")),
    c("externalTaskIdIn", Rule::TextIn("id")),
    c("activityId", Rule::Text("activityId")),
    c("activityIdIn", Rule::TextIn("activityId")),
    c("lockExpirationBefore", Rule::Before("lockExpirationTime")),
    c("lockExpirationAfter", Rule::After("lockExpirationTime")),
    c("topicName", Rule::Text("topicName")),
    c("locked", Rule::Custom(locked)),
    c("notLocked", Rule::Custom(locked)),
    c("executionId", Rule::Text("executionId")),
    c("processInstanceId", Rule::Text("processInstanceId")),
    c("processInstanceIdIn", Rule::TextIn("processInstanceId")),
    c("processDefinitionKey", Rule::Text("processDefinitionKey")),
    c("processDefinitionKeyIn", Rule::TextIn("processDefinitionKey")),
    c("processDefinitionId", Rule::Text("processDefinitionId")),
    c("processDefinitionName", Rule::Through(DEFINITION, &Rule::Text("name"))),
    c("processDefinitionNameLike", Rule::Through(DEFINITION, &Rule::Like("name"))),
    c("active", Rule::Flag(not_in_suspended_instance)),
    c("suspended", Rule::Flag(in_suspended_instance)),
    c("withRetriesLeft", Rule::Flag(with_retries_left)),
    c("noRetriesLeft", Rule::Flag(no_retries_left)),
    c("workerId", Rule::Text("workerId")),
    c("tenantIdIn", Rule::TextIn("tenantId")),
    c("priorityHigherThanOrEquals", Rule::LongAtLeast("priority")),
    c("priorityLowerThanOrEquals", Rule::LongAtMost("priority")),
    c("processVariables", Rule::Variables(Join { what: "process variable", ..INSTANCE_VARIABLES })),
];

/// A lock holds until its expiry; nothing happens at expiry.
fn locked(input: &Input, name: &'static str, context: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    if input.boolean(name)? != Some(true) {
        return Ok(());
    }
    let holds = Filter::Gt("lockExpirationTime".into(), context.now.0.into());
    out.push(if name == "locked" {
        holds
    } else {
        Filter::Or(vec![
            Filter::IsNull("lockExpirationTime".into()),
            Filter::Lte("lockExpirationTime".into(), context.now.0.into()),
        ])
    });
    Ok(())
}

fn with_retries_left() -> Filter {
    Filter::Or(vec![Filter::IsNull("retries".into()), Filter::Gt("retries".into(), 0.into())])
}

fn no_retries_left() -> Filter {
    Filter::Eq("retries".into(), 0.into())
}
