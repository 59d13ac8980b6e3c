//! Random processes under random commands: nothing panics, replay and restart give the same state after every command, and
//! an instance that ended or was deleted leaves nothing behind.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_core::command::{DeleteInstance, FailExternalTask, Instruction, Modify, Skips, VariableTarget};
use casewright_engine_core::{Command, Id, NewVariable, Rejection};
use casewright_engine_value::{Instant, Value};
use smol_str::SmolStr;
use std::sync::Arc;
use support::World;
use support::blocks::{Dice, model};

const SEEDS: u64 = 500;
const COMMANDS: usize = 40;

#[test]
fn random_processes_survive_random_commands() {
    let seeds = match std::env::var("SEED") {
        Ok(seed) => {
            let seed: u64 = seed.parse().unwrap();
            seed..seed + 1
        }
        Err(_) => 0..SEEDS,
    };
    let mut ended = 0;
    let mut rejected = 0;
    for seed in seeds {
        let outcome = std::panic::catch_unwind(|| live(seed));
        let (has_ended, rejections) = outcome.unwrap_or_else(|_| panic!("SEED={seed} reproduces this"));
        ended += u64::from(has_ended);
        rejected += rejections;
    }
    eprintln!("{ended} instances ended by themselves, {rejected} commands were rejected");
}

/// Whether the instance ended by itself, and how many commands were rejected.
fn live(seed: u64) -> (bool, usize) {
    let mut world = World::new();
    let xml = model(seed);
    world.deploy(&xml);
    let mut dice = Dice::new(seed.wrapping_add(77));
    let mut rejections = 0;
    let n = Value::Integer(i32::try_from(dice.below(4)).unwrap());
    let given = vec![NewVariable::new("n", n), NewVariable::new("flag", Value::Boolean(false))];
    if let Err(rejection) = world.start("main", given) {
        assert_expected(&rejection, &xml);
        return (false, 1);
    }
    for _ in 0..COMMANDS {
        if world.state.is_ended() {
            world.assert_replay();
            return (true, rejections);
        }
        let Some(command) = pick(&mut world, &mut dice) else {
            continue;
        };
        if let Err(rejection) = world.execute(command) {
            assert_expected(&rejection, &xml);
            rejections += 1;
        }
    }
    world.assert_replay();
    if !world.state.is_ended() {
        let delete = DeleteInstance {
            instance: Id::ROOT,
            reason: Some(Arc::from("enough")),
            skips: Skips::default(),
            skip_called: false,
        };
        world.execute(Command::Delete(delete)).unwrap();
        assert!(world.state.is_ended());
        world.assert_replay();
    }
    (false, rejections)
}

/// Rejections that a random caller deserves.
fn assert_expected(rejection: &Rejection, xml: &str) {
    let is_expected = matches!(rejection, Rejection::Suspended(_) | Rejection::NotValid(_) | Rejection::BadRequest(_))
        || matches!(rejection, Rejection::Engine(text)
        if text.contains("ambiguous")
            || text.contains("without a wait state")
            || text.contains("no start event to begin at")
            || text.contains("Concurrent instantiation")
            || text.contains("accept signals")
            || text.contains("outgoing sequence flow")
            || text.contains("compensation boundary event"));
    assert!(is_expected, "{rejection:?}\n{xml}");
}

fn pick(world: &mut World, dice: &mut Dice) -> Option<Command> {
    match dice.below(24) {
        0 => Some(set_variable(dice)),
        1 => {
            world.now = Instant(world.now.0 + 61_000);
            None
        }
        2 => Some(Command::Suspend { instance: Id::ROOT }),
        3 | 4 => Some(Command::Activate { instance: Id::ROOT }),
        5 => start_somewhere(world, dice),
        6 => cancel_something(world, dice),
        7..=12 => any(world.state.tasks(), dice).map(|task| {
            let task = task.id;
            match dice.below(8) {
                0 => Command::TaskError {
                    task,
                    code: SmolStr::new_static("broken"),
                    message: None,
                    variables: Vec::new(),
                },
                1 => Command::ClaimTask { task, user: None },
                _ => Command::CompleteTask { task, variables: vec![NewVariable::new("done", Value::Boolean(true))] },
            }
        }),
        13..=15 => work(world, dice),
        16..=19 => any(world.state.jobs(), dice).map(|job| Command::ExecuteJob { job: job.id }),
        _ => any(world.state.subscriptions().filter(|subscription| subscription.name.is_some()), dice).map(
            |subscription| Command::TriggerSubscription {
                subscription: subscription.id,
                variables: Vec::new(),
                local_variables: Vec::new(),
                to_triggered_scope: Vec::new(),
            },
        ),
    }
}

fn any<'w, T: 'w>(items: impl Iterator<Item = &'w T>, dice: &mut Dice) -> Option<&'w T> {
    let items: Vec<&T> = items.collect();
    if items.is_empty() {
        return None;
    }
    Some(items[dice.below(items.len())])
}

fn set_variable(dice: &mut Dice) -> Command {
    let variable = if dice.one_in(2) {
        NewVariable::new("flag", Value::Boolean(dice.one_in(2)))
    } else {
        NewVariable::new("n", Value::Integer(i32::try_from(dice.below(4)).unwrap()))
    };
    Command::SetVariables {
        target: VariableTarget::Execution(Id::ROOT),
        variables: vec![variable],
        deletions: Vec::new(),
    }
}

fn work(world: &mut World, dice: &mut Dice) -> Option<Command> {
    let task = any(world.state.external_tasks(), dice)?.id;
    let worker = SmolStr::new_static("w");
    let lock = Command::LockExternalTask { task, worker: worker.clone(), duration_ms: 1000 };
    world.execute(lock).unwrap();
    Some(match dice.below(6) {
        0 => Command::ExternalTaskError {
            task,
            worker,
            code: SmolStr::new_static("broken"),
            message: None,
            variables: Vec::new(),
        },
        1 => Command::FailExternalTask(FailExternalTask {
            task,
            worker,
            message: Some(Arc::from("down")),
            details: None,
            retries: i32::try_from(dice.below(2)).unwrap(),
            retry_timeout_ms: 0,
            variables: Vec::new(),
            local_variables: Vec::new(),
        }),
        _ => Command::CompleteExternalTask { task, worker, variables: Vec::new(), local_variables: Vec::new() },
    })
}

fn modify(instruction: Instruction) -> Command {
    Command::Modify(Modify {
        instance: Id::ROOT,
        instructions: vec![instruction],
        skips: Skips::default(),
        annotation: None,
    })
}

fn start_somewhere(world: &World, dice: &mut Dice) -> Option<Command> {
    let graph = world.graph("main");
    let node = any(graph.process.nodes.iter(), dice)?;
    let is_startable = node.id.starts_with('a') || node.id.starts_with("user") || node.id.starts_with("event");
    is_startable
        .then(|| modify(Instruction::StartBefore { activity: node.id.clone(), ancestor: None, variables: Vec::new() }))
}

fn cancel_something(world: &World, dice: &mut Dice) -> Option<Command> {
    let elements =
        world.state.elements().filter(|element| element.activity.place.instance == Id::ROOT && element.scope.is_some());
    any(elements, dice).map(|element| modify(Instruction::Cancel { element: element.id }))
}
