//! `GET|POST /task`: criteria, sort keys and fields.

use super::{DEFINITION, INSTANCE, INSTANCE_VARIABLES, in_suspended_instance, not_in_suspended_instance};
use crate::error::{RestError, RestResult};
use crate::query::{Context, Criterion, Field, Input, Join, Resource, Rule, c};
use casewright_access::accounts::MEMBER_VIEW;
use casewright_engine_core::entity::DelegationState;
use casewright_engine_views as views;
use casewright_engine_views::criteria::{eq, in_view, is_in, like};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("name"),
    Field::Plain("assignee"),
    Field::Date("created"),
    Field::Date("due"),
    Field::Date("followUp"),
    Field::Date("lastUpdated"),
    Field::Plain("delegationState"),
    Field::Plain("description"),
    Field::Plain("executionId"),
    Field::Plain("owner"),
    Field::Plain("parentTaskId"),
    Field::Zero("priority"),
    Field::Plain("processDefinitionId"),
    Field::Plain("processInstanceId"),
    Field::Plain("taskDefinitionKey"),
    Field::Null("caseExecutionId"),
    Field::Plain("caseInstanceId"),
    Field::Null("caseDefinitionId"),
    Field::Flag("suspended"),
    Field::Plain("formKey"),
    Field::Plain("camundaFormRef"),
    Field::Plain("tenantId"),
    Field::Plain("taskState"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::TASK,
    criteria: CRITERIA,
    sorts: &[
        ("instanceId", "processInstanceId"),
        ("caseInstanceId", "caseInstanceId"),
        ("dueDate", "due"),
        ("executionId", "executionId"),
        ("caseExecutionId", "caseExecutionId"),
        ("assignee", "assignee"),
        ("created", "created"),
        ("lastUpdated", "lastUpdated"),
        ("followUpDate", "followUp"),
        ("description", "description"),
        ("id", "id"),
        ("name", "name"),
        ("nameCaseInsensitive", "nameLower"),
        ("priority", "priority"),
        ("tenantId", "tenantId"),
    ],
    fields: FIELDS,
    check,
};

