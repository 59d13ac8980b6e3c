//! How long a start takes when the store is large: a few instances of each sort are made over the REST API, then their
//! entries are written again and again under other ids, by the journal itself.
//!
//! Measured are a start after an orderly stop and one after SIGKILL, each until the platform says that it is ready.

use super::{casewright, data, serve};
use crate::process::run as execute;
use anyhow::{Context, Result, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// What waits for a worker, for a person, for a time.
const PROCESSES: [(&str, &str); 3] = [
    ("bench-external", include_str!("../../../bench/models/external.bpmn")),
    ("bench-tasks", include_str!("../../../bench/models/tasks.bpmn")),
    ("bench-timers", include_str!("../../../bench/models/timers.bpmn")),
];
const BOUNDARY: &str = "casewright-bench-boundary";
/// For views of that many instances to be written, once.
const PATIENCE: Duration = Duration::from_secs(3600);
/// For work to be found in memory after a start.
const LOOK: Duration = Duration::from_millis(100);

pub(super) fn run(binaries: &Path, instances: u64) -> Result<()> {
    let binary = binaries.join("casewright");
    let subject = casewright(&binary, false)?;
    let mut templates = Vec::new();
    for (key, model) in PROCESSES {
        deploy(&subject.base, key, model)?;
        templates.push(start(&subject.base, key)?);
    }
    let empty = subject.start;
    drop(subject);
    let begin = Instant::now();
    let mut multiply = Command::new(binaries.join("casewright-multiply"));
    multiply.arg("--dir").arg(data().join("journal")).args(["--copies", &instances.to_string()]);
    execute(multiply.args(&templates))?;
    eprintln!("{instances} instances were written in {:.0} s", begin.elapsed().as_secs_f64());
    let begin = Instant::now();
    let first = serve(&binary, false)?;
    let open = wait_for_views(&first.base, instances)?;
    eprintln!("their views were written in {:.0} s", begin.elapsed().as_secs_f64());
    drop(first);
    let second = serve(&binary, false)?;
    let (in_order, stopped) = (second.start, second);
    let found = fetch(&stopped.base)?;
    let memory = rss(stopped.servers[0].pid())?;
    kill(Pid::from_raw(i32::try_from(stopped.servers[0].pid())?), Signal::SIGKILL)?;
    drop(stopped);
    let third = serve(&binary, false)?;
    let after_kill = third.start;
    println!(
        "\n| open instances | start of an empty store s | start s | start after SIGKILL s | first work fetched after ready s | RSS then MB | disk MB |\n\
         |---|---|---|---|---|---|---|\n| {open} | {:.2} | {:.2} | {:.2} | {:.2} | {} | {} |",
        empty.as_secs_f64(),
        in_order.as_secs_f64(),
        after_kill.as_secs_f64(),
        found.as_secs_f64(),
        memory / 1000,
        disk(&data())? / 1_000_000,
    );
    let limit = Duration::from_secs(3);
    ensure!(in_order < limit && after_kill < limit, "a start took longer than {limit:?}");
    Ok(())
}

fn deploy(base: &str, key: &str, model: &str) -> Result<()> {
    let body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\n{key}\r\n--{BOUNDARY}\r\n\
         Content-Disposition: form-data; name=\"model\"; filename=\"{key}.bpmn\"\r\n\r\n{model}\r\n--{BOUNDARY}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = ureq::post(format!("{base}/deployment/create")).header("Content-Type", &kind);
    request.send(&body).with_context(|| format!("deploying {key}"))?;
    Ok(())
}

/// Starts an instance that waits for long; its id.
fn start(base: &str, key: &str) -> Result<String> {
    let body = json!({"businessKey": "template", "variables": {
        "amount": {"value": 12, "type": "Integer"},
        "group": {"value": "group-1", "type": "String"},
        "due": {"value": "2099-01-01T00:00:00Z", "type": "String"},
    }});
    let started: Value = ureq::post(format!("{base}/process-definition/key/{key}/start"))
        .send_json(body)
        .with_context(|| format!("starting {key}"))?
        .body_mut()
        .read_json()?;
    Ok(started["id"].as_str().context("an instance without id")?.to_owned())
}

fn count(base: &str, path: &str) -> Option<u64> {
    let answer: Value = ureq::get(format!("{base}{path}")).call().ok()?.body_mut().read_json().ok()?;
    answer["count"].as_u64()
}

fn wait_for_views(base: &str, instances: u64) -> Result<u64> {
    let begin = Instant::now();
    loop {
        // Answered with 503 while the views are behind.
        match count(base, "/process-instance/count") {
            Some(open) if open >= instances => return Ok(open),
            _ => ensure!(begin.elapsed() < PATIENCE, "the views are not written after {PATIENCE:?}"),
        }
        std::thread::sleep(LOOK * 10);
    }
}

/// How long until a worker gets something.
fn fetch(base: &str) -> Result<Duration> {
    let begin = Instant::now();
    let body = json!({
        "workerId": "bench", "maxTasks": 1,
        "topics": [{"topicName": "bench-external", "lockDuration": 1000}],
    });
    loop {
        let found: Value = ureq::post(format!("{base}/external-task/fetchAndLock"))
            .send_json(&body)
            .context("fetching external tasks")?
            .body_mut()
            .read_json()?;
        if found.as_array().is_some_and(|tasks| !tasks.is_empty()) {
            return Ok(begin.elapsed());
        }
        ensure!(begin.elapsed() < PATIENCE, "no work was found");
        std::thread::sleep(LOOK);
    }
}

/// Resident memory of a process in kB.
fn rss(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let field = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let text = field.and_then(|rest| rest.split_whitespace().next()).context("a process without VmRSS")?;
    Ok(text.parse()?)
}

/// Bytes of all files of a folder.
pub(super) fn disk(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        sum += if metadata.is_dir() { disk(&entry.path())? } else { metadata.len() };
    }
    Ok(sum)
}
