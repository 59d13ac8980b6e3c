//! What a file may be called, and how its name is told to a browser (RFC 6266).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but `attr-char` of RFC 8187.
const ESCAPED_IN_HEADER: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');
/// Longest name kept, in characters.
const MAX_NAME: usize = 255;
/// Longest media type kept, in characters.
const MAX_TYPE: usize = 127;

/// Whether a browser shows a file or saves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Disposition {
    Inline,
    #[default]
    Attachment,
}

impl Disposition {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Attachment => "attachment",
        }
    }
}

/// A name that cannot leave its folder, hide its extension or break a header. Never refused: the names of attachments are
/// chosen by strangers.
#[must_use]
pub fn sanitise(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    let trimmed = clean.trim().trim_start_matches('.').trim();
    if trimmed.is_empty() {
        return "file".to_owned();
    }
    shorten(trimmed)
}

/// Characters that change how the others are shown: they make `gpj.exe` look like `exe.jpg`.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The extension outlives the cut.
fn shorten(name: &str) -> String {
    let length = name.chars().count();
    if length <= MAX_NAME {
        return name.to_owned();
    }
    let extension = extension(name).map(|extension| format!(".{extension}")).unwrap_or_default();
    let kept = MAX_NAME - extension.chars().count().min(16);
    let extension: String = extension.chars().take(16).collect();
    name.chars().take(kept).chain(extension.chars()).collect()
}

/// In lower case, without the dot.
#[must_use]
pub fn extension(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    (!stem.is_empty() && !extension.is_empty()).then(|| extension.to_ascii_lowercase())
}

/// `type/subtype` in lower case without parameters; `application/octet-stream` for what is no media type.
#[must_use]
pub fn media_type(declared: &str) -> String {
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_token =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c));
    match essence.split_once('/') {
        Some((kind, subtype)) if essence.len() <= MAX_TYPE && is_token(kind) && is_token(subtype) => essence,
        _ => "application/octet-stream".to_owned(),
    }
}

/// The value of `Content-Disposition`: a name in ASCII for old programs, and the true one as RFC 8187 writes it.
#[must_use]
pub fn content_disposition(disposition: Disposition, name: &str) -> String {
    let ascii: String = name
        .chars()
        .map(|c| match c {
            // A percent sign is read as an escape by some programs.
            '"' | '\\' | '%' => '_',
            c if c.is_ascii_graphic() || c == ' ' => c,
            _ => '_',
        })
        .collect();
    let mut value = format!("{}; filename=\"{ascii}\"", disposition.as_str());
    if ascii != name {
        value.push_str("; filename*=UTF-8''");
        value.extend(utf8_percent_encode(name, ESCAPED_IN_HEADER));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_what_people_read_and_loses_what_machines_misread() {
        assert_eq!(sanitise("Rechnung März.pdf"), "Rechnung März.pdf");
        assert_eq!(sanitise("../../etc/passwd"), "passwd");
        assert_eq!(sanitise("C:\\Users\\anna\\scan.png"), "scan.png");
        assert_eq!(sanitise("a\r\nSet-Cookie: x.txt"), "aSet-Cookie: x.txt");
        assert_eq!(sanitise("photo\u{202e}gpj.exe"), "photogpj.exe");
        assert_eq!(sanitise(".htaccess"), "htaccess");
        assert_eq!(sanitise(" .. "), "file");
        assert_eq!(sanitise(""), "file");
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = sanitise(&format!("{}.pdf", "ä".repeat(400)));
        assert_eq!(name.chars().count(), MAX_NAME);
        assert!(name.ends_with("ä.pdf"));
    }

    #[test]
    fn the_disposition_has_both_spellings_of_a_name_and_never_a_quote_inside() {
        assert_eq!(content_disposition(Disposition::Attachment, "plain.txt"), "attachment; filename=\"plain.txt\"");
        assert_eq!(
            content_disposition(Disposition::Inline, "März \"1\" 50%.pdf"),
            "inline; filename=\"M_rz _1_ 50_.pdf\"; filename*=UTF-8''M%C3%A4rz%20%221%22%2050%25.pdf"
        );
    }

    #[test]
    fn what_is_no_media_type_is_bytes() {
        assert_eq!(media_type("Image/PNG; name=x"), "image/png");
        for declared in ["", "png", "a/b/c", "text/\r\nx", "/"] {
            assert_eq!(media_type(declared), "application/octet-stream", "{declared:?}");
        }
    }
}
