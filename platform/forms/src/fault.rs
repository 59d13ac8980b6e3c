//! What is wrong with one value of a request, and where.

use serde::Serialize;

/// One entry of a problem's `errors`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldFault {
    /// JSON pointer into the request body (RFC 6901): `/data/amount`.
    pub pointer: String,
    /// Stable: `required`, `min`, `max`, `pattern`, `type`, `option`, ...
    pub code: String,
    pub detail: String,
}

impl FieldFault {
    #[must_use]
    pub fn new(pointer: &str, code: &str, detail: &str) -> Self {
        Self { pointer: pointer.to_owned(), code: code.to_owned(), detail: detail.to_owned() }
    }

    /// This fault seen from one level further out: its pointer gets the prefix.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        self.pointer.insert_str(0, prefix);
        self
    }
}

/// RFC 6901 escaping of one segment of a pointer.
pub fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}
