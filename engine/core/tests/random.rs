//! Random processes under random commands: nothing panics; replay, a restart between every two commands, and the tail after
//! a snapshot give the same state; what is alive belongs to something alive; an instance that ended leaves nothing behind.
//!
//! `CASEWRIGHT_RANDOM_COUNT=10000` runs more than the few that every test run does, `CASEWRIGHT_RANDOM_SEED=7` one of them,
//! both together as many from there on. The digest at the end is over all events and rejections: a change that should not
//! change what the engine does keeps it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_core::command::{DeleteInstance, Skips};
use casewright_engine_core::env::UnhandledError;
use casewright_engine_core::rejection::{Failure, Impasse};
use casewright_engine_core::{Command, Event, Id, NewVariable, Rejection, State, apply};
use casewright_engine_value::Value;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use support::World;
use support::blocks::{Dice, model};
use support::commands::{advance, pick};

const COUNT: u64 = 250;
const COMMANDS: usize = 30;
/// Commands that may bring the instance to its end afterwards.
const ADVANCES: usize = 120;

/// What became of the instances.
#[derive(Default)]
struct Tally {
    ended: AtomicU64,
    deleted: AtomicU64,
    not_started: AtomicU64,
    commands: AtomicU64,
    rejected: AtomicU64,
    digest: AtomicU64,
}

#[test]
fn random_processes_survive_random_commands() {
    let number = |name| std::env::var(name).ok().map(|text: String| text.parse::<u64>().expect(name));
    let count = number("CASEWRIGHT_RANDOM_COUNT");
    let seeds = match number("CASEWRIGHT_RANDOM_SEED") {
        Some(seed) => seed..seed + count.unwrap_or(1),
        None => 0..count.unwrap_or(COUNT),
    };
    let tally = Tally::default();
    let next = AtomicU64::new(seeds.start);
    let failed = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            std::thread::Builder::new()
                .stack_size(16 << 20)
                .spawn_scoped(threads, || {
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= seeds.end || failed.lock().unwrap().len() >= 5 {
                            return;
                        }
                        let mut life = Life::new(seed);
                        if catch_unwind(AssertUnwindSafe(|| life.live(&tally))).is_err() {
                            life.print();
                            failed.lock().unwrap().push(seed);
                        }
                    }
                })
                .unwrap();
        }
    });
    eprintln!(
        "{} models: {:?} instances ended by themselves, {:?} were deleted, {:?} did not start; {:?} commands, {:?} of them rejected; digest {:016x}",
        seeds.end - seeds.start,
        tally.ended,
        tally.deleted,
        tally.not_started,
        tally.commands,
        tally.rejected,
        tally.digest.load(Ordering::Relaxed)
    );
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "again with CASEWRIGHT_RANDOM_SEED set to one of {failed:?}");
}

struct Life {
    seed: u64,
    xml: String,
    dice: Dice,
    world: World,
    /// The commands so far, for whoever reads a failure.
    history: String,
}

impl Life {
    fn new(seed: u64) -> Self {
        Self {
            seed,
            xml: model(seed),
            dice: Dice::new(seed.wrapping_add(77)),
            world: World::new(),
            history: String::new(),
        }
    }

    fn print(&self) {
        eprintln!("CASEWRIGHT_RANDOM_SEED={} reproduces this\n{}\n{}", self.seed, self.xml, self.history);
    }

