//! HTML of strangers, made harmless before anybody stores or sees it.
//!
//! No scripts, no styles, no forms, no remote content: a picture is either part of the mail (`cid:`) or a link says where it was. The
//! portal still shows the result in a frame without rights; this is the first fence, not the only one.
//!
//! What it costs is measured first ([`measure`]) and has [`Limits`]; beyond them there is no HTML, only the text. All of it is work for a
//! thread of its own ([`crate::worker_pool`]), never for one of the runtime's.

pub mod measure;

use ammonia::{Builder, UrlRelative};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::io::{self, Read};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// What cleaning one HTML text may cost. [`Limits::default`] is more than any mail needs that a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of the text: 2 MiB.
    pub bytes: usize,
    /// Elements that are not closed at one place, those counted again that formatting puts into every block: 512.
    pub unclosed: u64,
    /// Start and end tags: 100,000, which is 50,000 elements.
    pub tags: u64,
    /// Nodes of the tree: 150,000.
    pub nodes: u64,
    /// Attributes of all its elements: 250,000.
    pub attributes: u64,
    /// Bytes of its texts and attributes, and of the cleaned text: 8 MiB.
    pub made_bytes: u64,
    /// Steps of the tree builder, see [`measure::Measured::effort`]: 60 million.
    pub effort: u64,
    /// A deadline for what the other limits should have stopped: 5 seconds.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 2 << 20,
            unclosed: 512,
            tags: 100_000,
            nodes: 150_000,
            attributes: 250_000,
            made_bytes: 8 << 20,
            effort: 60_000_000,
            time: Duration::from_secs(5),
        }
    }
}

/// Which limit a part of a mail exceeds, for which it is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Excess {
    #[error("it is too large")]
    TooLarge,
    #[error("its elements are nested too deeply")]
    TooDeep,
    #[error("it has too many elements")]
    TooManyElements,
    #[error("it takes too much to show it")]
    TooCostly,
    #[error("it was not done in time")]
    TookTooLong,
}

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "cid"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            // A remote picture tells its owner that, when and where the mail was read.
            ("img", "src") if !value.starts_with("cid:") => None,
            _ => Some(Cow::Borrowed(value)),
        });
    builder
});

/// Cleans a whole HTML body. It may take as long as `limits` say.
///
/// # Errors
/// Which of the limits it exceeds.
pub fn clean(html: &str, limits: &Limits) -> Result<String, Excess> {
    let until = Instant::now() + limits.time;
    measure::measure(html, limits, until)?;
    let cleaned = CLEANER.clean_from_reader(Until { rest: html.as_bytes(), until });
    // Reading from memory fails in one way only.
    let cleaned = cleaned.map_err(|_| Excess::TookTooLong)?.to_string();
    // Characters that have to be escaped make it longer.
    if cleaned.len() as u64 > limits.made_bytes { Err(Excess::TooLarge) } else { Ok(cleaned) }
}

/// Text that can be read until a point in time, in portions between which that is looked at.
struct Until<'a> {
    rest: &'a [u8],
    until: Instant,
}

impl Read for Until<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() >= self.until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.rest.read(buffer)
    }
}

/// The content ids (RFC 2392) of the pictures that a cleaned text shows.
#[must_use]
pub fn content_ids(html: &str) -> BTreeSet<&str> {
    html.split("src=\"cid:").skip(1).filter_map(|after| after.split_once('"')).map(|(id, _)| id).collect()
}

/// Points `cid:` references to where the parts are kept now; unknown ones lose their picture.
#[must_use]
pub fn resolve_content_ids(html: &str, url_of: impl Fn(&str) -> Option<String>) -> String {
    let mut resolved = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("src=\"cid:") {
        let (before, reference) = rest.split_at(start);
        let reference = &reference["src=\"cid:".len()..];
        let Some(end) = reference.find('"') else { break };
        resolved.push_str(before);
        if let Some(url) = url_of(&reference[..end]) {
            resolved.push_str("src=\"");
            resolved.push_str(&url);
            resolved.push('"');
        }
        rest = &reference[end + 1..];
    }
    resolved.push_str(rest);
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_forms_and_remote_pictures_do_not_survive() {
        let cleaned = clean(
            "<p onclick='x()'>Hi<script>steal()</script><img src='https://spy.example/a.png'><img src='cid:a@b'>\
             <form action='https://x.example'><input name=a></form><a href='javascript:x()'>l</a></p>",
            &Limits::default(),
        )
        .unwrap();
        for forbidden in ["script", "onclick", "spy.example", "form", "input", "javascript"] {
            assert!(!cleaned.contains(forbidden), "{forbidden} is still in {cleaned}");
        }
        assert!(cleaned.contains("cid:a@b"));
    }

    #[test]
    fn content_ids_become_addresses_and_unknown_ones_vanish() {
        let html = "<img src=\"cid:known\"><img src=\"cid:unknown\">";
        let resolved = resolve_content_ids(html, |id| (id == "known").then(|| "/f/1".to_owned()));
        assert_eq!(resolved, "<img src=\"/f/1\"><img >");
    }
}
