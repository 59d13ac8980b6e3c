//! Fields of serialised structs that hold an instant as text: `#[serde(with = "casewright_instant::rfc3339")]`.

use crate::Instant;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serializer};

/// RFC 3339, any offset in; UTC with milliseconds out.
pub mod rfc3339 {
    use super::{Deserialize, Deserializer, Instant, Serializer, Timestamp};

    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(at: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(at)
    }

    /// # Errors
    /// It is no text, or no instant of RFC 3339.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
        Timestamp::deserialize(deserializer).map(Instant::from)
    }
}

/// [`rfc3339`], or null. A field that may be left out needs `#[serde(default)]` besides.
pub mod optional_rfc3339 {
    use super::{Deserialize, Deserializer, Instant, Serializer, Timestamp};

    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(at: &Option<Instant>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.collect_str(at),
            None => serializer.serialize_none(),
        }
    }

    /// # Errors
    /// It is neither null nor an instant of RFC 3339.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Instant>, D::Error> {
        Ok(Option::<Timestamp>::deserialize(deserializer)?.map(Instant::from))
    }
}
