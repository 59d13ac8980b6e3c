//! Tasks that people add to a case by hand: added, changed, done, opened again, deleted.
//!
//! An open case has such tasks; those that are open when it is closed end with it, or keep it open ([`close`](super::close)).

use super::disposal::guard_unheld;
use super::{CaseRejection, Decided, Draft, guard_unmerged};
use crate::domain::case::ad_hoc_task::{AdHocTask, AdHocTaskState, ChecklistItem, Tick};
use crate::domain::case::event::Fact;
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, StatusKind};
use crate::domain::person::Person;
use casewright_forms::FieldFault;
use casewright_instant::Instant;
use casewright_journal::Decision;
use jiff::Timestamp;

/// Tasks of one case, open or not.
const MAX_TASKS: usize = 100;
/// Lines of one checklist.
const MAX_ITEMS: usize = 50;
/// Longest texts, in characters.
const MAX_TITLE: usize = 200;
const MAX_DESCRIPTION: usize = 4_000;

/// A task to be added.
#[derive(Clone, Debug)]
pub(crate) struct NewTask {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) assignee: Option<Person>,
    pub(crate) group: Option<String>,
    pub(crate) due_at: Option<Instant>,
    pub(crate) checklist: Vec<ChecklistItem>,
}

/// A merge patch: an absent member stays as it is, an inner `None` removes.
#[derive(Clone, Debug, Default)]
pub(crate) struct TaskPatch {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<Option<String>>,
    pub(crate) assignee: Option<Option<Person>>,
    pub(crate) group: Option<Option<String>>,
    pub(crate) due_at: Option<Option<Instant>>,
    /// The whole list; a line that is there already keeps its tick.
    pub(crate) checklist: Option<Vec<ChecklistItem>>,
}

/// Adds a task. The answer is whether it is new: the same request sent again adds nothing.
pub(crate) fn add_task(
    case: &Case,
    definition: &CaseDefinition,
    new: &NewTask,
    by: &Person,
    at: Timestamp,
) -> Decided<bool> {
    guard_unmerged(case)?;
    if case.ad_hoc_task(&new.id).is_some() {
        return Ok(Decision { events: Vec::new(), answer: false });
    }
    takes_work(case)?;
    let mut faults = Vec::new();
    if case.ad_hoc_tasks.len() >= MAX_TASKS {
        faults.push(FieldFault::new("", "too-many", "a case has at most 100 tasks of its own; delete some"));
    }
    check_texts(Some(&new.title), new.description.as_deref(), &new.checklist, &mut faults);
    if !faults.is_empty() {
        return Err(CaseRejection::Invalid(faults));
    }
    let task = AdHocTask {
        id: new.id.clone(),
        title: new.title.trim().to_owned(),
        description: kept(new.description.as_deref()),
        assignee: new.assignee.clone(),
        group: kept(new.group.as_deref()),
        due_at: new.due_at,
        checklist: new.checklist.clone(),
        state: AdHocTaskState::Open,
        created_at: at.into(),
        created_by: by.clone(),
        ended: None,
    };
    let mut draft = Draft::new(case, definition, by, at);
    let open = open_after(case, 1);
    draft.record(Fact::AdHocTaskAdded { task, open });
    Ok(draft.decided(true))
}

/// Changes an open task; who has it is a fact of its own, because somebody is told.
pub(crate) fn change_task(
    case: &Case,
    definition: &CaseDefinition,
    id: &str,
    patch: &TaskPatch,
    by: &Person,
    at: Timestamp,
) -> Decided {
    let task = open_task(case, id)?;
    let mut faults = Vec::new();
    let description = patch.description.as_ref().and_then(Option::as_deref);
    check_texts(patch.title.as_deref(), description, patch.checklist.as_deref().unwrap_or_default(), &mut faults);
    if !faults.is_empty() {
        return Err(CaseRejection::Invalid(faults));
    }
    let mut changed = task.clone();
    if let Some(title) = &patch.title {
        title.trim().clone_into(&mut changed.title);
    }
    if let Some(description) = &patch.description {
        changed.description = kept(description.as_deref());
    }
    if let Some(due_at) = patch.due_at {
        changed.due_at = due_at;
    }
    if let Some(items) = &patch.checklist {
        changed.checklist = items.iter().map(|item| with_its_tick(task, item)).collect();
    }
    let mut draft = Draft::new(case, definition, by, at);
    let open = open_after(case, 0);
    if changed != *task {
        draft.record(Fact::AdHocTaskChanged { task: changed.clone(), open });
    }
    let mut given = changed.clone();
    if let Some(assignee) = &patch.assignee {
        given.assignee.clone_from(assignee);
    }
    if let Some(group) = &patch.group {
        given.group = kept(group.as_deref());
    }
    if given != changed {
        draft.record(Fact::AdHocTaskAssigned { task: given, open });
    }
    Ok(draft.decided(()))
}

/// Takes a task that nobody has.
pub(crate) fn claim_task(case: &Case, definition: &CaseDefinition, id: &str, by: &Person, at: Timestamp) -> Decided {
    let task = open_task(case, id)?;
    match &task.assignee {
        Some(owner) if owner.id == by.id => Ok(Decision { events: Vec::new(), answer: () }),
        Some(_) => Err(CaseRejection::AlreadyAssigned),
        None => {
            let patch = TaskPatch { assignee: Some(Some(by.clone())), ..TaskPatch::default() };
            change_task(case, definition, id, &patch, by, at)
        }
    }
}

