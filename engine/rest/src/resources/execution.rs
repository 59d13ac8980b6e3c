//! `GET|POST /execution`: criteria, sort keys and fields.

use super::{INSTANCE, INSTANCE_VARIABLES, in_suspended_instance, not_in_suspended_instance};
use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Join, Resource, Rule, Through, c, no_check};
use casewright_engine_views::criteria::eq;
use casewright_engine_views::{
    self as views, EventSubscriptionRow, ExecutionRow, IncidentRow, PlaceRowColumns as _, ProcessInstanceRow,
    VariableRow,
};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(ExecutionRow::ID),
    Field::Plain(ExecutionRow::PROCESS_INSTANCE_ID),
    Field::False("ended"),
    Field::Plain(ExecutionRow::TENANT_ID),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::EXECUTION,
    criteria: CRITERIA,
    sorts: &[
        ("instanceId", ExecutionRow::ID),
        ("definitionKey", ExecutionRow::PROCESS_DEFINITION_KEY),
        ("definitionId", ExecutionRow::PROCESS_DEFINITION_ID),
        ("tenantId", ExecutionRow::TENANT_ID),
    ],
    fields: FIELDS,
    check: no_check,
};

const INCIDENT: Through = Through { field: ExecutionRow::ID, view: views::INCIDENT, select: IncidentRow::EXECUTION_ID };

const CRITERIA: &[Criterion] = &[
    c("processDefinitionKey", Rule::Text(ExecutionRow::PROCESS_DEFINITION_KEY)),
    c("businessKey", Rule::Through(INSTANCE, &Rule::Text(ProcessInstanceRow::BUSINESS_KEY))),
    c("processDefinitionId", Rule::Text(ExecutionRow::PROCESS_DEFINITION_ID)),
    c("processInstanceId", Rule::Text(ExecutionRow::PROCESS_INSTANCE_ID)),
    c("activityId", Rule::Text(ExecutionRow::ACTIVITY_ID)),
    c("signalEventSubscriptionName", Rule::Custom(subscribed)),
    c("messageEventSubscriptionName", Rule::Custom(subscribed)),
    c("active", Rule::Flag(not_in_suspended_instance)),
    c("suspended", Rule::Flag(in_suspended_instance)),
    c("incidentId", Rule::Through(INCIDENT, &Rule::Text(IncidentRow::ID))),
    c("incidentType", Rule::Through(INCIDENT, &Rule::Text(IncidentRow::INCIDENT_TYPE))),
    c("incidentMessage", Rule::Through(INCIDENT, &Rule::Text(IncidentRow::INCIDENT_MESSAGE))),
    c("incidentMessageLike", Rule::Through(INCIDENT, &Rule::Like(IncidentRow::INCIDENT_MESSAGE))),
    c("tenantIdIn", Rule::TextIn(ExecutionRow::TENANT_ID)),
    c(
        "variables",
        Rule::Variables(Join {
            field: ExecutionRow::ID,
            view: views::VARIABLE,
            select: VariableRow::EXECUTION_ID,
            only_instance_scope: false,
            what: "variable",
        }),
    ),
    c("processVariables", Rule::Variables(INSTANCE_VARIABLES)),
];

fn subscribed(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let kind = if name.starts_with("signal") { "signal" } else { "message" };
    let through = Through {
        field: ExecutionRow::ID,
        view: views::EVENT_SUBSCRIPTION,
        select: EventSubscriptionRow::EXECUTION_ID,
    };
    out.extend(input.text(name)?.map(|event| {
        through.filter(Filter::And(vec![
            eq(EventSubscriptionRow::EVENT_TYPE, kind),
            eq(EventSubscriptionRow::EVENT_NAME, event),
        ]))
    }));
    Ok(())
}
