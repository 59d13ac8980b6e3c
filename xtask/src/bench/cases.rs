//! `cargo xtask bench cases`: how many cases a second are made over REST, and how long the pages of a person take beside 10,000 and
//! 1,000,000 of them.
//!
//! Some cases of every sort are made over the REST API, a tenth with a process that waits for a person; the rest are these again
//! under other ids, written by the journal itself. Then the platform is started over them, and asked when its views are written.

use super::{PASSWORD, USER, add_user, commit, data, sign_in};
use crate::process::{Server, answers, free_port, root, run, target};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Cases beside which everything is asked.
const SIZES: [u64; 2] = [10_000, 1_000_000];
/// Beside so many, each question is asked less often: one alone is a tenth of a second.
const MANY: u64 = 100_000;
/// For views of a million cases to be written, once.
const PATIENCE: Duration = Duration::from_secs(7200);
const LOOK: Duration = Duration::from_secs(1);
/// Consumers that handle nothing for so long have nothing to do.
const SETTLED: Duration = Duration::from_secs(10);
const HANDLED: &str = "bus_handled_total{";
/// Of who asks: as a supervisor, not as somebody who may see everything. Definitions are published by the same person.
const ROLES: [&str; 2] = ["supervisor", "process-developer"];
/// Of who may take the tasks.
const GROUP: &str = "bench";
const BEGIN: &str = "<!-- cases: written by cargo xtask bench cases -->";
const END: &str = "<!-- end of cases -->";

/// What `casewright-bench cases ask` found.
#[derive(Deserialize)]
struct Asked {
    cases: u64,
    asked: BTreeMap<String, Took>,
}

#[derive(Deserialize)]
struct Took {
    p50: f64,
    p95: f64,
    p99: f64,
    max: f64,
}

/// What `casewright-bench cases create` found.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rate {
    definition: String,
    per_second: f64,
    settled_per_second: f64,
    cpu_ms: f64,
    create: Took,
}

/// `size`: only beside so many.
pub(super) fn execute(binaries: &Path, seconds: f64, size: Option<u64>) -> Result<()> {
    let sizes = size.map_or_else(|| SIZES.to_vec(), |size| vec![size]);
    let folder = target().join("bench/cases");
    std::fs::create_dir_all(&folder)?;
    let place = Place { binaries: binaries.to_owned(), folder };
    let mut table = String::new();
    for size in sizes {
        let rates = place.create(seconds)?;
        let (views, asked, bytes) = place.ask(size)?;
        writeln!(
            table,
            "\n{} cases, commit {}: views written in {:.0} s after a start, {} MB on disk\n\n| what | p50 / p95 / p99 / max ms |\n|---|---|",
            asked.cases,
            commit()?,
            views.as_secs_f64(),
            bytes / 1_000_000
        )?;
        for rate in rates {
            let what = format!(
                "create ({}): {:.0} a second answered, {:.0} done, {:.2} ms of processor time each",
                rate.definition, rate.per_second, rate.settled_per_second, rate.cpu_ms
            );
            writeln!(table, "| {what} | {} |", rate.create.cells())?;
        }
        for (what, took) in &asked.asked {
            writeln!(table, "| {what} | {} |", took.cells())?;
        }
    }
    println!("{table}");
    write_into(&root().join("bench/README.md"), &table)
}

impl Took {
    fn cells(&self) -> String {
        format!("{:.1} / {:.1} / {:.1} / {:.1}", self.p50, self.p95, self.p99, self.max)
    }
}

struct Place {
    binaries: PathBuf,
    folder: PathBuf,
}

impl Place {
    fn templates(&self) -> PathBuf {
        self.folder.join("templates.json")
    }

    /// A store with the cases that are copied, and how fast cases were made.
    fn create(&self, seconds: f64) -> Result<Vec<Rate>> {
        let data = data();
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        std::fs::create_dir_all(&data)?;
        add_user(&self.binaries.join("casewright"), &data, USER, &ROLES, &[GROUP])?;
        let (server, listen) = self.serve()?;
        let mut create = self.bench("create", &listen, "rates.json")?;
        create.arg("--templates").arg(self.templates()).args(["--seconds", &seconds.to_string()]);
        create.args(["--pid", &server.pid().to_string()]);
        run(&mut create)?;
        drop(server);
        Ok(serde_json::from_str(&std::fs::read_to_string(self.folder.join("rates.json"))?)?)
    }

    /// So many cases, and how long the pages of a person take then.
    fn ask(&self, size: u64) -> Result<(Duration, Asked, u64)> {
        let begin = Instant::now();
        let mut multiply = Command::new(self.binaries.join("casewright-multiply"));
        multiply.arg("--dir").arg(data().join("journal")).args(["--copies", &size.to_string()]);
        run(multiply.arg("--cases").arg(self.templates()))?;
        eprintln!("{size} cases were written in {:.0} s", begin.elapsed().as_secs_f64());
        let begin = Instant::now();
        let (server, listen) = self.serve()?;
        wait_for_views(&listen, size)?;
        let views = begin.elapsed();
        eprintln!("their views were written in {:.0} s", views.as_secs_f64());
        wait_for_index(&listen)?;
        eprintln!("they were found by their words after {:.0} s", begin.elapsed().as_secs_f64());
        wait_for_consumers(&listen)?;
        eprintln!("what follows from them was done after {:.0} s", begin.elapsed().as_secs_f64());
        let rounds = if size < MANY { 200 } else { 60 };
        let mut ask = self.bench("ask", &listen, "asked.json")?;
        run(ask.args(["--expect", &size.to_string(), "--rounds", &rounds.to_string()]))?;
        let bytes = super::start::disk(&data())?;
        drop(server);
        let asked = serde_json::from_str(&std::fs::read_to_string(self.folder.join("asked.json"))?)?;
        Ok((views, asked, bytes))
    }

