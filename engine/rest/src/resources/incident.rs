//! `GET /incident`: criteria, sort keys and fields.

use crate::query::{Criterion, Field, Resource, Rule, c, no_check};
use casewright_engine_views as views;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("processDefinitionId"),
    Field::Plain("processInstanceId"),
    Field::Plain("executionId"),
    Field::Date("incidentTimestamp"),
    Field::Plain("incidentType"),
    Field::Plain("activityId"),
    Field::Plain("failedActivityId"),
    Field::Plain("causeIncidentId"),
    Field::Plain("rootCauseIncidentId"),
    Field::Plain("configuration"),
    Field::Plain("incidentMessage"),
    Field::Plain("tenantId"),
    Field::Plain("jobDefinitionId"),
    Field::Plain("annotation"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::INCIDENT,
    criteria: CRITERIA,
    sorts: &[
        ("incidentId", "id"),
        ("incidentMessage", "incidentMessage"),
        ("incidentTimestamp", "incidentTimestamp"),
        ("incidentType", "incidentType"),
        ("executionId", "executionId"),
        ("activityId", "activityId"),
        ("processInstanceId", "processInstanceId"),
        ("processDefinitionId", "processDefinitionId"),
        ("causeIncidentId", "causeIncidentId"),
        ("rootCauseIncidentId", "rootCauseIncidentId"),
        ("configuration", "configuration"),
        ("tenantId", "tenantId"),
    ],
    fields: FIELDS,
    check: no_check,
};

const CRITERIA: &[Criterion] = &[
    c("incidentId", Rule::Text("id")),
    c("incidentType", Rule::Text("incidentType")),
    c("incidentMessage", Rule::Text("incidentMessage")),
    c("incidentMessageLike", Rule::Like("incidentMessage")),
    c("processDefinitionId", Rule::Text("processDefinitionId")),
    c("processDefinitionKeyIn", Rule::TextIn("processDefinitionKey")),
    c("processInstanceId", Rule::Text("processInstanceId")),
    c("executionId", Rule::Text("executionId")),
    c("incidentTimestampBefore", Rule::Before("incidentTimestamp")),
    c("incidentTimestampAfter", Rule::After("incidentTimestamp")),
    c("activityId", Rule::Text("activityId")),
    c("failedActivityId", Rule::Text("failedActivityId")),
    c("causeIncidentId", Rule::Text("causeIncidentId")),
    c("rootCauseIncidentId", Rule::Text("rootCauseIncidentId")),
    c("configuration", Rule::Text("configuration")),
    c("tenantIdIn", Rule::TextIn("tenantId")),
    c("jobDefinitionIdIn", Rule::TextIn("jobDefinitionId")),
];
