//! What libFuzzer says of a run, and the table of all.

use super::run::Found;
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::path::Path;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Statistics {
    pub(super) executions: u64,
    /// Edges of the program that were taken.
    pub(super) coverage: u64,
}

impl Statistics {
    /// Of one more run, which began with what those before had learned.
    pub(super) fn add(&mut self, other: &Self) {
        self.executions += other.executions;
        self.coverage = self.coverage.max(other.coverage);
    }
}

pub(super) fn read(log: &Path) -> Result<Statistics> {
    let bytes = std::fs::read(log).with_context(|| format!("reading {}", log.display()))?;
    Ok(parse(&String::from_utf8_lossy(&bytes)))
}

/// Lines begin with the number of executions (`#4096 NEW cov: 210 ft: ...`); the final count comes only where it ended in
/// order.
fn parse(text: &str) -> Statistics {
    let mut statistics = Statistics::default();
    for line in text.lines() {
        let executions = match (line.strip_prefix('#'), line.strip_prefix("stat::number_of_executed_units:")) {
            (Some(rest), _) => rest.split_whitespace().next(),
            (None, rest) => rest.map(str::trim),
        };
        if let Some(executions) = executions.and_then(|number| number.parse().ok()) {
            statistics.executions = statistics.executions.max(executions);
        }
        let coverage = line.split_once(" cov: ").and_then(|(_, rest)| rest.split_whitespace().next());
        if let Some(coverage) = coverage.and_then(|number| number.parse().ok()) {
            statistics.coverage = statistics.coverage.max(coverage);
        }
    }
    statistics
}

pub(super) fn line(found: &Found) -> String {
    let Statistics { executions, coverage } = found.statistics;
    let per_second = executions as f64 / found.seconds.max(1.0);
    format!(
        "| {} | {executions} | {:.0} | {per_second:.0} | {coverage} | {} | {} |",
        found.name,
        found.seconds,
        found.corpus,
        if found.has_failed { "failed".to_owned() } else { found.findings.len().to_string() },
    )
}

/// Markdown.
pub(super) fn table(all: &[Found]) -> String {
    let head = "| target | executions | seconds | per second | edges covered | inputs in the corpus | findings |\n";
    let mut out = format!("\n{head}|---|---|---|---|---|---|---|\n");
    for found in all {
        // A string takes what is written to it.
        let _always = writeln!(out, "{}", line(found));
    }
    for finding in all.iter().flat_map(|found| &found.findings) {
        let _always = writeln!(out, "\nfound: {}", finding.display());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_was_broken_off_counts_as_far_as_it_said() {
        let broken = "INFO: Seed: 1\n#2\tINITED cov: 11 ft: 12 corp: 1/1b exec/s: 0 rss: 30Mb\n\
                      #4096\tNEW    cov: 210 ft: 300 corp: 9/99b lim: 8 exec/s: 9 rss: 31Mb L: 3/8 MS: 1\n==1== ERROR\n";
        assert_eq!(parse(broken), Statistics { executions: 4096, coverage: 210 });
        let whole = format!("{broken}stat::number_of_executed_units: 5000\nstat::average_exec_per_sec: 1\n");
        let mut all = parse(&whole);
        assert_eq!(all, Statistics { executions: 5000, coverage: 210 });
        all.add(&Statistics { executions: 10, coverage: 300 });
        assert_eq!(all, Statistics { executions: 5010, coverage: 300 });
    }
}