const CRITERIA: &[Criterion] = &[
    c("taskId", Rule::Text("id")),
    c("taskIdIn", Rule::TextIn("id")),
    c("processInstanceId", Rule::Text("processInstanceId")),
    c("processInstanceIdIn", Rule::TextIn("processInstanceId")),
    c("processInstanceBusinessKey", Rule::Through(INSTANCE, &Rule::Text("businessKey"))),
    c("processInstanceBusinessKeyIn", Rule::Through(INSTANCE, &Rule::TextIn("businessKey"))),
    c("processInstanceBusinessKeyLike", Rule::Through(INSTANCE, &Rule::Like("businessKey"))),
    c("processDefinitionId", Rule::Text("processDefinitionId")),
    c("processDefinitionKey", Rule::Text("processDefinitionKey")),
    c("processDefinitionKeyIn", Rule::TextIn("processDefinitionKey")),
    c("processDefinitionName", Rule::Through(DEFINITION, &Rule::Text("name"))),
    c("processDefinitionNameLike", Rule::Through(DEFINITION, &Rule::Like("name"))),
    c("executionId", Rule::Text("executionId")),
    c("activityInstanceIdIn", Rule::TextIn("activityInstanceId")),
    c("tenantIdIn", Rule::TextIn("tenantId")),
    c("withoutTenantId", Rule::Null("tenantId")),
    c("assignee", Rule::Text("assignee")),
    c("assigneeLike", Rule::Like("assignee")),
    c("assigneeIn", Rule::TextIn("assignee")),
    c("assigneeNotIn", Rule::KnownNotIn("assignee")),
    c("assigned", Rule::NotNull("assignee")),
    c("unassigned", Rule::Null("assignee")),
    c("owner", Rule::Text("owner")),
    c("candidateGroup", Rule::Custom(candidates)),
    c("candidateGroupLike", Rule::Custom(candidates)),
    c("candidateUser", Rule::Custom(candidates)),
    c("candidateGroups", Rule::Custom(candidates)),
    c("withCandidateGroups", Rule::Custom(candidate_presence)),
    c("withoutCandidateGroups", Rule::Custom(candidate_presence)),
    c("withCandidateUsers", Rule::Custom(candidate_presence)),
    c("withoutCandidateUsers", Rule::Custom(candidate_presence)),
    c("involvedUser", Rule::Custom(involved_user)),
    c("taskDefinitionKey", Rule::Text("taskDefinitionKey")),
    c("taskDefinitionKeyIn", Rule::TextIn("taskDefinitionKey")),
    c("taskDefinitionKeyNotIn", Rule::TextNotIn("taskDefinitionKey")),
    c("taskDefinitionKeyLike", Rule::Like("taskDefinitionKey")),
    // Names and descriptions of tasks compare without case in Camunda.
    c("name", Rule::Caseless("name")),
    c("nameLike", Rule::CaselessLike("name")),
    c("nameNotEqual", Rule::Custom(name_not)),
    c("nameNotLike", Rule::Custom(name_not)),
    c("description", Rule::Caseless("description")),
    c("descriptionLike", Rule::CaselessLike("description")),
    c("priority", Rule::Int("priority")),
    c("maxPriority", Rule::IntAtMost("priority")),
    c("minPriority", Rule::IntAtLeast("priority")),
    c("parentTaskId", Rule::Text("parentTaskId")),
    c("active", Rule::Flag(not_in_suspended_instance)),
    c("suspended", Rule::Flag(in_suspended_instance)),
    c("dueDate", Rule::Date("due")),
    c("due", Rule::Date("due")),
    c("dueAfter", Rule::After("due")),
    c("dueBefore", Rule::Before("due")),
    c("withoutDueDate", Rule::Null("due")),
    c("followUpDate", Rule::Date("followUp")),
    c("followUp", Rule::Date("followUp")),
    c("followUpAfter", Rule::After("followUp")),
    c("followUpBefore", Rule::Before("followUp")),
    c("followUpBeforeOrNotExistent", Rule::Custom(follow_up_before_or_not_existent)),
    c("createdOn", Rule::Date("created")),
    c("created", Rule::Date("created")),
    c("createdAfter", Rule::After("created")),
    c("createdBefore", Rule::Before("created")),
    c("updatedAfter", Rule::Custom(updated_after)),
    c("delegationState", Rule::Custom(by_delegation_state)),
    c("taskVariables", Rule::Variables(TASK_VARIABLES)),
    c("processVariables", Rule::Variables(INSTANCE_VARIABLES)),
    c("caseInstanceId", Rule::Text("caseInstanceId")),
    c("caseDefinitionId", Rule::Never),
    c("caseDefinitionKey", Rule::Never),
    c("caseDefinitionName", Rule::Never),
    c("caseDefinitionNameLike", Rule::Never),
    c("caseExecutionId", Rule::Never),
    c("caseInstanceBusinessKey", Rule::Never),
    c("caseInstanceBusinessKeyLike", Rule::Never),
    c("caseInstanceVariables", Rule::Never),
];

/// What was never updated counts from its creation.
fn updated_after(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    out.extend(input.date(name)?.map(|at| {
        let after = |field: &'static str| Filter::Gt(field.into(), at.0.into());
        let created = Filter::And(vec![Filter::IsNull("lastUpdated".into()), after("created")]);
        Filter::Or(vec![after("lastUpdated"), created])
    }));
    Ok(())
}

const TASK_VARIABLES: Join =
    Join { field: "id", view: views::VARIABLE, select: "taskId", only_instance_scope: false, what: "variable" };

/// Criteria that `includeAssignedTasks` may go with.
const CANDIDATES: [&str; 7] = [
    "candidateUser",
    "candidateGroup",
    "candidateGroups",
    "candidateGroupLike",
    "withCandidateGroups",
    "withoutCandidateGroups",
    "withCandidateUsers",
];

fn check(input: &Input) -> RestResult<()> {
    if let Input::Body(body) = input
        && body.iter().any(|(key, value)| key.ends_with("Expression") && !value.is_null())
    {
        return Err(RestError::bad_user_request(
            "Expressions are forbidden in adhoc queries. This behavior can be toggled in the process engine configuration",
        ));
    }
    if input.has("candidateUser") && input.has("candidateGroup") {
        return Err(RestError::engine("Invalid query usage: cannot set both candidateUser and candidateGroup"));
    }
    if input.has("candidateUser") && input.has("candidateGroups") {
        return Err(RestError::engine("Invalid query usage: cannot set both candidateUser and candidateGroupIn"));
    }
    if input.boolean("includeAssignedTasks")? == Some(true)
        && !CANDIDATES.iter().any(|name| input.has(name))
        && !input.has("withoutCandidateUsers")
    {
        return Err(RestError::engine(
            "Invalid query usage: candidateUser, candidateGroup, candidateGroupLike, candidateGroupIn, withCandidateGroups, withoutCandidateGroups, withCandidateUsers, withoutCandidateUsers has to be called before 'includeAssignedTasks'.",
        ));
    }
    Ok(())
}

