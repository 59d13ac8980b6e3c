//! `GET|POST /variable-instance`: criteria, sort keys and fields (the typed value is put in by the handler).

use crate::error::RestResult;
use crate::query::variables::{IgnoreCase, comparisons, row_filter};
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, c, no_check};
use casewright_engine_views as views;
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("name"),
    Field::Plain("processDefinitionId"),
    Field::Plain("processInstanceId"),
    Field::Plain("executionId"),
    Field::Null("caseInstanceId"),
    Field::Null("caseExecutionId"),
    Field::Plain("taskId"),
    Field::Null("batchId"),
    Field::Plain("activityInstanceId"),
    Field::Null("errorMessage"),
    Field::Plain("tenantId"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::VARIABLE,
    criteria: CRITERIA,
    sorts: &[
        ("variableName", "name"),
        ("variableType", "type"),
        ("activityInstanceId", "activityInstanceId"),
        ("tenantId", "tenantId"),
    ],
    fields: FIELDS,
    check: no_check,
};

const CRITERIA: &[Criterion] = &[
    c("variableName", Rule::Custom(variable_name)),
    c("variableNameLike", Rule::Custom(variable_name)),
    c("variableValues", Rule::Custom(variable_values)),
    c("executionIdIn", Rule::TextIn("executionId")),
    c("processInstanceIdIn", Rule::TextIn("processInstanceId")),
    c("caseExecutionIdIn", Rule::Never),
    c("caseInstanceIdIn", Rule::Never),
    c("taskIdIn", Rule::TextIn("taskId")),
    c("batchIdIn", Rule::Never),
    c("variableScopeIdIn", Rule::TextIn("scopeId")),
    c("activityInstanceIdIn", Rule::TextIn("activityInstanceId")),
    c("tenantIdIn", Rule::TextIn("tenantId")),
];

/// By name. `variableNamesIgnoreCase` is about `variableValues` only: in Camunda it makes a name of capitals match nothing.
fn variable_name(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    IgnoreCase::read(input)?;
    if let Some(text) = input.text(name)? {
        out.push(if name.ends_with("Like") {
            Filter::Like { field: "name".into(), pattern: text, ignore_case: false }
        } else {
            Filter::Eq("name".into(), text.into())
        });
    }
    Ok(())
}

fn variable_values(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let ignore = IgnoreCase::read(input)?;
    for comparison in comparisons(input, name)? {
        out.extend(row_filter(&comparison, ignore, "variable")?);
    }
    Ok(())
}
