//! `GET|POST /history/process-instance`: criteria, sort keys and fields.

use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Join, Resource, Rule, Through, c, no_check};
use crate::resources::process_instance::tokens_at;
use casewright_engine_views as views;
use casewright_engine_views::criteria::{eq, is_in};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("businessKey"),
    Field::Plain("processDefinitionId"),
    Field::Plain("processDefinitionKey"),
    Field::Plain("processDefinitionName"),
    Field::Plain("processDefinitionVersion"),
    Field::Date("startTime"),
    Field::Date("endTime"),
    Field::Date("removalTime"),
    Field::Plain("durationInMillis"),
    Field::Plain("startUserId"),
    Field::Plain("startActivityId"),
    Field::Plain("deleteReason"),
    Field::Plain("rootProcessInstanceId"),
    Field::Plain("superProcessInstanceId"),
    Field::Null("superCaseInstanceId"),
    Field::Plain("caseInstanceId"),
    Field::Plain("tenantId"),
    Field::Plain("state"),
    Field::Plain("restartedProcessInstanceId"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::HISTORY_PROCESS_INSTANCE,
    criteria: CRITERIA,
    sorts: &[
        ("instanceId", "id"),
        ("definitionId", "processDefinitionId"),
        ("definitionKey", "processDefinitionKey"),
        ("definitionName", "processDefinitionName"),
        ("definitionVersion", "processDefinitionVersion"),
        ("businessKey", "businessKey"),
        ("startTime", "startTime"),
        ("endTime", "endTime"),
        ("duration", "durationInMillis"),
        ("tenantId", "tenantId"),
    ],
    fields: FIELDS,
    check: no_check,
};

const DEFINITION: Through = Through { field: "processDefinitionId", view: views::PROCESS_DEFINITION, select: "id" };

const INCIDENT: Through = Through { field: "id", view: views::HISTORY_INCIDENT, select: "processInstanceId" };

const ACTIVITY: Through = Through { field: "id", view: views::HISTORY_ACTIVITY_INSTANCE, select: "processInstanceId" };

const JOB_LOG: Through = Through { field: "id", view: views::HISTORY_JOB_LOG, select: "processInstanceId" };

