//! Judges from outside: recorded expectations of a Camunda 7.24, replayed on our server. They live beside the checkout
//! (`../shared`); what does not pass is listed with its reason in `docs/conformance.md`, and nothing else may fail.

use crate::build;
use crate::process::{Server, answers, free_port, root, target};
use crate::services::python;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The list of what is known not to pass, with reasons.
const KNOWN: &str = "docs/conformance.md";

pub(crate) fn scenarios() -> Result<()> {
    let Some(folder) = judge("conformance") else {
        return Ok(());
    };
    let (_server, base) = serve("scenarios")?;
    let python = python::with("requests", &["requests"])?;
    let ask = |base: &str, report: &Path, jobs: &str, only: Option<&str>| {
        let mut runner = Command::new(&python);
        runner.arg(folder.join("run.py")).args(["--base", base, "--jobs", jobs, "--clock", "PUT /conformance/clock"]);
        runner.arg("--scenarios").arg(&folder).arg("--report").arg(report);
        if let Some(id) = only {
            runner.args(["--filter", id]).stdout(Stdio::null());
        }
        let status = runner.status().context("starting the scenario runner")?;
        anyhow::Ok((status, failed(report, "results", |entry| entry["status"] != "passed", "id")?))
    };
    let (status, mut not_right) = ask(&base, &target().join("conformance.json"), "4", None)?;
    // Scenarios count rows and fetch tasks, those of others too. What fails unexpectedly is asked once more, alone on a
    // server of its own.
    let doubtful: Vec<String> = not_right.difference(&known("scenarios")?).cloned().collect();
    for id in doubtful {
        let (_fresh, base) = serve("again")?;
        if !ask(&base, &target().join("conformance-again.json"), "1", Some(&id))?.1.contains(&id) {
            not_right.remove(&id);
        }
    }
    compare("scenarios", &not_right, status.success())
}

pub(crate) fn contract() -> Result<()> {
    let Some(folder) = judge("contract-check") else {
        return Ok(());
    };
    let (_server, base) = serve("contract")?;
    let report = target().join("contract-check.json");
    // What is done on purpose where Camunda refuses would change the rest of the story.
    let golden = target().join("contract-golden.jsonl");
    let left_out = known("calls that are not made")?;
    let told = std::fs::read_to_string(folder.join("golden.jsonl")).context("reading golden.jsonl")?;
    std::fs::write(&golden, without(&told, &left_out)?).context("writing the calls to make")?;
    let mut runner = Command::new(python::with("requests", &["requests"])?);
    runner.arg("check.py").args(["--base", &base, "--lenient-messages", "--limit", "0"]);
    runner.arg("--golden").arg(&golden).arg("--report").arg(&report);
    let status = runner.current_dir(&folder).status().context("starting the contract check")?;
    let counts = |entry: &Value| {
        let differences = entry["differences"].as_array();
        differences.is_some_and(|all| all.iter().any(|one| one["kind"] != "message" && one["kind"] != "extra"))
    };
    compare("calls", &failed(&report, "differences", counts, "name")?, status.success())
}

/// The recorded calls but for some, by name; each of these must be there.
fn without(calls: &str, names: &BTreeSet<String>) -> Result<String> {
    let mut left_out = BTreeSet::new();
    let mut kept = String::with_capacity(calls.len());
    for line in calls.lines() {
        let call: Value = serde_json::from_str(line)?;
        let name = call["name"].as_str().unwrap_or_default();
        if names.contains(name) {
            left_out.insert(name.to_owned());
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    if let Some(unknown) = names.difference(&left_out).next() {
        bail!("{KNOWN} leaves out {unknown}, which is no recorded call");
    }
    Ok(kept)
}

fn judge(name: &str) -> Option<PathBuf> {
    let folder = root().join("../shared").join(name);
    if folder.is_dir() {
        return folder.canonicalize().ok();
    }
    eprintln!("NOT RUN: {} is not there; these recorded expectations are kept beside the checkout", folder.display());
    None
}

fn serve(name: &str) -> Result<(Server, String)> {
    let binary = build::tested_binary()?;
    let data = target().join("conformance-data").join(name);
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let listen = format!("127.0.0.1:{}", free_port()?);
    let mut program = Command::new(binary);
    program.args(["serve", "--conformance", "--listen", &listen, "--data"]).arg(&data);
    let log = target().join(format!("conformance-{name}.log"));
    let mut server = Server::start("casewright", &mut program, Some(&log))?;
    let base = format!("http://{listen}/engine-rest");
    let version = format!("{base}/version");
    server.wait_until(Duration::from_secs(60), || answers(&version))?;
    Ok((server, base))
}

fn failed(report: &Path, list: &str, counts: impl Fn(&Value) -> bool, id: &str) -> Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(report).with_context(|| format!("reading {}", report.display()))?;
    let parsed: Value = serde_json::from_str(&text)?;
    let entries = parsed[list].as_array().with_context(|| format!("{} has no {list}", report.display()))?;
    Ok(entries.iter().filter(|entry| counts(entry)).filter_map(|entry| entry[id].as_str()).map(str::to_owned).collect())
}

/// Fails on every failure that is not listed; names those that are listed and pass by now.
fn compare(section: &str, failed: &BTreeSet<String>, clean: bool) -> Result<()> {
    let known = known(section)?;
    let new: Vec<&String> = failed.difference(&known).collect();
    let mended: Vec<&String> = known.difference(failed).collect();
    eprintln!("{section}: {} do not pass, {} of them listed", failed.len(), failed.len() - new.len());
    for id in &mended {
        eprintln!("  passes now, take it off the list: {id}");
    }
    for id in &new {
        eprintln!("  not listed in {KNOWN}: {id}");
    }
    if !new.is_empty() {
        bail!("{} {section} fail that are not listed in {KNOWN}", new.len());
    }
    if !clean && failed.is_empty() {
        bail!("the judge of {section} failed without naming a failure");
    }
    Ok(())
}

fn known(section: &str) -> Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join(KNOWN)).with_context(|| format!("reading {KNOWN}"))?;
    Ok(listed(&text, section))
}

/// First cells of the table rows below `## <section>`.
fn listed(text: &str, section: &str) -> BTreeSet<String> {
    let heading = format!("## {section}");
    text.lines()
        .skip_while(|line| line.trim() != heading)
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect()
}
