//! `GET /decision-definition` and `/decision-requirements-definition`: criteria, sort keys and fields.

use super::process_definition::latest_goes_with_key_or_name;
use super::tenant_in;
use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, c};
use casewright_engine_views::{self as views, DecisionDefinitionRow, DecisionRequirementsRow};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(DecisionDefinitionRow::ID),
    Field::Plain(DecisionDefinitionRow::KEY),
    Field::Plain(DecisionDefinitionRow::CATEGORY),
    Field::Plain(DecisionDefinitionRow::NAME),
    Field::Zero(DecisionDefinitionRow::VERSION),
    Field::Plain(DecisionDefinitionRow::RESOURCE),
    Field::Plain(DecisionDefinitionRow::DEPLOYMENT_ID),
    Field::Plain(DecisionDefinitionRow::TENANT_ID),
    Field::Plain(DecisionDefinitionRow::DECISION_REQUIREMENTS_DEFINITION_ID),
    Field::Plain(DecisionDefinitionRow::DECISION_REQUIREMENTS_DEFINITION_KEY),
    Field::Plain(DecisionDefinitionRow::HISTORY_TIME_TO_LIVE),
    Field::Plain(DecisionDefinitionRow::VERSION_TAG),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::DECISION_DEFINITION,
    criteria: CRITERIA,
    sorts: &[
        ("category", DecisionDefinitionRow::CATEGORY),
        ("key", DecisionDefinitionRow::KEY),
        ("id", DecisionDefinitionRow::ID),
        ("name", DecisionDefinitionRow::NAME),
        ("version", DecisionDefinitionRow::VERSION),
        ("deploymentId", DecisionDefinitionRow::DEPLOYMENT_ID),
        ("deployTime", DecisionDefinitionRow::DEPLOYMENT_TIME),
        ("decisionRequirementsDefinitionKey", DecisionDefinitionRow::DECISION_REQUIREMENTS_DEFINITION_KEY),
        ("tenantId", DecisionDefinitionRow::TENANT_ID),
        ("versionTag", DecisionDefinitionRow::VERSION_TAG),
    ],
    fields: FIELDS,
    check: latest_goes_with_key_or_name,
};

const CRITERIA: &[Criterion] = &[
    c("decisionDefinitionId", Rule::Text(DecisionDefinitionRow::ID)),
    c("decisionDefinitionIdIn", Rule::TextIn(DecisionDefinitionRow::ID)),
    c("category", Rule::Text(DecisionDefinitionRow::CATEGORY)),
    c("categoryLike", Rule::Like(DecisionDefinitionRow::CATEGORY)),
    c("name", Rule::Text(DecisionDefinitionRow::NAME)),
    c("nameLike", Rule::Like(DecisionDefinitionRow::NAME)),
    c("deploymentId", Rule::Text(DecisionDefinitionRow::DEPLOYMENT_ID)),
    c("deployedAfter", Rule::After(DecisionDefinitionRow::DEPLOYMENT_TIME)),
    c("deployedAt", Rule::Date(DecisionDefinitionRow::DEPLOYMENT_TIME)),
    c("key", Rule::Text(DecisionDefinitionRow::KEY)),
    c("keyLike", Rule::Like(DecisionDefinitionRow::KEY)),
    c("resourceName", Rule::Text(DecisionDefinitionRow::RESOURCE)),
    c("resourceNameLike", Rule::Like(DecisionDefinitionRow::RESOURCE)),
    c("version", Rule::Int(DecisionDefinitionRow::VERSION)),
    c("latestVersion", Rule::WhenSet(DecisionDefinitionRow::LATEST)),
    c("decisionRequirementsDefinitionId", Rule::Text(DecisionDefinitionRow::DECISION_REQUIREMENTS_DEFINITION_ID)),
    c("decisionRequirementsDefinitionKey", Rule::Text(DecisionDefinitionRow::DECISION_REQUIREMENTS_DEFINITION_KEY)),
    c("withoutDecisionRequirementsDefinition", Rule::Null(DecisionDefinitionRow::DECISION_REQUIREMENTS_DEFINITION_ID)),
    c("tenantIdIn", Rule::Custom(tenants)),
    c("withoutTenantId", Rule::Null(DecisionDefinitionRow::TENANT_ID)),
    c("versionTag", Rule::Text(DecisionDefinitionRow::VERSION_TAG)),
    c("versionTagLike", Rule::Like(DecisionDefinitionRow::VERSION_TAG)),
];

fn tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    tenant_in(input, name, "includeDecisionDefinitionsWithoutTenantId", out)
}

pub(crate) const REQUIREMENTS_FIELDS: &[Field] = &[
    Field::Plain(DecisionRequirementsRow::ID),
    Field::Plain(DecisionRequirementsRow::KEY),
    Field::Plain(DecisionRequirementsRow::CATEGORY),
    Field::Plain(DecisionRequirementsRow::NAME),
    Field::Zero(DecisionRequirementsRow::VERSION),
    Field::Plain(DecisionRequirementsRow::RESOURCE),
    Field::Plain(DecisionRequirementsRow::DEPLOYMENT_ID),
    Field::Plain(DecisionRequirementsRow::TENANT_ID),
];

pub(crate) const REQUIREMENTS_RESOURCE: Resource = Resource {
    view: views::DECISION_REQUIREMENTS,
    criteria: REQUIREMENTS_CRITERIA,
    sorts: &[
        ("category", DecisionRequirementsRow::CATEGORY),
        ("key", DecisionRequirementsRow::KEY),
        ("id", DecisionRequirementsRow::ID),
        ("name", DecisionRequirementsRow::NAME),
        ("version", DecisionRequirementsRow::VERSION),
        ("deploymentId", DecisionRequirementsRow::DEPLOYMENT_ID),
        ("tenantId", DecisionRequirementsRow::TENANT_ID),
    ],
    fields: REQUIREMENTS_FIELDS,
    check: latest_goes_with_key_or_name,
};

const REQUIREMENTS_CRITERIA: &[Criterion] = &[
    c("decisionRequirementsDefinitionId", Rule::Text(DecisionRequirementsRow::ID)),
    c("decisionRequirementsDefinitionIdIn", Rule::TextIn(DecisionRequirementsRow::ID)),
    c("category", Rule::Text(DecisionRequirementsRow::CATEGORY)),
    c("categoryLike", Rule::Like(DecisionRequirementsRow::CATEGORY)),
    c("name", Rule::Text(DecisionRequirementsRow::NAME)),
    c("nameLike", Rule::Like(DecisionRequirementsRow::NAME)),
    c("deploymentId", Rule::Text(DecisionRequirementsRow::DEPLOYMENT_ID)),
    c("key", Rule::Text(DecisionRequirementsRow::KEY)),
    c("keyLike", Rule::Like(DecisionRequirementsRow::KEY)),
    c("resourceName", Rule::Text(DecisionRequirementsRow::RESOURCE)),
    c("resourceNameLike", Rule::Like(DecisionRequirementsRow::RESOURCE)),
    c("version", Rule::Int(DecisionRequirementsRow::VERSION)),
    c("latestVersion", Rule::WhenSet(DecisionRequirementsRow::LATEST)),
    c("tenantIdIn", Rule::Custom(requirements_tenants)),
    c("withoutTenantId", Rule::Null(DecisionRequirementsRow::TENANT_ID)),
];

fn requirements_tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    tenant_in(input, name, "includeDecisionRequirementsDefinitionsWithoutTenantId", out)
}
