//! What a listener takes before it refuses.

use super::pace::Pace;
use std::time::Duration;

/// What is put up with when nobody says otherwise.
const UPLOAD: Pace = Pace { patience: Duration::from_secs(30), bytes_per_second: 1024 };
const DOWNLOAD: Pace = Pace { patience: Duration::from_secs(60), bytes_per_second: 256 };

/// What a listener takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once. When all are taken, the one that has waited longest for its next request makes room.
    pub connections: usize,
    /// Connections of one address at once; 0: no limit of its own. Does not hold for loopback addresses.
    pub connections_per_address: usize,
    /// For the header of a request.
    pub header: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// For the body of a request.
    pub upload: Pace,
    /// For taking an answer.
    pub download: Pace,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 1_000,
            header: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            upload: UPLOAD,
            download: DOWNLOAD,
        }
    }
}
