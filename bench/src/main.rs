//! The load generator. It speaks the Camunda 7 REST API and nothing else, so the same work drives Casewright and any peer.
//!
//! `cargo xtask bench` builds and starts what is measured, calls this program per work, and makes the report.

mod acknowledged;
mod behind;
mod cases;
mod endurance;
mod engine;
mod http;
mod latency;
mod load;
mod process;
mod report;
mod soak;
mod work;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Parser)]
#[command(name = "casewright-bench")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Do one work against a running engine and write what came of it.
    Run(Run),
    /// Do W1 for long, minute by minute.
    Endure(endurance::Endure),
    /// W1 beside hostile clients: what it keeps, and whether anything acknowledged is lost.
    #[command(subcommand)]
    Soak(soak::Soak),
    /// Cases by the thousand: how many are made per second, how long a person's pages take beside them.
    #[command(subcommand)]
    Cases(cases::Cases),
    /// Make the table of a README from the results in a folder.
    Report {
        results: PathBuf,
        /// File whose part between the marks is replaced.
        readme: PathBuf,
    },
}

#[derive(clap::Args)]
struct Run {
    #[arg(value_enum, ignore_case = true)]
    work: work::Work,
    /// Where the engine answers.
    #[arg(long, default_value = "http://127.0.0.1:8080/engine-rest")]
    base: String,
    /// `name:password` for HTTP Basic.
    #[arg(long, env = "CASEWRIGHT_BENCH_USER", hide_env_values = true)]
    user: Option<String>,
    /// Process whose costs are counted, with all below it; may be repeated.
    #[arg(long = "pid")]
    pids: Vec<u32>,
    /// What the results call the engine.
    #[arg(long, default_value = "casewright")]
    engine: String,
    /// Commit or version of the engine.
    #[arg(long, default_value = "")]
    version: String,
    #[arg(long, default_value_t = 1)]
    round: u32,
    #[arg(long, default_value_t = 16)]
    connections: usize,
    #[arg(long, default_value_t = 5.0)]
    warm_up: f64,
    #[arg(long, default_value_t = 20.0)]
    seconds: f64,
    /// Open tasks (W4) or timers (W5).
    #[arg(long)]
    size: Option<u64>,
    /// Starts (W1) or due timers (W5) per second.
    #[arg(long)]
    rate: Option<f64>,
    /// W3: also the cost of a child among 10 to 10,000.
    #[arg(long)]
    scaling: bool,
    /// W7: the work beside the lists.
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    beside: work::Beside,
    /// Seconds that the engine took to start.
    #[arg(long)]
    start_seconds: Option<f64>,
    /// File for the result.
    #[arg(long)]
    out: Option<PathBuf>,
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Run(run) => runtime()?.block_on(run.execute()),
        Command::Endure(endure) => runtime()?.block_on(endure.execute()),
        Command::Soak(soak) => runtime()?.block_on(soak.execute()),
        Command::Cases(cases) => runtime()?.block_on(cases.execute()),
        Command::Report { results, readme } => report::write(&results, &readme),
    }
}

/// One thread: the load must leave the machine to what it drives.
fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

impl Run {
    async fn execute(self) -> Result<()> {
        let settings = load::Settings {
            target: http::Target::parse(&self.base, self.user.as_deref())?,
            pids: self.pids,
            connections: self.connections,
            warm_up: Duration::from_secs_f64(self.warm_up),
            duration: Duration::from_secs_f64(self.seconds),
            size: self.size,
            rate: self.rate,
            with_scaling: self.scaling,
            acknowledged: None,
        };
        let outcome = Box::pin(self.work.run(settings, self.beside)).await?;
        let work = match self.work {
            work::Work::W7 => format!("{:?} beside {:?}", self.work, self.beside),
            _ => format!("{:?}", self.work),
        };
        let result = report::Measured {
            work,
            engine: self.engine,
            version: self.version,
            round: self.round,
            rate: self.rate,
            start_seconds: self.start_seconds,
            machine: process::machine(),
            outcome,
        };
        let text = serde_json::to_string_pretty(&result)?;
        match &self.out {
            Some(file) => {
                if let Some(folder) = file.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                std::fs::write(file, text)?;
                eprintln!("{}", report::line(&result));
            }
            None => println!("{text}"),
        }
        Ok(())
    }
}
