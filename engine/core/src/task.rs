//! What people do with a task short of completing it: one set of rules, whether the task belongs to a process or to none.
//!
//! A rule sees nothing but the fields of the task. Whether there is such a task, whether it may be touched and who is told
//! of the change is decided by who keeps it.

use crate::Command;
use crate::command::TaskUpdate;
use crate::entity::{DelegationState, IdentityLink, UserTask};
use casewright_engine_value::Instant;
use smol_str::SmolStr;
use std::sync::Arc;

/// The fields of a task that people change.
pub struct TaskFields<'a> {
    pub name: &'a mut Option<Arc<str>>,
    pub description: &'a mut Option<Arc<str>>,
    pub assignee: &'a mut Option<SmolStr>,
    pub owner: &'a mut Option<SmolStr>,
    pub delegation: &'a mut Option<DelegationState>,
    pub priority: &'a mut i32,
    pub due: &'a mut Option<Instant>,
    pub follow_up: &'a mut Option<Instant>,
    pub parent_task: &'a mut Option<SmolStr>,
    pub case_instance_id: &'a mut Option<SmolStr>,
    pub links: &'a mut Vec<IdentityLink>,
}

impl UserTask {
    /// What people may change of it.
    pub fn fields(&mut self) -> TaskFields<'_> {
        TaskFields {
            name: &mut self.name,
            description: &mut self.description,
            assignee: &mut self.assignee,
            owner: &mut self.owner,
            delegation: &mut self.delegation,
            priority: &mut self.priority,
            due: &mut self.due,
            follow_up: &mut self.follow_up,
            parent_task: &mut self.parent_task,
            case_instance_id: &mut self.case_instance_id,
            links: &mut self.links,
        }
    }
}

/// What somebody does with a task.
#[derive(Clone, Copy, Debug)]
pub enum TaskAction<'a> {
    /// Takes it, unless somebody else has it; for nobody, gives it back.
    Claim(Option<&'a SmolStr>),
    /// Takes it where nobody has it, and leaves it with who had it when it was looked at.
    TakeUnlessTaken { by: &'a SmolStr, seen: Option<&'a SmolStr> },
    /// Gives it to somebody, whoever has it.
    Assign(Option<&'a SmolStr>),
    /// Has somebody else do the work. The assignee stays the owner meanwhile.
    Delegate(Option<&'a SmolStr>),
    /// Gives a delegated task back to its owner.
    Resolve,
    /// Sets fields.
    Update(&'a TaskUpdate),
    /// Adds a link; of type `assignee` or `owner` it sets that field.
    AddLink(&'a IdentityLink),
    /// Removes a link; of type `assignee` or `owner` it clears that field.
    RemoveLink(&'a IdentityLink),
}

/// The task is somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub assignee: SmolStr,
}

impl<'a> TaskAction<'a> {
    /// What a command does with a task; none when it does something else.
    #[must_use]
    pub fn of(command: &'a Command) -> Option<Self> {
        Some(match command {
            Command::ClaimTask { user, .. } => Self::Claim(user.as_ref()),
            Command::AssignTask { user, .. } => Self::Assign(user.as_ref()),
            Command::DelegateTask { user, .. } => Self::Delegate(user.as_ref()),
            Command::ResolveTask { .. } => Self::Resolve,
            Command::UpdateTask { update, .. } => Self::Update(update),
            Command::AddTaskLink { link, .. } => Self::AddLink(link),
            Command::RemoveTaskLink { link, .. } => Self::RemoveLink(link),
            _ => return None,
        })
    }

    /// Changes the task as the rule says. What is refused has changed nothing.
    ///
    /// # Errors
    /// Another than who claims the task has it.
    pub fn apply(self, task: TaskFields<'_>) -> Result<(), Taken> {
        match self {
            Self::Claim(user) => claim(task, user)?,
            Self::TakeUnlessTaken { by, seen } => match task.assignee.as_ref() {
                Some(assignee) if assignee != by && Some(assignee) != seen => {
                    return Err(Taken { assignee: assignee.clone() });
                }
                Some(_) => {}
                None => *task.assignee = Some(by.clone()),
            },
            Self::Assign(user) => *task.assignee = user.cloned(),
            Self::Delegate(user) => delegate(task, user),
            Self::Resolve => {
                *task.delegation = Some(DelegationState::Resolved);
                task.assignee.clone_from(task.owner);
            }
            Self::Update(update) => task.update(update),
            Self::AddLink(link) => add_link(task, link),
            Self::RemoveLink(link) => remove_link(task, link),
        }
        Ok(())
    }
}

fn claim(task: TaskFields<'_>, user: Option<&SmolStr>) -> Result<(), Taken> {
    if let (Some(user), Some(assignee)) = (user, task.assignee.as_ref())
        && user != assignee
    {
        return Err(Taken { assignee: assignee.clone() });
    }
    *task.assignee = user.cloned();
    Ok(())
}

fn delegate(task: TaskFields<'_>, user: Option<&SmolStr>) {
    *task.delegation = Some(DelegationState::Pending);
    if task.owner.is_none() {
        *task.owner = task.assignee.take();
    }
    *task.assignee = user.cloned();
}

fn add_link(task: TaskFields<'_>, link: &IdentityLink) {
    match link.kind.as_str() {
        "assignee" => task.assignee.clone_from(&link.user),
        "owner" => task.owner.clone_from(&link.user),
        _ if task.links.contains(link) => {}
        _ => task.links.push(link.clone()),
    }
}

fn remove_link(task: TaskFields<'_>, link: &IdentityLink) {
    match link.kind.as_str() {
        "assignee" => *task.assignee = None,
        "owner" => *task.owner = None,
        _ => task.links.retain(|known| known != link),
    }
}

impl TaskFields<'_> {
    /// Sets the fields that an update names.
    pub fn update(self, update: &TaskUpdate) {
        let TaskUpdate {
            name,
            description,
            assignee,
            owner,
            delegation,
            priority,
            due,
            follow_up,
            parent_task,
            case_instance_id,
        } = update;
        set(self.name, name);
        set(self.description, description);
        set(self.assignee, assignee);
        set(self.owner, owner);
        set(self.delegation, delegation);
        set(self.priority, priority);
        set(self.due, due);
        set(self.follow_up, follow_up);
        set(self.parent_task, parent_task);
        set(self.case_instance_id, case_instance_id);
    }
}

fn set<T: Clone>(field: &mut T, value: &Option<T>) {
    if let Some(value) = value {
        field.clone_from(value);
    }
}