    fn live(&mut self, tally: &Tally) {
        self.world.options.max_steps = 3_000;
        if self.dice.one_in(4) {
            self.world.options.unhandled_error = UnhandledError::Rejects;
        }
        for version in [1, 2] {
            self.world.deploy_version(&self.xml, version);
        }
        if !self.start() {
            tally.not_started.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let checkpoint = self.dice.below(COMMANDS);
        let mut snapshot = (String::from("null"), usize::MAX);
        for at in 0..COMMANDS {
            if at == checkpoint {
                snapshot = (serde_json::to_string(&self.world.state).unwrap(), self.world.events.len());
            }
            if self.world.state.is_ended() {
                break;
            }
            if let Some(command) = pick(&mut self.world, &mut self.dice) {
                self.execute(command, tally);
            }
        }
        for _ in 0..ADVANCES {
            if self.world.state.is_ended() {
                break;
            }
            if let Some(command) = advance(&mut self.world, &mut self.dice) {
                self.execute(command, tally);
            }
        }
        if self.world.state.is_ended() {
            tally.ended.fetch_add(1, Ordering::Relaxed);
        } else {
            tally.deleted.fetch_add(1, Ordering::Relaxed);
            self.delete();
        }
        self.world.assert_replay();
        tally.digest.fetch_xor(self.digest(), Ordering::Relaxed);
        if let Some(tail) = self.world.events.get(snapshot.1..) {
            let mut state: State = serde_json::from_str(&snapshot.0).unwrap();
            tail.iter().for_each(|event: &Event| apply(&mut state, event));
            assert_eq!(state, self.world.state, "a snapshot and its tail give the same state");
        }
    }

    fn start(&mut self) -> bool {
        let n = Value::Integer(i32::try_from(self.dice.below(4)).unwrap());
        let list = Value::List(Arc::new(vec![Value::Integer(1), Value::Integer(2)]));
        let flag = Value::Boolean(self.dice.one_in(4));
        let given = vec![NewVariable::new("n", n), NewVariable::new("flag", flag), NewVariable::new("list", list)];
        match self.world.start("main", given) {
            Ok(_) => true,
            Err(rejection) => {
                assert_expected(&rejection);
                false
            }
        }
    }

    fn execute(&mut self, command: Command, tally: &Tally) {
        match &command {
            Command::Migrate(migrate) => {
                writeln!(self.history, "Migrate {:?} to {}", migrate.instance, migrate.plan.target).unwrap();
            }
            command => writeln!(self.history, "{command:?}").unwrap(),
        }
        tally.commands.fetch_add(1, Ordering::Relaxed);
        if self.dice.one_in(10) {
            self.world.assert_repeatable(&command);
        }
        match self.world.execute(command) {
            Ok(_) => self.world.assert_consistent(),
            Err(rejection) => {
                writeln!(self.history, "  rejected: {rejection}").unwrap();
                tally.rejected.fetch_add(1, Ordering::Relaxed);
                assert_expected(&rejection);
            }
        }
    }

    fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, &self.history, serde_json::to_string(&self.world.events).unwrap()).hash(&mut hasher);
        hasher.finish()
    }

    /// Whatever state it is in, an instance can be deleted.
    fn delete(&mut self) {
        let delete = DeleteInstance {
            instance: Id::ROOT,
            reason: Some(Arc::from("enough")),
            skips: Skips { listeners: true, io_mappings: true },
            skip_called: false,
        };
        self.world.execute(Command::Delete(delete)).unwrap();
        assert!(self.world.state.is_ended());
    }
}

/// Rejections that a random caller deserves.
fn assert_expected(rejection: &Rejection) {
    let is_expected = match rejection {
        Rejection::Suspended { .. }
        | Rejection::NotValid(_)
        | Rejection::BadRequest(_)
        | Rejection::NullValue(_)
        | Rejection::AlreadyClaimed { .. }
        | Rejection::WrongWorker { .. }
        | Rejection::UnhandledEscalation { .. }
        | Rejection::UnhandledError { .. }
        | Rejection::Migration(_)
        | Rejection::Evaluation(Failure::Cardinality(_)) => true,
        Rejection::Evaluation(failure) => {
            let text = failure.to_string();
            ["nobodyKnows", "'here'"].iter().any(|part| text.contains(part))
        }
        Rejection::Engine(impasse) => matches!(
            impasse,
            Impasse::AmbiguousAncestor(_)
                | Impasse::Steps(_)
                | Impasse::SubProcessStart(_)
                | Impasse::Busy(_)
                | Impasse::NotSignalled(_)
                | Impasse::NotATimer { .. }
                | Impasse::NoWayOut(_)
                | Impasse::ManyWaysOut(_)
                | Impasse::CompensationBoundary(_)
        ),
        _ => false,
    };
    assert!(is_expected, "{rejection:?}");
}
