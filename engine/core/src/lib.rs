//! The engine without the machine: what a command does to a process instance, as a pure function.
//!
//! `step(&State, Command, &Env) -> Result<Outcome, Rejection>` decides; `apply(&mut State, &Event)` is the only writer of
//! state and cannot fail. What this crate must never do: read a clock, draw a random number, wait, or do I/O; its
//! dependencies keep it from that.
//!
//! - [`catches`] tells what is caught of what an element may throw.
//! - [`compile`] makes a [`Graph`] of a model, once per deployed version.
//! - [`state`] is one *root* process instance with all it called; [`entity`] lists what it is made of, [`ids`] names it.
//! - [`command`] -> [`step`] -> [`event`], [`outcome`] or [`rejection`]; [`env`](mod@env) is what a step is told from outside.

pub mod apply;
pub mod catches;
pub mod command;
pub mod compile;
pub mod entity;
pub mod env;
pub mod event;
pub mod ids;
pub mod migration;
pub mod outcome;
pub mod persistent;
pub mod rejection;
pub mod state;
pub mod step;
pub mod task;

pub use apply::apply;
pub use command::{Command, NewVariable};
pub use compile::{DefinitionInfo, Graph, compile};
pub use env::{CalledProcess, Definitions, Env, NotCalled, Options};
pub use event::Event;
pub use ids::{Id, Prefix};
pub use outcome::{Answer, Effect, EffectAction, Outcome};
pub use rejection::Rejection;
pub use state::State;
pub use step::step;
