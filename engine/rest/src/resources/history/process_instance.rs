//! `GET|POST /history/process-instance`: criteria, sort keys and fields.

use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Join, Resource, Rule, Through, c, no_check};
use crate::resources::Absent;
use crate::resources::process_instance::tokens_at;
use casewright_engine_views::criteria::{eq, is_in};
use casewright_engine_views::{
    self as views, ActivityInstanceRow, IncidentRow, JobLogRow, JobRow, PastIncidentRow, PastInstanceRow,
    PastVariableRow, PlaceRowColumns as _, ProcessDefinitionRow, RemovalRow,
};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(PastInstanceRow::ID),
    Field::Plain(PastInstanceRow::BUSINESS_KEY),
    Field::Plain(PastInstanceRow::PROCESS_DEFINITION_ID),
    Field::Plain(PastInstanceRow::PROCESS_DEFINITION_KEY),
    Field::Null("processDefinitionName"),
    Field::Null("processDefinitionVersion"),
    Field::Date(PastInstanceRow::START_TIME),
    Field::Date(PastInstanceRow::END_TIME),
    Field::Date(RemovalRow::REMOVAL_TIME),
    Field::Plain(PastInstanceRow::DURATION_IN_MILLIS),
    Field::Plain(PastInstanceRow::START_USER_ID),
    Field::Plain(PastInstanceRow::START_ACTIVITY_ID),
    Field::Plain(PastInstanceRow::DELETE_REASON),
    Field::Plain(PastInstanceRow::ROOT_PROCESS_INSTANCE_ID),
    Field::Plain(PastInstanceRow::SUPER_PROCESS_INSTANCE_ID),
    Field::Null("superCaseInstanceId"),
    Field::Plain(PastInstanceRow::CASE_INSTANCE_ID),
    Field::Plain(PastInstanceRow::TENANT_ID),
    Field::Plain(PastInstanceRow::STATE),
    Field::Plain(PastInstanceRow::RESTARTED_PROCESS_INSTANCE_ID),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::HISTORY_PROCESS_INSTANCE,
    criteria: CRITERIA,
    sorts: &[
        ("instanceId", PastInstanceRow::ID),
        ("definitionId", PastInstanceRow::PROCESS_DEFINITION_ID),
        ("definitionKey", PastInstanceRow::PROCESS_DEFINITION_KEY),
        ("definitionName", Absent::PROCESS_DEFINITION_NAME),
        ("definitionVersion", Absent::PROCESS_DEFINITION_VERSION),
        ("businessKey", PastInstanceRow::BUSINESS_KEY),
        ("startTime", PastInstanceRow::START_TIME),
        ("endTime", PastInstanceRow::END_TIME),
        ("duration", PastInstanceRow::DURATION_IN_MILLIS),
        ("tenantId", PastInstanceRow::TENANT_ID),
    ],
    fields: FIELDS,
    check: no_check,
};

const DEFINITION: Through = Through {
    field: PastInstanceRow::PROCESS_DEFINITION_ID,
    view: views::PROCESS_DEFINITION,
    select: ProcessDefinitionRow::ID,
};

const INCIDENT: Through =
    Through { field: PastInstanceRow::ID, view: views::HISTORY_INCIDENT, select: PastIncidentRow::PROCESS_INSTANCE_ID };

const ACTIVITY: Through = Through {
    field: PastInstanceRow::ID,
    view: views::HISTORY_ACTIVITY_INSTANCE,
    select: ActivityInstanceRow::PROCESS_INSTANCE_ID,
};

const JOB_LOG: Through =
    Through { field: PastInstanceRow::ID, view: views::HISTORY_JOB_LOG, select: JobLogRow::PROCESS_INSTANCE_ID };

