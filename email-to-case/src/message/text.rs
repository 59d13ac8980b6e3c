//! The texts of a message, in letters.

use super::charset;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::html::html_to_text;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;

/// All texts that are to be read in place; of what is only there as HTML, its text.
pub(super) fn of(message: &Message<'_>) -> String {
    let texts = message.text_body.iter().filter_map(|index| {
        let text = of_part(message, *index)?;
        let is_html = matches!(message.parts.get(*index as usize)?.body, PartType::Html(_));
        let text = if is_html { Cow::Owned(html_to_text(&text)) } else { text };
        Some(text.trim_end().to_owned())
    });
    texts.collect::<Vec<_>>().join("\n\n")
}

/// The text of a text part, read anew where its character set was not declared, or cannot be what was declared.
pub(super) fn of_part<'x>(message: &'x Message<'_>, index: u32) -> Option<Cow<'x, str>> {
    let part = message.parts.get(index as usize)?;
    let (PartType::Text(text) | PartType::Html(text)) = &part.body else { return None };
    let as_read = Cow::Borrowed(text.as_ref());
    if text.is_ascii() && !text.contains('\u{1b}') {
        return Some(as_read);
    }
    let declared = part.content_type().and_then(|kind| kind.attribute("charset"));
    let repaired = bytes(message, part).filter(|bytes| charset::is_doubtful(declared, bytes));
    let is_html = matches!(part.body, PartType::Html(_));
    Some(repaired.map_or(as_read, |bytes| Cow::Owned(charset::repaired(&bytes, is_html, None))))
}

/// What a part holds, without its transfer encoding.
fn bytes<'x>(message: &'x Message<'_>, part: &MessagePart<'_>) -> Option<Cow<'x, [u8]>> {
    let raw = message.raw_message.get(part.offset_body as usize..part.offset_end as usize)?;
    match part.encoding {
        Encoding::None => Some(Cow::Borrowed(raw)),
        Encoding::QuotedPrintable => quoted_printable_decode(raw).map(Cow::Owned),
        Encoding::Base64 => base64_decode(raw).map(Cow::Owned),
    }
}
