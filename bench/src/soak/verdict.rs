//! What a soak is held against, and the table of it.

use super::check::Soaked;
use super::run::Phase;
use super::watch::HEALTH_MS;
use std::fmt::Write as _;

pub(super) const BEGIN: &str = "<!-- soak: written by cargo xtask soak --record -->";
pub(super) const END: &str = "<!-- end of soak -->";

/// Part of its rate that W1 keeps.
const RATE: f64 = 0.8;
/// How many times as long the slowest hundredth of calls may take.
const P99: f64 = 5.0;
/// The server with all its processes.
const MEMORY_MB: f64 = 600.0;
/// Latency of a call that is not told apart from the noise of the machine.
const FLOOR_MS: f64 = 1.0;

pub(super) struct Verdict {
    head: String,
    rows: Vec<Row>,
    tail: String,
}

struct Row {
    what: String,
    alone: String,
    harmless: String,
    beside: String,
    /// None: it is only told.
    bound: Option<(String, bool)>,
}

impl Verdict {
    pub(super) fn of(soaked: &Soaked) -> Self {
        Self { head: head(soaked), rows: rows(soaked), tail: tail(soaked) }
    }

    pub(super) fn is_met(&self) -> bool {
        self.rows.iter().all(|row| row.bound.as_ref().is_none_or(|(_, met)| *met))
    }

    /// Markdown.
    pub(super) fn text(&self) -> String {
        let mut out = format!("\n{}\n\n", self.head);
        out.push_str("| what | W1 alone | beside a harmless load | beside the hostile load | bound | |\n|---|---|---|---|---|---|\n");
        for row in &self.rows {
            let (bound, met) = match &row.bound {
                None => ("", ""),
                Some((bound, true)) => (bound.as_str(), "met"),
                Some((bound, false)) => (bound.as_str(), "**not met**"),
            };
            // A string takes what is written to it.
            let _always =
                writeln!(out, "| {} | {} | {} | {} | {bound} | {met} |", row.what, row.alone, row.harmless, row.beside);
        }
        format!("{out}\n{}\n", self.tail)
    }
}

fn head(soaked: &Soaked) -> String {
    let measured = &soaked.measured;
    format!(
        "Commit {}, {} cores, {:.0} s: {} hostile connections wanted, {:.0} held on average (at most {}), opened {} times; {} bombs, {} of them not thrown \
         because too many were under way. Making that load took {:.2} cores. {}",
        soaked.version,
        soaked.machine["cores"],
        measured.seconds,
        measured.hostile.wanted,
        measured.hostile.held_mean,
        measured.hostile.held_most,
        measured.hostile.opened,
        measured.hostile.bombs.values().map(|bomb| bomb.thrown).sum::<u64>(),
        measured.hostile.skipped,
        measured.hostile_cores,
        match soaked.beside_harmless {
            Some(_) => "W1 is compared with what it does beside a load that costs as much and harms nobody.",
            None => "W1 is compared with what it does alone.",
        }
    )
}

fn rows(soaked: &Soaked) -> Vec<Row> {
    let (alone, beside) = (&soaked.measured.alone, &soaked.measured.beside);
    let harmless = soaked.beside_harmless.as_ref();
    let compared = harmless.unwrap_or(alone);
    let row = |what: &str, of: &dyn Fn(&Phase) -> String, bound: Option<(String, bool)>| Row {
        what: what.to_owned(),
        alone: of(alone),
        harmless: harmless.map(of).unwrap_or_default(),
        beside: of(beside),
        bound,
    };
    let kept = beside.w1.per_second / compared.w1.per_second;
    let mut rows = vec![row(
        "instances/s",
        &|phase| format!("{:.0}", phase.w1.per_second),
        Some((format!("{:.0} % kept, at least {:.0} %", kept * 100.0, RATE * 100.0), kept >= RATE)),
    )];
    for (call, summary) in &beside.w1.latencies {
        let p99 = |phase: &Phase| phase.w1.latencies.get(call).map_or(0.0, |summary| summary.p99);
        let times = summary.p99 / p99(compared).max(FLOOR_MS);
        let shown = |phase: &Phase| {
            let of = phase.w1.latencies.get(call);
            of.map_or_else(String::new, |of| format!("{:.1} / {:.1}", of.p50, of.p99))
        };
        let bound = Some((format!("p99 {times:.1} times, at most {P99:.0}"), times <= P99));
        rows.push(row(&format!("{call}, p50 / p99 ms"), &shown, bound));
    }
    let memory = beside.seen.rss_together as f64 / 1e6;
    rows.push(row(
        "memory at most, MB (server + scripts)",
        &|phase| {
            let seen = &phase.seen;
            let mb = |bytes: u64| bytes / 1_000_000;
            format!("{} ({} + {})", mb(seen.rss_together), mb(seen.rss_server), mb(seen.rss_children))
        },
        Some((format!("at most {MEMORY_MB:.0}"), memory <= MEMORY_MB)),
    ));
    let seen = &beside.seen;
    rows.push(row(
        "slowest answer of /health, ms (failed, over the bound, asked)",
        &|phase| {
            let seen = &phase.seen;
            format!(
                "{:.0} ({}, {}, {})",
                seen.health_slowest_ms, seen.health_failed, seen.health_slow, seen.health_asked
            )
        },
        Some((
            format!("at most {HEALTH_MS:.0}, none fails"),
            seen.health_slowest_ms <= HEALTH_MS && seen.health_failed == 0,
        )),
    ));
    rows.push(row("server's CPU ms each", &|phase| format!("{:.2}", phase.w1.cpu_ms_per_unit), None));
    rows.push(Row {
        what: "acknowledged instances lost after SIGKILL".to_owned(),
        alone: String::new(),
        harmless: String::new(),
        beside: format!("{} of {}", soaked.lost.len(), soaked.acknowledged),
        bound: Some(("none".to_owned(), soaked.lost.is_empty())),
    });
    rows
}

