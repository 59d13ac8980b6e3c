//! What happens until the server is killed: W1 alone, W1 beside the hostile load, SIGKILL while both go on.

use super::hostile::{Enemy, Sent};
use super::watch::{Seen, Watch};
use super::{Server, acknowledged, measured};
use crate::acknowledged::Acknowledged;
use crate::load::{Outcome, Settings};
use crate::process;
use crate::work;
use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest warm-up: for the engine's caches, and for the hostile connections to be there.
const WARM_UP: Duration = Duration::from_secs(20);
/// W1 beside the hostile load before it is killed.
const LAST_STRETCH: Duration = Duration::from_secs(3);
/// For W1's workers to notice that nobody answers.
const AFTER_THE_KILL: Duration = Duration::from_secs(20);

#[derive(clap::Args)]
pub(crate) struct Run {
    #[command(flatten)]
    server: Server,
    /// How long W1 is measured in all: a third alone, the rest beside the hostile load.
    #[arg(long)]
    seconds: f64,
    #[command(flatten)]
    enemy: Enemy,
}

/// What was found out before the kill.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Measured {
    pub(super) seconds: f64,
    pub(super) alone: Phase,
    pub(super) beside: Phase,
    /// What the hostile load did.
    pub(super) hostile: Sent,
    /// Cores that it took to make it.
    pub(super) hostile_cores: f64,
}

/// W1, and the server meanwhile.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Phase {
    pub(super) w1: Outcome,
    pub(super) seen: Seen,
}

impl Run {
    pub(super) async fn execute(self) -> Result<()> {
        let kept = Arc::new(Acknowledged::default());
        let third = Duration::from_secs_f64(self.seconds / 3.0);
        let warm_up = WARM_UP.min(third / 2);
        let alone = Settings { acknowledged: Some(Arc::clone(&kept)), ..self.server.w1(warm_up, third)? };
        let beside = Settings { duration: third * 2, ..alone.clone() };
        self.enemy.prepare(&self.server.target()?).await?;

        eprintln!("W1 alone for {:.0} s", alone.duration.as_secs_f64());
        let alone = phase(&self.server, alone).await?;
        eprintln!(
            "W1 beside {} hostile connections and {} bombs a second for {:.0} s",
            self.enemy.connections,
            self.enemy.bombs,
            beside.duration.as_secs_f64()
        );
        let hostile = self.enemy.start(self.server.listen)?;
        let (begin, used) = (Instant::now(), process::usage(&[hostile.pid()])?.cpu_seconds);
        let loaded = phase(&self.server, beside.clone()).await?;
        let used = process::usage(&[hostile.pid()])?.cpu_seconds - used;
        let hostile_cores = used / begin.elapsed().as_secs_f64();

        let (load, workers) = work::endless(beside, None).await?;
        load.wait(LAST_STRETCH, &workers).await?;
        let pid = Pid::from_raw(i32::try_from(self.server.pid)?);
        kill(pid, Signal::SIGKILL).context("killing the server")?;
        load.stop();
        // That they fail is what is wanted; one that had nothing under way ends well.
        let ended = tokio::time::timeout(AFTER_THE_KILL, crate::load::joined(workers)).await;
        ended.context("W1 goes on although its server is gone")?.map_or_else(
            |error| eprintln!("killed in the midst of W1: {error:#}"),
            |_| eprintln!("killed while W1 had nothing under way"),
        );
        let hostile = hostile.end()?;

        kept.kept().write(&acknowledged(&self.server.folder))?;
        let found = Measured { seconds: self.seconds, alone, beside: loaded, hostile, hostile_cores };
        std::fs::write(measured(&self.server.folder), serde_json::to_string_pretty(&found)?)?;
        Ok(())
    }
}

/// W1 with somebody who looks at the server.
pub(super) async fn phase(server: &Server, settings: Settings) -> Result<Phase> {
    let watch = Watch::start(server.listen, server.pid)?;
    let w1 = work::w1(settings).await;
    let seen = watch.end()?;
    let w1 = w1.with_context(|| format!("W1 broke off; until then the server was seen like this: {seen:?}"))?;
    Ok(Phase { w1, seen })
}
