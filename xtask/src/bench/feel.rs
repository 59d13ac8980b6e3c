//! `cargo xtask bench feel`: prepared FEEL and decision tables of ours beside dsntk and feel-scala (with Camunda 7's DMN engine for
//! tables), each in a process of its own that waits while another is measured, in turn over all rounds.

mod models;

use crate::process::{cargo, command, root, run, target};
use crate::services::{folder, maven, once};
use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const FEEL_SCALA: &str = "1.19.3";
const CAMUNDA: &str = "7.24.0";
const CASES: [(&str, &str); 3] = [
    ("expression", "`amount * 2 > 30 and starts with(name, \"a\")`"),
    ("table-20", "a table of 20 rules (text equal, number in a range)"),
    ("table-10000", "a table of 10,000 rules (text equal, number below)"),
];
const BEGIN: &str = "<!-- feel: written by cargo xtask bench feel -->\n";
const END: &str = "<!-- end of feel -->";
/// How long a JVM is let compile what runs often; the others have it compiled.
const WARM_UP_MS: u64 = 10_000;
const ROUND_MS: u64 = 500;
const ROUNDS: usize = 9;

/// One that evaluates, and what it is told and answers.
struct Subject {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for Subject {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

impl Subject {
    fn start(command: &mut Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take().context("it has no input")?;
        let output = BufReader::new(child.stdout.take().context("it has no output")?);
        Ok(Self { child, input, output })
    }

    fn ask(&mut self, line: &str) -> Result<String> {
        writeln!(self.input, "{line}")?;
        self.input.flush()?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        ensure!(!answer.is_empty(), "'{line}' was not answered");
        Ok(answer.trim_end().to_owned())
    }

