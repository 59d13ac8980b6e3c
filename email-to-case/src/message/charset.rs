//! Text whose character set is not said, or not truly said.
//!
//! A mail has to say how its letters are encoded (RFC 2045 section 5.2, RFC 2047); many do not, or say something else. What is valid in
//! UTF-8 is UTF-8: nothing else looks like it by chance. Else an HTML text may say it itself, else the bytes are looked at as browsers do.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Bytes of an HTML text in which its `<meta charset>` must stand (HTML Living Standard, section 4.2.5.4).
const META_WITHIN: usize = 1_024;
const ESCAPE: u8 = 0x1b;
/// Bytes by which an encoding is judged: enough for any text, little enough for any length.
const JUDGED: usize = 64 << 10;

/// Reads bytes whose declared character set was none, or cannot be right. `hint`: what the text around is in.
#[must_use]
pub(crate) fn repaired(bytes: &[u8], is_html: bool, hint: Option<&'static Encoding>) -> String {
    match std::str::from_utf8(bytes) {
        // Seven bits with escapes may be Japanese (RFC 1468).
        Ok(text) if !bytes.is_ascii() || !bytes.contains(&ESCAPE) => return text.to_owned(),
        _ => {}
    }
    let told = is_html.then(|| meta_charset(bytes)).flatten().filter(|told| *told != UTF_8);
    let fitting = hint.filter(|hint| !hint.decode_without_bom_handling(bytes).1);
    let encoding = told.or(fitting).unwrap_or_else(|| guess(bytes));
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// Whether bytes that were declared to be in this character set (none: nothing was declared) must be looked at by [`repaired`].
#[must_use]
pub(crate) fn is_doubtful(declared: Option<&str>, bytes: &[u8]) -> bool {
    if bytes.is_ascii() {
        // Seven bits are what they were said to be, also in ISO-2022-JP; without a word they may only be that.
        return declared.is_none() && bytes.contains(&ESCAPE);
    }
    match declared.map(str::trim).filter(|label| !label.is_empty()) {
        None => true,
        Some(label) => match Encoding::for_label(label.as_bytes()) {
            Some(encoding) if encoding == UTF_8 => std::str::from_utf8(bytes).is_err(),
            // US-ASCII is a label of windows-1252 on the web; in mail it says that there are no other letters, and there are.
            Some(encoding) if encoding == WINDOWS_1252 => is_ascii_label(label) || std::str::from_utf8(bytes).is_ok(),
            // One byte a letter: everything is valid, and may be UTF-8 by chance (Thai).
            Some(encoding) if encoding.is_single_byte() => false,
            Some(encoding) => std::str::from_utf8(bytes).is_ok() && encoding.decode_without_bom_handling(bytes).1,
            // Rare ones that mail-parser knows (IBM850, UTF-7) and the web does not, and words that mean nothing.
            None => mail_parser::decoders::charsets::map::charset_decoder(label.as_bytes()).is_none(),
        },
    }
}

pub(crate) fn is_ascii_label(label: &str) -> bool {
    ["us-ascii", "ascii", "ansi_x3.4-1968", "iso-ir-6"].iter().any(|ascii| label.eq_ignore_ascii_case(ascii))
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let judged = &bytes[..bytes.len().min(JUDGED)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(judged, judged.len() == bytes.len());
    // A few letters of a name say little: what is most common in mail without a word about it is the one.
    let letters = judged.iter().filter(|byte| !byte.is_ascii()).count();
    let guessed = detector.guess(None, Utf8Detection::Deny);
    if letters < 4 && guessed.is_single_byte() { WINDOWS_1252 } else { guessed }
}

/// What an HTML text says of itself, in `<meta charset=..>` or `<meta http-equiv .. content="text/html; charset=..">`.
fn meta_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(META_WITHIN)]).to_ascii_lowercase();
    let mut rest = head.as_str();
    while let Some(at) = rest.find("<meta") {
        let after = &rest[at + "<meta".len()..];
        let (tag, next) = after.split_once('>').unwrap_or((after, ""));
        let said = tag.split_once("charset").map(|(_, value)| value.trim_start());
        let label = said.and_then(|value| value.strip_prefix('=')).map(|value| {
            value.trim_start_matches(['"', '\'', ' ']).split(['"', '\'', ' ', ';', '/']).next().unwrap_or_default()
        });
        if let Some(encoding) = label.and_then(|label| Encoding::for_label(label.as_bytes())) {
            return Some(encoding);
        }
        rest = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, EUC_KR, GBK, ISO_2022_JP, KOI8_R, SHIFT_JIS, WINDOWS_1251};

    #[test]
    fn undeclared_text_is_read_as_what_it_is() {
        let texts = [
            (WINDOWS_1252, "Grüße, das kostet 100 €"),
            (WINDOWS_1251, "Добрый день, у нас в квартире произошёл пожар, пришлите оценщика."),
            (KOI8_R, "Добрый день, у нас в квартире произошёл пожар, пришлите оценщика."),
            (SHIFT_JIS, "台所で水漏れがありました。写真を添付します。よろしくお願いします。"),
            (ISO_2022_JP, "台所で水漏れがありました。"),
            (GBK, "厨房漏水了，附上照片，请尽快派人来看一下。谢谢。"),
            (BIG5, "廚房漏水了，附上照片，請盡快派人來看一下。謝謝。"),
            (EUC_KR, "부엌에 물이 샙니다. 사진을 첨부합니다. 빨리 와 주세요."),
            (UTF_8, "Grüße – 你好"),
        ];
        for (encoding, text) in texts {
            let (bytes, _, has_unmappable) = encoding.encode(text);
            assert!(!has_unmappable, "{}", encoding.name());
            assert_eq!(repaired(&bytes, false, None), text, "{}", encoding.name());
        }
    }

    #[test]
    fn a_page_that_says_its_character_set_is_believed_unless_it_is_utf_8() {
        for meta in [
            "<meta charset=\"windows-1251\">",
            "<META http-equiv=Content-Type content='text/html; charset=windows-1251'>",
        ] {
            let (bytes, ..) = WINDOWS_1251.encode("Дом");
            let page = [b"<html><head>".as_slice(), meta.as_bytes(), b"</head>", &bytes].concat();
            assert!(repaired(&page, true, None).ends_with("Дом"), "{meta}");
        }
        assert_eq!(repaired(b"<meta charset=utf-8>Gr\xfc\xdfe", true, None), "<meta charset=utf-8>Grüße");
    }

    #[test]
    fn only_what_cannot_be_right_is_doubted() {
        assert!(!is_doubtful(None, b"plain"));
        assert!(!is_doubtful(Some("iso-8859-1"), b"Gr\xfc\xdfe"));
        assert!(!is_doubtful(Some("utf-8"), "Grüße".as_bytes()));
        assert!(!is_doubtful(Some("ibm850"), b"Gr\x81\xe1e"));
        assert!(is_doubtful(Some("us-ascii"), "Grüße".as_bytes()));
        assert!(is_doubtful(Some("iso-8859-1"), "Grüße".as_bytes()), "valid UTF-8 is no chance");
        assert!(is_doubtful(Some("utf-8"), b"Gr\xfc\xdfe"));
        assert!(is_doubtful(Some("x-unknown"), b"Gr\xfc\xdfe"));
        assert!(is_doubtful(None, b"Gr\xfc\xdfe"));
        assert!(is_doubtful(Some("gb2312"), "10 – 20".as_bytes()), "no GB 2312, but UTF-8");
        assert!(!is_doubtful(Some("gb2312"), b"\xc2\xa3"), "one letter may look like UTF-8");
    }
}
