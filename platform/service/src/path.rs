//! Paths of requests to other rooms: what is fixed is written out, what is a value cannot leave its place.
//!
//! A value may come from a process variable, from a mail, from anybody. Joined to a path as text, `../../engine-rest/...` is
//! another request, made with the rights of the room that asks: every URL parser resolves `..`. So a path is only made
//! by [`path!`](crate::path!), which writes every value as one segment.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt;
use std::ops::Deref;

/// RFC 3986, section 2.3: what never needs to be escaped, and means the same when it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Path and query of a request, made by [`path!`](crate::path!). It reads as text and is made of none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestPath(String);

impl RequestPath {
    /// For [`path!`](crate::path!) only.
    #[doc(hidden)]
    #[must_use]
    pub fn made(text: String) -> Self {
        Self(text)
    }

    /// This path below another one: `/engine-rest` before `/task/{id}`.
    #[must_use]
    pub fn below(&self, base: &'static str) -> Self {
        Self(format!("{base}{}", self.0))
    }

    /// With these parameters behind the query it has.
    #[must_use]
    pub fn with_query<N: AsRef<str>, V: AsRef<str>>(mut self, pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        for (name, value) in pairs {
            self.0.push(if self.0.contains('?') { '&' } else { '?' });
            let escaped = |text| utf8_percent_encode(text, ESCAPED);
            self.0.extend(escaped(name.as_ref()).chain(["="]).chain(escaped(value.as_ref())));
        }
        self
    }
}

impl From<RequestPath> for String {
    fn from(path: RequestPath) -> Self {
        path.0
    }
}

impl Deref for RequestPath {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A value as one segment of a path, or one value of a query.
///
/// A value of nothing but dots would be resolved even if its dots were escaped (WHATWG URL, "double-dot URL path segment"),
/// and an empty one would be another path. Neither names anything in any room: they are written so that they
/// arrive as text that names nothing, and the answer is 404.
#[doc(hidden)]
pub struct Segment<T>(pub T);

impl<T: AsRef<str>> fmt::Display for Segment<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_ref() {
            "" => formatter.write_str("%25"),
            "." => formatter.write_str("%252E"),
            ".." => formatter.write_str("%252E%252E"),
            text => utf8_percent_encode(text, ESCAPED).fmt(formatter),
        }
    }
}

/// Does every `{` stand before a `}`, so that no name in a template goes around the escaping?
#[doc(hidden)]
#[must_use]
pub const fn has_only_places(template: &str) -> bool {
    let bytes = template.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'{' && (at + 1 == bytes.len() || bytes[at + 1] != b'}') {
            return false;
        }
        at += 1;
    }
    true
}

/// The [`RequestPath`](crate::path::RequestPath) of a template with a `{}` for every value; each value is text, and is escaped.
///
/// ```
/// let case = "../../engine-rest/deployment/7?cascade=true&x=";
/// let path = casewright_service::path!("/api/v1/cases/{}/documents?limit={}", case, "7");
/// assert_eq!(&*path, "/api/v1/cases/..%2F..%2Fengine-rest%2Fdeployment%2F7%3Fcascade%3Dtrue%26x%3D/documents?limit=7");
/// ```
#[macro_export]
macro_rules! path {
    ($template:literal $(, $value:expr)* $(,)?) => {{
        const _: () = assert!($crate::path::has_only_places($template), "only empty braces may stand in the template of a path");
        $crate::path::RequestPath::made(::std::format!($template $(, $crate::path::Segment(&$value))*))
    }};
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::Url;

    /// What a client makes of it.
    fn resolved(path: &RequestPath) -> String {
        Url::parse("http://room.example").and_then(|base| base.join(path)).expect("a URL").path().to_owned()
    }

    #[test]
    fn no_value_leaves_its_place() {
        let hostile = [
            "../../engine-rest/deployment/7?cascade=true",
            "..",
            ".",
            "",
            "%2e%2e",
            "%2E.",
            "..;",
            "..\\..\\engine-rest",
            "\t..",
            ".\n.",
            "a/../..",
            "//evil.example/",
            "x#y",
            "\u{2025}/\u{ff0e}\u{ff0e}/",
            "\0",
        ];
        for value in hostile {
            let path = crate::path!("/api/v1/cases/{}/documents/{}", value, value);
            let resolved = resolved(&path);
            let segments: Vec<&str> = resolved.split('/').collect();
            assert_eq!(segments.len(), 7, "{value:?} became {resolved}");
            assert_eq!(segments[..4], ["", "api", "v1", "cases"], "{value:?} became {resolved}");
            assert_eq!(segments[5], "documents", "{value:?} became {resolved}");
            assert!(!segments[4].is_empty() && !segments[6].is_empty(), "{value:?} became {resolved}");
            assert_eq!(resolved, *path, "{value:?} is not resolved to something else");
        }
    }

    #[test]
    fn what_is_harmless_arrives_as_it_was() {
        assert_eq!(
            &*crate::path!("/task/{}/claim", "00112233-4455-6677-8899-00000000001a"),
            "/task/00112233-4455-6677-8899-00000000001a/claim"
        );
        assert_eq!(&*crate::path!("/mails?case={}&limit=1", "a b&c"), "/mails?case=a%20b%26c&limit=1");
        assert_eq!(&*crate::path!("/task/{}", String::from("7")).below("/engine-rest"), "/engine-rest/task/7");
        let pairs = [("a&case", "1 2"), ("b", "&case=3")];
        assert_eq!(
            &*crate::path!("/mails?case={}", "7").with_query(pairs),
            "/mails?case=7&a%26case=1%202&b=%26case%3D3"
        );
        assert_eq!(&*crate::path!("/mails").with_query([("limit", "1")]), "/mails?limit=1");
    }

    #[test]
    fn a_template_names_no_value() {
        assert!(has_only_places("/a/{}/b/{}"));
        for template in ["/a/{id}", "/a/{0}", "/a/{:?}", "/a/{"] {
            assert!(!has_only_places(template), "{template}");
        }
    }
}
