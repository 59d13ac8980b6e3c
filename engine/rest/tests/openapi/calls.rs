//! Calls of the contract's operations: each is named as the contract names it, judged, and remembered.

use crate::schema::{Answer, Document, Priority};
use crate::support::{Part, Server, multipart};
use axum::body::Body;
use axum::http::{Request, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::sync::Mutex;

/// What a path segment may contain as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b':');

/// A server, asked for its contract's operations only.
pub(crate) struct Api<'a> {
    server: &'a Server,
    document: &'a Document,
    /// Where the operations are: `/engine-rest` or below a name of an engine.
    base: &'static str,
    authorization: String,
    heard: Mutex<Recorded>,
}

#[derive(Default)]
struct Recorded {
    succeeded: BTreeSet<String>,
    /// Operations that answered with a list, and whether one of the lists had an element.
    listed: BTreeSet<String>,
    filled: BTreeSet<String>,
    violations: Vec<String>,
}

enum Content {
    Nothing,
    Json(Json),
    Parts(Vec<Part>),
}

/// A call under way.
pub(crate) struct Call<'a> {
    api: &'a Api<'a>,
    operation: String,
    path: String,
    query: &'a str,
    content: Content,
}

impl<'a> Api<'a> {
    pub(crate) fn new(server: &'a Server, document: &'a Document, base: &'static str, authorization: String) -> Self {
        Self { server, document, base, authorization, heard: Mutex::default() }
    }

    pub(crate) fn get(&'a self, path: &str) -> Call<'a> {
        self.call("GET", path)
    }

    pub(crate) fn post(&'a self, path: &str) -> Call<'a> {
        self.call("POST", path)
    }

    pub(crate) fn put(&'a self, path: &str) -> Call<'a> {
        self.call("PUT", path)
    }

    pub(crate) fn delete(&'a self, path: &str) -> Call<'a> {
        self.call("DELETE", path)
    }

    /// `path` is the contract's, with its placeholders.
    pub(crate) fn call(&'a self, verb: &str, path: &str) -> Call<'a> {
        let operation = format!("{verb} {path}");
        assert!(self.document.knows(&operation), "no operation of the contract: {operation}");
        Call { api: self, operation, path: path.to_owned(), query: "", content: Content::Nothing }
    }

    fn heard(&self) -> std::sync::MutexGuard<'_, Recorded> {
        self.heard.lock().unwrap()
    }

    /// All that was wrong.
    pub(crate) fn violations(&self) -> Vec<String> {
        self.heard().violations.clone()
    }

    /// All violations, and every operation of these priorities that never succeeded or whose lists were always empty.
    pub(crate) fn verdict(&self, priorities: &[Priority], always_empty: &[&str]) -> Vec<String> {
        let heard = self.heard();
        let mut verdict = heard.violations.clone();
        for operation in self.document.operations(priorities) {
            if !heard.succeeded.contains(operation) {
                verdict.push(format!("{operation}: never called with success"));
            }
        }
        for operation in heard.listed.difference(&heard.filled) {
            if !always_empty.contains(&operation.as_str()) {
                verdict
                    .push(format!("{operation}: answered with empty lists only, so nothing is known about its rows"));
            }
        }
        verdict
    }
}

impl<'a> Call<'a> {
    /// What the placeholders stand for, in their order.
    pub(crate) fn at(mut self, values: &[&str]) -> Self {
        for value in values {
            let begin = self.path.find('{').unwrap();
            let end = self.path.find('}').unwrap();
            self.path.replace_range(begin..=end, &utf8_percent_encode(value, SEGMENT).to_string());
        }
        self
    }

    /// Already encoded.
    pub(crate) fn query(mut self, query: &'a str) -> Self {
        self.query = query;
        self
    }

    pub(crate) fn json(mut self, body: Json) -> Self {
        self.content = Content::Json(body);
        self
    }

    pub(crate) fn parts(mut self, parts: Vec<Part>) -> Self {
        self.content = Content::Parts(parts);
        self
    }

    /// Must succeed; gives its JSON, null when it has none.
    pub(crate) async fn ok(self) -> Json {
        self.judged(|status| (200..300).contains(&status)).await
    }

    /// Must be refused with this status.
    pub(crate) async fn refused(self, expected: u16) -> Json {
        self.judged(|status| status == expected).await
    }

    /// May succeed or not, but must not break the contract.
    pub(crate) async fn whatever(self) -> Json {
        self.judged(|_| true).await
    }

    async fn judged(self, is_expected: impl Fn(u16) -> bool) -> Json {
        assert!(!self.path.contains('{'), "a placeholder without a value: {}", self.path);
        let api = self.api;
        let operation = self.operation.clone();
        let uri = self.uri();
        let answer = api.server.send(self.request(&uri)).await;
        let is_success = (200..300).contains(&answer.status);
        let content_type = Some(answer.header("content-type")).filter(|media| !media.is_empty());
        let seen = Answer { status: answer.status, content_type, body: &answer.text };
        let violations = api.document.judge(&operation, &seen);
        let parsed: Json = serde_json::from_str(&answer.text).unwrap_or_default();
        let mut heard = api.heard();
        if !is_expected(answer.status) {
            heard.violations.push(format!("{operation} ({uri}): {} {}", answer.status, answer.text));
        }
        for violation in violations {
            heard.violations.push(format!("{operation} ({uri}, {}): {violation}", answer.status));
        }
        if let Some(rows) = parsed.as_array().filter(|_| is_success) {
            heard.listed.insert(operation.clone());
            if !rows.is_empty() {
                heard.filled.insert(operation.clone());
            }
        }
        if is_success {
            heard.succeeded.insert(operation);
        }
        parsed
    }

    fn uri(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        // The list of engines stands above the names of engines.
        let base = if self.operation == "GET /engine" { crate::ROOT } else { self.api.base };
        format!("{base}{}{mark}{}", self.path, self.query)
    }

    fn request(self, uri: &str) -> Request<Body> {
        let verb = self.operation.split(' ').next().unwrap_or_default();
        let request =
            Request::builder().method(verb).uri(uri).header(header::AUTHORIZATION, self.api.authorization.as_str());
        match self.content {
            Content::Nothing => request.body(Body::empty()),
            Content::Json(json) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(json.to_string()))
            }
            Content::Parts(parts) => {
                let (media, bytes) = multipart(&parts);
                request.header(header::CONTENT_TYPE, media).body(Body::from(bytes))
            }
        }
        .unwrap()
    }
}

/// The id in an answer. What has none was a violation already; the story goes on to find the others.
pub(crate) fn id(answer: &Json) -> String {
    text(&answer["id"])
}

pub(crate) fn text(value: &Json) -> String {
    value.as_str().unwrap_or("missing").to_owned()
}
