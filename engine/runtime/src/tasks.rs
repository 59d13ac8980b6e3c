//! What people do with tasks, whether these belong to a process or stand alone.
//!
//! Both kinds take the core's commands. A task of a process is its instance's affair; a task without one is an aggregate of
//! its own. The rules are the core's for both ([`TaskAction`]).

use crate::base::Base;
use crate::instances::Instances;
use crate::{Caller, EngineError, EngineResult, Submission, What};
use casewright_engine_core::command::{NewVariable, TaskUpdate};
use casewright_engine_core::entity::DelegationState;
use casewright_engine_core::ids::{Id, parse};
use casewright_engine_core::rejection::WrongRequest;
use casewright_engine_core::task::{Taken, TaskAction};
use casewright_engine_core::{Answer, Command, Rejection};
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::{InstanceAggregate, StandaloneEvent, StandaloneTask, TaskEnd, TaskVariable};
use casewright_engine_views::{self as views, entity_id};
use casewright_journal::{DecideContext, Decision};
use serde_json::{Map, Value as Json};
use smol_str::SmolStr;
use std::sync::Arc;

/// What a task id stands for.
#[derive(Clone, Debug)]
pub enum TaskRef {
    Process(Id),
    Standalone(Arc<StandaloneTask>),
    None,
}

/// A task without a process that is to be made.
#[derive(Clone, Debug)]
pub struct NewTask {
    pub id: SmolStr,
    pub tenant_id: Option<SmolStr>,
    pub fields: TaskUpdate,
}

/// Tasks of people, wherever they live.
pub struct Tasks {
    base: Base,
    instances: Arc<Instances>,
}

impl Tasks {
    pub(crate) fn new(base: Base, instances: Arc<Instances>) -> Self {
        Self { base, instances }
    }

    /// Finds out where a task lives. Asks the aggregates, not the views: nobody waits for these to be written.
    pub async fn find(&self, id: &str) -> EngineResult<TaskRef> {
        if let Some((root, task)) = parse(id) {
            let loaded = self.base.journal.load::<InstanceAggregate>(&root.root()).await?;
            if loaded.is_some_and(|(instance, _)| instance.state.task(task).is_some()) {
                return Ok(TaskRef::Process(task));
            }
        }
        let loaded = self.base.journal.load::<StandaloneTask>(id).await?;
        Ok(loaded.filter(|(task, _)| task.exists).map_or(TaskRef::None, |(task, _)| TaskRef::Standalone(task)))
    }

    /// Does to a task what a command for tasks says; its answer where the task belongs to a process.
    ///
    /// # Errors
    /// There is no such task; what the core refuses.
    pub async fn act(
        &self,
        caller: &Caller,
        id: &str,
        command: impl FnOnce(Id) -> Command,
    ) -> EngineResult<Option<Answer>> {
        match self.find(id).await? {
            TaskRef::None => Err(EngineError::not_found(What::Task, id)),
            TaskRef::Process(task) => self.step_task(caller, id, command(task), Submission::default()).await.map(Some),
            TaskRef::Standalone(_) => {
                let command = command(Id::ROOT);
                self.change_standalone(caller, id, move |task, _| {
                    let mut after = task.clone();
                    follow(&mut after, &command)?;
                    if after == *task {
                        return Ok(Vec::new());
                    }
                    Ok(vec![StandaloneEvent::TaskChanged { before: task.clone(), task: after }])
                })
                .await?;
                Ok(None)
            }
        }
    }

