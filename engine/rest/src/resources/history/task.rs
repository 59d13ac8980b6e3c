//! `GET|POST /history/task`: criteria, sort keys and fields.

use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Join, Resource, Rule, Through, c, no_check};
use crate::resources::Absent;
use casewright_engine_views::criteria::{eq, in_view};
use casewright_engine_views::{
    self as views, LinkLogRow, PastInstanceRow, PastTaskRow, PastVariableRow, PlaceRowColumns as _,
    ProcessDefinitionRow, RemovalRow, VariableFieldsColumns as _,
};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(PastTaskRow::ID),
    Field::Plain(PastTaskRow::PROCESS_DEFINITION_KEY),
    Field::Plain(PastTaskRow::PROCESS_DEFINITION_ID),
    Field::Plain(PastTaskRow::PROCESS_INSTANCE_ID),
    Field::Plain(PastTaskRow::EXECUTION_ID),
    Field::Null("caseDefinitionKey"),
    Field::Null("caseDefinitionId"),
    Field::Plain(PastTaskRow::CASE_INSTANCE_ID),
    Field::Null("caseExecutionId"),
    Field::Plain(PastTaskRow::ACTIVITY_INSTANCE_ID),
    Field::Plain(PastTaskRow::NAME),
    Field::Plain(PastTaskRow::DESCRIPTION),
    Field::Plain(PastTaskRow::DELETE_REASON),
    Field::Plain(PastTaskRow::OWNER),
    Field::Plain(PastTaskRow::ASSIGNEE),
    Field::Date(PastTaskRow::START_TIME),
    Field::Date(PastTaskRow::END_TIME),
    Field::Plain(PastTaskRow::DURATION),
    Field::Plain(PastTaskRow::TASK_DEFINITION_KEY),
    Field::Zero(PastTaskRow::PRIORITY),
    Field::Date(PastTaskRow::DUE),
    Field::Plain(PastTaskRow::PARENT_TASK_ID),
    Field::Date(PastTaskRow::FOLLOW_UP),
    Field::Plain(PastTaskRow::TENANT_ID),
    Field::Date(RemovalRow::REMOVAL_TIME),
    Field::Plain(PastTaskRow::ROOT_PROCESS_INSTANCE_ID),
    Field::Plain(PastTaskRow::TASK_STATE),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::HISTORY_TASK,
    criteria: CRITERIA,
    sorts: &[
        ("taskId", PastTaskRow::ID),
        ("activityInstanceId", PastTaskRow::ACTIVITY_INSTANCE_ID),
        ("processDefinitionId", PastTaskRow::PROCESS_DEFINITION_ID),
        ("processInstanceId", PastTaskRow::PROCESS_INSTANCE_ID),
        ("executionId", PastTaskRow::EXECUTION_ID),
        ("duration", PastTaskRow::DURATION),
        ("endTime", PastTaskRow::END_TIME),
        ("startTime", PastTaskRow::START_TIME),
        ("taskName", PastTaskRow::NAME),
        ("taskDescription", PastTaskRow::DESCRIPTION),
        ("assignee", PastTaskRow::ASSIGNEE),
        ("owner", PastTaskRow::OWNER),
        ("dueDate", PastTaskRow::DUE),
        ("followUpDate", PastTaskRow::FOLLOW_UP),
        ("deleteReason", PastTaskRow::DELETE_REASON),
        ("taskDefinitionKey", PastTaskRow::TASK_DEFINITION_KEY),
        ("priority", PastTaskRow::PRIORITY),
        ("caseDefinitionId", Absent::CASE_DEFINITION_ID),
        ("caseInstanceId", PastTaskRow::CASE_INSTANCE_ID),
        ("caseExecutionId", Absent::CASE_EXECUTION_ID),
        ("tenantId", PastTaskRow::TENANT_ID),
    ],
    fields: FIELDS,
    check: no_check,
};

const INSTANCE: Through = Through {
    field: PastTaskRow::PROCESS_INSTANCE_ID,
    view: views::HISTORY_PROCESS_INSTANCE,
    select: PastInstanceRow::ID,
};

const DEFINITION: Through = super::super::DEFINITION;

/// Through the history of identity links: who was ever a candidate.
const LINK_LOG: Through =
    Through { field: PastTaskRow::ID, view: views::HISTORY_IDENTITY_LINK, select: LinkLogRow::TASK_ID };

