//! `GET|POST /history/detail`: variable updates and form fields.

use super::variable_instance::types;
use crate::error::{RestError, RestResult};
use crate::query::{Criterion, Field, Input, Resource, Rule, c};
use casewright_engine_views as views;

pub(crate) const FIELDS: &[Field] = &[
    Field::Renamed("type", "detail"),
    Field::Plain("id"),
    Field::Plain("processDefinitionKey"),
    Field::Plain("processDefinitionId"),
    Field::Plain("processInstanceId"),
    Field::Plain("activityInstanceId"),
    Field::Plain("executionId"),
    Field::Null("caseDefinitionKey"),
    Field::Null("caseDefinitionId"),
    Field::Null("caseInstanceId"),
    Field::Null("caseExecutionId"),
    Field::Plain("taskId"),
    Field::Plain("tenantId"),
    Field::Null("userOperationId"),
    Field::Date("time"),
    Field::Date("removalTime"),
    Field::Plain("rootProcessInstanceId"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::HISTORY_DETAIL,
    criteria: CRITERIA,
    sorts: &[
        ("processInstanceId", "processInstanceId"),
        ("variableName", "name"),
        ("variableType", "type"),
        ("variableRevision", "revision"),
        ("formPropertyId", "fieldId"),
        ("time", "time"),
        ("occurrence", "sequence"),
        ("tenantId", "tenantId"),
    ],
    fields: FIELDS,
    check: sort_keys,
};

/// Unlike other resources this one names the bad sort key of a body.
fn sort_keys(input: &Input) -> RestResult<()> {
    let items = input.json("sorting").and_then(serde_json::Value::as_array);
    for item in items.into_iter().flatten() {
        let by = item.get("sortBy").and_then(serde_json::Value::as_str).unwrap_or("null");
        if !RESOURCE.sorts.iter().any(|(name, _)| *name == by) {
            return Err(RestError::invalid(format!("sortBy parameter has invalid value: {by}")));
        }
    }
    Ok(())
}

const CRITERIA: &[Criterion] = &[
    c("processInstanceId", Rule::Text("processInstanceId")),
    c("processInstanceIdIn", Rule::TextIn("processInstanceId")),
    c("executionId", Rule::Text("executionId")),
    c("activityInstanceId", Rule::Text("activityInstanceId")),
    c("caseInstanceId", Rule::Never),
    c("caseExecutionId", Rule::Never),
    c("variableInstanceId", Rule::Text("variableInstanceId")),
    c("variableTypeIn", Rule::Custom(types)),
    c("variableNameLike", Rule::Like("name")),
    c("taskId", Rule::Text("taskId")),
    c("formFields", Rule::When("detail", "formField")),
    c("variableUpdates", Rule::When("detail", "variableUpdate")),
    c("excludeTaskDetails", Rule::Null("taskId")),
    c("tenantIdIn", Rule::TextIn("tenantId")),
    c("withoutTenantId", Rule::Null("tenantId")),
    c("userOperationId", Rule::Never),
    c("occurredBefore", Rule::NotAfter("time")),
    c("occurredAfter", Rule::NotBefore("time")),
    c("initial", Rule::WhenSet("initial")),
];
