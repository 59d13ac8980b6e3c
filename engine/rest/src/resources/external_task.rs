//! `GET|POST /external-task`: criteria, sort keys and fields.

use super::{DEFINITION, INSTANCE_VARIABLES, in_suspended_instance, not_in_suspended_instance};
use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Join, Resource, Rule, c, no_check};
use casewright_engine_views::{self as views, ExternalTaskRow, PlaceRowColumns as _, ProcessDefinitionRow};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(ExternalTaskRow::ACTIVITY_ID),
    Field::Plain(ExternalTaskRow::ACTIVITY_INSTANCE_ID),
    Field::Plain(ExternalTaskRow::ERROR_MESSAGE),
    Field::Plain(ExternalTaskRow::EXECUTION_ID),
    Field::Plain(ExternalTaskRow::ID),
    Field::Date(ExternalTaskRow::LOCK_EXPIRATION_TIME),
    Field::Date(ExternalTaskRow::CREATE_TIME),
    Field::Plain(ExternalTaskRow::PROCESS_DEFINITION_ID),
    Field::Plain(ExternalTaskRow::PROCESS_DEFINITION_KEY),
    Field::Null("processDefinitionVersionTag"),
    Field::Plain(ExternalTaskRow::PROCESS_INSTANCE_ID),
    Field::Plain(ExternalTaskRow::RETRIES),
    Field::False("suspended"),
    Field::Plain(ExternalTaskRow::WORKER_ID),
    Field::Plain(ExternalTaskRow::TOPIC_NAME),
    Field::Plain(ExternalTaskRow::TENANT_ID),
    Field::Zero(ExternalTaskRow::PRIORITY),
    Field::Plain(ExternalTaskRow::BUSINESS_KEY),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::EXTERNAL_TASK,
    criteria: CRITERIA,
    sorts: &[
        ("id", ExternalTaskRow::ID),
        ("lockExpirationTime", ExternalTaskRow::LOCK_EXPIRATION_TIME),
        ("processInstanceId", ExternalTaskRow::PROCESS_INSTANCE_ID),
        ("processDefinitionId", ExternalTaskRow::PROCESS_DEFINITION_ID),
        ("processDefinitionKey", ExternalTaskRow::PROCESS_DEFINITION_KEY),
        ("tenantId", ExternalTaskRow::TENANT_ID),
        ("taskPriority", ExternalTaskRow::PRIORITY),
        ("createTime", ExternalTaskRow::CREATE_TIME),
    ],
    fields: FIELDS,
    check: no_check,
};

const CRITERIA: &[Criterion] = &[
    c("externalTaskId", Rule::Text(ExternalTaskRow::ID)),
    c("externalTaskIdIn", Rule::TextIn(ExternalTaskRow::ID)),
    c("activityId", Rule::Text(ExternalTaskRow::ACTIVITY_ID)),
    c("activityIdIn", Rule::TextIn(ExternalTaskRow::ACTIVITY_ID)),
    c("lockExpirationBefore", Rule::Before(ExternalTaskRow::LOCK_EXPIRATION_TIME)),
    c("lockExpirationAfter", Rule::After(ExternalTaskRow::LOCK_EXPIRATION_TIME)),
    c("topicName", Rule::Text(ExternalTaskRow::TOPIC_NAME)),
    c("locked", Rule::Custom(locked)),
    c("notLocked", Rule::Custom(locked)),
    c("executionId", Rule::Text(ExternalTaskRow::EXECUTION_ID)),
    c("processInstanceId", Rule::Text(ExternalTaskRow::PROCESS_INSTANCE_ID)),
    c("processInstanceIdIn", Rule::TextIn(ExternalTaskRow::PROCESS_INSTANCE_ID)),
    c("processDefinitionKey", Rule::Text(ExternalTaskRow::PROCESS_DEFINITION_KEY)),
    c("processDefinitionKeyIn", Rule::TextIn(ExternalTaskRow::PROCESS_DEFINITION_KEY)),
    c("processDefinitionId", Rule::Text(ExternalTaskRow::PROCESS_DEFINITION_ID)),
    c("processDefinitionName", Rule::Through(DEFINITION, &Rule::Text(ProcessDefinitionRow::NAME))),
    c("processDefinitionNameLike", Rule::Through(DEFINITION, &Rule::Like(ProcessDefinitionRow::NAME))),
    c("active", Rule::Flag(not_in_suspended_instance)),
    c("suspended", Rule::Flag(in_suspended_instance)),
    c("withRetriesLeft", Rule::Flag(with_retries_left)),
    c("noRetriesLeft", Rule::Flag(no_retries_left)),
    c("workerId", Rule::Text(ExternalTaskRow::WORKER_ID)),
    c("tenantIdIn", Rule::TextIn(ExternalTaskRow::TENANT_ID)),
    c("priorityHigherThanOrEquals", Rule::LongAtLeast(ExternalTaskRow::PRIORITY)),
    c("priorityLowerThanOrEquals", Rule::LongAtMost(ExternalTaskRow::PRIORITY)),
    c("processVariables", Rule::Variables(Join { what: "process variable", ..INSTANCE_VARIABLES })),
];

/// A lock holds until its expiry; nothing happens at expiry.
fn locked(input: &Input, name: &'static str, context: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    if input.boolean(name)? != Some(true) {
        return Ok(());
    }
    let holds = Filter::Gt(ExternalTaskRow::LOCK_EXPIRATION_TIME.into(), context.now.0.into());
    out.push(if name == "locked" {
        holds
    } else {
        Filter::Or(vec![
            Filter::IsNull(ExternalTaskRow::LOCK_EXPIRATION_TIME.into()),
            Filter::Lte(ExternalTaskRow::LOCK_EXPIRATION_TIME.into(), context.now.0.into()),
        ])
    });
    Ok(())
}

fn with_retries_left() -> Filter {
    Filter::Or(vec![
        Filter::IsNull(ExternalTaskRow::RETRIES.into()),
        Filter::Gt(ExternalTaskRow::RETRIES.into(), 0.into()),
    ])
}

fn no_retries_left() -> Filter {
    Filter::Eq(ExternalTaskRow::RETRIES.into(), 0.into())
}
