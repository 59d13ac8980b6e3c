//! The work that every worker is given, and what must have come of it.

use super::platform::Platform;
use crate::process::Server;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Longer than any of it takes; shorter than a long poll is answered empty twice.
const LIMIT: Duration = Duration::from_secs(30);

/// How long a worker's request waits for work.
const LONG_POLL_SECONDS: u64 = 10;

/// A program that fetches the topics of `clients.bpmn`.
pub(crate) struct Worker {
    pub(crate) name: &'static str,
    /// Its client can prolong a lock.
    pub(crate) extends_locks: bool,
    pub(crate) start: Box<dyn FnOnce() -> Result<Server>>,
}

struct Play<'a> {
    platform: &'a Platform,
    worker: Server,
}

pub(crate) fn play(platform: &Platform, worker: Worker) -> Result<()> {
    let (name, extends_locks) = (worker.name, worker.extends_locks);
    eprintln!("{name}: fetches, answers, fails, breaks");
    let begin = Instant::now();
    let fetches = platform.fetches()?;
    // Before it starts, the less important one first.
    let ranks = [
        start(platform, "rank", json!({"rank": {"value": 10}}))?,
        start(platform, "rank", json!({"rank": {"value": 90}}))?,
    ];
    let mut play = Play { platform, worker: (worker.start)()? };
    let outcome =
        play.acts(&ranks, extends_locks).with_context(|| format!("the client {name}; see clients-{name}.log"));
    drop(play);
    outcome?;
    // Rank two, echo one, flaky three, reject one, slow two; and one answered empty per long poll. A client that is answered at once
    // asks hundreds of times.
    let asked = platform.fetches()? - fetches;
    let allowed = 9 + 3 + begin.elapsed().as_secs() / LONG_POLL_SECONDS;
    ensure!(asked <= allowed, "{name} asked {asked} times, {allowed} are enough: requests do not wait for work");
    eprintln!("{name}: all done, asked {asked} times in {:.1} s", begin.elapsed().as_secs_f64());
    Ok(())
}

