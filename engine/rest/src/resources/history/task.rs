//! `GET|POST /history/task`: criteria, sort keys and fields.

use crate::error::RestResult;
use crate::query::{Context, Criterion, Field, Input, Join, Resource, Rule, Through, c, no_check};
use casewright_engine_views as views;
use casewright_engine_views::criteria::{eq, in_view};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("processDefinitionKey"),
    Field::Plain("processDefinitionId"),
    Field::Plain("processInstanceId"),
    Field::Plain("executionId"),
    Field::Null("caseDefinitionKey"),
    Field::Null("caseDefinitionId"),
    Field::Plain("caseInstanceId"),
    Field::Null("caseExecutionId"),
    Field::Plain("activityInstanceId"),
    Field::Plain("name"),
    Field::Plain("description"),
    Field::Plain("deleteReason"),
    Field::Plain("owner"),
    Field::Plain("assignee"),
    Field::Date("startTime"),
    Field::Date("endTime"),
    Field::Plain("duration"),
    Field::Plain("taskDefinitionKey"),
    Field::Zero("priority"),
    Field::Date("due"),
    Field::Plain("parentTaskId"),
    Field::Date("followUp"),
    Field::Plain("tenantId"),
    Field::Date("removalTime"),
    Field::Plain("rootProcessInstanceId"),
    Field::Plain("taskState"),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::HISTORY_TASK,
    criteria: CRITERIA,
    sorts: &[
        ("taskId", "id"),
        ("activityInstanceId", "activityInstanceId"),
        ("processDefinitionId", "processDefinitionId"),
        ("processInstanceId", "processInstanceId"),
        ("executionId", "executionId"),
        ("duration", "duration"),
        ("endTime", "endTime"),
        ("startTime", "startTime"),
        ("taskName", "name"),
        ("taskDescription", "description"),
        ("assignee", "assignee"),
        ("owner", "owner"),
        ("dueDate", "due"),
        ("followUpDate", "followUp"),
        ("deleteReason", "deleteReason"),
        ("taskDefinitionKey", "taskDefinitionKey"),
        ("priority", "priority"),
        ("caseDefinitionId", "caseDefinitionId"),
        ("caseInstanceId", "caseInstanceId"),
        ("caseExecutionId", "caseExecutionId"),
        ("tenantId", "tenantId"),
    ],
    fields: FIELDS,
    check: no_check,
};

const INSTANCE: Through = Through { field: "processInstanceId", view: views::HISTORY_PROCESS_INSTANCE, select: "id" };

const DEFINITION: Through = super::super::DEFINITION;

/// Through the history of identity links: who was ever a candidate.
const LINK_LOG: Through = Through { field: "id", view: views::HISTORY_IDENTITY_LINK, select: "taskId" };

