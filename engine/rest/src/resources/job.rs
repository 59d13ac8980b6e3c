//! `GET|POST /job` and `/job-definition`: criteria, sort keys and fields.

use super::{INSTANCE, in_suspended_instance};
use crate::error::{RestError, RestResult};
use crate::query::variables::comparisons;
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, c, no_check};
use casewright_engine_views::criteria::eq;
use casewright_engine_views::{self as views, date};
use casewright_journal::Filter;
use serde_json::{Value as Json, json};

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("jobDefinitionId"),
    Field::Plain("processInstanceId"),
    Field::Plain("processDefinitionId"),
    Field::Plain("processDefinitionKey"),
    Field::Plain("executionId"),
    Field::Plain("exceptionMessage"),
    Field::Plain("failedActivityId"),
    Field::Zero("retries"),
    Field::Date("dueDate"),
    Field::Flag("suspended"),
    Field::Zero("priority"),
    Field::Plain("tenantId"),
    Field::Date("createTime"),
    Field::Plain("batchId"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::JOB,
    criteria: CRITERIA,
    sorts: &[
        ("jobId", "id"),
        ("executionId", "executionId"),
        ("processInstanceId", "processInstanceId"),
        ("processDefinitionId", "processDefinitionId"),
        ("processDefinitionKey", "processDefinitionKey"),
        ("jobPriority", "priority"),
        ("jobRetries", "retries"),
        ("jobDueDate", "dueDate"),
        ("tenantId", "tenantId"),
    ],
    fields: FIELDS,
    check,
};

const CRITERIA: &[Criterion] = &[
    c("activityId", Rule::Text("activityId")),
    c("failedActivityId", Rule::Text("failedActivityId")),
    c("jobId", Rule::Text("id")),
    c("jobIds", Rule::TextIn("id")),
    c("executionId", Rule::Text("executionId")),
    c("processInstanceId", Rule::Text("processInstanceId")),
    c("processInstanceIds", Rule::TextIn("processInstanceId")),
    c("processDefinitionId", Rule::Text("processDefinitionId")),
    c("processDefinitionKey", Rule::Text("processDefinitionKey")),
    c("withRetriesLeft", Rule::Flag(with_retries_left)),
    c("executable", Rule::Custom(executable)),
    c("timers", Rule::WhenSet("isTimer")),
    c("messages", Rule::WhenClear("isTimer")),
    c("withException", Rule::NotNull("exceptionMessage")),
    c("exceptionMessage", Rule::Text("exceptionMessage")),
    c("noRetriesLeft", Rule::Flag(no_retries_left)),
    c("active", Rule::Flag(active)),
    c("suspended", Rule::Flag(suspended)),
    c("priorityHigherThanOrEquals", Rule::LongAtLeast("priority")),
    c("priorityLowerThanOrEquals", Rule::LongAtMost("priority")),
    c("jobDefinitionId", Rule::Text("jobDefinitionId")),
    c("batchId", Rule::Text("batchId")),
    c("tenantIdIn", Rule::Custom(tenants)),
    c("withoutTenantId", Rule::Null("tenantId")),
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
    Filter::Gt("retries".into(), json!(0))
}

fn no_retries_left() -> Filter {
    Filter::Eq("retries".into(), json!(0))
}

/// A job is suspended by itself, by its job definition, or with its instance.
fn suspended() -> Filter {
    Filter::Or(vec![eq("suspended", true), in_suspended_instance()])
}

fn active() -> Filter {
    Filter::And(vec![
        Filter::Ne("suspended".into(), json!(true)),
        Filter::Not(Box::new(INSTANCE.filter(eq("suspended", true)))),
    ])
}

fn executable(input: &Input, name: &'static str, context: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    if input.boolean(name)? == Some(true) {
        out.push(with_retries_left());
        out.push(active());
        out.push(Filter::Or(vec![
            Filter::IsNull("dueDate".into()),
            Filter::Lte("dueDate".into(), json!(context.now.0)),
        ]));
    }
    Ok(())
}

fn tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    super::tenant_in(input, name, "includeJobsWithoutTenantId", out)
}

/// `dueDates=gt_2012-07-17T17:00:00.000+0200`, in a body `[{"operator":"gt","value":..}]`.
fn dates(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let (field, what) = if name == "dueDates" { ("dueDate", "due date") } else { ("createTime", "create time") };
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
    Field::Plain("id"),
    Field::Plain("processDefinitionId"),
    Field::Plain("processDefinitionKey"),
    Field::Plain("jobType"),
    Field::Plain("jobConfiguration"),
    Field::Plain("activityId"),
    Field::Flag("suspended"),
    Field::Plain("overridingJobPriority"),
    Field::Plain("tenantId"),
    Field::Plain("deploymentId"),
];

pub(crate) const DEFINITION_RESOURCE: Resource = Resource {
    view: views::JOB_DEFINITION,
    criteria: DEFINITION_CRITERIA,
    sorts: &[
        ("jobDefinitionId", "id"),
        ("activityId", "activityId"),
        ("processDefinitionId", "processDefinitionId"),
        ("processDefinitionKey", "processDefinitionKey"),
        ("jobType", "jobType"),
        ("jobConfiguration", "jobConfiguration"),
        ("tenantId", "tenantId"),
    ],
    fields: DEFINITION_FIELDS,
    check: no_check,
};

const DEFINITION_CRITERIA: &[Criterion] = &[
    c("jobDefinitionId", Rule::Text("id")),
    c("activityIdIn", Rule::TextIn("activityId")),
    c("processDefinitionId", Rule::Text("processDefinitionId")),
    c("processDefinitionKey", Rule::Text("processDefinitionKey")),
    c("jobType", Rule::Text("jobType")),
    c("jobConfiguration", Rule::Text("jobConfiguration")),
    c("active", Rule::WhenClear("suspended")),
    c("suspended", Rule::WhenSet("suspended")),
    c("withOverridingJobPriority", Rule::NotNull("overridingJobPriority")),
    c("tenantIdIn", Rule::Custom(definition_tenants)),
    c("withoutTenantId", Rule::Null("tenantId")),
];

fn definition_tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    super::tenant_in(input, name, "includeJobDefinitionsWithoutTenantId", out)
}
