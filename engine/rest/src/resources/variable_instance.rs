//! `GET|POST /variable-instance`: criteria, sort keys and fields (the typed value is put in by the handler).

use crate::error::RestResult;
use crate::query::variables::{IgnoreCase, comparisons, row_filter};
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, c, no_check};
use casewright_engine_views::{
    self as views, PlaceRowColumns as _, ValueRowColumns as _, VariableFieldsColumns as _, VariableRow,
};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(VariableRow::ID),
    Field::Plain(VariableRow::NAME),
    Field::Plain(VariableRow::PROCESS_DEFINITION_ID),
    Field::Plain(VariableRow::PROCESS_INSTANCE_ID),
    Field::Plain(VariableRow::EXECUTION_ID),
    Field::Null("caseInstanceId"),
    Field::Null("caseExecutionId"),
    Field::Plain(VariableRow::TASK_ID),
    Field::Null("batchId"),
    Field::Plain(VariableRow::ACTIVITY_INSTANCE_ID),
    Field::Null("errorMessage"),
    Field::Plain(VariableRow::TENANT_ID),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::VARIABLE,
    criteria: CRITERIA,
    sorts: &[
        ("variableName", VariableRow::NAME),
        ("variableType", VariableRow::TYPE),
        ("activityInstanceId", VariableRow::ACTIVITY_INSTANCE_ID),
        ("tenantId", VariableRow::TENANT_ID),
    ],
    fields: FIELDS,
    check: no_check,
};

const CRITERIA: &[Criterion] = &[
    c("variableName", Rule::Custom(variable_name)),
    c("variableNameLike", Rule::Custom(variable_name)),
    c("variableValues", Rule::Custom(variable_values)),
    c("executionIdIn", Rule::TextIn(VariableRow::EXECUTION_ID)),
    c("processInstanceIdIn", Rule::TextIn(VariableRow::PROCESS_INSTANCE_ID)),
    c("caseExecutionIdIn", Rule::Never),
    c("caseInstanceIdIn", Rule::Never),
    c("taskIdIn", Rule::TextIn(VariableRow::TASK_ID)),
    c("batchIdIn", Rule::Never),
    c("variableScopeIdIn", Rule::TextIn(VariableRow::SCOPE_ID)),
    c("activityInstanceIdIn", Rule::TextIn(VariableRow::ACTIVITY_INSTANCE_ID)),
    c("tenantIdIn", Rule::TextIn(VariableRow::TENANT_ID)),
];

/// By name. `variableNamesIgnoreCase` is about `variableValues` only: in Camunda it makes a name of capitals match nothing.
fn variable_name(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    IgnoreCase::read(input)?;
    if let Some(text) = input.text(name)? {
        out.push(if name.ends_with("Like") {
            Filter::Like { field: VariableRow::NAME.into(), pattern: text, ignore_case: false }
        } else {
            Filter::Eq(VariableRow::NAME.into(), text.into())
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
