//! W1 for long: is the last minute as fast as the second, what does a finished instance leave on the disk, and is the disk
//! bounded when history is cleaned?

use crate::http::Target;
use crate::load::{Load, Settings};
use crate::process;
use crate::work;
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);
/// How often history that is past its removal time is cleaned, when it is.
const CLEANING: Duration = Duration::from_secs(5);
/// For views to take what was done last.
const SETTLING: Duration = Duration::from_secs(60);

#[derive(clap::Args)]
pub(crate) struct Endure {
    /// Where the engine answers.
    #[arg(long)]
    base: String,
    /// Process whose memory is looked at, with all below it.
    #[arg(long = "pid")]
    pids: Vec<u32>,
    /// Folder of its data.
    #[arg(long)]
    data: PathBuf,
    /// Minutes of load; at least three, for the first warms up.
    #[arg(long, default_value_t = 30)]
    minutes: u32,
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// Instances may go as soon as they have ended, and are cleaned all the time.
    #[arg(long)]
    retention: bool,
    #[arg(long)]
    version: String,
    #[arg(long)]
    out: PathBuf,
}

/// What a minute came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Minute {
    instances: u64,
    seconds: f64,
    /// At its end.
    disk_bytes: u64,
    rss_bytes: u64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Endured {
    version: String,
    retention: bool,
    minutes: Vec<Minute>,
    /// Throughput of the last minute over that of the second.
    last_over_second: f64,
    /// Of the whole run: the disk at its end less that at its beginning, over what was finished.
    disk_bytes_per_instance: f64,
    /// Bytes of disk per finished instance in the last minute alone; near 0 when the disk is bounded.
    disk_bytes_per_instance_at_the_end: f64,
}

impl Endure {
    pub(crate) async fn execute(self) -> Result<()> {
        ensure!(self.minutes >= 3, "the second and the last minute are compared: three are the least");
        let settings = Settings {
            target: Target::parse(&self.base, None)?,
            pids: self.pids.clone(),
            connections: self.connections,
            warm_up: Duration::ZERO,
            duration: MINUTE * self.minutes,
            size: None,
            rate: None,
            with_scaling: false,
            acknowledged: None,
        };
        let before = disk(&self.data)?;
        let (load, mut workers) = work::endless(settings, self.retention.then_some(0)).await?;
        if self.retention {
            workers.push(tokio::spawn(clean(Arc::clone(&load))));
        }
        let mut minutes: Vec<Minute> = Vec::new();
        for n in 1..=self.minutes {
            let (begin, done) = (Instant::now(), load.done.load(Ordering::Relaxed));
            load.wait(MINUTE, &workers).await?;
            let minute = Minute {
                instances: load.done.load(Ordering::Relaxed) - done,
                seconds: begin.elapsed().as_secs_f64(),
                disk_bytes: disk(&self.data)?,
                rss_bytes: process::usage(&self.pids)?.rss_bytes,
            };
            eprintln!("minute {n}: {}", line(&minute));
            minutes.push(minute);
            if load.is_stopping() {
                break;
            }
        }
        load.stop();
        crate::load::joined(workers).await?;
        let mut connection = load.settings.target.connect().await?;
        // A count waits for the views.
        tokio::time::timeout(SETTLING, connection.finished(work::ENDLESS))
            .await
            .context("the views are far behind")??;
        let endured = Endured::of(self.version, self.retention, minutes, before, disk(&self.data)?)?;
        if let Some(folder) = self.out.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&self.out, serde_json::to_string_pretty(&endured)?)?;
        println!("{}", endured.table());
        Ok(())
    }
}

impl Endured {
    fn of(version: String, retention: bool, minutes: Vec<Minute>, before: u64, after: u64) -> Result<Self> {
        let (Some(second), [.., last_but_one, last]) = (minutes.get(1), minutes.as_slice()) else {
            bail!("the load ended after {} minutes", minutes.len());
        };
        let rate = |minute: &Minute| minute.instances as f64 / minute.seconds;
        let finished: u64 = minutes.iter().map(|minute| minute.instances).sum();
        ensure!(second.instances > 0 && last.instances > 0, "minutes passed in which no instance was finished");
        let grown = last.disk_bytes as f64 - last_but_one.disk_bytes as f64;
        Ok(Self {
            version,
            retention,
            last_over_second: rate(last) / rate(second),
            disk_bytes_per_instance: (after as f64 - before as f64) / finished as f64,
            disk_bytes_per_instance_at_the_end: grown / last.instances as f64,
            minutes,
        })
    }

    fn table(&self) -> String {
        let mut out = format!(
            "\n{} with retention {}: last minute / second minute {:.3}; {:.0} bytes of disk per finished instance, {:.0} in the last minute\n\n\
             | minute | instances per second | disk MB | RSS MB |\n|---|---|---|---|\n",
            self.version,
            if self.retention { "on" } else { "off" },
            self.last_over_second,
            self.disk_bytes_per_instance,
            self.disk_bytes_per_instance_at_the_end,
        );
        for (n, minute) in self.minutes.iter().enumerate() {
            out.push_str(&format!(
                "| {} | {:.0} | {} | {} |\n",
                n + 1,
                minute.instances as f64 / minute.seconds,
                minute.disk_bytes / 1_000_000,
                minute.rss_bytes / 1_000_000,
            ));
        }
        out
    }
}

fn line(minute: &Minute) -> String {
    format!(
        "{:.0} instances/s, {} MB of disk, {} MB of memory",
        minute.instances as f64 / minute.seconds,
        minute.disk_bytes / 1_000_000,
        minute.rss_bytes / 1_000_000
    )
}

/// Asks for a cleanup, again and again.
async fn clean(load: Arc<Load>) -> Result<crate::latency::Latencies> {
    let mut connection = load.settings.target.connect().await?;
    let mut last = Instant::now();
    while !load.is_stopping() {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if last.elapsed() >= CLEANING {
            last = Instant::now();
            connection.post("/history/cleanup?immediatelyDue=true", &json!({})).await?.success("the cleanup")?;
        }
    }
    Ok(crate::latency::Latencies::default())
}

/// Bytes that the files in a folder take on the disk.
fn disk(folder: &Path) -> Result<u64> {
    use std::os::unix::fs::MetadataExt as _;
    let mut sum = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        // A file may go while it is looked at.
        let Ok(metadata) = entry.metadata() else { continue };
        sum += if metadata.is_dir() { disk(&entry.path())? } else { metadata.blocks() * 512 };
    }
    Ok(sum)
}