    /// Completes a task with variables; `form` says what history keeps of the form it was done by. The answer is that of the
    /// process, where the task belongs to one.
    ///
    /// # Errors
    /// There is no such task; what the core refuses.
    pub async fn complete(
        &self,
        caller: &Caller,
        id: &str,
        found: TaskRef,
        variables: Vec<NewVariable>,
        form: Submission,
    ) -> EngineResult<Option<Answer>> {
        match found {
            TaskRef::None => Err(EngineError::not_found(What::Task, id)),
            TaskRef::Standalone(_) => {
                if !variables.is_empty() {
                    self.set_variables(caller, id, variables, Vec::new()).await?;
                }
                self.end_standalone(caller, id, TaskEnd::Completed, "completed").await?;
                Ok(None)
            }
            TaskRef::Process(task) => {
                // A form gives a delegated task back to its owner.
                let is_returned = form.task.is_some() && self.is_delegated(id, task).await?;
                let command = if is_returned {
                    Command::ResolveTask { task, variables }
                } else {
                    Command::CompleteTask { task, variables }
                };
                self.step_task(caller, id, command, form).await.map(Some)
            }
        }
    }

    /// Completes a task of a process for somebody, in one step: theirs first when nobody has it. `seen` is who had it when they
    /// looked; `data` is what it is completed with, as other rooms are told.
    ///
    /// # Errors
    /// There is no such task in a process; somebody else has taken it since; what the core refuses.
    pub async fn submit(
        &self,
        caller: &Caller,
        id: &str,
        (by, seen): (SmolStr, Option<SmolStr>),
        (variables, data): (Vec<NewVariable>, Map<String, Json>),
    ) -> EngineResult<()> {
        let TaskRef::Process(task) = self.find(id).await? else {
            return Err(EngineError::not_found(What::Task, id));
        };
        let command = Command::SubmitTask { task, by, seen, variables };
        self.step_task(caller, id, command, Submission::of_task(task, data)).await.map(drop)
    }

    /// Throws an error or an escalation in a task of a process.
    ///
    /// # Errors
    /// There is no such task in a process; what the core refuses.
    pub async fn throw(&self, caller: &Caller, id: &str, command: impl FnOnce(Id) -> Command) -> EngineResult<()> {
        let TaskRef::Process(task) = self.find(id).await? else {
            return Err(EngineError::not_found(What::Task, id));
        };
        self.step_task(caller, id, command(task), Submission::default()).await.map(drop)
    }

    /// Makes a task without a process.
    ///
    /// # Errors
    /// There is one of this id; its parent is suspended or is none.
    pub async fn create(&self, caller: &Caller, new: NewTask) -> EngineResult<()> {
        if let Some(parent) = new.fields.parent_task.clone().flatten() {
            self.ensure_parent(&parent).await?;
        }
        let id = new.id.clone();
        self.change_standalone(caller, &id, move |task, now| {
            if task.exists {
                return Err(EngineError::Exists { what: What::Task, id: new.id.clone() });
            }
            let mut task = StandaloneTask {
                exists: true,
                id: new.id.clone(),
                created: now,
                tenant_id: new.tenant_id.clone(),
                ..StandaloneTask::default()
            };
            task.fields().update(&new.fields);
            Ok(vec![StandaloneEvent::TaskCreated { task }])
        })
        .await
    }

    async fn ensure_parent(&self, parent: &SmolStr) -> EngineResult<()> {
        let row = self.base.journal.get(views::TASK, parent).await?;
        if !self.instances.suspended_among(row.as_slice()).await?.is_empty() {
            return Err(EngineError::Suspended { what: What::ParentTask, id: parent.clone() });
        }
        match self.find(parent).await? {
            TaskRef::None => Err(EngineError::not_found(What::ParentTask, parent)),
            TaskRef::Process(_) | TaskRef::Standalone(_) => Ok(()),
        }
    }

    /// Deletes a task without a process; an unknown one is deleted already.
    ///
    /// # Errors
    /// It belongs to a process.
    pub async fn delete(&self, caller: &Caller, id: &str) -> EngineResult<()> {
        match self.find(id).await? {
            TaskRef::None => Ok(()),
            TaskRef::Process(_) => Err(EngineError::PartOfProcess { id: id.into() }),
            TaskRef::Standalone(_) => self.end_standalone(caller, id, TaskEnd::Deleted, "deleted").await,
        }
    }