const CRITERIA: &[Criterion] = &[
    c("taskId", Rule::Text("id")),
    c("taskParentTaskId", Rule::Text("parentTaskId")),
    c("processInstanceId", Rule::Text("processInstanceId")),
    c("rootProcessInstanceId", Rule::Text("rootProcessInstanceId")),
    c("processInstanceBusinessKey", Rule::Through(INSTANCE, &Rule::Text("businessKey"))),
    c("processInstanceBusinessKeyIn", Rule::Through(INSTANCE, &Rule::TextIn("businessKey"))),
    c("processInstanceBusinessKeyLike", Rule::Through(INSTANCE, &Rule::Like("businessKey"))),
    c("executionId", Rule::Text("executionId")),
    c("activityInstanceIdIn", Rule::TextIn("activityInstanceId")),
    c("processDefinitionId", Rule::Text("processDefinitionId")),
    c("processDefinitionKey", Rule::Text("processDefinitionKey")),
    c("processDefinitionName", Rule::Through(DEFINITION, &Rule::Text("name"))),
    // Names of tasks compare without case in Camunda.
    c("taskName", Rule::Caseless("name")),
    c("taskNameLike", Rule::CaselessLike("name")),
    c("taskDescription", Rule::Text("description")),
    c("taskDescriptionLike", Rule::Like("description")),
    c("taskDefinitionKey", Rule::Text("taskDefinitionKey")),
    c("taskDefinitionKeyIn", Rule::TextIn("taskDefinitionKey")),
    c("taskDeleteReason", Rule::Text("deleteReason")),
    c("taskDeleteReasonLike", Rule::Like("deleteReason")),
    c("assigned", Rule::NotNull("assignee")),
    c("unassigned", Rule::Null("assignee")),
    c("taskAssignee", Rule::Text("assignee")),
    c("taskAssigneeLike", Rule::Like("assignee")),
    c("taskOwner", Rule::Text("owner")),
    c("taskOwnerLike", Rule::Like("owner")),
    c("taskPriority", Rule::Int("priority")),
    c("finished", Rule::NotNull("endTime")),
    c("unfinished", Rule::Null("endTime")),
    c("processFinished", Rule::Through(INSTANCE, &Rule::NotNull("endTime"))),
    c("processUnfinished", Rule::Through(INSTANCE, &Rule::Null("endTime"))),
    c("taskDueDate", Rule::Date("due")),
    c("taskDueDateBefore", Rule::NotAfter("due")),
    c("taskDueDateAfter", Rule::NotBefore("due")),
    c("withoutTaskDueDate", Rule::Null("due")),
    c("taskFollowUpDate", Rule::Date("followUp")),
    c("taskFollowUpDateBefore", Rule::NotAfter("followUp")),
    c("taskFollowUpDateAfter", Rule::NotBefore("followUp")),
    c(
        "taskVariables",
        Rule::EqualVariables(Join {
            field: "id",
            view: views::HISTORY_VARIABLE,
            select: "taskId",
            only_instance_scope: false,
            what: "variable",
        }),
    ),
    c(
        "processVariables",
        Rule::Variables(Join {
            field: "processInstanceId",
            view: views::HISTORY_VARIABLE,
            select: "processInstanceId",
            only_instance_scope: true,
            what: "variable",
        }),
    ),
    c("caseDefinitionId", Rule::Never),
    c("caseDefinitionKey", Rule::Never),
    c("caseDefinitionName", Rule::Never),
    c("caseInstanceId", Rule::Text("caseInstanceId")),
    c("caseExecutionId", Rule::Never),
    c("tenantIdIn", Rule::TextIn("tenantId")),
    c("withoutTenantId", Rule::Null("tenantId")),
    c("taskInvolvedUser", Rule::Custom(linked)),
    c("withCandidateGroups", Rule::Flag(with_candidate_groups)),
    c("withoutCandidateGroups", Rule::Flag(without_candidate_groups)),
    c("startedBefore", Rule::NotAfter("startTime")),
    c("startedAfter", Rule::NotBefore("startTime")),
    c("finishedBefore", Rule::NotAfter("endTime")),
    c("finishedAfter", Rule::NotBefore("endTime")),
];

/// One line of the identity link log meets all of these at once, as in Camunda's join (a user and a group are never on
/// the same line), or one of them, where one suffices.
fn linked(input: &Input, _: &'static str, context: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let mut line = Vec::new();
    for (name, field) in [("taskInvolvedUser", "userId"), ("taskInvolvedGroup", "groupId")] {
        line.extend(input.text(name)?.map(|who| eq(field, who)));
    }
    for (name, field) in [("taskHadCandidateUser", "userId"), ("taskHadCandidateGroup", "groupId")] {
        line.extend(input.text(name)?.map(|who| Filter::And(vec![eq("type", "candidate"), eq(field, who)])));
    }
    if !line.is_empty() {
        out.push(LINK_LOG.filter(if context.is_any { Filter::Or(line) } else { Filter::And(line) }));
    }
    Ok(())
}

fn with_candidate_groups() -> Filter {
    in_view(
        "id",
        views::HISTORY_IDENTITY_LINK,
        "taskId",
        Filter::And(vec![eq("type", "candidate"), Filter::NotNull("groupId".into())]),
    )
}

fn without_candidate_groups() -> Filter {
    Filter::Not(Box::new(with_candidate_groups()))
}
