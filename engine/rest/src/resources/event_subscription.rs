//! `GET /event-subscription`: criteria, sort keys and fields.

use super::tenant_in;
use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, c, no_check};
use casewright_engine_views as views;
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("eventType"),
    Field::Plain("eventName"),
    Field::Plain("executionId"),
    Field::Plain("processInstanceId"),
    Field::Plain("activityId"),
    Field::Date("createdDate"),
    Field::Plain("tenantId"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::EVENT_SUBSCRIPTION,
    criteria: CRITERIA,
    sorts: &[("created", "createdDate"), ("tenantId", "tenantId")],
    fields: FIELDS,
    check: no_check,
};

const CRITERIA: &[Criterion] = &[
    c("eventSubscriptionId", Rule::Text("id")),
    c("eventName", Rule::Text("eventName")),
    c("eventType", Rule::Text("eventType")),
    c("executionId", Rule::Text("executionId")),
    c("processInstanceId", Rule::Text("processInstanceId")),
    c("activityId", Rule::Text("activityId")),
    c("tenantIdIn", Rule::Custom(tenants)),
    c("withoutTenantId", Rule::Null("tenantId")),
];

fn tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    tenant_in(input, name, "includeEventSubscriptionsWithoutTenantId", out)
}
