//! `GET /history/decision-instance`: criteria, sort keys and fields.

use super::super::DEFINITION;
use crate::error::RestResult;
use crate::query::{Criterion, Field, Input, Resource, Rule, Through, c};
use casewright_engine_views::{
    self as views, DecisionDefinitionRow, DecisionInstanceRow, PlaceRowColumns as _, ProcessDefinitionRow, RemovalRow,
};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(DecisionInstanceRow::ID),
    Field::Plain(DecisionInstanceRow::DECISION_DEFINITION_ID),
    Field::Plain(DecisionInstanceRow::DECISION_DEFINITION_KEY),
    Field::Plain(DecisionInstanceRow::DECISION_DEFINITION_NAME),
    Field::Date(DecisionInstanceRow::EVALUATION_TIME),
    Field::Date(RemovalRow::REMOVAL_TIME),
    Field::Plain(DecisionInstanceRow::PROCESS_DEFINITION_ID),
    Field::Plain(DecisionInstanceRow::PROCESS_DEFINITION_KEY),
    Field::Plain(DecisionInstanceRow::PROCESS_INSTANCE_ID),
    Field::Plain(DecisionInstanceRow::ROOT_PROCESS_INSTANCE_ID),
    Field::Null("caseDefinitionId"),
    Field::Null("caseDefinitionKey"),
    Field::Null("caseInstanceId"),
    Field::Plain(DecisionInstanceRow::ACTIVITY_ID),
    Field::Plain(DecisionInstanceRow::ACTIVITY_INSTANCE_ID),
    Field::Plain(DecisionInstanceRow::USER_ID),
    Field::Plain(DecisionInstanceRow::COLLECT_RESULT_VALUE),
    Field::Plain(DecisionInstanceRow::ROOT_DECISION_INSTANCE_ID),
    Field::Null("decisionRequirementsDefinitionId"),
    Field::Null("decisionRequirementsDefinitionKey"),
    Field::Plain(DecisionInstanceRow::TENANT_ID),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::HISTORY_DECISION,
    criteria: CRITERIA,
    sorts: &[("evaluationTime", DecisionInstanceRow::EVALUATION_TIME), ("tenantId", DecisionInstanceRow::TENANT_ID)],
    fields: FIELDS,
    check: flags,
};

fn flags(input: &Input) -> RestResult<()> {
    for name in ["includeInputs", "includeOutputs", "disableBinaryFetching", "disableCustomObjectDeserialization"] {
        input.boolean(name)?;
    }
    Ok(())
}

const DECISION: Through = Through {
    field: DecisionInstanceRow::DECISION_DEFINITION_ID,
    view: views::DECISION_DEFINITION,
    select: DecisionDefinitionRow::ID,
};

const CRITERIA: &[Criterion] = &[
    c("decisionInstanceId", Rule::Text(DecisionInstanceRow::ID)),
    c("decisionInstanceIdIn", Rule::TextIn(DecisionInstanceRow::ID)),
    c("decisionDefinitionId", Rule::Text(DecisionInstanceRow::DECISION_DEFINITION_ID)),
    c("decisionDefinitionIdIn", Rule::TextIn(DecisionInstanceRow::DECISION_DEFINITION_ID)),
    c("decisionDefinitionKey", Rule::Text(DecisionInstanceRow::DECISION_DEFINITION_KEY)),
    c("decisionDefinitionKeyIn", Rule::TextIn(DecisionInstanceRow::DECISION_DEFINITION_KEY)),
    c("decisionDefinitionName", Rule::Text(DecisionInstanceRow::DECISION_DEFINITION_NAME)),
    c("decisionDefinitionNameLike", Rule::Like(DecisionInstanceRow::DECISION_DEFINITION_NAME)),
    c("processDefinitionId", Rule::Text(DecisionInstanceRow::PROCESS_DEFINITION_ID)),
    c("processDefinitionKey", Rule::Through(DEFINITION, &Rule::Text(ProcessDefinitionRow::KEY))),
    c("processInstanceId", Rule::Text(DecisionInstanceRow::PROCESS_INSTANCE_ID)),
    c("caseDefinitionId", Rule::Never),
    c("caseDefinitionKey", Rule::Never),
    c("caseInstanceId", Rule::Never),
    c("activityIdIn", Rule::TextIn(DecisionInstanceRow::ACTIVITY_ID)),
    c("activityInstanceIdIn", Rule::TextIn(DecisionInstanceRow::ACTIVITY_INSTANCE_ID)),
    c("evaluatedBefore", Rule::NotAfter(DecisionInstanceRow::EVALUATION_TIME)),
    c("evaluatedAfter", Rule::NotBefore(DecisionInstanceRow::EVALUATION_TIME)),
    c("userId", Rule::Text(DecisionInstanceRow::USER_ID)),
    c("rootDecisionInstanceId", Rule::Custom(root)),
    c("rootDecisionInstancesOnly", Rule::Null(DecisionInstanceRow::ROOT_DECISION_INSTANCE_ID)),
    c(
        "decisionRequirementsDefinitionId",
        Rule::Through(DECISION, &Rule::Text(DecisionDefinitionRow::DECISION_REQUIREMENTS_DEFINITION_ID)),
    ),
    c(
        "decisionRequirementsDefinitionKey",
        Rule::Through(DECISION, &Rule::Text(DecisionDefinitionRow::DECISION_REQUIREMENTS_DEFINITION_KEY)),
    ),
    c("tenantIdIn", Rule::TextIn(DecisionInstanceRow::TENANT_ID)),
    c("withoutTenantId", Rule::Null(DecisionInstanceRow::TENANT_ID)),
];

/// The root itself and what was evaluated for it.
fn root(
    input: &crate::query::Input,
    name: &'static str,
    _: &crate::query::Context,
    out: &mut Vec<Filter>,
) -> crate::error::RestResult<()> {
    use casewright_engine_views::criteria::eq;
    out.extend(input.text(name)?.map(|id| {
        Filter::Or(vec![
            eq(DecisionInstanceRow::ID, id.clone()),
            eq(DecisionInstanceRow::ROOT_DECISION_INSTANCE_ID, id),
        ])
    }));
    Ok(())
}
