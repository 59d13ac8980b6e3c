//! The process that scripts of strangers run in: this binary, with nothing of ours at hand.
//!
//! It inherits no environment and no files but the two pipes that it is spoken to by, opens none, and is ended when its script
//! does not end.

use anyhow::{Context, Result, bail};
use nix::sys::resource::{Resource, setrlimit};
use std::process::{Command, ExitCode, Stdio};

/// The command that does [`serve`].
pub(crate) const NAME: &str = "__sandbox";

/// What such a process may take beside memory.
const LIMITS: [(Resource, u64); 3] = [
    (Resource::RLIMIT_CORE, 0),
    (Resource::RLIMIT_FSIZE, 0),
    // What it has; and no more is opened.
    (Resource::RLIMIT_NOFILE, 3),
];
/// Bytes it may take beside what the program has when it begins. QuickJS stays below by a limit of its own; this one holds
/// when it does not.
const MEMORY: u64 = 256 << 20;
/// The allocator takes memory as it is needed: what it took ahead would be allowed for good.
const ALLOCATOR: (&str, &str) = ("MIMALLOC_ARENA_EAGER_COMMIT", "0");

/// Lets the scripts of this process run in others.
pub(crate) fn install() -> Result<()> {
    let program = program()?;
    casewright_engine_runtime::isolate_scripts(move || {
        let mut command = Command::new(&program);
        command.arg(NAME).env_clear().env(ALLOCATOR.0, ALLOCATOR.1).current_dir("/").stderr(Stdio::null());
        command
    });
    Ok(())
}

/// This program, also after its file was replaced by that of another release.
fn program() -> Result<std::path::PathBuf> {
    let running = std::path::Path::new("/proc/self/exe");
    if running.exists() {
        return Ok(running.to_owned());
    }
    std::env::current_exe().context("this program cannot be found")
}

/// Runs scripts until nobody asks for any.
///
/// # Errors
/// A limit cannot be set: then no script runs.
pub(crate) fn serve() -> Result<()> {
    let memory = taken()?.map(|taken| (Resource::RLIMIT_DATA, taken + MEMORY));
    for (resource, most) in LIMITS.into_iter().chain(memory) {
        setrlimit(resource, most, most).with_context(|| format!("limiting {resource:?}"))?;
    }
    if casewright_engine_runtime::run_scripts() != ExitCode::SUCCESS {
        bail!("nobody asks for scripts any more");
    }
    Ok(())
}

/// Bytes of data that this process has, as `RLIMIT_DATA` counts them; none where the system does not tell: QuickJS's own limit
/// holds alone there.
fn taken() -> Result<Option<u64>> {
    let told = std::path::Path::new("/proc/self/status");
    if !told.exists() {
        return Ok(None);
    }
    let status = std::fs::read_to_string(told).context("reading how much memory is taken")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmData:")).context("how much is taken is not told")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().context("how much is taken is not told")?;
    Ok(Some(kib << 10))
}