const CRITERIA: &[Criterion] = &[
    c("processInstanceId", Rule::Text("id")),
    c("processInstanceIds", Rule::TextIn("id")),
    c("processInstanceIdNotIn", Rule::TextNotIn("id")),
    c("rootProcessInstanceId", Rule::Text("rootProcessInstanceId")),
    c("processDefinitionId", Rule::Text("processDefinitionId")),
    c("processDefinitionKey", Rule::Text("processDefinitionKey")),
    c("processDefinitionKeyIn", Rule::TextIn("processDefinitionKey")),
    c("processDefinitionKeyNotIn", Rule::TextNotIn("processDefinitionKey")),
    c("processDefinitionName", Rule::Through(DEFINITION, &Rule::Text("name"))),
    c("processDefinitionNameLike", Rule::Through(DEFINITION, &Rule::Like("name"))),
    c("processInstanceBusinessKey", Rule::Text("businessKey")),
    c("processInstanceBusinessKeyIn", Rule::TextIn("businessKey")),
    c("processInstanceBusinessKeyLike", Rule::Like("businessKey")),
    c("rootProcessInstances", Rule::Null("superProcessInstanceId")),
    c("finished", Rule::NotNull("endTime")),
    c("unfinished", Rule::Null("endTime")),
    c(
        "withJobsRetrying",
        Rule::Through(Through { field: "id", view: views::JOB, select: "processInstanceId" }, &Rule::Flag(retrying)),
    ),
    c("withIncidents", Rule::Through(INCIDENT, &Rule::Flag(any))),
    c("withRootIncidents", Rule::Through(INCIDENT, &Rule::Flag(root_cause))),
    c("incidentType", Rule::Through(INCIDENT, &Rule::Text("incidentType"))),
    c("incidentStatus", Rule::Through(INCIDENT, &Rule::Custom(incident_status))),
    c("incidentMessage", Rule::Through(INCIDENT, &Rule::Text("incidentMessage"))),
    c("incidentMessageLike", Rule::Through(INCIDENT, &Rule::Like("incidentMessage"))),
    c("incidentIdIn", Rule::Through(INCIDENT, &Rule::TextIn("id"))),
    c("startedBefore", Rule::NotAfter("startTime")),
    c("startedAfter", Rule::NotBefore("startTime")),
    c("finishedBefore", Rule::NotAfter("endTime")),
    c("finishedAfter", Rule::NotBefore("endTime")),
    c("executedActivityAfter", Rule::Through(ACTIVITY, &Rule::NotBefore("startTime"))),
    c("executedActivityBefore", Rule::Through(ACTIVITY, &Rule::NotAfter("startTime"))),
    c("executedJobAfter", Rule::Through(JOB_LOG, &Rule::NotBefore("timestamp"))),
    c("executedJobBefore", Rule::Through(JOB_LOG, &Rule::NotAfter("timestamp"))),
    c("startedBy", Rule::Text("startUserId")),
    c("superProcessInstanceId", Rule::Text("superProcessInstanceId")),
    c(
        "subProcessInstanceId",
        Rule::Through(
            Through { field: "id", view: views::HISTORY_PROCESS_INSTANCE, select: "superProcessInstanceId" },
            &Rule::Text("id"),
        ),
    ),
    c("superCaseInstanceId", Rule::Never),
    c("subCaseInstanceId", Rule::Never),
    c("caseInstanceId", Rule::Text("caseInstanceId")),
    c("tenantIdIn", Rule::TextIn("tenantId")),
    c("withoutTenantId", Rule::Null("tenantId")),
    c("executedActivityIdIn", Rule::Through(ACTIVITY, &Rule::Custom(executed_activities))),
    c("activeActivityIdIn", Rule::Through(ACTIVITY, &Rule::Custom(active_activities))),
    c("activityIdIn", Rule::Custom(activities_or_incidents)),
    c("active", Rule::When("state", "ACTIVE")),
    c("suspended", Rule::When("state", "SUSPENDED")),
    c("completed", Rule::When("state", "COMPLETED")),
    c("externallyTerminated", Rule::When("state", "EXTERNALLY_TERMINATED")),
    c("internallyTerminated", Rule::When("state", "INTERNALLY_TERMINATED")),
    c(
        "variables",
        Rule::Variables(Join {
            field: "id",
            view: views::HISTORY_VARIABLE,
            select: "processInstanceId",
            only_instance_scope: false,
            what: "variable",
        }),
    ),
];

fn any() -> Filter {
    Filter::All
}

fn retrying() -> Filter {
    Filter::And(vec![Filter::NotNull("exceptionMessage".into()), Filter::Gt("retries".into(), 0.into())])
}

fn root_cause() -> Filter {
    eq("isRootCause", true)
}

fn incident_status(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    // An unknown status asks for any incident.
    out.extend(input.text(name)?.map(|status| match status.as_str() {
        "open" => eq("open", true),
        "resolved" => eq("resolved", true),
        "deleted" => eq("deleted", true),
        _ => Filter::All,
    }));
    Ok(())
}

fn executed_activities(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    out.extend(
        input.list(name)?.map(|ids| Filter::And(vec![is_in("activityId", ids), Filter::NotNull("endTime".into())])),
    );
    Ok(())
}

fn active_activities(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    out.extend(
        input.list(name)?.map(|ids| Filter::And(vec![is_in("activityId", ids), Filter::IsNull("endTime".into())])),
    );
    Ok(())
}

/// `activityIdIn`: activities with a token, or with an open incident.
fn activities_or_incidents(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    out.extend(input.list(name)?.map(|ids| {
        Filter::Or(vec![
            tokens_at(ids.clone()),
            Through { field: "id", view: views::INCIDENT, select: "processInstanceId" }
                .filter(is_in("activityId", ids)),
        ])
    }));
    Ok(())
}
