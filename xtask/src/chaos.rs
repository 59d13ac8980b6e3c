//! `cargo xtask chaos`: the tests that break things, in full, and a table of what they did.
//!
//! These tests run in a short form with `cargo xtask test`. Each prints lines that begin with `chaos:`; those are the
//! table. What fails names its seed, and the variable that repeats it.

use crate::process::cargo_command;
use crate::services;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

/// What a test's line for the table begins with.
const MARK: &str = "chaos: ";

#[derive(clap::Args)]
pub(crate) struct Chaos {
    /// Only these: simulation, faults, torn, disk, timers, kill.
    #[arg(value_parser = ["simulation", "faults", "torn", "disk", "timers", "kill"])]
    what: Vec<String>,
    /// Seeds of the simulation, from 1.
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// Seeds of the faults, per back-end.
    #[arg(long, default_value_t = 50)]
    fault_seeds: u64,
    /// How often the disk fills up under the journal, of each sort.
    #[arg(long, default_value_t = 200)]
    full_disks: u64,
    /// Timers that are due at once while the whole platform is killed.
    #[arg(long, default_value_t = 5_000)]
    timers: u64,
    /// How often the whole platform is killed.
    #[arg(long, default_value_t = 1_000)]
    points: u64,
    /// Where it is killed.
    #[arg(long, default_value_t = 1)]
    kill_seed: u64,
}

struct Row {
    name: &'static str,
    time: Duration,
    lines: Vec<String>,
    passed: bool,
}

impl Chaos {
    pub(crate) fn execute(&self) -> Result<()> {
        let mut rows = Vec::new();
        if self.wants("simulation") {
            let mut test = journal(&["--test", "simulation"]);
            test.env("CASEWRIGHT_SIMULATION_SEEDS", self.seeds.to_string());
            rows.push(observe("simulation", &mut test)?);
        }
        if self.wants("faults") {
            rows.push(self.faults()?);
        }
        if self.wants("torn") {
            let mut test = journal(&["--test", "crash"]);
            rows.push(observe("torn", test.env("CASEWRIGHT_TRUNCATE_EVERY", "1"))?);
        }
        if self.wants("disk") {
            let mut test = journal(&["--test", "full_disk"]);
            rows.push(observe("full disk", test.env("CASEWRIGHT_FULL_DISK_ROUNDS", self.full_disks.to_string()))?);
            rows.push(observe("full disk, platform", &mut platform("full_disk"))?);
        }
        if self.wants("timers") {
            let mut test = platform("many_due_timers");
            rows.push(observe("timers", test.env("CASEWRIGHT_KILL_TIMERS", self.timers.to_string()))?);
        }
        if self.wants("kill") {
            let mut test = platform("killed_at");
            test.env("CASEWRIGHT_KILL_POINTS", self.points.to_string());
            rows.push(observe("kill", test.env("CASEWRIGHT_KILL_SEED", self.kill_seed.to_string()))?);
        }
        report(&rows)
    }

    fn wants(&self, name: &str) -> bool {
        self.what.is_empty() || self.what.iter().any(|wanted| wanted == name)
    }

    fn faults(&self) -> Result<Row> {
        let mut test = journal(&["--test", "conformance", "seeded_faults"]);
        test.env("CASEWRIGHT_FAULT_SEEDS", self.fault_seeds.to_string());
        // Held until the test is over.
        let server = services::mongodb::start();
        match &server {
            Ok(server) => drop(test.env("CASEWRIGHT_TEST_MONGODB", server.address())),
            Err(error) => eprintln!("\n!!! NOT RUN ON MONGODB, and nothing is known about it: {error:#}\n"),
        }
        observe("faults", &mut test)
    }
}

fn journal(arguments: &[&str]) -> Command {
    let mut test = cargo_command(&["test", "--package", "casewright-journal"]);
    test.args(arguments).args(["--", "--nocapture"]);
    test
}

fn platform(test: &str) -> Command {
    cargo_command(&["test", "--workspace", "--test", "kill", test, "--", "--nocapture"])
}

/// Runs it with its output on ours, and keeps the lines for the table.
fn observe(name: &'static str, test: &mut Command) -> Result<Row> {
    eprintln!("\n=== {name}");
    let begin = Instant::now();
    let mut child = test
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting the test '{name}'"))?;
    let (found, lines) = channel();
    let readers =
        [child.stdout.take().map(|out| follow(out, found.clone())), child.stderr.take().map(|out| follow(out, found))];
    let lines = lines.into_iter().collect();
    for reader in readers.into_iter().flatten() {
        if reader.join().is_err() {
            bail!("reading the output of '{name}' failed");
        }
    }
    let passed = child.wait()?.success();
    Ok(Row { name, time: begin.elapsed(), lines, passed })
}

fn follow(output: impl Read + Send + 'static, found: Sender<String>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            eprintln!("{line}");
            // The test harness may have written in the same line before.
            if let Some(at) = line.find(MARK) {
                // Nobody listens any more only when we are ending.
                drop(found.send(line[at + MARK.len()..].to_owned()));
            }
        }
    })
}

fn report(rows: &[Row]) -> Result<()> {
    println!("\n| test | outcome | seconds | what it did |");
    println!("|---|---|---|---|");
    for row in rows {
        let outcome = if row.passed { "passed" } else { "FAILED" };
        let lines = if row.lines.is_empty() { "-".to_owned() } else { row.lines.join("<br>") };
        println!("| {} | {outcome} | {:.0} | {lines} |", row.name, row.time.as_secs_f64());
    }
    let failed: Vec<&str> = rows.iter().filter(|row| !row.passed).map(|row| row.name).collect();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}
