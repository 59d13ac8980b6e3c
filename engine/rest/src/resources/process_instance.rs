//! `GET|POST /process-instance`: criteria, sort keys and fields.

use super::INSTANCE_VARIABLES;
use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Join, Resource, Rule, Through, c, no_check};
use casewright_engine_views as views;
use casewright_engine_views::criteria::is_in;
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Links,
    Field::Plain("id"),
    Field::Renamed("definitionId", "processDefinitionId"),
    Field::Plain("businessKey"),
    Field::Plain("caseInstanceId"),
    Field::Flag("ended"),
    Field::Flag("suspended"),
    Field::Plain("tenantId"),
    Field::Renamed("definitionKey", "processDefinitionKey"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::PROCESS_INSTANCE,
    criteria: CRITERIA,
    sorts: &[
        ("instanceId", "id"),
        ("definitionKey", "processDefinitionKey"),
        ("definitionId", "processDefinitionId"),
        ("tenantId", "tenantId"),
        ("businessKey", "businessKey"),
    ],
    fields: FIELDS,
    check: no_check,
};

/// Through the incidents of an instance.
pub(crate) const INCIDENT: Through = Through { field: "id", view: views::INCIDENT, select: "processInstanceId" };

const DEFINITION: Through = super::DEFINITION;

const CRITERIA: &[Criterion] = &[
    c("processInstanceIds", Rule::TextIn("id")),
    c("deploymentId", Rule::Through(DEFINITION, &Rule::Text("deploymentId"))),
    c("processDefinitionKey", Rule::Text("processDefinitionKey")),
    c("processDefinitionKeyIn", Rule::TextIn("processDefinitionKey")),
    c("processDefinitionKeyNotIn", Rule::TextNotIn("processDefinitionKey")),
    c("businessKey", Rule::Text("businessKey")),
    c("businessKeyLike", Rule::Like("businessKey")),
    c("caseInstanceId", Rule::Text("caseInstanceId")),
    c("processDefinitionId", Rule::Text("processDefinitionId")),
    c("superProcessInstance", Rule::Text("superProcessInstanceId")),
    c(
        "subProcessInstance",
        Rule::Through(
            Through { field: "id", view: views::PROCESS_INSTANCE, select: "superProcessInstanceId" },
            &Rule::Text("id"),
        ),
    ),
    c("superCaseInstance", Rule::Never),
    c("subCaseInstance", Rule::Never),
    c("active", Rule::WhenClear("suspended")),
    c("suspended", Rule::WhenSet("suspended")),
    c("variables", Rule::Variables(Join { field: "id", what: "variable", ..INSTANCE_VARIABLES })),
    c("withIncident", Rule::Through(INCIDENT, &Rule::Flag(any))),
    c("incidentId", Rule::Through(INCIDENT, &Rule::Text("id"))),
    c("incidentType", Rule::Through(INCIDENT, &Rule::Text("incidentType"))),
    c("incidentMessage", Rule::Through(INCIDENT, &Rule::Text("incidentMessage"))),
    c("incidentMessageLike", Rule::Through(INCIDENT, &Rule::Like("incidentMessage"))),
    c("rootProcessInstanceId", Rule::Text("rootProcessInstanceId")),
    c("tenantIdIn", Rule::TextIn("tenantId")),
    c("withoutTenantId", Rule::Null("tenantId")),
    c("processDefinitionWithoutTenantId", Rule::Null("tenantId")),
    c("activityIdIn", Rule::Custom(at_leaves)),
    c("rootProcessInstances", Rule::Null("superProcessInstanceId")),
    c("leafProcessInstances", Rule::Flag(leaf)),
];

/// Where the tokens are: a scope that has been entered is where none of them is.
fn at_leaves(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    out.extend(input.list(name)?.map(tokens_at));
    Ok(())
}

/// Instances with a token at one of these activities.
pub(crate) fn tokens_at(activities: Vec<String>) -> Filter {
    const SCOPES: [&str; 4] = ["subProcess", "transaction", "adHocSubProcess", "multiInstanceBody"];
    let is_scope = is_in("activityType", SCOPES);
    let is_waiting = is_in("phase", ["arriving", "leaving"]);
    let elements = Through { field: "id", view: views::ACTIVITY, select: "processInstanceId" };
    let is_leaf = Filter::Or(vec![is_waiting, Filter::Not(Box::new(is_scope))]);
    elements.filter(Filter::And(vec![is_in("activityId", activities), is_leaf]))
}

fn any() -> Filter {
    Filter::All
}

/// No other instance was called by it.
fn leaf() -> Filter {
    let called = Through { field: "id", view: views::PROCESS_INSTANCE, select: "superProcessInstanceId" };
    Filter::Not(Box::new(called.filter(Filter::NotNull("superProcessInstanceId".into()))))
}
