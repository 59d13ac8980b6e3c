//! Tasks of cases that somebody completed. Who may see a case sees what was done in it, as its timeline tells it.

use super::{TaskBody, TaskFilter, TaskSource, TaskState, cases_with, named};
use crate::rest::page::readable;
use crate::state::CaseApiState;
use crate::views::case::CompletedTaskRow;
use crate::views::task::USUAL_PRIORITY;
use casewright_access::Subject;
use casewright_contracts::CaseRow;
use casewright_journal::{Column, Document, Filter, Query, Sort};
use casewright_service::Problem;
use serde_json::Value;

/// The completed tasks that somebody finds by a filter, in the order that it asks for.
pub(super) async fn found(state: &CaseApiState, subject: &Subject, filter: &TaskFilter) -> Result<Query, Problem> {
    refuse_dates(filter)?;
    // Who may see no task sees no completed one; of all others the case decides.
    state.access().list_filter(subject, "read", "task").await?;
    let visible = state.access().list_filter(subject, "read", "case").await?;
    let mut all = vec![of_cases(visible)];
    all.extend(filter.case.as_deref().map(|id| is(CompletedTaskRow::CASE_ID, id)));
    all.extend(filter.definition.as_deref().map(|key| of_cases(is(CaseRow::DEFINITION, key))));
    all.extend(match filter.assignee.as_deref() {
        None | Some("") => None,
        Some("me") => Some(is(CompletedTaskRow::COMPLETED_BY_ID, &subject.id)),
        Some(id) => Some(is(CompletedTaskRow::COMPLETED_BY_ID, id)),
    });
    if let Some(words) = filter.search.as_deref().filter(|words| !words.trim().is_empty()) {
        let cases = cases_with(state, subject, words).await?;
        all.push(Filter::Or(vec![
            named(CompletedTaskRow::NAME, words),
            Filter::In(CompletedTaskRow::CASE_ID.into(), cases),
        ]));
    }
    let mut query = Query::new(CompletedTaskRow::VIEW, Filter::And(all));
    query.sort = vec![sort(filter.sort.as_deref())?];
    Ok(query)
}

fn is(column: Column, value: &str) -> Filter {
    Filter::Eq(column.into(), Value::from(value))
}

fn of_cases(filter: Filter) -> Filter {
    Filter::InView {
        field: CompletedTaskRow::CASE_ID.into(),
        view: CaseRow::VIEW,
        select: CaseRow::ID.into(),
        filter: Box::new(filter),
    }
}

/// What only an open task has is not asked of one that is done.
fn refuse_dates(filter: &TaskFilter) -> Result<(), Problem> {
    let TaskFilter { candidate, overdue, due_from, due_before, delegated_by, .. } = filter;
    let asked = [
        ("?candidate", candidate.is_some()),
        ("?overdue", overdue.is_some()),
        ("?dueFrom", due_from.is_some()),
        ("?dueBefore", due_before.is_some()),
        ("?delegatedBy", delegated_by.is_some()),
    ];
    match asked.into_iter().find(|(_, is_asked)| *is_asked) {
        Some((parameter, _)) => Err(refused(parameter, "only open tasks have it")),
        None => Ok(()),
    }
}

fn sort(wanted: Option<&str>) -> Result<Sort, Problem> {
    let wanted = wanted.filter(|sort| !sort.is_empty()).unwrap_or("-completedAt");
    let (descending, name) = match wanted.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, wanted),
    };
    let column = match name {
        "completedAt" => CompletedTaskRow::COMPLETED_AT,
        "name" => CompletedTaskRow::NAME,
        _ => return Err(refused("?sort", "of completed tasks sort is one of completedAt, name")),
    };
    Ok(Sort { field: column.into(), descending })
}

fn refused(parameter: &str, detail: &'static str) -> Problem {
    Problem::bad_request("invalid-parameter", detail).with_error(parameter, "invalid-parameter", detail)
}

/// From a row of view `completed-task`, without its case.
pub(super) fn body(id: &str, row: &Document) -> Option<TaskBody> {
    let row = readable(CompletedTaskRow::VIEW, id, CompletedTaskRow::read(row))?;
    let is_added = row.root_process_instance_id.is_none();
    Some(TaskBody {
        id: id.to_owned(),
        name: row.name,
        version: row.version,
        source: if is_added { TaskSource::Case } else { TaskSource::Process },
        state: TaskState::Completed,
        completed_by: Some(row.completed_by),
        completed_at: Some(row.completed_at.to_string()),
        process_instance_id: None,
        root_process_instance_id: row.root_process_instance_id,
        process_definition_id: None,
        process_definition_key: row.process_definition_key,
        task_definition_key: row.task_definition_key,
        added_to: Some(row.case_id),
        added_by: None,
        assignee: row.assignee,
        owner: None,
        is_delegated: false,
        candidate_users: Vec::new(),
        candidate_groups: Vec::new(),
        created_at: None,
        due_at: None,
        follow_up_at: None,
        priority: USUAL_PRIORITY,
        case_id: None,
        case_number: None,
        case_title: None,
        form_key: None,
    })
}
