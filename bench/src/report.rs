//! Results as a table.

use crate::load::Outcome;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs;
use std::path::Path;

const BEGIN: &str = "<!-- results: written by cargo xtask bench -->";
const END: &str = "<!-- end of results -->";
/// The engine that the others are compared with.
const OURS: &str = "casewright";

/// One run of one work.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Measured {
    pub(crate) work: String,
    pub(crate) engine: String,
    pub(crate) version: String,
    pub(crate) round: u32,
    /// Set when the load was held at this rate.
    pub(crate) rate: Option<f64>,
    pub(crate) start_seconds: Option<f64>,
    pub(crate) machine: Value,
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

/// In one line, for who waits.
pub(crate) fn line(result: &Measured) -> String {
    let outcome = &result.outcome;
    format!(
        "{} {} round {}: {:.0} {}/s, {:.3} ms CPU and {:.0} bytes written each, {} MB; {}",
        result.work,
        result.engine,
        result.round,
        outcome.per_second,
        outcome.unit,
        outcome.cpu_ms_per_unit,
        outcome.bytes_written_per_unit,
        outcome.rss_peak_bytes / 1_000_000,
        latencies(outcome),
    )
}

fn latencies(outcome: &Outcome) -> String {
    let parts: Vec<String> = outcome
        .latencies
        .iter()
        .map(|(call, of)| format!("{call} {} / {} / {}", short(of.p50), short(of.p95), short(of.p99)))
        .collect();
    parts.join(", ")
}

fn short(ms: f64) -> String {
    if ms < 10.0 { format!("{ms:.2}") } else { format!("{ms:.0}") }
}

/// Replaces what stands between the marks of the file.
pub(crate) fn write(results: &Path, readme: &Path) -> Result<()> {
    replace(readme, BEGIN, END, &table(&read(results)?))
}

/// Puts a text between two marks of a file.
pub(crate) fn replace(file: &Path, begin: &str, end: &str, between: &str) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let (before, rest) =
        text.split_once(begin).with_context(|| format!("{} lacks the line {begin}", file.display()))?;
    let (_, after) = rest.split_once(end).with_context(|| format!("{} lacks the line {end}", file.display()))?;
    fs::write(file, format!("{before}{begin}\n{between}{end}{after}"))?;
    Ok(())
}

fn read(folder: &Path) -> Result<Vec<Measured>> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .with_context(|| format!("reading {}", folder.display()))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    ensure!(!files.is_empty(), "{} holds no results", folder.display());
    files.sort();
    files
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path)?;
            serde_json::from_str(&text).with_context(|| format!("{} is no result", path.display()))
        })
        .collect()
}

fn table(results: &[Measured]) -> String {
    let mut out = String::new();
    if let Some(first) = results.first() {
        let machine = &first.machine;
        out.push_str(&format!(
            "\nMachine: {} cores ({}), {} GiB; the load runs on it, too. Load average when each run ended: {}.\n\n",
            machine["cores"],
            machine["processor"].as_str().unwrap_or("unknown processor"),
            machine["memoryGiB"],
            loads(results),
        ));
    }
    out.push_str(
        "| work | engine | per second | CPU ms each | bytes written each | peak RSS MB | p50 / p95 / p99 ms | start s |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for result in results {
        let outcome = &result.outcome;
        let rate = result.rate.map_or_else(String::new, |rate| format!(" at {rate:.0}/s"));
        out.push_str(&format!(
            "| {}{rate} | {} {} (round {}) | {:.0} {} | {:.3} | {:.0} | {} | {} | {} |\n",
            result.work,
            result.engine,
            result.version,
            result.round,
            outcome.per_second,
            outcome.unit,
            outcome.cpu_ms_per_unit,
            outcome.bytes_written_per_unit,
            outcome.rss_peak_bytes / 1_000_000,
            latencies(outcome),
            result.start_seconds.map_or_else(String::new, |seconds| format!("{seconds:.1}")),
        ));
    }
    for ratio in ratios(results) {
        out.push_str(&format!("\n{ratio}\n"));
    }
    for result in results.iter().filter(|result| !result.outcome.details.is_null()) {
        out.push_str(&format!(
            "\n{} {} (round {}): `{}`\n",
            result.work, result.engine, result.round, result.outcome.details
        ));
    }
    out
}

fn loads(results: &[Measured]) -> String {
    let loads: Vec<&str> = results.iter().filter_map(|result| result.machine["load"].as_str()).collect();
    loads.join(", ")
}

/// Per work: ours over each peer's, by the mean of the rounds.
fn ratios(results: &[Measured]) -> Vec<String> {
    let mean = |work: &str, engine: &str, of: fn(&Outcome) -> f64| {
        let values: Vec<f64> = results
            .iter()
            .filter(|result| result.work == work && result.engine == engine && result.rate.is_none())
            .map(|result| of(&result.outcome))
            .collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let mut pairs: Vec<(&str, &str)> = results
        .iter()
        .filter(|result| result.engine != OURS)
        .map(|result| (result.work.as_str(), result.engine.as_str()))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
        .iter()
        .filter_map(|(work, peer)| {
            let speed =
                mean(work, OURS, |outcome| outcome.per_second)? / mean(work, peer, |outcome| outcome.per_second)?;
            let cpu = mean(work, peer, |outcome| outcome.cpu_ms_per_unit)?
                / mean(work, OURS, |outcome| outcome.cpu_ms_per_unit)?;
            Some(format!(
                "**{work}: {speed:.1} times the throughput of {peer}, with 1/{cpu:.1} of the CPU time per unit.**"
            ))
        })
        .collect()
}
