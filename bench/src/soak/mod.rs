//! The soak: W1 alone, then beside thousands of hostile connections and bombs of every kind, then SIGKILL in the midst of it and
//! a look at everything that was acknowledged.
//!
//! `cargo xtask soak` starts the server, calls [`run`], starts the server again over what the kill left, and calls [`check`].
//! - [`run`] measures W1 in both states, watches the server ([`watch`]) and ends it.
//! - [`hostile`] is the load of strangers, a process of its own.
//! - [`check`] looks up what was acknowledged, compares, and judges ([`verdict`]).

mod burner;
mod check;
mod hostile;
mod run;
mod verdict;
mod watch;

use crate::http::Target;
use crate::load::Settings;
use anyhow::Result;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(clap::Subcommand)]
pub(crate) enum Soak {
    /// W1 alone and beside the hostile load; ends the server with SIGKILL.
    Run(run::Run),
    /// Look up what was acknowledged, on the server that was started again; fails when a bound is not met.
    Check(check::Check),
    /// The hostile load, until standard input ends.
    Hostile(hostile::Hostile),
}

/// Connections of W1.
const CONNECTIONS: usize = 16;

impl Soak {
    pub(crate) async fn execute(self) -> Result<()> {
        match self {
            Self::Run(run) => run.execute().await,
            Self::Check(check) => check.execute().await,
            Self::Hostile(hostile) => hostile.execute().await,
        }
    }
}

/// The server under test, and who does W1 there.
#[derive(clap::Args)]
struct Server {
    /// Where it listens for HTTP.
    #[arg(long)]
    listen: SocketAddr,
    #[arg(long)]
    pid: u32,
    /// `name:password` of an administrator.
    #[arg(long, env = "CASEWRIGHT_BENCH_USER", hide_env_values = true)]
    user: String,
    /// Where what is found out is kept between run and check.
    #[arg(long)]
    folder: PathBuf,
}

impl Server {
    fn target(&self) -> Result<Target> {
        Target::parse(&format!("http://{}/engine-rest", self.listen), Some(&self.user))
    }

    /// W1 for so long.
    fn w1(&self, warm_up: Duration, duration: Duration) -> Result<Settings> {
        Ok(Settings {
            target: self.target()?,
            pids: vec![self.pid],
            connections: CONNECTIONS,
            warm_up,
            duration,
            size: None,
            rate: None,
            with_scaling: false,
            acknowledged: None,
        })
    }
}

/// Instances that were acknowledged.
fn acknowledged(folder: &Path) -> PathBuf {
    folder.join("acknowledged")
}

/// What was measured before the kill.
fn measured(folder: &Path) -> PathBuf {
    folder.join("measured.json")
}
