//! `GET /incident`: criteria, sort keys and fields.

use crate::query::{Criterion, Field, Resource, Rule, c, no_check};
use casewright_engine_views::{self as views, IncidentRow, PlaceRowColumns as _};

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(IncidentRow::ID),
    Field::Plain(IncidentRow::PROCESS_DEFINITION_ID),
    Field::Plain(IncidentRow::PROCESS_INSTANCE_ID),
    Field::Plain(IncidentRow::EXECUTION_ID),
    Field::Date(IncidentRow::INCIDENT_TIMESTAMP),
    Field::Plain(IncidentRow::INCIDENT_TYPE),
    Field::Plain(IncidentRow::ACTIVITY_ID),
    Field::Plain(IncidentRow::FAILED_ACTIVITY_ID),
    Field::Plain(IncidentRow::CAUSE_INCIDENT_ID),
    Field::Plain(IncidentRow::ROOT_CAUSE_INCIDENT_ID),
    Field::Plain(IncidentRow::CONFIGURATION),
    Field::Plain(IncidentRow::INCIDENT_MESSAGE),
    Field::Plain(IncidentRow::TENANT_ID),
    Field::Plain(IncidentRow::JOB_DEFINITION_ID),
    Field::Plain(IncidentRow::ANNOTATION),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::INCIDENT,
    criteria: CRITERIA,
    sorts: &[
        ("incidentId", IncidentRow::ID),
        ("incidentMessage", IncidentRow::INCIDENT_MESSAGE),
        ("incidentTimestamp", IncidentRow::INCIDENT_TIMESTAMP),
        ("incidentType", IncidentRow::INCIDENT_TYPE),
        ("executionId", IncidentRow::EXECUTION_ID),
        ("activityId", IncidentRow::ACTIVITY_ID),
        ("processInstanceId", IncidentRow::PROCESS_INSTANCE_ID),
        ("processDefinitionId", IncidentRow::PROCESS_DEFINITION_ID),
        ("causeIncidentId", IncidentRow::CAUSE_INCIDENT_ID),
        ("rootCauseIncidentId", IncidentRow::ROOT_CAUSE_INCIDENT_ID),
        ("configuration", IncidentRow::CONFIGURATION),
        ("tenantId", IncidentRow::TENANT_ID),
    ],
    fields: FIELDS,
    check: no_check,
};

const CRITERIA: &[Criterion] = &[
    c("incidentId", Rule::Text(IncidentRow::ID)),
    c("incidentType", Rule::Text(IncidentRow::INCIDENT_TYPE)),
    c("incidentMessage", Rule::Text(IncidentRow::INCIDENT_MESSAGE)),
    c("incidentMessageLike", Rule::Like(IncidentRow::INCIDENT_MESSAGE)),
    c("processDefinitionId", Rule::Text(IncidentRow::PROCESS_DEFINITION_ID)),
    c("processDefinitionKeyIn", Rule::TextIn(IncidentRow::PROCESS_DEFINITION_KEY)),
    c("processInstanceId", Rule::Text(IncidentRow::PROCESS_INSTANCE_ID)),
    c("executionId", Rule::Text(IncidentRow::EXECUTION_ID)),
    c("incidentTimestampBefore", Rule::Before(IncidentRow::INCIDENT_TIMESTAMP)),
    c("incidentTimestampAfter", Rule::After(IncidentRow::INCIDENT_TIMESTAMP)),
    c("activityId", Rule::Text(IncidentRow::ACTIVITY_ID)),
    c("failedActivityId", Rule::Text(IncidentRow::FAILED_ACTIVITY_ID)),
    c("causeIncidentId", Rule::Text(IncidentRow::CAUSE_INCIDENT_ID)),
    c("rootCauseIncidentId", Rule::Text(IncidentRow::ROOT_CAUSE_INCIDENT_ID)),
    c("configuration", Rule::Text(IncidentRow::CONFIGURATION)),
    c("tenantIdIn", Rule::TextIn(IncidentRow::TENANT_ID)),
    c("jobDefinitionIdIn", Rule::TextIn(IncidentRow::JOB_DEFINITION_ID)),
];
