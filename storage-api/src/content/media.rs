//! What bytes are, whatever was said of them.
//!
//! A client's word is believed only where bytes cannot tell (a zip that is a document, a text that is a table), and only
//! towards what a browser does not run. A program or a page that is passed off as a picture or a document is rejected.

use super::name::extension;

/// Bytes from the beginning that are looked at.
pub const HEAD: usize = 8192;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The media type to keep.
    Is(String),
    /// It is not what it says it is.
    Disguised {
        /// Why it is not kept.
        reason: String,
        /// The media type that it is.
        found: &'static str,
    },
}

/// Judges a file by the first [`HEAD`] bytes.
#[must_use]
pub fn judge(declared: &str, name: &str, head: &[u8]) -> Verdict {
    let found = sniff(head);
    let claimed_by_name = extension(name).and_then(|extension| type_of(&extension));
    let is_claimed_harmless = is_trusted(declared) || claimed_by_name.is_some_and(is_trusted);
    if let Some(Found::Type(kind)) = found
        && let Some(danger) = Found::Type(kind).danger()
        && is_claimed_harmless
    {
        let reason = format!("It says it is {}, and it is {danger}.", claim(declared, name));
        return Verdict::Disguised { reason, found: kind };
    }
    Verdict::Is(match found {
        Some(Found::Type(kind)) if is_container(kind) && is_inside(kind, declared) => declared.to_owned(),
        Some(Found::Type(kind)) => kind.to_owned(),
        Some(Found::Text) if is_text(declared) => declared.to_owned(),
        Some(Found::Text) => claimed_by_name.filter(|kind| is_text(kind)).unwrap_or("text/plain").to_owned(),
        // Nothing says that it is what it was said to be, so it must not be shown as that.
        None if is_text(declared) || is_shown(declared) => "application/octet-stream".to_owned(),
        None => declared.to_owned(),
    })
}

enum Found {
    Type(&'static str),
    Text,
}

impl Found {
    /// What it is, when it can do something by itself.
    fn danger(&self) -> Option<&'static str> {
        match self {
            Self::Type("text/html") => Some("a web page"),
            Self::Type("text/x-shellscript") => Some("a script"),
            Self::Type(
                "application/vnd.microsoft.portable-executable"
                | "application/x-executable"
                | "application/x-mach-binary"
                | "application/java"
                | "application/java-vm"
                | "application/x-dex"
                | "application/vnd.android.dex"
                | "application/wasm"
                | "application/llvm",
            ) => Some("a program"),
            _ => None,
        }
    }
}

fn sniff(head: &[u8]) -> Option<Found> {
    if head.is_empty() {
        return Some(Found::Text);
    }
    if let Some(kind) = infer::get(head) {
        let mime = kind.mime_type();
        // XML is text with a name of its own; what it means is told by the client (a BPMN file, a drawing).
        return Some(if mime == "text/xml" { Found::Text } else { Found::Type(mime) });
    }
    is_utf8_text(head).then_some(Found::Text)
}

/// Text without the control characters that no text has; the last character may be cut in two.
fn is_utf8_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && head.len() - error.valid_up_to() < 4 => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        // Windows-1252 and its like are text too, as long as nothing in it is binary.
        Err(_) => return head.iter().all(|byte| *byte >= 0x20 || b"\t\n\r\x0c".contains(byte)),
    };
    !text.chars().any(|c| c.is_control() && !"\t\n\r\u{c}\u{1b}".contains(c))
}

/// Types of which people and programs think no harm: they open them, and some are shown in the portal.
fn is_trusted(kind: &str) -> bool {
    ["image/", "audio/", "video/", "font/"].iter().any(|group| kind.starts_with(group))
        || kind == "application/pdf"
        || kind == "application/rtf"
        || kind == "application/msword"
        || kind.starts_with("application/vnd.ms-")
        || kind.starts_with("application/vnd.openxmlformats-")
        || kind.starts_with("application/vnd.oasis.opendocument.")
}

/// Types that hold others, so that their first bytes do not tell all.
fn is_container(kind: &str) -> bool {
    matches!(kind, "application/zip" | "application/x-ole-storage" | "application/gzip" | "video/mp4" | "audio/ogg")
}

fn is_inside(container: &str, declared: &str) -> bool {
    match container {
        "application/zip" => {
            declared.starts_with("application/vnd.openxmlformats-")
                || declared.starts_with("application/vnd.oasis.opendocument.")
                || declared.ends_with("+zip")
                || declared == "application/epub+zip"
        }
        "application/x-ole-storage" => declared == "application/msword" || declared.starts_with("application/vnd.ms-"),
        "application/gzip" => declared == "application/x-gzip" || declared.ends_with("+gzip"),
        "video/mp4" => declared == "audio/mp4" || declared == "video/quicktime",
        _ => declared == "video/ogg",
    }
}

/// Types whose bytes are text.
#[must_use]
pub fn is_text(kind: &str) -> bool {
    kind.starts_with("text/")
        || kind.ends_with("+xml")
        || kind.ends_with("+json")
        || matches!(
            kind,
            "application/json" | "application/xml" | "application/javascript" | "application/yaml" | "message/rfc822"
        )
}

