//! Documents as SQLite's JSONB, written here so that SQLite does not parse the text of every row it takes.
//!
//! An element is a header and a payload. The low four bits of the header's first byte are the type; the high ones are the
//! payload's size, or 12, 13, 14: then it stands in the next 1, 2, 4 bytes, big-endian. A header may be longer than it
//! has to be.

use crate::row::{Cell, Row};
use crate::view::Document;
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
        Cell::Integer(number) => payload(out, INTEGER, number.to_string().as_bytes()),
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
    let is_plain = content.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\' && byte != 0x7f);
    payload(out, if is_plain { TEXT } else { RAW_TEXT }, content.as_bytes());
}

fn payload(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
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

#[cfg(test)]
mod tests {
    use super::*;
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
