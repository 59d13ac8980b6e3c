//! How patient a live connection is.

use std::time::Duration;

/// How long a connection waits for its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveTimes {
    /// For its hello, the first or after its token ended.
    pub hello: Duration,
    /// Between two pings; a client that was silent for three of them is gone.
    pub heartbeat: Duration,
    /// For a client that does not take what is sent; after that it is disconnected.
    pub behind: Duration,
    /// For the last messages to be taken when the connection ends.
    pub closing: Duration,
}

impl Default for LiveTimes {
    fn default() -> Self {
        Self {
            hello: Duration::from_secs(5),
            heartbeat: Duration::from_secs(20),
            behind: Duration::from_secs(60),
            closing: Duration::from_secs(5),
        }
    }
}