/// Types a browser shows and cannot be made to run.
fn is_shown(kind: &str) -> bool {
    matches!(
        kind,
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif" | "image/bmp" | "application/pdf"
    )
}

/// The media type to show a file by in a browser: what is text is shown as plain text, whatever it would do as itself;
/// none: it must be saved.
#[must_use]
pub fn shown_as(kind: &str) -> Option<&str> {
    if is_text(kind) {
        return Some("text/plain; charset=utf-8");
    }
    is_shown(kind).then_some(kind)
}

fn claim(declared: &str, name: &str) -> String {
    match extension(name) {
        Some(extension) if !is_trusted(declared) => format!("a .{extension} file"),
        _ => declared.to_owned(),
    }
}

/// What an extension promises.
fn type_of(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "txt" | "log" => "text/plain",
        "csv" => "text/csv",
        "md" => "text/markdown",
        "html" | "htm" => "text/html",
        "json" | "form" => "application/json",
        "xml" | "bpmn" | "dmn" => "application/xml",
        "yaml" | "yml" => "application/yaml",
        "eml" => "message/rfc822",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "tif" | "tiff" => "image/tiff",
        "heic" => "image/heic",
        "pdf" => "application/pdf",
        "rtf" => "application/rtf",
        "doc" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "ppt" => "application/vnd.ms-powerpoint",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0";
    const ELF: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    const PAGE: &[u8] = b"  <!DOCTYPE html><script>alert(1)</script>";
    const OCTETS: &str = "application/octet-stream";

    fn is(declared: &str, name: &str, head: &[u8]) -> String {
        match judge(declared, name, head) {
            Verdict::Is(kind) => kind,
            Verdict::Disguised { reason, .. } => format!("rejected: {reason}"),
        }
    }

    #[test]
    fn bytes_are_believed_rather_than_the_client() {
        assert_eq!(is("image/png", "a.png", PNG), "image/png");
        assert_eq!(is("application/pdf", "a.pdf", PNG), "image/png");
        assert_eq!(is(OCTETS, "a", PNG), "image/png");
        assert_eq!(is("text/plain", "a.txt", b"%PDF-1.7\n"), "application/pdf");
    }

    #[test]
    fn a_program_or_page_disguised_as_a_document_is_rejected() {
        for (declared, name, head) in [
            ("image/png", "a.png", EXE),
            ("application/pdf", "invoice.pdf", ELF),
            (OCTETS, "invoice.pdf", EXE),
            ("image/png", "a.png", PAGE),
            ("application/msword", "a.doc", PAGE),
            ("image/jpeg", "a.jpg", b"#!/bin/sh\nrm -rf /\n"),
        ] {
            assert!(matches!(judge(declared, name, head), Verdict::Disguised { .. }), "{declared} {name}");
        }
    }

    #[test]
    fn a_program_or_page_that_says_so_is_kept() {
        assert_eq!(is(OCTETS, "setup.exe", EXE), "application/vnd.microsoft.portable-executable");
        assert_eq!(is("text/html", "page.html", PAGE), "text/html");
        assert_eq!(is("message/rfc822", "message.eml", PAGE), "text/html");
    }

    #[test]
    fn what_text_means_is_told_by_the_client_or_the_name() {
        assert_eq!(is("message/rfc822", "message.eml", b"From: a@b\r\n\r\nHello"), "message/rfc822");
        assert_eq!(is(OCTETS, "rows.csv", b"a;b\n1;2\n"), "text/csv");
        assert_eq!(is(OCTETS, "flow.bpmn", b"<?xml version=\"1.0\"?><definitions/>"), "application/xml");
        assert_eq!(is(OCTETS, "unknown", "grüße".as_bytes()), "text/plain");
        assert_eq!(is("image/png", "a.png", b"just text"), "image/png".replace("image/png", "text/plain"));
        assert_eq!(is("text/plain", "empty.txt", b""), "text/plain");
    }

    #[test]
    fn binary_that_is_not_recognised_is_never_shown_as_a_picture_or_text() {
        assert_eq!(is("image/png", "a.png", b"\0\x01\x02\x03junk"), OCTETS);
        assert_eq!(is("text/plain", "a.txt", b"\0\x01\x02\x03junk"), OCTETS);
        assert_eq!(is("application/x-own", "a.own", b"\0\x01\x02\x03junk"), "application/x-own");
    }

    #[test]
    fn a_character_cut_in_two_by_the_head_is_still_text() {
        let mut head = vec![b'a'; HEAD - 1];
        head.push("ä".as_bytes()[0]);
        assert_eq!(is(OCTETS, "a", &head), "text/plain");
    }

    #[test]
    fn nothing_that_runs_is_shown_as_itself() {
        for kind in ["text/html", "image/svg+xml", "application/xhtml+xml", "application/javascript"] {
            assert_eq!(shown_as(kind), Some("text/plain; charset=utf-8"), "{kind}");
        }
        assert_eq!(shown_as("image/png"), Some("image/png"));
        assert_eq!(shown_as("application/zip"), None);
        assert_eq!(shown_as(OCTETS), None);
    }
}
