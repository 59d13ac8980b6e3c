//! From a document back to the fields of a row's struct.

use crate::Document;
use crate::column::Column;
use casewright_instant::Instant;
use serde::de::DeserializeOwned;
use serde_json::Value;
use smol_str::SmolStr;
use std::sync::Arc;

/// A row does not hold what its struct says: an older projector wrote it, or a query did not ask for all columns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column} holds no {expected}")]
pub struct RowError {
    pub column: Column,
    /// The Rust type of the field.
    pub expected: &'static str,
}

/// A type that a column can have. Writing it is `Into<Cell>`.
pub trait FromColumn: Sized {
    /// None: the value is of another type. What is missing reads as null.
    fn from_column(value: &Value) -> Option<Self>;
}

/// The field of a column.
///
/// # Errors
/// The column holds another type, or nothing where something must be.
pub fn column<T: FromColumn>(document: &Document, column: Column) -> Result<T, RowError> {
    T::from_column(column.of(document)).ok_or_else(|| RowError { column, expected: std::any::type_name::<T>() })
}

/// The field of a column that holds JSON.
///
/// # Errors
/// The JSON is none of the type.
pub fn json_column<T: DeserializeOwned>(document: &Document, column: Column) -> Result<T, RowError> {
    let error = |_| RowError { column, expected: std::any::type_name::<T>() };
    serde::Deserialize::deserialize(column.of(document)).map_err(error)
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_column(value).map(Some),
        }
    }
}

impl<T: FromColumn> FromColumn for Vec<T> {
    fn from_column(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(T::from_column).collect()
    }
}

macro_rules! from_column {
    ($($of:ty => |$value:ident| $read:expr;)+) => {
        $(impl FromColumn for $of {
            fn from_column($value: &Value) -> Option<Self> {
                $read
            }
        })+
    };
}

from_column! {
    bool => |value| value.as_bool();
    i32 => |value| value.as_i64()?.try_into().ok();
    u32 => |value| value.as_u64()?.try_into().ok();
    i64 => |value| value.as_i64();
    u64 => |value| value.as_u64();
    usize => |value| value.as_u64()?.try_into().ok();
    f64 => |value| value.as_f64();
    String => |value| value.as_str().map(str::to_owned);
    SmolStr => |value| value.as_str().map(SmolStr::new);
    Arc<str> => |value| value.as_str().map(Arc::from);
    Instant => |value| value.as_i64().map(Instant);
    Value => |value| Some(value.clone());
}
