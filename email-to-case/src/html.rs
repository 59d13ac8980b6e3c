//! HTML of strangers, made harmless before anybody stores or sees it.
//!
//! No scripts, no styles, no forms, no remote content: a picture is either part of the mail (`cid:`) or a link says where it was. The
//! portal still shows the result in a frame without rights; this is the first fence, not the only one.

use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::HashSet;

/// Cleans a whole HTML body.
#[must_use]
pub fn clean(html: &str) -> String {
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
    builder.clean(html).to_string()
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
        );
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
