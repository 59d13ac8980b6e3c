//! `GET /history/decision-instance`: criteria, sort keys and fields.

use super::super::DEFINITION;
use crate::error::RestResult;
use crate::query::{Criterion, Field, Input, Resource, Rule, Through, c};
use casewright_engine_views as views;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("decisionDefinitionId"),
    Field::Plain("decisionDefinitionKey"),
    Field::Plain("decisionDefinitionName"),
    Field::Date("evaluationTime"),
    Field::Date("removalTime"),
    Field::Plain("processDefinitionId"),
    Field::Plain("processDefinitionKey"),
    Field::Plain("processInstanceId"),
    Field::Plain("rootProcessInstanceId"),
    Field::Null("caseDefinitionId"),
    Field::Null("caseDefinitionKey"),
    Field::Null("caseInstanceId"),
    Field::Plain("activityId"),
    Field::Plain("activityInstanceId"),
    Field::Plain("userId"),
    Field::Plain("collectResultValue"),
    Field::Plain("rootDecisionInstanceId"),
    Field::Plain("decisionRequirementsDefinitionId"),
    Field::Plain("decisionRequirementsDefinitionKey"),
    Field::Plain("tenantId"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::HISTORY_DECISION,
    criteria: CRITERIA,
    sorts: &[("evaluationTime", "evaluationTime"), ("tenantId", "tenantId")],
    fields: FIELDS,
    check: flags,
};

fn flags(input: &Input) -> RestResult<()> {
    for name in ["includeInputs", "includeOutputs", "disableBinaryFetching", "disableCustomObjectDeserialization"] {
        input.boolean(name)?;
    }
    Ok(())
}

const DECISION: Through = Through { field: "decisionDefinitionId", view: views::DECISION_DEFINITION, select: "id" };

const CRITERIA: &[Criterion] = &[
    c("decisionInstanceId", Rule::Text("id")),
    c("decisionInstanceIdIn", Rule::TextIn("id")),
    c("decisionDefinitionId", Rule::Text("decisionDefinitionId")),
    c("decisionDefinitionIdIn", Rule::TextIn("decisionDefinitionId")),
    c("decisionDefinitionKey", Rule::Text("decisionDefinitionKey")),
    c("decisionDefinitionKeyIn", Rule::TextIn("decisionDefinitionKey")),
    c("decisionDefinitionName", Rule::Text("decisionDefinitionName")),
    c("decisionDefinitionNameLike", Rule::Like("decisionDefinitionName")),
    c("processDefinitionId", Rule::Text("processDefinitionId")),
    c("processDefinitionKey", Rule::Through(DEFINITION, &Rule::Text("key"))),
    c("processInstanceId", Rule::Text("processInstanceId")),
    c("caseDefinitionId", Rule::Never),
    c("caseDefinitionKey", Rule::Never),
    c("caseInstanceId", Rule::Never),
    c("activityIdIn", Rule::TextIn("activityId")),
    c("activityInstanceIdIn", Rule::TextIn("activityInstanceId")),
    c("evaluatedBefore", Rule::NotAfter("evaluationTime")),
    c("evaluatedAfter", Rule::NotBefore("evaluationTime")),
    c("userId", Rule::Text("userId")),
    c("rootDecisionInstanceId", Rule::Custom(root)),
    c("rootDecisionInstancesOnly", Rule::Null("rootDecisionInstanceId")),
    c("decisionRequirementsDefinitionId", Rule::Through(DECISION, &Rule::Text("decisionRequirementsDefinitionId"))),
    c("decisionRequirementsDefinitionKey", Rule::Through(DECISION, &Rule::Text("decisionRequirementsDefinitionKey"))),
    c("tenantIdIn", Rule::TextIn("tenantId")),
    c("withoutTenantId", Rule::Null("tenantId")),
];

/// The root itself and what was evaluated for it.
fn root(
    input: &crate::query::Input,
    name: &'static str,
    _: &crate::query::Context,
    out: &mut Vec<casewright_journal::Filter>,
) -> crate::error::RestResult<()> {
    use casewright_engine_views::criteria::eq;
    out.extend(
        input
            .text(name)?
            .map(|id| casewright_journal::Filter::Or(vec![eq("id", id.clone()), eq("rootDecisionInstanceId", id)])),
    );
    Ok(())
}
