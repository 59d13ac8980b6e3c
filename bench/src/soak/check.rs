//! What is done on the server that was started again: is all there that was acknowledged, and what does W1 do beside a load that
//! costs as much as the hostile one and harms nobody?

use super::burner::Burner;
use super::run::{self, Measured, Phase};
use super::verdict::Verdict;
use super::{Server, acknowledged, measured};
use crate::acknowledged::Kept;
use crate::http::Connection;
use crate::process;
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;

/// Instances that are asked for at once.
const PORTION: usize = 1_000;
/// A load of a tenth of a core or less is not compared with a harmless one.
const CHEAP: f64 = 0.1;
/// Longest comparison.
const COMPARED: Duration = Duration::from_secs(60);
/// Lost instances that are named.
const NAMED: usize = 10;
/// The one activity of W1's model.
const ACTIVITY: &str = "work";

#[derive(clap::Args)]
pub(crate) struct Check {
    #[command(flatten)]
    server: Server,
    /// Commit of the server.
    #[arg(long)]
    version: String,
    /// File for the result.
    #[arg(long)]
    out: PathBuf,
    /// Markdown file whose part between the marks is replaced.
    #[arg(long)]
    readme: Option<PathBuf>,
}

/// All that a soak found out.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Soaked {
    pub(super) version: String,
    pub(super) machine: Value,
    #[serde(flatten)]
    pub(super) measured: Measured,
    /// W1 beside a load as costly as the hostile one; none where that was cheap.
    pub(super) beside_harmless: Option<Phase>,
    pub(super) acknowledged: u64,
    pub(super) lost: Vec<Uuid>,
}

impl Check {
    pub(super) async fn execute(self) -> Result<()> {
        let text = std::fs::read_to_string(measured(&self.server.folder)).context("reading what was measured")?;
        let measured: Measured = serde_json::from_str(&text)?;
        let kept = Kept::read(&acknowledged(&self.server.folder))?;
        let (ended, open) = (kept.ended(), kept.open());
        eprintln!("looking up {} instances that had ended and {} that were open", ended.len(), open.len());
        let mut connection = self.server.target()?.connect().await?;
        let mut lost = Vec::new();
        for portion in ended.chunks(PORTION) {
            lost.extend(not_ended(&mut connection, portion).await?);
        }
        for portion in open.chunks(PORTION) {
            lost.extend(nowhere(&mut connection, portion).await?);
        }
        let beside_harmless = self.harmless(&measured).await?;
        let soaked = Soaked {
            version: self.version,
            machine: process::machine(),
            measured,
            beside_harmless,
            acknowledged: (ended.len() + open.len()) as u64,
            lost,
        };
        if let Some(folder) = self.out.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&self.out, serde_json::to_string_pretty(&soaked)?)?;
        let verdict = Verdict::of(&soaked);
        println!("{}", verdict.text());
        if let Some(readme) = &self.readme {
            crate::report::replace(readme, super::verdict::BEGIN, super::verdict::END, &verdict.text())?;
        }
        for id in soaked.lost.iter().take(NAMED) {
            eprintln!("lost: {id}");
        }
        ensure!(verdict.is_met(), "a bound is not met");
        Ok(())
    }

    async fn harmless(&self, measured: &Measured) -> Result<Option<Phase>> {
        if measured.hostile_cores <= CHEAP {
            return Ok(None);
        }
        let duration = COMPARED.min(Duration::from_secs_f64(measured.seconds / 3.0));
        eprintln!(
            "W1 beside a harmless load that takes {:.2} cores for {:.0} s",
            measured.hostile_cores,
            duration.as_secs_f64()
        );
        let burner = Burner::start(measured.hostile_cores)?;
        let phase = run::phase(&self.server, self.server.w1(duration / 4, duration)?).await;
        burner.end()?;
        phase.map(Some)
    }
}

/// Those that history does not call ended.
async fn not_ended(connection: &mut Connection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    // No ids would be no condition.
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = json!({"processInstanceIds": ids, "finished": true});
    let path = "/history/process-instance/count";
    let count = connection.post(path, &query).await?.success(path)?.json()?["count"].as_u64();
    if count.context("a count without number")? == ids.len() as u64 {
        return Ok(Vec::new());
    }
    let found = instances(connection, "/history/process-instance", &query, "id").await?;
    Ok(ids.iter().copied().filter(|id| !found.contains(id)).collect())
}

/// Those that neither wait for a worker nor have ended: an end may have become durable without being answered.
async fn nowhere(connection: &mut Connection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let query = json!({"processInstanceIdIn": ids, "activityIdIn": [ACTIVITY]});
    let waiting = instances(connection, "/external-task", &query, "processInstanceId").await?;
    let others: Vec<Uuid> = ids.iter().copied().filter(|id| !waiting.contains(id)).collect();
    not_ended(connection, &others).await
}

async fn instances(connection: &mut Connection, path: &str, query: &Value, field: &str) -> Result<HashSet<Uuid>> {
    let rows: Vec<Value> = serde_json::from_slice(&connection.post(path, query).await?.success(path)?.body)?;
    rows.iter().map(|row| Ok(row[field].as_str().with_context(|| format!("a row without {field}"))?.parse()?)).collect()
}
