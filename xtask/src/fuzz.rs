//! `cargo xtask fuzz`: the fuzz targets of `fuzz/`, built with coverage instrumentation and run for a given time.
//!
//! What a target finds stays in `<target directory>/fuzz/<target>/findings`; what it learned stays in `corpus` beside it,
//! and the next run begins there.

use crate::process::{cargo_command, root, run, target};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

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
];

#[derive(clap::Args)]
pub(crate) struct Fuzz {
    /// Only these targets; without a name all of them, at once.
    #[arg(value_parser = names())]
    targets: Vec<String>,
    /// How long each runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

fn names() -> Vec<&'static str> {
    TARGETS.iter().map(|target| target.name).collect()
}

impl Fuzz {
    pub(crate) fn execute(&self) -> Result<()> {
        build()?;
        let wanted =
            TARGETS.iter().filter(|t| self.targets.is_empty() || self.targets.iter().any(|name| name == t.name));
        let mut running = Vec::new();
        for target in wanted {
            running.push((target, start(target, self.seconds)?));
        }
        let mut failed = Vec::new();
        for (target, mut child) in running {
            let status = child.wait().with_context(|| format!("waiting for {}", target.name))?;
            let log = folder(target).join("log");
            eprintln!("{}: {status}; {}", target.name, last_statistics(&log)?);
            if !status.success() {
                failed.push(format!("{} (see {})", target.name, log.display()));
            }
        }
        if !failed.is_empty() {
            bail!("found something: {}", failed.join(", "));
        }
        Ok(())
    }
}

fn build() -> Result<()> {
    // A target directory of its own: the flags would throw out what the workspace has built.
    let arguments = ["build", "--release", "--target", TRIPLE, "--manifest-path", "fuzz/Cargo.toml"];
    run(cargo_command(&arguments).env("CARGO_TARGET_DIR", home()).env("RUSTFLAGS", INSTRUMENTATION))
}

fn home() -> PathBuf {
    target().join("fuzz")
}

fn folder(target: &Target) -> PathBuf {
    home().join(target.name)
}

fn start(target: &Target, seconds: u32) -> Result<Child> {
    let folder = folder(target);
    let [corpus, findings, seeds] = ["corpus", "findings", "seeds"].map(|name| folder.join(name));
    for made in [&corpus, &findings, &seeds] {
        std::fs::create_dir_all(made).with_context(|| format!("creating {}", made.display()))?;
    }
    write_seeds(target, &seeds)?;
    let log = std::fs::File::create(folder.join("log"))?;
    let mut command = Command::new(home().join(TRIPLE).join("release").join(target.name));
    command
        .current_dir(&folder)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={}", target.longest))
        .arg(format!("-artifact_prefix={}/", findings.display()))
        // Time is judged by the target itself, in processor time. These two go by the clock and only end what hangs: a
        // target that runs beside others may stand still for minutes.
        .args(["-timeout=1800", "-report_slow_units=1800"])
        .args(["-rss_limit_mb=2048", "-print_final_stats=1", "-use_value_profile=0"]);
    let dictionary = root().join("fuzz/dictionaries").join(format!("{}.dict", target.name));
    if dictionary.exists() {
        command.arg(format!("-dict={}", dictionary.display()));
    }
    command.arg(&corpus).arg(&seeds).args(target.seeds.iter().map(|seeds| root().join(seeds)));
    eprintln!("{}: {seconds} s, findings go to {}", target.name, findings.display());
    command.stdout(log.try_clone()?).stderr(log).spawn().with_context(|| format!("starting {}", target.name))
}

/// `fuzz/seeds/<target>.txt` holds one input per line; libFuzzer wants a file for each.
fn write_seeds(target: &Target, folder: &Path) -> Result<()> {
    let lines = root().join("fuzz/seeds").join(format!("{}.txt", target.name));
    if !lines.exists() {
        return Ok(());
    }
    let text = std::fs::read_to_string(&lines).with_context(|| format!("reading {}", lines.display()))?;
    for (at, line) in text.lines().enumerate() {
        std::fs::write(folder.join(at.to_string()), line)?;
    }
    Ok(())
}

/// Executions and coverage, as libFuzzer said them last.
fn last_statistics(log: &Path) -> Result<String> {
    let text = String::from_utf8_lossy(&std::fs::read(log)?).into_owned();
    let coverage = text.lines().rev().find(|line| line.contains(" cov: ")).unwrap_or("no coverage").trim();
    let executed = text.lines().find(|line| line.contains("number_of_executed_units")).unwrap_or_default().trim();
    Ok(format!("{coverage} {executed}"))
}
