//! `GET|POST /task`: criteria, sort keys and fields.

use super::{Absent, DEFINITION, INSTANCE, INSTANCE_VARIABLES, in_suspended_instance, not_in_suspended_instance};
use crate::error::{RestError, RestResult};
use crate::query::{Context, Criterion, Field, Input, Join, Resource, Rule, c};
use casewright_access::accounts::MEMBER_VIEW;
use casewright_contracts::MemberRow;
use casewright_engine_core::entity::DelegationState;
use casewright_engine_views::criteria::{eq, in_view, is_in, like};
use casewright_engine_views::{
    self as views, IdentityLinkRow, PlaceRowColumns as _, ProcessDefinitionRow, ProcessInstanceRow, TaskRow,
    VariableFieldsColumns as _, VariableRow,
};
use casewright_journal::{Column, Filter};

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(TaskRow::ID),
    Field::Plain(TaskRow::NAME),
    Field::Plain(TaskRow::ASSIGNEE),
    Field::Date(TaskRow::CREATED),
    Field::Date(TaskRow::DUE),
    Field::Date(TaskRow::FOLLOW_UP),
    Field::Date(TaskRow::LAST_UPDATED),
    Field::Plain(TaskRow::DELEGATION_STATE),
    Field::Plain(TaskRow::DESCRIPTION),
    Field::Plain(TaskRow::EXECUTION_ID),
    Field::Plain(TaskRow::OWNER),
    Field::Plain(TaskRow::PARENT_TASK_ID),
    Field::Zero(TaskRow::PRIORITY),
    Field::Plain(TaskRow::PROCESS_DEFINITION_ID),
    Field::Plain(TaskRow::PROCESS_INSTANCE_ID),
    Field::Plain(TaskRow::TASK_DEFINITION_KEY),
    Field::Null("caseExecutionId"),
    Field::Plain(TaskRow::CASE_INSTANCE_ID),
    Field::Null("caseDefinitionId"),
    Field::False("suspended"),
    Field::Plain(TaskRow::FORM_KEY),
    Field::Plain(TaskRow::CAMUNDA_FORM_REF),
    Field::Plain(TaskRow::TENANT_ID),
    Field::Plain(TaskRow::TASK_STATE),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::TASK,
    criteria: CRITERIA,
    sorts: &[
        ("instanceId", TaskRow::PROCESS_INSTANCE_ID),
        ("caseInstanceId", TaskRow::CASE_INSTANCE_ID),
        ("dueDate", TaskRow::DUE),
        ("executionId", TaskRow::EXECUTION_ID),
        ("caseExecutionId", Absent::CASE_EXECUTION_ID),
        ("assignee", TaskRow::ASSIGNEE),
        ("created", TaskRow::CREATED),
        ("lastUpdated", TaskRow::LAST_UPDATED),
        ("followUpDate", TaskRow::FOLLOW_UP),
        ("description", TaskRow::DESCRIPTION),
        ("id", TaskRow::ID),
        ("name", TaskRow::NAME),
        ("nameCaseInsensitive", TaskRow::NAME_LOWER),
        ("priority", TaskRow::PRIORITY),
        ("tenantId", TaskRow::TENANT_ID),
    ],
    fields: FIELDS,
    check,
};

