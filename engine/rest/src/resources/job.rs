//! `GET|POST /job` and `/job-definition`: criteria, sort keys and fields.

use super::{INSTANCE, in_suspended_instance};
use crate::error::{RestError, RestResult};
use crate::query::variables::comparisons;
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, c, no_check};
use casewright_engine_views::criteria::eq;
use casewright_engine_views::{
    self as views, JobDefinitionRow, JobRow, JobWithoutInstanceRow, PlaceRowColumns as _, date,
};
use casewright_journal::Filter;
use serde_json::{Value as Json, json};

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(JobRow::ID),
    Field::Plain(JobRow::JOB_DEFINITION_ID),
    Field::Plain(JobRow::PROCESS_INSTANCE_ID),
    Field::Plain(JobRow::PROCESS_DEFINITION_ID),
    Field::Plain(JobRow::PROCESS_DEFINITION_KEY),
    Field::Plain(JobRow::EXECUTION_ID),
    Field::Plain(JobRow::EXCEPTION_MESSAGE),
    Field::Plain(JobRow::FAILED_ACTIVITY_ID),
    Field::Zero(JobRow::RETRIES),
    Field::Date(JobRow::DUE_DATE),
    Field::Flag(JobRow::SUSPENDED),
    Field::Zero(JobRow::PRIORITY),
    Field::Plain(JobRow::TENANT_ID),
    Field::Date(JobRow::CREATE_TIME),
    Field::Plain(JobWithoutInstanceRow::BATCH_ID),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::JOB,
    criteria: CRITERIA,
    sorts: &[
        ("jobId", JobRow::ID),
        ("executionId", JobRow::EXECUTION_ID),
        ("processInstanceId", JobRow::PROCESS_INSTANCE_ID),
        ("processDefinitionId", JobRow::PROCESS_DEFINITION_ID),
        ("processDefinitionKey", JobRow::PROCESS_DEFINITION_KEY),
        ("jobPriority", JobRow::PRIORITY),
        ("jobRetries", JobRow::RETRIES),
        ("jobDueDate", JobRow::DUE_DATE),
        ("tenantId", JobRow::TENANT_ID),
    ],
    fields: FIELDS,
    check,
};

const CRITERIA: &[Criterion] = &[
    c("activityId", Rule::Text(JobRow::ACTIVITY_ID)),
    c("failedActivityId", Rule::Text(JobRow::FAILED_ACTIVITY_ID)),
    c("jobId", Rule::Text(JobRow::ID)),
    c("jobIds", Rule::TextIn(JobRow::ID)),
    c("executionId", Rule::Text(JobRow::EXECUTION_ID)),
    c("processInstanceId", Rule::Text(JobRow::PROCESS_INSTANCE_ID)),
    c("processInstanceIds", Rule::TextIn(JobRow::PROCESS_INSTANCE_ID)),
    c("processDefinitionId", Rule::Text(JobRow::PROCESS_DEFINITION_ID)),
    c("processDefinitionKey", Rule::Text(JobRow::PROCESS_DEFINITION_KEY)),
    c("withRetriesLeft", Rule::Flag(with_retries_left)),
    c("executable", Rule::Custom(executable)),
    c("timers", Rule::WhenSet(JobRow::IS_TIMER)),
    c("messages", Rule::WhenClear(JobRow::IS_TIMER)),
    c("withException", Rule::NotNull(JobRow::EXCEPTION_MESSAGE)),
    c("exceptionMessage", Rule::Text(JobRow::EXCEPTION_MESSAGE)),
    c("noRetriesLeft", Rule::Flag(no_retries_left)),
    c("active", Rule::Flag(active)),
    c("suspended", Rule::Flag(suspended)),
    c("priorityHigherThanOrEquals", Rule::LongAtLeast(JobRow::PRIORITY)),
    c("priorityLowerThanOrEquals", Rule::LongAtMost(JobRow::PRIORITY)),
    c("jobDefinitionId", Rule::Text(JobRow::JOB_DEFINITION_ID)),
    c("batchId", Rule::Text(JobWithoutInstanceRow::BATCH_ID)),
    c("tenantIdIn", Rule::Custom(tenants)),
    c("withoutTenantId", Rule::Null(JobRow::TENANT_ID)),
    c("dueDates", Rule::Custom(dates)),
    c("createTimes", Rule::Custom(dates)),
    c("acquired", Rule::Never),
];

fn check(input: &Input) -> RestResult<()> {
    if input.boolean("timers")? == Some(true) && input.boolean("messages")? == Some(true) {
        return Err(RestError::invalid("Parameter timers cannot be used together with parameter messages."));
    }
    Ok(())
}

fn with_retries_left() -> Filter {
    Filter::Gt(JobRow::RETRIES.into(), json!(0))
}

fn no_retries_left() -> Filter {
    Filter::Eq(JobRow::RETRIES.into(), json!(0))
}

/// A job is suspended by itself, by its job definition, or with its instance.
fn suspended() -> Filter {
    Filter::Or(vec![eq(JobRow::SUSPENDED, true), in_suspended_instance()])
}