const CRITERIA: &[Criterion] = &[
    c("taskId", Rule::Text(PastTaskRow::ID)),
    c("taskParentTaskId", Rule::Text(PastTaskRow::PARENT_TASK_ID)),
    c("processInstanceId", Rule::Text(PastTaskRow::PROCESS_INSTANCE_ID)),
    c("rootProcessInstanceId", Rule::Text(PastTaskRow::ROOT_PROCESS_INSTANCE_ID)),
    c("processInstanceBusinessKey", Rule::Through(INSTANCE, &Rule::Text(PastInstanceRow::BUSINESS_KEY))),
    c("processInstanceBusinessKeyIn", Rule::Through(INSTANCE, &Rule::TextIn(PastInstanceRow::BUSINESS_KEY))),
    c("processInstanceBusinessKeyLike", Rule::Through(INSTANCE, &Rule::Like(PastInstanceRow::BUSINESS_KEY))),
    c("executionId", Rule::Text(PastTaskRow::EXECUTION_ID)),
    c("activityInstanceIdIn", Rule::TextIn(PastTaskRow::ACTIVITY_INSTANCE_ID)),
    c("processDefinitionId", Rule::Text(PastTaskRow::PROCESS_DEFINITION_ID)),
    c("processDefinitionKey", Rule::Text(PastTaskRow::PROCESS_DEFINITION_KEY)),
    c("processDefinitionName", Rule::Through(DEFINITION, &Rule::Text(ProcessDefinitionRow::NAME))),
    // Names of tasks compare without case in Camunda.
    c("taskName", Rule::Caseless(PastTaskRow::NAME)),
    c("taskNameLike", Rule::CaselessLike(PastTaskRow::NAME)),
    c("taskDescription", Rule::Text(PastTaskRow::DESCRIPTION)),
    c("taskDescriptionLike", Rule::Like(PastTaskRow::DESCRIPTION)),
    c("taskDefinitionKey", Rule::Text(PastTaskRow::TASK_DEFINITION_KEY)),
    c("taskDefinitionKeyIn", Rule::TextIn(PastTaskRow::TASK_DEFINITION_KEY)),
    c("taskDeleteReason", Rule::Text(PastTaskRow::DELETE_REASON)),
    c("taskDeleteReasonLike", Rule::Like(PastTaskRow::DELETE_REASON)),
    c("assigned", Rule::NotNull(PastTaskRow::ASSIGNEE)),
    c("unassigned", Rule::Null(PastTaskRow::ASSIGNEE)),
    c("taskAssignee", Rule::Text(PastTaskRow::ASSIGNEE)),
    c("taskAssigneeLike", Rule::Like(PastTaskRow::ASSIGNEE)),
    c("taskOwner", Rule::Text(PastTaskRow::OWNER)),
    c("taskOwnerLike", Rule::Like(PastTaskRow::OWNER)),
    c("taskPriority", Rule::Int(PastTaskRow::PRIORITY)),
    c("finished", Rule::NotNull(PastTaskRow::END_TIME)),
    c("unfinished", Rule::Null(PastTaskRow::END_TIME)),
    c("processFinished", Rule::Through(INSTANCE, &Rule::NotNull(PastInstanceRow::END_TIME))),
    c("processUnfinished", Rule::Through(INSTANCE, &Rule::Null(PastInstanceRow::END_TIME))),
    c("taskDueDate", Rule::Date(PastTaskRow::DUE)),
    c("taskDueDateBefore", Rule::NotAfter(PastTaskRow::DUE)),
    c("taskDueDateAfter", Rule::NotBefore(PastTaskRow::DUE)),
    c("withoutTaskDueDate", Rule::Null(PastTaskRow::DUE)),
    c("taskFollowUpDate", Rule::Date(PastTaskRow::FOLLOW_UP)),
    c("taskFollowUpDateBefore", Rule::NotAfter(PastTaskRow::FOLLOW_UP)),
    c("taskFollowUpDateAfter", Rule::NotBefore(PastTaskRow::FOLLOW_UP)),
    c(
        "taskVariables",
        Rule::EqualVariables(Join {
            field: PastTaskRow::ID,
            view: views::HISTORY_VARIABLE,
            select: PastVariableRow::TASK_ID,
            only_instance_scope: false,
            what: "variable",
        }),
    ),
    c(
        "processVariables",
        Rule::Variables(Join {
            field: PastTaskRow::PROCESS_INSTANCE_ID,
            view: views::HISTORY_VARIABLE,
            select: PastVariableRow::PROCESS_INSTANCE_ID,
            only_instance_scope: true,
            what: "variable",
        }),
    ),
    c("caseDefinitionId", Rule::Never),
    c("caseDefinitionKey", Rule::Never),
    c("caseDefinitionName", Rule::Never),
    c("caseInstanceId", Rule::Text(PastTaskRow::CASE_INSTANCE_ID)),
    c("caseExecutionId", Rule::Never),
    c("tenantIdIn", Rule::TextIn(PastTaskRow::TENANT_ID)),
    c("withoutTenantId", Rule::Null(PastTaskRow::TENANT_ID)),
    c("taskInvolvedUser", Rule::Custom(linked)),
    c("withCandidateGroups", Rule::Flag(with_candidate_groups)),
    c("withoutCandidateGroups", Rule::Flag(without_candidate_groups)),
    c("startedBefore", Rule::NotAfter(PastTaskRow::START_TIME)),
    c("startedAfter", Rule::NotBefore(PastTaskRow::START_TIME)),
    c("finishedBefore", Rule::NotAfter(PastTaskRow::END_TIME)),
    c("finishedAfter", Rule::NotBefore(PastTaskRow::END_TIME)),
];

/// One line of the identity link log meets all of these at once, as in Camunda's join (a user and a group are never on
/// the same line), or one of them, where one suffices.
fn linked(input: &Input, _: &'static str, context: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let mut line = Vec::new();
    for (name, field) in [("taskInvolvedUser", LinkLogRow::USER_ID), ("taskInvolvedGroup", LinkLogRow::GROUP_ID)] {
        line.extend(input.text(name)?.map(|who| eq(field, who)));
    }
    for (name, field) in
        [("taskHadCandidateUser", LinkLogRow::USER_ID), ("taskHadCandidateGroup", LinkLogRow::GROUP_ID)]
    {
        line.extend(input.text(name)?.map(|who| Filter::And(vec![eq(LinkLogRow::TYPE, "candidate"), eq(field, who)])));
    }
    if !line.is_empty() {
        out.push(LINK_LOG.filter(if context.is_any { Filter::Or(line) } else { Filter::And(line) }));
    }
    Ok(())
}

fn with_candidate_groups() -> Filter {
    in_view(
        PastTaskRow::ID,
        views::HISTORY_IDENTITY_LINK,
        LinkLogRow::TASK_ID,
        Filter::And(vec![eq(LinkLogRow::TYPE, "candidate"), Filter::NotNull(LinkLogRow::GROUP_ID.into())]),
    )
}

fn without_candidate_groups() -> Filter {
    Filter::Not(Box::new(with_candidate_groups()))
}
