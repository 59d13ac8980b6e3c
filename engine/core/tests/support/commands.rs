//! Random commands that a caller may send to the instance as it is: mostly work being done, sometimes an operator's hand.

use super::World;
use super::blocks::Dice;
use casewright_engine_core::command::{
    DeleteInstance, FailExternalTask, Instruction, Migrate, Modify, Skips, TaskUpdate, VariableTarget,
};
use casewright_engine_core::entity::{IdentityLink, SubscriptionKind};
use casewright_engine_core::migration::{Plan, generate};
use casewright_engine_core::{Command, Id, NewVariable};
use casewright_engine_value::{Instant, Value};
use smol_str::SmolStr;
use std::sync::Arc;

const WORKER: SmolStr = SmolStr::new_static("w");
const CODES: [&str; 4] = ["broken", "other", "late", "unheard"];

/// None where there is nothing of the kind that was drawn.
pub(crate) fn pick(world: &mut World, dice: &mut Dice) -> Option<Command> {
    match dice.below(32) {
        0 | 1 => Some(set_variables(world, dice)),
        2 => {
            world.now = Instant(world.now.0 + if dice.one_in(8) { 86_400_000 } else { 61_000 });
            None
        }
        3 => suspend(world, dice),
        4 | 5 => Some(activate(world, dice)),
        6 => modify(world, dice),
        7 => migrate(world, dice),
        8 => incident(world, dice),
        9 => operate_job(world, dice),
        10 => operate_task(world, dice),
        11 => operate_external_task(world, dice),
        12 if dice.one_in(4) => delete(world, dice),
        12 => begin(world, dice),
        13..=19 => person(world, dice),
        20..=23 => work(world, dice),
        24..=27 => any(world.state.jobs(), dice).map(|job| Command::ExecuteJob { job: job.id }),
        _ => event(world, dice),
    }
}

/// Brings the instance forward, as people, workers, time and other systems would: none when it waits for nothing.
pub(crate) fn advance(world: &mut World, dice: &mut Dice) -> Option<Command> {
    if world.state.instances().any(|instance| instance.suspended) {
        return Some(activate(world, dice));
    }
    match dice.below(5) {
        4 => begin(world, dice),
        0 => any(world.state.jobs().filter(|job| job.retries > 0), dice).map(|job| Command::ExecuteJob { job: job.id }),
        1 => any(world.state.tasks(), dice).map(|task| Command::CompleteTask {
            task: task.id,
            variables: vec![NewVariable::new("flag", true.into_value())],
        }),
        2 => {
            let task = any(world.state.external_tasks(), dice)?.id;
            lock(world, task).then(|| Command::CompleteExternalTask {
                task,
                worker: WORKER,
                variables: Vec::new(),
                local_variables: Vec::new(),
            })
        }
        _ => event(world, dice),
    }
}

trait IntoValue {
    fn into_value(self) -> Value;
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Boolean(self)
    }
}

impl IntoValue for usize {
    fn into_value(self) -> Value {
        Value::Integer(i32::try_from(self).unwrap())
    }
}

