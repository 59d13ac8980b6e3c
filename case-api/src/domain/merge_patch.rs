//! Members of a merge patch (RFC 7396): null, which removes, is told from absent, which leaves alone.

use casewright_instant::{Instant, optional_rfc3339};
use serde::{Deserialize, Deserializer};

/// Tells null from absent.
///
/// # Errors
/// Those of the member itself.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// [`present`] of an instant.
///
/// # Errors
/// A text that is no instant.
pub(crate) fn present_instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Instant>>, D::Error> {
    optional_rfc3339::deserialize(deserializer).map(Some)
}
