//! Values of process variables, with the types of the Camunda 7 contract.

use casewright_instant::Instant;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::sync::Arc;

/// A variable's value. Cloning is cheap: everything large is shared.
///
/// `List` and `Map` are what expressions and scripts produce and what an untyped JSON array or object becomes; over REST they
/// are `Object` with `java.util.ArrayList` / `java.util.LinkedHashMap` and `application/json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Value {
    #[default]
    Null,
    /// No value, of a type that was stated with it. Variables and what is told of them keep the type; whoever evaluates finds
    /// [`Value::Null`] ([`Value::evaluable`]).
    NullOf(NullType),
    Boolean(bool),
    Short(i16),
    Integer(i32),
    Long(i64),
    Double(f64),
    String(Arc<str>),
    Date(Instant),
    Bytes(Arc<[u8]>),
    File(Arc<FileValue>),
    /// JSON text as it was given (Camunda's Spin type `Json`).
    Json(Arc<str>),
    /// XML text as it was given.
    Xml(Arc<str>),
    /// A serialised object of a class we do not know.
    Object(Arc<ObjectValue>),
    List(Arc<Vec<Value>>),
    Map(Arc<IndexMap<SmolStr, Value>>),
}

/// Types that keep their name without a value. `Object` has a type of its own besides ([`ObjectValue`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NullType {
    Boolean,
    Short,
    Integer,
    Long,
    Double,
    String,
    Date,
    Bytes,
    Json,
    Xml,
}

impl NullType {
    const ALL: [Self; 10] = [
        Self::Boolean,
        Self::Short,
        Self::Integer,
        Self::Long,
        Self::Double,
        Self::String,
        Self::Date,
        Self::Bytes,
        Self::Json,
        Self::Xml,
    ];

    /// The type with this name in the Camunda 7 contract, first letter upper case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Boolean => "Boolean",
            Self::Short => "Short",
            Self::Integer => "Integer",
            Self::Long => "Long",
            Self::Double => "Double",
            Self::String => "String",
            Self::Date => "Date",
            Self::Bytes => "Bytes",
            Self::Json => "Json",
            Self::Xml => "Xml",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileValue {
    pub filename: String,
    pub mimetype: Option<String>,
    pub encoding: Option<String>,
    pub content: Arc<[u8]>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectValue {
    /// Java class name, e.g. `org.example.Order`.
    pub type_name: String,
    /// `application/json`, `application/xml`, `application/x-java-serialized-object`.
    pub format: String,
    pub serialized: Option<Arc<str>>,
}

impl Value {
    #[must_use]
    pub fn string(text: &str) -> Self {
        Self::String(Arc::from(text))
    }

    /// No value, with or without a type.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null | Self::NullOf(_))
    }

    /// As expressions and scripts find it: they know one null.
    #[must_use]
    pub fn evaluable(self) -> Self {
        if self.is_null() { Self::Null } else { self }
    }

    /// Name of the type in the Camunda 7 contract, first letter upper case.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "Null",
            Self::NullOf(kind) => kind.name(),
            Self::Boolean(_) => "Boolean",
            Self::Short(_) => "Short",
            Self::Integer(_) => "Integer",
            Self::Long(_) => "Long",
            Self::Double(_) => "Double",
            Self::String(_) => "String",
            Self::Date(_) => "Date",
            Self::Bytes(_) => "Bytes",
            Self::File(_) => "File",
            Self::Json(_) => "Json",
            Self::Xml(_) => "Xml",
            Self::Object(_) | Self::List(_) | Self::Map(_) => "Object",
        }
    }
}