/// Ticks a line of the checklist, or takes the tick away.
pub(crate) fn tick_item(
    case: &Case,
    definition: &CaseDefinition,
    (id, item): (&str, &str),
    is_done: bool,
    by: &Person,
    at: Timestamp,
) -> Decided {
    let mut task = open_task(case, id)?.clone();
    let line = task.checklist.iter_mut().find(|line| line.id == item).ok_or(CaseRejection::TaskNotFound)?;
    if line.done.is_some() == is_done {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    line.done = is_done.then(|| Tick { by: by.clone(), at: at.into() });
    let (item, open) = (line.title.clone(), open_after(case, 0));
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(match is_done {
        true => Fact::AdHocTaskItemTicked { task, item, open },
        false => Fact::AdHocTaskItemUnticked { task, item, open },
    });
    Ok(draft.decided(()))
}

/// The task is done; one that is done already stays as it is.
pub(crate) fn complete_task(case: &Case, definition: &CaseDefinition, id: &str, by: &Person, at: Timestamp) -> Decided {
    if known_task(case, id)?.state == AdHocTaskState::Completed {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    let task = ended(open_task(case, id)?, AdHocTaskState::Completed, by, at);
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::AdHocTaskCompleted { task, open: open_after(case, -1) });
    Ok(draft.decided(()))
}

/// A task that ended is to be done after all.
pub(crate) fn reopen_task(case: &Case, definition: &CaseDefinition, id: &str, by: &Person, at: Timestamp) -> Decided {
    let task = known_task(case, id)?;
    if task.is_open() {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    takes_work(case)?;
    let task = AdHocTask { state: AdHocTaskState::Open, ended: None, ..task.clone() };
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::AdHocTaskReopened { task, open: open_after(case, 1) });
    Ok(draft.decided(()))
}

/// Deletes a task; that it was there stays on the timeline.
pub(crate) fn remove_task(case: &Case, definition: &CaseDefinition, id: &str, by: &Person, at: Timestamp) -> Decided {
    let task = known_task(case, id)?.clone();
    guard_unheld(case)?;
    let open = open_after(case, if task.is_open() { -1 } else { 0 });
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::AdHocTaskRemoved { task, open });
    Ok(draft.decided(()))
}

/// Ends all open tasks of the draft's case: with the case (cancelled), or because they go on in another one (moved).
pub(super) fn end_open_tasks(draft: &mut Draft<'_>, state: AdHocTaskState) {
    let open: Vec<AdHocTask> = draft.case.ad_hoc_tasks.iter().filter(|task| task.is_open()).cloned().collect();
    for task in open {
        let task = ended(&task, state, draft.by(), draft.at);
        let open = open_after(&draft.case, -1);
        draft.record(match state {
            AdHocTaskState::Moved => Fact::AdHocTaskMoved { task, open },
            _ => Fact::AdHocTaskCancelled { task, open },
        });
    }
}

fn ended(task: &AdHocTask, state: AdHocTaskState, by: &Person, at: Timestamp) -> AdHocTask {
    AdHocTask { state, ended: Some(Tick { by: by.clone(), at: at.into() }), ..task.clone() }
}

fn known_task<'a>(case: &'a Case, id: &str) -> Result<&'a AdHocTask, CaseRejection> {
    guard_unmerged(case)?;
    case.ad_hoc_task(id).ok_or(CaseRejection::TaskNotFound)
}

fn open_task<'a>(case: &'a Case, id: &str) -> Result<&'a AdHocTask, CaseRejection> {
    let task = known_task(case, id)?;
    if task.is_open() { Ok(task) } else { Err(CaseRejection::TaskNotOpen) }
}

/// Nobody works on a closed case.
fn takes_work(case: &Case) -> Result<(), CaseRejection> {
    if case.status.kind == StatusKind::Closed { Err(CaseRejection::Closed) } else { Ok(()) }
}

/// How many tasks are open when `change` more are.
fn open_after(case: &Case, change: isize) -> u32 {
    u32::try_from(case.open_task_count().saturating_add_signed(change)).unwrap_or(u32::MAX)
}

fn with_its_tick(task: &AdHocTask, item: &ChecklistItem) -> ChecklistItem {
    let known = task.checklist.iter().find(|known| known.id == item.id);
    ChecklistItem { done: known.and_then(|known| known.done.clone()), ..item.clone() }
}

fn kept(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn check_texts(
    title: Option<&str>,
    description: Option<&str>,
    checklist: &[ChecklistItem],
    faults: &mut Vec<FieldFault>,
) {
    if let Some(title) = title {
        check_title(title, "/title", faults);
    }
    if description.is_some_and(|text| text.chars().count() > MAX_DESCRIPTION) {
        faults.push(FieldFault::new("/description", "too-long", "a description is limited to 4,000 characters"));
    }
    if checklist.len() > MAX_ITEMS {
        faults.push(FieldFault::new("/checklist", "too-many", "a checklist has at most 50 lines"));
    }
    for (index, item) in checklist.iter().enumerate() {
        check_title(&item.title, &format!("/checklist/{index}/title"), faults);
    }
}

fn check_title(title: &str, pointer: &str, faults: &mut Vec<FieldFault>) {
    if title.trim().is_empty() {
        faults.push(FieldFault::new(pointer, "required", "a title is needed"));
    } else if title.chars().count() > MAX_TITLE {
        faults.push(FieldFault::new(pointer, "too-long", "at most 200 characters are allowed"));
    }
}
