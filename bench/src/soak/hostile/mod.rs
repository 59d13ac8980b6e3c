//! Strangers and bad models: thousands of connections that are held and not used, and bombs of every kind at a steady rate.
//!
//! A process of its own, with file descriptors of its own and one thread, so that what it costs can be told. It goes nowhere
//! but to addresses of this machine, and ends with its standard input.
//! - [`held`] has a file for each way to keep a connection, [`bomb`] one for each bomb.
//! - [`door`] is where the server is and from where it is come to; [`exchange`] and [`mail`] are how it is spoken to.

mod bomb;
mod counts;
mod door;
mod exchange;
mod held;
mod mail;

pub(super) use counts::Sent;

use crate::http::Target;
use anyhow::{Context, Result, ensure};
use counts::Counts;
use door::Door;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Descriptors for everything but held connections.
const SPARE_FILES: u64 = 512;
/// For the child to say what it did.
const LAST_WORDS: Duration = Duration::from_secs(30);
/// It ends by itself after that, whoever forgot it.
const LONGEST: Duration = Duration::from_secs(6 * 3600);
/// Between two looks at how many connections are held.
const LOOK: Duration = Duration::from_millis(500);

/// What the hostile load needs to know, as it is told by a command line.
#[derive(clap::Args, Clone)]
pub(super) struct Enemy {
    /// Where the server listens for mail.
    #[arg(long)]
    smtp: SocketAddr,
    /// Connections that are held.
    #[arg(long, default_value_t = 10_000)]
    pub(super) connections: usize,
    /// Bombs a second, in turn.
    #[arg(long, default_value_t = 10.0)]
    pub(super) bombs: f64,
    /// Only bombs whose name contains this.
    #[arg(long)]
    only: Option<String>,
    /// `name:password` of somebody who may deploy.
    #[arg(long, env = "CASEWRIGHT_SOAK_DEVELOPER", hide_env_values = true)]
    developer: String,
    /// `id:secret` of a machine client that may create cases.
    #[arg(long, env = "CASEWRIGHT_SOAK_CLIENT", hide_env_values = true)]
    client: String,
}

#[derive(clap::Args)]
pub(crate) struct Hostile {
    /// Where the server listens for HTTP.
    #[arg(long)]
    listen: SocketAddr,
    #[command(flatten)]
    enemy: Enemy,
}

/// The child that makes the load.
pub(super) struct Running(Child);

impl Enemy {
    /// Deploys the models that some bombs start.
    pub(super) async fn prepare(&self, administrator: &Target) -> Result<()> {
        let models = bomb::models();
        let files: Vec<(&str, &str)> = models.iter().map(|(name, model)| (name.as_str(), model.as_str())).collect();
        administrator.connect().await?.deploy(&files).await.context("deploying what the bombs start")
    }

    pub(super) fn start(&self, listen: SocketAddr) -> Result<Running> {
        let child = Command::new(std::env::current_exe()?)
            .args(["soak", "hostile", "--listen", &listen.to_string(), "--smtp", &self.smtp.to_string()])
            .args(["--connections", &self.connections.to_string(), "--bombs", &self.bombs.to_string()])
            .args(self.only.iter().flat_map(|only| ["--only", only.as_str()]))
            .env("CASEWRIGHT_SOAK_DEVELOPER", &self.developer)
            .env("CASEWRIGHT_SOAK_CLIENT", &self.client)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the hostile load")?;
        Ok(Running(child))
    }
}

impl Running {
    pub(super) fn pid(&self) -> u32 {
        self.0.id()
    }

    /// What it did.
    pub(super) fn end(mut self) -> Result<Sent> {
        drop(self.0.stdin.take());
        let mut output = self.0.stdout.take().context("the output of the hostile load")?;
        let begin = Instant::now();
        while self.0.try_wait()?.is_none() && begin.elapsed() < LAST_WORDS {
            std::thread::sleep(Duration::from_millis(50));
        }
        if self.0.try_wait()?.is_none() {
            self.0.kill()?;
        }
        let mut text = String::new();
        std::io::Read::read_to_string(&mut output, &mut text)?;
        serde_json::from_str(&text).context("the hostile load did not say what it did")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

impl Hostile {
    pub(super) async fn execute(self) -> Result<()> {
        let Self { listen, enemy } = self;
        ensure!(
            listen.ip().is_loopback() && enemy.smtp.ip().is_loopback(),
            "bombs are thrown at this machine only, not at {listen} and {}",
            enemy.smtp
        );
        let connections = possible(enemy.connections)?;
        let door = Arc::new(Door::new(listen, enemy.smtp, &enemy.developer, &enemy.client)?);
        let counts = Arc::new(Counts::default());
        held::hold(&door, &counts, connections);
        let bombs = bomb::named(enemy.only.as_deref())?;
        let bombs = tokio::spawn(bomb::throw(Arc::clone(&door), Arc::clone(&counts), enemy.bombs, bombs));
        let looking = tokio::spawn(look(Arc::clone(&counts)));
        if tokio::time::timeout(LONGEST, end_of_input()?).await.is_err() {
            eprintln!("the hostile load ends by itself after {LONGEST:?}");
        }
        bombs.abort();
        looking.abort();
        println!("{}", serde_json::to_string(&counts.sent(enemy.connections))?);
        Ok(())
    }
}

/// As many of the connections as this process may have files open for.
fn possible(wanted: usize) -> Result<usize> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if soft < hard {
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard).context("raising the limit of open files")?;
    }
    let most = usize::try_from(hard.saturating_sub(SPARE_FILES)).unwrap_or(usize::MAX);
    if most < wanted {
        eprintln!("this machine lets a process open {hard} files: {most} connections instead of {wanted}");
    }
    Ok(most.min(wanted))
}

/// Whoever started this process closes its input, or is gone.
fn end_of_input() -> Result<tokio::sync::oneshot::Receiver<()>> {
    let (over, is_over) = tokio::sync::oneshot::channel();
    let wait = move || {
        let ended = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        // However it ended; and nobody waits any more only when the process is ending.
        drop((ended, over));
    };
    std::thread::Builder::new().name("input".to_owned()).spawn(wait).context("watching the input")?;
    Ok(is_over)
}

async fn look(counts: Arc<Counts>) {
    loop {
        tokio::time::sleep(LOOK).await;
        counts.look();
    }
}
