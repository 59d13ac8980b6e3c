//! One command against one root process instance.

use crate::command::Command;
use crate::env::Env;
use crate::outcome::{Outcome, Rejection};
use crate::state::State;

/// Decides what a command does. `state` is not touched: the step works on a copy that shares everything unchanged.
///
/// # Errors
/// The command cannot be carried out; nothing has changed.
pub fn step(_state: &State, _command: Command, _env: &Env<'_>) -> Result<Outcome, Rejection> {
    Err(Rejection::Engine("not built yet".to_owned()))
}
