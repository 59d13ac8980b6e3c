//! `cargo xtask bench`: builds, starts what is measured, drives each work, and writes the report.
//!
//! Every run has a server of its own over an empty store, with the durability it has by default.

mod cases;
mod endurance;
mod feel;
mod sign_in;
pub(crate) mod soak;
mod start;

use crate::build;
use crate::process::{Server, answers, cargo, command, free_port, root, run, target};
use crate::services::camunda7;
use anyhow::{Context, Result, bail, ensure};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub(crate) struct Bench {
    /// Which works: W1 to W5, W7; all of these when none is named. Or `cases`, or `feel`.
    works: Vec<String>,
    /// Also run the same work, in alternation, on a peer.
    #[arg(long, value_parser = ["camunda7"])]
    peer: Option<String>,
    /// Seconds that each work is measured, after a warm-up of a quarter of that; a peer on a JVM gets half a minute at least.
    #[arg(long, default_value_t = 20.0)]
    seconds: f64,
    /// Rounds of each work; with a peer at least two.
    #[arg(long, default_value_t = 1)]
    rounds: u32,
    /// Open user tasks of W4, timers of W5, cases; a peer has a fifth of it, for its starts take longer. Cases are measured
    /// beside 10,000 and 1,000,000 when it is not said.
    #[arg(long)]
    size: Option<u64>,
    /// Instead of the works: W1 for so many minutes. Without retention a minute may take 3 GB of disk.
    #[arg(long, value_name = "MINUTES")]
    endurance: Option<u32>,
    /// With `--endurance`: whether history is cleaned as it goes. Both, one after the other, when it is not said.
    #[arg(long, value_enum, requires = "endurance")]
    retention: Option<Retention>,
    /// Instead of the works: how long a start takes with so many open instances in the store.
    #[arg(long, value_name = "INSTANCES")]
    start: Option<u64>,
    /// A build that takes a tenth of the time to make, and is a little slower.
    #[arg(long)]
    quick: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Retention {
    Off,
    On,
}

const WORKS: [&str; 6] = ["W1", "W2", "W3", "W4", "W5", "W7"];
/// What W7 has besides W1 to list beside.
const BESIDE_STEPS: [&str; 2] = ["--beside", "W2"];
/// Sizes of W4 and W5.
const SIZE: u64 = 100_000;
const USER: &str = "bench";
const PASSWORD: &str = "bench-password-1";

/// Something that answers the contract.
struct Subject {
    engine: &'static str,
    version: String,
    base: String,
    /// Stopped in this order when dropped.
    servers: Vec<Server>,
    start: Duration,
    user: Option<String>,
}

impl Bench {
    pub(crate) fn execute(&self) -> Result<()> {
        if self.works.iter().any(|work| work.eq_ignore_ascii_case("cases")) {
            ensure!(self.works.len() == 1, "cases are measured by themselves");
            return cases::execute(&self.binaries()?, self.seconds, self.size);
        }
        if self.works.iter().any(|work| work.eq_ignore_ascii_case("feel")) {
            ensure!(self.works.len() == 1, "feel is measured by itself");
            return feel::execute(self.profile());
        }
        let works: Vec<String> = match self.works.as_slice() {
            [] => WORKS.map(str::to_owned).to_vec(),
            named => named.iter().map(|work| work.to_uppercase()).collect(),
        };
        if let Some(unknown) = works.iter().find(|work| !WORKS.contains(&work.as_str())) {
            bail!("there is no work {unknown}: there are {}", WORKS.join(", "));
        }
        let binaries = self.binaries()?;
        if self.endurance.is_some() || self.start.is_some() {
            self.endurance.map_or(Ok(()), |minutes| endurance::run(&binaries, minutes, self.retention))?;
            return self.start.map_or(Ok(()), |instances| start::run(&binaries, instances));
        }
        let results = root().join("bench/results");
        std::fs::create_dir_all(&results)?;
        let rounds = if self.peer.is_some() { self.rounds.max(2) } else { self.rounds };
        for work in &works {
            clear(&results, work)?;
            for round in 1..=rounds {
                let ours = casewright(&binaries.join("casewright"), work == "W4")?;
                let first = self.measure(&binaries, &results, &ours, work, round, &[])?;
                drop(ours);
                self.further(&binaries, &results, work, round, first)?;
                if self.peer.is_some() {
                    let peer = camunda()?;
                    self.measure(&binaries, &results, &peer, work, round, &[])?;
                    if work == "W7" {
                        drop(peer);
                        self.measure(&binaries, &results, &camunda()?, work, round, &BESIDE_STEPS)?;
                    }
                }
            }
        }
        let generator = binaries.join("casewright-bench");
        run(Command::new(&generator).arg("report").arg(&results).arg(root().join("bench/README.md")))?;
        println!("{}", report(&root().join("bench/README.md"))?);
        Ok(())
    }

    /// Builds what is measured and what measures it, and says where both are.
    fn binaries(&self) -> Result<PathBuf> {
        build::portal()?;
        let profile = self.profile();
        cargo(&["build", "--profile", profile, "--package", "casewright", "--package", "casewright-bench"])?;
        Ok(target().join(profile))
    }

    fn profile(&self) -> &'static str {
        if self.quick { "profiling" } else { "release" }
    }

    /// What some works have besides: W1 at half of its load and W5 spread over a minute, in the first round only; W7 the
    /// lists beside W2.
    fn further(&self, binaries: &Path, results: &Path, work: &str, round: u32, per_second: f64) -> Result<()> {
        let further = match work {
            "W1" if round == 1 => ["--rate".to_owned(), format!("{:.0}", per_second / 2.0)],
            "W5" if round == 1 => ["--rate".to_owned(), format!("{:.0}", self.size.unwrap_or(SIZE) as f64 / 60.0)],
            "W7" => BESIDE_STEPS.map(str::to_owned),
            _ => return Ok(()),
        };
        let ours = casewright(&binaries.join("casewright"), false)?;
        self.measure(binaries, results, &ours, work, round, &further.each_ref().map(String::as_str)).map(drop)
    }

    /// Runs the load on a subject; units per second.
    fn measure(
        &self,
        binaries: &Path,
        results: &Path,
        subject: &Subject,
        work: &str,
        round: u32,
        further: &[&str],
    ) -> Result<f64> {
        let suffix = match further {
            [] => String::new(),
            [option, ..] => option.replacen('-', "", 1),
        };
        let out = results.join(format!("{work}-{}-{round}{suffix}.json", subject.engine));
        let mut load = Command::new(binaries.join("casewright-bench"));
        load.args(["run", work, "--base", &subject.base, "--engine", subject.engine, "--version", &subject.version]);
        load.args(["--round", &round.to_string(), "--seconds", &self.seconds.to_string()]);
        load.args(["--start-seconds", &subject.start.as_secs_f64().to_string()]).arg("--out").arg(&out);
        let is_ours = subject.engine == "casewright";
        // A JVM goes on compiling what runs often for half a minute.
        let warm_up = if is_ours { self.seconds / 4.0 } else { (self.seconds / 4.0).max(30.0) };
        load.args(["--warm-up", &warm_up.to_string()]);
        let size = self.size.unwrap_or(SIZE);
        load.args(["--size", &(if is_ours { size } else { size / 5 }).to_string()]);
        if work == "W3" && is_ours {
            load.arg("--scaling");
        }
        for server in &subject.servers {
            load.args(["--pid", &server.pid().to_string()]);
        }
        if let Some(user) = &subject.user {
            load.env("CASEWRIGHT_BENCH_USER", user);
        }
        run(load.args(further))?;
        let result: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&out)?)?;
        result["perSecond"].as_f64().with_context(|| format!("{} has no perSecond", out.display()))
    }
}