    /// Sets and removes variables of a task without a process.
    pub async fn set_variables(
        &self,
        caller: &Caller,
        id: &str,
        variables: Vec<NewVariable>,
        deletions: Vec<SmolStr>,
    ) -> EngineResult<()> {
        let task_id = SmolStr::new(id);
        self.change_standalone(caller, id, move |task, now| {
            let removed = deletions.iter().filter_map(|name| {
                let variable = task.variables.get(name)?.clone();
                Some(StandaloneEvent::TaskVariableRemoved { name: name.clone(), variable })
            });
            let set = variables.iter().map(|given| StandaloneEvent::TaskVariableSet {
                name: given.name.clone(),
                variable: variable(&task_id, task.variables.get(&given.name), given, now),
                tenant_id: task.tenant_id.clone(),
            });
            let mut events: Vec<StandaloneEvent> = removed.chain(set).collect();
            if !events.is_empty() {
                // The time of the change is set where it is stored.
                events.insert(0, StandaloneEvent::TaskChanged { before: task.clone(), task: task.clone() });
            }
            Ok(events)
        })
        .await
    }

    async fn step_task(&self, caller: &Caller, id: &str, command: Command, form: Submission) -> EngineResult<Answer> {
        match self.instances.step_submitted(id, caller, command, form).await {
            Ok(stepped) => Ok(stepped.answer),
            Err(error) if error.is_missing() => Err(EngineError::not_found(What::Task, id)),
            Err(error) => Err(error),
        }
    }

    async fn is_delegated(&self, id: &str, task: Id) -> EngineResult<bool> {
        let state = self.instances.state_of(id).await?;
        let task = state.as_ref().and_then(|state| state.task(task));
        Ok(task.is_some_and(|task| task.delegation == Some(DelegationState::Pending)))
    }

    async fn end_standalone(&self, caller: &Caller, id: &str, end: TaskEnd, reason: &'static str) -> EngineResult<()> {
        self.change_standalone(caller, id, move |task, _| {
            if !task.exists {
                return Ok(Vec::new());
            }
            Ok(vec![StandaloneEvent::TaskEnded { task: task.clone(), end, reason: reason.to_owned() }])
        })
        .await
    }

    async fn change_standalone(
        &self,
        caller: &Caller,
        id: &str,
        decide: impl Fn(&StandaloneTask, Instant) -> EngineResult<Vec<StandaloneEvent>> + Send + 'static,
    ) -> EngineResult<()> {
        let decide = move |task: &StandaloneTask, context: &DecideContext| {
            let now = Instant(context.at.as_millisecond());
            let mut events = decide(task, now)?;
            for event in &mut events {
                if let StandaloneEvent::TaskChanged { task, .. } = event {
                    task.updated = Some(now);
                }
            }
            Ok(Decision { events, answer: () })
        };
        self.base.journal.execute::<StandaloneTask, _, EngineError, _>(id, caller.context(), decide).await?;
        Ok(())
    }
}

fn variable(task: &str, known: Option<&TaskVariable>, given: &NewVariable, now: Instant) -> TaskVariable {
    TaskVariable {
        id: known.map_or_else(|| entity_id(&[task, "variable", &given.name]).into(), |known| known.id.clone()),
        value: given.value.clone(),
        revision: known.map_or(0, |known| known.revision + 1),
        created: known.map_or(now, |known| known.created),
    }
}

/// What a command for tasks makes of a task without a process.
fn follow(task: &mut StandaloneTask, command: &Command) -> Result<(), Rejection> {
    let Some(action) = TaskAction::of(command) else {
        return Err(WrongRequest::NotOfTasksAlone.into());
    };
    let done = action.apply(task.fields());
    done.map_err(|Taken { assignee }| Rejection::AlreadyClaimed { task: task.id.clone(), assignee })
}
