//! Waiting for what comes, and places to listen at.

use std::net::TcpListener;
use std::time::Duration;
use tokio::time::Instant;

/// For what follows from a step, on a machine that does other things, too.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(10);

/// Asks again until there is an answer; fails when that takes too long.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, ask: impl Fn() -> F) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// A port of this machine that nobody listens at.
#[must_use]
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// An address of this machine that nobody listens at.
#[must_use]
pub fn free_address() -> String {
    format!("127.0.0.1:{}", free_port())
}