const CRITERIA: &[Criterion] = &[
    c("taskId", Rule::Text(TaskRow::ID)),
    c("taskIdIn", Rule::TextIn(TaskRow::ID)),
    c("processInstanceId", Rule::Text(TaskRow::PROCESS_INSTANCE_ID)),
    c("processInstanceIdIn", Rule::TextIn(TaskRow::PROCESS_INSTANCE_ID)),
    c("processInstanceBusinessKey", Rule::Through(INSTANCE, &Rule::Text(ProcessInstanceRow::BUSINESS_KEY))),
    c("processInstanceBusinessKeyIn", Rule::Through(INSTANCE, &Rule::TextIn(ProcessInstanceRow::BUSINESS_KEY))),
    c("processInstanceBusinessKeyLike", Rule::Through(INSTANCE, &Rule::Like(ProcessInstanceRow::BUSINESS_KEY))),
    c("processDefinitionId", Rule::Text(TaskRow::PROCESS_DEFINITION_ID)),
    c("processDefinitionKey", Rule::Text(TaskRow::PROCESS_DEFINITION_KEY)),
    c("processDefinitionKeyIn", Rule::TextIn(TaskRow::PROCESS_DEFINITION_KEY)),
    c("processDefinitionName", Rule::Through(DEFINITION, &Rule::Text(ProcessDefinitionRow::NAME))),
    c("processDefinitionNameLike", Rule::Through(DEFINITION, &Rule::Like(ProcessDefinitionRow::NAME))),
    c("executionId", Rule::Text(TaskRow::EXECUTION_ID)),
    c("activityInstanceIdIn", Rule::TextIn(TaskRow::ACTIVITY_INSTANCE_ID)),
    c("tenantIdIn", Rule::TextIn(TaskRow::TENANT_ID)),
    c("withoutTenantId", Rule::Null(TaskRow::TENANT_ID)),
    c("assignee", Rule::Text(TaskRow::ASSIGNEE)),
    c("assigneeLike", Rule::Like(TaskRow::ASSIGNEE)),
    c("assigneeIn", Rule::TextIn(TaskRow::ASSIGNEE)),
    c("assigneeNotIn", Rule::KnownNotIn(TaskRow::ASSIGNEE)),
    c("assigned", Rule::NotNull(TaskRow::ASSIGNEE)),
    c("unassigned", Rule::Null(TaskRow::ASSIGNEE)),
    c("owner", Rule::Text(TaskRow::OWNER)),
    c("candidateGroup", Rule::Custom(candidates)),
    c("candidateGroupLike", Rule::Custom(candidates)),
    c("candidateUser", Rule::Custom(candidates)),
    c("candidateGroups", Rule::Custom(candidates)),
    c("withCandidateGroups", Rule::Custom(candidate_presence)),
    c("withoutCandidateGroups", Rule::Custom(candidate_presence)),
    c("withCandidateUsers", Rule::Custom(candidate_presence)),
    c("withoutCandidateUsers", Rule::Custom(candidate_presence)),
    c("involvedUser", Rule::Custom(involved_user)),
    c("taskDefinitionKey", Rule::Text(TaskRow::TASK_DEFINITION_KEY)),
    c("taskDefinitionKeyIn", Rule::TextIn(TaskRow::TASK_DEFINITION_KEY)),
    c("taskDefinitionKeyNotIn", Rule::TextNotIn(TaskRow::TASK_DEFINITION_KEY)),
    c("taskDefinitionKeyLike", Rule::Like(TaskRow::TASK_DEFINITION_KEY)),
    // Names and descriptions of tasks compare without case in Camunda.
    c("name", Rule::Caseless(TaskRow::NAME)),
    c("nameLike", Rule::CaselessLike(TaskRow::NAME)),
    c("nameNotEqual", Rule::Custom(name_not)),
    c("nameNotLike", Rule::Custom(name_not)),
    c("description", Rule::Caseless(TaskRow::DESCRIPTION)),
    c("descriptionLike", Rule::CaselessLike(TaskRow::DESCRIPTION)),
    c("priority", Rule::Int(TaskRow::PRIORITY)),
    c("maxPriority", Rule::IntAtMost(TaskRow::PRIORITY)),
    c("minPriority", Rule::IntAtLeast(TaskRow::PRIORITY)),
    c("parentTaskId", Rule::Text(TaskRow::PARENT_TASK_ID)),
    c("active", Rule::Flag(not_in_suspended_instance)),
    c("suspended", Rule::Flag(in_suspended_instance)),
    c("dueDate", Rule::Date(TaskRow::DUE)),
    c("due", Rule::Date(TaskRow::DUE)),
    c("dueAfter", Rule::After(TaskRow::DUE)),
    c("dueBefore", Rule::Before(TaskRow::DUE)),
    c("withoutDueDate", Rule::Null(TaskRow::DUE)),
    c("followUpDate", Rule::Date(TaskRow::FOLLOW_UP)),
    c("followUp", Rule::Date(TaskRow::FOLLOW_UP)),
    c("followUpAfter", Rule::After(TaskRow::FOLLOW_UP)),
    c("followUpBefore", Rule::Before(TaskRow::FOLLOW_UP)),
    c("followUpBeforeOrNotExistent", Rule::Custom(follow_up_before_or_not_existent)),
    c("createdOn", Rule::Date(TaskRow::CREATED)),
    c("created", Rule::Date(TaskRow::CREATED)),
    c("createdAfter", Rule::After(TaskRow::CREATED)),
    c("createdBefore", Rule::Before(TaskRow::CREATED)),
    c("updatedAfter", Rule::Custom(updated_after)),
    c("delegationState", Rule::Custom(by_delegation_state)),
    c("taskVariables", Rule::Variables(TASK_VARIABLES)),
    c("processVariables", Rule::Variables(INSTANCE_VARIABLES)),
    c("caseInstanceId", Rule::Text(TaskRow::CASE_INSTANCE_ID)),
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
        let after = |column: Column| Filter::Gt(column.into(), at.0.into());
        let created = Filter::And(vec![Filter::IsNull(TaskRow::LAST_UPDATED.into()), after(TaskRow::CREATED)]);
        Filter::Or(vec![after(TaskRow::LAST_UPDATED), created])
    }));
    Ok(())
}

