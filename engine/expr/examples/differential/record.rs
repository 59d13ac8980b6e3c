//! What peers answered, kept for the test that runs without them.

use crate::compare::Findings;
use serde_json::{Value as Json, json};
use std::fmt::Write;
use std::io::Error;
use std::path::Path;

/// A question and its answer a line. What went wrong says so, and not in which words.
pub(crate) fn write(path: &Path, findings: &Findings) -> Result<(), Error> {
    let mut lines = String::new();
    for (case, answer) in &findings.answers {
        let answer = &kept(answer);
        let line: Json = json!({ "case": case, "answer": answer });
        writeln!(lines, "{line}").map_err(Error::other)?;
    }
    std::fs::write(path, lines)
}

/// Of what went wrong, what explanations look at.
fn kept(answer: &Json) -> Json {
    let Some(words) = answer.get("error").and_then(Json::as_str) else {
        return answer.clone();
    };
    let told =
        ["failed to parse", "Exception", "MatchError", "java.time."].into_iter().find(|told| words.contains(told));
    json!({ "error": told.unwrap_or_default() })
}