    /// Nanoseconds of one evaluation, in the mean over so many milliseconds.
    fn measure(&mut self, case: &str, milliseconds: u64) -> Result<f64> {
        let answer = self.ask(&format!("run {case} {milliseconds}"))?;
        let (evaluations, nanoseconds) = answer.split_once(' ').context(answer.clone())?;
        Ok(nanoseconds.parse::<f64>()? / evaluations.parse::<f64>()?)
    }
}

/// Builds what is measured, measures it, and writes the section of bench/README.md.
pub(super) fn execute(profile: &str) -> Result<()> {
    let folder = folder("bench-feel")?;
    let files = models::write(&folder)?;
    let mut subjects = [ours(&folder, profile)?, dsntk(&folder)?, feel_scala(&folder)?];
    let mut rows = String::new();
    for (case, told) in CASES {
        let found = subjects.each_mut().map(|subject| subject.ask(&format!("check {case}")));
        let [first, others @ ..] = found;
        let first = first?;
        for other in others {
            let other = other?;
            ensure!(first == other, "{case} gives {first} and {other}");
        }
        for subject in &mut subjects {
            subject.measure(case, WARM_UP_MS)?;
        }
        let mut rounds: [Vec<f64>; 3] = Default::default();
        for _ in 0..ROUNDS {
            for (subject, rounds) in subjects.iter_mut().zip(&mut rounds) {
                rounds.push(subject.measure(case, ROUND_MS)?);
            }
        }
        let [ours, dsntk, scala] = rounds.map(Times::of);
        rows.push_str(&format!(
            "| {told} | {ours} | {dsntk} | {scala} | {:.1} | {:.1} |\n",
            dsntk.median / ours.median,
            scala.median / ours.median
        ));
        eprintln!("{case}: {ours}, dsntk {dsntk}, feel-scala {scala} ns");
    }
    let [mine, ..] = &mut subjects;
    let mut reading = Vec::new();
    for _ in 0..ROUNDS {
        reading.push(mine.measure("deploy", ROUND_MS)? / 1e6);
    }
    let section = format!(
        "{}\n\n| nanoseconds of one evaluation, least / median of {ROUNDS} rounds | casewright {} | dsntk 0.3.0 | feel-scala {FEEL_SCALA} | dsntk : ours | feel-scala : ours |\n\
         |---|---|---|---|---|---|\n{rows}\nA DMN file of {:.1} MB ({} rules with {} inputs) is read, checked and registered in {} ms.\n",
        machine()?,
        super::commit()?,
        files.deployed_bytes as f64 / 1e6,
        models::DEPLOYED_RULES,
        models::DEPLOYED_INPUTS,
        Times::of(reading),
    );
    println!("{section}");
    record(&root().join("bench/README.md"), &section)
}

/// The least and the median of what was measured.
#[derive(Clone, Copy)]
struct Times {
    least: f64,
    median: f64,
}

impl Times {
    fn of(mut measured: Vec<f64>) -> Self {
        measured.sort_by(f64::total_cmp);
        Self {
            least: measured.first().copied().unwrap_or_default(),
            median: measured.get(measured.len() / 2).copied().unwrap_or_default(),
        }
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.0} / {:.0}", self.least, self.median)
    }
}

/// `CASE=FILE` for those that every subject has.
fn tables(command: &mut Command, folder: &Path) {
    for (case, _) in &CASES[1..] {
        command.arg(format!("{case}={}", models::file(folder, case).display()));
    }
}

fn ours(folder: &Path, profile: &str) -> Result<Subject> {
    cargo(&["build", "--profile", profile, "--package", "casewright-engine-expr", "--example", "bench_feel"])?;
    let mut command = Command::new(target().join(profile).join("examples/bench_feel"));
    tables(&mut command, folder);
    command.arg(format!("deploy={}", models::file(folder, "deploy").display())).env_remove("RUST_BACKTRACE");
    Subject::start(&mut command).context("starting ours")
}

fn dsntk(folder: &Path) -> Result<Subject> {
    let manifest = root().join("bench/peers/dsntk/Cargo.toml");
    let built = target().join("peers");
    let mut build = command("cargo", &["build", "--release", "--locked", "--manifest-path"]);
    run(build.arg(manifest).arg("--target-dir").arg(&built))?;
    let mut command = Command::new(built.join("release/casewright-peer-dsntk"));
    tables(&mut command, folder);
    Subject::start(&mut command).context("starting dsntk")
}

fn feel_scala(folder: &Path) -> Result<Subject> {
    let source = root().join("bench/peers/feel-scala/FeelPeer.java");
    let jars = crate::services::folder("feel-scala")?;
    once(&jars, FEEL_SCALA, || {
        maven::dependencies(
            &jars,
            &[
                &format!("org.camunda.feel:feel-engine:{FEEL_SCALA}"),
                &format!("org.camunda.bpm.dmn:camunda-engine-dmn:{CAMUNDA}"),
            ],
        )
    })?;
    let classes = jars.join("classes");
    std::fs::create_dir_all(&classes)?;
    run(Command::new("javac").arg("-cp").arg(jars.join("libs/*")).arg("-d").arg(&classes).arg(source))?;
    let mut command = Command::new("java");
    command.args(["-Xmx1g", "-cp"]).arg(format!("{}:{}/libs/*", classes.display(), jars.display())).arg("FeelPeer");
    tables(&mut command, folder);
    Subject::start(&mut command).context("starting feel-scala")
}

/// What it was measured on.
fn machine() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    Ok(format!(
        "Machine: {cores} cores ({}). Load average at the end, of which the measurement is 1: {}.",
        model.map_or("unknown", |(_, name)| name),
        load.split(' ').next().unwrap_or("unknown")
    ))
}

/// Puts the section where the page has it.
fn record(readme: &Path, section: &str) -> Result<()> {
    let text = std::fs::read_to_string(readme)?;
    let Some((before, rest)) = text.split_once(BEGIN) else { bail!("{} has no place for it", readme.display()) };
    let (_, after) = rest.split_once(END).context("the section has no end")?;
    std::fs::write(readme, format!("{before}{BEGIN}{section}{END}{after}"))?;
    Ok(())
}