/// Results of earlier runs of a work.
fn clear(results: &Path, work: &str) -> Result<()> {
    for entry in std::fs::read_dir(results)? {
        let path = entry?.path();
        let is_of_work = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&format!("{work}-")));
        if is_of_work {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The engine as the binary runs it by default; with `is_guarded`, users and policy in front of it.
fn casewright(binary: &Path, is_guarded: bool) -> Result<Subject> {
    let data = data();
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    if is_guarded {
        add_user(binary, &data, USER, &["admin"], &[])?;
    }
    serve(binary, is_guarded)
}

/// Where it keeps what it is measured with.
fn data() -> PathBuf {
    target().join("bench/data")
}

/// Starts the server over the data that an earlier run left.
fn serve(binary: &Path, is_guarded: bool) -> Result<Subject> {
    let port = free_port()?;
    let listen = format!("127.0.0.1:{port}");
    let mut serve = Command::new(binary);
    serve.args(["serve", "--role", "engine,access", "--listen", &listen, "--data"]).arg(data());
    serve.args(["--engine-rest-auth", if is_guarded { "token" } else { "none" }]);
    // It makes every error that a library raises and drops cost a walk of the stack; nobody serves with it.
    serve.env_remove("RUST_BACKTRACE");
    let begin = Instant::now();
    let mut server = Server::start("casewright", &mut serve, Some(&target().join("bench/casewright.log")))?;
    let ready = format!("http://{listen}/health/ready");
    server.wait_until(Duration::from_secs(60), || answers(&ready))?;
    Ok(Subject {
        engine: "casewright",
        version: commit()?,
        base: format!("http://{listen}/engine-rest"),
        servers: vec![server],
        start: begin.elapsed(),
        user: is_guarded.then(|| format!("{USER}:{PASSWORD}")),
    })
}

/// Somebody with [`PASSWORD`], roles and groups.
fn add_user(binary: &Path, data: &Path, name: &str, roles: &[&str], groups: &[&str]) -> Result<()> {
    let mut child = Command::new(binary)
        .args(["user", "set", name, "--email", &format!("{name}@casewright.example"), "--lasting"])
        .args(roles.iter().flat_map(|role| ["--role", role]))
        .args(groups.iter().flat_map(|group| ["--group", group]))
        .env("CASEWRIGHT_SERVER__DATA", data)
        .stdin(Stdio::piped())
        .spawn()
        .context("starting casewright user")?;
    let mut input = child.stdin.take().context("standard input of casewright user")?;
    writeln!(input, "{PASSWORD}")?;
    drop(input);
    let status = child.wait()?;
    if !status.success() {
        bail!("casewright user ended with {status}");
    }
    Ok(())
}

fn camunda() -> Result<Subject> {
    let engine = camunda7::start()?;
    Ok(Subject {
        engine: "camunda7",
        version: camunda7::VERSION.to_owned(),
        base: engine.base,
        servers: vec![engine.server, engine.database],
        start: engine.start,
        user: None,
    })
}

/// Commit of the checkout, and whether something in it was changed.
fn commit() -> Result<String> {
    let git = |arguments: &[&str]| -> Result<String> {
        let output = command("git", arguments).output().context("asking git for the commit")?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let hash = git(&["rev-parse", "--short=10", "HEAD"])?;
    let is_changed = !git(&["status", "--porcelain", "--untracked-files=no", "--", "*.rs", "*.toml"])?.is_empty();
    Ok(if is_changed { format!("{hash} and changes") } else { hash })
}

fn report(readme: &Path) -> Result<String> {
    let text = std::fs::read_to_string(readme)?;
    let from = text.find("<!-- results").unwrap_or(0);
    Ok(text[from..].to_owned())
}
