//! Text of files that strangers sent: as much as the budget allows, or why there is none.
//!
//! What reads PDF and office files was not written for enemies. So [`Isolated`] has a process of its own read each file, with
//! little memory, no files and no environment, and ends it when it takes too long; [`read`] itself is for that process.

mod budget;
mod html;
mod isolated;
mod mail;
mod office;
mod pdf;
mod plain;

pub use budget::{Budget, Unreadable};
pub use isolated::{Isolated, serve};

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Plain,
    Html,
    Mail,
    Office,
    Pdf,
}

/// Whether there may be text in a file of this name and media type.
#[must_use]
pub fn is_readable(name: &str, media_type: &str) -> bool {
    format(name, media_type).is_some()
}

/// The text of a file.
///
/// # Errors
/// There is none, or it is not worth its price.
pub fn read(name: &str, media_type: &str, bytes: &[u8], budget: &Budget) -> Result<String, Unreadable> {
    let format = format(name, media_type).ok_or(Unreadable::Unknown)?;
    if bytes.len() > budget.bytes {
        return Err(Unreadable::TooLarge);
    }
    let mut text = match format {
        Format::Plain => plain::read(bytes, budget),
        Format::Html => html::read(&plain::decoded(bytes), budget),
        Format::Mail => mail::read(bytes, budget)?,
        Format::Office => office::read(bytes, budget)?,
        Format::Pdf => pdf::read(bytes, budget)?,
    };
    text.truncate(text.floor_char_boundary(budget.text));
    Ok(text)
}

/// By what storage found the bytes to be, and by the name where that says little: an office file is a ZIP archive.
fn format(name: &str, media_type: &str) -> Option<Format> {
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_lowercase();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    match media_type.as_str() {
        "application/pdf" => return Some(Format::Pdf),
        "text/html" | "application/xhtml+xml" => return Some(Format::Html),
        "message/rfc822" => return Some(Format::Mail),
        office if office.starts_with("application/vnd.openxmlformats-officedocument.") => return Some(Format::Office),
        office if office.starts_with("application/vnd.oasis.opendocument.") => return Some(Format::Office),
        _ => {}
    }
    match ending.as_str() {
        "docx" | "xlsx" | "pptx" | "odt" | "ods" | "odp" => Some(Format::Office),
        "eml" => Some(Format::Mail),
        "pdf" => Some(Format::Pdf),
        "html" | "htm" => Some(Format::Html),
        "txt" | "csv" | "md" | "log" | "json" | "xml" => Some(Format::Plain),
        _ if media_type.starts_with("text/")
            || matches!(media_type.as_str(), "application/json" | "application/xml") =>
        {
            Some(Format::Plain)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::write::SimpleFileOptions;

    fn text_of(name: &str, media_type: &str, bytes: &[u8]) -> Result<String, Unreadable> {
        read(name, media_type, bytes, &Budget::default())
    }

    pub(super) fn archive(files: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(content.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn plain_texts_are_read_in_their_encoding() {
        assert_eq!(text_of("a.txt", "text/plain", "Größe".as_bytes()).unwrap(), "Größe");
        let latin: &[u8] = b"Gr\xf6\xdfe der K\xfcche und der T\xfcr";
        assert_eq!(text_of("a.txt", "text/plain", latin).unwrap(), "Größe der Küche und der Tür");
    }

    #[test]
    fn pages_give_what_is_read_and_not_what_runs() {
        let page = b"<html><head><title>Offer</title><style>p{}</style></head><body><script>alert(1)</script><p>One<b>Two</b></p><p>Tom &amp; Co</p>";
        assert_eq!(
            text_of("a.html", "text/html", page).unwrap().split_whitespace().collect::<Vec<_>>(),
            ["Offer", "OneTwo", "Tom", "&", "Co"]
        );
    }

    #[test]
    fn mails_give_subject_sender_and_body() {
        let mail = b"From: Ada <ada@example.com>\r\nSubject: =?utf-8?q?Sch=C3=A4den?=\r\nContent-Type: text/html\r\n\r\n<p>In the <i>kitchen</i></p>";
        let text = text_of("a.eml", "message/rfc822", mail).unwrap();
        assert!(text.contains("Schäden") && text.contains("ada@example.com") && text.contains("kitchen"), "{text}");
    }

    #[test]
    fn office_files_give_their_words() {
        let word = r#"<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>Water </w:t></w:r><w:r><w:t>dam</w:t></w:r><w:r><w:t>age</w:t></w:r></w:p><w:p><w:r><w:t>Tom &amp; Co</w:t></w:r></w:p></w:body></w:document>"#;
        let file = archive(&[("[Content_Types].xml", "<x/>"), ("word/document.xml", word)]);
        assert_eq!(text_of("a.docx", "application/zip", &file).unwrap().trim(), "Water damage\nTom & Co");
        let shared = r#"<sst><si><t>Invoice</t></si><si><t>Total</t></si></sst>"#;
        let sheet = r#"<worksheet><row><c t="s"><v>0</v></c><c><v>4711</v></c></row></worksheet>"#;
        let file = archive(&[("xl/sharedStrings.xml", shared), ("xl/worksheets/sheet1.xml", sheet)]);
        let text = text_of("a.xlsx", "application/zip", &file).unwrap();
        assert!(text.contains("Invoice") && text.contains("4711") && !text.contains('0'), "{text}");
        let file = archive(&[("content.xml", "<office:text><text:p>Hello</text:p></office:text>")]);
        assert_eq!(text_of("a.odt", "application/vnd.oasis.opendocument.text", &file).unwrap().trim(), "Hello");
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let bomb = archive(&[("word/document.xml", &"<a>x</a>".repeat(200_000))]);
        let budget = Budget { unpacked: 10_000, ..Budget::default() };
        assert_eq!(read("a.docx", "application/zip", &bomb, &budget), Err(Unreadable::TooMuch));
        assert_eq!(text_of("a.exe", "application/octet-stream", b"MZ"), Err(Unreadable::Unknown));
        assert!(matches!(text_of("a.docx", "application/zip", b"PK no"), Err(Unreadable::Damaged(_))));
        let budget = Budget { bytes: 3, ..Budget::default() };
        assert_eq!(read("a.txt", "text/plain", b"four", &budget), Err(Unreadable::TooLarge));
    }

    #[test]
    fn pdfs_give_their_words() {
        assert!(text_of("a.pdf", "application/pdf", &pdf::tests::hello()).unwrap().contains("Burst pipe"));
        assert!(matches!(text_of("a.pdf", "application/pdf", b"%PDF-1.4 nothing"), Err(Unreadable::Damaged(_))));
    }
}
