//! How a snapshot is written: a line that says by which rules, then the state as JSON.
//!
//! A state of another release may well decode and still be wrong (a field it did not have gets a default, a fold counts
//! differently); therefore only snapshots of the very same version are used. There is always the log.

use crate::aggregate::Aggregate;
use bytes::Bytes;

/// A state that waits to be encoded.
pub(crate) type Frozen = Box<dyn FnOnce() -> Result<Bytes, String> + Send>;

/// Raised when this file changes how a state is written.
const FRAMING: u32 = 1;

/// The snapshot cannot be used; its events can.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SnapshotError {
    #[error("it was written by other rules")]
    OtherVersion,
    #[error("it cannot be decoded")]
    Json(#[from] serde_json::Error),
}

fn mark<A: Aggregate>() -> String {
    format!("snapshot {FRAMING} {}\n", A::SNAPSHOT_VERSION)
}

pub(crate) fn encode<A: Aggregate>(state: &A) -> Result<Bytes, serde_json::Error> {
    let mut out = mark::<A>().into_bytes();
    serde_json::to_writer(&mut out, state)?;
    Ok(Bytes::from(out))
}

pub(crate) fn decode<A: Aggregate>(bytes: &[u8]) -> Result<A, SnapshotError> {
    let json = bytes.strip_prefix(mark::<A>().as_bytes()).ok_or(SnapshotError::OtherVersion)?;
    Ok(serde_json::from_slice(json)?)
}

/// Whether two states are equal, whatever the order of their maps.
pub(crate) fn is_same<A: Aggregate>(one: &A, other: &A) -> bool {
    match (serde_json::to_value(one), serde_json::to_value(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
