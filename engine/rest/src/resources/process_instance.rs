//! `GET|POST /process-instance`: criteria, sort keys and fields.

use super::INSTANCE_VARIABLES;
use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Join, Resource, Rule, Through, c, no_check};
use casewright_engine_views::criteria::is_in;
use casewright_engine_views::{
    self as views, ExecutionRow, IncidentRow, PlaceRowColumns as _, ProcessDefinitionRow, ProcessInstanceRow,
};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Links,
    Field::Plain(ProcessInstanceRow::ID),
    Field::Renamed("definitionId", ProcessInstanceRow::PROCESS_DEFINITION_ID),
    Field::Plain(ProcessInstanceRow::BUSINESS_KEY),
    Field::Plain(ProcessInstanceRow::CASE_INSTANCE_ID),
    Field::False("ended"),
    Field::Flag(ProcessInstanceRow::SUSPENDED),
    Field::Plain(ProcessInstanceRow::TENANT_ID),
    Field::Renamed("definitionKey", ProcessInstanceRow::PROCESS_DEFINITION_KEY),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::PROCESS_INSTANCE,
    criteria: CRITERIA,
    sorts: &[
        ("instanceId", ProcessInstanceRow::ID),
        ("definitionKey", ProcessInstanceRow::PROCESS_DEFINITION_KEY),
        ("definitionId", ProcessInstanceRow::PROCESS_DEFINITION_ID),
        ("tenantId", ProcessInstanceRow::TENANT_ID),
        ("businessKey", ProcessInstanceRow::BUSINESS_KEY),
    ],
    fields: FIELDS,
    check: no_check,
};

/// Through the incidents of an instance.
pub(crate) const INCIDENT: Through =
    Through { field: ProcessInstanceRow::ID, view: views::INCIDENT, select: IncidentRow::PROCESS_INSTANCE_ID };

const DEFINITION: Through = super::DEFINITION;

const CRITERIA: &[Criterion] = &[
    c("processInstanceIds", Rule::TextIn(ProcessInstanceRow::ID)),
    c("deploymentId", Rule::Through(DEFINITION, &Rule::Text(ProcessDefinitionRow::DEPLOYMENT_ID))),
    c("processDefinitionKey", Rule::Text(ProcessInstanceRow::PROCESS_DEFINITION_KEY)),
    c("processDefinitionKeyIn", Rule::TextIn(ProcessInstanceRow::PROCESS_DEFINITION_KEY)),
    c("processDefinitionKeyNotIn", Rule::TextNotIn(ProcessInstanceRow::PROCESS_DEFINITION_KEY)),
    c("businessKey", Rule::Text(ProcessInstanceRow::BUSINESS_KEY)),
    c("businessKeyLike", Rule::Like(ProcessInstanceRow::BUSINESS_KEY)),
    c("caseInstanceId", Rule::Text(ProcessInstanceRow::CASE_INSTANCE_ID)),
    c("processDefinitionId", Rule::Text(ProcessInstanceRow::PROCESS_DEFINITION_ID)),
    c("superProcessInstance", Rule::Text(ProcessInstanceRow::SUPER_PROCESS_INSTANCE_ID)),
    c(
        "subProcessInstance",
        Rule::Through(
            Through {
                field: ProcessInstanceRow::ID,
                view: views::PROCESS_INSTANCE,
                select: ProcessInstanceRow::SUPER_PROCESS_INSTANCE_ID,
            },
            &Rule::Text(ProcessInstanceRow::ID),
        ),
    ),
    c("superCaseInstance", Rule::Never),
    c("subCaseInstance", Rule::Never),
    c("active", Rule::WhenClear(ProcessInstanceRow::SUSPENDED)),
    c("suspended", Rule::WhenSet(ProcessInstanceRow::SUSPENDED)),
    c("variables", Rule::Variables(Join { field: ProcessInstanceRow::ID, what: "variable", ..INSTANCE_VARIABLES })),
    c("withIncident", Rule::Through(INCIDENT, &Rule::Flag(any))),
    c("incidentId", Rule::Through(INCIDENT, &Rule::Text(IncidentRow::ID))),
    c("incidentType", Rule::Through(INCIDENT, &Rule::Text(IncidentRow::INCIDENT_TYPE))),
    c("incidentMessage", Rule::Through(INCIDENT, &Rule::Text(IncidentRow::INCIDENT_MESSAGE))),
    c("incidentMessageLike", Rule::Through(INCIDENT, &Rule::Like(IncidentRow::INCIDENT_MESSAGE))),
    c("rootProcessInstanceId", Rule::Text(ProcessInstanceRow::ROOT_PROCESS_INSTANCE_ID)),
    c("tenantIdIn", Rule::TextIn(ProcessInstanceRow::TENANT_ID)),
    c("withoutTenantId", Rule::Null(ProcessInstanceRow::TENANT_ID)),
    c("processDefinitionWithoutTenantId", Rule::Null(ProcessInstanceRow::TENANT_ID)),
    c("activityIdIn", Rule::Custom(at_leaves)),
    c("rootProcessInstances", Rule::Null(ProcessInstanceRow::SUPER_PROCESS_INSTANCE_ID)),
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
    let is_scope = is_in(ExecutionRow::ACTIVITY_TYPE, SCOPES);
    let is_waiting = is_in(ExecutionRow::PHASE, ["arriving", "leaving"]);
    let elements =
        Through { field: ProcessInstanceRow::ID, view: views::ACTIVITY, select: ExecutionRow::PROCESS_INSTANCE_ID };
    let is_leaf = Filter::Or(vec![is_waiting, Filter::Not(Box::new(is_scope))]);
    elements.filter(Filter::And(vec![is_in(ExecutionRow::ACTIVITY_ID, activities), is_leaf]))
}

fn any() -> Filter {
    Filter::All
}

/// No other instance was called by it.
fn leaf() -> Filter {
    let called = Through {
        field: ProcessInstanceRow::ID,
        view: views::PROCESS_INSTANCE,
        select: ProcessInstanceRow::SUPER_PROCESS_INSTANCE_ID,
    };
    Filter::Not(Box::new(called.filter(Filter::NotNull(ProcessInstanceRow::SUPER_PROCESS_INSTANCE_ID.into()))))
}
