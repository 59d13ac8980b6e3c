//! `GET /process-definition`: criteria, sort keys and fields.

use super::tenant_in;
use crate::error::{RestError, RestResult};
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, Through, c};
use casewright_engine_views::{self as views, IncidentRow, PlaceRowColumns as _, ProcessDefinitionRow};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(ProcessDefinitionRow::ID),
    Field::Plain(ProcessDefinitionRow::KEY),
    Field::Plain(ProcessDefinitionRow::CATEGORY),
    Field::Plain(ProcessDefinitionRow::DESCRIPTION),
    Field::Plain(ProcessDefinitionRow::NAME),
    Field::Zero(ProcessDefinitionRow::VERSION),
    Field::Plain(ProcessDefinitionRow::RESOURCE),
    Field::Plain(ProcessDefinitionRow::DEPLOYMENT_ID),
    Field::Plain(ProcessDefinitionRow::DIAGRAM),
    Field::Flag(ProcessDefinitionRow::SUSPENDED),
    Field::Plain(ProcessDefinitionRow::TENANT_ID),
    Field::Plain(ProcessDefinitionRow::VERSION_TAG),
    Field::Plain(ProcessDefinitionRow::HISTORY_TIME_TO_LIVE),
    Field::Flag(ProcessDefinitionRow::STARTABLE_IN_TASKLIST),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::PROCESS_DEFINITION,
    criteria: CRITERIA,
    sorts: &[
        ("category", ProcessDefinitionRow::CATEGORY),
        ("key", ProcessDefinitionRow::KEY),
        ("id", ProcessDefinitionRow::ID),
        ("name", ProcessDefinitionRow::NAME),
        ("version", ProcessDefinitionRow::VERSION),
        ("deploymentId", ProcessDefinitionRow::DEPLOYMENT_ID),
        ("deployTime", ProcessDefinitionRow::DEPLOYMENT_TIME),
        ("tenantId", ProcessDefinitionRow::TENANT_ID),
        ("versionTag", ProcessDefinitionRow::VERSION_TAG),
    ],
    fields: FIELDS,
    check: latest_goes_with_key_or_name,
};

/// Through the open incidents of a definition.
const INCIDENT: Through =
    Through { field: ProcessDefinitionRow::ID, view: views::INCIDENT, select: IncidentRow::PROCESS_DEFINITION_ID };

const CRITERIA: &[Criterion] = &[
    c("processDefinitionId", Rule::Text(ProcessDefinitionRow::ID)),
    c("processDefinitionIdIn", Rule::TextIn(ProcessDefinitionRow::ID)),
    c("category", Rule::Text(ProcessDefinitionRow::CATEGORY)),
    c("categoryLike", Rule::Like(ProcessDefinitionRow::CATEGORY)),
    c("name", Rule::Text(ProcessDefinitionRow::NAME)),
    c("nameLike", Rule::Like(ProcessDefinitionRow::NAME)),
    c("deploymentId", Rule::Text(ProcessDefinitionRow::DEPLOYMENT_ID)),
    c("deployedAfter", Rule::After(ProcessDefinitionRow::DEPLOYMENT_TIME)),
    c("deployedAt", Rule::Date(ProcessDefinitionRow::DEPLOYMENT_TIME)),
    c("key", Rule::Text(ProcessDefinitionRow::KEY)),
    c("keysIn", Rule::TextIn(ProcessDefinitionRow::KEY)),
    c("keyLike", Rule::Like(ProcessDefinitionRow::KEY)),
    c("version", Rule::Int(ProcessDefinitionRow::VERSION)),
    c("ver", Rule::Int(ProcessDefinitionRow::VERSION)),
    c("latest", Rule::WhenSet(ProcessDefinitionRow::LATEST)),
    c("latestVersion", Rule::WhenSet(ProcessDefinitionRow::LATEST)),
    c("resourceName", Rule::Text(ProcessDefinitionRow::RESOURCE)),
    c("resourceNameLike", Rule::Like(ProcessDefinitionRow::RESOURCE)),
    c("startableBy", Rule::Custom(startable_by)),
    c("active", Rule::WhenClear(ProcessDefinitionRow::SUSPENDED)),
    c("suspended", Rule::WhenSet(ProcessDefinitionRow::SUSPENDED)),
    c("incidentId", Rule::Through(INCIDENT, &Rule::Text(IncidentRow::ID))),
    c("incidentType", Rule::Through(INCIDENT, &Rule::Text(IncidentRow::INCIDENT_TYPE))),
    c("incidentMessage", Rule::Through(INCIDENT, &Rule::Text(IncidentRow::INCIDENT_MESSAGE))),
    c("incidentMessageLike", Rule::Through(INCIDENT, &Rule::Like(IncidentRow::INCIDENT_MESSAGE))),
    c("tenantIdIn", Rule::Custom(tenants)),
    c("withoutTenantId", Rule::Null(ProcessDefinitionRow::TENANT_ID)),
    c("versionTag", Rule::Text(ProcessDefinitionRow::VERSION_TAG)),
    c("versionTagLike", Rule::Like(ProcessDefinitionRow::VERSION_TAG)),
    c("withoutVersionTag", Rule::Null(ProcessDefinitionRow::VERSION_TAG)),
    c("startableInTasklist", Rule::WhenSet(ProcessDefinitionRow::STARTABLE_IN_TASKLIST)),
    c("notStartableInTasklist", Rule::WhenClear(ProcessDefinitionRow::STARTABLE_IN_TASKLIST)),
];

/// `latestVersion` excludes criteria that would choose among versions.
pub(crate) fn latest_goes_with_key_or_name(input: &Input) -> RestResult<()> {
    let latest = input.boolean("latestVersion")? == Some(true) || input.boolean("latest")? == Some(true);
    if latest
        && ["version", "deploymentId", "processDefinitionId", "decisionDefinitionId"].iter().any(|name| input.has(name))
    {
        return Err(RestError::engine(
            "Calling latest() can only be used in combination with key(String) and keyLike(String) or name(String) and nameLike(String)",
        ));
    }
    Ok(())
}

fn startable_by(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    out.extend(
        input
            .text(name)?
            .map(|user| Filter::Contains(ProcessDefinitionRow::CANDIDATE_STARTER_USERS.into(), user.into())),
    );
    Ok(())
}

fn tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    tenant_in(input, name, "includeProcessDefinitionsWithoutTenantId", out)
}
