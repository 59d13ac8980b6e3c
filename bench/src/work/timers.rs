//! W5: timers that are all due in one second, or spread over a minute (`--rate` timers per second).

use super::start_all;
use crate::http::Connection;
use crate::latency::Latencies;
use crate::load::{Meter, Outcome, Settings};
use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use serde_json::json;
use std::time::{Duration, Instant};

const KEY: &str = "bench-timers";
const SIZE: u64 = 100_000;
const CALIBRATION: u64 = 1_000;
const LOOK: Duration = Duration::from_millis(200);
const PAGE: usize = 2_000;
/// A timer that has not fired after this long is lost.
const PATIENCE: Duration = Duration::from_secs(600);

pub(super) async fn run(settings: Settings) -> Result<Outcome> {
    let mut connection = settings.target.connect().await?;
    connection.deploy(&[("timers.bpmn", include_str!("../../models/timers.bpmn"))]).await?;
    let size = settings.size.unwrap_or(SIZE);
    // How fast timers are set tells when they can be due: after the last of them is there.
    let begin = Instant::now();
    set(&settings, CALIBRATION.min(size), |_| Timestamp::now().as_millisecond()).await?;
    let per_timer = begin.elapsed() / u32::try_from(CALIBRATION.min(size))?;
    finish(&mut connection, CALIBRATION.min(size)).await?;
    let done = connection.finished(KEY).await?;
    let time_to_set = per_timer * u32::try_from(size)?;
    let due = Timestamp::now().as_millisecond() + i64::try_from((time_to_set * 2).as_millis())? + 5_000;
    let spread_ms = settings.rate.map_or(1_000.0, |rate| size as f64 * 1000.0 / rate);
    set(&settings, size, move |n| due + (n as f64 / size as f64 * spread_ms) as i64).await?;
    let late = Timestamp::now().as_millisecond() - due;
    ensure!(late < 0, "setting the timers took {late} ms longer than planned: the machine is too uneven");
    let finished = connection.finished(KEY).await?;
    ensure!(finished == done, "{} timers fired before they were due", finished - done);
    tokio::time::sleep(Duration::from_millis(
        due.saturating_sub(Timestamp::now().as_millisecond()).max(0).unsigned_abs(),
    ))
    .await;
    let meter = Meter::start(&settings.pids, 0)?;
    finish(&mut connection, done + size).await?;
    let mut outcome = meter.stop("timers", size)?;
    let lateness = lateness(&mut connection, due).await?;
    outcome.latencies = lateness.summaries();
    outcome.details = json!({"spreadMs": spread_ms, "measuredFromDue": true});
    Ok(outcome)
}

/// Starts instances whose timers are due at these times (milliseconds since 1970).
async fn set(settings: &Settings, size: u64, due: impl Fn(u64) -> i64 + Clone + Send + 'static) -> Result<()> {
    start_all(settings, KEY, size, move |n| {
        let at = due(n);
        let text = Timestamp::from_millisecond(at)?.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        Ok(json!({
            "businessKey": at.to_string(),
            "variables": {"due": {"value": text, "type": "String"}},
        }))
    })
    .await
}

async fn finish(connection: &mut Connection, count: u64) -> Result<()> {
    let begin = Instant::now();
    while connection.finished(KEY).await? < count {
        ensure!(begin.elapsed() < PATIENCE, "timers have not fired {} s after they were due", PATIENCE.as_secs());
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

/// From when a timer was due to when its instance ended, by history; each instance must be there once.
async fn lateness(connection: &mut Connection, not_before: i64) -> Result<Latencies> {
    let mut latencies = Latencies::default();
    for first in (0..).step_by(PAGE) {
        let path = format!(
            "/history/process-instance?processDefinitionKey={KEY}&sortBy=instanceId&sortOrder=asc&firstResult={first}&maxResults={PAGE}"
        );
        let answer = connection.get(&path).await?.success("the history")?;
        let rows: Vec<Row> = serde_json::from_slice(&answer.body)?;
        for row in &rows {
            let due: i64 = row.business_key.parse().context("a business key that is no time")?;
            if due < not_before {
                continue;
            }
            let ended = Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", &row.end_time)?.as_millisecond();
            latencies.record("lateness", Duration::from_millis(ended.saturating_sub(due).max(0).unsigned_abs()));
        }
        if rows.len() < PAGE {
            break;
        }
    }
    Ok(latencies)
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    business_key: String,
    end_time: String,
}
