//! `GET /deployment`: criteria, sort keys and fields.

use super::tenant_in;
use crate::error::{RestError, RestResult};
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, c};
use casewright_engine_views as views;
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Links,
    Field::Plain("id"),
    Field::Plain("name"),
    Field::Plain("source"),
    Field::Date("deploymentTime"),
    Field::Plain("tenantId"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::DEPLOYMENT,
    criteria: CRITERIA,
    sorts: &[("id", "id"), ("name", "name"), ("deploymentTime", "deploymentTime"), ("tenantId", "tenantId")],
    fields: FIELDS,
    check,
};

const CRITERIA: &[Criterion] = &[
    c("id", Rule::Text("id")),
    c("name", Rule::Text("name")),
    c("nameLike", Rule::Like("name")),
    c("source", Rule::Text("source")),
    c("withoutSource", Rule::Null("source")),
    c("before", Rule::Before("deploymentTime")),
    c("after", Rule::After("deploymentTime")),
    c("tenantIdIn", Rule::Custom(tenants)),
    c("withoutTenantId", Rule::Null("tenantId")),
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
