//! `GET /event-subscription`: criteria, sort keys and fields.

use super::tenant_in;
use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, c, no_check};
use casewright_engine_views::{self as views, EventSubscriptionRow, PlaceRowColumns as _};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(EventSubscriptionRow::ID),
    Field::Plain(EventSubscriptionRow::EVENT_TYPE),
    Field::Plain(EventSubscriptionRow::EVENT_NAME),
    Field::Plain(EventSubscriptionRow::EXECUTION_ID),
    Field::Plain(EventSubscriptionRow::PROCESS_INSTANCE_ID),
    Field::Plain(EventSubscriptionRow::ACTIVITY_ID),
    Field::Date(EventSubscriptionRow::CREATED_DATE),
    Field::Plain(EventSubscriptionRow::TENANT_ID),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::EVENT_SUBSCRIPTION,
    criteria: CRITERIA,
    sorts: &[("created", EventSubscriptionRow::CREATED_DATE), ("tenantId", EventSubscriptionRow::TENANT_ID)],
    fields: FIELDS,
    check: no_check,
};

const CRITERIA: &[Criterion] = &[
    c("eventSubscriptionId", Rule::Text(EventSubscriptionRow::ID)),
    c("eventName", Rule::Text(EventSubscriptionRow::EVENT_NAME)),
    c("eventType", Rule::Text(EventSubscriptionRow::EVENT_TYPE)),
    c("executionId", Rule::Text(EventSubscriptionRow::EXECUTION_ID)),
    c("processInstanceId", Rule::Text(EventSubscriptionRow::PROCESS_INSTANCE_ID)),
    c("activityId", Rule::Text(EventSubscriptionRow::ACTIVITY_ID)),
    c("tenantIdIn", Rule::Custom(tenants)),
    c("withoutTenantId", Rule::Null(EventSubscriptionRow::TENANT_ID)),
];

fn tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    tenant_in(input, name, "includeEventSubscriptionsWithoutTenantId", out)
}
