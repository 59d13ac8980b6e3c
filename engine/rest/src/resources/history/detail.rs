//! `GET|POST /history/detail`: variable updates and form fields.

use super::variable_instance::types;
use crate::error::{RestError, RestResult};
use crate::query::{Criterion, Field, Input, Resource, Rule, c};
use casewright_engine_views::{
    self as views, DetailRow, PlaceRowColumns as _, RemovalRow, ValueRowColumns as _, VariableFieldsColumns as _,
};

pub(crate) const FIELDS: &[Field] = &[
    Field::Renamed("type", DetailRow::DETAIL),
    Field::Plain(DetailRow::ID),
    Field::Plain(DetailRow::PROCESS_DEFINITION_KEY),
    Field::Plain(DetailRow::PROCESS_DEFINITION_ID),
    Field::Plain(DetailRow::PROCESS_INSTANCE_ID),
    Field::Plain(DetailRow::ACTIVITY_INSTANCE_ID),
    Field::Plain(DetailRow::EXECUTION_ID),
    Field::Null("caseDefinitionKey"),
    Field::Null("caseDefinitionId"),
    Field::Null("caseInstanceId"),
    Field::Null("caseExecutionId"),
    Field::Plain(DetailRow::TASK_ID),
    Field::Plain(DetailRow::TENANT_ID),
    Field::Null("userOperationId"),
    Field::Date(DetailRow::TIME),
    Field::Date(RemovalRow::REMOVAL_TIME),
    Field::Plain(DetailRow::ROOT_PROCESS_INSTANCE_ID),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::HISTORY_DETAIL,
    criteria: CRITERIA,
    sorts: &[
        ("processInstanceId", DetailRow::PROCESS_INSTANCE_ID),
        ("variableName", DetailRow::NAME),
        ("variableType", DetailRow::TYPE),
        ("variableRevision", DetailRow::REVISION),
        ("formPropertyId", DetailRow::FIELD_ID),
        ("time", DetailRow::TIME),
        ("occurrence", DetailRow::SEQUENCE),
        ("tenantId", DetailRow::TENANT_ID),
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
    c("processInstanceId", Rule::Text(DetailRow::PROCESS_INSTANCE_ID)),
    c("processInstanceIdIn", Rule::TextIn(DetailRow::PROCESS_INSTANCE_ID)),
    c("executionId", Rule::Text(DetailRow::EXECUTION_ID)),
    c("activityInstanceId", Rule::Text(DetailRow::ACTIVITY_INSTANCE_ID)),
    c("caseInstanceId", Rule::Never),
    c("caseExecutionId", Rule::Never),
    c("variableInstanceId", Rule::Text(DetailRow::VARIABLE_INSTANCE_ID)),
    c("variableTypeIn", Rule::Custom(types)),
    c("variableNameLike", Rule::Like(DetailRow::NAME)),
    c("taskId", Rule::Text(DetailRow::TASK_ID)),
    c("formFields", Rule::When(DetailRow::DETAIL, "formField")),
    c("variableUpdates", Rule::When(DetailRow::DETAIL, "variableUpdate")),
    c("excludeTaskDetails", Rule::Null(DetailRow::TASK_ID)),
    c("tenantIdIn", Rule::TextIn(DetailRow::TENANT_ID)),
    c("withoutTenantId", Rule::Null(DetailRow::TENANT_ID)),
    c("userOperationId", Rule::Never),
    c("occurredBefore", Rule::NotAfter(DetailRow::TIME)),
    c("occurredAfter", Rule::NotBefore(DetailRow::TIME)),
    c("initial", Rule::WhenSet(DetailRow::INITIAL)),
];
