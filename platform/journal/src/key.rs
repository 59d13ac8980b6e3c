//! Names: tenants, aggregates, shards.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// An organisation. Every aggregate, view row and query belongs to exactly one.
///
/// Not the `tenantId` of the Camunda 7 contract, which is an attribute of a process definition inside one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenantId(pub SmolStr);

impl TenantId {
    /// The organisation of an installation that has only one.
    pub const DEFAULT: &'static str = "default";

    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(SmolStr::new(id))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TenantId {
    fn default() -> Self {
        Self::new(Self::DEFAULT)
    }
}

/// Names one aggregate: `(tenant, kind, id)`. Its shard is a function of all three.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AggregateKey {
    pub tenant: TenantId,
    /// `process-instance`, `case`, `mail`, ...: [`crate::Aggregate::KIND`].
    pub kind: SmolStr,
    pub id: SmolStr,
}

impl AggregateKey {
    #[must_use]
    pub fn new(tenant: &TenantId, kind: &str, id: &str) -> Self {
        Self { tenant: tenant.clone(), kind: SmolStr::new(kind), id: SmolStr::new(id) }
    }

    /// The shard this aggregate lives on, stable across versions and platforms (FNV-1a 64 over the three parts,
    /// separated by a zero byte). Changing this function would move aggregates away from their log.
    #[must_use]
    pub fn shard(&self, shards: u16) -> ShardId {
        ShardId((self.hash64() % u64::from(shards)) as u16)
    }

    pub(crate) fn hash64(&self) -> u64 {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let mut eat = |bytes: &[u8]| {
            for byte in bytes {
                hash ^= u64::from(*byte);
                hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
            }
        };
        eat(self.tenant.as_str().as_bytes());
        eat(&[0]);
        eat(self.kind.as_bytes());
        eat(&[0]);
        eat(self.id.as_bytes());
        hash
    }
}

/// One of the fixed number of logs (64 by default; fixed when a store is created).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShardId(pub u16);
