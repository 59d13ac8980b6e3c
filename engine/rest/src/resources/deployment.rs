//! `GET /deployment`: criteria, sort keys and fields.

use super::tenant_in;
use crate::error::{RestError, RestResult};
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, c};
use casewright_engine_views::{self as views, DeploymentRow};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Links,
    Field::Plain(DeploymentRow::ID),
    Field::Plain(DeploymentRow::NAME),
    Field::Plain(DeploymentRow::SOURCE),
    Field::Date(DeploymentRow::DEPLOYMENT_TIME),
    Field::Plain(DeploymentRow::TENANT_ID),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::DEPLOYMENT,
    criteria: CRITERIA,
    sorts: &[
        ("id", DeploymentRow::ID),
        ("name", DeploymentRow::NAME),
        ("deploymentTime", DeploymentRow::DEPLOYMENT_TIME),
        ("tenantId", DeploymentRow::TENANT_ID),
    ],
    fields: FIELDS,
    check,
};

const CRITERIA: &[Criterion] = &[
    c("id", Rule::Text(DeploymentRow::ID)),
    c("name", Rule::Text(DeploymentRow::NAME)),
    c("nameLike", Rule::Like(DeploymentRow::NAME)),
    c("source", Rule::Text(DeploymentRow::SOURCE)),
    c("withoutSource", Rule::Null(DeploymentRow::SOURCE)),
    c("before", Rule::Before(DeploymentRow::DEPLOYMENT_TIME)),
    c("after", Rule::After(DeploymentRow::DEPLOYMENT_TIME)),
    c("tenantIdIn", Rule::Custom(tenants)),
    c("withoutTenantId", Rule::Null(DeploymentRow::TENANT_ID)),
];

fn check(input: &Input) -> RestResult<()> {
    if input.has("source") && input.boolean("withoutSource")? == Some(true) {
        return Err(RestError::invalid(
            "The query parameters \"withoutSource\" and \"source\" cannot be used in combination.",
        ));
    }
    Ok(())
}

fn tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    tenant_in(input, name, "includeDeploymentsWithoutTenantId", out)
}
