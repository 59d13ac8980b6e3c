//! The processes that scripts of strangers run in, and that files of strangers are read in: this binary, with nothing of ours at
//! hand.
//!
//! Such a process inherits no environment and no files but the two pipes that it is spoken to by, opens none, and is ended when it
//! does not end by itself.

use anyhow::{Context, Result, bail};
use casewright_engine_value::zone;
use casewright_search::extract::{self, Isolated};
use nix::sys::resource::{Resource, setrlimit};
use rustix::process::{getpriority_process, setpriority_process};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// The command that does [`serve`].
pub(crate) const NAME: &str = "__sandbox";
/// The command that does [`read_file`].
pub(crate) const READER: &str = "__read-file";

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
/// Bytes that reading one file may take so, which may be of 20 MB and packed.
const READING_MEMORY: u64 = 512 << 20;
/// How far it stands back (nice): whoever works for people comes before what calculates for strangers.
const STANDS_BACK: i32 = 10;
/// The least that any process can have of the processor.
const FARTHEST_BACK: i32 = 19;
/// The allocator takes memory as it is needed: what it took ahead would be allowed for good.
const ALLOCATOR: (&str, &str) = ("MIMALLOC_ARENA_EAGER_COMMIT", "0");

/// Lets the scripts of this process run in others. The time zone of this one is said before.
pub(crate) fn install() -> Result<()> {
    let program = program()?;
    // Its scripts go by the same clocks; rules of a zone without a name are nowhere to be read.
    let zone = zone::local().iana_name().unwrap_or("UTC");
    casewright_engine_runtime::isolate_scripts(move || {
        let mut command = command(&program, NAME);
        command.env("TZ", zone);
        command
    });
    Ok(())
}

/// Who reads files for the search index, each in a process of its own.
pub(crate) fn reader() -> Result<Isolated> {
    let program = program()?;
    Ok(Isolated::new(move || command(&program, READER)))
}

fn command(program: &Path, name: &str) -> Command {
    let mut command = Command::new(program);
    command.arg(name).env_clear().env(ALLOCATOR.0, ALLOCATOR.1).current_dir("/").stderr(Stdio::null());
    command
}

/// This program, also after its file was replaced by that of another release.
fn program() -> Result<PathBuf> {
    let running = Path::new("/proc/self/exe");
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
    casewright_engine_runtime::read_time_zone().context("reading the time zone")?;
    limit(MEMORY)?;
    if casewright_engine_runtime::run_scripts() != ExitCode::SUCCESS {
        bail!("nobody asks for scripts any more");
    }
    Ok(())
}

/// Reads one file.
///
/// # Errors
/// A limit cannot be set, or who asked is gone: then nothing is read.
pub(crate) fn read_file() -> Result<()> {
    limit(READING_MEMORY)?;
    extract::serve().context("nobody asks for the file any more")
}

/// Gives up what such a process has no business with.
fn limit(memory: u64) -> Result<()> {
    let memory = taken()?.map(|taken| (Resource::RLIMIT_DATA, taken + memory));
    for (resource, most) in LIMITS.into_iter().chain(memory) {
        setrlimit(resource, most, most).with_context(|| format!("limiting {resource:?}"))?;
    }
    let own = getpriority_process(None).context("asking for the own priority")?;
    setpriority_process(None, (own + STANDS_BACK).min(FARTHEST_BACK)).context("lowering the own priority")?;
    Ok(())
}

/// Bytes of data that this process has, as `RLIMIT_DATA` counts them; none where the system does not tell: QuickJS's own limit
/// holds alone there.
fn taken() -> Result<Option<u64>> {
    let told = Path::new("/proc/self/status");
    if !told.exists() {
        return Ok(None);
    }
    let status = std::fs::read_to_string(told).context("reading how much memory is taken")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmData:")).context("how much is taken is not told")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().context("how much is taken is not told")?;
    Ok(Some(kib << 10))
}
