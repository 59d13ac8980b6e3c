//! `GET|POST /execution`: criteria, sort keys and fields.

use super::{INSTANCE, INSTANCE_VARIABLES, in_suspended_instance, not_in_suspended_instance};
use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Join, Resource, Rule, Through, c, no_check};
use casewright_engine_views as views;
use casewright_engine_views::criteria::eq;
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] =
    &[Field::Plain("id"), Field::Plain("processInstanceId"), Field::Flag("ended"), Field::Plain("tenantId")];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::EXECUTION,
    criteria: CRITERIA,
    sorts: &[
        ("instanceId", "id"),
        ("definitionKey", "processDefinitionKey"),
        ("definitionId", "processDefinitionId"),
        ("tenantId", "tenantId"),
    ],
    fields: FIELDS,
    check: no_check,
};

const INCIDENT: Through = Through { field: "id", view: views::INCIDENT, select: "executionId" };

const CRITERIA: &[Criterion] = &[
    c("processDefinitionKey", Rule::Text("processDefinitionKey")),
    c("businessKey", Rule::Through(INSTANCE, &Rule::Text("businessKey"))),
    c("processDefinitionId", Rule::Text("processDefinitionId")),
    c("processInstanceId", Rule::Text("processInstanceId")),
    c("activityId", Rule::Text("activityId")),
    c("signalEventSubscriptionName", Rule::Custom(subscribed)),
    c("messageEventSubscriptionName", Rule::Custom(subscribed)),
    c("active", Rule::Flag(not_in_suspended_instance)),
    c("suspended", Rule::Flag(in_suspended_instance)),
    c("incidentId", Rule::Through(INCIDENT, &Rule::Text("id"))),
    c("incidentType", Rule::Through(INCIDENT, &Rule::Text("incidentType"))),
    c("incidentMessage", Rule::Through(INCIDENT, &Rule::Text("incidentMessage"))),
    c("incidentMessageLike", Rule::Through(INCIDENT, &Rule::Like("incidentMessage"))),
    c("tenantIdIn", Rule::TextIn("tenantId")),
    c(
        "variables",
        Rule::Variables(Join {
            field: "id",
            view: views::VARIABLE,
            select: "executionId",
            only_instance_scope: false,
            what: "variable",
        }),
    ),
    c("processVariables", Rule::Variables(INSTANCE_VARIABLES)),
];

fn subscribed(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let kind = if name.starts_with("signal") { "signal" } else { "message" };
    let through = Through { field: "id", view: views::EVENT_SUBSCRIPTION, select: "executionId" };
    out.extend(
        input.text(name)?.map(|event| through.filter(Filter::And(vec![eq("eventType", kind), eq("eventName", event)]))),
    );
    Ok(())
}
