//! `GET /process-definition`: criteria, sort keys and fields.

use super::tenant_in;
use crate::error::{RestError, RestResult};
use crate::query::{Context, Criterion, Field, Input, Resource, Rule, Through, c};
use casewright_engine_views as views;
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("key"),
    Field::Plain("category"),
    Field::Plain("description"),
    Field::Plain("name"),
    Field::Zero("version"),
    Field::Plain("resource"),
    Field::Plain("deploymentId"),
    Field::Plain("diagram"),
    Field::Flag("suspended"),
    Field::Plain("tenantId"),
    Field::Plain("versionTag"),
    Field::Plain("historyTimeToLive"),
    Field::Flag("startableInTasklist"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::PROCESS_DEFINITION,
    criteria: CRITERIA,
    sorts: &[
        ("category", "category"),
        ("key", "key"),
        ("id", "id"),
        ("name", "name"),
        ("version", "version"),
        ("deploymentId", "deploymentId"),
        ("deployTime", "deploymentTime"),
        ("tenantId", "tenantId"),
        ("versionTag", "versionTag"),
    ],
    fields: FIELDS,
    check: latest_goes_with_key_or_name,
};

/// Through the open incidents of a definition.
const INCIDENT: Through = Through { field: "id", view: views::INCIDENT, select: "processDefinitionId" };

const CRITERIA: &[Criterion] = &[
    c("processDefinitionId", Rule::Text("id")),
    c("processDefinitionIdIn", Rule::TextIn("id")),
    c("category", Rule::Text("category")),
    c("categoryLike", Rule::Like("category")),
    c("name", Rule::Text("name")),
    c("nameLike", Rule::Like("name")),
    c("deploymentId", Rule::Text("deploymentId")),
    c("deployedAfter", Rule::After("deploymentTime")),
    c("deployedAt", Rule::Date("deploymentTime")),
    c("key", Rule::Text("key")),
    c("keysIn", Rule::TextIn("key")),
    c("keyLike", Rule::Like("key")),
    c("version", Rule::Int("version")),
    c("ver", Rule::Int("version")),
    c("latest", Rule::WhenSet("latest")),
    c("latestVersion", Rule::WhenSet("latest")),
    c("resourceName", Rule::Text("resource")),
    c("resourceNameLike", Rule::Like("resource")),
    c("startableBy", Rule::Custom(startable_by)),
    c("active", Rule::WhenClear("suspended")),
    c("suspended", Rule::WhenSet("suspended")),
    c("incidentId", Rule::Through(INCIDENT, &Rule::Text("id"))),
    c("incidentType", Rule::Through(INCIDENT, &Rule::Text("incidentType"))),
    c("incidentMessage", Rule::Through(INCIDENT, &Rule::Text("incidentMessage"))),
    c("incidentMessageLike", Rule::Through(INCIDENT, &Rule::Like("incidentMessage"))),
    c("tenantIdIn", Rule::Custom(tenants)),
    c("withoutTenantId", Rule::Null("tenantId")),
    c("versionTag", Rule::Text("versionTag")),
    c("versionTagLike", Rule::Like("versionTag")),
    c("withoutVersionTag", Rule::Null("versionTag")),
    c("startableInTasklist", Rule::WhenSet("startableInTasklist")),
    c("notStartableInTasklist", Rule::WhenClear("startableInTasklist")),
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
    out.extend(input.text(name)?.map(|user| Filter::Contains("candidateStarterUsers".into(), user.into())));
    Ok(())
}

fn tenants(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    tenant_in(input, name, "includeProcessDefinitionsWithoutTenantId", out)
}
