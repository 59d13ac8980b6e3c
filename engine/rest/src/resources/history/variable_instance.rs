//! `GET|POST /history/variable-instance`: criteria, sort keys and fields.

use crate::error::{RestError, RestResult};
use crate::query::variables::{Comparison, IgnoreCase, row_filter};
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, c};
use casewright_engine_views::{
    self as views, PastVariableRow, PlaceRowColumns as _, RemovalRow, ValueRowColumns as _, VariableFieldsColumns as _,
};
use casewright_journal::Filter;
use serde_json::{Value as Json, json};

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(PastVariableRow::ID),
    Field::Plain(PastVariableRow::NAME),
    Field::Plain(PastVariableRow::PROCESS_DEFINITION_KEY),
    Field::Plain(PastVariableRow::PROCESS_DEFINITION_ID),
    Field::Plain(PastVariableRow::PROCESS_INSTANCE_ID),
    Field::Plain(PastVariableRow::EXECUTION_ID),
    Field::Plain(PastVariableRow::ACTIVITY_INSTANCE_ID),
    Field::Null("caseDefinitionKey"),
    Field::Null("caseDefinitionId"),
    Field::Null("caseInstanceId"),
    Field::Null("caseExecutionId"),
    Field::Plain(PastVariableRow::TASK_ID),
    Field::Null("errorMessage"),
    Field::Plain(PastVariableRow::TENANT_ID),
    Field::Plain(PastVariableRow::STATE),
    Field::Date(PastVariableRow::CREATE_TIME),
    Field::Date(RemovalRow::REMOVAL_TIME),
    Field::Plain(PastVariableRow::ROOT_PROCESS_INSTANCE_ID),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::HISTORY_VARIABLE,
    criteria: CRITERIA,
    sorts: &[
        ("instanceId", PastVariableRow::PROCESS_INSTANCE_ID),
        ("variableName", PastVariableRow::NAME),
        ("tenantId", PastVariableRow::TENANT_ID),
    ],
    fields: FIELDS,
    check,
};

const CRITERIA: &[Criterion] = &[
    c("processInstanceId", Rule::Text(PastVariableRow::PROCESS_INSTANCE_ID)),
    c("processDefinitionId", Rule::Text(PastVariableRow::PROCESS_DEFINITION_ID)),
    c("processDefinitionKey", Rule::Text(PastVariableRow::PROCESS_DEFINITION_KEY)),
    c("caseInstanceId", Rule::Never),
    c("variableName", Rule::Custom(variable_name)),
    c("variableNameLike", Rule::Custom(variable_name)),
    c("variableNameIn", Rule::TextIn(PastVariableRow::NAME)),
    c("variableValue", Rule::Custom(variable_value)),
    c("variableTypeIn", Rule::Custom(types)),
    c("executionIdIn", Rule::TextIn(PastVariableRow::EXECUTION_ID)),
    c("taskIdIn", Rule::TextIn(PastVariableRow::TASK_ID)),
    c("processInstanceIdIn", Rule::TextIn(PastVariableRow::PROCESS_INSTANCE_ID)),
    c("activityInstanceIdIn", Rule::TextIn(PastVariableRow::ACTIVITY_INSTANCE_ID)),
    c("caseExecutionIdIn", Rule::Never),
    c("caseActivityIdIn", Rule::Never),
    c("tenantIdIn", Rule::TextIn(PastVariableRow::TENANT_ID)),
    c("withoutTenantId", Rule::Null(PastVariableRow::TENANT_ID)),
    c("includeDeleted", Rule::Custom(include_deleted)),
];

/// By name, without regard to case when `variableNamesIgnoreCase` says so.
fn variable_name(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let ignore_case = input.boolean("variableNamesIgnoreCase")? == Some(true);
    if let Some(text) = input.text(name)? {
        out.push(match (name.ends_with("Like"), ignore_case) {
            (true, ignore_case) => Filter::Like { field: PastVariableRow::NAME.into(), pattern: text, ignore_case },
            (false, true) => Filter::EqIgnoreCase(PastVariableRow::NAME.into(), text),
            (false, false) => Filter::Eq(PastVariableRow::NAME.into(), text.into()),
        });
    }
    Ok(())
}

fn check(input: &Input) -> RestResult<()> {
    if input.has("variableValue") && !input.has("variableName") {
        return Err(RestError::invalid(
            "Only a single variable value parameter specified: variable name and value are required to be able to query after a specific variable value.",
        ));
    }
    Ok(())
}

/// Deleted variables are left out unless asked for.
fn include_deleted(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    if input.boolean(name)? != Some(true) {
        out.push(Filter::Eq(PastVariableRow::STATE.into(), json!("CREATED")));
    }
    Ok(())
}

fn variable_value(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let value = match input.json(name) {
        Some(value) => value.clone(),
        None => match input.text(name)? {
            Some(text) => json!(text),
            None => return Ok(()),
        },
    };
    let comparison = Comparison { name: None, operator: "eq".into(), value };
    out.extend(row_filter(&comparison, IgnoreCase::read(input)?, "variable")?);
    Ok(())
}

/// Type names in any spelling of their first letter.
pub(crate) fn types(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    if let Some(types) = input.list(name)? {
        let types = types
            .iter()
            .map(|t| {
                let mut letters = t.chars();
                let first = letters.next().map(|l| l.to_uppercase().to_string());
                Json::from(first.unwrap_or_default() + letters.as_str())
            })
            .collect();
        out.push(Filter::In(PastVariableRow::TYPE.into(), types));
    }
    Ok(())
}