/// What became of the bombs and of the connections.
fn tail(soaked: &Soaked) -> String {
    let mut out = String::from("| hostile client | times | slowest s | what it was answered |\n|---|---|---|---|\n");
    let answers = |answers: &std::collections::BTreeMap<String, u64>| {
        let told: Vec<String> = answers.iter().map(|(answer, times)| format!("{answer}: {times}")).collect();
        told.join(", ")
    };
    for (name, bomb) in &soaked.measured.hostile.bombs {
        // A string takes what is written to it.
        let _always = writeln!(
            out,
            "| {name} | {} | {:.1} | {} |",
            bomb.thrown,
            bomb.slowest_ms / 1000.0,
            answers(&bomb.answers)
        );
    }
    for (name, held) in &soaked.measured.hostile.connections {
        let _always = writeln!(
            out,
            "| connection: {name} | {} | {:.1} | {} |",
            held.opened,
            held.longest_ms / 1000.0,
            answers(&held.endings)
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::hostile::Sent;
    use super::super::run::Measured;
    use super::super::watch::Seen;
    use super::*;
    use crate::latency::Latencies;
    use crate::load::Outcome;
    use std::time::Duration;
    use uuid::Uuid;

    fn phase(per_second: f64, p99_ms: u64, memory_mb: u64, health_ms: f64) -> Phase {
        let mut latencies = Latencies::default();
        latencies.record("start", Duration::from_millis(p99_ms));
        let w1 = Outcome {
            unit: "instances".to_owned(),
            count: 1,
            seconds: 1.0,
            per_second,
            cpu_ms_per_unit: 1.0,
            bytes_written_per_unit: 1.0,
            load_cpu_ms_per_unit: 1.0,
            rss_bytes: 1,
            rss_peak_bytes: 1,
            latencies: latencies.summaries(),
            repeated_calls: 0,
            details: serde_json::Value::Null,
        };
        let seen = Seen { health_slowest_ms: health_ms, rss_together: memory_mb * 1_000_000, ..Seen::default() };
        Phase { w1, seen }
    }

    fn soaked(beside: Phase, beside_harmless: Option<Phase>, lost: Vec<Uuid>) -> Soaked {
        let alone = phase(1000.0, 10, 200, 5.0);
        let measured = Measured { seconds: 60.0, alone, beside, hostile: Sent::default(), hostile_cores: 0.2 };
        Soaked {
            version: "test".to_owned(),
            machine: serde_json::json!({"cores": 2}),
            measured,
            beside_harmless,
            acknowledged: 9,
            lost,
        }
    }

    fn is_met(beside: Phase, harmless: Option<Phase>, lost: Vec<Uuid>) -> bool {
        Verdict::of(&soaked(beside, harmless, lost)).is_met()
    }

    #[test]
    fn each_bound_fails_by_itself() {
        assert!(is_met(phase(800.0, 49, 600, 200.0), None, Vec::new()));
        assert!(!is_met(phase(790.0, 49, 600, 200.0), None, Vec::new()));
        assert!(!is_met(phase(800.0, 51, 600, 200.0), None, Vec::new()));
        assert!(!is_met(phase(800.0, 49, 601, 200.0), None, Vec::new()));
        assert!(!is_met(phase(800.0, 49, 600, 201.0), None, Vec::new()));
        assert!(!is_met(phase(800.0, 49, 600, 200.0), None, vec![Uuid::nil()]));
    }

    #[test]
    fn where_the_load_was_dear_a_harmless_one_is_compared_with() {
        let harmless = Some(phase(700.0, 20, 200, 5.0));
        assert!(is_met(phase(560.0, 99, 300, 20.0), harmless.clone(), Vec::new()));
        let verdict = Verdict::of(&soaked(phase(500.0, 99, 300, 20.0), harmless, Vec::new()));
        assert!(!verdict.is_met());
        assert!(verdict.text().contains("| 1000 | 700 | 500 | 71 % kept, at least 80 % | **not met** |"));
    }
}