/// Tasks that have an identity link like this.
fn linked(filter: Filter) -> Filter {
    in_view("id", views::IDENTITY_LINK, "taskId", filter)
}

fn candidate(filter: Filter) -> Filter {
    linked(Filter::And(vec![eq("type", "candidate"), filter]))
}

/// Candidate criteria see unassigned tasks only, unless `includeAssignedTasks` says otherwise.
fn unassigned_unless_included(input: &Input, filter: Filter) -> RestResult<Filter> {
    if input.boolean("includeAssignedTasks")? == Some(true) {
        return Ok(filter);
    }
    Ok(Filter::And(vec![filter, Filter::IsNull("assignee".into())]))
}

fn candidates(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let filter = match name {
        "candidateUser" => input.text(name)?.map(|user| {
            let mine = eq("userId", user);
            let groups = in_view("groupId", MEMBER_VIEW, "groupId", mine.clone());
            candidate(Filter::Or(vec![mine, groups]))
        }),
        "candidateGroup" => input.text(name)?.map(|g| candidate(eq("groupId", g))),
        "candidateGroupLike" => input.text(name)?.map(|g| candidate(like("groupId", g))),
        _ => match input.list(name)? {
            Some(groups) if groups.iter().all(String::is_empty) => {
                return Err(RestError::engine("Candidate group list is empty"));
            }
            groups => groups.map(|groups| candidate(is_in("groupId", groups))),
        },
    };
    if let Some(filter) = filter {
        out.push(unassigned_unless_included(input, filter)?);
    }
    Ok(())
}

fn candidate_presence(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    if input.boolean(name)? != Some(true) {
        return Ok(());
    }
    let field = if name.ends_with("Groups") { "groupId" } else { "userId" };
    let present = candidate(Filter::NotNull(field.into()));
    let filter = if name.starts_with("without") { Filter::Not(Box::new(present)) } else { present };
    out.push(unassigned_unless_included(input, filter)?);
    Ok(())
}

fn involved_user(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    out.extend(input.text(name)?.map(|user| {
        Filter::Or(vec![eq("assignee", user.clone()), eq("owner", user.clone()), linked(eq("userId", user))])
    }));
    Ok(())
}

fn name_not(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    if let Some(text) = input.text(name)? {
        let same = if name == "nameNotLike" {
            Filter::Like { field: "name".into(), pattern: text, ignore_case: true }
        } else {
            Filter::EqIgnoreCase("name".into(), text)
        };
        out.push(Filter::And(vec![Filter::NotNull("name".into()), Filter::Not(Box::new(same))]));
    }
    Ok(())
}

fn follow_up_before_or_not_existent(
    input: &Input,
    name: &'static str,
    _: &Context,
    out: &mut Vec<Filter>,
) -> RestResult<()> {
    out.extend(
        input
            .date(name)?
            .map(|at| Filter::Or(vec![Filter::IsNull("followUp".into()), Filter::Lt("followUp".into(), at.0.into())])),
    );
    Ok(())
}

fn by_delegation_state(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    if let Some(state) = input.text(name)? {
        out.push(eq("delegationState", views::delegation_state(delegation_state(&state)?)));
    }
    Ok(())
}

/// A delegation as the contract spells it; any case is taken.
pub(crate) fn delegation_state(text: &str) -> RestResult<DelegationState> {
    match text.to_ascii_uppercase().as_str() {
        "PENDING" => Ok(DelegationState::Pending),
        "RESOLVED" => Ok(DelegationState::Resolved),
        _ => Err(RestError::invalid(format!(
            "Valid values for property 'delegationState' are 'PENDING' or 'RESOLVED', but was '{text}'"
        ))),
    }
}

/// Identity links of a task.
pub(crate) const LINK_FIELDS: &[Field] = &[Field::Plain("userId"), Field::Plain("groupId"), Field::Plain("type")];
