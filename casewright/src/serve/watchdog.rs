//! The last word when the process is asked to stop: whatever still runs after a while, it ends; and whoever asks twice does not want to
//! wait.
//!
//! A thread that computes cannot be interrupted, and a runtime whose threads all compute does not even learn of a signal. So this one has a
//! thread and a small runtime of its own. Nothing is lost by being cut off: what was acknowledged is durable, the rest is done again.

use anyhow::{Context, Result};
use std::thread;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

/// From the end of draining to that of the process: running requests have [`casewright_service::http::GRACE`], what is behind them the rest.
pub(crate) const LIMIT: Duration = Duration::from_secs(25);
/// What the process exits with when it was not let end by itself: neither success (0) nor a fault of whoever started it (1).
pub(crate) const EXIT_CODE: i32 = 3;

/// Watches from now on.
///
/// # Errors
/// The signal handlers or the thread cannot be had.
#[expect(clippy::exit, reason = "that is what it is for")]
pub(crate) fn start(limit: Duration) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (mut interrupt, mut terminate) = {
        let _entered = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    let watch = move || {
        let is_late = runtime.block_on(async {
            let mut asked = async || {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            };
            asked().await;
            tokio::time::timeout(limit, asked()).await.is_err()
        });
        match is_late {
            true => tracing::error!(
                seconds = limit.as_secs(),
                "something still runs after the grace period; ending all the same"
            ),
            false => tracing::warn!("asked to stop twice; ending at once"),
        }
        std::process::exit(EXIT_CODE);
    };
    thread::Builder::new().name("watchdog".to_owned()).spawn(watch).context("starting the watchdog")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead as _, BufReader};
    use std::process::{Child, Command, Stdio};
    use std::time::Instant;

    /// Milliseconds that it may take to end.
    const CHILD: &str = "CASEWRIGHT_WATCHDOG_CHILD";

    /// Runs in a process of its own: a runtime with every thread busy for ever, and blocking work that never ends.
    #[test]
    fn child() {
        let Ok(limit) = std::env::var(CHILD) else { return };
        start(Duration::from_millis(limit.parse().unwrap())).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.spawn_blocking(spin);
        runtime.spawn(async { spin() });
        println!("{CHILD} is busy");
        spin();
    }

    fn spin() {
        loop {
            std::hint::spin_loop();
        }
    }

    /// A process that has so many milliseconds for its end, once it is busy.
    fn busy(limit: &str) -> Child {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "serve::watchdog::tests::child", "--nocapture"])
            .env(CHILD, limit)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        assert!(said.lines().map_while(Result::ok).any(|line| line.contains("is busy")), "it never began");
        child
    }

    fn ask_to_stop(child: &Child) {
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    #[test]
    fn a_process_whose_threads_are_all_busy_ends_when_it_is_asked_to() {
        let mut child = busy("50");
        ask_to_stop(&child);
        assert_eq!(child.wait().unwrap().code(), Some(EXIT_CODE));
    }

    #[test]
    fn a_process_that_is_asked_twice_ends_at_once() {
        let mut child = busy("3600000");
        let begin = Instant::now();
        let ended = loop {
            // Two that come before the first is seen are one.
            ask_to_stop(&child);
            if let Some(ended) = child.try_wait().unwrap() {
                break ended;
            }
            assert!(begin.elapsed() < Duration::from_secs(120), "it goes on");
        };
        assert_eq!(ended.code(), Some(EXIT_CODE));
    }
}
