//! Looks at the server while it is loaded, from a thread of its own: does `/health` answer in time, how much memory is taken?
//!
//! Each look is a connection of its own, as a load balancer makes it: it has to get one of the places.

use crate::process;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Longest that an answer of `/health` may take.
pub(super) const HEALTH_MS: f64 = 200.0;
/// Between two looks.
const EVERY: Duration = Duration::from_millis(100);
/// Looks between two at the memory.
const MEMORY_EVERY: u64 = 5;
/// What has not answered by then counts as so slow.
const PATIENCE: Duration = Duration::from_secs(10);
const PATHS: [&str; 2] = ["/health/live", "/health/ready"];

/// What was seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Seen {
    pub(super) health_asked: u64,
    /// Answers other than 200, and none.
    pub(super) health_failed: u64,
    pub(super) health_slowest_ms: f64,
    /// Slower than [`HEALTH_MS`].
    pub(super) health_slow: u64,
    /// Most that was seen of the server's own process.
    pub(super) rss_server: u64,
    /// Of the processes below it, scripts of strangers.
    pub(super) rss_children: u64,
    /// Of both at one time.
    pub(super) rss_together: u64,
}

pub(super) struct Watch {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Result<Seen>>,
}

impl Watch {
    pub(super) fn start(listen: SocketAddr, pid: u32) -> Result<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_over);
        let look = move || {
            let mut seen = Seen::default();
            let mut next = Instant::now();
            while !flag.load(Ordering::Relaxed) {
                if seen.health_asked.is_multiple_of(MEMORY_EVERY) {
                    seen.memory(pid)?;
                }
                seen.health(listen);
                next += EVERY;
                std::thread::sleep(next.saturating_duration_since(Instant::now()));
            }
            Ok(seen)
        };
        let thread = std::thread::Builder::new().name("watch".to_owned()).spawn(look).context("starting the watch")?;
        Ok(Self { is_over, thread })
    }

    pub(super) fn end(self) -> Result<Seen> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| anyhow::anyhow!("the watch panicked"))?
    }
}

impl Seen {
    fn memory(&mut self, pid: u32) -> Result<()> {
        let (own, all) = (process::own_rss(pid)?, process::usage(&[pid])?.rss_bytes);
        self.rss_server = self.rss_server.max(own);
        self.rss_children = self.rss_children.max(all.saturating_sub(own));
        self.rss_together = self.rss_together.max(all);
        Ok(())
    }

    fn health(&mut self, listen: SocketAddr) {
        let path = PATHS[(self.health_asked % PATHS.len() as u64) as usize];
        let begin = Instant::now();
        let is_well = ask(listen, path).is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200 "));
        let took = begin.elapsed().as_secs_f64() * 1000.0;
        self.health_asked += 1;
        self.health_failed += u64::from(!is_well);
        self.health_slow += u64::from(took > HEALTH_MS);
        self.health_slowest_ms = self.health_slowest_ms.max(took);
    }
}

fn ask(listen: SocketAddr, path: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&listen, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}
