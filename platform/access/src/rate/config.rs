//! How many requests who may make: section `[server.rate]`.

use serde::{Deserialize, Serialize};

/// A rate with room for a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// On average; 0: no limit.
    pub per_second: u32,
    /// At once, after a pause.
    pub burst: u32,
}

impl Rate {
    const fn new(per_second: u32, burst: u32) -> Self {
        Self { per_second, burst }
    }
}

/// Requests to `/api/v1` and `/engine-rest`, counted by each process for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateConfig {
    /// Of an address (IPv6: a /64), whoever asks there; not of machine clients, which have their own.
    pub address: Rate,
    /// Of a person.
    pub user: Rate,
    /// Of a machine client, the rooms of the platform among them.
    pub client: Rate,
    /// Of all people and clients of an organisation together.
    pub tenant: Rate,
    /// Does it hold for this machine itself? A proxy on it is another matter: see `access.trust_forwarded`.
    pub loopback: bool,
}

impl Default for RateConfig {
    fn default() -> Self {
        Self {
            address: Rate::new(300, 3_000),
            user: Rate::new(100, 1_000),
            client: Rate::new(10_000, 20_000),
            tenant: Rate::new(20_000, 40_000),
            loopback: false,
        }
    }
}
