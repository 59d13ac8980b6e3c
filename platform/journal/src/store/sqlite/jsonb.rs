//! Documents as SQLite's JSONB, written and read here so that neither SQLite nor we parse the text of every row.
//!
//! An element is a header and a payload. The low four bits of the header's first byte are the type; the high ones are the
//! payload's size, or 12, 13, 14: then it stands in the next 1, 2, 4 bytes, big-endian. A header may be longer than it
//! has to be.

use super::error::SqliteError;
use casewright_rows::Document;
use casewright_rows::{Cell, Row};
use serde_json::{Number, Value};

const NULL: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const INTEGER: u8 = 3;
const FLOAT: u8 = 5;
/// Text that is the same in JSON and in SQL.
const TEXT: u8 = 7;
/// Text as it is in SQL, which JSON has to escape.
const RAW_TEXT: u8 = 10;
const ARRAY: u8 = 11;
const OBJECT: u8 = 12;

/// A document as it lies in its column.
pub(super) fn document_at(row: &rusqlite::Row<'_>, column: usize) -> Result<Document, SqliteError> {
    Ok(decode(row.get_ref(column)?.as_blob().map_err(rusqlite::Error::from)?)?)
}

pub(super) fn encode(row: &Row) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    container(&mut out, OBJECT, |out| {
        for (name, content) in row.fields() {
            text(out, name);
            cell(out, content);
        }
    });
    out
}

fn cell(out: &mut Vec<u8>, content: &Cell) {
    match content {
        Cell::Null => out.push(NULL),
        Cell::Bool(true) => out.push(TRUE),
        Cell::Bool(false) => out.push(FALSE),
        Cell::Integer(number) => payload(out, INTEGER, itoa::Buffer::new().format(*number).as_bytes()),
        Cell::Float(number) => match Number::from_f64(*number) {
            Some(number) => numeral(out, &number),
            None => out.push(NULL),
        },
        Cell::Text(content) => text(out, content),
        Cell::Json(content) => value(out, content),
    }
}

fn value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(NULL),
        Value::Bool(true) => out.push(TRUE),
        Value::Bool(false) => out.push(FALSE),
        Value::Number(number) => numeral(out, number),
        Value::String(content) => text(out, content),
        Value::Array(items) => container(out, ARRAY, |out| {
            for item in items {
                self::value(out, item);
            }
        }),
        Value::Object(fields) => object(out, fields),
    }
}

fn object(out: &mut Vec<u8>, fields: &Document) {
    container(out, OBJECT, |out| {
        for (name, content) in fields {
            text(out, name);
            value(out, content);
        }
    });
}

fn container(out: &mut Vec<u8>, kind: u8, content: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    // Its size is not known yet: four bytes are always enough.
    out.extend_from_slice(&[14 << 4 | kind, 0, 0, 0, 0]);
    content(out);
    let size = (out.len() - at - 5) as u32;
    out[at + 1..at + 5].copy_from_slice(&size.to_be_bytes());
}

fn numeral(out: &mut Vec<u8>, number: &Number) {
    let kind = if number.is_f64() { FLOAT } else { INTEGER };
    payload(out, kind, number.to_string().as_bytes());
}

fn text(out: &mut Vec<u8>, content: &str) {
    // Looks at all of it, which is many bytes at once, instead of ending at the first.
    let is_odd = content
        .bytes()
        .fold(false, |odd, byte| odd | (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (byte == 0x7f));
    payload(out, if is_odd { RAW_TEXT } else { TEXT }, content.as_bytes());
}

fn payload(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    out.reserve(bytes.len() + 5);
    match bytes.len() {
        size @ 0..=11 => out.push((size as u8) << 4 | kind),
        size @ 12..=0xff => out.extend_from_slice(&[12 << 4 | kind, size as u8]),
        size @ 0x100..=0xffff => {
            out.push(13 << 4 | kind);
            out.extend_from_slice(&(size as u16).to_be_bytes());
        }
        size => {
            out.push(14 << 4 | kind);
            out.extend_from_slice(&(size as u32).to_be_bytes());
        }
    }
    out.extend_from_slice(bytes);
}

/// Reads what [`encode`] wrote.
pub(super) fn decode(bytes: &[u8]) -> Result<Document, NotWrittenHere> {
    let mut rest = bytes;
    match (element(&mut rest)?, rest) {
        (Value::Object(document), []) => Ok(document),
        _ => Err(NotWrittenHere),
    }
}

/// Not a JSONB document, or one of forms that [`encode`] does not use.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("a stored document is not as it was written")]
pub(crate) struct NotWrittenHere;

/// Takes the next element off.
fn element(rest: &mut &[u8]) -> Result<Value, NotWrittenHere> {
    let (kind, mut payload) = header(rest)?;
    Ok(match kind {
        NULL => Value::Null,
        TRUE => Value::Bool(true),
        FALSE => Value::Bool(false),
        INTEGER => Value::Number(integer(string(payload)?)?),
        FLOAT => {
            let number = string(payload)?.parse().ok().and_then(Number::from_f64);
            Value::Number(number.ok_or(NotWrittenHere)?)
        }
        TEXT | RAW_TEXT => Value::String(string(payload)?.to_owned()),
        ARRAY => {
            let mut items = Vec::new();
            while !payload.is_empty() {
                items.push(element(&mut payload)?);
            }
            Value::Array(items)
        }
        OBJECT => {
            let mut fields = Document::new();
            while !payload.is_empty() {
                let (TEXT | RAW_TEXT, name) = header(&mut payload)? else {
                    return Err(NotWrittenHere);
                };
                fields.insert(string(name)?.to_owned(), element(&mut payload)?);
            }
            Value::Object(fields)
        }
        _ => return Err(NotWrittenHere),
    })
}

/// Takes the next element off: its type and its payload.
fn header<'a>(rest: &mut &'a [u8]) -> Result<(u8, &'a [u8]), NotWrittenHere> {
    let (first, after) = rest.split_first().ok_or(NotWrittenHere)?;
    let digits = match first >> 4 {
        size @ 0..=11 => return take(rest, after, *first, usize::from(size)),
        12 => 1,
        13 => 2,
        14 => 4,
        _ => return Err(NotWrittenHere),
    };
    let (size, after) = after.split_at_checked(digits).ok_or(NotWrittenHere)?;
    let size = size.iter().fold(0, |size, byte| size << 8 | usize::from(*byte));
    take(rest, after, *first, size)
}

