//! `GET|POST /history/variable-instance`: criteria, sort keys and fields.

use crate::error::{RestError, RestResult};
use crate::query::variables::{Comparison, IgnoreCase, row_filter};
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, c};
use casewright_engine_views as views;
use casewright_journal::Filter;
use serde_json::{Value as Json, json};

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("name"),
    Field::Plain("processDefinitionKey"),
    Field::Plain("processDefinitionId"),
    Field::Plain("processInstanceId"),
    Field::Plain("executionId"),
    Field::Plain("activityInstanceId"),
    Field::Null("caseDefinitionKey"),
    Field::Null("caseDefinitionId"),
    Field::Null("caseInstanceId"),
    Field::Null("caseExecutionId"),
    Field::Plain("taskId"),
    Field::Null("errorMessage"),
    Field::Plain("tenantId"),
    Field::Plain("state"),
    Field::Date("createTime"),
    Field::Date("removalTime"),
    Field::Plain("rootProcessInstanceId"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::HISTORY_VARIABLE,
    criteria: CRITERIA,
    sorts: &[("instanceId", "processInstanceId"), ("variableName", "name"), ("tenantId", "tenantId")],
    fields: FIELDS,
    check,
};

const CRITERIA: &[Criterion] = &[
    c("processInstanceId", Rule::Text("processInstanceId")),
    c("processDefinitionId", Rule::Text("processDefinitionId")),
    c("processDefinitionKey", Rule::Text("processDefinitionKey")),
    c("caseInstanceId", Rule::Never),
    c("variableName", Rule::Custom(variable_name)),
    c("variableNameLike", Rule::Custom(variable_name)),
    c("variableNameIn", Rule::TextIn("name")),
    c("variableValue", Rule::Custom(variable_value)),
    c("variableTypeIn", Rule::Custom(types)),
    c("executionIdIn", Rule::TextIn("executionId")),
    c("taskIdIn", Rule::TextIn("taskId")),
    c("processInstanceIdIn", Rule::TextIn("processInstanceId")),
    c("activityInstanceIdIn", Rule::TextIn("activityInstanceId")),
    c("caseExecutionIdIn", Rule::Never),
    c("caseActivityIdIn", Rule::Never),
    c("tenantIdIn", Rule::TextIn("tenantId")),
    c("withoutTenantId", Rule::Null("tenantId")),
    c("includeDeleted", Rule::Custom(include_deleted)),
];

/// By name, without regard to case when `variableNamesIgnoreCase` says so.
fn variable_name(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let ignore_case = input.boolean("variableNamesIgnoreCase")? == Some(true);
    if let Some(text) = input.text(name)? {
        out.push(match (name.ends_with("Like"), ignore_case) {
            (true, ignore_case) => Filter::Like { field: "name".into(), pattern: text, ignore_case },
            (false, true) => Filter::EqIgnoreCase("name".into(), text),
            (false, false) => Filter::Eq("name".into(), text.into()),
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
        out.push(Filter::Eq("state".into(), json!("CREATED")));
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
        out.push(Filter::In("type".into(), types));
    }
    Ok(())
}