const CRITERIA: &[Criterion] = &[
    c("processInstanceId", Rule::Text(PastInstanceRow::ID)),
    c("processInstanceIds", Rule::TextIn(PastInstanceRow::ID)),
    c("processInstanceIdNotIn", Rule::TextNotIn(PastInstanceRow::ID)),
    c("rootProcessInstanceId", Rule::Text(PastInstanceRow::ROOT_PROCESS_INSTANCE_ID)),
    c("processDefinitionId", Rule::Text(PastInstanceRow::PROCESS_DEFINITION_ID)),
    c("processDefinitionKey", Rule::Text(PastInstanceRow::PROCESS_DEFINITION_KEY)),
    c("processDefinitionKeyIn", Rule::TextIn(PastInstanceRow::PROCESS_DEFINITION_KEY)),
    c("processDefinitionKeyNotIn", Rule::TextNotIn(PastInstanceRow::PROCESS_DEFINITION_KEY)),
    c("processDefinitionName", Rule::Through(DEFINITION, &Rule::Text(ProcessDefinitionRow::NAME))),
    c("processDefinitionNameLike", Rule::Through(DEFINITION, &Rule::Like(ProcessDefinitionRow::NAME))),
    c("processInstanceBusinessKey", Rule::Text(PastInstanceRow::BUSINESS_KEY)),
    c("processInstanceBusinessKeyIn", Rule::TextIn(PastInstanceRow::BUSINESS_KEY)),
    c("processInstanceBusinessKeyLike", Rule::Like(PastInstanceRow::BUSINESS_KEY)),
    c("rootProcessInstances", Rule::Null(PastInstanceRow::SUPER_PROCESS_INSTANCE_ID)),
    c("finished", Rule::NotNull(PastInstanceRow::END_TIME)),
    c("unfinished", Rule::Null(PastInstanceRow::END_TIME)),
    c(
        "withJobsRetrying",
        Rule::Through(
            Through { field: PastInstanceRow::ID, view: views::JOB, select: JobRow::PROCESS_INSTANCE_ID },
            &Rule::Flag(retrying),
        ),
    ),
    c("withIncidents", Rule::Through(INCIDENT, &Rule::Flag(any))),
    c("withRootIncidents", Rule::Through(INCIDENT, &Rule::Flag(root_cause))),
    c("incidentType", Rule::Through(INCIDENT, &Rule::Text(PastIncidentRow::INCIDENT_TYPE))),
    c("incidentStatus", Rule::Through(INCIDENT, &Rule::Custom(incident_status))),
    c("incidentMessage", Rule::Through(INCIDENT, &Rule::Text(PastIncidentRow::INCIDENT_MESSAGE))),
    c("incidentMessageLike", Rule::Through(INCIDENT, &Rule::Like(PastIncidentRow::INCIDENT_MESSAGE))),
    c("incidentIdIn", Rule::Through(INCIDENT, &Rule::TextIn(PastIncidentRow::ID))),
    c("startedBefore", Rule::NotAfter(PastInstanceRow::START_TIME)),
    c("startedAfter", Rule::NotBefore(PastInstanceRow::START_TIME)),
    c("finishedBefore", Rule::NotAfter(PastInstanceRow::END_TIME)),
    c("finishedAfter", Rule::NotBefore(PastInstanceRow::END_TIME)),
    c("executedActivityAfter", Rule::Through(ACTIVITY, &Rule::NotBefore(ActivityInstanceRow::START_TIME))),
    c("executedActivityBefore", Rule::Through(ACTIVITY, &Rule::NotAfter(ActivityInstanceRow::START_TIME))),
    c("executedJobAfter", Rule::Through(JOB_LOG, &Rule::NotBefore(JobLogRow::TIMESTAMP))),
    c("executedJobBefore", Rule::Through(JOB_LOG, &Rule::NotAfter(JobLogRow::TIMESTAMP))),
    c("startedBy", Rule::Text(PastInstanceRow::START_USER_ID)),
    c("superProcessInstanceId", Rule::Text(PastInstanceRow::SUPER_PROCESS_INSTANCE_ID)),
    c(
        "subProcessInstanceId",
        Rule::Through(
            Through {
                field: PastInstanceRow::ID,
                view: views::HISTORY_PROCESS_INSTANCE,
                select: PastInstanceRow::SUPER_PROCESS_INSTANCE_ID,
            },
            &Rule::Text(PastInstanceRow::ID),
        ),
    ),
    c("superCaseInstanceId", Rule::Never),
    c("subCaseInstanceId", Rule::Never),
    c("caseInstanceId", Rule::Text(PastInstanceRow::CASE_INSTANCE_ID)),
    c("tenantIdIn", Rule::TextIn(PastInstanceRow::TENANT_ID)),
    c("withoutTenantId", Rule::Null(PastInstanceRow::TENANT_ID)),
    c("executedActivityIdIn", Rule::Through(ACTIVITY, &Rule::Custom(executed_activities))),
    c("activeActivityIdIn", Rule::Through(ACTIVITY, &Rule::Custom(active_activities))),
    c("activityIdIn", Rule::Custom(activities_or_incidents)),
    c("active", Rule::When(PastInstanceRow::STATE, "ACTIVE")),
    c("suspended", Rule::When(PastInstanceRow::STATE, "SUSPENDED")),
    c("completed", Rule::When(PastInstanceRow::STATE, "COMPLETED")),
    c("externallyTerminated", Rule::When(PastInstanceRow::STATE, "EXTERNALLY_TERMINATED")),
    c("internallyTerminated", Rule::When(PastInstanceRow::STATE, "INTERNALLY_TERMINATED")),
    c(
        "variables",
        Rule::Variables(Join {
            field: PastInstanceRow::ID,
            view: views::HISTORY_VARIABLE,
            select: PastVariableRow::PROCESS_INSTANCE_ID,
            only_instance_scope: false,
            what: "variable",
        }),
    ),
];

fn any() -> Filter {
    Filter::All
}

fn retrying() -> Filter {
    Filter::And(vec![Filter::NotNull(JobRow::EXCEPTION_MESSAGE.into()), Filter::Gt(JobRow::RETRIES.into(), 0.into())])
}

fn root_cause() -> Filter {
    eq(PastIncidentRow::IS_ROOT_CAUSE, true)
}

fn incident_status(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    // An unknown status asks for any incident.
    out.extend(input.text(name)?.map(|status| match status.as_str() {
        "open" => eq(PastIncidentRow::OPEN, true),
        "resolved" => eq(PastIncidentRow::RESOLVED, true),
        "deleted" => eq(PastIncidentRow::DELETED, true),
        _ => Filter::All,
    }));
    Ok(())
}

fn executed_activities(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    out.extend(input.list(name)?.map(|ids| {
        Filter::And(vec![
            is_in(ActivityInstanceRow::ACTIVITY_ID, ids),
            Filter::NotNull(ActivityInstanceRow::END_TIME.into()),
        ])
    }));
    Ok(())
}

fn active_activities(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    out.extend(input.list(name)?.map(|ids| {
        Filter::And(vec![
            is_in(ActivityInstanceRow::ACTIVITY_ID, ids),
            Filter::IsNull(ActivityInstanceRow::END_TIME.into()),
        ])
    }));
    Ok(())
}

/// `activityIdIn`: activities with a token, or with an open incident.
fn activities_or_incidents(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    out.extend(input.list(name)?.map(|ids| {
        Filter::Or(vec![
            tokens_at(ids.clone()),
            Through { field: PastInstanceRow::ID, view: views::INCIDENT, select: IncidentRow::PROCESS_INSTANCE_ID }
                .filter(is_in(IncidentRow::ACTIVITY_ID, ids)),
        ])
    }));
    Ok(())
}