fn active() -> Filter {
    Filter::And(vec![
        Filter::Ne(JobRow::SUSPENDED.into(), json!(true)),
        Filter::Not(Box::new(INSTANCE.filter(eq(JobRow::SUSPENDED, true)))),
    ])
}

fn executable(input: &Input, name: &'static str, context: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    if input.boolean(name)? == Some(true) {
        out.push(with_retries_left());
        out.push(active());
        out.push(Filter::Or(vec![
            Filter::IsNull(JobRow::DUE_DATE.into()),
            Filter::Lte(JobRow::DUE_DATE.into(), json!(context.now.0)),
        ]));
    }
    Ok(())
}

fn tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    super::tenant_in(input, name, "includeJobsWithoutTenantId", out)
}

/// `dueDates=gt_2012-07-17T17:00:00.000+0200`, in a body `[{"operator":"gt","value":..}]`.
fn dates(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let (field, what) =
        if name == "dueDates" { (JobRow::DUE_DATE, "due date") } else { (JobRow::CREATE_TIME, "create time") };
    let stated: Vec<(String, Json)> = if input.is_body() {
        comparisons(input, name)?.into_iter().map(|comparison| (comparison.operator, comparison.value)).collect()
    } else {
        input
            .list(name)?
            .unwrap_or_default()
            .iter()
            .map(|part| {
                let (operator, value) = part.split_once('_').unwrap_or((part, ""));
                (operator.to_owned(), json!(value))
            })
            .collect()
    };
    for (operator, value) in stated {
        let text = value.as_str().unwrap_or_default();
        if !matches!(operator.as_str(), "gt" | "lt") {
            return Err(RestError::invalid(format!("Invalid {what} comparator specified: {operator}")));
        }
        let at = date::parse(text).ok_or_else(|| {
            RestError::invalid(format!(
                "Invalid {what} format: Cannot convert value \"{text}\" to java type java.util.Date"
            ))
        })?;
        out.push(if operator == "gt" {
            Filter::Gt(field.into(), json!(at.0))
        } else {
            Filter::Lt(field.into(), json!(at.0))
        });
    }
    Ok(())
}

pub(crate) const DEFINITION_FIELDS: &[Field] = &[
    Field::Plain(JobDefinitionRow::ID),
    Field::Plain(JobDefinitionRow::PROCESS_DEFINITION_ID),
    Field::Plain(JobDefinitionRow::PROCESS_DEFINITION_KEY),
    Field::Plain(JobDefinitionRow::JOB_TYPE),
    Field::Plain(JobDefinitionRow::JOB_CONFIGURATION),
    Field::Plain(JobDefinitionRow::ACTIVITY_ID),
    Field::Flag(JobDefinitionRow::SUSPENDED),
    Field::Plain(JobDefinitionRow::OVERRIDING_JOB_PRIORITY),
    Field::Plain(JobDefinitionRow::TENANT_ID),
    Field::Plain(JobDefinitionRow::DEPLOYMENT_ID),
];

pub(crate) const DEFINITION_RESOURCE: Resource = Resource {
    view: views::JOB_DEFINITION,
    criteria: DEFINITION_CRITERIA,
    sorts: &[
        ("jobDefinitionId", JobDefinitionRow::ID),
        ("activityId", JobDefinitionRow::ACTIVITY_ID),
        ("processDefinitionId", JobDefinitionRow::PROCESS_DEFINITION_ID),
        ("processDefinitionKey", JobDefinitionRow::PROCESS_DEFINITION_KEY),
        ("jobType", JobDefinitionRow::JOB_TYPE),
        ("jobConfiguration", JobDefinitionRow::JOB_CONFIGURATION),
        ("tenantId", JobDefinitionRow::TENANT_ID),
    ],
    fields: DEFINITION_FIELDS,
    check: no_check,
};

const DEFINITION_CRITERIA: &[Criterion] = &[
    c("jobDefinitionId", Rule::Text(JobDefinitionRow::ID)),
    c("activityIdIn", Rule::TextIn(JobDefinitionRow::ACTIVITY_ID)),
    c("processDefinitionId", Rule::Text(JobDefinitionRow::PROCESS_DEFINITION_ID)),
    c("processDefinitionKey", Rule::Text(JobDefinitionRow::PROCESS_DEFINITION_KEY)),
    c("jobType", Rule::Text(JobDefinitionRow::JOB_TYPE)),
    c("jobConfiguration", Rule::Text(JobDefinitionRow::JOB_CONFIGURATION)),
    c("active", Rule::WhenClear(JobDefinitionRow::SUSPENDED)),
    c("suspended", Rule::WhenSet(JobDefinitionRow::SUSPENDED)),
    c("withOverridingJobPriority", Rule::NotNull(JobDefinitionRow::OVERRIDING_JOB_PRIORITY)),
    c("tenantIdIn", Rule::Custom(definition_tenants)),
    c("withoutTenantId", Rule::Null(JobDefinitionRow::TENANT_ID)),
];

fn definition_tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    super::tenant_in(input, name, "includeJobDefinitionsWithoutTenantId", out)
}
