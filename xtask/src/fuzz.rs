//! `cargo xtask fuzz`: the fuzz targets of `fuzz/`, built with coverage instrumentation and run for a given time.
//!
//! What a target finds stays in `<target directory>/fuzz/<target>/findings`, made as short as it gets; what it learned stays in
//! `corpus` beside it, and the next run begins there. A target that found something goes on until its time is over.

mod run;
mod statistics;

use crate::process::{cargo_command, run as execute, target};
use anyhow::{Result, bail};
use run::Found;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::channel;

const TRIPLE: &str = "x86_64-unknown-linux-gnu";

/// The passes of LLVM that libFuzzer needs, on a stable compiler. There is no address sanitizer: our code forbids `unsafe`.
const INSTRUMENTATION: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

struct Target {
    name: &'static str,
    /// Longest input, in bytes.
    longest: usize,
    /// Folders of whole inputs, besides those of `fuzz/seeds`.
    seeds: &'static [&'static str],
}

const TARGETS: &[Target] = &[
    Target {
        name: "bpmn",
        longest: 65_536,
        seeds: &["engine/model/tests/fixtures", "engine/core/tests/scenarios", "examples/claims"],
    },
    Target { name: "dmn", longest: 65_536, seeds: &["engine/expr/tests/dmn-tck", "examples/claims"] },
    Target { name: "juel", longest: 4_096, seeds: &[] },
    Target { name: "feel", longest: 4_096, seeds: &[] },
    Target { name: "form", longest: 32_768, seeds: &[] },
    Target { name: "mail", longest: 65_536, seeds: &["examples/claims/mails"] },
    Target { name: "timer", longest: 256, seeds: &[] },
    Target { name: "json", longest: 16_384, seeds: &[] },
    Target { name: "file", longest: 8_704, seeds: &["fuzz/seeds/file"] },
    Target { name: "live", longest: 4_096, seeds: &[] },
];

#[derive(clap::Args)]
pub(crate) struct Fuzz {
    /// Only these targets; without a name all of them.
    #[arg(value_parser = names())]
    targets: Vec<String>,
    /// How long each runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Targets that run at once; unless it is said, as many as there are processors.
    #[arg(long)]
    jobs: Option<usize>,
    /// Only build them.
    #[arg(long)]
    build: bool,
}

fn names() -> Vec<&'static str> {
    TARGETS.iter().map(|target| target.name).collect()
}

impl Fuzz {
    pub(crate) fn execute(&self) -> Result<()> {
        build()?;
        if self.build {
            return Ok(());
        }
        let wanted =
            TARGETS.iter().filter(|t| self.targets.is_empty() || self.targets.iter().any(|name| name == t.name));
        let found = self.run(wanted.collect())?;
        println!("{}", statistics::table(&found));
        let failed: Vec<&str> = found.iter().filter(|found| found.has_findings()).map(|found| found.name).collect();
        if !failed.is_empty() {
            bail!("something was found by {}; see {}", failed.join(", "), home().join("<target>/findings").display());
        }
        Ok(())
    }

    /// One after the other on each of the jobs; in the order of the table.
    fn run(&self, wanted: Vec<&'static Target>) -> Result<Vec<Found>> {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let jobs = self.jobs.unwrap_or(processors).clamp(1, wanted.len().max(1));
        let order: Vec<&str> = wanted.iter().map(|target| target.name).collect();
        let waiting = Mutex::new(wanted.into_iter());
        let (sender, done) = channel();
        std::thread::scope(|scope| {
            for _ in 0..jobs {
                let (waiting, sender) = (&waiting, sender.clone());
                scope.spawn(move || {
                    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.next());
                    while let Some(target) = next() {
                        // The other end lives until all have ended.
                        drop(sender.send(run::run(target, self.seconds)));
                    }
                });
            }
        });
        drop(sender);
        let mut found = done.into_iter().collect::<Result<Vec<Found>>>()?;
        found.sort_by_key(|found| order.iter().position(|name| *name == found.name));
        Ok(found)
    }
}

/// Lints of the targets, which are in no workspace: what they take in by itself must not begin to lean on the crate around it.
pub(crate) fn lint() -> Result<()> {
    let arguments = ["clippy", "--manifest-path", "fuzz/Cargo.toml", "--", "--deny", "warnings"];
    execute(cargo_command(&arguments).env("CARGO_TARGET_DIR", home()))
}

fn build() -> Result<()> {
    // A target directory of its own: the flags would throw out what the workspace has built.
    let arguments = ["build", "--release", "--target", TRIPLE, "--manifest-path", "fuzz/Cargo.toml"];
    execute(cargo_command(&arguments).env("CARGO_TARGET_DIR", home()).env("RUSTFLAGS", INSTRUMENTATION))
}

fn home() -> PathBuf {
    target().join("fuzz")
}

fn folder(target: &Target) -> PathBuf {
    home().join(target.name)
}