fn any<'w, T: 'w>(items: impl Iterator<Item = &'w T>, dice: &mut Dice) -> Option<&'w T> {
    let items: Vec<&T> = items.collect();
    if items.is_empty() {
        return None;
    }
    Some(items[dice.below(items.len())])
}

fn code(dice: &mut Dice) -> SmolStr {
    SmolStr::new(dice.any(&CODES))
}

fn variable(dice: &mut Dice) -> NewVariable {
    match dice.below(5) {
        0 | 1 => NewVariable::new("flag", dice.one_in(2).into_value()),
        2 | 3 => NewVariable::new("n", dice.below(4).into_value()),
        _ => {
            let items = (0..dice.below(3)).map(IntoValue::into_value).collect();
            NewVariable::new("list", Value::List(Arc::new(items)))
        }
    }
}

fn some_variables(dice: &mut Dice) -> Vec<NewVariable> {
    if dice.one_in(3) { vec![variable(dice)] } else { Vec::new() }
}

/// Something in an ad-hoc subprocess.
fn begin(world: &World, dice: &mut Dice) -> Option<Command> {
    let open: Vec<(Id, Vec<SmolStr>)> = world
        .state
        .elements()
        .filter_map(|element| {
            let graph = world.definition(&element.activity.place.definition.id);
            graph.ad_hoc(element.position)?;
            let inside = graph.startable_in(element.node()?);
            Some((element.id, inside.map(|node| graph.node(node).id.clone()).collect()))
        })
        .collect();
    let (element, inside) = open.get(dice.below(open.len()))?;
    let activities = vec![inside.get(dice.below(inside.len()))?.clone()];
    Some(Command::StartAdHocActivities { element: *element, activities, variables: some_variables(dice) })
}

fn set_variables(world: &World, dice: &mut Dice) -> Command {
    let execution = any(world.state.elements(), dice).map_or(Id::ROOT, |element| element.activity.place.execution);
    let task = any(world.state.tasks(), dice).map(|task| task.id);
    let target = match (dice.below(6), task) {
        (0, _) => VariableTarget::ExecutionLocal(execution),
        (1, _) => VariableTarget::Execution(execution),
        (2, Some(task)) => VariableTarget::TaskLocal(task),
        (3, Some(task)) => VariableTarget::Task(task),
        _ => VariableTarget::Execution(Id::ROOT),
    };
    // What the model cannot do without is only taken away where it is given back.
    let deletions = if dice.one_in(8) { vec![SmolStr::new_static("seen")] } else { Vec::new() };
    Command::SetVariables { target, variables: vec![variable(dice)], deletions }
}

fn suspend(world: &World, dice: &mut Dice) -> Option<Command> {
    any(world.state.instances(), dice).map(|instance| Command::Suspend { instance: instance.id })
}

fn activate(world: &World, dice: &mut Dice) -> Command {
    let suspended = any(world.state.instances().filter(|instance| instance.suspended), dice);
    Command::Activate { instance: suspended.map_or(Id::ROOT, |instance| instance.id) }
}

fn delete(world: &World, dice: &mut Dice) -> Option<Command> {
    any(world.state.instances().filter(|instance| instance.id != Id::ROOT), dice).map(|called| {
        Command::Delete(DeleteInstance {
            instance: called.id,
            reason: Some(Arc::from("not wanted")),
            skips: skips(dice),
            skip_called: false,
        })
    })
}

fn skips(dice: &mut Dice) -> Skips {
    Skips { listeners: dice.one_in(4), io_mappings: dice.one_in(4) }
}

fn person(world: &World, dice: &mut Dice) -> Option<Command> {
    let task = any(world.state.tasks(), dice)?.id;
    Some(match dice.below(10) {
        0 => Command::TaskError { task, code: code(dice), message: None, variables: some_variables(dice) },
        1 => Command::TaskEscalation { task, code: code(dice), variables: some_variables(dice) },
        2 => Command::ResolveTask { task, variables: some_variables(dice) },
        _ => Command::CompleteTask { task, variables: some_variables(dice) },
    })
}

fn operate_task(world: &World, dice: &mut Dice) -> Option<Command> {
    let task = any(world.state.tasks(), dice)?.id;
    let user = if dice.one_in(2) { Some(SmolStr::new_static("john")) } else { None };
    let link = IdentityLink { user: None, group: Some("sales".into()), kind: "candidate".into() };
    Some(match dice.below(6) {
        0 => Command::ClaimTask { task, user },
        1 => Command::AssignTask { task, user },
        2 => Command::DelegateTask { task, user },
        3 => Command::AddTaskLink { task, link },
        4 => Command::RemoveTaskLink { task, link },
        _ => {
            let update = TaskUpdate {
                priority: Some(7),
                due: Some(Some(world.now)),
                assignee: Some(user),
                ..TaskUpdate::default()
            };
            Command::UpdateTask { task, update }
        }
    })
}

/// Whether the worker has it now.
fn lock(world: &mut World, task: Id) -> bool {
    world.execute(Command::LockExternalTask { task, worker: WORKER, duration_ms: 1000 }).is_ok()
}

fn work(world: &mut World, dice: &mut Dice) -> Option<Command> {
    let task = any(world.state.external_tasks(), dice)?.id;
    if !lock(world, task) {
        return None;
    }
    let (variables, local_variables) = (some_variables(dice), some_variables(dice));
    Some(match dice.below(7) {
        0 => Command::ExternalTaskError { task, worker: WORKER, code: code(dice), message: None, variables },
        1 => Command::FailExternalTask(FailExternalTask {
            task,
            worker: WORKER,
            message: Some(Arc::from("down")),
            details: None,
            retries: i32::try_from(dice.below(2)).unwrap(),
            retry_timeout_ms: 0,
            variables,
            local_variables,
        }),
        _ => Command::CompleteExternalTask { task, worker: WORKER, variables, local_variables },
    })
}

fn operate_external_task(world: &World, dice: &mut Dice) -> Option<Command> {
    let task = any(world.state.external_tasks(), dice)?.id;
    Some(match dice.below(5) {
        0 => Command::UnlockExternalTask { task },
        1 => Command::ExtendExternalTaskLock { task, worker: WORKER, duration_ms: 5000 },
        2 => Command::SetExternalTaskPriority { task, priority: 9 },
        3 => Command::LockExternalTasks { tasks: vec![task], worker: WORKER, until: vec![Instant(world.now.0 + 10)] },
        _ => Command::SetExternalTaskRetries { task, retries: i32::try_from(dice.below(3)).unwrap() },
    })
}

fn operate_job(world: &World, dice: &mut Dice) -> Option<Command> {
    let job = any(world.state.jobs(), dice)?.id;
    Some(match dice.below(7) {
        0 => Command::SetJobRetries { job, retries: i32::try_from(dice.below(3)).unwrap(), due: None },
        1 => Command::SetJobDueDate { job, due: Some(world.now), cascade: dice.one_in(2) },
        2 => Command::RecalculateJobDueDate { job, creation_date_based: dice.one_in(2) },
        3 => Command::SetJobPriority { job, priority: 3 },
        4 => Command::SetJobSuspended { job, suspended: true },
        5 if dice.one_in(3) => Command::DeleteJob { job },
        _ => Command::SetJobSuspended { job, suspended: false },
    })
}

fn incident(world: &World, dice: &mut Dice) -> Option<Command> {
    if let Some(incident) = any(world.state.incidents(), dice).filter(|_| dice.one_in(2)) {
        let incident = incident.id;
        return Some(if dice.one_in(2) {
            Command::ResolveIncident { incident }
        } else {
            Command::AnnotateIncident { incident, annotation: Some(Arc::from("seen")) }
        });
    }
    let execution = any(world.state.elements(), dice)?.activity.place.execution;
    Some(Command::CreateIncident { execution, kind: "custom".into(), configuration: None, message: None })
}

fn event(world: &World, dice: &mut Dice) -> Option<Command> {
    let named = world.state.subscriptions().filter(|subscription| subscription.name.is_some());
    let subscription = any(named, dice)?;
    let execution = subscription.place.execution;
    let kind = subscription.kind;
    Some(match dice.below(8) {
        0 => Command::SignalExecution { execution, signal: None, variables: some_variables(dice) },
        1 if matches!(kind, SubscriptionKind::Message | SubscriptionKind::Signal) => {
            let name = subscription.name.clone();
            Command::TriggerExecution { execution, kind, name, variables: some_variables(dice) }
        }
        _ => Command::TriggerSubscription {
            subscription: subscription.id,
            variables: some_variables(dice),
            local_variables: some_variables(dice),
            to_triggered_scope: some_variables(dice),
        },
    })
}

fn modify(world: &World, dice: &mut Dice) -> Option<Command> {
    let instance = any(world.state.instances(), dice)?;
    let mut instructions = Vec::new();
    for _ in 0..=dice.below(2) {
        instructions.extend(instruction(world, dice, instance.id));
    }
    (!instructions.is_empty())
        .then(|| Command::Modify(Modify { instance: instance.id, instructions, skips: skips(dice), annotation: None }))
}

fn instruction(world: &World, dice: &mut Dice, instance: Id) -> Option<Instruction> {
    let definition = &world.state.instance(instance)?.definition.id;
    let graph = world.definition(definition);
    let inside = world.state.elements().filter(|e| e.activity.place.instance == instance && e.scope.is_some());
    let element = any(inside, dice).map(|element| (element.id, element.activity.place.activity_id.clone()));
    let activity = any(graph.process.nodes.iter(), dice)?.id.clone();
    let ancestor = if dice.one_in(3) { element.as_ref().map(|(id, _)| *id) } else { None };
    let variables = some_variables(dice);
    Some(match (dice.below(8), element) {
        (0 | 1, Some((element, _))) => Instruction::Cancel { element },
        (2, Some((element, _))) => Instruction::CancelTransition { element },
        (3, Some((_, activity))) => Instruction::CancelAll { activity },
        (4, _) => Instruction::StartAfter { activity, ancestor, variables },
        (5, _) => {
            let transition = any(graph.process.flows.iter(), dice)?.id.clone();
            Instruction::StartTransition { transition, ancestor, variables }
        }
        _ => Instruction::StartBefore { activity, ancestor, variables },
    })
}

/// To the other of two versions with the same shape.
fn migrate(world: &World, dice: &mut Dice) -> Option<Command> {
    let instance = any(world.state.instances(), dice)?;
    let source = &instance.definition.id;
    let (key, version) = source.split_once(':')?;
    let target = SmolStr::from(format!("{key}:{}", if version == "1" { 2 } else { 1 }));
    let activities = generate(&world.definition(source), &world.definition(&target), dice.one_in(2));
    let plan = Plan { source: source.clone(), target, activities, variables: Vec::new() };
    Some(Command::Migrate(Migrate { instance: instance.id, plan, skips: skips(dice) }))
}
