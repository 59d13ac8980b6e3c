//! Bytes to text: UTF-8 (with or without byte order mark), UTF-16 with one, and the single-byte encodings a declaration
//! may name. Anything else is refused rather than guessed.

use std::borrow::Cow;

use crate::diagnostic::{Code, Diagnostic};

/// # Errors
/// `unsupported-encoding` when the declared or detected encoding is unknown or the bytes are not in it.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Diagnostic> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => declared(bytes),
    }
}

fn declared(bytes: &[u8]) -> Result<Cow<'_, str>, Diagnostic> {
    let Some(name) = declared_encoding(bytes) else {
        return utf8(bytes);
    };
    match name.to_ascii_uppercase().as_str() {
        "UTF-8" | "UTF8" | "US-ASCII" | "ASCII" => utf8(bytes),
        "ISO-8859-1" | "LATIN1" => Ok(Cow::Owned(bytes.iter().map(|b| char::from(*b)).collect())),
        _ => {
            Err(Diagnostic::error(Code::UnsupportedEncoding, format!("The encoding \"{name}\" is not supported."))
                .at(1, 1))
        }
    }
}

/// The `encoding` of the XML declaration, looked for in its first bytes only.
fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(200)];
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(&head[..end]).ok()?;
    if !declaration.starts_with("<?xml") {
        return None;
    }
    let (_, after) = declaration.split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after[1..].split(quote).next()
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, Diagnostic> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count();
            Err(Diagnostic::error(Code::UnsupportedEncoding, "Invalid byte of a UTF-8 sequence.".to_owned())
                .at(u32::try_from(line + 1).unwrap_or(u32::MAX), 1))
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, Diagnostic> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let decoded: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    match decoded {
        Ok(text) if rest.is_empty() => Ok(Cow::Owned(text)),
        _ => Err(Diagnostic::error(Code::UnsupportedEncoding, "Invalid UTF-16 sequence.".to_owned()).at(1, 1)),
    }
}