const TASK_VARIABLES: Join = Join {
    field: TaskRow::ID,
    view: views::VARIABLE,
    select: VariableRow::TASK_ID,
    only_instance_scope: false,
    what: "variable",
};

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
    in_view(TaskRow::ID, views::IDENTITY_LINK, IdentityLinkRow::TASK_ID, filter)
}

fn candidate(filter: Filter) -> Filter {
    linked(Filter::And(vec![eq(IdentityLinkRow::TYPE, "candidate"), filter]))
}

/// Candidate criteria see unassigned tasks only, unless `includeAssignedTasks` says otherwise.
fn unassigned_unless_included(input: &Input, filter: Filter) -> RestResult<Filter> {
    if input.boolean("includeAssignedTasks")? == Some(true) {
        return Ok(filter);
    }
    Ok(Filter::And(vec![filter, Filter::IsNull(TaskRow::ASSIGNEE.into())]))
}

fn candidates(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let filter = match name {
        "candidateUser" => input.text(name)?.map(|user| {
            let mine = eq(IdentityLinkRow::USER_ID, user.clone());
            let groups =
                in_view(IdentityLinkRow::GROUP_ID, MEMBER_VIEW, MemberRow::GROUP_ID, eq(MemberRow::USER_ID, user));
            candidate(Filter::Or(vec![mine, groups]))
        }),
        "candidateGroup" => input.text(name)?.map(|g| candidate(eq(IdentityLinkRow::GROUP_ID, g))),
        "candidateGroupLike" => input.text(name)?.map(|g| candidate(like(IdentityLinkRow::GROUP_ID, g))),
        _ => match input.list(name)? {
            Some(groups) if groups.iter().all(String::is_empty) => {
                return Err(RestError::engine("Candidate group list is empty"));
            }
            groups => groups.map(|groups| candidate(is_in(IdentityLinkRow::GROUP_ID, groups))),
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
    let field = if name.ends_with("Groups") { IdentityLinkRow::GROUP_ID } else { IdentityLinkRow::USER_ID };
    let present = candidate(Filter::NotNull(field.into()));
    let filter = if name.starts_with("without") { Filter::Not(Box::new(present)) } else { present };
    out.push(unassigned_unless_included(input, filter)?);
    Ok(())
}

fn involved_user(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    out.extend(input.text(name)?.map(|user| {
        Filter::Or(vec![
            eq(TaskRow::ASSIGNEE, user.clone()),
            eq(TaskRow::OWNER, user.clone()),
            linked(eq(IdentityLinkRow::USER_ID, user)),
        ])
    }));
    Ok(())
}

fn name_not(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    if let Some(text) = input.text(name)? {
        let same = if name == "nameNotLike" {
            Filter::Like { field: TaskRow::NAME.into(), pattern: text, ignore_case: true }
        } else {
            Filter::EqIgnoreCase(TaskRow::NAME.into(), text)
        };
        out.push(Filter::And(vec![Filter::NotNull(TaskRow::NAME.into()), Filter::Not(Box::new(same))]));
    }
    Ok(())
}

fn follow_up_before_or_not_existent(
    input: &Input,
    name: &'static str,
    _: &Context,
    out: &mut Vec<Filter>,
) -> RestResult<()> {
    out.extend(input.date(name)?.map(|at| {
        Filter::Or(vec![Filter::IsNull(TaskRow::FOLLOW_UP.into()), Filter::Lt(TaskRow::FOLLOW_UP.into(), at.0.into())])
    }));
    Ok(())
}

fn by_delegation_state(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    if let Some(state) = input.text(name)? {
        out.push(eq(TaskRow::DELEGATION_STATE, views::delegation_state(delegation_state(&state)?)));
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
pub(crate) const LINK_FIELDS: &[Field] = &[
    Field::Plain(IdentityLinkRow::USER_ID),
    Field::Plain(IdentityLinkRow::GROUP_ID),
    Field::Plain(IdentityLinkRow::TYPE),
];
