//! Header fields put right before they are read: letters beyond ASCII that stand there as they are, in whatever character set (RFC 6532
//! allows UTF-8 only), and letters that were cut in two by the end of an encoded word (RFC 2047 section 5 forbids it; many do it).

use super::charset;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::{Encoding, UTF_8};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::{MessageParser, MimeHeaders};
use std::borrow::Cow;

/// Encoded words of one field that are looked at.
const WORDS_LIMIT: usize = 10_000;

/// The message with all of its fields readable, those of its parts too.
pub(super) fn repaired(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.is_ascii() && raw.windows(2).filter(|pair| *pair == b"=?").take(2).count() < 2 {
        return Cow::Borrowed(raw);
    }
    let Some(message) = MessageParser::default().parse(raw) else {
        return Cow::Borrowed(raw);
    };
    let hint = message.parts.iter().find_map(|part| part.content_type()?.attribute("charset"));
    let hint = hint.filter(|label| !charset::is_ascii_label(label));
    let hint = hint.and_then(|label| Encoding::for_label(label.as_bytes())).filter(|hint| *hint != UTF_8);
    let mut changes: Vec<(usize, usize, Vec<u8>)> = Vec::new();
    for field in message.parts.iter().flat_map(|part| &part.headers) {
        let (start, end) = (field.offset_start as usize, field.offset_end as usize);
        let Some(value) = raw.get(start..end) else { continue };
        if let Some(better) = readable(value, hint) {
            changes.push((start, end, better));
        }
    }
    if changes.is_empty() {
        return Cow::Borrowed(raw);
    }
    changes.sort_by_key(|(start, ..)| *start);
    let mut whole = Vec::with_capacity(raw.len() + 64);
    let mut done = 0;
    for (start, end, better) in changes {
        // Parts of a message within the message have places within that one.
        if start < done {
            continue;
        }
        whole.extend_from_slice(&raw[done..start]);
        whole.extend_from_slice(&better);
        done = end;
    }
    whole.extend_from_slice(&raw[done..]);
    Cow::Owned(whole)
}

/// The field's value when something in it had to be put right.
fn readable(value: &[u8], hint: Option<&'static Encoding>) -> Option<Vec<u8>> {
    let decoded = match std::str::from_utf8(value) {
        Ok(_) => None,
        Err(_) => Some(charset::repaired(value, false, hint).into_bytes()),
    };
    let joined = join_encoded_words(decoded.as_deref().unwrap_or(value));
    joined.or(decoded)
}

/// `=?charset?B?...?=`, where it stands and what it says.
struct Word {
    start: usize,
    end: usize,
    label: String,
    bytes: Vec<u8>,
}

/// Encoded words side by side, none of which can be read without the next, as one.
fn join_encoded_words(value: &[u8]) -> Option<Vec<u8>> {
    let words = encoded_words(value);
    let mut whole = Vec::new();
    let mut done = 0;
    let mut first = 0;
    while first < words.len() {
        let mut last = first;
        while words.get(last + 1).is_some_and(|next| {
            let between = &value[words[last].end..next.start];
            next.label.eq_ignore_ascii_case(&words[first].label) && between.iter().all(u8::is_ascii_whitespace)
        }) {
            last += 1;
        }
        let run = &words[first..=last];
        if is_cut(run) {
            let bytes: Vec<u8> = run.iter().flat_map(|word| word.bytes.iter().copied()).collect();
            whole.extend_from_slice(&value[done..run[0].start]);
            whole.extend_from_slice(format!("=?{}?B?{}?=", run[0].label, STANDARD.encode(bytes)).as_bytes());
            done = run[run.len() - 1].end;
        }
        first = last + 1;
    }
    if done == 0 {
        return None;
    }
    whole.extend_from_slice(&value[done..]);
    Some(whole)
}

/// Whether the words make sense together and not by themselves.
fn is_cut(run: &[Word]) -> bool {
    let Some(encoding) =
        run.first().filter(|_| run.len() > 1).and_then(|word| Encoding::for_label(word.label.as_bytes()))
    else {
        return false;
    };
    let has_errors = |bytes: &[u8]| encoding.decode_without_bom_handling(bytes).1;
    run.iter().any(|word| has_errors(&word.bytes))
        && !has_errors(&run.iter().flat_map(|word| word.bytes.iter().copied()).collect::<Vec<u8>>())
}

fn encoded_words(value: &[u8]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut tried = 0;
    let mut at = 0;
    while tried < WORDS_LIMIT
        && let Some(found) = value[at..].windows(2).position(|pair| pair == b"=?")
    {
        let start = at + found;
        tried += 1;
        match encoded_word(value, start) {
            Some(word) => {
                at = word.end;
                words.push(word);
            }
            None => at = start + 2,
        }
    }
    words
}

fn encoded_word(value: &[u8], start: usize) -> Option<Word> {
    // An encoded word has 75 characters at most; some programs write longer ones.
    let inner = &value[start + 2..value.len().min(start + 1_024)];
    let mut fields = inner.splitn(3, |byte| *byte == b'?');
    let (label, kind, rest) = (fields.next()?, fields.next()?, fields.next()?);
    if !matches!(kind, b"B" | b"b" | b"Q" | b"q") {
        return None;
    }
    let data = &rest[..rest.windows(2).position(|pair| pair == b"?=")?];
    let bytes = match kind {
        b"B" | b"b" => base64_decode(data)?,
        _ => q_decoded(data),
    };
    let end = start + 2 + label.len() + 1 + kind.len() + 1 + data.len() + 2;
    // `utf-8*de`: a language may follow (RFC 2231 section 5).
    let label = std::str::from_utf8(label).ok()?.split('*').next().unwrap_or_default();
    let is_label = !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_graphic());
    is_label.then(|| Word { start, end, label: label.to_owned(), bytes })
}

/// RFC 2047 section 4.2; what is no code stays as it is.
fn q_decoded(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some((byte, after)) = rest.split_first() {
        let code = (*byte == b'=').then(|| after.get(..2)).flatten();
        let decoded = code.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match decoded {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            None => {
                bytes.push(if *byte == b'_' { b' ' } else { *byte });
                rest = after;
            }
        }
    }
    bytes
}