fn take<'a>(rest: &mut &'a [u8], after: &'a [u8], first: u8, size: usize) -> Result<(u8, &'a [u8]), NotWrittenHere> {
    let (payload, after) = after.split_at_checked(size).ok_or(NotWrittenHere)?;
    *rest = after;
    Ok((first & 0xf, payload))
}

fn string(bytes: &[u8]) -> Result<&str, NotWrittenHere> {
    std::str::from_utf8(bytes).map_err(|_| NotWrittenHere)
}

fn integer(digits: &str) -> Result<Number, NotWrittenHere> {
    let signed = digits.parse::<i64>().map(Number::from);
    signed.or_else(|_| digits.parse::<u64>().map(Number::from)).map_err(|_| NotWrittenHere)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rusqlite::{Connection, params};
    use serde_json::json;

    /// SQLite reads what is written here, and finds nothing wrong with it.
    fn read_back(document: &Document) -> Document {
        let connection = Connection::open_in_memory().unwrap();
        let (text, is_valid): (String, bool) = connection
            .query_row("SELECT json(?1), json_valid(?1, 8)", params![encode(&Row::from(document.clone()))], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert!(is_valid);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn sqlite_reads_every_kind_of_value() {
        let long = "ä".repeat(200);
        let document = json!({
            "null": null, "true": true, "false": false, "int": -12_345_678_901_i64, "float": 1.5, "large": 1e300, "small": -2.5e-9,
            "text": "plain", "quoted": "a \"b\" \\ c\n\u{1}\u{7f}", "empty": "", "umlaut": long, "very long": "x".repeat(70_000),
            "array": [1, "a", [], {}], "object": {"a": {"b": null}}, "a \"key\"": 1,
        });
        let document = document.as_object().unwrap();
        assert_eq!(read_back(document), *document);
        assert_eq!(decode(&encode(&Row::from(document.clone()))), Ok(document.clone()));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(|number| if number.is_finite() { number.into() } else { Value::Null }),
            ".{0,300}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(".{0,20}", inner, 0..6).prop_map(|fields| fields.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(fields in prop::collection::btree_map(".{0,20}", any_value(), 0..8)) {
            let document: Document = fields.into_iter().collect();
            prop_assert_eq!(decode(&encode(&Row::from(document.clone()))), Ok(document));
        }

        #[test]
        fn a_part_of_it_or_other_bytes_are_refused_or_read_and_no_more(
            fields in prop::collection::btree_map(".{0,20}", any_value(), 1..4),
            cut in any::<prop::sample::Index>(),
            other in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let document: Document = fields.into_iter().collect();
            let bytes = encode(&Row::from(document));
            prop_assert_eq!(decode(&bytes[..cut.index(bytes.len())]), Err(NotWrittenHere));
            // Any bytes: an answer, and no panic.
            drop(decode(&other));
        }
    }

    #[test]
    fn fields_are_found_by_path() {
        let connection = Connection::open_in_memory().unwrap();
        let document = json!({"owner": {"id": "a\"b"}, "n": 7});
        let found: (String, i64, String) = connection
            .query_row(
                "SELECT json_extract(?1, '$.\"owner\".\"id\"'), json_extract(?1, '$.\"n\"'), json_type(?1, '$.\"n\"')",
                params![encode(&Row::from(document.as_object().cloned().unwrap()))],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .unwrap();
        assert_eq!(found, ("a\"b".to_owned(), 7, "integer".to_owned()));
    }
}
