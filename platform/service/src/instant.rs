//! Instants as text. Views compare instants as strings, so all of them are written with the same number of digits;
//! an instant printed any other way would sort wrongly.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `2026-11-21T12:00:00.000Z`: RFC 3339, UTC, exactly milliseconds, so that text order is time order.
#[must_use]
pub fn text(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// An instant in an answer or a request: RFC 3339 in, [`text`] out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub Timestamp);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text(self.0))
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Timestamp::deserialize(deserializer).map(Self)
    }
}

impl From<Timestamp> for Instant {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::DateTime)))
            .into()
    }
}

impl utoipa::ToSchema for Instant {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_order_is_time_order_even_for_whole_seconds() {
        let whole: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let later: Timestamp = "2026-11-21T12:00:00.001Z".parse().unwrap();
        assert_eq!(text(whole), "2026-11-21T12:00:00.000Z");
        assert!(text(whole) < text(later));
    }
}
