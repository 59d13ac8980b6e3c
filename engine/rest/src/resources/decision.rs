//! `GET /decision-definition` and `/decision-requirements-definition`: criteria, sort keys and fields.

use super::process_definition::latest_goes_with_key_or_name;
use super::tenant_in;
use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, c};
use casewright_engine_views as views;
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("key"),
    Field::Plain("category"),
    Field::Plain("name"),
    Field::Zero("version"),
    Field::Plain("resource"),
    Field::Plain("deploymentId"),
    Field::Plain("tenantId"),
    Field::Plain("decisionRequirementsDefinitionId"),
    Field::Plain("decisionRequirementsDefinitionKey"),
    Field::Plain("historyTimeToLive"),
    Field::Plain("versionTag"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::DECISION_DEFINITION,
    criteria: CRITERIA,
    sorts: &[
        ("category", "category"),
        ("key", "key"),
        ("id", "id"),
        ("name", "name"),
        ("version", "version"),
        ("deploymentId", "deploymentId"),
        ("deployTime", "deploymentTime"),
        ("decisionRequirementsDefinitionKey", "decisionRequirementsDefinitionKey"),
        ("tenantId", "tenantId"),
        ("versionTag", "versionTag"),
    ],
    fields: FIELDS,
    check: latest_goes_with_key_or_name,
};

const CRITERIA: &[Criterion] = &[
    c("decisionDefinitionId", Rule::Text("id")),
    c("decisionDefinitionIdIn", Rule::TextIn("id")),
    c("category", Rule::Text("category")),
    c("categoryLike", Rule::Like("category")),
    c("name", Rule::Text("name")),
    c("nameLike", Rule::Like("name")),
    c("deploymentId", Rule::Text("deploymentId")),
    c("deployedAfter", Rule::After("deploymentTime")),
    c("deployedAt", Rule::Date("deploymentTime")),
    c("key", Rule::Text("key")),
    c("keyLike", Rule::Like("key")),
    c("resourceName", Rule::Text("resource")),
    c("resourceNameLike", Rule::Like("resource")),
    c("version", Rule::Int("version")),
    c("latestVersion", Rule::WhenSet("latest")),
    c("decisionRequirementsDefinitionId", Rule::Text("decisionRequirementsDefinitionId")),
    c("decisionRequirementsDefinitionKey", Rule::Text("decisionRequirementsDefinitionKey")),
    c("withoutDecisionRequirementsDefinition", Rule::Null("decisionRequirementsDefinitionId")),
    c("tenantIdIn", Rule::Custom(tenants)),
    c("withoutTenantId", Rule::Null("tenantId")),
    c("versionTag", Rule::Text("versionTag")),
    c("versionTagLike", Rule::Like("versionTag")),
];

fn tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    tenant_in(input, name, "includeDecisionDefinitionsWithoutTenantId", out)
}

pub(crate) const REQUIREMENTS_FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("key"),
    Field::Plain("category"),
    Field::Plain("name"),
    Field::Zero("version"),
    Field::Plain("resource"),
    Field::Plain("deploymentId"),
    Field::Plain("tenantId"),
];

pub(crate) const REQUIREMENTS_RESOURCE: Resource = Resource {
    view: views::DECISION_REQUIREMENTS,
    criteria: REQUIREMENTS_CRITERIA,
    sorts: &[
        ("category", "category"),
        ("key", "key"),
        ("id", "id"),
        ("name", "name"),
        ("version", "version"),
        ("deploymentId", "deploymentId"),
        ("tenantId", "tenantId"),
    ],
    fields: REQUIREMENTS_FIELDS,
    check: latest_goes_with_key_or_name,
};

const REQUIREMENTS_CRITERIA: &[Criterion] = &[
    c("decisionRequirementsDefinitionId", Rule::Text("id")),
    c("decisionRequirementsDefinitionIdIn", Rule::TextIn("id")),
    c("category", Rule::Text("category")),
    c("categoryLike", Rule::Like("category")),
    c("name", Rule::Text("name")),
    c("nameLike", Rule::Like("name")),
    c("deploymentId", Rule::Text("deploymentId")),
    c("key", Rule::Text("key")),
    c("keyLike", Rule::Like("key")),
    c("resourceName", Rule::Text("resource")),
    c("resourceNameLike", Rule::Like("resource")),
    c("version", Rule::Int("version")),
    c("latestVersion", Rule::WhenSet("latest")),
    c("tenantIdIn", Rule::Custom(requirements_tenants)),
    c("withoutTenantId", Rule::Null("tenantId")),
];

fn requirements_tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    tenant_in(input, name, "includeDecisionRequirementsDefinitionsWithoutTenantId", out)
}
