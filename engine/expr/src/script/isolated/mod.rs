//! Scripts in processes of their own: what cannot be interrupted can be ended, and what a script does to its process it does to
//! that one only.
//!
//! - [`pool`] starts processes, hands them scripts, answers them and ends them.
//! - [`child`] is what such a process does.
//! - [`wire`] is what is said between the two.

mod child;
mod pool;
mod wire;

pub use child::{read_time_zone, run_scripts};
pub(super) use pool::Processes;

use std::process::Command;
use std::sync::OnceLock;

static PROCESSES: OnceLock<Processes> = OnceLock::new();

/// Lets scripts of this process run in others from now on. `command` starts one that does [`run_scripts`]; it inherits
/// nothing that the command does not say. Said once, at the start of a program.
pub fn isolate_scripts(command: impl Fn() -> Command + Send + Sync + 'static) {
    PROCESSES.get_or_init(|| Processes::new(Box::new(command)));
}

/// Where scripts run; none: on threads of this process.
pub(super) fn processes() -> Option<&'static Processes> {
    PROCESSES.get()
}