impl Play<'_> {
    fn acts(&mut self, ranks: &[String; 2], extends_locks: bool) -> Result<()> {
        self.priorities_are_kept(ranks)?;
        self.variables_keep_their_types()?;
        self.a_failure_without_retries_is_an_incident()?;
        self.a_business_error_takes_its_boundary()?;
        if extends_locks {
            self.a_lock_is_prolonged()?;
        }
        Ok(())
    }

    fn priorities_are_kept(&mut self, ranks: &[String; 2]) -> Result<()> {
        for instance in ranks {
            self.until_it_ends(instance)?;
        }
        let done = |instance: &String| -> Result<String> {
            let log = self
                .platform
                .get(&format!("/history/external-task-log?successLog=true&processInstanceId={instance}"))?;
            text(&log[0]["timestamp"])
        };
        let (lower, higher) = (done(&ranks[0])?, done(&ranks[1])?);
        ensure!(higher < lower, "priority 90 was done at {higher}, priority 10 at {lower}");
        Ok(())
    }

    fn variables_keep_their_types(&mut self) -> Result<()> {
        let given = json!({
            "text": {"value": "grün & gut", "type": "String"},
            "whole": {"value": 41, "type": "Integer"},
            "large": {"value": 4_200_000_000_i64, "type": "Long"},
            "ratio": {"value": 2.5, "type": "Double"},
            "flag": {"value": true, "type": "Boolean"},
            "day": {"value": "2026-11-21T12:00:00.000+0000", "type": "Date"},
            "note": {"value": "{\"a\":[1,2]}", "type": "Json"},
            "nothing": {"value": null, "type": "Null"},
        });
        let instance = start(self.platform, "echo", given)?;
        self.until_it_ends(&instance)?;
        let wanted = [
            ("outText", "String", json!("grün & gut!")),
            ("outWhole", "Integer", json!(42)),
            ("outLarge", "Long", json!(4_200_000_001_i64)),
            ("outRatio", "Double", json!(6.25)),
            ("outFlag", "Boolean", json!(false)),
            ("outDay", "Date", json!("2026-11-22T12:00:00.000+0000")),
        ];
        for (name, kind, value) in wanted {
            let found = self.variable(&instance, name)?;
            ensure!(found["type"] == kind && found["value"] == value, "{name} is {found}, not {kind} {value}");
        }
        let note = self.variable(&instance, "outNote")?;
        let content: Value =
            serde_json::from_str(note["value"].as_str().with_context(|| format!("outNote is {note}"))?)?;
        ensure!(note["type"] == "Json" && content == json!({"a": [1, 2], "b": true}), "outNote is {note}");
        let local = self.variable(&instance, "scratch")?;
        ensure!(local["activityInstanceId"] != json!(instance), "scratch is not local to its task: {local}");
        Ok(())
    }

    fn a_failure_without_retries_is_an_incident(&mut self) -> Result<()> {
        let instance = start(self.platform, "flaky", json!({}))?;
        let incidents = format!("/incident?processInstanceId={instance}");
        self.until("the incident", |platform| {
            Ok(platform.get(&incidents)?.as_array().is_some_and(|found| !found.is_empty()))
        })?;
        let incident = self.platform.get(&incidents)?[0].clone();
        ensure!(incident["incidentType"] == "failedExternalTask", "{incident}");
        ensure!(incident["incidentMessage"] == "no paper", "{incident}");
        let task = text(&incident["configuration"])?;
        let failed = self.platform.get(&format!("/external-task/{task}"))?;
        ensure!(failed["retries"] == 0, "{failed}");
        let log = format!("/history/external-task-log?failureLog=true&processInstanceId={instance}");
        let log = self.platform.get(&log)?;
        ensure!(log.as_array().map(Vec::len) == Some(2), "failed once with retries and once without: {log}");
        self.platform.put(&format!("/process-instance/{instance}/variables/mended"), &json!({"value": true}))?;
        self.platform.put(&format!("/external-task/{task}/retries"), &json!({"retries": 1}))?;
        self.until_it_ends(&instance)?;
        let resolved = self.platform.get(&format!("/history/incident?resolved=true&processInstanceId={instance}"))?;
        ensure!(resolved.as_array().map(Vec::len) == Some(1), "the incident is not resolved: {resolved}");
        Ok(())
    }

    fn a_business_error_takes_its_boundary(&mut self) -> Result<()> {
        let instance = start(self.platform, "reject", json!({}))?;
        self.until_it_ends(&instance)?;
        let ends = format!("/history/activity-instance?processInstanceId={instance}&activityType=noneEndEvent");
        let ends = self.platform.get(&ends)?;
        ensure!(ends[0]["activityId"] == "rejectedEnd", "{ends}");
        for (name, value) in [("code", "REJECTED"), ("message", "not for us"), ("reason", "too heavy")] {
            let found = self.variable(&instance, name)?;
            ensure!(found["value"] == value, "{name} is {found}");
        }
        Ok(())
    }

    fn a_lock_is_prolonged(&mut self) -> Result<()> {
        let instance = start(self.platform, "slow", json!({}))?;
        let locked = format!("/external-task?processInstanceId={instance}&locked=true");
        let task = format!("/history/process-instance/{instance}");
        let began = year(&self.platform.get(&task)?["startTime"])?;
        self.until("the longer lock", |platform| {
            let found = platform.get(&locked)?;
            Ok(found[0]["lockExpirationTime"].is_string() && year(&found[0]["lockExpirationTime"])? >= began + 9)
        })?;
        let id = text(&self.platform.get(&locked)?[0]["id"])?;
        self.platform.put(&format!("/process-instance/{instance}/variables/extended"), &json!({"value": true}))?;
        self.platform.post(&format!("/external-task/{id}/unlock"), &json!({}))?;
        self.until_it_ends(&instance)
    }

    fn variable(&self, instance: &str, name: &str) -> Result<Value> {
        let path = format!(
            "/history/variable-instance?processInstanceId={instance}&variableName={name}&deserializeValues=false"
        );
        Ok(self.platform.get(&path)?[0].clone())
    }

    /// An incident on the way is what the worker has to say.
    fn until_it_ends(&mut self, instance: &str) -> Result<()> {
        let ended = format!("/history/process-instance/{instance}");
        let incidents = format!("/incident?processInstanceId={instance}");
        self.until("the end", |platform| {
            let found = platform.get(&incidents)?;
            if let Some(message) = found[0]["incidentMessage"].as_str() {
                bail!("the worker failed: {message}");
            }
            Ok(platform.get(&ended)?["state"] == "COMPLETED")
        })
    }

    fn until(&mut self, what: &str, is_so: impl Fn(&Platform) -> Result<bool>) -> Result<()> {
        let begin = Instant::now();
        while !is_so(self.platform)? {
            if let Some(status) = self.worker.ended()? {
                bail!("the worker ended with {status}");
            }
            ensure!(begin.elapsed() < LIMIT, "{what} did not come within {LIMIT:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

fn start(platform: &Platform, key: &str, variables: Value) -> Result<String> {
    let started = platform.post(&format!("/process-definition/key/{key}/start"), &json!({"variables": variables}))?;
    text(&started["id"])
}

fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("{value} is no text"))
}

/// Of a date as the contract writes it.
fn year(value: &Value) -> Result<u32> {
    let text = text(value)?;
    text.get(..4).and_then(|digits| digits.parse().ok()).with_context(|| format!("{text} is no date"))
}
