//! Rows as projectors write them: cheap to make, because most are changed again or gone before they are written.

use crate::column::Column;
use crate::{Document, lookup};
use casewright_instant::Instant;
use serde::Serialize;
use serde_json::{Number, Value};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::sync::Arc;

/// Fields with their values, each name once. Texts are shared with the event they come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row(Vec<(Cow<'static, str>, Cell)>);

/// A value of a field.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    #[default]
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(SmolStr),
    /// An array, an object, or a number that is none of the above.
    Json(Value),
}

impl Row {
    #[must_use]
    pub fn with_capacity(fields: usize) -> Self {
        Self(Vec::with_capacity(fields))
    }

    /// Sets a field, replacing what it was.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Cell>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, before)) => *before = value,
            None => self.0.push((name, value)),
        }
    }

    /// Adds a column that the row does not have yet: cheaper than [`Self::set`], which looks for it.
    pub fn push(&mut self, column: Column, value: impl Into<Cell>) {
        self.0.push((Cow::Borrowed(column.name()), value.into()));
    }

    /// Makes place for this many fields more.
    pub fn reserve(&mut self, fields: usize) {
        self.0.reserve(fields);
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Cell> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The row with all fields of another.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.extend(other);
        self
    }

    /// Sets all fields of another row.
    pub fn extend(&mut self, other: Self) {
        self.0.reserve(other.0.len());
        for (name, value) in other.0 {
            self.set(name, value);
        }
    }

    /// All fields, in the order in which they were first set.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Cell)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// The value at a dotted path.
    #[must_use]
    pub fn at(&self, path: &str) -> Cow<'_, Cell> {
        if let Some(value) = self.get(path) {
            return Cow::Borrowed(value);
        }
        let inner = path.split_once('.').and_then(|(first, rest)| match self.get(first)? {
            Cell::Json(Value::Object(inner)) => lookup(inner, rest),
            _ => None,
        });
        Cow::Owned(inner.cloned().map_or(Cell::Null, Cell::from))
    }

    /// Sets fields; dots go into nested objects, which are made where they are missing.
    pub fn patch(&mut self, fields: Self) {
        for (path, value) in fields.0 {
            match path.split_once('.') {
                None => self.set(path, value),
                Some((first, rest)) => {
                    let mut inner = match self.get(first) {
                        Some(Cell::Json(Value::Object(inner))) => inner.clone(),
                        _ => Document::new(),
                    };
                    set(&mut inner, rest, value.into());
                    self.set(first.to_owned(), Cell::Json(Value::Object(inner)));
                }
            }
        }
    }

    /// The row as readers see it.
    #[must_use]
    pub fn into_document(self) -> Document {
        self.0.into_iter().map(|(name, value)| (name.into_owned(), value.into())).collect()
    }
}

fn set(document: &mut Document, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        document.insert(path.to_owned(), value);
        return;
    };
    let inner = document.entry(first).or_insert_with(|| Value::Object(Document::new()));
    if !inner.is_object() {
        *inner = Value::Object(Document::new());
    }
    if let Value::Object(inner) = inner {
        set(inner, rest, value);
    }
}

impl From<Document> for Row {
    fn from(document: Document) -> Self {
        Self(document.into_iter().map(|(name, value)| (Cow::Owned(name), value.into())).collect())
    }
}

impl<N: Into<Cow<'static, str>>> FromIterator<(N, Cell)> for Row {
    /// Of two fields with one name the last counts.
    fn from_iter<I: IntoIterator<Item = (N, Cell)>>(fields: I) -> Self {
        let mut row = Self::default();
        for (name, value) in fields {
            row.set(name, value);
        }
        row
    }
}

/// What has the fields of a row.
pub trait IntoRow {
    /// Adds its fields to a row that has none of them.
    fn write(self, row: &mut Row);
}

/// A cell that holds what serde makes of a value; null when it cannot be JSON (a map with keys that are no text).
#[doc(hidden)]
pub fn json_cell(value: &impl Serialize) -> Cell {
    serde_json::to_value(value).unwrap_or_default().into()
}

/// Of columns that are all different: what is set of a row that is there.
impl<const N: usize> From<[(Column, Cell); N]> for Row {
    fn from(fields: [(Column, Cell); N]) -> Self {
        Self(fields.into_iter().map(|(column, value)| (Cow::Borrowed(column.name()), value)).collect())
    }
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => match number.as_i64() {
                Some(integer) => Self::Integer(integer),
                None if number.is_f64() => number.as_f64().map_or(Self::Null, Self::Float),
                None => Self::Json(Value::Number(number)),
            },
            Value::String(text) => Self::Text(text.into()),
            other => Self::Json(other),
        }
    }
}

impl From<Cell> for Value {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Bool(value) => Self::Bool(value),
            Cell::Integer(value) => Self::from(value),
            Cell::Float(value) => Number::from_f64(value).map_or(Self::Null, Self::Number),
            Cell::Text(text) => Self::String(text.into()),
            Cell::Json(value) => value,
        }
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! cell_from {
    ($($from:ty => |$value:ident| $cell:expr;)+) => {
        $(impl From<$from> for Cell {
            fn from($value: $from) -> Self {
                $cell
            }
        })+
    };
}

cell_from! {
    bool => |value| Self::Bool(value);
    &bool => |value| Self::Bool(*value);
    i32 => |value| Self::Integer(value.into());
    u32 => |value| Self::Integer(value.into());
    i64 => |value| Self::Integer(value);
    u64 => |value| Value::from(value).into();
    usize => |value| Value::from(value).into();
    f64 => |value| Self::Float(value);
    &str => |value| Self::Text(SmolStr::new(value));
    String => |value| Self::Text(value.into());
    &String => |value| Self::Text(SmolStr::new(value));
    SmolStr => |value| Self::Text(value);
    &SmolStr => |value| Self::Text(value.clone());
    Arc<str> => |value| Self::Text(value.into());
    &Arc<str> => |value| Self::Text(Arc::clone(value).into());
    Instant => |value| Self::Integer(value.0);
    Vec<Value> => |value| Self::Json(Value::Array(value));
    Vec<String> => |value| Self::Json(value.into());
    Vec<SmolStr> => |value| Self::Json(value.iter().map(SmolStr::as_str).collect());
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(value: Value) -> Row {
        value.as_object().cloned().map(Row::from).unwrap()
    }

    #[test]
    fn a_document_is_the_same_after_it_was_a_row() {
        let document = json!({"a": 1, "b": 1.5, "c": "x", "d": null, "e": [1, {"f": true}], "g": u64::MAX, "h": false});
        assert_eq!(Value::Object(row(document.clone()).into_document()), document);
    }

    #[test]
    fn patches_reach_into_nested_objects() {
        let mut patched = row(json!({"owner": {"id": "a"}, "x": null}));
        patched.patch(row(json!({"owner.id": "b", "x.y": 1, "done": null})));
        assert_eq!(patched, row(json!({"owner": {"id": "b"}, "x": {"y": 1}, "done": null})));
        assert_eq!(*patched.at("owner.id"), Cell::Text("b".into()));
        assert_eq!(*patched.at("owner.name"), Cell::Null);
    }

    #[test]
    fn of_two_fields_with_one_name_the_last_counts() {
        const A: Column = Column::named("a");
        const B: Column = Column::named("b");
        const C: Column = Column::named("c");
        let base = Row::from([(A, 1.into()), (B, 2.into())]);
        assert_eq!(base.and(Row::from([(B, "x".into()), (C, true.into())])), row(json!({"a": 1, "b": "x", "c": true})));
    }
}
