//! Instants in answers and requests: RFC 3339 text, as descriptions of APIs call it.

use std::borrow::Cow;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

/// The schema of a field that is written with `casewright_instant::rfc3339`.
pub enum InstantSchema {}

impl PartialSchema for InstantSchema {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for InstantSchema {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Instant")
    }
}
