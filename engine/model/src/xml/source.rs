//! Bytes to text: UTF-8 and UTF-16 (with or without byte order mark), and the encodings a declaration may name: those of
//! the WHATWG's standard, windows-1252 and the ISO 8859 family among them. What is in no encoding that it declares is refused
//! rather than guessed.

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::diagnostic::{Code, Diagnostic};

/// The text of an XML file, by its byte order mark or its declaration (XML 1.0, section 4.3.3 and appendix F). Positions in it
/// count characters, so they fit what an editor shows.
///
/// # Errors
/// `unsupported-encoding` when the declared or detected encoding is unknown or the bytes are not in it.
pub fn decode_xml(bytes: &[u8]) -> Result<Cow<'_, str>, Diagnostic> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // `<?` in sixteen bits, without a mark.
        [b'<', 0, b'?', 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, b'<', 0, b'?', ..] => utf16(bytes, u16::from_be_bytes),
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
        _ => labelled(bytes, name),
    }
}

/// By the name of an encoding in which `<?xml` is written as in ASCII.
fn labelled<'a>(bytes: &'a [u8], name: &str) -> Result<Cow<'a, str>, Diagnostic> {
    let refused = |message: String| Diagnostic::error(Code::UnsupportedEncoding, message).at(1, 1);
    let Some(encoding) = Encoding::for_label(name.as_bytes()).filter(|encoding| encoding.is_ascii_compatible()) else {
        return Err(refused(format!("The encoding \"{name}\" is not supported, or the file is not in it.")));
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.ok_or_else(|| refused(format!("Invalid byte of the encoding \"{name}\".")))
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