    fn bench(&self, what: &str, listen: &str, out: &str) -> Result<Command> {
        let mut bench = Command::new(self.binaries.join("casewright-bench"));
        bench.args(["cases", what, "--listen", listen]).arg("--out").arg(self.folder.join(out));
        bench.env("CASEWRIGHT_BENCH_TOKEN", sign_in::token(listen, USER, PASSWORD)?);
        Ok(bench)
    }

    /// The whole platform, with its defaults.
    fn serve(&self) -> Result<(Server, String)> {
        let listen = format!("127.0.0.1:{}", free_port()?);
        let mut serve = Command::new(self.binaries.join("casewright"));
        serve.args(["serve", "--listen", &listen, "--data"]).arg(data());
        // The measurement is longer than a token usually lives.
        serve.env("CASEWRIGHT_ACCESS__ACCESS_TOKEN_SECONDS", "86400");
        serve.env_remove("RUST_BACKTRACE");
        let mut server = Server::start("casewright", &mut serve, Some(&target().join("bench/casewright.log")))?;
        let ready = format!("http://{listen}/health/ready");
        server.wait_until(PATIENCE, || answers(&ready))?;
        Ok((server, listen))
    }
}

/// Until as many are counted as were written: while views are behind it answers 503, or does not answer in time.
fn wait_for_views(listen: &str, size: u64) -> Result<()> {
    wait_until(listen, "/api/v1/cases/statistics", |told| told["total"].as_u64().is_some_and(|total| total >= size))
}

/// Until the index of each word has all of them: it is made behind the views, and takes a processor while it is.
fn wait_for_index(listen: &str) -> Result<()> {
    wait_until(listen, "/api/v1/search?q=neighbour&limit=1", |found| found["isCatchingUp"] == false)
}

/// Until consumers of the bus do nothing any more: cases that were written by the journal are news to them, and what they make of those
/// (notifications of tasks) is written as well. Whoever asks meanwhile waits behind all of that.
fn wait_for_consumers(listen: &str) -> Result<()> {
    let begin = Instant::now();
    let token = sign_in::token(listen, USER, PASSWORD)?;
    let mut before = None;
    loop {
        let request = ureq::get(format!("http://{listen}/metrics"));
        let text = request.header("Authorization", format!("Bearer {token}")).call()?.body_mut().read_to_string()?;
        let handled = handled(&text);
        if before == Some(handled) {
            return Ok(());
        }
        before = Some(handled);
        ensure!(begin.elapsed() < PATIENCE, "consumers were still busy after {PATIENCE:?}: {handled} entries");
        std::thread::sleep(SETTLED);
    }
}

/// Entries that consumers have handled, as the metrics tell.
fn handled(metrics: &str) -> u64 {
    let of_consumer = metrics.lines().filter(|line| line.starts_with(HANDLED));
    of_consumer.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok()).sum()
}

/// Asks again and again, as the person, until the answer is the one that is waited for.
fn wait_until(listen: &str, path: &str, is_it: impl Fn(&serde_json::Value) -> bool) -> Result<()> {
    let begin = Instant::now();
    let token = sign_in::token(listen, USER, PASSWORD)?;
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let ask = || -> Option<serde_json::Value> {
        let request = agent.get(format!("http://{listen}{path}"));
        let mut answer = request.header("Authorization", format!("Bearer {token}")).call().ok()?;
        answer.body_mut().read_json().ok()
    };
    while !ask().is_some_and(|answer| is_it(&answer)) {
        ensure!(begin.elapsed() < PATIENCE, "{path} was asked for {PATIENCE:?}");
        std::thread::sleep(LOOK);
    }
    Ok(())
}

/// Puts a table between the marks of a page.
fn write_into(page: &Path, table: &str) -> Result<()> {
    let text = std::fs::read_to_string(page)?;
    let (before, rest) = text.split_once(BEGIN).with_context(|| format!("{} has no {BEGIN}", page.display()))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("{} has no {END}", page.display()))?;
    Ok(std::fs::write(page, format!("{before}{BEGIN}\n{table}\n{END}{after}"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_consumers_have_handled_is_added_up() {
        let text = "# TYPE bus_handled_total counter\nbus_handled_total{consumer=\"a\"} 48\nbus_failed_total{consumer=\"a\"} 3\n\
            bus_handled_total{consumer=\"b\"} 5268357\n";
        assert_eq!(handled(text), 5_268_405);
        assert_eq!(handled(""), 0);
    }
}
